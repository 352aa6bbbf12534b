"""The chart library travels packed, and once."""

import gzip

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dipg_ui.chart_library import add_chart_library

PATH = "/dipg/plotly.min.js"


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    add_chart_library(app)
    return TestClient(app)


def test_a_browser_gets_it_packed_and_one_that_cannot_unpack_gets_it_whole(client: TestClient) -> None:
    whole = client.get(PATH, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in whole.headers
    with client.stream("GET", PATH, headers={"accept-encoding": "gzip"}) as response:
        packed = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert len(packed) < len(whole.content) / 2
    assert gzip.decompress(packed) == whole.content
    assert b"plotly" in whole.content[:200]


def test_a_browser_that_has_it_is_told_so(client: TestClient) -> None:
    tag = client.get(PATH).headers["etag"]
    again = client.get(PATH, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(PATH, headers={"if-none-match": '"another"'}).status_code == 200
