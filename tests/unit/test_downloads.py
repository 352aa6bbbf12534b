"""A stored run as a file to save."""

import io
import json
import re
from dataclasses import replace

import pandas as pd
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dipg_ui.downloads import add_downloads
from dipg_ui.records import GenerationSettings, Run, RunInfo
from dipg_ui.store import RunOrigin, temporary_store
from tests.unit.views.builders import MODEL, a_case, a_completion

INFO = RunInfo("r1", "Run", "2026-01-02T03:04:05+00:00", "t", "m", MODEL, GenerationSettings())


def a_client(info: RunInfo) -> tuple[TestClient, str]:
    app, store = FastAPI(), temporary_store()
    run = Run(info, (a_completion("<answer>54 Gy</answer>"),), (), (a_case(),))
    stored = store.add_run(run, RunOrigin.IMPORTED)
    add_downloads(app, store)
    return TestClient(app), stored


@pytest.fixture
def client() -> TestClient:
    return a_client(INFO)[0]


def test_a_run_is_saved_in_each_form(client: TestClient) -> None:
    lines = client.get("/dipg/run-file", params={"run": "r1", "form": "jsonl"})
    assert json.loads(lines.text.splitlines()[0])["id"] == "r1"
    table = client.get("/dipg/run-file", params={"run": "r1", "form": "csv"})
    assert list(pd.read_csv(io.BytesIO(table.content))["completion"]) == ["<answer>54 Gy</answer>"]
    parquet = client.get("/dipg/run-file", params={"run": "r1", "form": "parquet"})
    assert len(pd.read_parquet(io.BytesIO(parquet.content))) == 1
    assert parquet.headers["content-disposition"] == 'attachment; filename="r1.parquet"'


def test_a_run_is_saved_as_a_report_and_for_other_tools(client: TestClient) -> None:
    report = client.get("/dipg/run-file", params={"run": "r1", "form": "html"})
    assert report.headers["content-disposition"] == 'attachment; filename="r1.html"'
    assert "54 Gy" in report.text
    log = client.get("/dipg/run-file", params={"run": "r1", "form": "inspect"})
    assert re.fullmatch(
        r'attachment; filename="2026-01-02T03-04-05\+00-00_dipg-safety_[0-9a-f]{22}.json"',
        log.headers["content-disposition"],
    )
    assert log.json()["samples"][0]["output"]["completion"] == "<answer>54 Gy</answer>"
    samples = client.get("/dipg/run-file", params={"run": "r1", "form": "lm-eval"})
    assert json.loads(samples.text)["filtered_resps"] == ["<answer>54 Gy</answer>"]


def test_a_hostile_id_cannot_write_headers_or_paths() -> None:
    client, stored = a_client(replace(INFO, id='../"x"; name=y ü'))
    answer = client.get("/dipg/run-file", params={"run": stored, "form": "csv"})
    assert re.fullmatch(r'attachment; filename="[\w-][\w.-]*\.csv"', answer.headers["content-disposition"])


@pytest.mark.parametrize(("run", "form"), [("gone", "csv"), ("r1", "exe")])
def test_what_there_is_not_is_404(client: TestClient, run: str, form: str) -> None:
    assert client.get("/dipg/run-file", params={"run": run, "form": form}).status_code == 404
