"""What a run is to do, and how far it is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from dipg_ui.records import CaseFailure, Completion, GenerationSettings
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
    failure. Of this stretch of work, since it was started or resumed last: `elapsed` seconds, `tokens_per_second` of
    all cases at once and `eta` seconds, each None where it is not known. `case_id` is the case at hand; `detail` is a
    sentence for the user: what the run waits for, or why it ended early."""

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


@dataclass(slots=True)
class Tally:
    """What of a run has ended, and how fast this stretch of it goes. `lanes` is how many cases are asked at once;
    `waited` are the seconds that they spent on loading the model and in its queue, taken together: they count as
    elapsed, but not for the cases to come. `live` are the tokens of the cases at hand by lane. Not for two threads at
    once."""

    run_id: str
    total: int = 0
    done: int = 0
    failed: int = 0
    failed_in_a_row: int = 0
    lanes: int = 1
    waited: float = 0.0
    live: dict[int, int] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)
    _ended: int = 0
    _tokens: int = 0

    def count(self, result: Completion | CaseFailure) -> None:
        self._ended += 1
        if isinstance(result, CaseFailure):
            self.failed += 1
            self.failed_in_a_row += 1
            return
        self.done += 1
        self.failed_in_a_row = 0
        self._tokens += result.completion_tokens or 0

    def progress(self, state: RunState, detail: str = "", case_id: str = "") -> RunProgress:
        elapsed = time.monotonic() - self._began
        working = max(0.0, elapsed - self.waited / self.lanes)
        tokens = self._tokens + sum(self.live.values())
        left = self.total - self.done - self.failed
        runs = state is RunState.RUNNING
        return RunProgress(
            run_id=self.run_id,
            state=state,
            total=self.total,
            done=self.done,
            failed=self.failed,
            elapsed=elapsed,
            eta=working / self._ended * left if self._ended and runs else None,
            tokens_per_second=tokens / working if tokens and working > 0 else None,
            case_id=case_id,
            detail=detail,
        )
