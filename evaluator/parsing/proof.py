"""The text of the one proof that counts, on its way to the citation scanner."""

from __future__ import annotations

from evaluator.parsing.citations import CitationScanner
from evaluator.parsing.events import CitationClosed, TraceEvent
from evaluator.parsing.offsets import OffsetMap
from evaluator.types import Citation, ParseIssue, Span


class ProofReader:
    """Adds a CitationClosed to `events` for every citation as it becomes complete."""

    def __init__(self, events: list[TraceEvent]) -> None:
        self._events = events
        self._offsets = OffsetMap()
        self._scanner = CitationScanner(self._offsets)
        self._told = 0
        self._has_read = False

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._scanner.passages.citations)

    @property
    def remarks(self) -> tuple[Span, ...]:
        return tuple(self._scanner.passages.remarks)

    @property
    def issues(self) -> list[ParseIssue]:
        return self._scanner.passages.issues

    @property
    def open_citation(self) -> Citation | None:
        return self._scanner.open_citation

    def read(self, decoded: str, at: int, width: int = 1) -> None:
        """`decoded` stands at `at` of the completion; each of its code points is `width` raw ones wide."""
        self._has_read = True
        self._offsets.append(len(decoded), at, width)
        self._scanner.feed(decoded)
        self._tell()

    def break_off(self) -> None:
        """What is read next is not the continuation of what was read before."""
        if self._has_read:  # as a completion has more markers than it has pieces of proof
            self._scanner.break_off()
            self._tell()
            self._has_read = False

    def _tell(self) -> None:
        found = self._scanner.passages.citations
        self._events += [CitationClosed(citation) for citation in found[self._told :]]
        self._told = len(found)
