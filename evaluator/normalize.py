"""Fold what typography alone makes different, and keep the way back to the text as received.

Folding changes no word: it evens out case, white space, quote marks, dashes, invisible and compatibility
characters, accents, entities and simple tags. `10⁹` becomes `10^9` and never `109`; `m²` becomes `m2`; a raised
number after a word or a full stop is a reference mark and goes. Words, numbers and signs stay: what they mean is
`terms` business.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from evaluator.escapes import Unescaped, unescape
from evaluator.types import Span

SHORT_TEXT = 4_000
"""Texts up to this many characters (quotes) have a cache of their own, so that they do not push out contexts."""

_DASH = "-\u00ad\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_MISREAD = "\u00c2\u00c3\u00c5\u00ce\u00cf\u00e2"
"""What UTF-8 begins with where it was read as Windows-1252."""
_MISREAD_REST = (
    "\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c"
    "\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178"
)
_SPECIAL = re.compile(
    rf"(?P<misread>\u00e2[{_MISREAD_REST}]{{2}}|[{_MISREAD[:-1]}][{_MISREAD_REST}])|"
    r"(?P<dash>\s*(?:[\u2014\u2015\u2e3a\u2e3b]|(?<!-)-{2,3}(?!-))\s*)"
    r"|(?P<inserted>(?<![^\W_])\[[^\W\d_]{1,2}\](?=[^\W\d_]))"
    rf"|(?P<hyphenation>(?<=[^\W\d_])[{_DASH}][ \t\r]*\n\s*(?=[^\W\d_]))"
    r"|(?P<space>\s\s+|[^\S ])"
    r"|(?P<raised>[\u00b9\u00b2\u00b3\u2070\u2074-\u207b]+(?:[,\u02d2][\u00b9\u00b2\u00b3\u2070\u2074-\u207b]+)*)"
    r"|(?P<lowered>[\u2080-\u2089]{2,})"
    r"|(?P<tagged></?(?:b|i|u|p|em|strong|sub|span|mark|br|li|ul|ol|q|cite|quote|blockquote|code|pre|div|context|source"
    r"|text|a|td|tr|th|table|tbody|thead|font|small|tt|dd|dt|dl|h[1-6]|section|article)(?:\s[^<>]{0,80})?\s*/?>|</sup>)"
    r"|(?P<note>\[\^\w{1,12}\]|\s?\[sic!?\]|(?<=[^\W\d_]{3})<sup>\s?(?:[a-z]|[*\u2020\u2021\u00a7\u00b6#]{1,3})\s?</sup>)"
    r"|(?P<sup><sup>)"
    r"|(?P<entity>&(?:\#\d{1,7}|\#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);)"
    r"|(?P<degree>\$?\^?\{?\\circ\}?\$?)"
    r"|(?P<latex>\\(?:geq?|leq?|pm|times|approx|cdot|sim|rightarrow|to|mu|alpha|beta|gamma|delta|kappa|degree)"
    r"(?![a-z])\$?|\\[%,;&!])"
    r"|(?P<dollar>\$(?=[\\^_{])|(?<=[}])\$|(?<=\^\d)\$|(?<=\^\d\d)\$)"
    r"|(?P<control>[\x00-\x08\x0e-\x1b\x7f])"
    r"|(?P<other>[^\x00-\x7f])",
    re.IGNORECASE,
)
_SUSPECT = re.compile(r"[^ -#%'-,.-;=-Z\]-~]")
_SUSPECT_OR_BLANKS = re.compile(rf"{_SUSPECT.pattern}| (?= )")
"""Where something special may begin, beside the blank before it: a search of one class of characters is many times
faster than trying every alternative everywhere."""
_AFTER_SPECIAL_HYPHEN = frozenset("- \t\r\n")
_LATEX = {
    "geq": ">=", "ge": ">=", "leq": "<=", "le": "<=", "pm": "±", "times": "x", "approx": "~",
    "%": "%", ",": " ", ";": " ", "&": "&", "!": "", "cdot": "x", "sim": "~", "rightarrow": "->", "to": "->", "mu": "μ",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "kappa": "κ", "degree": "°",
}  # fmt: skip
_SIGNS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u02bc\u02b9\u00b4\u2039\u203a\uff07\u055a", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u301d\u301e\uff02\u02ba", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d\u2043", "-"),
    **dict.fromkeys("\u2265\u2267\u2a7e\u2273", ">="), **dict.fromkeys("\u2264\u2266\u2a7d\u2272", "<="),
    **dict.fromkeys("\u2248\u223c\u2243\u2245\uff5e", "~"), **dict.fromkeys("\u2260", "!="),
    **dict.fromkeys("\u226e", ">="), **dict.fromkeys("\u226f", "<="),
    **dict.fromkeys("\u00d7\u2715\u2a2f", "x"), **dict.fromkeys("\u2044\u2215", "/"),
    **dict.fromkeys("\u2192\u27f6\u21d2", "->"), **dict.fromkeys("\u00ae\u2122\u00a9\u2120", ""),
    "\u00ba": "°", "\u02da": "°", "\u226a": "<<", "\u226b": ">>", "\u00b5": "\u03bc", "\u00df": "ss",
    "\u00bd": "0.5", "\u00bc": "0.25", "\u00be": "0.75", "\u2153": "1/3", "\u2154": "2/3", "\u215b": "0.125",
}  # fmt: skip
_AREA_UNITS = frozenset(["m", "cm", "mm", "km", "dm", "nm", "μm", "um", "s", "h", "in", "ft", "kg", "l"])
_DOTS = "\u00b7\u2219\u22c5\u2027"


_PLAIN: dict[str, str] = {}
"""What a character that is special by itself folds to wherever it stands; found once each."""


def _fold_character(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    category = unicodedata.category(character)
    if category in ("Cf", "Cc") or "\ufe00" <= character <= "\ufe0f" or "\u0300" <= character <= "\u036f":
        return ""
    if character.isspace():
        return " "
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if category[0] == "L":
        bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not "\u0300" <= c <= "\u036f")
        return unicodedata.normalize("NFC", bare).casefold()
    return " ".join(unicodedata.normalize("NFKC", character).split()).casefold()


@dataclass(frozen=True, slots=True)
class Folded:
    """A text folded for comparison. `text` is lower case with single spaces; the rest leads back to `original`.

    The segments cover `text` in order: segment i begins at `folded_starts[i]` and stands for
    `original[original_starts[i]:original_ends[i]]`; where `linear[i]` it does so character by character.
    """

    original: str
    text: str
    folded_starts: tuple[int, ...]
    original_starts: tuple[int, ...]
    original_ends: tuple[int, ...]
    linear: tuple[bool, ...]

    def original_span(self, start: int, end: int) -> Span:
        """The code points of the original behind `text[start:end]`; an empty range gives an empty span."""
        if not self.text or start >= len(self.text):
            return Span(len(self.original), len(self.original))
        first = self._start(start)
        return Span(first, self._end(end) if end > start else first)

    def original_place(self, position: int) -> int:
        """Where the original of `text[position:]` begins."""
        return self._start(position) if position < len(self.text) else len(self.original)

    def _start(self, position: int) -> int:
        index = bisect_right(self.folded_starts, position) - 1
        offset = position - self.folded_starts[index] if self.linear[index] else 0
        return self.original_starts[index] + offset

    def _end(self, position: int) -> int:
        index = bisect_right(self.folded_starts, min(position, len(self.text)) - 1) - 1
        if not self.linear[index]:
            return self.original_ends[index]
        return self.original_starts[index] + min(position, len(self.text)) - self.folded_starts[index]


class _Builder:
    """Collects the segments of one text, left to right."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.pieces: list[str] = []
        self.segments: list[tuple[int, int, int, bool]] = []
        self.length = 0

    def tail(self) -> str:
        """The last few folded characters: what a raised number or a space is judged by."""
        return "".join(piece[-24:] for piece in self.pieces[-24:])

    def copy(self, start: int, end: int) -> None:
        """Take ASCII text over as it is, in lower case."""
        if start < end:
            self._add(self.original[start:end].lower(), start, end, True)

    def put(self, folded: str, start: int, end: int) -> None:
        """Let `original[start:end]` read as `folded`."""
        if folded and not (folded == " " and self.pieces and self.pieces[-1][-1] == " "):
            self._add(folded, start, end, len(folded) == end - start == 1)

    def _add(self, folded: str, start: int, end: int, linear: bool) -> None:
        segments = self.segments
        if linear and segments and segments[-1][3] and segments[-1][2] == start:
            segments[-1] = (segments[-1][0], segments[-1][1], end, True)
        else:
            segments.append((self.length, start, end, linear))
        self.pieces.append(folded)
        self.length += len(folded)

    def build(self) -> Folded:
        columns = tuple(zip(*self.segments, strict=True)) if self.segments else ((), (), (), ())
        return Folded(self.original, "".join(self.pieces), *columns)


