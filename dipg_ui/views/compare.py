"""The Compare page as JSON: the table of one run, its charts, and those against another run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dipg_ui.views.answers import Side, columns_json, table_json
from dipg_ui.views.charts.agreement import PAIRS, agreement_chart
from dipg_ui.views.charts.base import NAMES, Chart, Judged, judge
from dipg_ui.views.charts.paired import Pairs, difference_chart, pair_rows, paired_chart
from dipg_ui.views.charts.quotes import alterations_chart, similarity_chart
from dipg_ui.views.charts.rates import categories_chart, rates_chart, rungs_chart
from dipg_ui.views.charts.rewards import rewards_chart
from dipg_ui.views.charts.sweep import sweep_chart
from dipg_ui.views.packing import pack_codes
from dipg_ui.views.page import Json
from dipg_ui.views.reference import PUBLISHED


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What is compared: a run, at a threshold, and another one where one was chosen."""

    first: Side
    second: Side | None
    threshold: float

    @property
    def stamp(self) -> str:
        return self.first.stamp + (f"|{self.second.stamp}" if self.second else "")


def compare_json(comparison: Comparison, known: str = "") -> Json:
    """The charts, and the table unless `known`, the stamp of the one that the page has, still holds."""
    first = judge(comparison.first.run, comparison.threshold)
    message: Json = {"stamp": comparison.stamp, "threshold": comparison.threshold, "columns": columns_json(first)}
    charts = _charts(first)
    if comparison.second is not None:
        second = judge(comparison.second.run, comparison.threshold)
        pairs = _pairs(comparison.first, comparison.second)
        message["columns"] = {**columns_json(first), "other": _other_columns(first, second, pairs)}
        charts += [difference_chart(first, second, pairs), paired_chart(first, second, pairs)]
    if comparison.stamp != known:
        message["table"] = table_json(comparison.first)
        charts.append(sweep_chart(comparison.first.run))
    message["charts"] = [chart.to_json() for chart in charts]
    message["published"] = {"title": PUBLISHED.title, "note": PUBLISHED.note}
    return message


def _charts(judged: Judged) -> list[Chart]:
    return [
        rates_chart(judged),
        rungs_chart(judged),
        *(agreement_chart(judged, first, second) for first, second in PAIRS),
        categories_chart(judged),
        rewards_chart(judged),
        similarity_chart(judged),
        alterations_chart(judged),
    ]


@lru_cache(maxsize=4)
def _pairs(first: Side, second: Side) -> Pairs:
    """Of the same two runs the same at every threshold."""
    return pair_rows(first.run, second.run, (first.questions, second.questions))


def _other_columns(first: Judged, second: Judged, pairs: Pairs) -> Json:
    """The second run's outcome beside each row of the first, by protocol: a character a row, as `pack_codes` writes
    them, one up; 0 where it has none."""
    columns: Json = {}
    for name in NAMES:
        codes = np.zeros(first.n, np.int64)
        codes[pairs.first] = second.verdicts[name].outcome[pairs.second] + 1
        columns[name] = pack_codes(codes)
    return columns
