"""How the rewards are spread: they take few values, so each value is a bar of its own."""

from __future__ import annotations

import numpy as np

from dipg_ui.views.charts.base import NAMES, Cell, Chart, Judged, mean_reward, points, rows_of
from dipg_ui.views.page import Json
from dipg_ui.views.reference import PUBLISHED
from dipg_ui.views.wording import protocol_title


def rewards_chart(judged: Judged) -> Chart:
    means = {name: mean_reward(judged.verdicts[name]) for name in NAMES}
    said = ", ".join(f"{protocol_title(name)} {points(mean)} (n = {n:,})" for name, (mean, n) in means.items())
    chart = Chart(
        "rewards",
        "The reward of each answer",
        f"Mean reward: {said}. An answer that needs review has none.",
        ("Reward", *(protocol_title(name) for name in NAMES)),
    )
    bars: list[Json] = []
    cells: dict[float, dict[str, Cell]] = {}
    for protocol in NAMES:
        rewards = judged.verdicts[protocol].reward
        known = int((~np.isnan(rewards)).sum())
        for value in np.unique(rewards[~np.isnan(rewards)]).tolist():
            rows = rows_of(rewards == value)
            label = f"Reward {points(value)} under {protocol_title(protocol)}"
            mark = chart.mark(f"{protocol}:{value:g}", label, rows, known)
            bars.append({"mark": mark, "protocol": protocol, "reward": value, "n": len(rows), "of": known})
            cells.setdefault(value, {})[protocol] = Cell(f"{len(rows):,}", mark)
    for value in sorted(cells):
        chart.cells.append([Cell(points(value)), *(cells[value].get(name, Cell("0")) for name in NAMES)])
    chart.cells.append([Cell("Mean"), *(Cell(f"{points(mean)} (n = {n:,})") for mean, n in means.values())])
    chart.data = {
        "bars": bars,
        "means": [{"protocol": name, "mean": mean, "n": n} for name, (mean, n) in means.items()],
        "published": [{"protocol": name, "mean": mean} for name, mean in PUBLISHED.rewards.items()],
    }
    return chart
