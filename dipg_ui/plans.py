"""What a run is to do, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from dipg_ui.records import GenerationSettings
from dipg_ui.store import RunState
from evaluator.types import Case


@dataclass(frozen=True, slots=True)
class RunPlan:
    """`cases` are those to be asked, in order: a whole set or any part of it. `case_set` is the name of the set,
    `model` the id of a backend. Repeat r of a case gets the seed of the settings plus r."""

    cases: tuple[Case, ...]
    case_set: str
    model: str
    settings: GenerationSettings
    repeats: int = 1
    title: str = ""
    machine: str = ""


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is. `total` counts cases times repeats; `done` completions, `failed` cases that ended with a
    failure. Over this stretch of work (since it was started or resumed last): `elapsed` seconds, `tokens_per_second`
    while generating and `eta` seconds, each None where it is not known. `detail` is a sentence for the user: what it
    waits for, or why it ended early."""

    run_id: str
    state: RunState
    total: int
    done: int
    failed: int
    elapsed: float | None = None
    eta: float | None = None
    tokens_per_second: float | None = None
    case_id: str = ""
    detail: str = ""

    @property
    def left(self) -> int:
        return self.total - self.done - self.failed
