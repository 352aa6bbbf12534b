"""The command line with case files of other people's making, and with data sets of the hub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dipg_ui.store import RunStore
from tests.browser.endpoint import Endpoint
from tests.builders import CONTEXT, a_trace
from tests.unit.hub import REPO, a_hub

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    made.say(a_trace())
    yield made
    made.close()


def run(tmp_path: Path, endpoint: Endpoint, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    unset = {"HF_HUB_OFFLINE", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"}
    environment = {
        **{name: value for name, value in os.environ.items() if name not in unset},
        "DIPG_DATA_DIR": str(tmp_path / "data"),
        "DIPG_SERVER_URL": endpoint.url,
        "DIPG_DEVICE": "cpu",
        "HF_HOME": str(tmp_path / "hub"),
        **env,
    }
    command = [sys.executable, "-m", "dipg_ui", "run", "--model", "server", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_a_file_with_other_columns_is_run_once_they_are_named(tmp_path: Path, endpoint: Endpoint) -> None:
    path = tmp_path / "theirs.csv"
    path.write_text(f'nr,passage,query\n7,"{CONTEXT}",Which dose?\n')
    refused = run(tmp_path, endpoint, "--cases", str(path))
    assert refused.returncode == 2
    assert "names its columns otherwise: nr, passage, query" in refused.stderr
    assert "--map context=passage,question=query" in refused.stderr
    wrong = run(tmp_path, endpoint, "--cases", str(path), "--map", "context=passage,question=nothing")
    assert (wrong.returncode, "has no column nothing" in wrong.stderr) == (2, True)
    done = run(tmp_path, endpoint, "--cases", str(path), "--map", "context=passage,question=query", "--map", "id=nr")
    assert (done.returncode, done.stderr) == (0, "")
    store = RunStore(f"sqlite:///{tmp_path / 'data' / 'runs.sqlite3'}")
    try:
        (head,) = store.heads()
        (case,) = store.load(head.info.id).cases
    finally:
        store.close()
    assert (case.id, case.context, case.question) == ("7", CONTEXT, "Which dose?")
    assert head.info.case_set == "theirs"


def test_a_data_set_of_the_hub_is_run_by_its_id_and_again_without_the_hub(tmp_path: Path, endpoint: Endpoint) -> None:
    row = {"messages": [{"role": "user", "content": f"<context>{CONTEXT}</context><question>Which dose?</question>"}]}
    with a_hub({"data/eval.jsonl": json.dumps(row).encode()}) as (url, _):
        options = ("--cases", f"hf:{REPO}")
        refused = run(tmp_path, endpoint, *options, HF_ENDPOINT=url)
        assert refused.returncode == 2
        assert "DIPG_ALLOW_DOWNLOAD=1" in refused.stderr
        done = run(tmp_path, endpoint, *options, HF_ENDPOINT=url, DIPG_ALLOW_DOWNLOAD="1")
        assert (done.returncode, done.stderr) == (0, "")
        assert f"{REPO}, 1 of 1 to ask" in done.stdout
    again = run(tmp_path, endpoint, *options)
    assert (again.returncode, again.stderr) == (0, "")
    assert "1 of 1 completed" in again.stdout
