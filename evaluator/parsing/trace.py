"""From the raw text of a completion to its trace: whole (`parse_trace`) or while it arrives (`TraceParser`)."""

from __future__ import annotations

from evaluator.parsing import messages
from evaluator.parsing.assembly import Reading, assemble
from evaluator.parsing.events import OpenSection, TraceEvent
from evaluator.parsing.json_reader import JsonReader
from evaluator.parsing.marked import ALL_FORMATS, MarkedText
from evaluator.parsing.section_sink import SectionSink
from evaluator.parsing.sections import SectionReader
from evaluator.types import Citation, IssueKind, ParseIssue, Trace, TraceFormat

MAX_COMPLETION_CHARACTERS = 2_000_000
"""What follows is kept in the trace but not read."""


def parse_trace(completion: str) -> Trace:
    """The trace of a whole completion. Never raises: what is malformed becomes an issue of the trace."""
    parser = TraceParser()
    parser.feed(completion)
    return parser.finish()


class TraceParser:
    """Text in, events out, at a cost that depends on the new text alone.

    The events and the trace do not depend on how the text was cut into pieces. What `finish` returns agrees with
    the events, and adds what only the end of the text can tell: sections and citations without an end, YAML,
    sections that turn out to stand within the reasoning, and the issues.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._buffer = ""
        self._index = 0
        self._base = 0
        self._reader = SectionReader()
        self._marked = MarkedText(self._reader)
        self._object: JsonReader | None = None
        self._trace: Trace | None = None

    @property
    def open_section(self) -> OpenSection | None:
        return self._live.open_section

    @property
    def open_citation(self) -> Citation | None:
        """The citation that is still being written, as far as its text came; for a tentative grounding."""
        return self._live.open_citation

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations that are complete so far."""
        return self._live.citations

    def feed(self, text: str) -> tuple[TraceEvent, ...]:
        """Take the next piece of text. Raises RuntimeError after `finish`."""
        if self._trace is not None:
            raise RuntimeError("the completion has been finished")
        self._pieces.append(text)
        readable = text[: max(0, MAX_COMPLETION_CHARACTERS - self._length)]
        self._length += len(text)
        self._buffer = self._buffer[self._index :] + readable
        self._base += self._index
        self._index = 0
        self._advance(final=False)
        return self._live.take_events()

    def finish(self) -> Trace:
        """The trace of all that was fed; the same one when asked again."""
        if self._trace is None:
            self._advance(final=True)
            self._trace = self._assemble("".join(self._pieces))
        return self._trace

    @property
    def _live(self) -> SectionReader | SectionSink:
        """The reader of the format that the text has shown to have."""
        return self._object.sink if self._object is not None and self._object.committed else self._reader

    def _advance(self, final: bool) -> None:
        while self._index < len(self._buffer):
            if self._object is None:
                self._index, at_object = self._marked.advance(self._buffer, self._index, self._base, final)
                if not at_object:
                    return
                self._object = JsonReader()
            reached = self._object.advance(self._buffer, self._index, self._base, final)
            waits = reached == self._index
            if not self._object.committed:
                self._reader.text(self._base + self._index, self._buffer[self._index : reached])
            self._index = reached
            if self._object.ended:
                if self._object.committed:
                    self._index = len(self._buffer)
                else:
                    self._object = None  # an object that is no trace: look for one behind it
            elif waits or reached == len(self._buffer):
                return

    def _assemble(self, completion: str) -> Trace:
        readable = completion[:MAX_COMPLETION_CHARACTERS]
        reading = self._reading(readable)
        if len(completion) > len(readable):
            reading.issues.append(_too_long(len(readable), len(completion)))
        return assemble(completion, reading)

    def _reading(self, readable: str) -> Reading:
        if self._object is not None and self._object.committed:
            self._object.finish(readable)
            return Reading.of(TraceFormat.JSON, self._object.sink)
        if self._object is not None:
            # An object without end swallowed the rest and was no trace: read again, as if no object could be one.
            self._reader = SectionReader()
            self._marked = MarkedText(self._reader, ALL_FORMATS - {TraceFormat.JSON})
            self._marked.advance(readable, 0, 0, final=True)
        self._reader.finish(readable)
        if self._marked.format is None:
            from evaluator.parsing.yaml_reader import read_yaml  # here, as few texts need it and PyYAML loads slowly

            if mapping := read_yaml(readable):
                return Reading.of(TraceFormat.YAML, mapping)
        return Reading.of(self._marked.format or TraceFormat.TAGS, self._reader)


def _too_long(start: int, end: int) -> ParseIssue:
    message = f"The completion has {end:,} characters; what comes after {start:,} is not read."
    return messages.issue(IssueKind.TOO_LONG, start, end, message)
