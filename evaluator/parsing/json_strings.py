"""Strings of JSON as models write it: escapes, and the lenient answer to "does this quotation mark end it?"."""

from __future__ import annotations

import re

MAX_ESCAPE_CHARACTERS = 12
MAX_LOOK_AHEAD = 64

RUN = {'"': re.compile(r'[^"\\\x00-\x1f]+'), "'": re.compile(r"[^'\\\x00-\x1f]+")}
"""Text of a string up to what needs a closer look, by the mark that opened it."""

_SIMPLE = {
    '"': '"',
    "'": "'",
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")

_END_IN_OBJECT = re.compile(r"\s*(?:[}\]:]|,\s*[\"'}]|```)|[ \t]*\r?\n\s*[\"']|\s*[\"'][A-Za-z_]{1,24}[\"']\s*:")
_END_IN_LIST = re.compile(r"\s*(?:[}\]]|,\s*[\"'{\[\]\-\dtfn]|```)|[ \t]*\r?\n\s*[\"']")
_MAY_STILL_END = re.compile(r"\s*(?:,\s*|`{1,2}|[\"'](?:[A-Za-z_]{1,24}(?:[\"']\s*)?)?)?")


def decode_escape(window: str) -> tuple[str, int, bool]:
    """The character that the escape at the start of `window` stands for, its length, and whether it is valid.

    `window` holds MAX_ESCAPE_CHARACTERS code points, or fewer at the end of the text. Two escapes that make a
    surrogate pair are one character; an invalid escape stands for its backslash alone.
    """
    if pair := _PAIR.match(window):
        high, low = int(pair[1], 16), int(pair[2], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 12, True
    if single := _UNICODE.match(window):
        return chr(int(single[1], 16)), 6, True
    if window[1:2] in _SIMPLE:
        return _SIMPLE[window[1]], 2, window[1] != "'"
    return "\\", 1, False


def ends_string(after: str, in_object: bool, final: bool) -> bool | None:
    """Whether a quotation mark followed by `after` (at most MAX_LOOK_AHEAD code points) ends its string; None
    where more text is needed. A mark that no comma, colon or bracket follows is taken for part of the text."""
    if (_END_IN_OBJECT if in_object else _END_IN_LIST).match(after):
        return True
    rest = _MAY_STILL_END.match(after)
    if rest is None or rest.end() < len(after):
        return False
    return True if final or len(after) >= MAX_LOOK_AHEAD else None
