"""The WebSocket of the real app: what uvicorn does for us, beyond what the routes see."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from dipg_ui.openenv.wire import MAX_MESSAGE_BYTES
from tests.browser.stage import ROOT, App, start_app

STOP_SECONDS = 10


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    started = start_app(ROOT, tmp_path, preload="0")
    yield started
    if started.process.poll() is None:
        started.stop()


def address(app: App) -> str:
    return f"{app.url.replace('http', 'ws', 1)}/env/ws"


def test_a_message_over_the_bound_ends_its_connection_and_nothing_else(app: App) -> None:
    with connect(address(app), open_timeout=30) as other, connect(address(app), open_timeout=30) as socket:
        socket.send(json.dumps({"type": "reset", "data": {"x": "x" * MAX_MESSAGE_BYTES}}))
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=30)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
        other.send('{"type": "reset"}')
        assert json.loads(other.recv(timeout=30))["type"] == "observation"


def test_a_client_that_never_reads_holds_up_nobody(app: App) -> None:
    with (
        connect(address(app), open_timeout=30, close_timeout=1) as greedy,
        connect(address(app), open_timeout=30) as other,
    ):
        for _ in range(300):  # some megabytes of answers
            greedy.send('{"type": "reset"}')
        other.send('{"type": "state"}')
        assert json.loads(other.recv(timeout=30))["type"] == "state"
        assert app.health()["status"] == "ok"


def test_the_server_stops_with_a_connection_open(app: App) -> None:
    with connect(address(app), open_timeout=30) as socket:
        socket.send('{"type": "reset"}')
        socket.recv(timeout=30)
        began = time.monotonic()
        app.stop()
        assert time.monotonic() - began < STOP_SECONDS
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=30)
