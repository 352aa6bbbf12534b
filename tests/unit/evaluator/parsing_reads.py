"""Short ways to say what a trace holds, shared by the tests of the parser."""

from __future__ import annotations

from evaluator.parsing import parse_trace
from evaluator.types import Citation, IssueKind, Section, Trace


def text_of(section: Section | None) -> str | None:
    return section.text if section else None


def parts(trace: Trace) -> tuple[str | None, str | None, str | None]:
    """The texts of think, proof and answer."""
    return text_of(trace.think), text_of(trace.proof), text_of(trace.answer)


def issues(trace: Trace) -> list[tuple[str, str]]:
    """Kind and place of every issue but those of parts that are not there."""
    absences = {IssueKind.NO_THINK, IssueKind.NO_PROOF, IssueKind.NO_ANSWER}
    return [
        (found.kind.value, trace.completion[found.span.start : found.span.end])
        for found in trace.issues
        if found.kind not in absences
    ]


def kinds(trace: Trace) -> list[str]:
    return [found.kind.value for found in trace.issues]


def in_proof(text: str) -> Trace:
    return parse_trace(f"<think>t</think><proof>{text}</proof><answer>a</answer>")


def cited(trace: Trace) -> list[tuple[str, str]]:
    return [(citation.kind.value, citation.text) for citation in trace.citations]


def remarked(trace: Trace) -> list[str]:
    return [trace.completion[span.start : span.end] for span in trace.remarks]


def raw(trace: Trace, part: Citation | Section) -> str:
    return trace.completion[part.span.start : part.span.end]
