"""Find the windows of a context that are closest to a quote by edit distance, ties and near ties included.

A block of the context yields its best window; where that is good, the text on both sides of it is searched again, so
that two sentences that differ in one number are both found wherever they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import edlib

MAX_WINDOWS = 8
MAX_NEEDLE = 3_000
"""A longer quote is looked for by its beginning and its end."""
MAX_DISTANCE = 0.6
"""Share of the quote's length that may differ: beyond it nothing reaches the floor of similarity."""
_MARGIN = 3
"""Words on either side of a window that the word alignment may draw on."""
_MAX_WORD = 100
"""Where no blank follows for this many characters (a script without blanks, or no text), a window is cut there."""
_BLOCK = 4_000
_CLOSE = 63
"""Edits that fit one machine word of the search."""
_STRETCH, _STRETCHES = 16, 8
_MAX_SPREAD = 200
"""Characters after the first end of a window within which its last end is looked for."""
_SLACK = 0.12
"""How much worse than the best window, in shares of the quote's length, a window may be and still be looked at: what
reads alike may differ by a few characters."""


class _Bytes(dict[int, int]):
    """Code point → byte: ASCII as it is, others scattered over the upper half, for a search on bytes is many times
    faster. Two characters that share a byte only cost a look: every window is compared word by word later."""

    def __missing__(self, code: int) -> int:
        byte = self[code] = code if code < 128 else 128 + (code * 2654435761 >> 7) % 128
        return byte


_BYTES = _Bytes()
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Window:
    """`[start, end)` of the searched text, `distance` edits away from the quote."""

    start: int
    end: int
    distance: int


def encode(text: str) -> bytes:
    """One byte for each character."""
    if text.isascii():
        return text.encode()
    return _BEYOND_ASCII.sub(lambda found: chr(_BYTES[ord(found[0])]), text).encode("latin-1")


def find_windows(needle: bytes, hay: bytes, start: int = 0) -> tuple[Window, ...]:
    """The closest windows of `hay[start:]`, nearest first, at most MAX_WINDOWS and not overlapping much. Takes time in
    proportion to the length of the hay (and, for long quotes, of the quote)."""
    if not needle or start >= len(hay):
        return ()
    if len(needle) > MAX_NEEDLE:
        return _find_by_ends(needle, hay, start)
    best = _least_distance(needle, hay[start:] if start else hay)
    if best is None:
        return ()
    limit = min(best + max(4, int(len(needle) * _SLACK)), int(len(needle) * MAX_DISTANCE))
    found: dict[tuple[int, int], Window] = {}
    step = max(_BLOCK, 4 * len(needle))
    for begin in range(start, len(hay), step):
        _search(needle, hay, begin, min(len(hay), begin + step + 2 * len(needle)), limit, found)
        if len(found) > 8 * MAX_WINDOWS:
            break
    ranked = sorted(found.values(), key=lambda window: (window.distance, window.start))
    return tuple(ranked[:MAX_WINDOWS])


def _find_by_ends(needle: bytes, hay: bytes, start: int) -> tuple[Window, ...]:
    size = MAX_NEEDLE // 2
    heads = find_windows(needle[:size], hay, start)
    tails = find_windows(needle[-size:], hay, start)
    found = [Window(w.start, min(len(hay), w.start + len(needle) * 21 // 20), w.distance) for w in heads[:2]]
    found += [Window(max(start, w.end - len(needle) * 21 // 20), w.end, w.distance) for w in tails[:2]]
    pairs = [(h, t) for h in heads for t in tails if size < t.end - h.start < 2 * len(needle)]
    best = min(pairs, key=lambda pair: pair[0].distance + pair[1].distance, default=None)
    return (Window(best[0].start, best[1].end, best[0].distance + best[1].distance),) if best else tuple(found[:2])


def _least_distance(needle: bytes, hay: bytes) -> int | None:
    """How far the closest window is; None where it is too far. Where a close one may be expected it is looked for
    first, which costs a fraction of the time: the search keeps as many rows as it allows edits."""
    most = int(len(needle) * MAX_DISTANCE)
    close = most > _CLOSE and _shares_a_stretch(needle, hay)
    for allowed in (_CLOSE, most) if close else (most,):
        distance: int = edlib.align(needle, hay, mode="HW", task="distance", k=allowed)["editDistance"]
        if distance >= 0:
            return distance
    return None


def _shares_a_stretch(needle: bytes, hay: bytes) -> bool:
    """Whether one of a few stretches of the needle stands in the hay: hardly any does in a text that is not close."""
    step = max(1, (len(needle) - _STRETCH) // (_STRETCHES - 1))
    return any(needle[at : at + _STRETCH] in hay for at in range(0, len(needle) - _STRETCH + 1, step))


def _search(needle: bytes, hay: bytes, begin: int, end: int, limit: int, found: dict[tuple[int, int], Window]) -> None:
    """Add the best window of `hay[begin:end]` within `limit` edits, and those beside it."""
    pending = [(begin, end)]
    rounds = 0
    while pending and rounds < 4 * MAX_WINDOWS:
        rounds += 1
        low, high = pending.pop()
        if high - low < max(1, len(needle) - limit):
            continue
        window = _nearest(needle, hay, low, high, limit)
        if window is None:
            continue
        found.setdefault((window.start, window.end), window)
        pending += [(low, window.start), (window.end, high)]


def _nearest(needle: bytes, hay: bytes, low: int, high: int, limit: int) -> Window | None:
    """The first window of `hay[low:high]` that is as close as any; of those with its start the one that ends last.

    Where each end has its start costs as much as the search, and a text like "aaaa" has thousands of ends: only
    those near the first are asked.
    """
    found = edlib.align(needle, hay[low:high], mode="HW", task="distance", k=limit)
    distance: int = found["editDistance"]
    if distance < 0:
        return None
    end = low + found["locations"][0][1] + 1
    floor, ceiling = max(low, end - len(needle) - distance), min(high, end + min(2 * distance, _MAX_SPREAD))
    near = edlib.align(needle, hay[floor:ceiling], mode="HW", task="locations", k=distance)["locations"]
    first = near[0][0] or 0
    last = max(stop for start, stop in near if (start or 0) == first)
    return Window(floor + first, floor + last + 1, distance)


def is_boundary(text: str, position: int) -> bool:
    """Whether a word or number may begin or end here."""
    if position <= 0 or position >= len(text):
        return True
    before, after = text[position - 1], text[position]
    if before.isalnum() and after.isalnum():
        return _is_unspaced(before) or _is_unspaced(after)
    if after == "=" and before in "<>!":
        return False
    if before in ".," and after.isdigit():
        return not text[max(0, position - 2) : position - 1].isdigit()
    return not (after in ".," and before.isdigit() and text[position + 1 : position + 2].isdigit())


def _is_unspaced(character: str) -> bool:
    """Whether the script writes words without blanks between them."""
    return "\u0e00" <= character <= "\u0e7f" or "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff"


def widen(text: str, start: int, end: int, floor: int) -> tuple[int, int]:
    """To whole words, and a few more on either side."""
    for _ in range(_MARGIN + 1):
        low, high = max(0, start - _MAX_WORD), min(len(text), end + _MAX_WORD)
        blank = text.rfind(" ", low, max(low, start - 1))
        start = low if blank < 0 else blank + 1
        blank = text.find(" ", end + 1, high)
        end = high if blank < 0 else blank
    return max(floor, start), end