def _raised(run: str, tail: str) -> str:
    """A raised number: a power after a digit, part of a unit or symbol after it, else a reference mark."""
    plain = unicodedata.normalize("NFKC", run).replace("\u2212", "-")
    if tail[-1:].isdigit():
        return "^" + plain
    match = re.search(r"[^\W\d_]+$", tail)
    if match is not None and plain[0] == "-" and len(plain) > 1:
        return "^" + plain  # `min⁻¹` is "per minute", no reference
    if match is None:
        return "" if tail[-1:] and tail[-1] in ".,;:)]\"'!?" else plain
    return plain if match[0] in _AREA_UNITS or len(match[0]) <= 2 else ""


def _other(character: str, tail: str, following: str) -> str:
    """One non-ASCII character, in its surroundings where they matter."""
    if character in _DOTS:
        return "." if tail[-1:].isdigit() and following.isdigit() else "*"
    folded = _fold_character(character)
    if folded[:1].isdigit() and not character.isdecimal() and tail[-1:].isdigit():
        return folded[1:] if folded[:2] == "0." else " " + folded
    return folded


def _fold(text: str) -> Folded:
    """A text folded, its escapes resolved first."""
    plain = unescape(text)
    return _fold_plain(text) if plain is None else _led_back(_fold_plain(plain.text), plain, text)


