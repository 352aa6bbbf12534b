"""How far judges agree beyond chance, with seeded bootstrap intervals: Cohen's kappa, weighted where the labels have an
order, Krippendorff's alpha for any number of judges, and the confusion matrix behind them.

A statistic of fewer than MIN_PAIRS is not given: its interval would cover nearly everything. Nothing is guessed where
it is undefined; `reason` then says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.float64]
    Redraw = Callable[[np.random.Generator, int], Values]

Label = TypeVar("Label", bound=Hashable)

MIN_PAIRS = 10
RESAMPLES = 5_000
_CHUNK = 1_000
"""Resamples at a time, so that memory stays small."""


class Weights(StrEnum):
    """What a disagreement costs. NOMINAL: all the same; LINEAR and QUADRATIC: by the distance of ordered labels."""

    NOMINAL = "nominal"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


class Level(StrEnum):
    """How alpha takes the labels: as mere names, or as an order."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True)
class Confusion(Generic[Label]):
    """`counts[i][j]` things were called `labels[i]` by the one judge and `labels[j]` by the other."""

    labels: tuple[Label, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def n(self) -> int:
        return sum(map(sum, self.counts))

    @property
    def agreed(self) -> int:
        return sum(row[place] for place, row in enumerate(self.counts))


@dataclass(frozen=True, slots=True)
class Agreement:
    """A statistic over `n` things; `agreed` of them got one label from all who judged them. `value` None where it is
    not given, and `reason` says why; `interval` is the percentile bootstrap at 95 %, None where hardly any resample
    has a value."""

    value: float | None
    interval: tuple[float, float] | None
    agreed: int
    n: int
    reason: str = ""


def confusion(pairs: Iterable[tuple[Label, Label]], labels: Sequence[Label]) -> Confusion[Label]:
    """Raises ValueError for a label that is not one of `labels`."""
    table = Counter(pairs)
    unknown = {label for pair in table for label in pair} - set(labels)
    if unknown:
        raise ValueError(f"not among the labels: {sorted(map(str, unknown))}")
    return Confusion(tuple(labels), tuple(tuple(table[one, other] for other in labels) for one in labels))


def kappa(table: Confusion[Label], weights: Weights = Weights.NOMINAL, seed: int = 0) -> Agreement:
    """Cohen's kappa of two judges; the labels of `table` are in order where `weights` need one."""
    n, agreed = table.n, table.agreed
    if n < MIN_PAIRS:
        return Agreement(None, None, agreed, n, _too_few(n))
    import numpy

    counts = numpy.array(table.counts, dtype=float)
    cost = _cost(len(table.labels), weights)
    value = float(_kappas(counts[None], cost)[0])
    if numpy.isnan(value):
        return Agreement(None, None, agreed, n, "Both gave one and the same label to everything, so it is undefined.")

    if 1 in (int((counts.sum(axis=axis) > 0).sum()) for axis in (0, 1)):
        return Agreement(value, None, agreed, n, "One of the two gave one label alone, so it is 0 by its nature.")

    def redraw(generator: np.random.Generator, size: int) -> Values:
        drawn = generator.multinomial(n, counts.ravel() / n, size=size)
        return _kappas(drawn.reshape(size, *counts.shape).astype(float), cost)

    return Agreement(value, _interval(redraw, seed), agreed, n)


def alpha(
    units: Iterable[Sequence[Label | None]], labels: Sequence[Label], level: Level = Level.NOMINAL, seed: int = 0
) -> Agreement:
    """Krippendorff's alpha. A unit holds what each judge said of one thing, None where a judge said nothing; units
    with fewer than two judgements do not count. `labels` are in order where `level` is ORDINAL."""
    place = {label: at for at, label in enumerate(labels)}
    patterns: Counter[tuple[int, ...]] = Counter()
    for unit in units:
        said = [0] * len(labels)
        for label in unit:
            if label is not None:
                said[place[label]] += 1
        if sum(said) >= 2:
            patterns[tuple(said)] += 1
    n = patterns.total()
    agreed = sum(count for pattern, count in patterns.items() if sum(1 for each in pattern if each) == 1)
    if n < MIN_PAIRS:
        return Agreement(None, None, agreed, n, _too_few(n))
    import numpy

    counts = numpy.array(list(patterns.values()), dtype=float)
    shares = numpy.array([_coincidences(pattern) for pattern in patterns])
    value = float(_alphas(counts[None] @ shares, level)[0])
    if numpy.isnan(value):
        return Agreement(None, None, agreed, n, "All gave one and the same label to everything, so it is undefined.")

    def redraw(generator: np.random.Generator, size: int) -> Values:
        return _alphas(generator.multinomial(n, counts / n, size=size) @ shares, level)

    return Agreement(value, _interval(redraw, seed), agreed, n)


def _too_few(n: int) -> str:
    return f"Only {n} judged by both; below {MIN_PAIRS} it says too little to be given."


def _cost(size: int, weights: Weights) -> Values:
    import numpy

    apart = numpy.abs(numpy.subtract.outer(numpy.arange(size), numpy.arange(size))).astype(float)
    if weights is Weights.NOMINAL:
        return (apart > 0).astype(float)
    return apart if weights is Weights.LINEAR else apart**2


def _kappas(tables: Values, cost: Values) -> Values:
    """One kappa a table; NaN where chance alone explains everything."""
    import numpy

    total = tables.sum(axis=(1, 2))
    by_chance = numpy.einsum("ti,tj,ij->t", tables.sum(axis=2), tables.sum(axis=1), cost) / total
    seen = (tables * cost).sum(axis=(1, 2))
    result: Values = numpy.full(len(tables), numpy.nan)
    numpy.divide(seen, by_chance, out=result, where=by_chance > 0)
    return 1 - result


def _coincidences(pattern: tuple[int, ...]) -> list[float]:
    """What one unit adds to the coincidence matrix, row by row: each ordered pair of its judgements, by 1/(m − 1)."""
    m = sum(pattern)
    return [
        one * (other - (at == against)) / (m - 1)
        for at, one in enumerate(pattern)
        for against, other in enumerate(pattern)
    ]


def _alphas(coincidences: Values, level: Level) -> Values:
    """One alpha a row, each row a flattened coincidence matrix; NaN where one label alone occurs."""
    import numpy

    size = round(coincidences.shape[1] ** 0.5)
    tables = coincidences.reshape(-1, size, size)
    margins = tables.sum(axis=2)
    total = margins.sum(axis=1)
    if level is Level.NOMINAL:
        apart = numpy.broadcast_to(1 - numpy.eye(size), tables.shape)
    else:
        # Krippendorff's ordinal distance: how many judgements lie between two labels, half of the outer ones counted.
        middle = numpy.cumsum(margins, axis=1) - margins / 2
        apart = (middle[:, :, None] - middle[:, None, :]) ** 2
    seen = (tables * apart).sum(axis=(1, 2))
    by_chance = numpy.einsum("ti,tj,tij->t", margins, margins, apart) / (total - 1)
    result: Values = numpy.full(len(tables), numpy.nan)
    numpy.divide(seen, by_chance, out=result, where=by_chance > 0)
    return 1 - result


def _interval(redraw: Redraw, seed: int) -> tuple[float, float] | None:
    import numpy

    generator = numpy.random.default_rng(seed)
    drawn = numpy.concatenate([redraw(generator, _CHUNK) for _ in range(RESAMPLES // _CHUNK)])
    drawn = drawn[~numpy.isnan(drawn)]
    if len(drawn) < RESAMPLES / 2:
        return None
    low, high = numpy.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)
