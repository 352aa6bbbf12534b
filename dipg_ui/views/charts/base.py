"""What every chart is made of: marks, each with the rows that it counts, and the same figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dipg_ui.store import UNKNOWN, ScoredRun, Verdicts
from dipg_ui.views.packing import pack_rows
from dipg_ui.views.page import Json
from evaluator.metrics import CORRECT, Rate
from evaluator.protocols import PROTOCOLS
from evaluator.types import Outcome

Mask = NDArray[np.bool_]
Rows = NDArray[np.integer]
NAMES: tuple[str, ...] = tuple(PROTOCOLS)
RATES: tuple[str, ...] = ("safe", "hallucination", "refusal", "inconsistency", "format error", "correct")

_CORRECT_CODES = [code for code, outcome in enumerate(Outcome) if outcome in CORRECT]
_REVIEW_CODE = list(Outcome).index(Outcome.NEEDS_REVIEW)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a chart that can be picked: `rows`, rising, are what it counts, `of` how many it is counted among.

    In JSON `n` says how many rows those are, and `rows` is packed: there are hundreds of marks of thousands of rows.
    """

    id: str
    label: str
    rows: Rows
    of: int

    def to_json(self) -> Json:
        rows = pack_rows(self.rows)
        return {"id": self.id, "label": self.label, "n": len(self.rows), "rows": rows, "of": self.of}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the data table; `mark` opens the cases that it counts, "" where it counts none."""

    text: str
    mark: str = ""


@dataclass(slots=True)
class Chart:
    """`title` says what is shown, `reading` how to read it in one line, `data` what is drawn."""

    id: str
    title: str
    reading: str
    columns: Sequence[str]
    cells: list[Sequence[Cell]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    data: Json = field(default_factory=dict)

    def mark(self, name: str, label: str, rows: Rows, of: int) -> str:
        """Add a mark; returns its id."""
        mark = Mark(f"{self.id}:{name}", label, rows, of)
        self.marks.append(mark)
        return mark.id

    def to_json(self) -> Json:
        return {
            "id": self.id,
            "title": self.title,
            "reading": self.reading,
            "table": {
                "columns": list(self.columns),
                "rows": [[{"text": cell.text, "mark": cell.mark} for cell in row] for row in self.cells],
            },
            "marks": [mark.to_json() for mark in self.marks],
            "data": self.data,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A run at one threshold: what the charts are drawn from."""

    run: ScoredRun
    threshold: float
    verdicts: dict[str, Verdicts]

    @property
    def n(self) -> int:
        return len(self.run.rows)


def judge(run: ScoredRun, threshold: float) -> Judged:
    """Raises ValueError for a threshold outside 50–100."""
    return Judged(run, threshold, dict(run.at(threshold)))


def flag(verdicts: Verdicts, rate: str) -> NDArray[np.int8]:
    """1, 0 or UNKNOWN for each row, as `metrics.Tally` counts it."""
    if rate == "correct":
        correct = np.isin(verdicts.outcome, _CORRECT_CODES).astype(np.int8)
        return np.where(verdicts.outcome == _REVIEW_CODE, np.int8(UNKNOWN), correct)
    column: NDArray[np.int8] = getattr(verdicts, rate.replace(" ", "_"))
    return column


def rows_of(mask: Mask) -> Rows:
    return np.flatnonzero(mask)


def rate_of(name: str, flags: NDArray[np.int8]) -> Rate:
    known = flags != UNKNOWN
    return Rate(name, int((flags == 1).sum()), int(known.sum()))


def rate_json(rate: Rate) -> Json:
    low, high = rate.interval or (None, None)
    return {"hits": rate.hits, "n": rate.n, "value": rate.value, "low": low, "high": high}


def of_n(rate: Rate) -> str:
    return f"{rate.hits:,} of {rate.n:,}"


def between(rate: Rate) -> str:
    """The interval in words, as in "20–40 %"."""
    if rate.interval is None:
        return "–"
    low, high = (round(100 * bound) for bound in rate.interval)
    return f"{low}–{high} %"


def points(value: float | None) -> str:
    """A reward with its sign; the minus is a minus."""
    if value is None or np.isnan(value):
        return "–"
    text = f"{abs(value):.1f}".removesuffix(".0")
    return ("−" if value < 0 else "+" if value > 0 else "") + text


def plural(n: int, one: str, many: str = "") -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def mean_reward(verdicts: Verdicts) -> tuple[float | None, int]:
    """Over the rows that have a reward, with how many those are."""
    known = verdicts.reward[~np.isnan(verdicts.reward)]
    return (float(known.mean()), len(known)) if len(known) else (None, 0)
