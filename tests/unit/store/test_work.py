"""One process at a time works on a run, and what it keeps is kept."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from dataclasses import replace

import pytest

from dipg_ui.store import LeaseLost, RunBusy, RunState, RunStore, StoreError, leases, work
from tests.builders import a_case, a_completion, a_failure, a_run_info, at_repeat

CASES = (a_case(id="case-1"), a_case(id="case-2"))


def slots(lease: work.Lease, *, retry_failed: bool = False) -> list[tuple[str, int]]:
    return [(each.case.id, each.repeat) for each in lease.pending(retry_failed=retry_failed)]


def test_what_is_kept_is_no_longer_pending_and_another_store_sees_it_at_once(store: RunStore, url: str) -> None:
    lease = store.create(a_run_info(repeats=2), CASES)
    assert lease.begin() == a_run_info(repeats=2)
    assert slots(lease) == [("case-1", 0), ("case-2", 0), ("case-1", 1), ("case-2", 1)]
    lease.keep(0, a_completion())
    lease.keep(1, replace(a_failure("case-2"), repeat=1))
    other = RunStore(url)
    assert other.load("run-1").completions == (a_completion(),)
    other.close()
    assert slots(lease) == [("case-2", 0), ("case-1", 1)]
    assert slots(lease, retry_failed=True) == [("case-2", 0), ("case-1", 1), ("case-2", 1)]
    lease.release(RunState.STOPPED, "enough")
    head = store.head("run-1")
    assert (head.state, head.note, head.done, head.failed) == (RunState.STOPPED, "enough", 1, 1)


def test_a_case_is_completed_once_per_repeat(store: RunStore) -> None:
    lease = store.create(a_run_info(repeats=2), CASES)
    lease.keep(0, a_completion(text="first"))
    with pytest.raises(StoreError):
        lease.keep(0, a_completion(text="again"))
    lease.keep(0, at_repeat(a_completion(text="second"), 1))
    assert [completion.text for completion in store.load("run-1").completions] == ["first", "second"]
    lease.release(RunState.STOPPED)


def test_the_first_completion_says_which_model_the_run_really_has(store: RunStore) -> None:
    lease = store.create(a_run_info(), CASES)
    served = replace(a_completion().model, name="the model that was served")
    lease.keep(0, replace(a_completion(), model=served))
    lease.release(RunState.STOPPED)
    assert store.head("run-1").info.model == served


def test_a_run_at_work_is_nobody_elses(store: RunStore) -> None:
    lease = store.create(a_run_info(), CASES)
    lease.begin()
    assert store.head("run-1").state is RunState.RUNNING
    with pytest.raises(RunBusy):
        store.claim("run-1")
    with pytest.raises(RunBusy):
        store.delete("run-1")
    lease.release(RunState.STOPPED)
    store.claim("run-1").release(RunState.STOPPED)
    store.delete("run-1")


def test_of_many_who_want_a_run_one_gets_it(store: RunStore) -> None:
    store.create(a_run_info(), CASES).release(RunState.STOPPED)
    got: list[work.Lease] = []
    refused: list[RunBusy] = []
    begin = threading.Barrier(8)

    def want() -> None:
        begin.wait()
        try:
            got.append(store.claim("run-1"))
        except RunBusy as error:
            refused.append(error)

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(refused)) == (1, 7)
    got[0].release(RunState.STOPPED)


def test_a_lease_that_ran_out_can_be_taken_and_its_owner_keeps_nothing_more(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "LEASE_SECONDS", 0.05)
    monkeypatch.setattr(work, "HEARTBEAT_SECONDS", 60)
    lost = store.create(a_run_info(), CASES)
    lost.begin()
    time.sleep(0.1)
    assert store.head("run-1").state is RunState.INTERRUPTED
    monkeypatch.setattr(work, "LEASE_SECONDS", 30)
    taken = store.claim("run-1")
    with pytest.raises(LeaseLost):
        lost.keep(0, a_completion())
    assert lost.stop.is_set()
    lost.release(RunState.FINISHED)
    taken.begin()
    assert store.head("run-1").state is RunState.RUNNING
    assert store.load("run-1").completions == ()
    taken.release(RunState.STOPPED)


def test_a_beating_heart_keeps_the_lease_and_hears_that_the_run_is_to_stop(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "LEASE_SECONDS", 0.6)
    monkeypatch.setattr(work, "HEARTBEAT_SECONDS", 0.05)
    lease = store.create(a_run_info(), CASES)
    lease.begin()
    time.sleep(1.0)
    assert store.head("run-1").state is RunState.RUNNING
    assert not lease.stop.is_set()
    store.ask_stop("run-1")
    assert lease.stop.wait(5)
    lease.release(RunState.STOPPED)
    again = store.claim("run-1")
    time.sleep(0.2)
    assert not again.stop.is_set()
    again.release(RunState.STOPPED)


def _work_until_killed(url: str, ready: object) -> None:
    lease = RunStore(url).create(a_run_info(), CASES)
    lease.begin()
    lease.keep(0, a_completion())
    ready.set()  # type: ignore[attr-defined]  # an event of another process
    time.sleep(60)


def test_the_run_of_a_killed_process_is_free_at_once_and_what_it_kept_is_there(store: RunStore, url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    process = spawn.Process(target=_work_until_killed, args=(url, ready))
    process.start()
    assert ready.wait(60)
    assert store.head("run-1").state is RunState.RUNNING
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert store.head("run-1").state is RunState.INTERRUPTED
    lease = store.claim("run-1")
    assert slots(lease) == [("case-2", 0)]
    lease.release(RunState.STOPPED)


def test_whose_a_lease_is() -> None:
    here = leases.new_owner()
    later, earlier = time.time() + 60, time.time() - 1
    place, pid, started, token = here.split("/")
    assert not leases.is_free(here, later)
    assert leases.is_free(here, earlier)
    assert leases.is_free("", later)
    assert leases.is_free(f"{place}/{pid}/1/{token}", later), "the number was given to another process"
    assert leases.is_free(f"{place}/{2**22 + 1}/{started}/{token}", later), "no such process"
    assert not leases.is_free(f"another-machine:1/{pid}/1/{token}", later), "cannot be seen from here"
    assert not leases.is_free("of another form", later)
