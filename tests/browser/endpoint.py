"""A small OpenAI-compatible server under the control of a test: it says what it is told, and can hold its breath."""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from playwright.sync_api import Page

MODEL = "scripted"
_USUAL_ADDRESS = "127.0.0.1:18765"


class Endpoint:
    """`say` sets the answer to the next requests. With `hold_after`, the answer stops after that many characters
    until `release`, or for good with `breaks`; the first `free` answers do not. `left` is set as soon as a client of a
    held answer has gone."""

    def __init__(self) -> None:
        self._text = ""
        self._hold_after: int | None = None
        self._breaks = False
        self._free = itertools.count(0, -1)
        self._released = threading.Event()
        self.left = threading.Event()
        self.asked = threading.Event()
        handler = type("Handler", (_Handler,), {"endpoint": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def say(self, text: str, hold_after: int | None = None, *, breaks: bool = False, free: int = 0) -> None:
        self._text, self._hold_after, self._breaks = text, hold_after, breaks
        self._free = itertools.count(free, -1)
        self._released.clear()
        self.left.clear()
        self.asked.clear()

    def release(self) -> None:
        self._released.set()

    def close(self) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()

    def pieces(self) -> list[str | None]:
        """The answer in pieces of a few characters; None where it holds."""
        hold = self._hold_after is not None and next(self._free) <= 0
        held = self._hold_after if hold else len(self._text)
        before, after = self._text[:held], self._text[held:]
        pause: list[str | None] = [None] if hold else []
        return [*_cut(before), *pause, *_cut(after)]

    def wait(self, connection: socket.socket) -> bool:
        """Hold until released. False where the connection is to end: the client left, or the answer breaks here."""
        if self._breaks:
            return False
        connection.setblocking(False)
        try:
            while not self._released.is_set():
                try:
                    if connection.recv(1, socket.MSG_PEEK) == b"":
                        self.left.set()
                        return False
                except BlockingIOError:
                    time.sleep(0.01)
                except ConnectionError:
                    self.left.set()
                    return False
        finally:
            connection.setblocking(True)
        return True


def name_as_usual(page: Page) -> None:
    """Let the page show the same address whatever port was free, for a picture of it."""
    page.evaluate(
        """address => {
            const own = /127\\.0\\.0\\.1:\\d+/g, texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            for (let text = texts.nextNode(); text; text = texts.nextNode())
                if (text.data.search(own) >= 0) text.data = text.data.replace(own, address);
        }""",
        _USUAL_ADDRESS,
    )


def _cut(text: str, size: int = 6) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


class _Handler(BaseHTTPRequestHandler):
    endpoint: ClassVar[Endpoint]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps({"object": "list", "data": [{"id": MODEL, "object": "model"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.endpoint.asked.set()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            for piece in self.endpoint.pieces():
                if piece is None:
                    if not self.endpoint.wait(self.connection):
                        self.close_connection = True
                        return
                    continue
                self._event({"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
                time.sleep(0.004)
            self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            self.wfile.write(b"data: [DONE]\n\n")
        except (BrokenPipeError, ConnectionResetError):
            self.endpoint.left.set()
        self.close_connection = True

    def _event(self, row: object) -> None:
        self.wfile.write(f"data: {json.dumps(row)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        pass
