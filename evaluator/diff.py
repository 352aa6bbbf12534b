"""Align the atoms of a quote with the atoms of a passage and say which differences are harmless.

A piece is a stretch of both sides: SAME (equal keys), HARMLESS (differs in a way that a careful reader holds the
same) or CHANGED. Pieces cover both sides in order. Everything that is not shown to be harmless is CHANGED.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import edlib
from rapidfuzz.distance import Indel, Levenshtein

from evaluator import lexicon
from evaluator.likeness import (
    Knows,
    Run,
    is_droppable,
    kind_of,
    may_be_typo,
    plain_key,
    read_run,
    regroups,
    rejoins,
    run_text,
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
_Step = tuple[int, int, int, DiffKind]
"""Cost so far, atoms taken on either side, and what that makes."""
_START: _Step = (0, 0, 0, DiffKind.SAME)
_NONE: _Step = (1_000_000, 0, 0, DiffKind.CHANGED)
_SAME, _ALLOWED = (0, DiffKind.SAME), (_FREE, DiffKind.HARMLESS)
_EXCHANGED, _CHANGED = (_EXCHANGE, DiffKind.CHANGED), (_CHANGE, DiffKind.CHANGED)


@dataclass(frozen=True, slots=True)
class _Hunk:
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
        pairs = [(i, j) for i in range(n) for j in range(m) if cited[i].surface[0] == source[j].surface[0]]
        if not pairs:
            return found
        left, right = _Runs(cited), _Runs(source)
        counts = [atom.key.isdigit() for atom in cited], [atom.key.isdigit() for atom in source]
        for di, dj in _JOINS:
            for i, j in pairs:
                if i + di > n or j + dj > m:
                    continue
                joined = runs_rejoin(left.of(i, di), right.of(j, dj), self.knows)
                if not joined and ((di == 1 and counts[0][i]) or (dj == 1 and counts[1][j])):
                    joined = regroups(cited[i : i + di], source[j : j + dj])
                if joined:
                    found.setdefault((i + di, j + dj), []).append((di, dj))
        return found


class _Runs:
    """The runs of one side of a hunk, each read once."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self._atoms = atoms
        self._texts = [run_text(atom) for atom in atoms]
        self._read: dict[tuple[int, int], Run] = {}

    def of(self, start: int, count: int) -> Run:
        run = self._read.get((start, count))
        if run is None:
            stop = start + count
            run = self._read[start, count] = read_run(self._atoms[start:stop], " ".join(self._texts[start:stop]))
        return run


class _Pairs:
    """What each word of one side costs beside each of the other. What can be told of a word alone is told once."""

    def __init__(self, hunk: _Hunk, n: int, m: int) -> None:
        c0, s0 = hunk.piece.c0, hunk.piece.s0
        self._hunk, self._s0 = hunk, s0
        self._cited = [_Told.of(atom) for atom in hunk.cited[c0 : c0 + n]]
        self._source = [_Told.of(atom) for atom in hunk.source[s0 : s0 + m]]

    def costs(self, i: int) -> list[tuple[int, DiffKind]]:
        """What word i of the quote costs beside each of the source, and what that makes."""
        left = self._cited[i]
        cited, key, plain, kind = left.atom, left.atom.key, left.plain, left.kind
        marked = cited.role is Role.MARK
        found: list[tuple[int, DiffKind]] = []
        for j, right in enumerate(self._source):
            source = right.atom
            if key == source.key:
                found.append(_SAME)
                continue
            if marked or source.role is Role.MARK:
                found.append(_pair_marks(cited, source))
                continue
            if not plain or not right.plain or plain == right.plain or may_be_typo(cited, source):
                knows = self._hunk.knows
                if same_in_effect(cited, source, knows) or rejoins((cited,), (source,), knows):
                    found.append(_EXCHANGED if _is_dosed(self._hunk.source, self._s0 + j) else _ALLOWED)
                    continue
            alike = right.named or (kind is not None and kind is right.kind)
            if not alike:
                alike = Indel.normalized_similarity(cited.surface, source.surface, score_cutoff=_ALIKE) > 0
            found.append(_EXCHANGED if alike else _CHANGED)
        return found


@dataclass(slots=True)
class _Told:
    """A word of a hunk with all that can be told of it alone; `plain` as in `plain_key`."""

    atom: Atom
    plain: str
    kind: AlterationKind | None
    named: bool

    @classmethod
    def of(cls, atom: Atom) -> _Told:
        return cls(atom, plain_key(atom), kind_of(atom), is_name(atom.surface))


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
    if cited.role is Role.TEXT:
        return (_RENUMBERED if is_number(cited.key) else _CHANGE), DiffKind.CHANGED
    if source.role is Role.TEXT and is_number(source.key) and is_number(cited.key) and "." in cited.key:
        return _RENUMBERED, DiffKind.CHANGED
    references = cited.key[0] in "[(", source.key[0] in "[("
    if source.role is Role.TEXT or references[0] != references[1]:
        return _CHANGE, DiffKind.CHANGED
    return _RENUMBERED, _harmless(not (references[0] or "." in cited.key or "." in source.key))


