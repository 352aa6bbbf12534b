"""Stored runs as the pages show them: columns, and the question of each row."""

from __future__ import annotations

from functools import lru_cache

from dipg_ui.store import RunStore
from dipg_ui.views.answers import Side

KEPT_RUNS = 8


class Sides:
    """Fetches runs; remembers the questions of the last few, since the cases of a run never change. Its calls may
    raise StoreError."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._questions = lru_cache(maxsize=KEPT_RUNS)(store.questions)

    def get(self, run_id: str) -> Side:
        run = self._store.scored(run_id)
        questions = self._questions(run_id)
        return Side(
            run,
            [questions[row.position] for row in run.rows],
            [questions[failure.position] for failure in run.failures],
        )
