"""Where a structured format (JSON, YAML) puts the sections it finds; the first of each kind counts."""

from __future__ import annotations

from evaluator.parsing import messages
from evaluator.parsing.events import OpenSection, SectionClosed, SectionOpened, TraceEvent
from evaluator.parsing.proof import ProofReader
from evaluator.types import Citation, ParseIssue, Section, SectionKind, Span


class SectionSink:
    """`open`, then `text` and `next_piece` in any order, then `close`; `finish` where the text ends in between."""

    def __init__(self) -> None:
        self.sections: dict[SectionKind, Section] = {}
        self.issues: list[ParseIssue] = []
        self.markers: list[Span] = []
        self._events: list[TraceEvent] = []
        self._kind: SectionKind | None = None
        self._counts = True
        self._marker_start = 0
        self._start = 0
        self._parts: list[str] = []
        self._proof = ProofReader(self._events)

    @property
    def any_section(self) -> bool:
        return bool(self.sections) or self._kind is not None

    @property
    def citations(self) -> tuple[Citation, ...]:
        return self._proof.citations

    @property
    def remarks(self) -> tuple[Span, ...]:
        return self._proof.remarks

    @property
    def open_section(self) -> OpenSection | None:
        return OpenSection(self._kind, self._start) if self._kind and self._counts else None

    @property
    def open_citation(self) -> Citation | None:
        return self._proof.open_citation if self._is_evidence() else None

    def take_events(self) -> tuple[TraceEvent, ...]:
        events = tuple(self._events)
        self._events.clear()
        return events

    def open(self, kind: SectionKind, marker_start: int, start: int) -> None:
        self._kind, self._marker_start, self._start = kind, marker_start, start
        self._parts = []
        self._counts = kind not in self.sections
        if self._counts:
            self._events.append(SectionOpened(kind, start))

    def text(self, decoded: str, at: int, width: int) -> None:
        """`decoded` stands at `at`; each of its code points is `width` raw ones wide."""
        if not self._counts:
            return
        self._parts.append(decoded)
        if self._is_evidence():
            self._proof.read(decoded, at, width)

    def next_piece(self) -> None:
        """What follows is another item of a list."""
        if self._parts:
            self._parts.append("\n")
        if self._is_evidence():
            self._proof.break_off()

    def close(self, end: int, marker_end: int, closed: bool = True) -> None:
        kind = self._kind
        if kind is None:
            return
        if self._is_evidence():
            self._proof.break_off()
        self._kind = None
        if not self._counts:
            self.issues.append(messages.repeated(kind, self._marker_start, marker_end))
            return
        self.sections[kind] = Section(kind, "".join(self._parts), Span(self._start, end), closed)
        if closed:
            self._events.append(SectionClosed(self.sections[kind]))

    def finish(self, completion: str) -> None:
        if self._kind is not None:
            if self._counts:
                self.issues.append(messages.unclosed(self._kind, self._marker_start, self._start))
            self.close(len(completion), len(completion), closed=False)
        self.issues += self._proof.issues

    def _is_evidence(self) -> bool:
        return self._kind is SectionKind.PROOF and self._counts
