"""Align the atoms of a quote with the atoms of a passage and say which differences are harmless.

A piece is a stretch of both sides: SAME (equal keys), HARMLESS (differs in a way that a careful reader holds the
same) or CHANGED. Pieces cover both sides in order. Everything that is not shown to be harmless is CHANGED.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import edlib
from rapidfuzz.distance import Levenshtein

from evaluator.hunks import Hunk, Piece, is_counterpart, refine
from evaluator.likeness import Knows
from evaluator.terms import Atom, Role, is_number
from evaluator.types import DiffKind

__all__ = ["Piece", "align", "align_within"]


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
        ops = _repeats_last(cited, _slide(cited, source, ops))
        pieces = _pieces(cited, source, _reach_out(ops, len(source)), knows, open_ends=True)
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
        if piece.kind is not DiffKind.CHANGED or (exchanged and is_counterpart(cited[piece.c0], source[piece.s0])):
            break
        place = piece.s1 if index + 1 < len(kept) and kept[index + 1].s0 >= piece.s1 else piece.s0
        kept[index] = Piece(piece.kind, piece.c0, piece.c1, place, place)
    return [piece for piece in kept if piece.c0 < piece.c1 or piece.s0 < piece.s1]


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


def _repeats_last(cited: Sequence[Atom], ops: list[_Op]) -> list[_Op]:
    """Of words that the quote says twice let the second ones be those put in, whichever the alignment chose."""
    for at in range(len(ops) - 1):
        equal, c0, c1, s0, s1 = ops[at]
        size = c1 - c0
        if equal or s0 < s1 or size > _STUTTER or not ops[at + 1][0]:
            continue
        _, n0, n1, t0, t1 = ops[at + 1]
        shift = 0
        while shift < min(size, n1 - n0 - 1) and cited[c0 + shift].key == cited[c1 + shift].key:
            shift += 1
        if shift:
            ops[at : at + 2] = [
                (True, c0, c0 + shift, s0, s0 + shift),
                (False, c0 + shift, c1 + shift, s0 + shift, s0 + shift),
                (True, n0 + shift, n1, t0 + shift, t1),
            ]
    return ops


_STUTTER = 3


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
            pieces.extend(refine(Hunk(cited, source, hunk, knows, open_ends)))
            hunk = None
        pieces.extend(Piece(DiffKind.SAME, c0 + k, c0 + k + 1, s0 + k, s0 + k + 1) for k in range(c1 - c0))
    if hunk is not None:
        pieces.extend(refine(Hunk(cited, source, hunk, knows, open_ends)))
    return pieces
