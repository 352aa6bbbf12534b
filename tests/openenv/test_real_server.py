"""Our app against the server of openenv-dipg-safety as it ships, on a data set file of its own form."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from dipg_ui.openenv_cases import fetch_cases
from dipg_ui.store import load_run
from evaluator.cases import load_cases
from tests.browser.endpoint import MODEL, Endpoint
from tests.browser.stage import ROOT, free_port
from tests.builders import a_trace
from tests.openenv.environments import environment

START_SECONDS = 90
CASES = load_cases(ROOT / "assets" / "cases" / "dipg.jsonl").cases[:12]


def write_data_set(path: Path) -> Path:
    """The cases as med-safety-gym writes its data sets: a conversation, its gold a tagged trace."""
    with path.open("w", encoding="utf-8") as file:
        for case in CASES:
            asked = f"<context>\n{case.context}\n</context>\n<question>\n{case.question}\n</question>"
            gold = f"<think>Look.</think><proof>{''.join(case.quotes[:1])}</proof><answer>{case.expected}</answer>"
            messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": gold}]
            file.write(json.dumps({"messages": messages}) + "\n")
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    scratch, port = tmp_path_factory.mktemp("gym"), free_port()
    env = {**environment("0.3", scratch), "DIPG_DATASET_PATH": str(write_data_set(scratch / "data.jsonl"))}
    log = scratch / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "med_safety_gym.app:app", "--port", str(port)],
            env=env,
            cwd=scratch,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/health", process, log)
        yield f"openenv:http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")


def test_its_tasks_become_our_cases_with_nothing_lost(server: str) -> None:
    file = fetch_cases(server)
    assert file.problems == ()
    assert [case.id for case in file.cases] == [str(n) for n in range(len(CASES))]
    for got, sent in zip(file.cases, CASES, strict=True):
        assert got.context == sent.context.strip()
        assert (got.question, got.expected) == (sent.question, sent.expected)
        assert got.behaviour is sent.behaviour


def test_a_run_from_the_command_line_takes_its_cases_from_it(server: str, tmp_path: Path) -> None:
    endpoint, out = Endpoint(), tmp_path / "run.jsonl"
    endpoint.say(a_trace())
    env = {**os.environ, "DIPG_DATA_DIR": str(tmp_path / "data"), "DIPG_SERVER_URL": endpoint.url, "DIPG_DEVICE": "cpu"}
    asked = ["run", "--cases", server, "--n", "2", "--model", "server", "--out", str(out)]
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "dipg_ui", *asked], env=env, cwd=ROOT, capture_output=True, text=True, timeout=120
        )
    finally:
        endpoint.close()
    assert ended.returncode == 0, ended.stderr[-2000:]
    run = load_run(out).run
    assert run.info.case_set == server.removeprefix("openenv:http://")
    assert [(each.case_id, each.model.name) for each in run.completions] == [("0", MODEL), ("1", MODEL)]
    assert [case.question for case in run.cases] == [case.question for case in CASES[:2]]


def test_a_server_that_is_down_is_told_and_nothing_is_run(tmp_path: Path) -> None:
    env = {**os.environ, "DIPG_DATA_DIR": str(tmp_path), "DIPG_DEVICE": "cpu", "DIPG_SERVER_URL": "http://127.0.0.1:9"}
    asked = ["run", "--cases", "openenv:http://127.0.0.1:9", "--model", "server"]
    ended = subprocess.run(
        [sys.executable, "-m", "dipg_ui", *asked], env=env, cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 2
    assert "Nothing answers at 127.0.0.1:9" in ended.stderr
    assert "Traceback" not in ended.stderr
