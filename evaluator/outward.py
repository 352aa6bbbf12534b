"""What only the texts as received tell apart where the folded ones read alike: the case of a unit, marks that turn the
order of digits, empty cells, a minus behind a marker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evaluator.casing import CASED, case_change
from evaluator.normalize import Folded
from evaluator.types import Alteration, AlterationKind, Span

_BIDI = re.compile("[\u202b\u202d\u202e\u2067]")
_FACES = re.compile("[\u2639-\u263b\u2764\U0001f300-\U0001faff]")
_NEGATIVE = re.compile(
    r"(?<=[A-Z0-9])(?:\s?\([-–−]\)|[-–−](?=[,.;)\]]|\s(?:by|on)\s|$)|(?<=\d[A-Z])\s[-–−](?=\s(?:by|on)\s|[,;.]))"
)


def typographic_alterations(cited: Folded, quoted: Span, source: Folded, passage: Span) -> tuple[Alteration, ...]:
    """What a quote that is equal to its passage as folded changes all the same. Spans count in the folded texts."""
    one, other = (f.original_span(s.start, s.end) for f, s in ((cited, quoted), (source, passage)))
    if cited.original[one.start : one.end] == source.original[other.start : other.end]:
        return ()
    found: list[Alteration] = []
    if passage.end - passage.start == quoted.end - quoted.start:
        text, shift = cited.text, passage.start - quoted.start
        for word in _LETTERS.finditer(text, quoted.start, quoted.end):
            if word[0] in CASED and len(found) < _ENOUGH:
                change = case_alteration(
                    cited, word.start(), word.end(), source, word.start() + shift, word.end() + shift
                )
                if change is not None:
                    found.append(change)
    return (*found, *sign_alterations(cited, one, source, other))


_ENOUGH = 20
"""More changes of case than this need not be told."""
_LETTERS = re.compile(r"[^\W\d_]+")


def sign_alterations(cited: Folded, quoted: Span, source: Folded, passage: Span) -> Iterator[Alteration]:
    """Signs that no word holds. Both spans count in the texts as received."""
    said, stated = cited.original[quoted.start : quoted.end], source.original[passage.start : passage.end]
    if not said.isascii():
        if _BIDI.search(said) and not _BIDI.search(stated):
            yield Alteration(
                AlterationKind.NUMBER, said, stated, quoted, passage, "The quote hides marks that turn its order."
            )
        if _FACES.findall(said) != _FACES.findall(stated) and _FACES.search(stated):
            yield Alteration(
                AlterationKind.WORD, said, stated, quoted, passage, "The quote changes a sign of the source."
            )
    tabular = ("|" in stated and "|" in said) or ("\t\t" in stated and "\t" in said)
    if tabular and _cells_moved(said, stated):
        message = "The quote moves a value to another column of the table."
        yield Alteration(AlterationKind.ORDER, said, stated, quoted, passage, message)
    if _NEGATIVE.search(stated):
        marks = len(_NEGATIVE.findall(stated))
        if marks > len(_NEGATIVE.findall(said)) + len(_NEGATED.findall(said)):
            message = "The quote leaves out the “−” behind a name."
            yield Alteration(AlterationKind.NEGATION, said, stated, quoted, passage, message)


_NEGATED = re.compile(r"\bneg(?:ative)?\b|[-–−]ve\b", re.IGNORECASE)


def _cells_moved(said: str, stated: str) -> bool:
    mark = "|" if "|" in stated else "\t"
    rows = [_cells(line, mark) for line in stated.splitlines() if mark in line]
    quoted = [_cells(line, mark) for line in said.splitlines() if mark in line]
    if len(rows) != len(quoted):
        return False
    return any(
        "" in (*row, *other) and "".join(row) == "".join(other) and _moved(row, other)
        for row, other in zip(rows, quoted, strict=True)
    )


def _cells(line: str, mark: str) -> list[str]:
    """The cells of a row, the empty ones and those with a mere dash as empty."""
    return [
        cell if cell.strip("-–—− ") else ""
        for cell in (c.strip() for c in line.strip(" " + ("|" if mark == "|" else "")).split(mark))
    ]


def _moved(row: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the filled cells stand behind another number of cells than before."""
    filled = [index for index, cell in enumerate(row) if cell]
    moved = [index for index, cell in enumerate(other) if cell]
    return [index - filled[0] for index in filled] != [index - moved[0] for index in moved]


def case_alteration(cited: Folded, c0: int, c1: int, source: Folded, s0: int, s1: int) -> Alteration | None:
    """Two words that are equal as folded and mean different things as they are written."""
    one, other = cited.original_span(c0, c1), source.original_span(s0, s1)
    said, stated = cited.original[one.start : one.end], source.original[other.start : other.end]
    if said == stated:
        return None
    kind = case_change(cited.original, one, source.original, other)
    if kind is None:
        return None
    return Alteration(kind, said, stated, one, other, f"The quote says “{said}”, the source “{stated}”.")
