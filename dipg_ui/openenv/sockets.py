"""OpenEnv's WebSocket: one environment a connection, one answer a message."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from dipg_ui.allowance import Allowance
from dipg_ui.openenv.connections import Connection, Connections
from dipg_ui.openenv.desk import NoTask
from dipg_ui.openenv.room import Episodes
from dipg_ui.openenv.scoring import Json
from dipg_ui.openenv.wire import MAX_MESSAGE_BYTES, DIPGAction, ResetRequest, Told, read_form, read_json, told_problem
from evaluator.errors import EvaluatorError

IDLE_SECONDS = 12 * 3600.0
NO_SOCKETS = (
    "This is a WebSocket. Where a WebSocket client reads this, the server lacks the package for it: "
    "pip install -r requirements-openenv.txt"
)
_GOING_AWAY, _TRY_LATER = 1001, 1013

Think = Callable[[Callable[[], Told]], Awaitable[Told]]


def own_origin(connection: HTTPConnection) -> bool:
    """Whether no page of another site asks: a program names no origin, a page that of its own site."""
    origin = connection.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == connection.headers.get("host", "")
    return connection.headers.get("sec-fetch-site", "none") in {"none", "same-origin"}


class Talk:
    """One connection, from its handshake to its end."""

    def __init__(
        self,
        websocket: WebSocket,
        episodes: Episodes,
        address: str,
        allowance: Allowance,
        connections: Connections,
        think: Think,
    ) -> None:
        self._websocket, self._episodes, self._address = websocket, episodes, address
        self._allowance, self._connections, self._think = allowance, connections, think

    async def hold(self) -> None:
        """Answer until the other side closes, says nothing for hours, or has to make room."""
        if not own_origin(self._websocket):
            await self._websocket.close()
            return
        await self._websocket.accept()
        connection = self._connections.open(self._address)
        try:
            if connection is None:
                await self._send(_error("CAPACITY_REACHED", "All connections are in use; try again later."))
                await self._websocket.close(_TRY_LATER)
                return
            while (text := await self._next(connection)) is not None:
                connection.touch()
                answer = await self._answer(text)
                if answer is None:
                    break
                await self._send(answer)
                connection.touch()
            await self._close()
        except WebSocketDisconnect:
            return
        finally:
            if connection is not None:
                self._connections.close(connection)

    async def _next(self, connection: Connection) -> str | None:
        """The next message; None where the connection has to end."""
        received = asyncio.ensure_future(self._websocket.receive_text())
        ended = asyncio.ensure_future(connection.ended.wait())
        try:
            await asyncio.wait({received, ended}, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            return received.result() if received.done() else None
        except KeyError:  # bytes instead of text
            return ""
        finally:
            for each in (received, ended):
                each.cancel()
                with suppress(asyncio.CancelledError, WebSocketDisconnect, KeyError):
                    await each

    async def _answer(self, text: str) -> Json | None:
        """None where the message asks to close."""
        if len(text) > MAX_MESSAGE_BYTES:
            return _error("VALIDATION_ERROR", f"A message may have {MAX_MESSAGE_BYTES // 2**20} MB.")
        try:
            message = read_json(text) if text else {}
        except ValueError as error:
            return _error("INVALID_JSON", f"Invalid JSON: {error}"[:300])
        try:
            match message.get("type"):
                case "reset":
                    told = self._episodes.reset(read_form(ResetRequest, message.get("data", {})))
                case "step":
                    action = read_form(DIPGAction, message.get("data"))
                    told = await self._step(action)
                case "state":
                    return {"type": "state", "data": self._episodes.state().model_dump()}
                case "close":
                    return None
                case _:
                    return _error("UNKNOWN_TYPE", "The type of a message is reset, step, state or close.")
        except (NoTask, EvaluatorError) as error:
            return _error("EXECUTION_ERROR", str(error))
        except ValueError as error:
            return _error("VALIDATION_ERROR", told_problem(error))
        return {"type": "observation", "data": told.model_dump()}

    async def _step(self, action: DIPGAction) -> Told:
        while wait := self._allowance.spend(self._address, 1):
            await asyncio.sleep(wait)  # a client of this kind waits a minute for its answer, and takes no hint
        return await self._think(lambda: self._episodes.step(action))

    async def _send(self, answer: Json) -> None:
        await self._websocket.send_text(json.dumps(answer, ensure_ascii=False))

    async def _close(self) -> None:
        if self._websocket.client_state is WebSocketState.CONNECTED:
            await self._websocket.close(_GOING_AWAY)


def _error(code: str, message: str) -> Json:
    return {"type": "error", "data": {"message": message, "code": code}}
