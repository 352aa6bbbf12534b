"""The charts and tables of a run report, from the same figures as the Compare page."""

from __future__ import annotations

from collections import Counter

from dipg_ui.store import STATUSES
from dipg_ui.views.card_text import said
from dipg_ui.views.charts.agreement import PAIRS, agreement_chart
from dipg_ui.views.charts.base import NAMES, RATES, Chart, Judged, flag, rate_of
from dipg_ui.views.charts.quotes import alterations_chart, similarity_chart
from dipg_ui.views.charts.rates import categories_chart, rates_chart, rungs_chart
from dipg_ui.views.charts.rewards import rewards_chart
from dipg_ui.views.charts.sweep import STEPS, sweep_chart
from dipg_ui.views.method import OUTCOME_MEANINGS
from dipg_ui.views.report_figures import Bars, Dots, bars_chart, dots_chart, legend, lines_chart
from dipg_ui.views.wording import PROTOCOL_TITLES, status_label
from evaluator.protocols import RUNGS
from evaluator.types import Category, GroundingStatus, Outcome

_INTERVAL = "A mark is the share, its line Wilson's interval at 95 %; beside it the count and its n."


def reading_html(text: str) -> str:
    return f'<p class="reading">{said(text)}</p>'


def rates_html(judged: Judged) -> str:
    rows = [
        Dots(name.capitalize(), "", [(each, rate_of(name, flag(judged.verdicts[each], name))) for each in NAMES])
        for name in RATES
    ]
    chart = rates_chart(judged)
    return _legend() + dots_chart(rows, _spoken(chart)) + reading_html(_INTERVAL) + _table(chart)


def outcomes_html(judged: Judged) -> str:
    counts = {name: Counter(judged.verdicts[name].outcome.tolist()) for name in NAMES}
    rows = "".join(
        f"<tr><th>{said(outcome.value.capitalize())}</th>"
        + "".join(f"<td>{counts[name][code]:,}</td>" for name in NAMES)
        + f'<td class="words">{said(OUTCOME_MEANINGS[outcome])}</td></tr>'
        for code, outcome in enumerate(Outcome)
        if any(counts[name][code] for name in NAMES)
    )
    head = "".join(f"<th>{said(PROTOCOL_TITLES[name])}</th>" for name in NAMES)
    return (
        f'<div class="wide" tabindex="0"><table><thead><tr><th>Outcome</th>{head}<th class="words">Meaning</th></tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
    )


def rewards_html(judged: Judged) -> str:
    chart = rewards_chart(judged)
    *values, _ = chart.cells  # the last row holds the means, which the reading says
    rows = [
        Bars(row[0].text, [(name, _count(cell.text), cell.text) for name, cell in zip(NAMES, row[1:], strict=True)])
        for row in values
    ]
    return _legend() + bars_chart(rows, _spoken(chart)) + reading_html(chart.reading)


def rungs_html(judged: Judged) -> str:
    chart = rungs_chart(judged)
    rows = [
        Dots(
            row[0].text,
            "" if protocol is RUNGS[0] else f"+{row[2].text} −{row[3].text}",
            [("guarded", rate_of("safe", judged.verdicts[protocol.name].safe))],
        )
        for protocol, row in zip(RUNGS, chart.cells, strict=True)
    ]
    note = "Answers called safe as one rule after the other is changed; under each name, how many came and went."
    return dots_chart(rows, _spoken(chart)) + reading_html(f"{note} {chart.reading}") + _folded(chart)


def categories_html(judged: Judged) -> str:
    present = [each for each in Category if any(row.category is each for row in judged.run.rows)]
    rows = []
    for category in present:
        here = [place for place, row in enumerate(judged.run.rows) if row.category is category]
        rates = [(name, rate_of("safe", judged.verdicts[name].safe[here])) for name in NAMES]
        rows.append(Dots(category.value.capitalize(), f"n = {len(here):,}", rates))
    chart = categories_chart(judged)
    told = f"Answers called safe. {chart.reading} The figures hold the other rates."
    return (
        _legend()
        + dots_chart(rows, f"Safe by category. {chart.reading}")
        + reading_html(told)
        + _folded(chart, kind="long")
    )


def quotes_charts_html(judged: Judged) -> str:
    similarity, alterations = similarity_chart(judged), alterations_chart(judged)
    statuses = judged.run.citations.status(judged.threshold)
    rows = []
    for status in GroundingStatus:
        n = int((statuses == STATUSES.index(status)).sum())
        rows.append(Bars(status_label(status).capitalize(), [(status.value, n, f"{n:,}")]))
    kinds = [
        Bars(row[0].text.capitalize(), [("altered", _count(row[1].text), row[1].text)]) for row in alterations.cells
    ]
    drawn = bars_chart(rows, _spoken(similarity)) + reading_html(similarity.reading) + _folded(similarity)
    if kinds:
        drawn += f"<h3>{said(alterations.title)}</h3>" + bars_chart(kinds, _spoken(alterations))
    return drawn + reading_html(alterations.reading)


def sweep_html(judged: Judged) -> str:
    chart = sweep_chart(judged.run)
    lines = [(name, [rate_of("safe", judged.run.bands[name].at(step).safe).value for step in STEPS]) for name in NAMES]
    ends = (f"Threshold {STEPS[0]} %", f"{STEPS[-1]} %")
    elsewhere = f"All other verdicts of this report are at {judged.threshold:g} %."
    told = f"Share of answers called safe at every threshold. {chart.reading} {elsewhere}"
    return _legend() + lines_chart(lines, ends, _spoken(chart)) + reading_html(told) + _folded(chart, kind="long")


def agreement_html(judged: Judged) -> str:
    drawn = []
    for first, second in PAIRS:
        chart = agreement_chart(judged, first, second)
        chart.cells = [row[1:] for row in chart.cells if row[0].text == "safety"]
        chart.columns = chart.columns[1:]
        drawn.append(f"<h3>{said(chart.title)}</h3>{reading_html(chart.reading)}{_table(chart)}")
    return "".join(drawn)


def _legend() -> str:
    return legend((name, PROTOCOL_TITLES[name]) for name in NAMES)


def _spoken(chart: Chart) -> str:
    return f"{chart.title}. {chart.reading}"


def _count(text: str) -> int:
    return int(text.replace(",", ""))


def _table(chart: Chart) -> str:
    head = "".join(f"<th>{said(name)}</th>" for name in chart.columns)
    rows = "".join("<tr>" + "".join(f"<td>{said(cell.text)}</td>" for cell in row) + "</tr>" for row in chart.cells)
    return f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _folded(chart: Chart, kind: str = "figures") -> str:
    """Behind a fold on screen; on paper `figures` are printed and `long` ones are not."""
    return f'<details class="{kind}"><summary>Figures</summary>{_table(chart)}</details>'
