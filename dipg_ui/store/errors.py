"""The errors of the store; their text is fit for a user.

StoreError
├── UnknownRun      no run has this id
├── RunBusy         another process is at work on the run
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


class LeaseLost(StoreError):
    """The run is no longer this process's."""


class RunFileError(StoreError):
    """A run file cannot be read or does not start with the head of a run; the text names file and line."""
