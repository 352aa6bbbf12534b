"""The WebSocket of the real app: what uvicorn does for us, beyond what the routes see."""

from __future__ import annotations

import json
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from dipg_ui.openenv.wire import MAX_MESSAGE_BYTES
from tests.browser.stage import ROOT, App, start_app

STOP_SECONDS = 30


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    started = start_app(ROOT, tmp_path_factory.mktemp("data"), preload="0")
    yield started
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


def test_the_server_stops_with_a_connection_open(tmp_path: Path) -> None:
    served = start_app(ROOT, tmp_path, preload="0")
    try:
        with connect(address(served), open_timeout=30) as socket:
            socket.send('{"type": "reset"}')
            socket.recv(timeout=30)
            served.process.send_signal(signal.SIGTERM)
            served.process.wait(STOP_SECONDS)
            with pytest.raises(ConnectionClosed):
                socket.recv(timeout=30)
    finally:
        served.process.kill()


def test_where_a_login_is_asked_for_nothing_is_to_be_had_without_one(tmp_path: Path) -> None:
    shut = start_app(ROOT, tmp_path, preload="0", login="Dr Ada:correct horse")
    try:
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{shut.url}/env/eval/tasks", timeout=30)
        with pytest.raises(InvalidStatus, match="403"), connect(address(shut), open_timeout=30):
            pass
    finally:
        shut.stop()
