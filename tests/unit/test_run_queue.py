"""Runs in the background: started, watched, stopped and gone on with from any thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dipg_ui.generation.base import Delta, ModelState, ModelStatus, StreamEvent
from dipg_ui.plans import RunPlan, RunProgress
from dipg_ui.records import GenerationSettings
from dipg_ui.run_queue import RunQueue, RunRefused
from dipg_ui.store import RunBusy, RunOrigin, RunState, RunStore, UnknownRun
from tests.builders import a_case, a_model, a_run
from tests.unit.test_engine import Answers, answer

CASES = tuple(a_case(id=f"case-{n}", question=f"Question {n}?") for n in range(3))
PLAN = RunPlan(CASES, "a set", "tiny", GenerationSettings())
DONE = frozenset({RunState.FINISHED, RunState.STOPPED})


class Gate:
    """Holds every answer until it is opened; `asked` is set by the first question."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.open = threading.Event()

    def __call__(self, number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        self.asked.set()
        while not self.open.wait(0.01):
            yield Delta("")
        yield from answer(number, settings)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    made = RunStore(f"sqlite:///{tmp_path / 'runs.sqlite3'}")
    yield made
    made.close()


def a_queue(store: RunStore, *backends: Answers) -> RunQueue:
    return RunQueue(store, {backend.describe().id: backend for backend in backends}, threading.Event())


def ended(queue: RunQueue, run_id: str) -> RunProgress:
    for _ in range(1000):
        progress = queue.progress(run_id)
        if progress.state in DONE and not queue.active():
            return progress
        time.sleep(0.01)
    raise AssertionError(f"still {progress}")


def test_a_run_goes_on_by_itself_and_is_stored(store: RunStore) -> None:
    queue = a_queue(store, Answers(answer))
    run_id = queue.start(replace(PLAN, repeats=2, title="Mine"))
    assert (ended(queue, run_id).done, queue.active()) == (6, ())
    run = store.load(run_id)
    assert (run.info.title, run.info.case_set, run.info.repeats, run.cases) == ("Mine", "a set", 2, CASES)
    assert store.head(run_id).origin is RunOrigin.GENERATED


def test_runs_of_one_model_wait_for_each_other_and_those_of_another_do_not(store: RunStore) -> None:
    gate = Gate()
    other = Answers(answer, replace(a_model(), id="other"))
    queue = a_queue(store, Answers(gate), other)
    first, second = queue.start(PLAN), queue.start(PLAN)
    assert gate.asked.wait(5)
    assert ended_elsewhere(queue, queue.start(replace(PLAN, model="other"))).done == 3
    assert [progress.run_id for progress in queue.active()] == [first, second]
    assert queue.progress(second).state is RunState.QUEUED
    assert store.head(second).state is RunState.QUEUED
    gate.open.set()
    assert ended(queue, first).done == 3
    assert ended(queue, second).done == 3


def ended_elsewhere(queue: RunQueue, run_id: str) -> RunProgress:
    while queue.progress(run_id).state not in DONE:
        time.sleep(0.01)
    return queue.progress(run_id)


def test_a_stopped_run_goes_on_where_it_was(store: RunStore) -> None:
    gate, backend = Gate(), Answers(answer)
    backend.script = lambda number, settings: (answer if number == "0" else gate)(number, settings)
    queue = a_queue(store, backend)
    run_id = queue.start(PLAN)
    assert gate.asked.wait(5)
    queue.stop(run_id)
    progress = ended(queue, run_id)
    assert (progress.state, progress.done, progress.left) == (RunState.STOPPED, 1, 2)
    gate.open.set()
    queue.resume(run_id)
    assert ended(queue, run_id).done == 3
    assert [number for number, _ in backend.asked] == ["0", "1", "1", "2"]


def test_a_run_that_waits_is_stopped_at_once_and_never_asked(store: RunStore) -> None:
    gate = Gate()
    backend = Answers(gate)
    queue = a_queue(store, backend)
    first, second = queue.start(PLAN), queue.start(PLAN)
    queue.stop(second)
    assert (queue.progress(second).state, store.head(second).state) == (RunState.STOPPED, RunState.STOPPED)
    gate.open.set()
    ended(queue, first)
    assert len(backend.asked) == 3


def test_a_stopping_server_gives_its_runs_back(store: RunStore) -> None:
    gate, stopping = Gate(), threading.Event()
    queue = RunQueue(store, {"tiny": Answers(gate)}, stopping)
    first, second = queue.start(PLAN), queue.start(PLAN)
    assert gate.asked.wait(5)
    stopping.set()
    queue.wait(10)
    assert {store.head(each).state for each in (first, second)} == {RunState.STOPPED}
    store.claim(first).release(RunState.STOPPED)


def test_what_cannot_be_started_says_why(store: RunStore) -> None:
    class Unusable(Answers):
        def status(self) -> ModelStatus:
            return ModelStatus(ModelState.UNAVAILABLE, "Needs a GPU.")

    queue = a_queue(store, Unusable(answer))
    with pytest.raises(RunRefused, match="Needs a GPU"):
        queue.start(PLAN)
    with pytest.raises(RunRefused, match=r"no model 'none' here\. There are: tiny"):
        queue.start(replace(PLAN, model="none"))
    queue = a_queue(store, Answers(answer))
    for nothing in (replace(PLAN, cases=()), replace(PLAN, repeats=0)):
        with pytest.raises(RunRefused, match="at least"):
            queue.start(nothing)
    assert store.heads() == ()


def test_what_cannot_be_gone_on_with_says_why(store: RunStore) -> None:
    queue = a_queue(store, Answers(answer))
    store.add_run(a_run("text"), RunOrigin.IMPORTED)
    with pytest.raises(RunRefused, match="made elsewhere"):
        queue.resume("run-1")
    with pytest.raises(UnknownRun):
        queue.resume("none")
    run_id = queue.start(PLAN)
    ended(queue, run_id)
    with pytest.raises(RunRefused, match="Every case of this run has ended"):
        queue.resume(run_id)
    with pytest.raises(RunRefused, match="Every case of this run has ended"):
        queue.resume(run_id, retry_failed=True)


def test_a_run_at_work_is_not_gone_on_with_twice(store: RunStore) -> None:
    gate = Gate()
    queue = a_queue(store, Answers(gate))
    run_id = queue.start(PLAN)
    assert gate.asked.wait(5)
    with pytest.raises(RunBusy):
        a_queue(store, Answers(answer)).resume(run_id)
    gate.open.set()
    assert ended(queue, run_id).done == 3


def test_a_fault_in_one_run_does_not_keep_those_behind_it_waiting(
    store: RunStore, caplog: pytest.LogCaptureFixture
) -> None:
    faults = iter([True])

    def faulty(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        if next(faults, False):
            raise RuntimeError("a fault of ours")
        yield from answer(number, settings)

    queue = a_queue(store, Answers(faulty))
    first, second = queue.start(PLAN), queue.start(PLAN)
    assert ended(queue, second).done == 3
    assert ended(queue, first).state is RunState.STOPPED
    assert "a fault of ours" in caplog.text


def test_progress_of_a_run_of_another_process_is_read_from_the_store(store: RunStore) -> None:
    queue = a_queue(store, Answers(answer))
    lease = store.create(a_run("x").info, CASES)
    lease.begin()
    progress = queue.progress("run-1")
    assert (progress.state, progress.total, progress.done) == (RunState.RUNNING, 3, 0)
    queue.stop("run-1")
    lease.release(RunState.STOPPED, "as asked")
    assert queue.progress("run-1").detail == "as asked"
    with pytest.raises(UnknownRun):
        queue.progress("none")
