"""Charts as markup: SVG in percentages of the width at hand, so that they are sharp and readable on a phone and on A4,
and need neither a script nor a picture. Shape, fill and dashes tell the protocols apart without colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dipg_ui.views.card_text import said
from evaluator.metrics import Rate

_LANE = 18
"""Height of one protocol's lane within a row, in pixels."""
_ROOM = 0.72
"""Beyond this share there is no room for words at the right of a mark."""
_TICKS = (0, 25, 50, 75, 100)
_SHAPES = {
    "v3": '<circle r="4.5" class="hollow"/>',
    "v4": '<path d="M0-6 6 0 0 6-6 0Z"/>',
    "guarded": '<path d="M-4.5-4.5h9v9h-9z"/>',
}


@dataclass(frozen=True, slots=True)
class Dots:
    """A row of the chart of rates: one rate for each protocol, by its name."""

    name: str
    note: str
    rates: Sequence[tuple[str, Rate]]


@dataclass(frozen=True, slots=True)
class Bars:
    """A row of a chart of counts: bars by protocol (or by a word of our own that styles them), each with its count and
    what is said of it."""

    name: str
    bars: Sequence[tuple[str, int, str]]


def legend(names: Iterable[tuple[str, str]]) -> str:
    items = "".join(
        f'<li><svg class="p-{said(name)}" width="14" height="14" aria-hidden="true">{_at("50%", 7, _shape(name))}</svg>'
        f"{said(title)}</li>"
        for name, title in names
    )
    return f'<ul class="legend">{items}</ul>'


def dots_chart(rows: Sequence[Dots], label: str) -> str:
    """Shares from 0 to 100 % with their intervals. `label` is what a screen reader says of it."""
    drawn = "".join(_row(row.name, row.note, _dot_lanes(row), _height(row)) for row in rows)
    ticks = "".join(f'<text x="{tick}%" y="14" text-anchor="{_anchor(tick)}">{tick} %</text>' for tick in _TICKS)
    return _figure(drawn + _row("", "", ticks, 20, grid=False, kind="row axis"), label)


def bars_chart(rows: Sequence[Bars], label: str) -> str:
    """Counts as bars from the left; the longest takes the room there is."""
    most = max((count for row in rows for _, count, _ in row.bars), default=0) or 1
    drawn = []
    for row in rows:
        lanes = "".join(
            f'<g class="p-{said(name)}"><rect y="{4 + place * _LANE + 3}" width="{80 * count / most:.2f}%" height="12" '
            f'rx="1.5"/><text x="{80 * count / most:.2f}%" dx="6" y="{4 + place * _LANE + 13}">{said(words)}</text></g>'
            for place, (name, count, words) in enumerate(row.bars)
        )
        drawn.append(_row(row.name, "", lanes, _LANE * len(row.bars) + 8, grid=False))
    return _figure("".join(drawn), label)


def lines_chart(lines: Sequence[tuple[str, Sequence[float | None]]], ends: tuple[str, str], label: str) -> str:
    """Shares (0–1) over equal steps, one line a protocol; `ends` name the first and the last step."""
    steps = max((len(values) for _, values in lines), default=0)
    drawn = "".join(
        f'<path class="line p-{said(name)}" vector-effect="non-scaling-stroke" d="{_path(values)}"/>'
        for name, values in lines
    )
    grid = "".join(f'<path class="grid" vector-effect="non-scaling-stroke" d="M0 {y}H{steps - 1}"/>' for y in _TICKS)
    scale = "".join(f"<span>{tick} %</span>" for tick in reversed(_TICKS))
    return (
        f'<div class="plane" role="img" aria-label="{said(label)}"><div class="scale">{scale}</div>'
        f'<svg viewBox="0 0 {max(1, steps - 1)} 100" preserveAspectRatio="none">{grid}{drawn}</svg>'
        f'<div class="ends"><span>{said(ends[0])}</span><span>{said(ends[1])}</span></div></div>'
    )


def _figure(rows: str, label: str) -> str:
    return f'<div class="chart" role="img" aria-label="{said(label)}">{rows}</div>'


def _row(name: str, note: str, drawn: str, height: int, *, grid: bool = True, kind: str = "row") -> str:
    small = f"<small>{said(note)}</small>" if note else ""
    ruled = "".join(f'<line class="grid" x1="{x}%" x2="{x}%" y1="0" y2="{height}"/>' for x in _TICKS) if grid else ""
    return f'<div class="{kind}"><p>{said(name)}{small}</p><svg height="{height}">{ruled}{drawn}</svg></div>'


def _height(row: Dots) -> int:
    """Room for the lanes, and for the name with a note beneath it."""
    return max(_LANE * len(row.rates) + 8, 40 if row.note else 0)


def _dot_lanes(row: Dots) -> str:
    top = (_height(row) - _LANE * len(row.rates)) // 2
    return "".join(_dot(name, rate, top + _LANE // 2 + place * _LANE) for place, (name, rate) in enumerate(row.rates))


def _dot(name: str, rate: Rate, y: int) -> str:
    if rate.value is None or rate.interval is None:
        return f'<g class="p-{said(name)}"><text x="0" dx="4" y="{y + 4}">does not say</text></g>'
    low, high = rate.interval
    right = high <= _ROOM
    beside = f'x="{100 * (high if right else low):.2f}%" dx="{8 if right else -8}"'
    return (
        f'<g class="p-{said(name)}"><line x1="{100 * low:.2f}%" x2="{100 * high:.2f}%" y1="{y}" y2="{y}"/>'
        f"{_at(f'{100 * rate.value:.2f}%', y, _shape(name))}"
        f'<text {beside} y="{y + 4}" text-anchor="{"start" if right else "end"}">{rate.hits:,} of {rate.n:,}</text></g>'
    )


def _shape(name: str) -> str:
    return _SHAPES.get(name, _SHAPES["guarded"])


def _at(x: str, y: int, shape: str) -> str:
    """A shape around a point of which x is a share of the width: a transform takes no percentages, a nested picture
    does."""
    return f'<svg x="{x}" y="{y}" class="mark">{shape}</svg>'


def _anchor(tick: int) -> str:
    return "start" if tick == 0 else "end" if tick == 100 else "middle"


def _path(values: Sequence[float | None]) -> str:
    told: list[str] = []
    for step, value in enumerate(values):
        if value is not None:
            told.append(f"{'L' if step and values[step - 1] is not None else 'M'}{step} {100 - 100 * value:.2f}")
    return "".join(told)
