"""What every protocol makes of one trace at *every* threshold, so that another threshold needs no new scoring.

A threshold enters the rules only by which citations reach it. Outcome, flags, reward and the deciding rule therefore
change at the similarities of the citations and nowhere else: between two of them they are constant. A `Band` is such
a stretch, and `judge_bands` asks the rules once in each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2s
from pathlib import Path

from evaluator.evaluate import Assessment, assess, reassess
from evaluator.protocols import MIN_THRESHOLD, RUNGS, VERBATIM, Protocol
from evaluator.types import Case, Evaluation, Flags, Outcome


@dataclass(frozen=True, slots=True)
class Band:
    """The verdict of one protocol for thresholds in `(low, high]`; `rule` is the id of the rule that fixed it.

    The bands of a protocol lie edge to edge from 0 to 100, so that exactly one holds any threshold of 50–100. A
    protocol without an adjustable threshold has one band.
    """

    low: float
    high: float
    outcome: Outcome
    flags: Flags
    reward: float | None
    rule: str


@dataclass(frozen=True, slots=True)
class Banded:
    """The bands of one protocol, in order. `version` is the protocol's."""

    protocol: str
    version: str
    bands: tuple[Band, ...]

    def at(self, threshold: float) -> Band:
        """The band that holds a threshold of 50–100."""
        return next(band for band in self.bands if threshold <= band.high)


def judge_bands(case: Case, completion: str, protocols: Sequence[Protocol] = RUNGS) -> tuple[Assessment, list[Banded]]:
    """The trace assessed at the lowest threshold, and the bands of each protocol, in their order.

    For every threshold t of 50–100, `banded.at(t)` says what `assess(case, completion, protocols, t)` does.
    """
    lowest = assess(case, completion, protocols, MIN_THRESHOLD)
    reached = {grounding.similarity for grounding in lowest.groundings}
    edges = sorted({edge for edge in reached if MIN_THRESHOLD <= edge < VERBATIM} | {VERBATIM})
    judged = [reassess(case, lowest, edge).evaluations for edge in edges]
    banded = []
    for column, protocol in enumerate(protocols):
        evaluations = [row[column] for row in judged]
        bands = _merge(edges, evaluations) if protocol.adjustable else (_band(0.0, VERBATIM, evaluations[0]),)
        banded.append(Banded(protocol.name, protocol.version, bands))
    return lowest, banded


def _band(low: float, high: float, evaluation: Evaluation) -> Band:
    rule = next(step.rule for step in reversed(evaluation.steps) if step.decisive)
    return Band(low, high, evaluation.outcome, evaluation.flags, evaluation.reward, rule)


def _merge(edges: Sequence[float], evaluations: Sequence[Evaluation]) -> tuple[Band, ...]:
    bands: list[Band] = []
    low = 0.0
    for edge, evaluation in zip(edges, evaluations, strict=True):
        band = _band(low, edge, evaluation)
        if bands and replace(bands[-1], low=low, high=edge) == band:
            bands[-1] = replace(bands[-1], high=edge)
        else:
            bands.append(band)
        low = edge
    return tuple(bands)


@cache
def scoring_version() -> str:
    """A fingerprint of everything that scores: the source of this package. What was scored under another one is
    scored again, so that a corrected rule or matcher never shows yesterday's verdicts."""
    told = blake2s(digest_size=8)
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        told.update(path.relative_to(folder).as_posix().encode())
        told.update(path.read_bytes())
    return told.hexdigest()
