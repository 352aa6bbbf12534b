"""Which stretches of a tagged or channelled completion are its think, proof and answer.

The rules, for a text that arrives in pieces:

- A section runs from the first marker that starts its kind to the first marker after it that ends its kind, under
  any name of that kind. That is the rule of the reference package, so proofs and answers agree with it.
- Within the reasoning a marker of a section counts only where it begins a line. Elsewhere it is a mention ("I will
  use <proof> tags") and part of the reasoning. The reference has no such rule and takes the mention for the proof.
- Names that are markers of the same part may nest: in <proof><quote>…</quote><quote>…</quote></proof> only </proof>
  ends the proof, so that no evidence escapes. The reference stops at the first </quote>.
- A section that another one interrupts goes on if its own end marker still comes; else it ended at the interruption.
- A section never ended reaches to the end of the text. Channels do not nest: a new one ends the last.
- A kind already complete is not read again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from evaluator.parsing import messages
from evaluator.parsing.events import OpenSection, SectionClosed, SectionOpened, TraceEvent
from evaluator.parsing.markers import Marker, Sign
from evaluator.parsing.proof import ProofReader
from evaluator.types import Citation, ParseIssue, Section, SectionKind, Span, TraceFormat

_MAX_INNER_NAMES = 100


@dataclass(slots=True, eq=False)
class _Open:
    kind: SectionKind
    name: str
    marker_start: int
    start: int
    parts: list[str] = field(default_factory=list)
    interrupted: int | None = None
    inner_names: list[str] = field(default_factory=list)
    inner_end: Span | None = None


class SectionReader:
    """Takes text and markers in order; hands out events. `mentions` False reads every marker as one that counts."""

    def __init__(self, mentions: bool = True) -> None:
        self.sections: dict[SectionKind, Section] = {}
        self.issues: list[ParseIssue] = []
        self.markers: list[Span] = []
        self.mentions: list[tuple[SectionKind, Sign, Span]] = []
        self.line_is_blank = True
        self._mentions = mentions
        self._events: list[TraceEvent] = []
        self._open: dict[SectionKind, _Open] = {}
        self._inner: _Open | None = None
        self._repeated: _Open | None = None
        self._foreign = False
        self._lead: list[str] | None = []
        self._proof = ProofReader(self._events)
        self._undecided: list[tuple[int, str]] = []
        self._cut_off: int | None = None

    @property
    def citations(self) -> tuple[Citation, ...]:
        return self._proof.citations

    @property
    def remarks(self) -> tuple[Span, ...]:
        return self._proof.remarks

    @property
    def open_section(self) -> OpenSection | None:
        return OpenSection(self._inner.kind, self._inner.start) if self._inner else None

    @property
    def open_citation(self) -> Citation | None:
        in_proof = self._inner is not None and self._inner.kind is SectionKind.PROOF
        return self._proof.open_citation if in_proof else None

    def take_events(self) -> tuple[TraceEvent, ...]:
        events = tuple(self._events)
        self._events.clear()
        return events

    def text(self, start: int, run: str) -> None:
        """Plain text at `start`."""
        _, line_break, line = run.rpartition("\n")
        self.line_is_blank = (bool(line_break) or self.line_is_blank) and (not line or line.isspace())
        self._extend(run)
        if self._inner is not None and self._inner.kind is SectionKind.PROOF:
            self._proof.read(run, start)
        elif self._inner is None and self._repeated is None and SectionKind.PROOF in self._open:
            self._undecided.append((start, run))

    def marker(self, marker: Marker, start: int, raw: str) -> None:
        """A marker, written as `raw`, at `start`."""
        span = Span(start, start + len(raw))
        kind = marker.kind
        if kind is not None and self._is_mention(marker, kind):
            self.mentions.append((kind, marker.sign, span))
            self._note_inner_name(kind, marker)
            self.issues.append(messages.mentioned(kind, span.start, span.end))
            self.text(start, raw)
            return
        self.markers.append(span)
        self._proof.break_off()
        if self._undecided:
            self._undecided.append((start, ""))
        if marker.sign is Sign.NOISE:
            self._extend(raw)
        elif marker.sign is Sign.END:
            self._end(kind, marker.name, span, raw)
        elif kind is None:
            self._interrupt_channels(span.start)
            self._foreign = True
        else:
            self._start(kind, marker, span, raw)
            if marker.sign is Sign.EMPTY:
                self._end(kind, marker.name, Span(span.end, span.end), "")
        self._lead = None
        self.line_is_blank = True

    def cut_off(self, start: int, length: int) -> None:
        """The text ends within a marker, which says nothing any more but is no text of a section either."""
        self.markers.append(Span(start, start + length))
        self._cut_off = start

    def finish(self, completion: str) -> None:
        """No more text: close what is open. Issues gain those of sections without end and of the citations."""
        length = len(completion) if self._cut_off is None else self._cut_off
        if self._repeated is not None:
            self._end_repeated(length)
        for section in self._open.values():
            self._finish_section(section, completion, length)
        self._open = {}
        self._inner = None
        self._proof.break_off()
        self.issues += self._proof.issues

    def _finish_section(self, section: _Open, completion: str, length: int) -> None:
        """A section without end marker of its own. Where an inner marker of another name ended, that was its end;
        a proof keeps what follows as well, as it has been read for evidence."""
        end = length if section.interrupted is None else section.interrupted
        inner = section.inner_end
        if inner is not None:
            end = end if section.kind is SectionKind.PROOF else inner.start
            name = completion[inner.start : inner.end].strip("</> \t\n")
            self.issues.append(messages.mismatched(section.name, name, inner.start, inner.end))
        else:
            self.issues.append(messages.unclosed(section.kind, section.marker_start, section.start))
        text = completion[section.start : end]
        self.sections[section.kind] = Section(section.kind, text, Span(section.start, end), inner is not None)

    def _is_mention(self, marker: Marker, kind: SectionKind) -> bool:
        inner = self._repeated or self._inner
        if not self._mentions or inner is None or inner.kind is not SectionKind.THINK:
            return False
        if marker.format is TraceFormat.CHANNELS:
            return False
        if marker.sign is Sign.END:
            return kind is not SectionKind.THINK and kind not in self._open
        return not self.line_is_blank

    def _note_inner_name(self, kind: SectionKind, marker: Marker) -> None:
        """A marker that starts `kind` stands within an open section of that kind."""
        outer = self._open.get(kind)
        if outer is not None and marker.sign is Sign.START and len(outer.inner_names) < _MAX_INNER_NAMES:
            outer.inner_names.append(marker.name)

    def _extend(self, raw: str) -> None:
        for section in self._open.values():
            section.parts.append(raw)
        if self._lead is not None:
            self._lead.append(raw)

    def _start(self, kind: SectionKind, marker: Marker, span: Span, raw: str) -> None:
        if marker.format is TraceFormat.CHANNELS:
            self._interrupt_channels(span.start)
        self._foreign = False
        self._extend(raw)
        if self._repeated is not None:
            self._end_repeated(span.start)
        already = self._open.get(kind)
        if already is not None:
            self.issues.append(messages.begun_twice(kind, span.start, span.end))
            already.interrupted = None
            self._inner = already
            self._note_inner_name(kind, marker)
            self._settle_undecided(kind)
            return
        for section in self._open.values():
            section.interrupted = span.start if section.interrupted is None else section.interrupted
        opened = _Open(kind, marker.name, span.start, span.end)
        if kind in self.sections:
            self._inner, self._repeated = None, opened
            return
        self._open[kind] = self._inner = opened
        self._events.append(SectionOpened(kind, span.end))

    def _end(self, kind: SectionKind | None, name: str, span: Span, raw: str) -> None:
        """`kind` None ends whatever is open, as the end marker of a channel does."""
        if self._repeated is not None and kind in (None, self._repeated.kind):
            self._end_repeated(span.end)
            self._extend(raw)
            return
        if kind is None and self._inner is not None:
            kind, name = self._inner.kind, self._inner.name
        section = self._open.get(kind) if kind is not None else None
        if section is None:
            self._stray(kind, span, raw)
            return
        if name != section.name and name in section.inner_names:
            section.inner_names.remove(name)
            section.inner_end = span
            self._extend(raw)
            return
        if section.interrupted is not None:
            self.issues.append(messages.contains_another(section.kind, section.marker_start, section.start))
        if name != section.name:
            self.issues.append(messages.mismatched(section.name, name, span.start, span.end))
        self._close(section, span.start, closed=True)
        self._extend(raw)

    def _close(self, section: _Open, end: int, closed: bool) -> None:
        if section.kind is SectionKind.PROOF:
            self._settle_undecided(section.kind)
            self._proof.break_off()
        del self._open[section.kind]
        if self._inner is section:
            self._inner = None
        done = Section(section.kind, "".join(section.parts), Span(section.start, end), closed)
        self.sections[section.kind] = done
        self._events.append(SectionClosed(done))

    def _stray(self, kind: SectionKind | None, span: Span, raw: str) -> None:
        lead = "".join(self._lead or ())
        if kind is SectionKind.THINK and self._lead is not None and lead.strip():
            done = Section(kind, lead, Span(0, span.start), closed=True)
            self.sections[kind] = done
            self._events += [SectionOpened(kind, 0), SectionClosed(done)]
            self.issues.append(messages.implied_start(span.start, span.end))
        elif self._foreign:
            self._foreign = False
        else:
            self.issues.append(messages.stray_end(kind, span.start, span.end))
        self._extend(raw)

    def _end_repeated(self, end: int) -> None:
        assert self._repeated is not None  # noqa: S101 -- asked only while one is open
        self.issues.append(messages.repeated(self._repeated.kind, self._repeated.marker_start, end))
        self._repeated = None

    def _interrupt_channels(self, start: int) -> None:
        """A channel begins: the last one ends here, marker or not."""
        if self._repeated is not None:
            self._end_repeated(start)
        for section in tuple(self._open.values()):
            self.issues.append(messages.unclosed(section.kind, section.marker_start, section.start))
            self._close(section, start, closed=False)

    def _settle_undecided(self, kind: SectionKind) -> None:
        """Text after a section that stood within the proof turns out to be proof as well."""
        if kind is SectionKind.PROOF:
            runs, self._undecided = self._undecided, []
            for start, run in runs:
                if run:
                    self._proof.read(run, start)
                else:
                    self._proof.break_off()
