"""A run from its first case to its last, on models that a test scripts; the store is a real one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dipg_ui import engine
from dipg_ui.engine import FAILURES_IN_A_ROW, Result, Watcher, work_off
from dipg_ui.generation.base import Delta, Finished, ModelUnavailable, StreamBroken, StreamEvent, Waiting
from dipg_ui.generation.replay import ReplayBackend
from dipg_ui.plans import RunProgress
from dipg_ui.prompts import build_messages, prompt_hash
from dipg_ui.records import (
    CaseFailure,
    Completion,
    FinishReason,
    GenerationSettings,
    Message,
    ModelInfo,
    PromptStyle,
    RunInfo,
)
from dipg_ui.store import RunState, RunStore
from tests.builders import a_case, a_completion, a_model, a_run_info, a_trace

CASES = tuple(a_case(id=f"case-{n}", question=f"Question {n}?") for n in range(4))
Script = Callable[[str, GenerationSettings], Iterator[StreamEvent]]


class Answers(ReplayBackend):
    """A model that answers as a test says, and remembers what it was asked: the case's number and the seed."""

    def __init__(self, script: Script, model: ModelInfo | None = None, parallel: int = 1) -> None:
        super().__init__(replace(a_completion(), model=model or a_model()), rate=0)
        self.script = script
        self.callers = parallel
        self.asked: list[tuple[str, int]] = []

    @property
    def parallel(self) -> int:
        return self.callers

    def stream(self, messages: Sequence[Message], settings: GenerationSettings) -> Generator[StreamEvent, None, None]:
        number = messages[-1].content.rpartition("Question ")[2][0]
        self.asked.append((number, settings.seed))
        yield from self.script(number, settings)


