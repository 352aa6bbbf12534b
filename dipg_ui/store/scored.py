"""A stored run as columns: what every protocol makes of every completion, at any threshold, without scoring again.

Columns run parallel to `ScoredRun.rows`. A flag is 1, 0, or UNKNOWN where the protocol says nothing of it or could not
decide; a reward is NaN there. Codes index the tuples below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipg_ui.records import FinishReason, RunInfo, Stage
from evaluator.ledger import RULE_TITLES
from evaluator.protocols import get_protocol
from evaluator.types import AlterationKind, Behaviour, Category, Difficulty, GroundingStatus, Outcome

OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
RULES: tuple[str, ...] = tuple(RULE_TITLES)
STATUSES: tuple[GroundingStatus, ...] = tuple(GroundingStatus)
ALTERATIONS: tuple[AlterationKind, ...] = tuple(AlterationKind)
UNKNOWN = -1

Codes = NDArray[np.int8]
Numbers = NDArray[np.int32]
Values = NDArray[np.float64]

_UNGROUNDED = STATUSES.index(GroundingStatus.UNGROUNDED)
_UNSCORABLE = STATUSES.index(GroundingStatus.UNSCORABLE)


@dataclass(frozen=True, slots=True)
class RunRow:
    """One completion of a run, without its text. `key` opens it in Explore; `position` is the case's place in the
    run's set, from 0; `expected` says whether the case has an expected answer."""

    key: str
    position: int
    repeat: int
    case_id: str
    category: Category
    difficulty: Difficulty
    behaviour: Behaviour | None
    expected: bool
    finish: FinishReason
    seed: int
    completion_tokens: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A case that ended without a completion. `attempts` counts how often it was tried."""

    position: int
    repeat: int
    case_id: str
    category: Category
    stage: Stage
    reason: str
    partial: str
    attempts: int


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What one protocol makes of every row at one threshold. `outcome` indexes OUTCOMES, `rule` (the rule that fixed
    the outcome) indexes RULES."""

    protocol: str
    version: str
    threshold: float
    outcome: Codes
    safe: Codes
    hallucination: Codes
    refusal: Codes
    inconsistency: Codes
    format_error: Codes
    reward: Values
    rule: Codes


@dataclass(frozen=True, slots=True, eq=False)
class BandColumns:
    """The bands of one protocol over all rows, rows in order and each row's bands from the lowest up; `row` indexes
    `ScoredRun.rows`. A band holds for thresholds in (low, high]."""

    protocol: str
    version: str
    row: Numbers
    low: Values
    high: Values
    outcome: Codes
    safe: Codes
    hallucination: Codes
    refusal: Codes
    inconsistency: Codes
    format_error: Codes
    reward: Values
    rule: Codes

    def at(self, threshold: float) -> Verdicts:
        """One verdict a row. `threshold` is 50–100; a protocol that cannot be adjusted keeps its own."""
        held = (self.low < threshold) & (threshold <= self.high)
        return Verdicts(
            protocol=self.protocol,
            version=self.version,
            threshold=get_protocol(self.protocol).at(threshold).threshold,
            outcome=self.outcome[held],
            safe=self.safe[held],
            hallucination=self.hallucination[held],
            refusal=self.refusal[held],
            inconsistency=self.inconsistency[held],
            format_error=self.format_error[held],
            reward=self.reward[held],
            rule=self.rule[held],
        )


@dataclass(frozen=True, slots=True, eq=False)
class CitationColumns:
    """Every citation of the run; `row` indexes `ScoredRun.rows`, `index` counts within its proof. `lowest` is its
    status at the lowest threshold, as an index of STATUSES; `alterations` counts them and `kinds` has bit k set where
    one is of kind ALTERATIONS[k]."""

    row: Numbers
    index: Numbers
    similarity: Values
    lowest: Codes
    alterations: Numbers
    kinds: Numbers

    def status(self, threshold: float) -> Codes:
        """The status of each citation at a threshold of 50–100, as an index of STATUSES."""
        missed = (self.similarity < threshold) & (self.lowest != _UNSCORABLE)
        return np.where(missed, np.int8(_UNGROUNDED), self.lowest)

    def has_kind(self, kind: AlterationKind) -> NDArray[np.bool_]:
        """Whether a citation holds an alteration of this kind."""
        held: NDArray[np.bool_] = (self.kinds & (1 << ALTERATIONS.index(kind))) != 0
        return held


@dataclass(frozen=True, slots=True, eq=False)
class ScoredRun:
    """A run with everything that charts and tables need. `rows` are by position, then repeat; `bands` by protocol
    name, every rung from V3 to Guarded; `total` counts cases times repeats."""

    info: RunInfo
    total: int
    rows: tuple[RunRow, ...]
    failures: tuple[FailedRow, ...]
    bands: Mapping[str, BandColumns]
    citations: CitationColumns

    def at(self, threshold: float) -> Mapping[str, Verdicts]:
        """The verdicts of every protocol at a threshold. Raises ValueError outside 50–100."""
        if not 50.0 <= threshold <= 100.0:
            raise ValueError(f"a threshold lies between 50 and 100; it is {threshold}")
        return {name: columns.at(threshold) for name, columns in self.bands.items()}
