"""Real servers on free ports that answer as a test says, and what tests ask of them."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from dipg_ui.generation.base import Delta, Finished, ModelState, ModelStatus, Waiting
from dipg_ui.generation.server import Endpoint, ServerBackend
from dipg_ui.records import GenerationSettings, Message, Role

MODEL, KEY = "tiny", "secret-key"
ASK = (Message(Role.USER, "How much?"),)
Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Lists one model, then answers a chat request as the test says."""

    behaviour: Behaviour
    listing: Behaviour
    models: tuple[str, ...]
    asked: list[dict[str, object]]
    keys: list[str]
    dropped: threading.Event

    def do_GET(self) -> None:
        try:
            type(self).listing(self)
        except (BrokenPipeError, ConnectionResetError):
            type(self).dropped.set()

    def list_models(self) -> None:
        body = json.dumps({"data": [{"id": model} for model in type(self).models]}).encode()
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

    def begin(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Type": "text/event-stream", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def hold(self) -> None:
        """Say nothing until the client leaves, or a minute has passed."""
        self.connection.settimeout(60)
        try:
            left = self.connection.recv(1) == b""
        except TimeoutError:
            left = False
        except ConnectionError:
            left = True
        if left:
            type(self).dropped.set()

    def reset(self) -> None:
        """End the connection as a server does that was killed."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def event(self, row: object) -> None:
        self.wfile.write(b"data: " + json.dumps(row).encode() + b"\n\n")
        self.wfile.flush()

    def say(self, text: str, finish: str | None = None) -> None:
        self.event({"choices": [{"delta": {"content": text}, "finish_reason": finish}]})

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def a_server(
    behaviour: Behaviour,
    models: tuple[str, ...] = (MODEL,),
    *,
    listing: Behaviour = Handler.list_models,
    port: int = 0,
) -> Iterator[tuple[str, type[Handler]]]:
    """The server's URL and what was asked of it. `listing` answers the question for its models."""
    own = {
        "behaviour": staticmethod(behaviour),
        "listing": staticmethod(listing),
        "models": models,
        "asked": [],
        "keys": [],
        "dropped": threading.Event(),
    }
    handler = type("Scripted", (Handler,), own)
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", handler
    finally:
        server.shutdown()
        server.server_close()


def an_endpoint(url: str, **changes: object) -> Endpoint:
    """With time-outs long enough for a busy machine, and short rests."""
    usual = Endpoint(url, key=KEY, stall_seconds=20.0, first_seconds=20.0, connect_seconds=10.0, rest_seconds=0.05)
    return replace(usual, **changes)  # type: ignore[arg-type]


def text_of(backend: ServerBackend, settings: GenerationSettings | None = None) -> tuple[str, Finished]:
    events = [e for e in backend.stream(ASK, settings or GenerationSettings()) if not isinstance(e, Waiting)]
    assert isinstance(events[-1], Finished), events
    return "".join(e.text for e in events if isinstance(e, Delta)), events[-1]


def well(handler: Handler) -> None:
    handler.begin()
    handler.say("<answer>54")
    handler.say(" Gy", "stop")
    handler.event({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}})
    handler.wfile.write(b"data: [DONE]\n\n")


def settled(backend: ServerBackend) -> ModelStatus:
    """Its status once it has been asked what it serves."""
    backend.load()
    deadline = time.monotonic() + 20
    while backend.status().state is ModelState.LOADING and time.monotonic() < deadline:
        time.sleep(0.02)
    return backend.status()


def at(url: str) -> str:
    """The host and port of a URL."""
    return url.split("/")[2]


def a_closed_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
