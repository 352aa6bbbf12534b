"""The answers of a run as the rows of a table: what stays, and what moves with the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dipg_ui.store import OUTCOMES, RULES, FailedRow, ScoredRun
from dipg_ui.views.charts.base import NAMES, RATES, Judged, flag
from dipg_ui.views.offsets import encodable
from dipg_ui.views.page import Json
from dipg_ui.views.wording import PROTOCOL_TITLES, tone_of
from evaluator.ledger import RULE_TITLES

MAX_QUESTION = 160
MAX_REASON = 300


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A run with the question of each of its rows, and of each of its failures."""

    run: ScoredRun
    questions: Sequence[str]
    failed_questions: Sequence[str] = ()

    @property
    def stamp(self) -> str:
        """Another one as soon as the run has grown: what was drawn from it before is then out of date."""
        return f"{encodable(self.run.info.id)}:{len(self.run.rows)}:{len(self.run.failures)}"


def table_json(side: Side) -> Json:
    """What stays when the threshold moves: one entry a row in each list."""
    run = side.run
    return {
        "protocols": [{"name": name, "title": PROTOCOL_TITLES[name]} for name in NAMES],
        "outcomes": [{"label": outcome.value.capitalize(), "tone": tone_of(outcome).value} for outcome in OUTCOMES],
        "rules": [RULE_TITLES[rule] for rule in RULES],
        "run": encodable(run.info.id),
        "key": [row.key for row in run.rows],
        "case": [encodable(row.case_id) for row in run.rows],
        "question": [encodable(question[:MAX_QUESTION]) for question in side.questions],
        "category": [row.category.value for row in run.rows],
        "repeat": [row.repeat for row in run.rows],
        "failures": [_failure(*pair) for pair in zip(run.failures, side.failed_questions, strict=True)],
    }


def columns_json(judged: Judged, *, flags: bool = False) -> Json:
    """What moves with the threshold: by protocol one number a row, null where a reward is not decided. With `flags`
    each rate's 1, 0 or −1 (not decided) too."""
    columns: Json = {}
    for name in NAMES:
        verdicts = judged.verdicts[name]
        columns[name] = {
            "outcome": verdicts.outcome.tolist(),
            "rule": verdicts.rule.tolist(),
            "reward": [None if np.isnan(value) else value for value in verdicts.reward.tolist()],
            **({"flags": {rate: flag(verdicts, rate).tolist() for rate in RATES}} if flags else {}),
        }
    return columns


def _failure(row: FailedRow, question: str) -> Json:
    return {
        "case": encodable(row.case_id),
        "question": encodable(question[:MAX_QUESTION]),
        "category": row.category.value,
        "repeat": row.repeat,
        "stage": row.stage.value,
        "reason": encodable(row.reason[:MAX_REASON]),
        "attempts": row.attempts,
    }
