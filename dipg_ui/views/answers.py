"""The answers of a run as the rows of a table: what stays, and what moves with the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipg_ui.store import OUTCOMES, RULES, FailedRow, ScoredRun
from dipg_ui.views.charts.base import NAMES, RATES, Judged, flag
from dipg_ui.views.offsets import encodable
from dipg_ui.views.packing import pack_codes, pack_kinds
from dipg_ui.views.page import Json
from dipg_ui.views.wording import PROTOCOL_TITLES, tone_of
from evaluator.ledger import RULE_TITLES
from evaluator.types import Category

MAX_QUESTION = 160
MAX_REASON = 300
_CATEGORIES = {category: code for code, category in enumerate(Category)}


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
    """What stays when the threshold moves: one entry a row in each list, a character a row in `category` (an index of
    `categories`) and `repeat`."""
    run = side.run
    return {
        "protocols": [{"name": name, "title": PROTOCOL_TITLES[name]} for name in NAMES],
        "outcomes": [{"label": outcome.value.capitalize(), "tone": tone_of(outcome).value} for outcome in OUTCOMES],
        "rules": [RULE_TITLES[rule] for rule in RULES],
        "run": encodable(run.info.id),
        "key": [row.key for row in run.rows],
        "case": [encodable(row.case_id) for row in run.rows],
        "question": [encodable(question[:MAX_QUESTION]) for question in side.questions],
        "categories": [category.value for category in _CATEGORIES],
        "category": pack_codes(np.array([_CATEGORIES[row.category] for row in run.rows], np.int64)),
        "repeat": pack_codes(np.array([row.repeat for row in run.rows], np.int64)),
        "failures": [_failure(*pair) for pair in zip(run.failures, side.failed_questions, strict=True)],
    }


def columns_json(judged: Judged, *, flags: bool = False) -> Json:
    """What moves with the threshold, by protocol: outcome, rule and reward of each row, a reward null where it is not
    decided; with `flags` each rate's 1, 0 or −1 (not decided) too. `pack_kinds` says in what form."""
    columns: Json = {}
    for name in NAMES:
        verdicts = judged.verdicts[name]
        told: dict[str, NDArray[np.generic]] = {
            "outcome": verdicts.outcome,
            "rule": verdicts.rule,
            "reward": verdicts.reward,
        }
        if flags:
            told |= {rate: flag(verdicts, rate) for rate in RATES}
        columns[name] = pack_kinds(told)
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
