"""From the offsets of Python, which count code points, to those of the browser, which count UTF-16 units."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from evaluator.types import Span

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def encodable(text: str) -> str:
    """`text` with each lone surrogate replaced by U+FFFD: it can be sent as UTF-8, and no offset moves."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


@dataclass(frozen=True, slots=True)
class Utf16:
    """The way from code points of one text to its UTF-16 units. `astral` holds the positions, in ascending order,
    of the code points that take two units."""

    astral: tuple[int, ...]

    def at(self, position: int) -> int:
        return position + bisect_left(self.astral, position)

    def span(self, span: Span) -> list[int]:
        """`span` as `[start, end]` in UTF-16 units."""
        return [self.at(span.start), self.at(span.end)]


def utf16_of(text: str) -> Utf16:
    """The conversion for `text`. A lone surrogate counts as the one unit that `encodable` leaves of it."""
    if text.isascii():
        return Utf16(())
    return Utf16(tuple(match.start() for match in _ASTRAL.finditer(text)))


@lru_cache(maxsize=16)
def utf16_of_context(context: str) -> Utf16:
    """As `utf16_of`, remembered: a context is asked about 25 times a second while a trace is being written."""
    return utf16_of(context)
