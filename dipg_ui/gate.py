"""Nothing of the server answers without a login, where it has one, but what the login itself needs."""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dipg_ui.basic_login import CHALLENGE, BasicLogin, WrongCredentials, asks_as_a_program
from dipg_ui.logins import USER, Logins, TooManyFailures
from dipg_ui.views.login import login_html

# What the login page is drawn with, and what says that the server lives. No data.
_OPEN = re.compile(r"/healthz|/favicon\.ico|/dipg/dashboard\.css|/dipg/fonts/[^/]+")
_LOGIN = "/login"
_SAFE = frozenset({"GET", "HEAD"})


class Gate:
    """Puts the name of who asks into the scope under USER, or refuses. Also refuses what another site has a browser
    send, and an address that has failed to log in too often."""

    def __init__(self, app: ASGIApp, logins: Logins) -> None:
        self._app = app
        self._logins = logins
        self._basic = BasicLogin(logins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        asking = HTTPConnection(scope)
        if scope["type"] != "http":
            return await self._open_socket(asking, scope, receive, send)
        path, method = scope["path"], scope["method"]
        if method not in _SAFE and asking.headers.get("sec-fetch-site", "same-origin") == "cross-site":
            return await _told("Another site may not ask here.", 403)(scope, receive, send)
        if path.rstrip("/") == _LOGIN and method == "POST":
            return await self._log_in(asking, scope, receive, send)
        try:
            user = await self._user_of(asking)
        except TooManyFailures as error:
            return await _wait(error)(scope, receive, send)
        except WrongCredentials:
            return await _wrong(asking)(scope, receive, send)
        if user is None and not (method in _SAFE and _OPEN.fullmatch(path)):
            return await _refusal(scope, asking)(scope, receive, send)
        return await self._app({**scope, USER: user}, receive, send)

    async def _user_of(self, asking: HTTPConnection) -> str | None:
        return self._logins.user_of(asking.cookies) or await self._basic.user_of(asking)

    async def _open_socket(self, asking: HTTPConnection, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            user = await self._user_of(asking)
        except (TooManyFailures, WrongCredentials):
            user = None
        if user is None:
            return await send({"type": "websocket.close", "code": 1008})
        return await self._app({**scope, USER: user}, receive, send)

    async def _log_in(self, asking: HTTPConnection, scope: Scope, receive: Receive, send: Send) -> None:
        address = asking.client.host if asking.client else ""
        try:
            self._logins.begin_attempt(address)
        except TooManyFailures as error:
            return await _wait(error)(scope, receive, send)

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                self._logins.end_well(address)
            await send(message)

        return await self._app(scope, receive, watch)


def _told(detail: str, status: int) -> Response:
    return JSONResponse({"detail": detail}, status_code=status, headers={"cache-control": "no-store"})


def _wait(error: TooManyFailures) -> Response:
    refused = _told(str(error), 429)
    refused.headers["retry-after"] = str(error.seconds)
    return refused


def _wrong(asking: HTTPConnection) -> Response:
    return _challenged("This name and this password do not belong together.", asking)


def _challenged(detail: str, asking: HTTPConnection) -> Response:
    refused = _told(detail, 401)
    if asks_as_a_program(asking):
        refused.headers["www-authenticate"] = CHALLENGE
    return refused


def _refusal(scope: Scope, asking: HTTPConnection) -> Response:
    """The login page for who opens a link, which is then drawn anew; JSON for a script."""
    if scope["method"] not in _SAFE or "text/html" not in asking.headers.get("accept", ""):
        return _challenged("Log in first.", asking)
    up = "../" * (scope["path"].count("/") - 1) or "./"
    return HTMLResponse(login_html(up), status_code=401, headers={"cache-control": "no-store"})