def _refine(hunk: _Hunk) -> list[Piece]:
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


def align(cited: Sequence[Atom], source: Sequence[Atom], knows: Knows) -> tuple[Piece, ...]:
    """The pieces of two atom sequences, both aligned from end to end."""
    left, right = _number(cited, source)
    ops = [
        (op.tag == "equal", op.src_start, op.src_end, op.dest_start, op.dest_end)
        for op in Levenshtein.opcodes(left, right)
    ]
    return tuple(_pieces(cited, source, ops, knows, open_ends=False))


def align_within(cited: Sequence[Atom], source: Sequence[Atom], knows: Knows) -> tuple[Piece, ...]:
    """The pieces of a quote and the stretch of the source that suits it best; what surrounds that stretch is left
    out, so the first and the last piece never are mere source."""
    ops = _infix_ops(cited, source)
    if ops is None:
        pieces = list(align(cited, source, knows))
    else:
        pieces = _pieces(cited, source, _reach_out(_slide(cited, source, ops), len(source)), knows, open_ends=True)
    pieces = _trim(cited, source, pieces)
    pieces = _trim(cited, source, pieces[::-1])[::-1]
    return tuple(_anchor_end(cited, source, _anchor_start(cited, source, pieces)))


def _anchor_start(cited: Sequence[Atom], source: Sequence[Atom], pieces: list[Piece]) -> list[Piece]:
    """Where the first words of the quote found no partner but stand a few words before the passage, what lies between
    was left out."""
    kept = next((index for index, piece in enumerate(pieces) if piece.s0 < piece.s1), len(pieces))
    if kept == len(pieces) or not 1 <= (count := pieces[kept].c0) <= _ANCHOR or not _weighs(cited[:count]):
        return pieces
    begin = pieces[kept].s0
    for place in range(begin - count, max(-1, begin - count - _REACH), -1):
        if [atom.key for atom in source[place : place + count]] == [atom.key for atom in cited[:count]]:
            same = [Piece(DiffKind.SAME, k, k + 1, place + k, place + k + 1) for k in range(count)]
            gap = [Piece(DiffKind.CHANGED, count, count, place + count, begin)] if place + count < begin else []
            return [*same, *gap, *pieces[kept:]]
    return pieces


def _anchor_end(cited: Sequence[Atom], source: Sequence[Atom], pieces: list[Piece]) -> list[Piece]:
    """The same for the last words and what lies behind the passage."""
    kept = next((index for index, piece in enumerate(reversed(pieces)) if piece.s0 < piece.s1), len(pieces))
    kept = len(pieces) - kept
    if not kept or not 1 <= (count := len(cited) - pieces[kept - 1].c1) <= _ANCHOR or not _weighs(cited[-count:]):
        return pieces
    first, end = len(cited) - count, pieces[kept - 1].s1
    for place in range(end, min(len(source) - count, end + _REACH) + 1):
        if [atom.key for atom in source[place : place + count]] == [atom.key for atom in cited[-count:]]:
            same = [Piece(DiffKind.SAME, first + k, first + k + 1, place + k, place + k + 1) for k in range(count)]
            gap = [Piece(DiffKind.CHANGED, first, first, end, place)] if end < place else []
            return [*pieces[:kept], *gap, *same]
    return pieces


def _weighs(atoms: Sequence[Atom]) -> bool:
    """Whether words are more than an article or a preposition that stands everywhere."""
    return any(len(atom.surface) > 3 or is_number(atom.key) for atom in atoms)


_ANCHOR, _REACH = 4, 8


def _reach_out(ops: list[_Op], end: int) -> list[_Op]:
    """Where the quote begins or ends with words that found no partner, offer it the words that stand there."""
    equal, c0, c1, s0, s1 = ops[0]
    if not equal and c0 < c1:
        ops = [(False, c0, c1, max(0, s0 - (c1 - c0) - _EXTRA), s1), *ops[1:]]
    equal, c0, c1, s0, s1 = ops[-1]
    if not equal and c0 < c1:
        ops = [*ops[:-1], (False, c0, c1, s0, min(end, s1 + (c1 - c0) + _EXTRA))]
    return ops


