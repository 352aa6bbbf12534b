"""The quotes themselves: how alike they are to their source, and what was changed in those that are close."""

from __future__ import annotations

import numpy as np

from dipg_ui.store import ALTERATIONS, STATUSES
from dipg_ui.views.charts.base import Cell, Chart, Judged, Mask, plural
from dipg_ui.views.page import Json
from dipg_ui.views.wording import status_label
from evaluator.grounding import FLOOR
from evaluator.types import GroundingStatus

WIDTH = 5
_EDGES = tuple(range(int(FLOOR), 100, WIDTH))
_BINS = (f"under {FLOOR:g}", *(f"{low}–{low + WIDTH}" for low in _EDGES), "100")
_SHOWN = (
    GroundingStatus.EXACT,
    GroundingStatus.FUZZY,
    GroundingStatus.ALTERED,
    GroundingStatus.UNGROUNDED,
    GroundingStatus.UNSCORABLE,
)
_MANY = {GroundingStatus.EXACT: "exact matches", GroundingStatus.FUZZY: "near matches"}


def similarity_chart(judged: Judged) -> Chart:
    citations = judged.run.citations
    status, similarity = citations.status(judged.threshold), citations.similarity
    place = np.where(similarity < FLOOR, 0, np.where(similarity >= 100, len(_BINS) - 1, 1)).astype(int)
    inside = place == 1
    place[inside] = 1 + ((similarity[inside] - FLOOR) // WIDTH).astype(int)
    chart = Chart(
        "similarity",
        "How alike the quotes are to their source",
        _reading(judged),
        ("Similarity", *(status_label(each) for each in _SHOWN)),
    )
    bars: list[Json] = []
    for index, name in enumerate(_BINS):
        row = [Cell(name)]
        for each in _SHOWN:
            here = (place == index) & (status == STATUSES.index(each))
            quotes = int(here.sum())
            mark = ""
            if quotes:
                mark = _mark(chart, judged, f"{index}:{each.value}", f"{status_label(each)}, similarity {name}", here)
                bars.append({"mark": mark, "bin": name, "status": each.value, "n": quotes})
            row.append(Cell(f"{quotes:,}", mark))
        chart.cells.append(row)
    statuses = [{"status": each.value, "label": status_label(each)} for each in _SHOWN]
    chart.data = {"bins": list(_BINS), "statuses": statuses, "bars": bars, "unit": "quotes"}
    return chart


def alterations_chart(judged: Judged) -> Chart:
    citations = judged.run.citations
    altered = citations.status(judged.threshold) == STATUSES.index(GroundingStatus.ALTERED)
    chart = Chart("alterations", "What was changed in close quotes", "", ("What was changed", "Quotes", "Answers"))
    bars: list[Json] = []
    for kind in ALTERATIONS:
        here = altered & citations.has_kind(kind)
        quotes = int(here.sum())
        if quotes:
            mark = _mark(chart, judged, kind.value, f"A quote with another {_thing(kind.value)}", here)
            answers = len(set(citations.row[here].tolist()))
            bars.append({"mark": mark, "kind": kind.value, "n": quotes, "answers": answers})
    bars.sort(key=lambda bar: (-int(str(bar["n"])), str(bar["kind"])))
    for bar in bars:
        count = Cell(f"{bar['n']:,}", str(bar["mark"]))
        chart.cells.append([Cell(str(bar["kind"])), count, Cell(f"{bar['answers']:,}")])
    total = int(altered.sum())
    chart.reading = (
        f"{plural(total, 'quote')} of {len(altered):,} {'comes' if total == 1 else 'come'} close to the source and "
        f"{'changes' if total == 1 else 'change'} its meaning; one quote may change several things."
        if total
        else f"No quote of {len(altered):,} comes close to the source and changes its meaning."
    )
    chart.data = {"bars": bars, "unit": "quotes"}
    return chart


def _thing(kind: str) -> str:
    return {"omission": "text (words left out)", "insertion": "text (words put in)", "other word": "word"}.get(
        kind, kind
    )


def _mark(chart: Chart, judged: Judged, name: str, label: str, here: Mask) -> str:
    rows = np.unique(judged.run.citations.row[here])
    return chart.mark(name, label[:1].upper() + label[1:], rows, judged.n)


def _reading(judged: Judged) -> str:
    status = judged.run.citations.status(judged.threshold)
    if not len(status):
        return "No answer gives a quote."
    counts = [(each, int((status == STATUSES.index(each)).sum())) for each in _SHOWN]
    said = ", ".join(plural(n, status_label(each), _MANY.get(each, status_label(each))) for each, n in counts if n)
    quoting = len(set(judged.run.citations.row.tolist()))
    return f"{plural(len(status), 'quote')} in {quoting:,} of {plural(judged.n, 'answer')}: {said}."
