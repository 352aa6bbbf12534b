"""Work on a stored run by the one process that owns it."""

from __future__ import annotations

import threading
import time

from sqlalchemy import Connection, select, update

from dipg_ui.records import CaseFailure, Completion, RunInfo
from dipg_ui.store.database import Database
from dipg_ui.store.errors import LeaseLost, RunBusy, StoreError
from dipg_ui.store.heads import RunState
from dipg_ui.store.leases import HEARTBEAT_SECONDS, LEASE_SECONDS, is_free, new_owner
from dipg_ui.store.reading import PendingCase, read_models, read_pending, run_row
from dipg_ui.store.rows import info_from_row
from dipg_ui.store.schema import runs
from dipg_ui.store.writing import insert_end


class Lease:
    """A run that is this process's alone until `release`. A thread prolongs it; `stop` is set when somebody asked the
    run to stop (in any process) or it was lost to another one."""

    def __init__(self, database: Database, run_id: str, owner: str) -> None:
        self.run_id = run_id
        self.stop = threading.Event()
        self._database = database
        self._owner = owner
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name=f"lease-{run_id}", daemon=True)
        self._heart.start()

    def begin(self) -> RunInfo:
        """Say that the run is running; its head. Raises LeaseLost."""
        with self._database.write() as connection:
            self._hold(connection, state=RunState.RUNNING.value, note="")
            row = run_row(connection, self.run_id)
            return info_from_row(row, read_models(connection)[row.model_hash])

    def pending(self, *, retry_failed: bool = False) -> tuple[PendingCase, ...]:
        """What has not ended, in the order in which it is to be asked."""
        with self._database.read() as connection:
            return read_pending(connection, self.run_id, retry_failed=retry_failed)

    def keep(self, position: int, ended: Completion | CaseFailure) -> None:
        """Returns when what ended is on disk. Raises LeaseLost, and keeps nothing, where the run is another's now."""
        with self._database.write() as connection:
            self._hold(connection)
            insert_end(connection, self.run_id, position, ended)

    def release(self, state: RunState, note: str = "") -> None:
        """Give the run back in this state. Does nothing where it is no longer this process's."""
        self._ended.set()
        self._heart.join()
        mine = update(runs).where(runs.c.id == self.run_id, runs.c.owner == self._owner)
        with self._database.write() as connection:
            connection.execute(mine.values(state=state.value, note=note, owner="", lease_until=0.0, stop_asked=False))

    def _hold(self, connection: Connection, **values: object) -> None:
        mine = update(runs).where(runs.c.id == self.run_id, runs.c.owner == self._owner)
        if connection.execute(mine.values(lease_until=time.time() + LEASE_SECONDS, **values)).rowcount == 0:
            self.stop.set()
            raise LeaseLost(f"The run {self.run_id!r} was taken over by another process, or deleted.")

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT_SECONDS):
            try:
                with self._database.write() as connection:
                    self._hold(connection)
                    if run_row(connection, self.run_id).stop_asked:
                        self.stop.set()
            except LeaseLost:
                return
            except StoreError:
                continue  # the disk may be back before the lease runs out; `keep` is told where it is not


def claim(database: Database, run_id: str) -> Lease:
    """Make a run this process's. Raises RunBusy where it is another's, UnknownRun where there is none."""
    owner = new_owner()
    with database.write() as connection:
        query = select(runs.c.owner, runs.c.lease_until).where(runs.c.id == run_id).with_for_update()
        row = connection.execute(query).first() or run_row(connection, run_id)
        if not is_free(row.owner, row.lease_until):
            raise RunBusy(f"The run {run_id!r} is being worked on by another process.")
        values = {"owner": owner, "lease_until": time.time() + LEASE_SECONDS}
        values |= {"state": RunState.QUEUED.value, "stop_asked": False}
        connection.execute(update(runs).where(runs.c.id == run_id).values(values))
    return Lease(database, run_id, owner)
