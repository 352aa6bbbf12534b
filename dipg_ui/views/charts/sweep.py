"""The threshold moved from 50 to 100: how many answers stay safe, and how many verdicts change at each step.

Needs no scoring: the bands of a run say where each verdict changes.
"""

from __future__ import annotations

from math import floor

import numpy as np

from dipg_ui.store import BandColumns, ScoredRun
from dipg_ui.views.charts.base import NAMES, Cell, Chart, Rows, of_n, plural, rate_json, rate_of
from dipg_ui.views.page import Json
from dipg_ui.views.wording import protocol_title
from evaluator.metrics import Rate
from evaluator.protocols import MIN_THRESHOLD, PROTOCOLS, VERBATIM

STEPS = range(int(MIN_THRESHOLD), int(VERBATIM) + 1)
MOVED = tuple(name for name in NAMES if PROTOCOLS[name].adjustable)


def sweep_chart(run: ScoredRun) -> Chart:
    chart = Chart("sweep", "How much hangs on the threshold", "", ())
    rates = {name: [rate_of("safe", run.bands[name].at(step).safe) for step in STEPS] for name in NAMES}
    flips = {name: _flips(run.bands[name]) for name in MOVED}
    lines = [
        {
            "protocol": name,
            "points": [{"threshold": step, **rate_json(rate)} for step, rate in zip(STEPS, each, strict=True)],
        }
        for name, each in rates.items()
    ]
    bars: list[Json] = []
    for name, steps in flips.items():
        for step, rows in sorted(steps.items()):
            label = f"{protocol_title(name)} changes its verdict between {step - 1} % and {step} %"
            mark = chart.mark(f"{name}:{step}", label, rows, len(run.rows))
            bars.append({"mark": mark, "protocol": name, "threshold": step, "n": len(rows)})
    chart.columns = (
        "Threshold",
        *(f"{protocol_title(name)} safe" for name in NAMES),
        *(f"{protocol_title(name)} verdicts changed" for name in MOVED),
    )
    for place, step in enumerate(STEPS):
        changed = [
            Cell(f"{len(flips[name].get(step, ())):,}", f"sweep:{name}:{step}" if step in flips[name] else "")
            for name in MOVED
        ]
        chart.cells.append([Cell(f"{step} %"), *(Cell(of_n(rates[name][place])) for name in NAMES), *changed])
    chart.reading = _reading(rates, flips)
    chart.data = {"lines": lines, "bars": bars}
    return chart


def _flips(bands: BandColumns) -> dict[int, Rows]:
    """Whole step of the threshold → the rows whose outcome is another one than at the step before."""
    inner = np.flatnonzero(bands.low > 0)
    changes = inner[bands.outcome[inner] != bands.outcome[inner - 1]]
    touched = np.unique(bands.row[changes])
    if not len(touched):
        return {}
    outcomes = [bands.at(step).outcome for step in STEPS]
    found: dict[int, Rows] = {}
    # Only whole steps at which some band begins can differ: a verdict for thresholds above 84.3 shows at 85.
    for step in sorted({floor(low) + 1 for low in bands.low[changes].tolist()} & set(STEPS[1:])):
        before, now = outcomes[step - 1 - STEPS.start], outcomes[step - STEPS.start]
        rows = touched[before[touched] != now[touched]]
        if len(rows):
            found[step] = rows
    return found


def _reading(rates: dict[str, list[Rate]], flips: dict[str, dict[int, Rows]]) -> str:
    said = []
    for name in MOVED:
        steps = flips[name]
        if not steps:
            said.append(f"{protocol_title(name)} judges alike at every threshold")
            continue
        step = max(steps, key=lambda each: len(steps[each]))
        changed = plural(len(steps[step]), "verdict")
        first, last = rates[name][0], rates[name][-1]
        said.append(
            f"{protocol_title(name)} goes from {of_n(first)} safe at {STEPS[0]} % to {of_n(last)} at {STEPS[-1]} %, "
            f"most of all at {step} % ({changed})"
        )
    return "; ".join(said) + "."
