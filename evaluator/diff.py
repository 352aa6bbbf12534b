"""Align the atoms of a quote with the atoms of a passage and say which differences are harmless.

A piece is a stretch of both sides: SAME (equal keys), HARMLESS (differs in a way that a careful reader holds the
same) or CHANGED. Pieces cover both sides in order. Everything that is not shown to be harmless is CHANGED.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import edlib
from rapidfuzz.distance import OSA, Levenshtein

from evaluator import lexicon
from evaluator.terms import Atom, Role, is_name, is_number, word_key
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
    if a in ("a" + b, "e" + b) or b in ("a" + a, "e" + a) or knows(a):
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


def _droppable(atoms: Sequence[Atom], index: int, *, cited: bool) -> bool:
    """Whether leaving this atom out, or putting it in, changes nothing."""
    atom = atoms[index]
    if atom.role is Role.MARK or atom.key == "'s":
        return True
    if cited and atom.role is Role.ASIDE and not _weighty(atom):
        return True
    following = atoms[index + 1] if index + 1 < len(atoms) else None
    if atom.joined or (following is not None and following.joined):
        return False
    if index and atoms[index - 1].key == atom.key and cited and not _weighty(atom):
        return True
    return atom.surface in lexicon.DROPPABLE


def _weighty(atom: Atom) -> bool:
    return kind_of(atom) is not None or is_name(atom.surface) or atom.surface in lexicon.PERSONS


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
    return (keys[0] == keys[1] or word_key(a) == word_key(b)) and keys[0].isalpha()


def _thousands(cited: Sequence[Atom], source: Sequence[Atom]) -> bool:
    """`1 000` against `1000`."""
    for side, other in ((cited, source), (source, cited)):
        if len(other) == 1 and len(side) > 1 and other[0].key.isdigit():
            parts = [atom.surface for atom in side]
            if parts[0] == "10" and parts[1] == "^" and "".join(parts) == "10^" + other[0].key[2:]:
                return True  # a power of ten that lost its raised digits
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
                free = _droppable(cited, c0 + i - 1, cited=True)
                options.append((best[i - 1][j][0] + (_FREE if free else _GAP), 1, 0, _harmless(free)))
            if j:
                free = _droppable(source, s0 + j - 1, cited=False)
                options.append((best[i][j - 1][0] + (_FREE if free else _GAP), 0, 1, _harmless(free)))
            if i and j:
                a, b = cited[c0 + i - 1], source[s0 + j - 1]
                if a.key == b.key:
                    options.append((best[i - 1][j - 1][0], 1, 1, DiffKind.SAME))
                else:
                    free = _same_in_effect(a, b, knows)
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


def _same_in_effect(cited: Atom, source: Atom, knows: Knows) -> bool:
    if cited.surface in lexicon.ARTICLES and source.surface in lexicon.ARTICLES:
        return not cited.joined and not source.joined
    if cited.role is Role.ASIDE and not _weighty(cited) and source.surface in lexicon.PRONOUNS:
        return True
    return _is_typo(cited, source, knows)


def _harmless(free: bool) -> DiffKind:
    return DiffKind.HARMLESS if free else DiffKind.CHANGED


def align(cited: Sequence[Atom], source: Sequence[Atom], knows: Knows) -> tuple[Piece, ...]:
    """The pieces of two atom sequences, both aligned from end to end."""
    left, right = _number(cited, source)
    ops = [
        (op.tag == "equal", op.src_start, op.src_end, op.dest_start, op.dest_end)
        for op in Levenshtein.opcodes(left, right)
    ]
    return tuple(_pieces(cited, source, ops, knows))


def align_within(cited: Sequence[Atom], source: Sequence[Atom], knows: Knows) -> tuple[Piece, ...]:
    """The pieces of a quote and the stretch of the source that suits it best; what surrounds that stretch is left
    out, so the first and the last piece never are mere source."""
    ops = _infix_ops(cited, source)
    if ops is None:
        pieces = list(align(cited, source, knows))
    else:
        pieces = _pieces(cited, source, _slide(cited, source, ops), knows)
    while pieces and pieces[0].c0 == pieces[0].c1:
        pieces.pop(0)
    while pieces and pieces[-1].c0 == pieces[-1].c1:
        pieces.pop()
    return tuple(pieces)


_Op = tuple[bool, int, int, int, int]
"""Whether the stretch is equal, and its range on either side."""
_OTHER = 255
_CIGAR = re.compile(r"(\d+)([=XID])")


def _number(cited: Sequence[Atom], source: Sequence[Atom]) -> tuple[list[int], list[int]]:
    ids: dict[str, int] = {}
    left = [ids.setdefault(atom.key, len(ids)) for atom in cited]
    return left, [ids.setdefault(atom.key, len(ids)) for atom in source]


def _infix_ops(cited: Sequence[Atom], source: Sequence[Atom]) -> list[_Op] | None:
    """The alignment of the quote with its best stretch of the source; None where the quote has too many words for it."""
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
    if len(ops) > 1 and ops[0][0] and ops[1][1] == ops[1][2]:
        (_, c0, c1, s0, s1), gap = ops[0], ops[1]
        size = c1 - c0
        if [a.key for a in cited[c0:c1]] == [a.key for a in source[gap[4] - size : gap[4]]]:
            ops = [(True, c0, c1, gap[4] - size, gap[4]), *ops[2:]]
    if len(ops) > 1 and ops[-1][0] and ops[-2][1] == ops[-2][2]:
        (_, c0, c1, s0, s1), gap = ops[-1], ops[-2]
        size = c1 - c0
        if [a.key for a in cited[c0:c1]] == [a.key for a in source[gap[3] : gap[3] + size]]:
            ops = [*ops[:-2], (True, c0, c1, gap[3], gap[3] + size)]
    return ops


def _pieces(cited: Sequence[Atom], source: Sequence[Atom], ops: Sequence[_Op], knows: Knows) -> list[Piece]:
    """Runs of equal atoms as they are, everything between refined."""
    pieces: list[Piece] = []
    hunk: Piece | None = None
    for equal, c0, c1, s0, s1 in ops:
        island = equal and hunk is not None and c1 - c0 == 1 and c1 < len(cited) and len(cited[c0].surface) <= 3
        if not equal or island:
            hunk = Piece(DiffKind.CHANGED, hunk.c0 if hunk else c0, c1, hunk.s0 if hunk else s0, s1)
            continue
        if hunk is not None:
            pieces.extend(_refine(cited, source, hunk, knows))
            hunk = None
        pieces.extend(Piece(DiffKind.SAME, c0 + k, c0 + k + 1, s0 + k, s0 + k + 1) for k in range(c1 - c0))
    if hunk is not None:
        pieces.extend(_refine(cited, source, hunk, knows))
    return pieces
