"""Puts a trace together from what was read, and says what is odd about its form."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from evaluator.parsing import messages
from evaluator.parsing.marked import read_marked
from evaluator.parsing.markers import Sign
from evaluator.parsing.passages import has_word
from evaluator.parsing.sections import SectionReader
from evaluator.types import Citation, IssueKind, ParseIssue, Section, SectionKind, Span, Trace, TraceFormat

MAX_ISSUES = 1_000

_FENCE_LINE = re.compile(r"```\w{0,12}")

_ORDER = (SectionKind.THINK, SectionKind.PROOF, SectionKind.ANSWER)


class Reader(Protocol):
    """What the reader of any format has to show at the end."""

    sections: dict[SectionKind, Section]
    issues: list[ParseIssue]
    markers: list[Span]

    @property
    def citations(self) -> tuple[Citation, ...]: ...
    @property
    def remarks(self) -> tuple[Span, ...]: ...


@dataclass(slots=True)
class Reading:
    """What one of the formats made of a completion. `markers` are the stretches that only hold the form."""

    format: TraceFormat
    sections: dict[SectionKind, Section]
    citations: tuple[Citation, ...]
    remarks: tuple[Span, ...]
    issues: list[ParseIssue]
    markers: list[Span]
    mentions: list[tuple[SectionKind, Sign, Span]]

    @classmethod
    def of(cls, trace_format: TraceFormat, reader: Reader) -> Reading:
        return cls(
            trace_format,
            dict(reader.sections),
            reader.citations,
            reader.remarks,
            list(reader.issues),
            list(reader.markers),
            reader.mentions if isinstance(reader, SectionReader) else [],
        )


def assemble(completion: str, reading: Reading) -> Trace:
    """The trace of `completion`, with the issues that only the whole text shows, in order of their place."""
    _read_mentions(completion, reading)
    issues = reading.issues + _order_issues(reading.sections) + _outside(completion, reading)
    if completion.strip():
        issues += [messages.missing(kind, len(completion)) for kind in _ORDER if kind not in reading.sections]
    else:
        issues.append(messages.issue(IssueKind.EMPTY, 0, len(completion), "The completion is empty."))
    issues.sort(key=lambda found: (found.span.start, found.span.end))
    if len(issues) > MAX_ISSUES:
        start = issues[MAX_ISSUES].span.start
        message = f"There are {len(issues):,} oddities of form; those from here on are not listed."
        issues[MAX_ISSUES:] = [messages.issue(IssueKind.TOO_LONG, start, len(completion), message)]
    return Trace(
        completion=completion,
        format=reading.format,
        think=reading.sections.get(SectionKind.THINK),
        proof=reading.sections.get(SectionKind.PROOF),
        answer=reading.sections.get(SectionKind.ANSWER),
        citations=reading.citations,
        remarks=reading.remarks,
        issues=tuple(issues),
    )


def _read_mentions(completion: str, reading: Reading) -> None:
    """Where proof or answer are missing, complete pairs of their markers within the reasoning are they.

    The reasoning keeps its extent if it was ended; if not, it ends where the first such pair begins.
    """
    think = reading.sections.get(SectionKind.THINK)
    pairs = _complete_pairs(completion, reading)
    if think is None or not pairs:
        return
    start = min(pair.start for pair in pairs.values())
    inner = read_marked(completion, start, think.span.end)
    adopted = {
        kind: section
        for kind, section in inner.sections.items()
        if kind not in reading.sections and (kind in pairs or not think.closed)
    }
    reading.sections |= adopted
    if SectionKind.PROOF in adopted:
        reading.citations, reading.remarks = inner.citations, inner.remarks
    if think.closed:
        reading.issues += [messages.nested(kind, part.span.start, part.span.end) for kind, part in adopted.items()]
        return
    cut = Span(think.span.start, start)
    reading.sections[SectionKind.THINK] = replace(think, text=completion[cut.start : cut.end], span=cut)
    reading.issues = [found for found in reading.issues if found.span.start < start] + inner.issues
    reading.markers += inner.markers


def _complete_pairs(completion: str, reading: Reading) -> dict[SectionKind, Span]:
    """The first mentioned pair of markers with words in between, by kind, of the kinds that are missing."""
    begun: dict[SectionKind, Span] = {}
    pairs: dict[SectionKind, Span] = {}
    for kind, sign, span in reading.mentions:
        if kind is SectionKind.THINK or kind in reading.sections or kind in pairs:
            continue
        if sign is Sign.START:
            begun.setdefault(kind, span)
        elif sign is Sign.END and kind in begun and has_word(completion[begun[kind].end : span.start]):
            pairs[kind] = Span(begun[kind].start, span.end)
    return pairs


def _order_issues(sections: dict[SectionKind, Section]) -> list[ParseIssue]:
    present = [sections[kind] for kind in _ORDER if kind in sections]
    return [
        messages.out_of_order(after.kind, before.kind, after.span.start, after.span.end)
        for before, after in pairwise(present)
        if after.span.start < before.span.start
    ]


def _outside(completion: str, reading: Reading) -> list[ParseIssue]:
    """What no section, marker or other issue covers, white space and the fences of a code block apart."""
    covered = [section.span for section in reading.sections.values()]
    covered += reading.markers + [found.span for found in reading.issues]
    covered.append(Span(len(completion), len(completion)))
    issues: list[ParseIssue] = []
    reached = 0
    for span in sorted(covered, key=lambda covering: covering.start):
        gap = completion[reached : span.start]
        if gap.strip() and not _FENCE_LINE.fullmatch(gap.strip()):
            start = reached + len(gap) - len(gap.lstrip())
            issues.append(messages.outside(start, start + len(gap.strip())))
        reached = max(reached, span.end)
    return issues
