"""Align the atoms of a quote with the atoms of a passage and say which differences are harmless.

A piece is a stretch of both sides: SAME (equal keys), HARMLESS (differs in a way that a careful reader holds the
same) or CHANGED. Pieces cover both sides in order. Everything that is not shown to be harmless is CHANGED.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz.distance import OSA, Levenshtein

from evaluator import lexicon
from evaluator.terms import Atom, is_name, is_number
from evaluator.types import AlterationKind, DiffKind

MAX_HUNK = 40
"""Hunks with more atoms than this on either side are taken as one change: no fine alignment would be read."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Atoms `cited[c0:c1]` against `source[s0:s1]`; either range may be empty, not both."""

    kind: DiffKind
    c0: int
    c1: int
    s0: int
    s1: int


class Knows(Protocol):
    """Tells whether a word is known to stand somewhere in the context."""

    def __call__(self, word: str, /) -> bool: ...


_KIND_OF: dict[str, AlterationKind] = {}
for _kind, _members in lexicon.KINDS.items():
    for _word in _members:
        _KIND_OF.setdefault(_word, _kind)


def kind_of(atom: Atom) -> AlterationKind | None:
    """The kind of meaning that a word carries, None for an ordinary word."""
    if is_number(atom.key):
        return AlterationKind.NUMBER
    kind = _KIND_OF.get(atom.surface) or _KIND_OF.get(atom.key)
    if kind is None and atom.key in lexicon.UNITS:
        return AlterationKind.UNIT
    return kind


def _is_typo(cited: Atom, source: Atom, knows: Knows) -> bool:
    """One letter wrong, missing, doubled or swapped in an ordinary word, and no other word made of it."""
    a, b = cited.surface, source.surface
    if min(len(a), len(b)) < 4 or not (a.isalpha() and b.isalpha()):
        return False
    if OSA.distance(a, b, score_cutoff=1) > 1:
        return False
    if is_name(a) or is_name(b) or (a in lexicon.PERSONS and b in lexicon.PERSONS):
        return False
    if kind_of(cited) is not None or (kind_of(source) is not None and len(b) < 5):
        return False
    if a[1:] == b or b[1:] == a or knows(a):
        return False
    return opposed(a, b) is None


def opposed(a: str, b: str) -> AlterationKind | None:
    """The kind of change where two words differ by a prefix that turns the meaning (`unstable`, `hypo-`/`hyper-`)."""
    for prefix in lexicon.NEGATIVE_PREFIXES:
        if a == prefix + b or b == prefix + a:
            return AlterationKind.NEGATION
    for x, y in lexicon.OPPOSED_PREFIXES:
        for one, other in ((a, b), (b, a)):
            if one.startswith(x) and other.startswith(y) and one[len(x) :] == other[len(y) :]:
                return AlterationKind.DIRECTION
    return None


def _droppable(atoms: Sequence[Atom], index: int) -> bool:
    atom = atoms[index]
    following = atoms[index + 1] if index + 1 < len(atoms) else None
    if atom.key == "'s":
        return True
    if atom.surface not in lexicon.DROPPABLE or atom.surface == "and":
        return False
    return not atom.joined and not (following is not None and following.joined)


_SPLIT_WORDS = frozenset(("a", "in", "im", "no", "not", "i", "an"))


def _joins(cited: Sequence[Atom], source: Sequence[Atom]) -> bool:
    """Whether both sides are the same letters, cut at other places (`radio-therapy`, `radiotherapy`)."""
    for side, other in ((cited, source), (source, cited)):
        if len(side) > 1 and len(other) == 1 and side[0].surface in _SPLIT_WORDS and not side[1].joined:
            return False
    a, b = "".join(atom.surface for atom in cited), "".join(atom.surface for atom in source)
    if a == b:
        return all(part.isalpha() for part in (a, b))
    keys = "".join(atom.key for atom in cited), "".join(atom.key for atom in source)
    return keys[0] == keys[1] and keys[0].isalpha()


def _thousands(cited: Sequence[Atom], source: Sequence[Atom]) -> bool:
    """`1 000` against `1000`."""
    for side, other in ((cited, source), (source, cited)):
        if len(other) == 1 and len(side) > 1 and other[0].key.isdigit():
            parts = [atom.surface for atom in side]
            if all(p.isdigit() and len(p) == 3 for p in parts[1:]) and "".join(parts) == other[0].key:
                return True
    return False


_CHANGE, _GAP, _FREE = 10, 8, 1


def _refine(cited: Sequence[Atom], source: Sequence[Atom], hunk: Piece, knows: Knows) -> list[Piece]:
    """The cheapest reading of one hunk: harmless pairs and drops first, then changes."""
    c0, c1, s0, s1 = hunk.c0, hunk.c1, hunk.s0, hunk.s1
    n, m = c1 - c0, s1 - s0
    if n > MAX_HUNK or m > MAX_HUNK:
        return [hunk]
    best: list[list[tuple[int, int, int, DiffKind]]] = [[(0, 0, 0, DiffKind.SAME)] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            if i == j == 0:
                continue
            options: list[tuple[int, int, int, DiffKind]] = []
            if i:
                free = _droppable(cited, c0 + i - 1)
                options.append((best[i - 1][j][0] + (_FREE if free else _GAP), 1, 0, _harmless(free)))
            if j:
                free = _droppable(source, s0 + j - 1)
                options.append((best[i][j - 1][0] + (_FREE if free else _GAP), 0, 1, _harmless(free)))
            if i and j:
                a, b = cited[c0 + i - 1], source[s0 + j - 1]
                if a.key == b.key:
                    options.append((best[i - 1][j - 1][0], 1, 1, DiffKind.SAME))
                else:
                    free = _is_typo(a, b, knows) or (a.surface in lexicon.ARTICLES and b.surface in lexicon.ARTICLES)
                    options.append((best[i - 1][j - 1][0] + (_FREE if free else _CHANGE), 1, 1, _harmless(free)))
                for di, dj in ((1, 2), (2, 1), (1, 3), (3, 1), (2, 2), (2, 3), (3, 2)):
                    if di <= i and dj <= j:
                        left, right = cited[c0 + i - di : c0 + i], source[s0 + j - dj : s0 + j]
                        if _joins(left, right) or _thousands(left, right):
                            options.append((best[i - di][j - dj][0] + _FREE, di, dj, DiffKind.HARMLESS))
            best[i][j] = min(options, key=lambda option: option[0])
    pieces: list[Piece] = []
    i, j = n, m
    while i or j:
        _, di, dj, kind = best[i][j]
        pieces.append(Piece(kind, c0 + i - di, c0 + i, s0 + j - dj, s0 + j))
        i, j = i - di, j - dj
    return pieces[::-1]


def _harmless(free: bool) -> DiffKind:
    return DiffKind.HARMLESS if free else DiffKind.CHANGED


def align(cited: Sequence[Atom], source: Sequence[Atom], knows: Knows) -> tuple[Piece, ...]:
    """The pieces of two atom sequences, both aligned from end to end."""
    ids: dict[str, int] = {}
    left = [ids.setdefault(atom.key, len(ids)) for atom in cited]
    right = [ids.setdefault(atom.key, len(ids)) for atom in source]
    pieces: list[Piece] = []
    hunk: Piece | None = None
    for op in Levenshtein.opcodes(left, right):
        c0, c1, s0, s1 = op.src_start, op.src_end, op.dest_start, op.dest_end
        island = op.tag == "equal" and hunk is not None and c1 - c0 == 1 and c1 < len(cited) and s1 < len(source)
        if op.tag != "equal" or (island and len(cited[c0].surface) <= 3):
            hunk = Piece(DiffKind.CHANGED, hunk.c0 if hunk else c0, c1, hunk.s0 if hunk else s0, s1)
            continue
        if hunk is not None:
            pieces.extend(_refine(cited, source, hunk, knows))
            hunk = None
        pieces.extend(Piece(DiffKind.SAME, c0 + k, c0 + k + 1, s0 + k, s0 + k + 1) for k in range(c1 - c0))
    if hunk is not None:
        pieces.extend(_refine(cited, source, hunk, knows))
    return tuple(pieces)
