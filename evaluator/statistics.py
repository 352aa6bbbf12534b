"""How far two judges agree, and whether two runs differ: Cohen's kappa, McNemar's exact test, a paired bootstrap.

What was measured on both sides alone is compared, and every result carries its n. Nothing over nothing is None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import TypeVar

from evaluator.metrics import Z_95

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Label = TypeVar("Label", bound=Hashable)

RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement of two judges beyond chance over `n` things; `agreed` of them got the same label.

    `value` is Cohen's kappa, None where it is undefined: no things, or one label alone was ever given. `interval`
    is the large-sample one at 95 % (Fleiss, Cohen and Everitt 1969), cut to −1…1; read it with care for a small n.
    """

    value: float | None
    interval: tuple[float, float] | None
    agreed: int
    n: int


@dataclass(frozen=True, slots=True)
class McNemar:
    """A yes-or-no judgement of the same `n` things in two runs. `only_first` were a yes in the first run alone.

    `p_value` is two-sided and exact (binomial over the things that differ); None where none differs.
    """

    only_first: int
    only_second: int
    n: int
    p_value: float | None


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """Second run minus first, averaged over the `n` things that both measured.

    `value` None when n = 0; `interval` is the percentile bootstrap at 95 % over the things, None below two of them.
    """

    value: float | None
    interval: tuple[float, float] | None
    n: int


def pair(first: Mapping[Key, Value], second: Mapping[Key, Value]) -> dict[Key, tuple[Value, Value]]:
    """The values of what both have, in the order of `first`."""
    return {key: (value, second[key]) for key, value in first.items() if key in second}


def cohens_kappa(labels: Iterable[tuple[Label, Label]]) -> Kappa:
    """Kappa of two judges; each pair holds what the one and what the other said of the same thing."""
    table = Counter(labels)
    n = table.total()
    agreed = sum(count for (one, other), count in table.items() if one == other)
    if n == 0:
        return Kappa(None, None, 0, 0)
    rows: Counter[Label] = Counter()
    columns: Counter[Label] = Counter()
    for (one, other), count in table.items():
        rows[one] += count
        columns[other] += count
    if len(rows) == 1 and rows.keys() == columns.keys():
        return Kappa(None, None, agreed, n)
    by_chance = sum(rows[label] * columns[label] for label in rows) / (n * n)
    kappa = (agreed / n - by_chance) / (1 - by_chance)
    spread = fsum(
        count / n * _pull((rows[one] + columns[one]) / n, (columns[one] + rows[other]) / n, kappa, same=one == other)
        for (one, other), count in table.items()
    )
    variance = (spread - (kappa - by_chance * (1 - kappa)) ** 2) / ((1 - by_chance) ** 2 * n)
    half = Z_95 * sqrt(max(0.0, variance))
    return Kappa(kappa, (max(-1.0, kappa - half), min(1.0, kappa + half)), agreed, n)


def _pull(own: float, crossed: float, kappa: float, *, same: bool) -> float:
    """What one cell adds to the variance of kappa, per share of the things that lie in it."""
    return (1 - own * (1 - kappa)) ** 2 if same else (1 - kappa) ** 2 * crossed**2


def mcnemar(judgements: Iterable[tuple[bool, bool]]) -> McNemar:
    """McNemar's exact test; each pair holds the judgement in the first and in the second run."""
    table = Counter(judgements)
    return mcnemar_of_counts(table[True, False], table[False, True], table.total())


def mcnemar_of_counts(only_first: int, only_second: int, n: int) -> McNemar:
    """The same test where the `n` judgements are counted already."""
    differ = only_first + only_second
    p_value: float | None = None
    if differ:
        # Each term from the one before: ten thousand binomial coefficients on their own take seconds.
        term = tail = 1
        for k in range(1, min(only_first, only_second) + 1):
            term = term * (differ - k + 1) // k
            tail += term
        p_value = min(1.0, 2 * tail / 2**differ)
    return McNemar(only_first, only_second, n, p_value)


def mean_difference(differences: Sequence[float], seed: int = 0, resamples: int = RESAMPLES) -> MeanDifference:
    """The mean of paired differences with its bootstrap interval; the same seed gives the same interval."""
    n = len(differences)
    if n == 0:
        return MeanDifference(None, None, 0)
    value = fsum(differences) / n
    if n == 1:
        return MeanDifference(value, None, 1)
    # Late, so that scoring needs no numpy. Rewards take few values, and how often each is drawn is multinomial:
    # ten thousand resamples of ten thousand cases cost as much as ten thousand of the distinct values.
    import numpy

    values = Counter(differences)
    drawn = numpy.random.default_rng(seed).multinomial(n, [count / n for count in values.values()], size=resamples)
    means = drawn @ numpy.array(list(values)) / n
    low, high = numpy.quantile(means, (0.025, 0.975))
    return MeanDifference(value, (float(low), float(high)), n)
