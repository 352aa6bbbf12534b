"""Nothing of the server answers without a login, where it has one, but what the login itself needs."""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        asking = HTTPConnection(scope)
        user = self._logins.user_of(asking.cookies)
        if scope["type"] != "http":
            if user is None:
                return await send({"type": "websocket.close", "code": 1008})
            return await self._app({**scope, USER: user}, receive, send)
        path, method = scope["path"], scope["method"]
        if method not in _SAFE and asking.headers.get("sec-fetch-site", "same-origin") == "cross-site":
            return await _told("Another site may not ask here.", 403)(scope, receive, send)
        if path.rstrip("/") == _LOGIN and method == "POST":
            return await self._log_in(asking, scope, receive, send)
        if user is None and not (method in _SAFE and _OPEN.fullmatch(path)):
            return await _refusal(scope, asking)(scope, receive, send)
        return await self._app({**scope, USER: user}, receive, send)

    async def _log_in(self, asking: HTTPConnection, scope: Scope, receive: Receive, send: Send) -> None:
        address = asking.client.host if asking.client else ""
        try:
            self._logins.begin_attempt(address)
        except TooManyFailures as error:
            refused = _told(str(error), 429)
            refused.headers["retry-after"] = str(error.seconds)
            return await refused(scope, receive, send)

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                self._logins.end_well(address)
            await send(message)

        return await self._app(scope, receive, watch)


def _told(detail: str, status: int) -> Response:
    return JSONResponse({"detail": detail}, status_code=status, headers={"cache-control": "no-store"})


def _refusal(scope: Scope, asking: HTTPConnection) -> Response:
    """The login page for who opens a link, which is then drawn anew; JSON for a script."""
    if scope["method"] not in _SAFE or "text/html" not in asking.headers.get("accept", ""):
        return _told("Log in first.", 401)
    up = "../" * (scope["path"].count("/") - 1) or "./"
    return HTMLResponse(login_html(up), status_code=401, headers={"cache-control": "no-store"})
