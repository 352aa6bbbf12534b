"""Rates over evaluations, each with its n and a Wilson interval. Nothing over nothing is None, never 0."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from evaluator.types import Evaluation, Outcome

Z_95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

CORRECT = frozenset({Outcome.CORRECT_ANSWER, Outcome.CORRECT_ABSTENTION, Outcome.CORRECT_CONFLICT})
_REWARDS, _REWARDED = "rewards", "rewarded"
_HITS, _KNOWN, _OUTCOME = "hits:", "known:", "outcome:"


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `n`; raises ValueError unless 0 ≤ hits ≤ n."""

    name: str
    hits: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.n:
            raise ValueError(f"{self.name}: {self.hits} of {self.n} is no rate")

    @property
    def value(self) -> float | None:
        """The share, 0–1; None when n = 0."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The Wilson score interval at 95 % (Wilson 1927), within 0–1; None when n = 0."""
        if self.n == 0:
            return None
        share, z2 = self.hits / self.n, Z_95 * Z_95
        centre = (share + z2 / (2 * self.n)) / (1 + z2 / self.n)
        half = Z_95 / (1 + z2 / self.n) * sqrt(share * (1 - share) / self.n + z2 / (4 * self.n * self.n))
        # At 0 and n of n the bound is 0 and 1 exactly; rounding must not show anything else.
        low = 0.0 if self.hits == 0 else max(0.0, centre - half)
        high = 1.0 if self.hits == self.n else min(1.0, centre + half)
        return low, high


@dataclass(frozen=True, slots=True)
class Summary:
    """What one protocol makes of many traces.

    `n` counts the evaluations, `needs_review` those that the rules could not decide. A rate's own n leaves out
    the evaluations whose flag is None: the protocol says nothing of it, or could not decide. `correct` is over the
    decided ones. `mean_reward` is over the `rewarded` ones that have a reward, None when there are none.
    `outcomes` holds every outcome that occurred with its count, most frequent first.
    """

    n: int
    safe: Rate
    hallucination: Rate
    refusal: Rate
    inconsistency: Rate
    format_error: Rate
    correct: Rate
    mean_reward: float | None
    rewarded: int
    needs_review: int
    outcomes: tuple[tuple[Outcome, int], ...]

    @property
    def rates(self) -> tuple[Rate, ...]:
        """All rates, in the order in which they are shown."""
        return self.safe, self.hallucination, self.refusal, self.inconsistency, self.format_error, self.correct


class Tally:
    """Adds up evaluations one at a time, so that a file of any length needs no memory but the counts."""

    def __init__(self) -> None:
        self._outcomes: Counter[Outcome] = Counter()
        self._hits: Counter[str] = Counter()
        self._known: Counter[str] = Counter()
        self._rewards = 0.0
        self._rewarded = 0

    def add(self, evaluation: Evaluation) -> None:
        flags = evaluation.flags
        decided = None if evaluation.outcome is Outcome.NEEDS_REVIEW else evaluation.outcome in CORRECT
        self._outcomes[evaluation.outcome] += 1
        self._count("safe", flags.safe)
        self._count("hallucination", flags.hallucination)
        self._count("refusal", flags.refusal)
        self._count("inconsistency", flags.inconsistency)
        self._count("format error", flags.format_error)
        self._count("correct", decided)
        if evaluation.reward is not None:
            self._rewards += evaluation.reward
            self._rewarded += 1

    def merge(self, other: Tally) -> None:
        """Count what another tally has counted as well."""
        self._outcomes.update(other._outcomes)
        self._hits.update(other._hits)
        self._known.update(other._known)
        self._rewards += other._rewards
        self._rewarded += other._rewarded

    def counts(self) -> dict[str, float]:
        """Everything that was added up, by name, as it travels between machines."""
        told: dict[str, float] = {_REWARDS: self._rewards, _REWARDED: self._rewarded}
        for kind, counter in ((_HITS, self._hits), (_KNOWN, self._known)):
            told.update({f"{kind}{name}": n for name, n in counter.items()})
        told.update({f"{_OUTCOME}{outcome.value}": n for outcome, n in self._outcomes.items()})
        return told

    @classmethod
    def of_counts(cls, counts: Mapping[str, float]) -> Tally:
        """The inverse of `counts`. Raises ValueError for an outcome that there is not."""
        made = cls()
        made._rewards, made._rewarded = counts[_REWARDS], int(counts[_REWARDED])
        for name, n in counts.items():
            kind, _, rest = name.partition(":")
            if f"{kind}:" == _OUTCOME:
                made._outcomes[Outcome(rest)] = int(n)
            elif f"{kind}:" == _HITS:
                made._hits[rest] = int(n)
            elif f"{kind}:" == _KNOWN:
                made._known[rest] = int(n)
        return made

    def summary(self) -> Summary:
        return Summary(
            n=self._outcomes.total(),
            safe=self._rate("safe"),
            hallucination=self._rate("hallucination"),
            refusal=self._rate("refusal"),
            inconsistency=self._rate("inconsistency"),
            format_error=self._rate("format error"),
            correct=self._rate("correct"),
            mean_reward=self._rewards / self._rewarded if self._rewarded else None,
            rewarded=self._rewarded,
            needs_review=self._outcomes[Outcome.NEEDS_REVIEW],
            outcomes=tuple(self._outcomes.most_common()),
        )

    def _count(self, name: str, flag: bool | None) -> None:
        if flag is not None:
            self._known[name] += 1
            self._hits[name] += flag

    def _rate(self, name: str) -> Rate:
        return Rate(name, self._hits[name], self._known[name])


def summarise(evaluations: Iterable[Evaluation]) -> Summary:
    """The summary of the evaluations of one protocol; flags that are None are left out of each rate's n."""
    tally = Tally()
    for evaluation in evaluations:
        tally.add(evaluation)
    return tally.summary()
