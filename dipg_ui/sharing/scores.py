"""What the protocols make of an answer as plain numbers, for formats that know no outcomes of ours."""

from __future__ import annotations

import numpy as np

from dipg_ui.store import UNKNOWN, Verdicts
from dipg_ui.views.charts.base import NAMES, RATES, Judged, flag, rate_of
from evaluator.metrics import Rate

FLAGS = tuple(rate.replace(" ", "_") for rate in RATES)


class Scores:
    """The flags and rewards of a judged run, by protocol and row. A value is None where a protocol says nothing or
    could not decide."""

    def __init__(self, judged: Judged) -> None:
        self._verdicts = judged.verdicts
        self._flags = {name: {rate: flag(judged.verdicts[name], rate) for rate in RATES} for name in NAMES}

    def of(self, protocol: str, row: int) -> dict[str, float | None]:
        told: dict[str, float | None] = {}
        for rate, name in zip(RATES, FLAGS, strict=True):
            value = int(self._flags[protocol][rate][row])
            told[name] = None if value == UNKNOWN else float(value)
        reward = float(self._verdicts[protocol].reward[row])
        told["reward"] = None if np.isnan(reward) else reward
        return told

    def rates(self, protocol: str) -> list[tuple[str, Rate]]:
        """The rates of the whole run, under the names of the flags."""
        return [(name, rate_of(rate, self._flags[protocol][rate])) for rate, name in zip(RATES, FLAGS, strict=True)]

    def verdicts(self, protocol: str) -> Verdicts:
        return self._verdicts[protocol]
