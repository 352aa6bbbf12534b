"""Two runs on the cases that both have: what changed for the better, what for the worse, and what chance may explain.

Rows are those of the first run. Where a run asked a case more than once its first completion counts, so that no case
weighs twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dipg_ui.store import UNKNOWN, ScoredRun
from dipg_ui.views.charts.base import NAMES, RATES, Cell, Chart, Judged, flag, plural, points
from dipg_ui.views.page import Json
from dipg_ui.views.wording import protocol_title
from evaluator.statistics import McNemar, MeanDifference, mcnemar_of_counts, mean_difference, pair

# Drawn anew for each threshold, and V3's is the same at all of them.
_mean_difference = lru_cache(maxsize=32)(mean_difference)
_CELLS = {
    (True, True): ("both", "{rate} in both runs"),
    (True, False): ("first", "{rate} in run A alone"),
    (False, True): ("second", "{rate} in run B alone"),
    (False, False): ("neither", "{rate} in neither run"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Row of the first run and row of the second for each case that both have."""

    first: np.ndarray[tuple[int], np.dtype[np.int64]]
    second: np.ndarray[tuple[int], np.dtype[np.int64]]

    def __len__(self) -> int:
        return len(self.first)


def pair_rows(first: ScoredRun, second: ScoredRun, questions: tuple[Sequence[str], Sequence[str]]) -> Pairs:
    """`questions` hold that of each row: an id that names another question in the other run is another case."""
    shared = pair(_first_rows(first, questions[0]), _first_rows(second, questions[1]))
    return Pairs(
        np.array([one for one, _ in shared.values()], dtype=np.int64),
        np.array([other for _, other in shared.values()], dtype=np.int64),
    )


def _first_rows(run: ScoredRun, questions: Sequence[str]) -> Mapping[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for index, (row, question) in enumerate(zip(run.rows, questions, strict=True)):
        found.setdefault((row.case_id, question), index)
    return found


def paired_chart(first: Judged, second: Judged, pairs: Pairs) -> Chart:
    """How the judgement of each case moved, for every rate: the page shows the rate that is asked for."""
    chart = Chart(
        "paired",
        "Which answers changed between the runs",
        "",
        ("Protocol", "Rate", "Both", "A alone", "B alone", "Neither", "n", "McNemar, exact"),
    )
    tests: list[Json] = []
    for name in RATES:
        for protocol in NAMES:
            left = flag(first.verdicts[protocol], name)[pairs.first]
            right = flag(second.verdicts[protocol], name)[pairs.second]
            decided = (left != UNKNOWN) & (right != UNKNOWN)
            found = {
                cell: np.sort(pairs.first[decided & ((left == 1) == yes) & ((right == 1) == again)])
                for (yes, again), (cell, _) in _CELLS.items()
            }
            counts = {cell: len(rows) for cell, rows in found.items()}
            test = mcnemar_of_counts(counts["first"], counts["second"], int(decided.sum()))
            marks: dict[str, str] = {}
            for cell, label in _CELLS.values():
                said = f"{label.format(rate=name.capitalize())}, {protocol_title(protocol)}"
                marks[cell] = chart.mark(f"{protocol}:{name}:{cell}", said, found[cell], test.n)
            tests.append({"protocol": protocol, "rate": name, "marks": marks, "counts": counts, **_test_json(test)})
            figures = [Cell(f"{counts[cell]:,}", marks[cell]) for cell in ("both", "first", "second", "neither")]
            heads = [Cell(protocol_title(protocol)), Cell(name)]
            chart.cells.append([*heads, *figures, Cell(f"{test.n:,}"), Cell(p_words(test.p_value))])
    chart.reading = (
        f"{plural(len(pairs), 'case')} in both runs. Only answers judged differently tell the runs apart; the test is "
        "two-sided, and not corrected for looking at several protocols."
    )
    chart.data = {"tests": tests}
    return chart


def difference_chart(first: Judged, second: Judged, pairs: Pairs) -> Chart:
    chart = Chart(
        "difference",
        "How the mean reward moved from run A to run B",
        "Run B minus run A, case by case; the bar is the bootstrap interval at 95 %.",
        ("Protocol", "Mean difference", "95 % interval", "n"),
    )
    differences: list[Json] = []
    for protocol in NAMES:
        left, right = first.verdicts[protocol].reward[pairs.first], second.verdicts[protocol].reward[pairs.second]
        known = ~(np.isnan(left) | np.isnan(right))
        found = _mean_difference(tuple((right[known] - left[known]).tolist()))
        moved = np.sort(pairs.first[known & (left != right)])
        label = f"Another reward in run B, {protocol_title(protocol)}"
        mark = chart.mark(protocol, label, moved, found.n)
        low, high = found.interval or (None, None)
        differences.append(
            {"mark": mark, "protocol": protocol, "value": found.value, "low": low, "high": high, "n": found.n}
        )
        interval = "–" if found.interval is None else f"{points(low)} to {points(high)}"
        row = [Cell(protocol_title(protocol)), Cell(points(found.value), mark), Cell(interval), Cell(f"{found.n:,}")]
        chart.cells.append(row)
        if protocol == NAMES[-1]:
            chart.reading += " " + _difference_words(protocol, found)
    chart.data = {"differences": differences}
    return chart


def p_words(value: float | None) -> str:
    if value is None:
        return "nothing differs"
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}" if value < 0.1 else f"p = {value:.2f}"


def _test_json(test: McNemar) -> Json:
    return {"n": test.n, "p": test.p_value, "said": p_words(test.p_value)}


def _difference_words(protocol: str, found: MeanDifference) -> str:
    title = protocol_title(protocol)
    if found.value is None or found.interval is None:
        return f"Too few cases have a reward under {title} in both runs to say."
    low, high = found.interval
    clear = "the interval leaves 0 out" if low > 0 or high < 0 else "the interval holds 0"
    return f"Under {title} {points(found.value)} points ({points(low)} to {points(high)}, n = {found.n:,}): {clear}."
