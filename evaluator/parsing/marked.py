"""Runs over text that arrives in pieces and hands its markers and plain stretches to a section reader."""

from __future__ import annotations

from evaluator.parsing.markers import CANDIDATE, Sign, is_cut_off, read_marker, undecided
from evaluator.parsing.sections import SectionReader
from evaluator.types import TraceFormat

ALL_FORMATS = frozenset({TraceFormat.TAGS, TraceFormat.CHANNELS, TraceFormat.JSON})


class MarkedText:
    """The first marker decides the format; the marks of the other formats are plain text from then on."""

    def __init__(self, reader: SectionReader, formats: frozenset[TraceFormat] = ALL_FORMATS) -> None:
        self.reader = reader
        self.format: TraceFormat | None = None
        self._formats = formats

    def advance(self, buffer: str, index: int, base: int, final: bool) -> tuple[int, bool]:
        """Read `buffer[index:]`, whose first code point is at `base + index` of the completion.

        Returns how far it came, and whether it stopped before the brace of a JSON object. What it left unread
        (a marker that may still be on its way) must come again with more text, or with `final`.
        """
        while index < len(buffer):
            found = CANDIDATE.search(buffer, index)
            stop = found.start() if found else len(buffer)
            if stop > index:
                self.reader.text(base + index, buffer[index:stop])
            if found is None:
                return stop, False
            if not final and undecided(buffer, stop, self._formats):
                return stop, False
            marker = read_marker(buffer, stop, self._formats, self.reader.line_is_blank)
            if marker is None and final and TraceFormat.TAGS in self._formats and is_cut_off(buffer, stop):
                self.reader.cut_off(base + stop, len(buffer) - stop)
                return len(buffer), False
            if marker is None:
                self.reader.text(base + stop, buffer[stop])
                index = stop + 1
            elif marker.sign is Sign.OBJECT:
                return stop, True
            else:
                index = stop + marker.length
                self.format = marker.format
                self._formats = frozenset({marker.format})
                self.reader.marker(marker, base + stop, buffer[stop:index])
        return index, False


def read_marked(text: str, start: int, end: int) -> SectionReader:
    """Read the tags in `text[start:end]`, each of which counts wherever it stands."""
    reader = SectionReader(mentions=False)
    MarkedText(reader, frozenset({TraceFormat.TAGS})).advance(text[:end], start, 0, final=True)
    reader.finish(text[:end])
    return reader
