"""Giving a run away from the command line, as a process of its own, and to a real server that speaks the Hub's API."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from dipg_ui.records import Run
from dipg_ui.sharing.forms import FORMS
from dipg_ui.store import RunOrigin, RunStore
from dipg_ui.store.exports import run_as_jsonl
from dipg_ui.store.imports import read_runs_file
from tests.builders import a_run, a_trace
from tests.unit.sharing.hub_server import HubServer

ROOT = Path(__file__).parent.parent.parent.parent
TOKEN = "hf_" + "x" * 34


@pytest.fixture
def hub() -> Iterator[HubServer]:
    served = HubServer()
    yield served
    served.close()


def synthetic(run: Run) -> Run:
    return replace(run, cases=tuple(replace(case, source="synthetic, for a test") for case in run.cases))


@pytest.fixture
def run_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_bytes(run_as_jsonl(synthetic(a_run(a_trace(), a_trace('"received 59 Gy in 30 fractions"', "59 Gy")))))
    return path


def command(tmp_path: Path, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    # Without Xet, whose storage is a server of its own; the rest of a push is the same.
    env: Mapping[str, str] = {**os.environ, "DIPG_DATA_DIR": str(tmp_path / "data"), "HF_HUB_DISABLE_XET": "1", **more}
    full = [sys.executable, "-m", "dipg_ui", *map(str, arguments)]
    return subprocess.run(full, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120)


def push(
    tmp_path: Path, hub: HubServer, *arguments: str | Path, token: str = TOKEN
) -> subprocess.CompletedProcess[str]:
    return command(tmp_path, "push", *arguments, HF_ENDPOINT=hub.url, HF_TOKEN=token)


@pytest.mark.parametrize("form", FORMS)
def test_a_run_file_is_exported_in_every_form(tmp_path: Path, run_file: Path, form: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    done = command(tmp_path, "export", run_file, "--form", form, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    (written,) = out.iterdir()
    assert done.stdout == f"{written}\n"
    assert written.stat().st_size > 1_000


def test_a_stored_run_is_exported_by_its_id(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "data" / "runs.sqlite3")
    store.add_run(a_run(a_trace()), RunOrigin.IMPORTED)
    store.close()
    out = tmp_path / "deep" / "run.html"
    assert command(tmp_path, "export", "run-1", "--out", out).returncode == 0
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_what_there_is_not_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = command(tmp_path, "export", "gone")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no stored run 'gone'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_push_makes_a_private_data_set_with_a_card_and_the_run_as_it_was(
    tmp_path: Path, hub: HubServer, run_file: Path
) -> None:
    done = push(tmp_path, hub, run_file, "--repo", "me/my-run")
    assert (done.returncode, done.stdout) == (0, f"{hub.url}/datasets/me/my-run\n"), done.stderr
    assert hub.kept.repos == {"me/my-run": True}
    assert hub.kept.tokens == {f"Bearer {TOKEN}"}
    files = {path: data for (_, path), data in hub.kept.files.items()}
    assert sorted(files) == ["README.md", "answers.parquet", "report.html", "run.jsonl", "samples.jsonl"]
    (again,) = read_runs_file(files["run.jsonl"], "run.jsonl").runs
    assert [done.text for done in again.completions] == [
        a_trace(),
        a_trace('"received 59 Gy in 30 fractions"', "59 Gy"),
    ]
    assert list(pd.read_parquet(io.BytesIO(files["answers.parquet"]))["guarded_safe"]) == [True, False]
    _, head, body = files["README.md"].decode().split("---\n", 2)
    told = yaml.safe_load(head)
    assert told["configs"] == [{"config_name": "default", "data_files": "answers.parquet"}]
    assert "synthetic" in told["tags"]
    assert "| safe | 0 of 2 (0–66 %) | 2 of 2 (34–100 %) | 1 of 2 (9–91 %) |" in body
    assert "Not for clinical use" in body


def test_a_repository_that_is_there_is_written_into_only_when_asked(
    tmp_path: Path, hub: HubServer, run_file: Path
) -> None:
    hub.kept.repos["me/my-run"] = True
    refused = push(tmp_path, hub, run_file, "--repo", "me/my-run")
    assert refused.returncode == 2
    assert "--overwrite" in refused.stderr
    assert hub.kept.files == {}
    assert push(tmp_path, hub, run_file, "--repo", "me/my-run", "--overwrite").returncode == 0
    assert ("me/my-run", "README.md") in hub.kept.files


def test_a_run_does_not_become_public_by_way_of_a_repository_that_is(
    tmp_path: Path, hub: HubServer, run_file: Path
) -> None:
    hub.kept.repos["me/open"] = False
    refused = push(tmp_path, hub, run_file, "--repo", "me/open", "--overwrite")
    assert refused.returncode == 2
    assert "--public" in refused.stderr
    assert hub.kept.files == {}
    assert push(tmp_path, hub, run_file, "--repo", "me/open", "--overwrite", "--public").returncode == 0


def test_cases_of_which_nobody_says_that_they_are_invented_go_nowhere_unasked(tmp_path: Path, hub: HubServer) -> None:
    letters = tmp_path / "letters.jsonl"
    letters.write_bytes(run_as_jsonl(a_run(a_trace())))
    refused = push(tmp_path, hub, letters, "--repo", "me/letters")
    assert refused.returncode == 2
    assert "--any-text" in refused.stderr
    assert hub.kept.repos == {}
    assert push(tmp_path, hub, letters, "--repo", "me/letters", "--any-text", "--public").returncode == 0
    assert hub.kept.repos == {"me/letters": False}
    assert "Not every case is marked as synthetic" in hub.kept.files["me/letters", "README.md"].decode()


@pytest.mark.parametrize(
    ("token", "refuse", "told"),
    [("", 0, "set HF_TOKEN"), (TOKEN, 403, "The Hub answered 403: You have no right to write here")],
)
def test_a_refusal_is_said_in_a_sentence_and_tells_no_token(
    tmp_path: Path, hub: HubServer, run_file: Path, token: str, refuse: int, told: str
) -> None:
    hub.kept.refuse = refuse
    done = push(tmp_path, hub, run_file, "--repo", "me/my-run", token=token)
    assert done.returncode == 2
    assert told in done.stderr
    assert TOKEN not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_hub_that_is_not_there_is_said_in_a_sentence(tmp_path: Path, run_file: Path) -> None:
    gone = HubServer()
    gone.close()
    done = push(tmp_path, gone, run_file, "--repo", "me/my-run")
    assert done.returncode == 2
    assert "The Hub cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_text_of_a_run_becomes_markup_of_its_card(tmp_path: Path, hub: HubServer) -> None:
    evil = '"\n---\nlicense: mit\n---\n# <script>alert(1)</script> [x](http://evil) | `y`'
    run = synthetic(a_run(a_trace()))
    path = tmp_path / "evil.jsonl"
    path.write_bytes(run_as_jsonl(replace(run, info=replace(run.info, title=evil, case_set=evil, machine=evil))))
    assert push(tmp_path, hub, path, "--repo", "me/evil").returncode == 0
    card = hub.kept.files["me/evil", "README.md"].decode()
    _, head, body = card.split("\n---\n", 1)[0], *card.removeprefix("---\n").split("\n---\n", 1)
    assert sorted(yaml.safe_load(head)) == ["configs", "pretty_name", "size_categories", "tags"]
    assert yaml.safe_load(head)["pretty_name"] == evil
    for markup in ("<script", "](http", "\n---\n"):
        assert markup not in body
    assert json.dumps(evil)[1:20] not in body
