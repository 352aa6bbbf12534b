"""What the Compare page asks over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dipg_ui.compare_routes import add_compare_routes
from dipg_ui.services import Services
from dipg_ui.settings import Settings
from dipg_ui.store import RunOrigin
from tests.unit.pages.test_compare import a_run


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    services = Services(Settings(data_dir=tmp_path), {}, (), {})
    services.store.add_run(a_run("r1"), RunOrigin.IMPORTED)
    app = FastAPI()
    add_compare_routes(app, services)
    with TestClient(app) as client:
        yield client
    services.store.close()


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_another_threshold_is_answered_packed_where_that_is_taken(client: TestClient, encoding: str) -> None:
    asked = {"action": "compare", "run": "r1", "threshold": 91, "asked": 3}
    response = client.post("/dipg/compare", json=asked, headers={"accept-encoding": encoding})
    assert response.headers.get("content-encoding", "identity") == encoding
    assert (response.json()["view"]["threshold"], response.json()["asked"]) == (91, 3)
    assert response.headers["cache-control"] == "no-store"


def test_another_site_and_what_is_no_request_are_refused(client: TestClient) -> None:
    other = client.post("/dipg/compare", json={}, headers={"sec-fetch-site": "cross-site"})
    plain = client.post("/dipg/compare", content="{}", headers={"content-type": "text/plain"})
    assert (other.status_code, plain.status_code) == (403, 403)
    assert client.post("/dipg/compare", content="{", headers={"content-type": "application/json"}).status_code == 400
    assert client.post("/dipg/compare", json={"threshold": 12}).json()["notice"]["tone"] == "error"
