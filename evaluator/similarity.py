"""How alike a quote and its passage are, as a number.

Symmetric: what the quote adds counts as much as what it leaves out. A changed word costs the letters that differ, a
difference of form a tenth of them. 100 is kept for what is equal as folded.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Indel

from evaluator.alterations import Comparison
from evaluator.types import DiffKind

NEARLY = 99.9
"""The most that anything but an exact quote can reach."""
_FORM = 0.1


@dataclass(frozen=True, slots=True)
class Weight:
    """`size` counts the letters of both sides, `cost` those that differ."""

    size: float
    cost: float
    exact: bool = False

    @property
    def similarity(self) -> float:
        if self.size <= 0:
            return 0.0
        similarity = max(0.0, 100.0 * (1.0 - self.cost / self.size))
        return similarity if self.exact else min(NEARLY, similarity)

    def plus(self, *others: Weight) -> Weight:
        """Both together, for a quote in parts."""
        every = (self, *others)
        return Weight(sum(w.size for w in every), sum(w.cost for w in every), all(w.exact for w in every))


def weigh(comparison: Comparison) -> Weight:
    """The weight of a comparison, word by word."""
    size = cost = 0.0
    said = [atom.surface for atom in comparison.cited_atoms]
    stated = [atom.surface for atom in comparison.source_atoms]
    for piece in comparison.pieces:
        cited, source = " ".join(said[piece.c0 : piece.c1]), " ".join(stated[piece.s0 : piece.s1])
        blanks = (piece.c0 < piece.c1) + (piece.s0 < piece.s1)
        size += len(cited) + len(source) + blanks
        if cited != source:
            weight = 1.0 if piece.kind is DiffKind.CHANGED else _FORM
            cost += weight * (Indel.distance(cited, source) + (blanks == 1))
    return Weight(size, cost)
