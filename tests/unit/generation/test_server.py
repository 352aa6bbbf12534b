"""The server backend against real sockets that behave well and badly."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dipg_ui.generation.base import Delta, Finished, ModelState, StreamBroken, Waiting
from dipg_ui.generation.server import Endpoint, ServerBackend
from dipg_ui.records import FinishReason, GenerationSettings, Message, Role

ASK = (Message(Role.USER, "How much?"),)
Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Lists one model, then answers a chat request as the test says."""

    behaviour: Behaviour
    asked: list[dict[str, object]]
    keys: list[str]
    dropped: threading.Event

    def do_GET(self) -> None:
        body = json.dumps({"data": [{"id": "tiny"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        type(self).asked.append(json.loads(self.rfile.read(length)))
        type(self).keys.append(self.headers.get("Authorization", ""))
        try:
            type(self).behaviour(self)
        except (BrokenPipeError, ConnectionResetError):
            type(self).dropped.set()

    def begin(self, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()

    def event(self, row: object) -> None:
        self.wfile.write(b"data: " + json.dumps(row).encode() + b"\n\n")
        self.wfile.flush()

    def say(self, text: str, finish: str | None = None) -> None:
        self.event({"choices": [{"delta": {"content": text}, "finish_reason": finish}]})

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def a_server(behaviour: Behaviour) -> Iterator[tuple[str, type[Handler]]]:
    handler = type(
        "Scripted",
        (Handler,),
        {"behaviour": staticmethod(behaviour), "asked": [], "keys": [], "dropped": threading.Event()},
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", handler
    finally:
        server.shutdown()
        server.server_close()


def an_endpoint(url: str, **changes: float) -> Endpoint:
    return Endpoint(
        url,
        key="secret-key",
        stall_seconds=changes.get("stall_seconds", 5.0),
        first_seconds=changes.get("first_seconds", 5.0),
    )


def text_of(backend: ServerBackend, settings: GenerationSettings | None = None) -> tuple[str, Finished]:
    events = [e for e in backend.stream(ASK, settings or GenerationSettings()) if not isinstance(e, Waiting)]
    assert isinstance(events[-1], Finished)
    return "".join(e.text for e in events if isinstance(e, Delta)), events[-1]


def well(handler: Handler) -> None:
    handler.begin()
    handler.say("<answer>54")
    handler.say(" Gy", "stop")
    handler.event({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}})
    handler.wfile.write(b"data: [DONE]\n\n")


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
        assert handler.dropped.wait(3)
    assert text == "<answer>54 Gy</answer>"
    assert finished.reason is FinishReason.ANSWER_CLOSED


def test_closing_the_stream_drops_the_connection_of_a_silent_server() -> None:
    def silent(handler: Handler) -> None:
        handler.begin()
        handler.say("<think>")
        assert handler.connection.recv(1) == b""
        type(handler).dropped.set()

    with a_server(silent) as (url, handler):
        stream = ServerBackend(an_endpoint(url)).stream(ASK, GenerationSettings())
        assert any(isinstance(event, Delta) for event in stream_until_delta(stream))
        stream.close()
        assert handler.dropped.wait(2)


def stream_until_delta(stream: Iterator[object]) -> Iterator[object]:
    for event in stream:
        yield event
        if isinstance(event, Delta):
            return


def stalls(handler: Handler) -> None:
    handler.begin()
    handler.say("<think>half")
    time.sleep(3)


def resets(handler: Handler) -> None:
    handler.begin()
    handler.say("<think>half")
    handler.connection.close()


def speaks_nonsense(handler: Handler) -> None:
    handler.begin()
    handler.wfile.write(b"data: {not json\n\n")


def speaks_lists(handler: Handler) -> None:
    handler.begin()
    handler.event([1, 2])


def reports_a_fault(handler: Handler) -> None:
    handler.begin()
    handler.event({"error": {"message": "out of\nmemory"}})


def refuses(handler: Handler) -> None:
    handler.begin(503)
    handler.wfile.write(b'{"error": {"message": "too busy"}}')


def floods(handler: Handler) -> None:
    handler.begin()
    for _ in range(40):
        handler.wfile.write(b"data: " + b"x" * 100_000)


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (stalls, "silent for too long"),
        (resets, "ended the stream before the answer did"),
        (speaks_nonsense, "not JSON"),
        (speaks_lists, "not an object"),
        (reports_a_fault, "out of memory"),
        (refuses, "answered 503: too busy"),
        (floods, "too large"),
    ],
)
def test_a_misbehaving_server_is_a_failure_in_words(behaviour: Behaviour, said: str) -> None:
    with a_server(behaviour) as (url, _), pytest.raises(StreamBroken, match=said) as raised:
        list(ServerBackend(an_endpoint(url, stall_seconds=0.5)).stream(ASK, GenerationSettings()))
    assert "secret-key" not in str(raised.value)


def test_a_server_that_is_down_is_unavailable_with_the_reason() -> None:
    backend = ServerBackend(Endpoint("http://127.0.0.1:9/v1"))
    assert backend.status().state is ModelState.IDLE
    backend.load()
    deadline = time.monotonic() + 5
    while backend.status().state is ModelState.LOADING and time.monotonic() < deadline:
        time.sleep(0.02)
    assert backend.status().state is ModelState.UNAVAILABLE
    assert "127.0.0.1:9 cannot be reached" in backend.status().detail


def test_a_model_that_is_not_served_is_named() -> None:
    with a_server(well) as (url, _):
        backend = ServerBackend(Endpoint(url, model="gemma"))
        backend.load()
        deadline = time.monotonic() + 5
        while backend.status().state is ModelState.LOADING and time.monotonic() < deadline:
            time.sleep(0.02)
    assert "does not serve gemma; it lists tiny" in backend.status().detail


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/v1", "localhost:8000", ""])
def test_only_http_is_spoken(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        ServerBackend(Endpoint(url))
