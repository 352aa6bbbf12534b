"""What becomes of a passage once its borders are known: a citation, a remark, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from evaluator.parsing.offsets import OffsetMap
from evaluator.parsing.quotes import BLOCK_QUOTE
from evaluator.parsing.remarks import (
    claims_nothing,
    heading_of,
    leading_remark,
    points_on,
    points_only,
    refers,
    says_none,
    speaks_of_quote,
    trailing_remark,
)
from evaluator.types import Citation, CitationKind, IssueKind, ParseIssue, Span

MAX_CITATIONS = 1_000
MAX_CITATION_CHARACTERS = 10_000
"""A longer passage becomes several citations, so that no part of it escapes being checked."""

_LEADING = re.compile(r"(?:[\s,;:|*_#`]|[-–—•](?=\s)|[.)\]](?=\s|$))*")
_TRAILING = " \t\r\n\u00a0,;:|*_#`-–—"
_DOUBLE_MARKS = frozenset('"“”„‟＂«»‹›')
_CONTINUED_BLOCK_QUOTE = re.compile(rf"\n{BLOCK_QUOTE.pattern}")


@dataclass(frozen=True, slots=True)
class Beside:
    """Where unquoted text stands: beside a quotation that it leads up to or follows, behind a quoted sentence, between
    two quotations of one line with a colon or a bracket at its end, under a number or the name of a section, behind the
    name of a field."""

    quote: bool = False
    sentence: bool = False
    between: bool = False
    heading: str = ""
    field: bool = False


NOWHERE = Beside()


class Passages:
    """The citations, remarks and issues of one proof, in order. Positions that come in are decoded ones."""

    def __init__(self, offsets: OffsetMap) -> None:
        self.citations: list[Citation] = []
        self.remarks: list[Span] = []
        self.issues: list[ParseIssue] = []
        self._offsets = offsets
        self._full = False

    @property
    def full(self) -> bool:
        """Whether the bound on citations is reached: nothing more is kept."""
        return self._full

    def draft(self, start: int, text: str, kind: CitationKind) -> Citation | None:
        """The citation that `text` would be if it ended here."""
        start, text = trimmed(start, text[:MAX_CITATION_CHARACTERS], kind)
        if kind is CitationKind.LINE:
            while skipped := leading_remark(text):
                start, text = trimmed(start + skipped, text[skipped:], kind)
        if self._full or not has_word(text) or self._is_remark(text, kind, NOWHERE):
            return None
        return Citation(len(self.citations), text, self._offsets.raw_span(start, start + len(text)), kind)

    def add(self, start: int, text: str, kind: CitationKind, beside: Beside = NOWHERE) -> None:
        """Keep a finished passage."""
        start, text = trimmed(start, text, kind)
        if self._full or not has_word(text):
            return
        if self._is_remark(text, kind, beside):
            self.remark(start, text)
            return
        if kind is CitationKind.LINE:
            if skipped := leading_remark(text):
                self.remark(start, text[:skipped])
                heading = beside.heading or heading_of(text[:skipped])
                self.add(start + skipped, text[skipped:], kind, replace(beside, heading=heading))
                return
            end = trailing_remark(text)
            note_start, note = trimmed(start + end, text[end:], kind)
            text = text[:end].rstrip(_TRAILING)
            self._add_evidence(start, text, kind, beside.heading)
            self.remark(note_start, note)
        else:
            self._add_evidence(start, text, kind, beside.heading)

    def _is_remark(self, text: str, kind: CitationKind, beside: Beside) -> bool:
        if kind is not CitationKind.LINE:
            return says_none(text) or (beside.field and points_only(text))
        if beside.quote:
            if beside.between and points_on(text):
                return True
            return claims_nothing(text, alone=False) or (beside.sentence and refers(text))
        return claims_nothing(text, alone=not (self.citations and speaks_of_quote(text)))

    def remark(self, start: int, text: str) -> None:
        """Keep what claims nothing."""
        text = text.rstrip()
        if text and len(self.remarks) < MAX_CITATIONS:
            self.remarks.append(self._offsets.raw_span(start, start + len(text)))

    def _add_evidence(self, start: int, text: str, kind: CitationKind, heading: str) -> None:
        if len(text) > MAX_CITATION_CHARACTERS:
            message = f"A passage of {len(text):,} characters is checked in pieces of {MAX_CITATION_CHARACTERS:,}."
            self.report(IssueKind.TOO_LONG, start, len(text), message)
        for offset in range(0, len(text), MAX_CITATION_CHARACTERS):
            self._keep(start + offset, text[offset : offset + MAX_CITATION_CHARACTERS], kind, heading)

    def report(self, kind: IssueKind, start: int, length: int, message: str) -> None:
        self.issues.append(ParseIssue(kind, self._offsets.raw_span(start, start + length), message))

    def _keep(self, start: int, text: str, kind: CitationKind, heading: str) -> None:
        if not has_word(text):
            return
        if len(self.citations) < MAX_CITATIONS:
            shown = _CONTINUED_BLOCK_QUOTE.sub("\n", text) if kind is CitationKind.QUOTED else text
            span = self._offsets.raw_span(start, start + len(text))
            self.citations.append(Citation(len(self.citations), shown, span, kind, heading))
        elif not self._full:
            self._full = True
            message = f"The proof has more than {MAX_CITATIONS:,} passages; from here on they are not checked."
            self.report(IssueKind.TOO_LONG, start, len(text), message)


def has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def trimmed(start: int, text: str, kind: CitationKind) -> tuple[int, str]:
    """`text` at `start` without surrounding white space, separators and emphasis marks."""
    lead = _LEADING.match(text)
    skipped = lead.end() if lead else 0
    text = text[skipped:].rstrip(_TRAILING)
    if kind is CitationKind.LINE:
        if text.startswith("<<") and text.rstrip(".,; ").endswith(">>"):
            text = text.rstrip(".,; ")[2:-2]
            return start + skipped + 2, text
        if text[:1] in _DOUBLE_MARKS and not _DOUBLE_MARKS.intersection(text[1:]):
            text, skipped = text[1:], skipped + 1
        elif text[-1:] in _DOUBLE_MARKS and not _DOUBLE_MARKS.intersection(text[:-1]):
            text = text[:-1].rstrip(_TRAILING)
    return start + skipped, text
