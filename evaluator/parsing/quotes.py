"""Quotation marks: which ones open a quotation, which ones close it, and which are apostrophes or inches."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum


class MarkFamily(Enum):
    """Marks of one family may close one another: models mix “ and " in one pair."""

    DOUBLE = '"“”„‟＂'
    SINGLE = "'‘’‚‛"
    ANGLE = "«»‹›"
    CORNER = "「」『』"
    FENCE = "`"


FAMILY_OF = {mark: family for family in MarkFamily for mark in family.value}
ONLY_OPENS = frozenset("“„‟‘‚‛「『")
ONLY_CLOSES = frozenset("”’」』")

_PICTURES = (
    "\u2460-\u249b\u24ea-\u24ff\u2756\u2776-\u2793\u25a0-\u25b1\u25b6-\u25bb\u25c6-\u25ff\u2605\u2606\u2611\u2691\u270d\u270f-\u2714"
    "\u2719-\u274b\u2b1b\u2b1c\u2b24\u2b50\U0001f3af\U0001f446-\U0001f44d\U0001f4a1\U0001f4ac\U0001f4ad\U0001f4c1-\U0001f4c7"
    "\U0001f4ca-\U0001f4dd\U0001f4e2-\U0001f4f0\U0001f4d6\U0001f50d-\U0001f518\U0001f534-\U0001f539\U0001f5a5-\U0001f5fe\u2705"
    "\U0001f7e0-\U0001f7eb\U0001f9e0-\U0001f9ff\U0001fa7a\U0001fa7b\U0001fabd"
)
"""Pictures and circled figures that only set off a line. Crosses, empty boxes, prohibitions, question marks, arrows up
and down, faces and the signs of sex say something."""

BULLET = re.compile(
    rf"[ \t]{{0,40}}(?:[{_PICTURES}]|\d\ufe0f?\u20e3)\ufe0f?[ \t]{{1,40}}|"
    r"[ \t]{0,40}(?:(?:[-*+•‣◦▪·–—→➔➤►▶✓✔○●■□◆]|[QqSs]\d{1,2}[.):]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)]|\(?[ivx]{2,4}[.)])"
    r"(?:[ \t]{1,40}|(?=[\"“«‘„]|$))"
    r"|\[\d{1,3}\][ \t]{0,40})"
)
BLOCK_QUOTE = re.compile(r"[ \t]{0,40}>{1,3}[ \t]{0,40}(?:>{1,3}[ \t]{1,2}){0,6}")
LINE_NUMBER = re.compile(
    r"[ \t]{0,8}(?:L(?P<level>\d{1,4}):?|(?:(?:[Ll]ines?|[Ll]n\.?|[Rr]ow)[ \t]?)(?P<line>\d{1,4})[:.|]?"
    r"|[\[(](?:[Ll]ine )?(?P<inner>\d{1,4})[\])]:?|(?P<bare>\d{1,4})(?=[ \t]{0,3}\||:?\t|[ ]{2})[ \t]{0,3}(?:\||:)?)"
    r"(?:[ \t]{1,4}|$)"
)
"""What stands before the lines of a listing. “L4” may be a vertebra: it is kept as a heading."""


FENCE = re.compile(
    r"```(?:(?:text|txt|plaintext|plain|markdown|md|quote|context|json|ya?ml|xml|html)[ \t]{0,4}(?=\n))?"
)

_MISREAD = "\u20ac"
"""A dash whose UTF-8 was read as Windows-1252 ends in a quotation mark behind this sign."""
_AFTER_SINGLE_MARK = frozenset("[(…≥≤<>±~+-−–|*")
_BEFORE_OPENING = frozenset(" \t\r\n\u00a0\u202f([{<>:;,—–-/*_|=…\"“”„‟＂'‘’«»‹›「『")


def line_number(line: str) -> int | None:
    """The number that a line of a listing may begin with."""
    found = LINE_NUMBER.match(line)
    if found is None:
        return None
    return int(found["level"] or found["line"] or found["inner"] or found["bare"])


@dataclass(slots=True)
class OpenQuote:
    """A quotation that is being read, in decoded positions. `start` is the first after the mark; `mark` has the
    backslash where it is `escaped`, and all of a doubled or tripled mark."""

    family: MarkFamily
    mark: str
    mark_start: int
    start: int
    escaped: bool
    parts: list[str] = field(default_factory=list)
    depth: int = 1
    doubled: bool = False
    lines: int = 0

    def text(self) -> str:
        return "".join(self.parts)


def opens_quote(previous: str, mark: str, following: str, line_head: bool) -> bool:
    """Whether `mark`, between `previous` and `following` (empty at an edge), begins a quotation.

    A mark after a letter or digit does not (an inch, an apostrophe); one before white space does only where it
    begins its line.
    """
    if mark in ONLY_CLOSES or previous == _MISREAD:
        return False
    if mark in ONLY_OPENS and FAMILY_OF[mark] is not MarkFamily.SINGLE:
        return bool(following)
    if previous and previous not in _BEFORE_OPENING:
        return False
    if FAMILY_OF[mark] is MarkFamily.SINGLE:
        return following.isalnum() or following in _AFTER_SINGLE_MARK
    return bool(following) and (line_head or not following.isspace())


def closes_quote(quote: OpenQuote, previous: str, mark: str, following: str) -> bool:
    """Whether `mark` ends the innermost quotation open in `quote`; `following` is up to six code points."""
    after = following[:1]
    if previous == _MISREAD:
        return False
    if quote.family is MarkFamily.SINGLE:
        return not after.isalnum() and not _is_possessive(previous, following)
    if quote.family is MarkFamily.ANGLE:
        return mark != quote.mark[0]
    if mark in ONLY_CLOSES:
        return True
    return not nests_quote(quote, previous, mark, following)


def doubles_quote(quote: OpenQuote, previous: str, run: int, after: str) -> bool:
    """Whether two of `run` straight marks stand for one, as in spreadsheets: "he said ""no"" twice"."""
    if quote.doubled:
        return run >= 2
    return run == 2 and previous in {" ", "(", "["} and after.isalnum()


def nests_quote(quote: OpenQuote, previous: str, mark: str, following: str) -> bool:
    """Whether `mark` opens a quotation of the same family within `quote`."""
    after = following[:1]
    if quote.family is MarkFamily.SINGLE or mark in ONLY_CLOSES:
        return False
    if quote.family is MarkFamily.ANGLE:
        return mark == quote.mark[0]
    looks_open = (not previous or previous.isspace() or previous in "([{—–") and after.isalnum()
    return looks_open if mark in '"＂“' else mark in ONLY_OPENS


def _is_possessive(previous: str, following: str) -> bool:
    """`the patients' tumours`: after an s, before a lower-case word that is no connective."""
    if previous not in {"s", "x", "z"} or following[:1] != " " or not following[1:2].islower():
        return False
    return following[1:5] not in {"and ", "but "} and following[1:4] not in {"or ", "in ", "as "}
