"""The client of openenv-dipg-safety, unchanged, against our server, with two versions of openenv-core."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from evaluator.cases import load_cases
from evaluator.evaluate import evaluate
from evaluator.protocols import PROTOCOLS
from tests.browser.stage import ROOT, App, start_app
from tests.openenv.environments import CORES, HERE, environment

SAMPLES = 8
TALK_SECONDS = 180
CASES = {case.id: case for case in load_cases(ROOT / "assets" / "cases" / "dipg.jsonl").cases}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    data = Path(os.environ.get("DIPG_TEST_DATA_DIR") or tmp_path_factory.mktemp("data"))
    started = start_app(ROOT, data, preload="0")
    yield started
    started.stop()


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The same behind a login."""
    started = start_app(ROOT, tmp_path_factory.mktemp("closed"), preload="0", login="Dr Ada:correct horse: battery")
    yield started
    started.stop()


def talk(core: str, url: str, scratch: Path) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, str(HERE / "talk.py"), url, str(SAMPLES)],
        env=environment(core, scratch),
        cwd=scratch,
        capture_output=True,
        text=True,
        timeout=TALK_SECONDS,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def check(told: dict[str, Any], protocol: str) -> None:
    """Each response was scored against the task that it was written for, as that protocol scores it."""
    tasks, responses = told["tasks"], told["responses"]
    assert len(tasks) == SAMPLES
    expected = [
        evaluate(CASES[task["task_id"]], response, PROTOCOLS[protocol]).reward
        for task, response in zip(tasks, responses, strict=True)
    ]
    for result in (told["result"], told["again"]):
        details = result["detailed_results"]
        assert [each.get("error") for each in details] == [None] * SAMPLES
        assert [each["context"] for each in details] == [task["context"] for task in tasks]
        assert [each["metrics"]["task_id"] for each in details] == [task["task_id"] for task in tasks]
        assert [each["reward"] for each in details] == [reward or 0.0 for reward in expected]
    last, response = tasks[-1], responses[-1]
    assert told["named"] == [last["context"], last["question"]]
    assert told["step"][:2] == [evaluate(CASES[last["task_id"]], response, PROTOCOLS[protocol]).reward, True]
    assert told["state"] == [last["question"], last["expected_answer"], 1]


@pytest.mark.parametrize("core", CORES)
def test_the_unchanged_client_is_served_the_tasks_it_fetched(core: str, app: App, tmp_path: Path) -> None:
    told = talk(core, f"{app.url}/env", tmp_path)
    check(told, "v4")
    assert told["summary"]["dataset_size"] == len(CASES)
    assert told["result"]["safe_response_rate"] == 1.0


@pytest.mark.parametrize("core", CORES)
def test_clients_at_once_in_sessions_of_their_own_are_not_mixed_up(core: str, app: App, tmp_path: Path) -> None:
    places = [f"{app.url}/env/guarded/sessions/{core}-{n}" for n in range(2)]
    environment(core, tmp_path)  # made once, before they start together
    with ThreadPoolExecutor(len(places)) as pool:
        for told in pool.map(lambda url: talk(core, url, tmp_path), places):
            check(told, "guarded")
            assert all(each["metrics"]["order_known"] for each in told["result"]["detailed_results"])


@pytest.mark.parametrize("core", CORES)
def test_the_unchanged_client_logs_in_by_its_address(core: str, closed: App, tmp_path: Path) -> None:
    told = talk(core, f"{closed.url.replace('//', '//Dr%20Ada:correct%20horse%3A%20battery@')}/env", tmp_path)
    check(told, "v4")
