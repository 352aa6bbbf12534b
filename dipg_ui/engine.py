"""One run from its first case to its last: each case asked, kept, scored, and told of.

A model that answers several callers at once is asked several cases at once, each in a lane of its own. What ended is
on disk before its lane begins the next case, so a run that was killed goes on from what is stored and asks no case
twice. The cases at hand when a run is stopped are not kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace

from dipg_ui.generation.base import Backend
from dipg_ui.plans import RunProgress, Tally
from dipg_ui.prompts import build_messages, prompt_hash
from dipg_ui.records import CaseFailure, Completion, ModelInfo, RunInfo, Stage
from dipg_ui.runner import Phase, Progress, generate
from dipg_ui.store import Lease, PendingCase, RunState, RunStore, StoredCompletion, StoreError

FAILURES_IN_A_ROW = 10
"""After so many the model is taken to be out of order: the run stops, to be resumed when it is mended."""

_TELL_SECONDS = 0.5
_WAITING = frozenset({Phase.QUEUED, Phase.LOADING})

Result = Completion | CaseFailure


class _Halted(Exception):
    """Why a run ends before its last case; "" where it was asked to."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who watches a run: `stopped` says whether it is to end, `tell` hears of every change of its progress, `kept` of
    every case that ended, once it is on disk. `tell` and `kept` are called by one thread at a time."""

    stopped: Callable[[], bool] = lambda: False
    tell: Callable[[RunProgress], None] = lambda _: None
    kept: Callable[[Result], None] = lambda _: None


@dataclass(slots=True)
class _Work:
    """What the lanes share. `lock` guards all that changes; `model` is that of the completions so far."""

    store: RunStore
    backend: Backend
    lease: Lease
    info: RunInfo
    tally: Tally
    watcher: Watcher
    model: ModelInfo | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    halted: threading.Event = field(default_factory=threading.Event)

    @property
    def stopped(self) -> bool:
        return self.halted.is_set() or self.lease.stop.is_set() or self.watcher.stopped()


def work_off(
    store: RunStore, backend: Backend, lease: Lease, watcher: Watcher, *, retry_failed: bool = False
) -> RunProgress:
    """Ask every case of a claimed run that has not ended. Returns when all have, when the watcher or somebody else
    stopped it, or when the model cannot go on: the run is then released, and the last progress says in what state and
    why."""
    tally, note = Tally(lease.run_id, lanes=max(1, backend.parallel // 2)), ""
    try:
        info, head = lease.begin(), store.head(lease.run_id)
        pending = lease.pending(retry_failed=retry_failed)
        tally.total, tally.done = head.total, head.done
        tally.failed = head.total - head.done - len(pending)
        watcher.tell(tally.progress(RunState.RUNNING))
        _ask_all(_Work(store, backend, lease, info, tally, watcher), pending)
    except (StoreError, _Halted) as error:
        note = str(error)
    finally:
        whole = 0 < tally.total == tally.done + tally.failed
        state = RunState.FINISHED if whole else RunState.STOPPED
        lease.release(state, note)
    last = tally.progress(state, note)
    watcher.tell(last)
    return last


def _ask_all(work: _Work, pending: tuple[PendingCase, ...]) -> None:
    """Raises what ended the run before its last case: that of the lane which was first to end it."""
    first = work.store.first(work.info.id)
    if first is not None:
        _check_prompt(work, first)
        work.model = first.completion.model
    ended: list[BaseException] = []
    cases = iter(pending)

    def lane(number: int) -> None:
        try:
            _run_lane(work, number, cases)
        except BaseException as error:  # noqa: BLE001 - raised again below, once the other lanes have ended too
            ended.append(error)
            work.halted.set()

    with ThreadPoolExecutor(work.tally.lanes, thread_name_prefix=f"run-{work.info.id}") as pool:
        for number in range(work.tally.lanes):
            pool.submit(lane, number)
    if ended:
        raise ended[0]


def _run_lane(work: _Work, lane: int, cases: Iterator[PendingCase]) -> None:
    while True:
        with work.lock:
            case = next(cases, None)
        if case is None:
            return
        if work.stopped:
            raise _Halted
        result = _ask(work, lane, case)
        with work.lock:
            _keep(work, lane, case, result)


def _keep(work: _Work, lane: int, case: PendingCase, result: Result) -> None:
    """Holds the lock."""
    if isinstance(result, Completion):
        _check_model(work.model, result.model)
        work.model = result.model
    work.lease.keep(case.position, result)
    if isinstance(result, Completion):
        work.store.score_one(work.info.id, case.position, case.repeat, case.case)
    work.tally.live.pop(lane, None)
    work.tally.count(result)
    work.watcher.kept(result)
    work.watcher.tell(work.tally.progress(RunState.RUNNING))
    if isinstance(result, CaseFailure) and work.tally.failed_in_a_row >= FAILURES_IN_A_ROW:
        raise _Halted(f"Stopped after {FAILURES_IN_A_ROW} failures in a row; the last: {result.reason}")


def _ask(work: _Work, lane: int, case: PendingCase) -> Result:
    """What came of one case. Raises _Halted where the run is to end and the case was not asked to its end."""
    settings = replace(work.info.settings, seed=work.info.settings.seed + case.repeat)
    told = before = time.monotonic()
    with closing(generate(work.backend, case.case, settings)) as snapshots:
        for snapshot in snapshots:
            now = time.monotonic()
            waited, before = (now - before if snapshot.phase in _WAITING else 0.0), now
            if snapshot.failure is not None:
                if snapshot.failure.stage is Stage.LOAD:
                    raise _Halted(snapshot.failure.reason)
                return replace(snapshot.failure, repeat=case.repeat)
            if snapshot.phase is Phase.DONE and snapshot.completion is not None:
                return replace(snapshot.completion, repeat=case.repeat)
            if work.stopped:
                raise _Halted
            if waited or now - told >= _TELL_SECONDS:
                with work.lock:
                    work.tally.waited += waited
                    if now - told >= _TELL_SECONDS:
                        told = now
                        _tell_live(work, lane, case, snapshot)
    raise _Halted


def _tell_live(work: _Work, lane: int, case: PendingCase, snapshot: Progress) -> None:
    """Holds the lock."""
    work.tally.live[lane] = snapshot.tokens or 0
    detail = snapshot.detail if snapshot.phase in _WAITING else ""
    work.watcher.tell(work.tally.progress(RunState.RUNNING, detail, case.case.id))


def _check_model(known: ModelInfo | None, model: ModelInfo) -> None:
    """A run is of one model: a server may serve another one the next day under the same address."""
    if known is None:
        return
    before, now = ((m.name, m.revision, m.quantisation) for m in (known, model))
    if before != now:
        raise _Halted(f"The run was made with {' '.join(before)}; this is {' '.join(now)}. Start a new run for it.")


def _check_prompt(work: _Work, first: StoredCompletion) -> None:
    """Cases asked with two prompts are no one run."""
    messages = build_messages(first.case, work.info.settings.style, examples=work.backend.needs_examples)
    if prompt_hash(messages) != first.completion.prompt_hash:
        raise _Halted("The prompt has changed since the run was begun. Start a new run.")
