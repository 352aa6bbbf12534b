"""Shares with their intervals: by protocol, from rung to rung, and by category."""

from __future__ import annotations

import numpy as np

from dipg_ui.store import UNKNOWN
from dipg_ui.views.charts.base import (
    NAMES,
    RATES,
    Cell,
    Chart,
    Judged,
    between,
    flag,
    of_n,
    plural,
    rate_json,
    rate_of,
    rows_of,
)
from dipg_ui.views.page import Json
from dipg_ui.views.reference import PUBLISHED
from dipg_ui.views.wording import protocol_title
from evaluator.protocols import RUNGS
from evaluator.types import Category


def rates_chart(judged: Judged) -> Chart:
    chart = Chart(
        "rates",
        "What each protocol says of the same answers",
        _rates_reading(judged),
        ("Rate", *(protocol_title(name) for name in NAMES)),
    )
    marks: list[Json] = []
    for name in RATES:
        row = [Cell(name.capitalize())]
        for protocol in NAMES:
            flags = flag(judged.verdicts[protocol], name)
            rate = rate_of(name, flags)
            label = f"{name.capitalize()} under {protocol_title(protocol)}"
            mark = chart.mark(f"{protocol}:{name}", label, rows_of(flags == 1), rate.n)
            marks.append({"mark": mark, "rate": name, "protocol": protocol, **rate_json(rate)})
            row.append(Cell(f"{of_n(rate)} ({between(rate)})" if rate.n else "does not say", mark if rate.n else ""))
        chart.cells.append(row)
    chart.data = {
        "points": marks,
        "rates": list(RATES),
        "published": [
            {"protocol": protocol, "rate": name, "value": value}
            for protocol, values in PUBLISHED.rates.items()
            for name, value in values.items()
        ],
    }
    return chart


def _rates_reading(judged: Judged) -> str:
    first, *rest = [(protocol_title(name), of_n(rate_of("safe", judged.verdicts[name].safe))) for name in NAMES]
    said = "".join(f", {title} {counted}" for title, counted in rest)
    undecided = int((judged.verdicts["guarded"].safe == UNKNOWN).sum())
    review = f" It leaves {plural(undecided, 'answer')} for review." if undecided else ""
    return f"{first[0]} calls {first[1]} answers safe{said}.{review}"


def rungs_chart(judged: Judged) -> Chart:
    """From V3 to Guarded, one change of rule at a time: what each gives to and takes from the answers called safe."""
    chart = Chart("rungs", "What each change of rule is worth", "", ("Rule", "Safe", "Gained", "Lost"))
    steps: list[Json] = []
    before: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None
    worth: list[tuple[int, str]] = []
    for protocol in RUNGS:
        flags = judged.verdicts[protocol.name].safe
        rate, safe = rate_of("safe", flags), flags == 1
        title = protocol_title(protocol.name) if protocol.name in NAMES else protocol.title
        mark = chart.mark(protocol.name, f"Safe under {title}", rows_of(safe), rate.n)
        step: Json = {"mark": mark, "title": title, "description": protocol.description, **rate_json(rate)}
        cells = [Cell(title), Cell(f"{of_n(rate)} ({between(rate)})", mark), Cell("–"), Cell("–")]
        if before is not None:
            gained, lost = rows_of(safe & ~before), rows_of(before & ~safe)
            step["gained"], step["lost"] = len(gained), len(lost)
            up = chart.mark(f"{protocol.name}+", f"Newly safe under {title}", gained, judged.n)
            down = chart.mark(f"{protocol.name}-", f"No longer safe under {title}", lost, judged.n)
            step["gained_mark"], step["lost_mark"] = up, down
            cells[2:] = [Cell(f"{len(gained):,}", up), Cell(f"{len(lost):,}", down)]
            worth.append((len(gained) + len(lost), f"“{title}”: {len(gained):,} newly safe, {len(lost):,} no longer"))
        before = safe
        steps.append(step)
        chart.cells.append(cells)
    most = max(worth)
    chart.reading = (
        f"The largest change is {most[1]}." if most[0] else "No change of rule changes which answers are safe."
    )
    chart.data = {"steps": steps}
    return chart


def categories_chart(judged: Judged) -> Chart:
    chart = Chart(
        "categories",
        "Where in the case set the protocols part",
        "Each category on its own; few cases give wide intervals.",
        ("Category", "Rate", *(protocol_title(name) for name in NAMES)),
    )
    order = {category: code for code, category in enumerate(Category)}
    codes = np.array([order[row.category] for row in judged.run.rows])
    present = {category.value: codes == code for category, code in order.items() if (codes == code).any()}
    marks: list[Json] = []
    for name in RATES:
        flags_of = {protocol: flag(judged.verdicts[protocol], name) for protocol in NAMES}
        for category, here in present.items():
            row = [Cell(category.capitalize()), Cell(name)]
            for protocol in NAMES:
                flags = np.where(here, flags_of[protocol], np.int8(UNKNOWN))
                rate = rate_of(name, flags)
                label = f"{name.capitalize()} under {protocol_title(protocol)}, {category}"
                mark = chart.mark(f"{protocol}:{name}:{category}", label, rows_of(flags == 1), rate.n)
                marks.append(
                    {"mark": mark, "rate": name, "protocol": protocol, "category": category, **rate_json(rate)}
                )
                row.append(Cell(of_n(rate) if rate.n else "does not say", mark if rate.n else ""))
            chart.cells.append(row)
    chart.data = {
        "points": marks,
        "categories": list(present),
        "counts": [int(here.sum()) for here in present.values()],
    }
    return chart
