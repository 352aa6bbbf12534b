"""A run that is killed again and again loses no case that it said was done, asks none twice, and ends whole."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

import pytest

from dipg_ui.records import completion_key
from dipg_ui.store import RunState, RunStore
from tests import killed_run
from tests.builders import a_case, a_run_info

KILLS, CASES, REPEATS = 50, 400, 2


def _work(url: str, lanes: int, said: Connection) -> None:
    """What the killed process does. A write to a pipe of a few bytes is whole or not there."""
    killed_run.work(url, "run-1", lanes, said.send)


@dataclass
class Killed:
    """What the processes said, all together."""

    said: list[tuple[str, int, str]] = field(default_factory=list)
    kills: int = 0


def kill_after(process: BaseProcess, hears: Connection, seconds: float, record: Killed) -> None:
    """Let the process work for so long since it claimed the run, kill it, and hear what it had said till then."""
    assert hears.recv() == "claimed"
    time.sleep(seconds)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    record.kills += process.exitcode == -signal.SIGKILL
    try:
        while True:
            heard = hears.recv()
            if heard != "ended":
                record.said.append(heard)
    except EOFError:
        return


@pytest.mark.slow
def test_fifty_kills_lose_no_case_and_repeat_none(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite3"
    url, random, record = f"sqlite:///{path}", Random(7), Killed()
    cases = tuple(a_case(id=f"case-{n}", question=f"Question {n}?") for n in range(CASES))
    with closing(RunStore(url)) as store:
        store.create(a_run_info(repeats=REPEATS), cases).release(RunState.STOPPED)
    forks = get_context("forkserver")
    forks.set_forkserver_preload(["tests.killed_run"])
    for number in range(KILLS):
        hears, says = forks.Pipe(duplex=False)
        process = forks.Process(target=_work, args=(url, 1 + 2 * (number % 2), says))
        process.start()
        says.close()
        kill_after(process, hears, random.uniform(0.0, 0.15), record)
        hears.close()
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            stored = set(
                connection.execute(
                    "SELECT run_cases.position, repeat, completions.key FROM completions "
                    "JOIN run_cases USING (run_id, position)"
                )
            )
        assert {(int(case.removeprefix("case-")), repeat, key) for case, repeat, key in record.said} <= stored
    assert record.kills >= KILLS - 5, "too many runs ended before they were killed"
    with closing(RunStore(url)) as store:
        assert store.head("run-1").state is RunState.INTERRUPTED
        left = store.head("run-1").left
        assert 0 < left < CASES * REPEATS
        rest: list[tuple[str, int, str]] = []
        killed_run.work(url, "run-1", 3, lambda heard: rest.append(heard) if isinstance(heard, tuple) else None)
        assert len(rest) == left
        run, head = store.load("run-1"), store.head("run-1")
        assert (head.state, head.done, head.failed, head.left) == (RunState.FINISHED, CASES * REPEATS, 0, 0)
        places = [(completion.case_id, completion.repeat) for completion in run.completions]
        assert len(set(places)) == len(places) == CASES * REPEATS
        keys = {completion_key(completion) for completion in run.completions}
        assert {key for *_, key in (*record.said, *rest)} <= keys
        for completion in run.completions:
            number = completion.case_id.removeprefix("case-")
            assert f"case {number}, seed {completion.repeat}<" in completion.text
        assert len(store.scored("run-1").rows) == CASES * REPEATS
