"""The Evaluate page as JSON: what can be run, how far the run on screen is, and what came of it so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dipg_ui.plans import RunProgress
from dipg_ui.records import GenerationSettings
from dipg_ui.store import FailedRow
from dipg_ui.views.answers import MAX_REASON, Side, columns_json, table_json
from dipg_ui.views.charts.base import judge
from dipg_ui.views.charts.rates import rates_chart
from dipg_ui.views.charts.rewards import rewards_chart
from dipg_ui.views.explore import ModelChoice, UploadNote
from dipg_ui.views.offsets import encodable
from dipg_ui.views.page import Json, model_json, settings_json
from evaluator.protocols import DEFAULT_THRESHOLD
from evaluator.types import Behaviour, Case, Category

MAX_GROUPS = 30
_CATEGORIES = tuple(Category)
_BEHAVIOURS = (None, *Behaviour)


@dataclass(frozen=True, slots=True)
class CaseSet:
    """A set of cases to choose from; `shared` says that every visitor has it."""

    id: str
    title: str
    cases: Sequence[Case]
    shared: bool = True


def form_json(sets: Sequence[CaseSet], models: Sequence[ModelChoice], upload: UploadNote | None) -> Json:
    """What a new run can be made of. Of each case a set tells category and behaviour, as indices of the lists."""
    return {
        "sets": [_set(each) for each in sets],
        "categories": [category.value for category in _CATEGORIES],
        "behaviours": ["" if behaviour is None else behaviour.value for behaviour in _BEHAVIOURS],
        "models": [model_json(choice) for choice in models],
        "defaults": settings_json(GenerationSettings()),
        "upload": None
        if upload is None
        else {
            "name": encodable(upload.name),
            "kept": upload.kept,
            "problems": [encodable(problem) for problem in upload.problems],
        },
    }


def run_json(side: Side, known: str = "") -> Json:
    """What came of a run so far; the table and the charts are left out where `known`, the stamp of those that the
    page has, still holds."""
    if side.stamp == known:
        return {"stamp": known}
    judged = judge(side.run, DEFAULT_THRESHOLD)
    charts = [rates_chart(judged), rewards_chart(judged)] if side.run.rows else []
    return {
        "stamp": side.stamp,
        "table": table_json(side),
        "columns": columns_json(judged, flags=True) if side.run.rows else None,
        "charts": [chart.to_json() for chart in charts],
        "reasons": _reasons(side.run.failures),
    }


def progress_json(progress: RunProgress) -> Json:
    return {
        "run": encodable(progress.run_id),
        "state": progress.state.value,
        "total": progress.total,
        "done": progress.done,
        "failed": progress.failed,
        "elapsed": progress.elapsed,
        "eta": progress.eta,
        "rate": progress.tokens_per_second,
        "case": encodable(progress.case_id),
        "detail": encodable(progress.detail),
    }


def _set(each: CaseSet) -> Json:
    return {
        "id": encodable(each.id),
        "title": encodable(each.title),
        "shared": each.shared,
        "cases": [[_CATEGORIES.index(case.category), _BEHAVIOURS.index(case.behaviour)] for case in each.cases],
    }


def _reasons(failures: Sequence[FailedRow]) -> list[Json]:
    """Failures by reason, the most frequent first."""
    counted = Counter((row.stage.value, row.reason[:MAX_REASON]) for row in failures)
    return [
        {"stage": stage, "reason": encodable(reason), "n": n} for (stage, reason), n in counted.most_common(MAX_GROUPS)
    ]
