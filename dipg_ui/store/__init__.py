"""Runs on disk: in the database while they are worked with, as one JSON Lines file when they travel."""

from dipg_ui.store.errors import (
    LeaseLost,
    ReviewConflict,
    RunBusy,
    RunFileError,
    RunReviewed,
    StoreError,
    UnknownRun,
)
from dipg_ui.store.files import LoadedRun, RunWriter, load_run
from dipg_ui.store.heads import RunHead, RunOrigin, RunState
from dipg_ui.store.reading import PendingCase, StoredCompletion
from dipg_ui.store.reviews import ReviewStore, Saving, Seat, latest
from dipg_ui.store.runs import RunStore, temporary_store
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
from dipg_ui.store.scoring import Backlog
from dipg_ui.store.work import Lease

__all__ = [
    "ALTERATIONS",
    "OUTCOMES",
    "RULES",
    "STATUSES",
    "UNKNOWN",
    "Backlog",
    "BandColumns",
    "CitationColumns",
    "FailedRow",
    "Lease",
    "LeaseLost",
    "LoadedRun",
    "PendingCase",
    "ReviewConflict",
    "ReviewStore",
    "RunBusy",
    "RunFileError",
    "RunHead",
    "RunOrigin",
    "RunReviewed",
    "RunRow",
    "RunState",
    "RunStore",
    "RunWriter",
    "Saving",
    "ScoredRun",
    "Seat",
    "StoreError",
    "StoredCompletion",
    "UnknownRun",
    "Verdicts",
    "latest",
    "load_run",
    "temporary_store",
]
