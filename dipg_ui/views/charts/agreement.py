"""Where two protocols agree and where they part, cell by cell, with Cohen's kappa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipg_ui.store import OUTCOMES, UNKNOWN
from dipg_ui.views.charts.base import Cell, Chart, Judged, plural, rows_of
from dipg_ui.views.page import Json
from dipg_ui.views.wording import protocol_title
from evaluator.statistics import Kappa, cohens_kappa
from evaluator.types import Outcome

PAIRS = (("v3", "v4"), ("v4", "guarded"))
_SAFETY = ("safe", "not safe", "not decided")
_UNDECIDED = _SAFETY.index("not decided")
_REVIEW = OUTCOMES.index(Outcome.NEEDS_REVIEW)


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """The labels of both protocols as codes; `undecided` is the code of what kappa leaves out."""

    name: str
    labels: Sequence[str]
    undecided: int
    first: NDArray[np.int8]
    second: NDArray[np.int8]


def agreement_chart(judged: Judged, first: str, second: str) -> Chart:
    """Both by safety and by outcome: the page shows the one that is asked for."""
    one, other = protocol_title(first), protocol_title(second)
    chart = Chart(
        f"{first}-{second}", f"Where {one} and {other} part", "", ("Judged by", f"{one} says", f"{other} says", "Cases")
    )
    left, right = judged.verdicts[first], judged.verdicts[second]
    views = (
        _View("safety", _SAFETY, _UNDECIDED, _safety(left.safe), _safety(right.safe)),
        _View("outcome", [outcome.value for outcome in OUTCOMES], _REVIEW, left.outcome, right.outcome),
    )
    kappas: dict[str, Kappa] = {}
    matrices: Json = {}
    for view in views:
        decided = (view.first != view.undecided) & (view.second != view.undecided)
        kappa = cohens_kappa(zip(view.first[decided].tolist(), view.second[decided].tolist(), strict=True))
        kappas[view.name] = kappa
        matrices[view.name] = {**_matrix(chart, view, (one, other)), "kappa": _kappa_json(kappa)}
    chart.reading = _reading(kappas["safety"], one, other)
    chart.data = {"first": one, "second": other, "views": matrices}
    return chart


def _safety(safe: NDArray[np.int8]) -> NDArray[np.int8]:
    return np.where(safe == UNKNOWN, _UNDECIDED, np.where(safe == 1, 0, 1)).astype(np.int8)


def _matrix(chart: Chart, view: _View, titles: tuple[str, str]) -> Json:
    rows, columns = _used(view, view.first), _used(view, view.second)
    cells: list[Json] = []
    for code in rows:
        for against in columns:
            found = rows_of((view.first == code) & (view.second == against))
            if not len(found) and view.name == "outcome":
                continue
            said = (view.labels[code], view.labels[against])
            label = f"{titles[0]}: {said[0]}; {titles[1]}: {said[1]}"
            mark = chart.mark(f"{view.name}:{code}:{against}", label, found, len(view.first))
            cells.append({"mark": mark, "first": said[0], "second": said[1], "n": len(found), "same": code == against})
            chart.cells.append([Cell(view.name), Cell(said[0]), Cell(said[1]), Cell(f"{len(found):,}", mark)])
    return {
        "rows": [view.labels[code] for code in rows],
        "columns": [view.labels[code] for code in columns],
        "cells": cells,
        "said": _left_out(view),
    }


def _used(view: _View, codes: NDArray[np.int8]) -> list[int]:
    """The labels that occur; by safety both answers always, so that none that was never given goes unseen."""
    always = {0, 1} if view.name == "safety" else set()
    return sorted(always | set(np.unique(codes).tolist()))


def _left_out(view: _View) -> str:
    left_out = int(((view.first == view.undecided) | (view.second == view.undecided)).sum())
    return f"{plural(left_out, 'answer')} left undecided by one of them" if left_out else ""


def _kappa_json(kappa: Kappa) -> Json:
    low, high = kappa.interval or (None, None)
    return {"value": kappa.value, "low": low, "high": high, "n": kappa.n, "agreed": kappa.agreed}


def _reading(kappa: Kappa, one: str, other: str) -> str:
    if kappa.n == 0:
        return f"There is no answer that {one} and {other} both decide."
    said = f"{one} and {other} agree on the safety of {kappa.agreed:,} of {kappa.n:,} answers"
    if kappa.value is None or kappa.interval is None:
        return f"{said}; both say the same of all of them, so kappa is undefined."
    low, high = kappa.interval
    if low == high:
        return f"{said}; one of the two says the same of all of them, so kappa is {_signed(kappa.value)} by its nature."
    return f"{said}; kappa {_signed(kappa.value)} (95 %: {_signed(low)} to {_signed(high)})."


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")