def _led_back(folded: Folded, plain: Unescaped, original: str) -> Folded:
    """What was folded of an unescaped text, with the way back to the text as it was received."""
    segments: list[tuple[int, int, int, bool]] = []
    columns = (folded.folded_starts, folded.original_starts, folded.original_ends, folded.linear)
    for at, start, end, linear in zip(*columns, strict=True):
        stretches = plain.stretches(start, end)
        if linear:
            segments += [(at + begun - start, raw, stop, same) for begun, raw, stop, same in stretches]
        else:
            segments.append((at, stretches[0][1], stretches[-1][2], False))
    led = tuple(zip(*segments, strict=True)) if segments else ((), (), (), ())
    return Folded(original, folded.text, *led)


def _fold_plain(text: str) -> Folded:
    builder = _Builder(text)
    position = looked = 0
    find = (_SUSPECT_OR_BLANKS if "  " in text else _SUSPECT).search
    while suspect := find(text, looked):
        at = suspect.start()
        character = text[at]
        known = _PLAIN.get(character)
        if known is not None and not (character in _DASH and text[at + 1 : at + 2] in _AFTER_SPECIAL_HYPHEN):
            builder.copy(position, at)
            position = looked = at + 1
            builder.put(known, at, position)
            continue
        looked = at + 1
        match = _special_at(text, position, at)
        if match is not None:
            builder.copy(position, match.start())
            position = looked = match.end()
            builder.put(_replacement(match, builder, text), match.start(), position)
    builder.copy(position, len(text))
    return builder.build()


def _special_at(text: str, position: int, at: int) -> re.Match[str] | None:
    """What is special at a suspect character, or at the blank before it."""
    if text[at] == "-" and text[at + 1 : at + 2] not in _AFTER_SPECIAL_HYPHEN:
        return None
    before = _SPECIAL.match(text, at - 1) if at > position and text[at - 1] == " " else None
    return before or _SPECIAL.match(text, at)


def _replacement(match: re.Match[str], builder: _Builder, text: str) -> str:
    kind, following = match.lastgroup or "", text[match.end() : match.end() + 1]
    if kind == "space":
        return " "
    if kind == "other" and match[0] not in _DOTS and match[0] not in _MISREAD:
        folded = _fold_character(match[0])
        if not folded[:1].isdigit() or match[0].isdecimal():
            _PLAIN[match[0]] = folded
            return folded
    return _REPLACE[kind](match[0], builder.tail(), following)


def _reread(run: str, tail: str, following: str) -> str:
    """Characters that were UTF-8 read as Windows-1252, as what they were."""
    data = b"".join(bytes([ord(c)]) if ord(c) < 256 else c.encode("cp1252") for c in run)
    with suppress(UnicodeDecodeError):
        run = data.decode()
    if run.isspace():
        return " "
    return "".join(_raised(c, tail) if c in "¹²³" else _other(c, tail, following) for c in run)


def _entity(entity: str, tail: str, following: str) -> str:
    resolved = html.unescape(entity)
    if resolved == entity:
        return entity.lower()
    if resolved.isspace():
        return " "
    return "".join(_raised(c, tail) if c in "¹²³" else _other(c, tail, following) for c in resolved)


_REPLACE: dict[str, Callable[[str, str, str], str]] = {
    "dash": lambda _run, tail, _following: "- " if tail.endswith(" ") else " - ",
    "hyphenation": lambda run, _tail, _following: "" if run[0] == "\u00ad" else "-",
    "raised": lambda run, tail, _following: _raised(run, tail),
    "sup": lambda _run, tail, _following: "^" if tail[-1:].isdigit() else "",
    "entity": _entity,
    "latex": lambda run, _tail, _following: _LATEX[run[1:].rstrip("$").lower()],
    "degree": lambda _run, _tail, _following: "°",
    "dollar": lambda _run, _tail, _following: "",
    "misread": lambda run, tail, following: _reread(run, tail, following),
    "inserted": lambda run, _tail, _following: unicodedata.normalize("NFKC", run[1:-1]).casefold(),
    "lowered": lambda run, tail, _following: " " * tail[-1:].isdigit() + unicodedata.normalize("NFKC", run),
    "note": lambda _run, _tail, _following: "",
    "tagged": lambda _run, _tail, _following: "",
    "control": lambda _run, _tail, _following: "",
    "other": _other,
}

_fold_long = lru_cache(maxsize=8)(_fold)
_fold_short = lru_cache(maxsize=1024)(_fold)


def fold(text: str) -> Folded:
    """The folded text, remembered for the last few contexts (2 MB each at most) and of a thousand quotes."""
    return _fold_short(text) if len(text) <= SHORT_TEXT else _fold_long(text)
