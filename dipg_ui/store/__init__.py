"""Runs on disk: in the database while they are worked with, as one JSON Lines file when they travel."""

from dipg_ui.store.files import LoadedRun, RunFileError, RunWriter, load_run
from dipg_ui.store.heads import RunHead, RunOrigin, RunState
from dipg_ui.store.scored import (
    ALTERATIONS,
    OUTCOMES,
    RULES,
    STATUSES,
    UNKNOWN,
    BandColumns,
    CitationColumns,
    FailedRow,
    RunRow,
    ScoredRun,
    Verdicts,
)

__all__ = [
    "ALTERATIONS",
    "OUTCOMES",
    "RULES",
    "STATUSES",
    "UNKNOWN",
    "BandColumns",
    "CitationColumns",
    "FailedRow",
    "LoadedRun",
    "RunFileError",
    "RunHead",
    "RunOrigin",
    "RunRow",
    "RunState",
    "RunWriter",
    "ScoredRun",
    "Verdicts",
    "load_run",
]
