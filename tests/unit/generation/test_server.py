"""The server backend against real sockets that behave well: streaming, counts, leaving, many at once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dipg_ui.generation.base import Delta, Finished, ModelState, Waiting
from dipg_ui.generation.server import Endpoint, ServerBackend
from dipg_ui.records import FinishReason, GenerationSettings
from tests.unit.generation.scripted import ASK, Handler, a_server, an_endpoint, at, settled, text_of, well


def test_a_stream_arrives_in_pieces_with_its_counts() -> None:
    with a_server(well) as (url, handler):
        text, finished = text_of(ServerBackend(an_endpoint(url)))
    assert text == "<answer>54 Gy"
    assert (finished.prompt_tokens, finished.completion_tokens) == (7, 3)
    assert finished.reason is FinishReason.END_OF_TEXT
    assert finished.seconds_to_first_token is not None
    assert handler.asked[0]["model"] == "tiny"
    assert handler.asked[0]["max_tokens"] == 512
    assert handler.keys == ["Bearer secret-key"]


def test_a_server_on_this_machine_is_not_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with a_server(well) as (url, _):
        assert text_of(ServerBackend(an_endpoint(url)))[0] == "<answer>54 Gy"


def test_generation_ends_when_the_answer_closes() -> None:
    def endless(handler: Handler) -> None:
        handler.begin()
        handler.say("<answer>54 Gy</answer>")
        while True:
            handler.say(" and more")
            time.sleep(0.02)

    with a_server(endless) as (url, handler):
        text, finished = text_of(ServerBackend(an_endpoint(url)))
        assert handler.dropped.wait(20)
    assert text == "<answer>54 Gy</answer>"
    assert finished.reason is FinishReason.ANSWER_CLOSED


def test_closing_the_stream_drops_the_connection_of_a_silent_server() -> None:
    def silent(handler: Handler) -> None:
        handler.begin()
        handler.say("<think>")
        handler.hold()

    with a_server(silent) as (url, handler):
        stream = ServerBackend(an_endpoint(url)).stream(ASK, GenerationSettings())
        assert any(isinstance(event, Delta) for event in stream)
        stream.close()
        assert handler.dropped.wait(20)


def test_a_server_that_is_down_is_unavailable_with_the_reason() -> None:
    backend = ServerBackend(Endpoint("http://127.0.0.1:9/v1"))
    assert backend.status().state is ModelState.IDLE
    status = settled(backend)
    assert status.state is ModelState.UNAVAILABLE
    assert "127.0.0.1:9 cannot be reached" in status.detail


def test_a_model_that_is_not_served_is_named() -> None:
    with a_server(well) as (url, _):
        status = settled(ServerBackend(Endpoint(url, model="gemma")))
    assert "does not serve gemma; it lists tiny" in status.detail


def test_a_model_is_found_by_its_name_without_its_tag() -> None:
    """Ollama lists gemma3:latest and takes gemma3."""
    with a_server(well, models=("other", "gemma3:latest")) as (url, handler):
        backend = ServerBackend(an_endpoint(url, model="gemma3"))
        assert settled(backend).state is ModelState.READY
        assert text_of(backend)[0] == "<answer>54 Gy"
    assert handler.asked[0]["model"] == "gemma3"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/v1", "localhost:8000", ""])
def test_only_http_is_spoken(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        ServerBackend(Endpoint(url))


def test_counts_that_are_no_counts_are_not_told() -> None:
    def boasts(handler: Handler) -> None:
        handler.begin()
        handler.say("54 Gy", "stop")
        handler.event({"usage": {"prompt_tokens": -7, "completion_tokens": True}})

    with a_server(boasts) as (url, _):
        _, finished = text_of(ServerBackend(an_endpoint(url)))
    assert (finished.prompt_tokens, finished.completion_tokens) == (None, None)


def test_an_older_server_that_knows_no_counts_is_asked_without_them() -> None:
    def older(handler: Handler) -> None:
        if "stream_options" in type(handler).asked[-1]:
            handler.begin(422, Content_Type="application/json")
            handler.wfile.write(b'{"detail": "Unexpected fields: stream_options"}')
        else:
            well(handler)

    with a_server(older) as (url, handler):
        backend = ServerBackend(an_endpoint(url))
        assert text_of(backend)[0] == text_of(backend)[0] == "<answer>54 Gy"
        assert ["stream_options" in row for row in handler.asked] == [True, False, False]


def test_no_more_requests_are_under_way_than_there_are_places() -> None:
    lock, under_way, most = threading.Lock(), [0], [0]

    def counted(handler: Handler) -> None:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.1)
        with lock:
            under_way[0] -= 1
        well(handler)

    with a_server(counted) as (url, handler):
        backend = ServerBackend(an_endpoint(url, parallel=3))
        with ThreadPoolExecutor(12) as pool:
            texts = list(pool.map(lambda _: text_of(backend)[0], range(12)))
    assert texts == ["<answer>54 Gy"] * 12
    assert len(handler.asked) == 12
    assert 2 <= most[0] <= 3


def test_those_who_wait_are_told_how_many_are_ahead_and_may_leave() -> None:
    release = threading.Event()

    def held(handler: Handler) -> None:
        assert release.wait(60)
        well(handler)

    with a_server(held) as (url, handler):
        backend = ServerBackend(an_endpoint(url, parallel=1))
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(text_of, backend)
            deadline = time.monotonic() + 20
            while not handler.asked and time.monotonic() < deadline:
                time.sleep(0.02)
            second, third = (backend.stream(ASK, GenerationSettings()) for _ in range(2))
            assert [next(each) for each in (second,)] == [Waiting(1, f"waiting for a place at {at(url)}")]
            third_waits = next(third)
            assert isinstance(third_waits, Waiting)
            second.close()
            release.set()
            assert first.result(30)[0] == "<answer>54 Gy"
            assert any(isinstance(event, Finished) for event in third)
        assert len(handler.asked) == 2
