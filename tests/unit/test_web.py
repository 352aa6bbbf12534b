import re
import socket
import tomllib
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from dipg_ui.settings import VERSION
from dipg_ui.web import (
    MAX_BODY_BYTES,
    MAX_UPLOAD_BYTES,
    BodyLimit,
    PortTaken,
    SecurityHeaders,
    claim_port,
    content_security_policy,
)


def an_app() -> FastAPI:
    app = FastAPI()

    @app.post("/echo")
    @app.post("/gradio_api/upload")
    async def echo(request: Request) -> int:
        return len(await request.body())

    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, frame_ancestors="'self' https://example.org")
    return app


def test_every_response_carries_the_security_headers_even_an_error() -> None:
    for response in (TestClient(an_app()).post("/echo", content=b"1"), TestClient(an_app()).get("/nothing-here")):
        assert "default-src 'self'" in response.headers["content-security-policy"]
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"


def test_who_may_embed_the_page_comes_from_the_settings() -> None:
    policy = TestClient(an_app()).get("/nothing-here").headers["content-security-policy"]
    assert "frame-ancestors 'self' https://example.org" in policy


def test_the_policy_names_no_other_host() -> None:
    assert not re.search(r"https?:|\*", content_security_policy("'self'"))


def test_a_body_of_exactly_the_bound_passes_and_one_byte_more_is_refused() -> None:
    client = TestClient(an_app())
    assert client.post("/echo", content=b"x" * MAX_BODY_BYTES).json() == MAX_BODY_BYTES
    assert client.post("/echo", content=b"x" * (MAX_BODY_BYTES + 1)).status_code == 413


def test_a_body_without_a_declared_length_is_bounded_too() -> None:
    chunks = (b"x" * 2**20 for _ in range(MAX_BODY_BYTES // 2**20 + 1))
    assert TestClient(an_app()).post("/echo", content=chunks).status_code == 413


def test_a_length_that_is_no_number_is_refused() -> None:
    assert TestClient(an_app()).post("/echo", content=b"x", headers={"content-length": "-1"}).status_code == 413


def test_an_upload_may_be_larger_than_another_body() -> None:
    assert TestClient(an_app()).post("/gradio_api/upload", content=b"x" * (MAX_BODY_BYTES + 1)).status_code == 200
    assert (
        TestClient(an_app())
        .post("/gradio_api/upload", content=b"", headers={"content-length": str(MAX_UPLOAD_BYTES * 2)})
        .status_code
        == 413
    )


def test_a_taken_port_is_told_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"127\.0\.0\.1:{port}.*DIPG_PORT"):
            claim_port("127.0.0.1", port)


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION
