"""What becomes of a stretch in which a quote and its source differ: the cheapest reading of it, word by word.

Dropping, adding and exchanging words cost what they may change; what is shown to be harmless costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from evaluator import lexicon
from evaluator.dress import otherwise_dressed
from evaluator.likeness import (
    Knows,
    Run,
    is_droppable,
    kind_of,
    may_be_typo,
    plain_key,
    read_runs,
    regroups,
    rejoins,
    runs_rejoin,
    same_in_effect,
)
from evaluator.terms import Atom, Role, is_name, is_number
from evaluator.types import AlterationKind, DiffKind

MAX_HUNK = 40
"""Hunks with more atoms than this on either side are taken as one change: no fine alignment would be read."""


@dataclass(slots=True, unsafe_hash=True)
class Piece:
    """Atoms `cited[c0:c1]` against `source[s0:s1]`; either range may be empty, not both. Never changed once made, and
    for the reason that holds of Atom not frozen."""

    kind: DiffKind
    c0: int
    c1: int
    s0: int
    s1: int


_CHANGE, _EXCHANGE, _GAP, _FREE, _RENUMBERED = 20, 12, 16, 2, 1
_JOINS = ((1, 2), (2, 1), (1, 3), (3, 1), (1, 4), (4, 1), (1, 5), (5, 1), (2, 2), (2, 3), (3, 2))
_LONGEST = 5
_Step = tuple[int, int, int, DiffKind]
"""Cost so far, atoms taken on either side, and what that makes."""
_START: _Step = (0, 0, 0, DiffKind.SAME)
_NONE: _Step = (1_000_000, 0, 0, DiffKind.CHANGED)
_SAME, _ALLOWED = (0, DiffKind.SAME), (_FREE, DiffKind.HARMLESS)
_EXCHANGED, _CHANGED = (_EXCHANGE, DiffKind.CHANGED), (_CHANGE, DiffKind.CHANGED)


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch without partners. With `open_ends`, source words in front of the first word of the quote and behind its
    last cost nothing: the quote begins and ends where it likes."""

    cited: Sequence[Atom]
    source: Sequence[Atom]
    piece: Piece
    knows: Knows
    open_ends: bool

    def fill(self) -> list[list[_Step]]:
        """The cheapest step to every pair of places: `[i][j]` after i words of the quote and j of the source."""
        n, m = self.piece.c1 - self.piece.c0, self.piece.s1 - self.piece.s0
        downs = [_dropped(is_droppable(self.cited, self.piece.c0 + i, cited=True)) for i in range(n)]
        overs = [_dropped(is_droppable(self.source, self.piece.s0 + j, cited=False)) for j in range(m)]
        joins = self._joins(n, m)
        pairs = _Pairs(self, n, m)
        best = [[_START] * (m + 1) for _ in range(n + 1)]
        for i in range(n + 1):
            row, above = best[i], best[i - 1]
            outside = self.open_ends and self.piece.c0 + i in (0, len(self.cited))
            down, dropped = downs[i - 1] if i else _CHANGED
            costs = pairs.costs(i - 1) if i else []
            for j in range(m + 1):
                cheapest, x, y, kind = (above[j][0] + down, 1, 0, dropped) if i else _NONE
                if j:
                    over, skipped = overs[j - 1]
                    cost = row[j - 1][0] + (0 if outside else over)
                    if cost < cheapest:
                        cheapest, x, y, kind = cost, 0, 1, skipped
                    if i:
                        pair, paired = costs[j - 1]
                        if (cost := above[j - 1][0] + pair) < cheapest:
                            cheapest, x, y, kind = cost, 1, 1, paired
                if joins and (i, j) in joins:
                    for di, dj in joins[i, j]:
                        if (cost := best[i - di][j - dj][0] + _FREE) < cheapest:
                            cheapest, x, y, kind = cost, di, dj, DiffKind.HARMLESS
                if i or j:
                    row[j] = cheapest, x, y, kind
        return best

    def _joins(self, n: int, m: int) -> dict[tuple[int, int], list[tuple[int, int]]]:
        """Where words of both sides, cut otherwise, end together, and how many of each side."""
        cited, source = self.cited[self.piece.c0 : self.piece.c1], self.source[self.piece.s0 : self.piece.s1]
        found: dict[tuple[int, int], list[tuple[int, int]]] = {}
        pairs = [(i, j) for i in range(n) for j in range(m) if _may_begin_alike(cited[i].surface, source[j].surface)]
        left, right = _Runs(cited), _Runs(source)
        for i, j in pairs:
            lefts, rights = left.at(i), right.at(j)
            for di, dj in _JOINS:
                if i + di > n or j + dj > m:
                    continue
                one, other = lefts[di - 1], rights[dj - 1]
                if one.letters and other.letters:
                    joined = runs_rejoin(one, other, self.knows)
                else:
                    counts = (di == 1 and cited[i].key.isdigit()) or (dj == 1 and source[j].key.isdigit())
                    joined = counts and regroups(cited[i : i + di], source[j : j + dj])
                if joined:
                    found.setdefault((i + di, j + dj), []).append((di, dj))
        for ends in found.values():
            ends.sort(key=_JOINS.index)
        c0, s0 = self.piece.c0, self.piece.s0
        for c, c1, s, s1 in otherwise_dressed(self.cited, range(c0, c0 + n), self.source, range(s0, s0 + m)):
            found.setdefault((c1 - c0, s1 - s0), []).append((c1 - c, s1 - s))
        return found


def _may_begin_alike(one: str, other: str) -> bool:
    """Whether runs that begin so may be the same; in a run that reads as one, the first letters may be exchanged."""
    return one[0] == other[0] or (one[1:2] == other[0] and " " in other) or (other[1:2] == one[0] and " " in one)


