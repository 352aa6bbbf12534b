"""Stored runs as the pages show them: columns, and the question of each row."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from threading import Lock

from dipg_ui.store import Backlog, RunStore, ScoredRun
from dipg_ui.views.answers import Side

KEPT_RUNS = 8
SLICE_SECONDS = 0.5
"""How long an answer to a page may wait for scoring. The page asks again at once while something is left: so it knows
how far the scoring is, and when nobody asks any more, nothing is scored any more."""


class Sides:
    """Fetches runs; remembers the questions of the last few, since the cases of a run never change. Its calls may
    raise StoreError."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._questions = lru_cache(maxsize=KEPT_RUNS)(store.questions)
        self._lock = Lock()
        self._held: OrderedDict[str, Side] = OrderedDict()

    def get(self, run_id: str) -> Side:
        """However long its scoring takes."""
        return self._side(run_id, self._store.scored(run_id))

    def get_soon(self, run_id: str) -> Side | Backlog:
        """The run, or what is left of its scoring after a moment of it."""
        found = self._store.scored_within(run_id, SLICE_SECONDS)
        return found if isinstance(found, Backlog) else self._side(run_id, found)

    def _side(self, run_id: str, run: ScoredRun) -> Side:
        """The same one again as long as the run is the same: what is remembered by it holds then too."""
        held = self._held.get(run_id)
        if held is not None and held.run is run:
            return held
        questions = self._questions(run_id)
        made = Side(
            run,
            [questions[row.position] for row in run.rows],
            [questions[failure.position] for failure in run.failures],
        )
        with self._lock:
            self._held[run_id] = made
            self._held.move_to_end(run_id)
            while len(self._held) > KEPT_RUNS:
                self._held.popitem(last=False)
        return made
