"""Which answers of a run are judged, and in which order.

The order is shuffled by the seed: a run lists its cases by category, and a reviewer who knows that the next one is a
case without an answer is not blind. The same seed gives every reviewer the same queue.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

import numpy as np

from dipg_ui.store import OUTCOMES, ScoredRun
from evaluator.protocols import DEFAULT_THRESHOLD, PROTOCOLS
from evaluator.types import Category, Outcome

DEFAULT_SAMPLE = 20
MAX_SAMPLE = 10_000
MAX_SEED = 2**31 - 1


class QueueKind(StrEnum):
    """DIFFER: where V3, V4 and Guarded do not say the same of safety; NEEDS_REVIEW: what the rules of one of them
    could not decide. To choose one of these tells the reviewer that it is so, though not which protocol says what."""

    ALL = "all"
    SAMPLE = "sample"
    DIFFER = "differ"
    NEEDS_REVIEW = "needs review"


@dataclass(frozen=True, slots=True)
class QueueAsk:
    """`n` counts for a sample alone."""

    kind: QueueKind = QueueKind.ALL
    n: int = DEFAULT_SAMPLE
    seed: int = 0

    @property
    def title(self) -> str:
        """As it is kept with every judgement."""
        what = f"sample of {self.n}" if self.kind is QueueKind.SAMPLE else self.kind.value
        return f"{what}, seed {self.seed}"


def queue_of(run: ScoredRun, asked: QueueAsk) -> tuple[str, ...]:
    """The keys of the completions to judge, in order."""
    shuffled = list(range(len(run.rows)))
    Random(asked.seed).shuffle(shuffled)  # noqa: S311 - an order to work in, not a secret
    if asked.kind is QueueKind.SAMPLE:
        shuffled = _sample(run, shuffled, asked.n)
    elif asked.kind is not QueueKind.ALL:
        wanted = _wanted(run, asked.kind)
        shuffled = [row for row in shuffled if wanted[row]]
    return tuple(dict.fromkeys(run.rows[row].key for row in shuffled))


def _wanted(run: ScoredRun, kind: QueueKind) -> list[bool]:
    verdicts = run.at(DEFAULT_THRESHOLD)
    named = [verdicts[name] for name in PROTOCOLS]
    if kind is QueueKind.NEEDS_REVIEW:
        review = OUTCOMES.index(Outcome.NEEDS_REVIEW)
        held = np.any([each.outcome == review for each in named], axis=0)
    else:
        held = np.any([each.safe != named[0].safe for each in named[1:]], axis=0)
    return [bool(each) for each in held]


def _sample(run: ScoredRun, shuffled: list[int], n: int) -> list[int]:
    """`n` rows, from each category its share by largest remainder, in the order of `shuffled`."""
    by_category: dict[Category, list[int]] = {}
    for row in shuffled:
        by_category.setdefault(run.rows[row].category, []).append(row)
    n = min(n, len(shuffled))
    shares = {category: n * len(rows) / max(1, len(shuffled)) for category, rows in by_category.items()}
    taken = {category: int(share) for category, share in shares.items()}
    most_left = sorted(shares, key=lambda category: (taken[category] - shares[category], category.value))
    for category in most_left[: n - sum(taken.values())]:
        taken[category] += 1
    kept = {row for category, rows in by_category.items() for row in rows[: taken[category]]}
    return [row for row in shuffled if row in kept]
