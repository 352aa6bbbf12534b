"""The errors of the store; their text is fit for a user.

StoreError
├── UnknownRun      no run has this id
├── RunBusy         another process is at work on the run
├── RunReviewed     clinicians have judged the run, so it is kept
├── ReviewConflict  the same reviewer changed the judgement elsewhere meanwhile
├── LeaseLost       this process no longer owns the run: another one took it over, or it was deleted
└── RunFileError    a run file cannot be read at all
"""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot be opened, read or written."""


class UnknownRun(StoreError):
    """No run has this id."""


class RunBusy(StoreError):
    """Another process is at work on the run."""


class RunReviewed(StoreError):
    """The run holds judgements of clinicians."""


class ReviewConflict(StoreError):
    """What a judgement would replace is no longer the newest."""


class LeaseLost(StoreError):
    """The run is no longer this process's."""


class RunFileError(StoreError):
    """A run file cannot be read or does not start with the head of a run; the text names file and line."""
