"""What is said of a stored run before it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dipg_ui.records import RunInfo


class RunState(StrEnum):
    """INTERRUPTED: it says that it runs, but whoever ran it is gone. STOPPED and INTERRUPTED runs can be resumed, and
    a FINISHED one whose failed cases are to be tried again."""

    QUEUED = "queued"
    RUNNING = "running"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FINISHED = "finished"


class RunOrigin(StrEnum):
    """RECORDED runs ship with the dashboard, IMPORTED ones come from a file."""

    GENERATED = "generated"
    IMPORTED = "imported"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class RunHead:
    """A stored run without its traces. `total` counts cases times repeats, `done` completions, `failed` cases that
    ended with a failure and no completion; `note` is a sentence: why it ended early, or ""."""

    info: RunInfo
    origin: RunOrigin
    state: RunState
    total: int
    done: int
    failed: int
    note: str = ""

    @property
    def left(self) -> int:
        return self.total - self.done - self.failed
