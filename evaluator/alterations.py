"""Name the differences between a quote and its source that change the meaning, as a colleague would tell them.

The rules are those of the design: any change of number, unit, negation, name, direction, side, frequency, grade,
comparator, order, quantifier, route or modality, any other word put in, left out or exchanged. What is harmless was
settled before, in `diff`.

For other checks: `quantities(text)`, `negations(text)` and `names(text)` give what a text states, as typed values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaluator import lexicon
from evaluator.diff import Piece, align
from evaluator.likeness import Knows, kind_of, opposed
from evaluator.mentions import Mention, Quantity, names, negations, quantities
from evaluator.normalize import Folded, fold
from evaluator.terms import Atom, atoms_of, is_name, is_number
from evaluator.types import Alteration, AlterationKind, DiffKind, DiffRun, Span

__all__ = [
    "Comparison",
    "Mention",
    "Quantity",
    "compare",
    "diff_runs",
    "find_alterations",
    "name_alterations",
    "names",
    "negations",
    "quantities",
]

_DIGIT = re.compile(r"\d")
SHORT_GROUP = 3
"""A gap of up to this many words takes its kind from them; a longer one is an omission or insertion."""


_LIGHT = frozenset(("per", "of", "to", "a", "an", "the"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A quote beside a passage: both folded texts, their atoms, and how the atoms pair up."""

    cited: Folded
    source: Folded
    cited_atoms: tuple[Atom, ...]
    source_atoms: tuple[Atom, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """Atoms that changed together: ranges as in Piece."""

    c0: int
    c1: int
    s0: int
    s1: int


def compare(cited: str, source: str, knows: Knows | None = None) -> Comparison:
    """Pair two whole texts."""
    left, right = fold(cited), fold(source)
    cited_atoms, source_atoms = atoms_of(left), atoms_of(right)
    return Comparison(left, right, cited_atoms, source_atoms, align(cited_atoms, source_atoms, knows or Knows()))


def find_alterations(cited: str, source: str) -> tuple[Alteration, ...]:
    """What a quote changes of its source, both given whole. `citation_span` counts in `cited`, `context_span` in
    `source`; a missing side has an empty span at the place where it would stand."""
    return name_alterations(compare(cited, source))


def name_alterations(comparison: Comparison) -> tuple[Alteration, ...]:
    """The changed pieces of a comparison as alterations, in reading order."""
    return tuple(_alteration(comparison, change) for change in _changes(comparison))


def _changes(comparison: Comparison) -> Iterator[_Change]:
    """Runs of words put in or left out become one change; exchanged words stay apart where their kinds differ."""
    pending: _Change | None = None
    for piece in comparison.pieces:
        shape = (piece.c0 == piece.c1, piece.s0 == piece.s1)
        if piece.kind is DiffKind.CHANGED:
            if pending is not None and _extends(comparison, pending, piece):
                pending = _Change(pending.c0, piece.c1, pending.s0, piece.s1)
                continue
            if pending is not None:
                yield pending
            pending = _Change(piece.c0, piece.c1, piece.s0, piece.s1)
        elif pending is not None and not (piece.kind is DiffKind.HARMLESS and any(shape)):
            yield pending
            pending = None
    if pending is not None:
        yield pending


def _extends(comparison: Comparison, pending: _Change, piece: Piece) -> bool:
    inserted, deleted = pending.s0 == pending.s1, pending.c0 == pending.c1
    if inserted or deleted:
        return (piece.s0 == piece.s1) == inserted and (piece.c0 == piece.c1) == deleted
    if piece.c0 == piece.c1 or piece.s0 == piece.s1:
        return False
    kinds = {_pair_kind(comparison, pending), _pair_kind(comparison, _Change(piece.c0, piece.c1, piece.s0, piece.s1))}
    same_word = comparison.cited_atoms[piece.c0].joined or comparison.source_atoms[piece.s0].joined
    return kinds == {AlterationKind.WORD} or (same_word and AlterationKind.NAME in kinds)


def _word_range(atoms: Sequence[Atom], first: int, stop: int) -> tuple[int, int]:
    """Widen a range of atoms to whole words as they are written."""
    if first == stop:
        return first, stop
    while first > 0 and atoms[first].joined:
        first -= 1
    while stop < len(atoms) and atoms[stop].joined:
        stop += 1
    return first, stop


def _text(folded: Folded, atoms: Sequence[Atom], first: int, stop: int) -> tuple[str, Span]:
    if first == stop:
        place = atoms[first].start if first < len(atoms) else (atoms[-1].end if atoms else 0)
        return "", Span(*[folded.original_span(place, place).start] * 2)
    span = folded.original_span(atoms[first].start, atoms[stop - 1].end)
    return folded.original[span.start : span.end], span


def _alteration(comparison: Comparison, change: _Change) -> Alteration:
    kind = _kind(comparison, change)
    c0, c1, s0, s1 = change.c0, change.c1, change.s0, change.s1
    if kind is AlterationKind.NAME or (c0 < c1 and s0 < s1):
        c0, c1 = _word_range(comparison.cited_atoms, c0, c1)
        s0, s1 = _word_range(comparison.source_atoms, s0, s1)
    cited, citation_span = _text(comparison.cited, comparison.cited_atoms, c0, c1)
    source, context_span = _text(comparison.source, comparison.source_atoms, s0, s1)
    if cited and source:
        said = _in_company(kind, comparison.cited, comparison.cited_atoms, c0, c1)
        stated = _in_company(kind, comparison.source, comparison.source_atoms, s0, s1)
    else:
        said, stated = cited, source
    return Alteration(kind, cited, source, citation_span, context_span, _message(kind, said, stated))


def _in_company(kind: AlterationKind, folded: Folded, atoms: Sequence[Atom], first: int, stop: int) -> str:
    """A changed number as it is told: with the unit behind it; a unit with the number before it, a grade with what it
    is the grade of."""
    if kind is AlterationKind.NUMBER and stop < len(atoms) and atoms[stop].key in lexicon.UNITS:
        stop += 1
        if stop + 1 < len(atoms) and atoms[stop].key == "per" and atoms[stop + 1].key in lexicon.UNITS:
            stop += 2
    graded = kind is AlterationKind.GRADE and is_number(atoms[first].key)
    if first > 0 and (graded or (kind is AlterationKind.UNIT and is_number(atoms[first - 1].key))):
        first -= 1
    return _text(folded, atoms, first, stop)[0]


def _message(kind: AlterationKind, cited: str, source: str) -> str:
    cited, source = _shorten(cited), _shorten(source)
    if not cited:
        return f"The quote leaves out “{source}”."
    if not source:
        return f"The quote adds “{cited}”, which the source does not say here."
    if kind in (AlterationKind.NUMBER, AlterationKind.UNIT, AlterationKind.GRADE) and _DIGIT.search(cited):
        return f"The quote says {cited}, the source {source}."
    return f"The quote says “{cited}”, the source “{source}”."


def _shorten(text: str, limit: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _kind(comparison: Comparison, change: _Change) -> AlterationKind:
    if change.c0 < change.c1 and change.s0 < change.s1:
        return _pair_kind(comparison, change)
    inserted = change.s0 == change.s1
    atoms = (
        comparison.cited_atoms[change.c0 : change.c1] if inserted else comparison.source_atoms[change.s0 : change.s1]
    )
    kinds = [kind for atom in atoms if (kind := kind_of(atom)) is not None]
    if len(atoms) <= SHORT_GROUP:
        if AlterationKind.NEGATION in kinds:
            return AlterationKind.NEGATION
        light = sum(kind_of(atom) is None for atom in atoms if atom.key not in _LIGHT)
        if len(set(kinds)) == 1 and not light:
            return kinds[0]
    return AlterationKind.INSERTION if inserted else AlterationKind.OMISSION


def _pair_kind(comparison: Comparison, change: _Change) -> AlterationKind:
    """The kind of an exchange: the gravest that either side carries."""
    cited = comparison.cited_atoms[change.c0 : change.c1]
    source = comparison.source_atoms[change.s0 : change.s1]
    if _names_something(comparison.cited, comparison.cited_atoms, change.c0, change.c1) or _names_something(
        comparison.source, comparison.source_atoms, change.s0, change.s1
    ):
        return AlterationKind.NAME
    kinds = [kind for atom in (*cited, *source) if (kind := kind_of(atom)) is not None]
    if AlterationKind.NUMBER in kinds and is_number(cited[0].key) and is_number(source[0].key):
        graded = change.s0 > 0 and comparison.source_atoms[change.s0 - 1].key in lexicon.ROMAN_AFTER
        return AlterationKind.GRADE if graded else AlterationKind.NUMBER
    if any(atom.key.rpartition(" ")[2] in lexicon.MONTHS and atom.key != "may" for atom in (*cited, *source)):
        return AlterationKind.NUMBER
    if len(cited) == len(source) == 1:
        turned = opposed(cited[0].surface, source[0].surface)
        if turned is not None:
            return turned
    for kind in AlterationKind:
        if kind in kinds:
            return kind
    return AlterationKind.WORD


def _names_something(folded: Folded, atoms: Sequence[Atom], first: int, stop: int) -> bool:
    first, stop = _word_range(atoms, first, stop)
    if first == stop or atoms[first].key in lexicon.UNITS:
        return False
    return any(is_name(word) for word in folded.text[atoms[first].start : atoms[stop - 1].end].split())


def diff_runs(comparison: Comparison, quoted: Span | None = None) -> tuple[DiffRun, ...]:
    """The word diff for the screen. The cited sides joined give `quoted` (a range of the citation as received, all of
    it if None), the source sides joined the passage from its first word to its last: nothing is hidden."""
    whole = quoted or Span(0, len(comparison.cited.original))
    runs: list[tuple[DiffKind, int, int, int, int]] = []
    cited_at, source_at, source_end = whole.start, 0, 0
    if comparison.source_atoms:
        passage = _text(comparison.source, comparison.source_atoms, 0, len(comparison.source_atoms))[1]
        source_at, source_end = passage.start, passage.end
    for index, piece in enumerate(comparison.pieces):
        last = index == len(comparison.pieces) - 1
        cited_to = whole.end if last else _next_start(comparison.cited, comparison.cited_atoms, piece.c1, whole.end)
        source_to = (
            source_end if last else _next_start(comparison.source, comparison.source_atoms, piece.s1, source_end)
        )
        cited_to, source_to = max(cited_to, cited_at), max(source_to, source_at)
        kind = _shown_kind(comparison, piece)
        if runs and runs[-1][0] is kind:
            runs[-1] = kind, runs[-1][1], cited_to, runs[-1][3], source_to
        else:
            runs.append((kind, cited_at, cited_to, source_at, source_to))
        cited_at, source_at = cited_to, source_to
    said, stated = comparison.cited.original, comparison.source.original
    return tuple(DiffRun(kind, said[c0:c1], stated[s0:s1]) for kind, c0, c1, s0, s1 in runs)


def _shown_kind(comparison: Comparison, piece: Piece) -> DiffKind:
    """Words of one key that are written differently are told as a harmless difference."""
    if piece.kind is not DiffKind.SAME:
        return piece.kind
    cited = _surface(comparison.cited_atoms[piece.c0 : piece.c1])
    source = _surface(comparison.source_atoms[piece.s0 : piece.s1])
    return DiffKind.HARMLESS if cited != source else DiffKind.SAME


def _surface(atoms: Sequence[Atom]) -> str:
    return " ".join(atom.surface for atom in atoms)


def _next_start(folded: Folded, atoms: Sequence[Atom], index: int, end: int) -> int:
    return folded.original_place(atoms[index].start) if index < len(atoms) else end