def _trim(cited: Sequence[Atom], source: Sequence[Atom], pieces: list[Piece]) -> list[Piece]:
    """Drop source words in front of the quote; a word of the quote that merely stands beside an unlike word of the
    source was put in, not exchanged for it."""
    start = 0
    while start < len(pieces) and pieces[start].c0 == pieces[start].c1:
        start += 1
    kept = pieces[start:]
    for index, piece in enumerate(kept):
        exchanged = piece.kind is DiffKind.CHANGED and piece.c0 < piece.c1 and piece.s0 < piece.s1
        if piece.kind is not DiffKind.CHANGED or (exchanged and _is_counterpart(cited[piece.c0], source[piece.s0])):
            break
        place = piece.s1 if index + 1 < len(kept) and kept[index + 1].s0 >= piece.s1 else piece.s0
        kept[index] = Piece(piece.kind, piece.c0, piece.c1, place, place)
    return [piece for piece in kept if piece.c0 < piece.c1 or piece.s0 < piece.s1]


def _is_counterpart(cited: Atom, source: Atom) -> bool:
    """Whether one word may stand for the other: of one kind, or written alike."""
    kinds = kind_of(cited), kind_of(source)
    if kinds[0] is not None and kinds[0] is kinds[1]:
        return True
    if Role.MARK in (cited.role, source.role):
        return cited.role is source.role
    return is_name(source.surface) or Indel.normalized_similarity(cited.surface, source.surface) >= _ALIKE


_ALIKE = 0.5
_EXTRA = 3
_Op = tuple[bool, int, int, int, int]
"""Whether the stretch is equal, and its range on either side."""
_OTHER = 255
_CIGAR = re.compile(r"(\d+)([=XID])")


def _number(cited: Sequence[Atom], source: Sequence[Atom]) -> tuple[list[int], list[int]]:
    ids: dict[str, int] = {}
    left = [ids.setdefault(atom.key, len(ids)) for atom in cited]
    return left, [ids.setdefault(atom.key, len(ids)) for atom in source]


def _infix_ops(cited: Sequence[Atom], source: Sequence[Atom]) -> list[_Op] | None:
    """The alignment of the quote with its best stretch of the source; None where it has too many different words."""
    left, right = _number(cited, source)
    if max(left) >= _OTHER:
        return None
    found = edlib.align(bytes(left), bytes(min(key, _OTHER) for key in right), mode="HW", task="path")
    s = found["locations"][0][0] or 0
    c = 0
    ops: list[_Op] = []
    for count, sign in _CIGAR.findall(found["cigar"] or ""):
        n = int(count)
        dc, ds = (n if sign != "D" else 0), (n if sign != "I" else 0)
        ops.append((sign == "=", c, c + dc, s, s + ds))
        c, s = c + dc, s + ds
    return ops


def _slide(cited: Sequence[Atom], source: Sequence[Atom], ops: list[_Op]) -> list[_Op]:
    """Move a gap in the source to the outside where the alignment put it one matching word too far in."""
    if len(ops) > 1 and ops[0][0] and ops[1][1] == ops[1][2] and ops[0][2] == 1 and cited[0].role is Role.MARK:
        ops = [(False, 0, 1, ops[1][4], ops[1][4]), *ops[2:]]
    if len(ops) > 1 and ops[0][0] and ops[1][1] == ops[1][2]:
        (_, c0, c1, _, _), gap = ops[0], ops[1]
        size = c1 - c0
        if [a.key for a in cited[c0:c1]] == [a.key for a in source[gap[4] - size : gap[4]]]:
            ops = [(True, c0, c1, gap[4] - size, gap[4]), *ops[2:]]
    if len(ops) > 1 and ops[-1][0] and ops[-2][1] == ops[-2][2]:
        (_, c0, c1, _, _), gap = ops[-1], ops[-2]
        size = c1 - c0
        if [a.key for a in cited[c0:c1]] == [a.key for a in source[gap[3] : gap[3] + size]]:
            ops = [*ops[:-2], (True, c0, c1, gap[3], gap[3] + size)]
    return ops


def _pieces(
    cited: Sequence[Atom], source: Sequence[Atom], ops: Sequence[_Op], knows: Knows, *, open_ends: bool
) -> list[Piece]:
    """Runs of equal atoms as they are, everything between refined."""
    pieces: list[Piece] = []
    hunk: Piece | None = None
    for equal, c0, c1, s0, s1 in ops:
        island = equal and hunk is not None and c1 - c0 == 1 and c1 < len(cited) and len(cited[c0].surface) <= 3
        if not equal or island:
            hunk = Piece(DiffKind.CHANGED, hunk.c0 if hunk else c0, c1, hunk.s0 if hunk else s0, s1)
            continue
        if hunk is not None:
            pieces.extend(_refine(_Hunk(cited, source, hunk, knows, open_ends)))
            hunk = None
        pieces.extend(Piece(DiffKind.SAME, c0 + k, c0 + k + 1, s0 + k, s0 + k + 1) for k in range(c1 - c0))
    if hunk is not None:
        pieces.extend(_refine(_Hunk(cited, source, hunk, knows, open_ends)))
    return pieces
