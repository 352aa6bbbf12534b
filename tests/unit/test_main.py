"""The command line as a process of its own, with a real endpoint as the model."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from dipg_ui.records import Run
from dipg_ui.store import RunHead, RunState, RunStore, load_run
from tests.browser.endpoint import MODEL, Endpoint
from tests.builders import CONTEXT, a_trace

CASES = 40
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    made.say(a_trace())
    yield made
    made.close()


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    rows = [{"id": f"case-{n}", "context": CONTEXT, "question": f"Question {n}?"} for n in range(CASES)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def environment(tmp_path: Path, endpoint: Endpoint) -> Mapping[str, str]:
    return {
        **os.environ,
        "DIPG_DATA_DIR": str(tmp_path / "data"),
        "DIPG_SERVER_URL": endpoint.url,
        "DIPG_DEVICE": "cpu",
    }


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "dipg_ui", "run", *map(str, arguments)]


def run(tmp_path: Path, endpoint: Endpoint, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    env = environment(tmp_path, endpoint)
    return subprocess.run(command(*arguments), env=env, cwd=ROOT, capture_output=True, text=True, timeout=120)


def stored(tmp_path: Path) -> tuple[RunHead, Run]:
    store = RunStore(f"sqlite:///{tmp_path / 'data' / 'runs.sqlite3'}")
    try:
        (head,) = store.heads()
        return head, store.load(head.info.id)
    finally:
        store.close()


def test_a_set_is_run_into_the_store_and_a_file(tmp_path: Path, endpoint: Endpoint, cases: Path) -> None:
    out = tmp_path / "out" / "first.jsonl"
    options = ("--model", "server", "--n", "2", "--repeats", "2", "--seed", "3", "--title", "Mine", "--out", out)
    done = run(tmp_path, endpoint, "--cases", cases, *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert "   4 of 4  case-" in done.stdout
    assert f"4 of 4 completed, 4 well-formed traces; written to {out}" in done.stdout
    head, kept = stored(tmp_path)
    assert (head.state, head.done, head.info.title, head.info.case_set) == (RunState.FINISHED, 4, "Mine", "mine")
    assert f"Run {head.info.id}: Mine, 4 of 4 to ask" in done.stdout
    assert head.info.model.name == MODEL
    file = load_run(out)
    assert file.problems == ()
    assert file.run.info.id == "first"
    assert (file.run.completions, file.run.cases) == (kept.completions, kept.cases)
    assert [(c.case_id, c.repeat, c.settings.seed) for c in file.run.completions] == [
        ("case-0", 0, 3),
        ("case-0", 1, 4),
        ("case-1", 0, 3),
        ("case-1", 1, 4),
    ]


def test_a_killed_run_goes_on_from_what_is_stored(tmp_path: Path, endpoint: Endpoint, cases: Path) -> None:
    out = tmp_path / "run.jsonl"
    process = subprocess.Popen(
        command("--cases", cases, "--model", "server", "--out", out),
        env=environment(tmp_path, endpoint),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(3)]
    endpoint.say(a_trace(), hold_after=20)
    time.sleep(0.3)
    process.kill()
    process.communicate()
    head, _ = stored(tmp_path)
    assert f"2 of {CASES}  case-" in lines[2]
    assert head.state is RunState.INTERRUPTED
    assert 2 <= head.done < CASES
    assert len(load_run(out).run.completions) == head.done
    endpoint.release()
    endpoint.say(a_trace())
    done = run(tmp_path, endpoint, "--resume", head.info.id, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{CASES - head.done} of {CASES} to ask" in done.stdout
    assert done.stdout.count("well-formed\n") == CASES - head.done
    assert [c.case_id for c in stored(tmp_path)[1].completions] == [f"case-{n}" for n in range(CASES)]
    assert len(load_run(out).run.completions) == CASES


def test_a_signal_stops_a_run_after_which_it_can_be_gone_on_with(
    tmp_path: Path, endpoint: Endpoint, cases: Path
) -> None:
    endpoint.say(a_trace(), hold_after=20)
    env = environment(tmp_path, endpoint)
    arguments = command("--cases", cases, "--model", "server")
    process = subprocess.Popen(arguments, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert endpoint.asked.wait(60)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    head, _ = stored(tmp_path)
    assert (process.returncode, head.state, head.done) == (1, RunState.STOPPED, 0)
    assert f"--resume {head.info.id}" in out


def test_failed_cases_are_counted_and_tried_again_when_asked(tmp_path: Path, endpoint: Endpoint, cases: Path) -> None:
    endpoint.say(a_trace(), hold_after=5, breaks=True)
    done = run(tmp_path, endpoint, "--cases", cases, "--model", "server", "--n", "2")
    assert done.returncode == 1
    assert "case-0  failed (generate)" in done.stdout
    assert "--retry-failed" in done.stdout
    endpoint.say(a_trace())
    run_id = stored(tmp_path)[0].info.id
    assert "Every case of this run has ended" in run(tmp_path, endpoint, "--resume", run_id).stderr
    again = run(tmp_path, endpoint, "--resume", run_id, "--retry-failed")
    assert again.returncode == 0
    assert "2 of 2 completed" in again.stdout


def test_a_terminal_shows_a_bar_in_place_of_lines(tmp_path: Path, endpoint: Endpoint, cases: Path) -> None:
    terminal, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    arguments = command("--cases", cases, "--model", "server", "--n", "2")
    process = subprocess.Popen(arguments, env=environment(tmp_path, endpoint), cwd=ROOT, stdout=theirs)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # the end of a terminal
        while piece := os.read(terminal, 4096):
            shown += piece
    os.close(terminal)
    assert process.wait(60) == 0
    assert f"{MODEL} at 127.0.0.1".encode() in shown, "asked for its model before the run is given its name"
    assert b"2/2" in shown
    assert b"case-0" not in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--model", "none"), "no model 'none'; there are"),
        (("--cases", "nowhere.jsonl"), "nowhere.jsonl"),
        (("--resume", "none"), "no stored run 'none'"),
        (("--out", "/proc/none/run.jsonl"), "/proc/none"),
        (("--n", "0"), "must be a whole number of at least 1"),
    ],
)
def test_what_cannot_be_run_ends_with_status_2(
    tmp_path: Path, endpoint: Endpoint, arguments: tuple[str, ...], said: str
) -> None:
    done = run(tmp_path, endpoint, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
