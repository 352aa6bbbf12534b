"""The texts of an evidence card as HTML: escaped, cut for print where they are long, the quoted passages marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from dipg_ui.views.offsets import encodable
from dipg_ui.views.wording import spoken_passage
from evaluator.types import Grounding, GroundingStatus, Span

WHOLE_CONTEXT = 4_200
"""A context of more characters is printed as the surroundings of its passages."""
AROUND = 260
_BLANK = re.compile(r"\s+")
_WORST = (GroundingStatus.ALTERED, GroundingStatus.FUZZY, GroundingStatus.UNSCORABLE, GroundingStatus.EXACT)


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the context that the same quotes cover. `groundings` is empty between passages."""

    start: int
    end: int
    groundings: tuple[Grounding, ...]


def said(text: str) -> str:
    """`text` as HTML. Characters that no page may hold become U+FFFD, so that none is lost unseen."""
    kept = "".join(c if c in "\t\n\r" or (ord(c) >= 0x20 and not 0x7F <= ord(c) < 0xA0) else "\ufffd" for c in text)
    return escape(encodable(kept))


def folded(text: str, bound: int) -> str:
    """The text, or its beginning with the whole of it behind a fold that is not printed."""
    if len(text) <= bound:
        return f'<span class="text">{said(text)}</span>'
    cut = text[:bound].rstrip()
    return (
        f'<span class="text">{said(cut)}</span> <span class="gap">… {len(text) - len(cut):,} more characters</span>'
        f'<details><summary>Whole text</summary><span class="text">{said(text)}</span></details>'
    )


def marks_of(context: str, groundings: Sequence[Grounding]) -> tuple[Mark, ...]:
    """The whole context in stretches, in order: where passages cross, a stretch has more than one quote."""
    placed = [(span, grounding) for grounding in groundings for span in _spans(grounding)]
    edges = sorted({0, len(context), *(edge for span, _ in placed for edge in (span.start, span.end))})
    return tuple(
        Mark(start, end, tuple(each for span, each in placed if span.start <= start and end <= span.end))
        for start, end in pairwise(edges)
    )


def context_html(context: str, groundings: Sequence[Grounding]) -> str:
    """A long context as the surroundings of its passages, and whole behind a fold."""
    marks = marks_of(context, groundings)
    if len(context) <= WHOLE_CONTEXT:
        return f'<p class="text">{"".join(_mark(context, mark) for mark in marks)}</p>'
    whole = "".join(_mark(context, mark) for mark in marks)
    parts: list[str] = []
    at = 0
    for span in _windows(context, marks):
        parts += [_gap(span.start - at), *_between(context, marks, span)]
        at = span.end
    parts.append(_gap(len(context) - at))
    return (
        f'<p class="text">{"".join(parts)}</p>'
        f'<details><summary>Whole context, {len(context):,} characters</summary><p class="text">{whole}</p></details>'
    )


def _spans(grounding: Grounding) -> tuple[Span, ...]:
    if grounding.status is GroundingStatus.UNGROUNDED or grounding.span is None:
        return ()
    return tuple(part for part in grounding.parts or (grounding.span,) if part.start < part.end)


def _mark(context: str, mark: Mark) -> str:
    text = said(context[mark.start : mark.end])
    if not mark.groundings:
        return text
    statuses = {grounding.status for grounding in mark.groundings}
    worst = next(status for status in _WORST if status in statuses)
    numbers = ",".join(str(grounding.citation.index + 1) for grounding in mark.groundings)
    title = said("; ".join(spoken_passage(grounding) for grounding in mark.groundings))
    return f'<mark class="is-{worst.value}" title="{title}">{text}<sup>{numbers}</sup></mark>'


def _windows(context: str, marks: Sequence[Mark]) -> Iterator[Span]:
    """The surroundings of the passages, joined where they touch; the beginning where there is no passage."""
    found: list[Span] = []
    for mark in marks:
        if mark.groundings:
            start, end = _whole_words(context, mark.start - AROUND, mark.start, mark.end, mark.end + AROUND)
            if found and start <= found[-1].end:
                found[-1] = Span(found[-1].start, max(found[-1].end, end))
            else:
                found.append(Span(start, end))
    yield from found or [Span(0, min(len(context), WHOLE_CONTEXT // 2))]


def _whole_words(context: str, start: int, first: int, last: int, end: int) -> tuple[int, int]:
    """`start` and `end` moved towards the passage `first`–`last`, so that no word is cut."""
    blank = _BLANK.search(context, start, first) if start > 0 else None
    start = max(0, start) if blank is None else blank.end()
    blanks = [found.start() for found in _BLANK.finditer(context, last, end)] if end < len(context) else []
    return start, blanks[-1] if blanks else min(end, len(context))


def _between(context: str, marks: Sequence[Mark], span: Span) -> Iterator[str]:
    for mark in marks:
        start, end = max(mark.start, span.start), min(mark.end, span.end)
        if start < end:
            yield _mark(context, Mark(start, end, mark.groundings))


def _gap(length: int) -> str:
    return f' <span class="gap">[… {length:,} characters …]</span> ' if length else ""
