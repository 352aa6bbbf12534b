"""What the edit bench found, as a table in Markdown and as a chart in SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from evaluator.metrics import Rate
from tests.edits.families import Harm

_ROW, _BAR, _LEFT, _TOP = 22, 130, 300, 96
_HUES = {"exact substring": "#9aa5b1", "V3": "#b8a1c9", "V4": "#d9a441", "Guarded": "#1b6e8c"}
_HUE = "#c9b8a8"


@dataclass(frozen=True, slots=True)
class FamilyResult:
    """How often each judge was wrong about a family: accepted a dangerous sample, rejected a harmless one."""

    name: str
    harm: Harm
    errors: Mapping[str, Rate]


def overall(results: Sequence[FamilyResult], harm: Harm, judge: str) -> Rate:
    """The errors of a judge over all families of one kind, each sample counted once."""
    rates = [result.errors[judge] for result in results if result.harm is harm]
    return Rate(judge, sum(rate.hits for rate in rates), sum(rate.n for rate in rates))


def share(rate: Rate) -> str:
    """ "1.3 % (0.5–3.4)", or "–" where there was nothing to count."""
    if rate.value is None or rate.interval is None:
        return "–"
    low, high = rate.interval
    return f"{100 * rate.value:.1f} ({100 * low:.1f}–{100 * high:.1f})"


def as_markdown(results: Sequence[FamilyResult], title: str, notes: Sequence[str]) -> str:
    judges = list(results[0].errors)
    lines = [f"# {title}", "", *notes, ""]
    for harm, wrong in ((Harm.DANGEROUS, "wrongly accepted"), (Harm.HARMLESS, "wrongly rejected")):
        rows = [result for result in results if result.harm is harm]
        if not rows:
            continue
        lines += [
            f"## {harm.value.capitalize()} edits {wrong}, percent (95 % Wilson interval)",
            "",
            f"| family | n | {' | '.join(judges)} |",
            "|---|--:|" + "--:|" * len(judges),
        ]
        total = [overall(results, harm, judge) for judge in judges]
        lines.append(f"| **all {len(rows)} families** | **{total[0].n:,}** | {' | '.join(map(share, total))} |")
        for result in sorted(rows, key=lambda row: -(row.errors["Guarded"].value or 0)):
            rates = [result.errors[judge] for judge in judges]
            lines.append(f"| {result.name} | {rates[0].n} | {' | '.join(map(share, rates))} |")
        lines.append("")
    return "\n".join(lines)


def as_svg(results: Sequence[FamilyResult], title: str) -> str:
    """One row per family, one bar per judge: the longer, the more often it was wrong."""
    judges = list(results[0].errors)
    body: list[str] = []
    y = _TOP
    for harm, wrong in ((Harm.DANGEROUS, "wrongly accepted"), (Harm.HARMLESS, "wrongly rejected")):
        chosen = [result for result in results if result.harm is harm]
        if not chosen:
            continue
        body.append(f'<text x="12" y="{y + 15}" class="head">{harm.value} edits {wrong}</text>')
        y += _ROW + 4
        everything = FamilyResult("all families", harm, {judge: overall(results, harm, judge) for judge in judges})
        for result in [everything, *sorted(chosen, key=lambda row: row.name)]:
            body += _row(result, judges, y)
            y += _ROW
        y += _ROW
    width, height = _LEFT + len(judges) * _BAR + 20, y
    heads = [
        f'<text x="{_LEFT + index * _BAR}" y="{_TOP - 14}" class="judge">{escape(judge)}</text>'
        for index, judge in enumerate(judges)
    ]
    style = (
        "text{font:12px system-ui,sans-serif;fill:#22303c}.title{font-size:17px;font-weight:600}"
        ".head,.judge{font-weight:600}.n{fill:#66727e}.track{fill:#eef1f4}"
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">',
            f'<style>{style}</style><rect width="{width}" height="{height}" fill="#fff"/>',
            f'<text x="12" y="30" class="title">{escape(title)}</text>',
            '<text x="12" y="52" class="n">Percent of the samples that a judge got wrong.</text>',
            *heads,
            *body,
            "</svg>\n",
        ]
    )


def _row(result: FamilyResult, judges: Sequence[str], y: int) -> list[str]:
    n = next(iter(result.errors.values())).n
    drawn = [f'<text x="12" y="{y + 14}">{escape(result.name)} <tspan class="n">n = {n:,}</tspan></text>']
    for index, judge in enumerate(judges):
        value, x = 100 * (result.errors[judge].value or 0.0), _LEFT + index * _BAR
        drawn.append(f'<rect x="{x}" y="{y + 4}" width="{_BAR - 50}" height="12" class="track"/>')
        if value:
            width = max(1.0, value / 100 * (_BAR - 50))
            drawn.append(f'<rect x="{x}" y="{y + 4}" width="{width:.1f}" height="12" fill="{_HUES.get(judge, _HUE)}"/>')
        drawn.append(f'<text x="{x + _BAR - 46}" y="{y + 14}">{value:.1f}</text>')
    return drawn