class _Runs:
    """The runs of one side of a hunk, each read once."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self._atoms = atoms
        self._read: dict[int, list[Run]] = {}

    def at(self, start: int) -> list[Run]:
        """The runs of one word and more that begin at a word."""
        runs = self._read.get(start)
        if runs is None:
            runs = self._read[start] = read_runs(self._atoms[start : start + _LONGEST])
        return runs


_ALIKE = 0.5


class _Pairs:
    """What each word of one side costs beside each of the other. What can be told of a word alone is told once."""

    def __init__(self, hunk: Hunk, n: int, m: int) -> None:
        c0, s0 = hunk.piece.c0, hunk.piece.s0
        self._hunk, self._s0 = hunk, s0
        self._cited = [_Told.of(atom) for atom in hunk.cited[c0 : c0 + n]]
        self._source = [_Told.of(atom) for atom in hunk.source[s0 : s0 + m]]

    def costs(self, i: int) -> list[tuple[int, DiffKind]]:
        """What word i of the quote costs beside each of the source, and what that makes."""
        left, knows = self._cited[i], self._hunk.knows
        cited, key, kind = left.atom, left.atom.key, left.kind
        marked = cited.role is Role.MARK
        found: list[tuple[int, DiffKind]] = []
        for j, right in enumerate(self._source):
            source = right.atom
            if key == source.key:
                found.append(_SAME)
            elif marked or source.role is Role.MARK:
                found.append(_pair_marks(cited, source))
            elif _may_be_same(left, right) and (
                same_in_effect(cited, source, knows) or rejoins((cited,), (source,), knows)
            ):
                found.append(_EXCHANGED if _is_dosed(self._hunk.source, self._s0 + j) else _ALLOWED)
            elif right.named or (kind is not None and kind is right.kind):
                found.append(_EXCHANGED)
            else:
                alike = Indel.normalized_similarity(cited.surface, source.surface, score_cutoff=_ALIKE) > 0
                found.append(_EXCHANGED if alike else _CHANGED)
        return found


@dataclass(slots=True)
class _Told:
    """A word of a hunk with all that can be told of it alone; `plain` as in `plain_key`. A `mute` one is a number in
    digits or a sign that no word may stand for."""

    atom: Atom
    plain: str
    kind: AlterationKind | None
    named: bool
    mute: bool

    @classmethod
    def of(cls, atom: Atom) -> _Told:
        surface = atom.surface
        mute = atom.role is Role.TEXT and not any(map(str.isalpha, surface)) and atom.key not in _SPELLED_SIGNS
        return cls(atom, "" if mute else plain_key(atom), kind_of(atom), is_name(surface), mute)


_SPELLED_SIGNS = frozenset(("+", "and", ">"))


def _may_be_same(cited: _Told, source: _Told) -> bool:
    """Whether it is worth asking if one word may stand for another of another key: a plain word only may by a typing
    error."""
    if cited.mute or source.mute:
        return False
    if not cited.plain or not source.plain or cited.plain == source.plain:
        return True
    return may_be_typo(cited.atom, source.atom)


def _dropped(free: bool) -> tuple[int, DiffKind]:
    """What it costs to leave a word out, or to put it in."""
    return (_FREE if free else _GAP), _harmless(free)


def _is_dosed(atoms: Sequence[Atom], index: int) -> bool:
    """Whether a word stands before a dose, as the name of a drug does: there a typing error is a change of name."""
    word = atoms[index]
    if index + 2 >= len(atoms) or word.role is not Role.TEXT or len(word.surface) < 5:
        return False
    if word.surface in lexicon.DOSAGE_FORMS:
        return False
    return is_number(atoms[index + 1].key) and atoms[index + 2].key in ("mg", "mcg", "g", "iu", "unit")


def _pair_marks(cited: Atom, source: Atom) -> tuple[int, DiffKind]:
    """A list number may be another one or missing; the number of a section or reference is part of what is said."""
    if cited.role is not Role.MARK:
        return (_RENUMBERED if is_number(cited.key) else _CHANGE), DiffKind.CHANGED
    if source.role is not Role.MARK and is_number(source.key) and is_number(cited.key) and "." in cited.key:
        return _RENUMBERED, DiffKind.CHANGED
    references = cited.key[0] in "[(", source.key[0] in "[("
    if source.role is not Role.MARK or references[0] != references[1]:
        return _CHANGE, DiffKind.CHANGED
    return _RENUMBERED, _harmless(not (references[0] or "." in cited.key or "." in source.key))


def refine(hunk: Hunk) -> list[Piece]:
    """The cheapest reading of one hunk: harmless pairs and drops first, then changes."""
    piece = hunk.piece
    n, m = piece.c1 - piece.c0, piece.s1 - piece.s0
    if n > MAX_HUNK or m > MAX_HUNK:
        return [piece]
    best = hunk.fill()
    pieces: list[Piece] = []
    i, j = n, m
    while i or j:
        _, di, dj, kind = best[i][j]
        c, s = piece.c0 + i, piece.s0 + j
        pieces.append(Piece(kind, c - di, c, s - dj, s))
        i, j = i - di, j - dj
    return pieces[::-1]


def _harmless(free: bool) -> DiffKind:
    return DiffKind.HARMLESS if free else DiffKind.CHANGED


def is_counterpart(cited: Atom, source: Atom) -> bool:
    """Whether one word may stand for the other: of one kind, or written alike."""
    kinds = kind_of(cited), kind_of(source)
    if kinds[0] is not None and kinds[0] is kinds[1]:
        return True
    if Role.MARK in (cited.role, source.role):
        return cited.role is source.role
    return is_name(source.surface) or Indel.normalized_similarity(cited.surface, source.surface) >= _ALIKE
