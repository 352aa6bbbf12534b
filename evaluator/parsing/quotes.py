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

BULLET = re.compile(
    r"[ \t]{0,40}(?:(?:[-*+•‣◦▪·–—→➔➤►▶✓✔○●■□◆]|[QqSs]\d{1,2}[.):]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)]|\(?[ivx]{2,4}[.)])"
    r"(?:[ \t]{1,40}|(?=[\"“«‘„]|$))"
    r"|\[\d{1,3}\][ \t]{0,40})"
)
BLOCK_QUOTE = re.compile(r"[ \t]{0,40}>{1,3}[ \t]{0,40}")
FENCE = re.compile(
    r"```(?:(?:text|txt|plaintext|plain|markdown|md|quote|context|json|ya?ml|xml|html)[ \t]{0,4}(?=\n))?"
)

_MISREAD = "\u20ac"
"""A dash whose UTF-8 was read as Windows-1252 ends in a quotation mark behind this sign."""
_AFTER_SINGLE_MARK = frozenset("[(…≥≤<>±~+-−–|*")
_BEFORE_OPENING = frozenset(" \t\r\n\u00a0\u202f([{<>:;,—–-/*_|=…\"“”„‟＂'‘’«»‹›「『")


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
