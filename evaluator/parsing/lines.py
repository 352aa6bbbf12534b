"""Lines of a proof outside quotation marks: bullets, wraps, and the line that is being read."""

from __future__ import annotations

from evaluator.parsing.passages import has_word, trimmed
from evaluator.parsing.quotes import BLOCK_QUOTE, BULLET, FAMILY_OF, LINE_NUMBER, line_number, opens_quote
from evaluator.parsing.remarks import MAX_REMARK_CHARACTERS, claims_nothing
from evaluator.types import CitationKind

MIN_WRAPPED_LINE = 40
"""A shorter line ends where it ends: a list of findings, not a wrapped sentence."""
MAX_TERM_WORDS = 3
"""A quotation of up to so many words in the middle of a sentence is a term of that sentence."""

_NO_WRAP_AFTER = frozenset('.!?:;…"”»')
_LOWEST_VERTEBRA = 5
_HYPHENS = frozenset("-\u2010\u00ad")
_MAX_LINE_HEAD = 100


class OpenLine:
    """The unquoted text that is being read: a line, or a sentence that wraps over several, or what follows a
    quotation on its line. `start` is a decoded position."""

    __slots__ = ("_first", "_from_head", "_last", "_length", "_parts", "numbered", "start")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.start = 0
        self._parts: list[str] = []
        self._length = 0
        self._from_head = True
        self._first = ""
        self._last = ""
        self.numbered = False

    def __bool__(self) -> bool:
        return bool(self._parts)

    def extend(self, piece: str, start: int, from_head: bool) -> None:
        """Add `piece`, which stands at `start`; `from_head` says of the first one that it begins a line."""
        if not self._parts:
            self.start, self._from_head = start, from_head
        self._parts.append(piece)
        self._length += len(piece)
        if visible := piece.strip():
            self._first = self._first or visible[0]
            self._last = visible[-1]

    def passage(self) -> tuple[int, str, CitationKind]:
        """Start, text without bullets, and kind: a markdown block quote counts as quoted."""
        start, text = self.start, "".join(self._parts)
        if self.numbered and (number := LINE_NUMBER.match(text)):
            start, text = start + number.end(), text[number.end() :]
        return without_bullet(start, text) if self._from_head else (start, text, CitationKind.LINE)

    def count_on(self, following: str) -> bool:
        """Whether the next line, which begins with `following`, has the number behind that of this one: both numbers
        then belong to a listing and to no line."""
        upcoming = line_number(following)
        if upcoming is None or not self._from_head or line_number("".join(self._parts)) != upcoming - 1:
            return False
        self.numbered = True
        return True

    def heading(self) -> str:
        """The number of a line that may be a cell of a table as well."""
        number = LINE_NUMBER.match("".join(self._parts)) if self.numbered else None
        if number is None:
            return ""
        if number["level"] and int(number["level"]) <= _LOWEST_VERTEBRA:
            return f"L{int(number['level'])}"
        return number["bare"] or ""

    def is_head(self) -> bool:
        """Whether it has nothing but white space and bullets so far."""
        if not self._from_head or self._length > _MAX_LINE_HEAD:
            return False
        return not self.passage()[1].strip()

    def wraps_into(self, following: str, length: int) -> bool:
        """Whether the line, `length` long, goes on in the next one, which begins with `following`: it is long or breaks
        a word, ends no sentence and is no remark, and the next line begins in lower case without a bullet, in the same
        block quote if in any."""
        if not self or not continues(following):
            return False
        if not self._breaks_word() and (length < MIN_WRAPPED_LINE or self._last in _NO_WRAP_AFTER):
            return False
        if (self._from_head and self._first == ">") != (BLOCK_QUOTE.match(following) is not None):
            return False
        return self._length > MAX_REMARK_CHARACTERS or not claims_nothing(trimmed(*self.passage())[1])

    def _breaks_word(self) -> bool:
        """Whether the line ends in a hyphen behind a letter: its last word goes on in the next line."""
        return self._last in _HYPHENS and "".join(self._parts[-2:]).rstrip()[-2:-1].isalpha()

    def has_term(self, quoted: str) -> bool:
        """Whether `quoted`, which follows in quotation marks, is a term of this sentence."""
        if not self or self._last in ":;,—–-(" or len(quoted.split()) > MAX_TERM_WORDS:
            return False
        if self._length > 2 * MAX_REMARK_CHARACTERS:
            return True
        before = trimmed(*self.passage())[1]
        return has_word(before) and not claims_nothing(before)


def continues(following: str) -> bool:
    """Whether a line that begins so can be the continuation of a sentence."""
    mark = BLOCK_QUOTE.match(following)
    rest = following[mark.end() :] if mark else following.lstrip(" \t")
    return rest[:1].islower() and BULLET.match(rest) is None


def begins_with_quotation(line: str) -> bool:
    """Whether a line opens a quotation of its own, after bullets."""
    _, rest, _ = without_bullet(0, line)
    rest = rest.lstrip(" \t")
    return rest[:1] in FAMILY_OF and rest[0] != "`" and opens_quote("", rest[0], rest[1:2], line_head=False)


def first_passage(text: str) -> str:
    """The first line of `text` with the lines that it wraps into."""
    end = text.find("\n")
    while end >= 0:
        if text[:end].rstrip()[-1:] in _NO_WRAP_AFTER or not continues(text[end + 1 : end + 24]):
            return text[:end]
        end = text.find("\n", end + 1)
    return text


def without_bullet(start: int, text: str) -> tuple[int, str, CitationKind]:
    """A line at `start` without up to two bullets; what follows the mark of a markdown block quote is quoted."""
    kind = CitationKind.LINE
    if mark := BLOCK_QUOTE.match(text):
        kind = CitationKind.QUOTED
        start, text = start + mark.end(), text[mark.end() :]
    for _ in range(2):
        if bullet := BULLET.match(text):
            start, text = start + bullet.end(), text[bullet.end() :]
    return start, text, kind