def answer(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
    yield Delta(a_trace(answer=f"{number} with seed {settings.seed}"), 20)
    yield Finished(FinishReason.ANSWER_CLOSED, 100, 20, 0.1, 0.5)


def broken(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
    yield Delta("<think>")
    raise StreamBroken("the server went away")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    made = RunStore(f"sqlite:///{tmp_path / 'runs.sqlite3'}")
    yield made
    made.close()


def begin(
    store: RunStore, backend: Answers, watcher: Watcher | None = None, info: RunInfo | None = None
) -> RunProgress:
    lease = store.create(info or a_run_info(), CASES)
    return work_off(store, backend, lease, watcher or Watcher())


def go_on(store: RunStore, backend: Answers, *, retry_failed: bool = False) -> RunProgress:
    return work_off(store, backend, store.claim("run-1"), Watcher(), retry_failed=retry_failed)


def after(count: int) -> tuple[Watcher, list[Result]]:
    """A watcher that stops the run after so many cases, and what was kept."""
    kept: list[Result] = []
    return Watcher(lambda: len(kept) >= count, kept=kept.append), kept


def test_every_case_is_asked_in_order_and_each_repeat_with_the_next_seed(store: RunStore) -> None:
    settings = GenerationSettings(temperature=0.7, seed=5, max_new_tokens=99)
    backend = Answers(answer)
    last = begin(store, backend, info=replace(a_run_info(repeats=2), settings=settings))
    assert backend.asked == [(str(n), 5 + repeat) for repeat in (0, 1) for n in range(4)]
    assert (last.state, last.done, last.failed, last.left, last.detail) == (RunState.FINISHED, 8, 0, 0, "")
    run = store.load("run-1")
    assert [(c.case_id, c.repeat) for c in run.completions] == [(f"case-{n}", r) for n in range(4) for r in (0, 1)]
    assert {(c.repeat, c.settings) for c in run.completions} == {
        (0, settings),
        (1, replace(settings, seed=6)),
    }
    assert run.completions[1].prompt_hash == prompt_hash(build_messages(CASES[0], PromptStyle.TAGS, examples=False))
    assert store.unscored("run-1") == 0


def test_a_case_is_on_disk_before_the_next_is_asked(store: RunStore) -> None:
    seen: list[int] = []

    def look(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        seen.append(store.head("run-1").done)
        yield from answer(number, settings)

    begin(store, Answers(look))
    assert seen == [0, 1, 2, 3]


def test_a_stopped_run_goes_on_with_what_is_left_and_asks_nothing_twice(store: RunStore) -> None:
    backend = Answers(answer)
    watcher, kept = after(2)
    last = begin(store, backend, watcher)
    assert (last.state, last.done, last.left, last.detail) == (RunState.STOPPED, 2, 2, "")
    assert [result.case_id for result in kept] == ["case-0", "case-1"]
    assert store.head("run-1").state is RunState.STOPPED
    last = go_on(store, backend)
    assert (last.state, last.done) == (RunState.FINISHED, 4)
    assert backend.asked == [(str(n), 0) for n in range(4)]


def test_the_case_at_hand_when_a_run_is_stopped_is_not_kept_and_asked_again(store: RunStore) -> None:
    stopped = threading.Event()

    def stop_midway(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        yield Delta("<think>half an answer")
        if number == "1" and not stopped.is_set():
            stopped.set()
        time.sleep(0.05)
        yield Delta(" and more")
        yield from answer(number, settings)

    backend = Answers(stop_midway)
    last = begin(store, backend, Watcher(stopped.is_set))
    assert (last.state, last.done) == (RunState.STOPPED, 1)
    assert go_on(store, backend).done == 4
    assert [number for number, _ in backend.asked] == ["0", "1", "1", "2", "3"]
    assert all("half" in completion.text for completion in store.load("run-1").completions)


def test_a_failure_is_kept_with_its_stage_and_the_run_goes_on(store: RunStore) -> None:
    healed = threading.Event()

    def fails_once(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        yield from (answer if number != "1" or healed.is_set() else broken)(number, settings)

    backend = Answers(fails_once)
    last = begin(store, backend)
    assert (last.state, last.done, last.failed, last.left) == (RunState.FINISHED, 3, 1, 0)
    (failure,) = store.load("run-1").failures
    assert (failure.case_id, failure.reason, failure.partial) == ("case-1", "the server went away", "<think>")
    assert go_on(store, backend).failed == 1
    healed.set()
    last = go_on(store, backend, retry_failed=True)
    assert (last.state, last.done, last.failed) == (RunState.FINISHED, 4, 0)
    assert [number for number, _ in backend.asked] == ["0", "1", "2", "3", "1"]
    assert store.load("run-1").failures == (failure,), "what went wrong once stays on record"


def test_a_model_that_cannot_be_used_stops_the_run_and_fails_no_case(store: RunStore) -> None:
    def gone(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        yield Waiting(0, "loading")
        raise ModelUnavailable("no weights here")

    last = begin(store, Answers(gone))
    assert (last.state, last.done, last.failed, last.detail) == (RunState.STOPPED, 0, 0, "no weights here")
    assert store.head("run-1").note == "no weights here"


def test_a_model_that_fails_case_after_case_is_not_asked_a_whole_set(store: RunStore) -> None:
    cases = tuple(a_case(id=f"case-{n}", question=f"Question {n % 10}?") for n in range(30))
    backend = Answers(broken)
    last = work_off(store, backend, store.create(a_run_info(), cases), Watcher())
    assert (last.state, last.failed, len(backend.asked)) == (RunState.STOPPED, FAILURES_IN_A_ROW, FAILURES_IN_A_ROW)
    assert "the server went away" in last.detail


def test_another_model_under_the_same_id_does_not_go_on_with_a_run(store: RunStore) -> None:
    watcher, _ = after(2)
    begin(store, Answers(answer), watcher)
    other = replace(a_model(), name="another-model")
    last = go_on(store, Answers(answer, other))
    assert (last.state, last.done) == (RunState.STOPPED, 2)
    assert "tiny-test-model" in last.detail
    assert "another-model" in last.detail
    on_another_device = replace(a_model(), device="cuda")
    assert go_on(store, Answers(answer, on_another_device)).state is RunState.FINISHED


def test_another_prompt_does_not_go_on_with_a_run(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    watcher, _ = after(1)
    begin(store, Answers(answer), watcher)
    monkeypatch.setattr(engine, "prompt_hash", lambda messages: "of tomorrow's prompt")
    backend = Answers(answer)
    last = go_on(store, backend)
    assert (last.state, last.done, backend.asked) == (RunState.STOPPED, 1, [])
    assert "prompt has changed" in last.detail


def test_a_run_that_somebody_else_stops_ends(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dipg_ui.store.work.HEARTBEAT_SECONDS", 0.02)

    def slow(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        store.ask_stop("run-1")
        for _ in range(500):
            yield Delta("…")
            time.sleep(0.01)
        yield from answer(number, settings)

    last = begin(store, Answers(slow))
    assert (last.state, last.done) == (RunState.STOPPED, 0)


def test_a_run_that_was_deleted_under_way_ends_with_the_reason(store: RunStore) -> None:
    def vanish(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        with store._database.write() as connection:
            connection.exec_driver_sql("DELETE FROM runs")
        yield from answer(number, settings)

    last = begin(store, Answers(vanish))
    assert (last.state, last.done) == (RunState.STOPPED, 0)
    assert "deleted" in last.detail


def test_progress_tells_counts_speed_and_the_time_that_is_left(store: RunStore) -> None:
    told: list[RunProgress] = []

    def steady(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        time.sleep(0.1)
        yield from answer(number, settings)

    begin(store, Answers(steady), Watcher(tell=told.append))
    assert (told[0].total, told[0].done, told[0].eta, told[0].tokens_per_second) == (4, 0, None, None)
    halfway = next(progress for progress in told if progress.done == 2)
    assert halfway.tokens_per_second is not None
    assert 0 < halfway.tokens_per_second <= 200, "20 tokens in a tenth of a second or, on a busy machine, more"
    assert halfway.elapsed is not None
    assert halfway.eta == pytest.approx(halfway.elapsed, rel=0.5), "two of four cases took as long as two will"
    assert (told[-1].state, told[-1].eta, told[-1].done) == (RunState.FINISHED, None, 4)


def test_loading_is_told_and_does_not_count_for_the_cases_to_come(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_TELL_SECONDS", 0.0)
    told: list[RunProgress] = []

    def loads(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        if number == "0":
            for _ in range(10):
                yield Waiting(1, "one ahead")
                time.sleep(0.05)
            yield Waiting(1, "one ahead")
        yield from answer(number, settings)

    begin(store, Answers(loads), Watcher(tell=told.append))
    assert any((progress.detail, progress.case_id) == ("one ahead", "case-0") for progress in told)
    first = next(progress for progress in told if progress.done == 1)
    assert first.elapsed is not None
    assert first.eta is not None
    assert first.elapsed > 0.45
    assert first.eta < 2 * first.elapsed, (
        "three cases without a queue before them; with one it were three times as long"
    )


def test_what_was_kept_is_what_the_watcher_hears_of(store: RunStore) -> None:
    kept: list[Completion | CaseFailure] = []
    begin(store, Answers(answer), Watcher(kept=kept.append))
    assert tuple(kept) == store.load("run-1").completions


def test_half_of_the_places_of_a_model_are_filled_at_once_and_nothing_is_asked_twice(store: RunStore) -> None:
    together = threading.Barrier(3)

    def waits_for_two_others(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        together.wait(5)
        yield from answer(number, settings)

    backend = Answers(waits_for_two_others, parallel=6)
    kept: list[Result] = []
    told: list[RunProgress] = []
    cases = tuple(a_case(id=f"case-{n}", question=f"Question {n}?") for n in range(9))
    watcher = Watcher(kept=kept.append, tell=told.append)
    last = work_off(store, backend, store.create(a_run_info(), cases), watcher)
    assert (last.state, last.done) == (RunState.FINISHED, 9)
    assert sorted(number for number, _ in backend.asked) == [str(n) for n in range(9)]
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    assert len(kept) == 9
    for completion in store.load("run-1").completions:
        assert f"{completion.case_id[-1]} with seed" in completion.text


def test_a_model_that_fails_in_one_lane_ends_the_others(store: RunStore) -> None:
    def one_lane_fails(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        if number == "1":
            raise ModelUnavailable("out of memory")
        for _ in range(2000):
            yield Delta("…")
            time.sleep(0.005)
        yield from answer(number, settings)

    begun = time.monotonic()
    last = begin(store, Answers(one_lane_fails, parallel=8))
    assert time.monotonic() - begun < 8, "the other lanes alone would take ten seconds and more"
    assert (last.state, last.done, last.detail) == (RunState.STOPPED, 0, "out of memory")


def test_a_fault_in_one_lane_ends_the_run_and_is_not_hidden(store: RunStore) -> None:
    def faulty(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
        if number == "2":
            raise RuntimeError("a fault of ours")
        yield from answer(number, settings)

    with pytest.raises(RuntimeError, match="a fault of ours"):
        begin(store, Answers(faulty, parallel=4))
    assert store.head("run-1").state is RunState.STOPPED
