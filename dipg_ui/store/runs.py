"""The stored runs: each completion is on disk before the next case begins, and is judged at any threshold there."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import update

from dipg_ui.records import Run, RunInfo
from dipg_ui.store.columns import LoadedColumns
from dipg_ui.store.database import Database
from dipg_ui.store.errors import RunBusy, RunReviewed, UnknownRun
from dipg_ui.store.heads import RunHead, RunOrigin, RunState
from dipg_ui.store.leases import is_free
from dipg_ui.store.reading import (
    StoredCompletion,
    first_key,
    read_completion,
    read_heads,
    read_questions,
    read_run,
    run_row,
    search_keys,
)
from dipg_ui.store.reviews import ReviewStore, count_entries
from dipg_ui.store.schema import runs
from dipg_ui.store.scored import ScoredRun
from dipg_ui.store.scoring import Backlog, read_backlog, score_missing, score_one, unscored_ids
from dipg_ui.store.work import Lease, claim
from dipg_ui.store.writing import delete_run, insert_head, insert_whole_run
from evaluator.types import Case

KEPT_RUNS = 8
"""How many opened runs stay in memory as columns."""


class RunStore:
    """All stored runs. May be used from any thread; the database is opened at the first call. Every method may raise
    StoreError, whose text is fit for a user, and UnknownRun (one of them) where there is no run of the id."""

    def __init__(self, place: str | Path) -> None:
        """`place` is a SQLite file, or the URL of one (sqlite:///runs.sqlite3) or of a PostgreSQL database
        (postgresql://host/name)."""
        self._database = Database(place)
        self.reviews = ReviewStore(self._database)
        self._lock = threading.Lock()
        self._opened: OrderedDict[str, tuple[threading.Lock, LoadedColumns]] = OrderedDict()

    def heads(self) -> tuple[RunHead, ...]:
        """What there is, newest first."""
        with self._database.read() as connection:
            return read_heads(connection)

    def head(self, run_id: str) -> RunHead:
        with self._database.read() as connection:
            found = read_heads(connection, run_id)
        if not found:
            raise UnknownRun(f"There is no stored run {run_id!r}.")
        return found[0]

    def load(self, run_id: str) -> Run:
        """The whole run, with texts and cases."""
        with self._database.read() as connection:
            return read_run(connection, run_id)

    def questions(self, run_id: str) -> dict[int, str]:
        """The questions of a run by position."""
        with self._database.read() as connection:
            run_row(connection, run_id)
            return read_questions(connection, run_id)

    def find(self, key: str, run_id: str | None = None) -> StoredCompletion | None:
        """The completion that a permalink calls `key`, of one run or of the newest that has it."""
        with self._database.read() as connection:
            return read_completion(connection, key, run_id)

    def first(self, run_id: str) -> StoredCompletion | None:
        """The completion that was stored first of a run."""
        with self._database.read() as connection:
            key = first_key(connection, run_id)
            return None if key is None else read_completion(connection, key, run_id)

    def search(self, run_id: str, words: str) -> frozenset[str]:
        """The keys of the completions of which text, question, context, expected answer or case id hold all words."""
        with self._database.read() as connection:
            return search_keys(connection, run_id, words)

    def unscored(self, run_id: str) -> int:
        """How many completions `scored` would have to score first: new ones, and all after a change of the rules."""
        with self._database.read() as connection:
            return len(unscored_ids(connection, run_id))

    def score(self, run_id: str, report: Callable[[int, int], None] | None = None) -> None:
        """Score what is not scored by today's rules; `report` is told how many of how many are done. A second caller
        waits for the first."""
        with self._opened_run(run_id):
            score_missing(self._database, run_id, report)

    def score_one(self, run_id: str, position: int, repeat: int, case: Case) -> None:
        """Score a completion that was just kept."""
        score_one(self._database, run_id, position, repeat, case)

    def scored(self, run_id: str) -> ScoredRun:
        """The run as columns, as it is now; scores first what is not scored yet. Cheap where nothing changed."""
        with self._opened_run(run_id) as columns:
            score_missing(self._database, run_id)
            with self._database.read() as connection:
                return columns.read(connection)

    def scored_within(self, run_id: str, seconds: float) -> ScoredRun | Backlog:
        """As `scored`, but gives up scoring after about so long and says what is left; the next call goes on there."""
        with self._opened_run(run_id) as columns:
            left = score_missing(self._database, run_id, seconds=seconds)
            with self._database.read() as connection:
                return read_backlog(connection, run_id) if left else columns.read(connection)

    @contextmanager
    def _opened_run(self, run_id: str) -> Iterator[LoadedColumns]:
        """The columns of a run, for one thread at a time."""
        with self._lock:
            lock, columns = self._opened.setdefault(run_id, (threading.Lock(), LoadedColumns(run_id)))
            self._opened.move_to_end(run_id)
            while len(self._opened) > KEPT_RUNS:
                self._opened.popitem(last=False)
        with lock:
            yield columns

    def create(self, info: RunInfo, cases: tuple[Case, ...]) -> Lease:
        """A new run that nothing was asked of yet; it is the caller's until the lease is released."""
        with self._database.write() as connection:
            insert_head(connection, Run(info, cases=cases), RunOrigin.GENERATED, RunState.QUEUED)
        return self.claim(info.id)

    def claim(self, run_id: str) -> Lease:
        """Make a stored run the caller's, to go on with it. Raises RunBusy where it is another's."""
        return claim(self._database, run_id)

    def add_run(self, run: Run, origin: RunOrigin) -> str:
        """Store a run that was made elsewhere, with its cases. Returns its id here: another one where the id belongs
        to a different run, that of the stored one where the same run is there already."""
        with self._database.write() as connection:
            return insert_whole_run(connection, run, origin)

    def ask_stop(self, run_id: str) -> None:
        """Ask whoever runs it, in any process, to stop; heard within seconds."""
        with self._database.write() as connection:
            run_row(connection, run_id)
            connection.execute(update(runs).where(runs.c.id == run_id).values(stop_asked=True))

    def delete(self, run_id: str) -> None:
        """Remove a run with all that is its alone, its cases too. Raises RunBusy where somebody is at work on it, and
        RunReviewed where clinicians have judged it: their work goes with nobody's click."""
        with self._database.write() as connection:
            row = run_row(connection, run_id)
            if not is_free(row.owner, row.lease_until):
                raise RunBusy(f"The run {row.title!r} is at work. Stop it first.")
            if count_entries(connection, run_id):
                raise RunReviewed(f"Clinicians have judged answers of the run {row.title!r}, so it is kept.")
            delete_run(connection, run_id)

    def close(self) -> None:
        self._database.close()


def temporary_store() -> RunStore:
    """A store that is gone with the object."""
    folder = tempfile.mkdtemp(prefix="dipg-runs-")
    store = RunStore(Path(folder, "runs.sqlite3"))
    weakref.finalize(store, shutil.rmtree, folder, ignore_errors=True)
    return store
