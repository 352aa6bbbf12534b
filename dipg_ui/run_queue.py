"""Runs that go on when the tab is closed: one at a time for each model, the others wait their turn."""

from __future__ import annotations

import logging
import platform
import secrets
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dipg_ui.engine import Watcher, work_off
from dipg_ui.generation.base import Backend, ModelState
from dipg_ui.plans import RunPlan, RunProgress
from dipg_ui.records import RunInfo
from dipg_ui.store import Lease, RunHead, RunOrigin, RunState, RunStore

_log = logging.getLogger(__name__)


class RunRefused(Exception):
    """A run cannot be started or gone on with; the text is fit for a user."""


@dataclass(eq=False, slots=True)
class _Job:
    lease: Lease
    model: str
    retry_failed: bool
    progress: RunProgress
    stop: threading.Event = field(default_factory=threading.Event)


def new_run(plan: RunPlan, backend: Backend) -> RunInfo:
    """The head of the run that a plan asks for, under a new id."""
    now, model = datetime.now(UTC), backend.describe()
    return RunInfo(
        id=f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        title=plan.title or f"{model.title}, {plan.case_set}",
        created=now.isoformat(timespec="seconds"),
        case_set=plan.case_set,
        machine=plan.machine or f"{platform.machine()} {model.device}".strip(),
        model=model,
        settings=plan.settings,
        repeats=plan.repeats,
    )


def check_resumable(head: RunHead, *, retry_failed: bool) -> None:
    """Raises RunRefused where a run was made elsewhere, or has nothing left to ask."""
    if head.origin is not RunOrigin.GENERATED:
        raise RunRefused("This run was made elsewhere; it cannot be gone on with.")
    if head.left == 0 and not (retry_failed and head.failed):
        raise RunRefused("Every case of this run has ended.")


class RunQueue:
    """The runs that this process works on. All methods may be called from any thread and may raise StoreError."""

    def __init__(self, store: RunStore, backends: Mapping[str, Backend], stopping: threading.Event) -> None:
        """Once `stopping` is set no run begins, and those at work end as if they were stopped."""
        self._store = store
        self._backends = backends
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}
        self._lines: dict[str, deque[_Job]] = {}
        self._workers: dict[str, threading.Thread] = {}
        self._stopping = stopping

    def start(self, plan: RunPlan) -> str:
        """Store a new run and begin it, now or when those before it on the same model have ended. Returns its id.
        Raises RunRefused where the model cannot be used or there is nothing to ask."""
        backend = self._usable(plan.model)
        if not plan.cases or plan.repeats < 1:
            raise RunRefused("Choose at least one case, and ask it at least once.")
        info = new_run(plan, backend)
        self._enqueue(self._store.create(info, plan.cases), plan.model, retry_failed=False)
        return info.id

    def resume(self, run_id: str, *, retry_failed: bool = False) -> None:
        """Go on with a run from what is stored. Raises RunRefused where there is nothing left to ask or its model is
        not here, RunBusy where it is at work."""
        head = self._store.head(run_id)
        check_resumable(head, retry_failed=retry_failed)
        self._usable(head.info.model.id)
        self._enqueue(self._store.claim(run_id), head.info.model.id, retry_failed=retry_failed)

    def stop(self, run_id: str) -> None:
        """End a run, here or in another process; the case at hand is not kept. Nothing where it is not at work."""
        with self._lock:
            job = self._jobs.get(run_id)
            waits = job is not None and job in self._lines[job.model]
            if job is not None and waits:
                self._lines[job.model].remove(job)
                del self._jobs[run_id]
        if job is None:
            self._store.ask_stop(run_id)
        elif waits:
            job.lease.release(RunState.STOPPED)
        else:
            job.stop.set()

    def progress(self, run_id: str) -> RunProgress:
        """How far a stored run is, whoever works on it. Raises UnknownRun."""
        with self._lock:
            job = self._jobs.get(run_id)
        if job is not None:
            return job.progress
        head = self._store.head(run_id)
        return RunProgress(run_id, head.state, head.total, head.done, head.failed, detail=head.note)

    def active(self) -> tuple[RunProgress, ...]:
        """The runs that this process works on or keeps waiting, in the order in which they were started."""
        with self._lock:
            return tuple(job.progress for job in self._jobs.values())

    def wait(self, seconds: float) -> None:
        """Wait until no run is at work, so long at most for each model. A run that is at work when the process ends
        is found interrupted by the next."""
        with self._lock:
            workers = list(self._workers.values())
        for worker in workers:
            worker.join(seconds)

    def _usable(self, model: str) -> Backend:
        backend = self._backends.get(model)
        if backend is None:
            raise RunRefused(f"There is no model {model!r} here. There are: {', '.join(self._backends)}.")
        status = backend.status()
        if status.state is ModelState.UNAVAILABLE:
            raise RunRefused(status.detail)
        return backend

    def _enqueue(self, lease: Lease, model: str, *, retry_failed: bool) -> None:
        head = self._store.head(lease.run_id)
        waiting = RunProgress(lease.run_id, RunState.QUEUED, head.total, head.done, head.failed)
        job = _Job(lease, model, retry_failed, waiting)
        with self._lock:
            self._jobs[lease.run_id] = job
            self._lines.setdefault(model, deque()).append(job)
            if model not in self._workers:
                worker = threading.Thread(target=self._work, args=(model,), name=f"runs-{model}", daemon=True)
                self._workers[model] = worker
                worker.start()

    def _work(self, model: str) -> None:
        while True:
            with self._lock:
                line = self._lines[model]
                if not line:
                    del self._workers[model]
                    return
                job = line.popleft()
            try:
                self._run(job)
            finally:
                with self._lock:
                    del self._jobs[job.lease.run_id]

    def _run(self, job: _Job) -> None:
        def tell(progress: RunProgress) -> None:
            job.progress = progress

        try:
            watcher = Watcher(lambda: job.stop.is_set() or self._stopping.is_set(), tell)
            backend = self._backends[job.model]
            work_off(self._store, backend, job.lease, watcher, retry_failed=job.retry_failed)
        except Exception:  # noqa: BLE001 - a fault in one run must not keep those behind it waiting for ever
            _log.exception("The run %s ended by a fault.", job.lease.run_id)
