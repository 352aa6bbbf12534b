"""Signing in with Hugging Face, on a Space alone. The routes are those that Gradio gives a `LoginButton`, attached to
the whole app and not to its pages alone: the Review page asks on a route beside them. Who never signs in is asked
nothing, and types a name."""

from __future__ import annotations

import importlib
import time
from importlib.util import find_spec

from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dipg_ui.judgements import HUB_MARK, reviewer_name
from dipg_ui.logins import USER
from dipg_ui.views.login import not_signed_in_html

_KEPT = "oauth_info"
# Of whichever HTTP client the sign-in finds installed.
_CLIENTS = ("httpx", "httpx2")


def add_hub_login(app: FastAPI) -> None:
    """`/login/huggingface`, `/login/callback` and `/logout`. Raises RuntimeError where this is no Space: there Gradio
    would sign anybody in under the name of whose token lies on the machine."""
    # Late: the packages are a Space's, and gradio is imported after the port is claimed.
    from authlib.integrations.base_client import OAuthError
    from gradio.oauth import attach_oauth
    from gradio.utils import get_space
    from joserfc.errors import JoseError

    if get_space() is None:
        raise RuntimeError("Signing in with Hugging Face works on a Space alone.")
    app.add_middleware(HubUser)
    attach_oauth(app)
    unreachable = [importlib.import_module(name).HTTPError for name in _CLIENTS if find_spec(name)]
    for failure in (OAuthError, JoseError, *unreachable):
        app.add_exception_handler(failure, _tell)


class HubUser:
    """Puts the name of who signed in into the scope under USER, and keeps nothing else of what the hub told: not the
    token, and no list of organisations, for which a cookie may be too small."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = scope.get("session")
        if session is None:
            return await self._app(scope, receive, send)

        async def send_less(message: Message) -> None:
            if message["type"] == "http.response.start" and (told := session.get(_KEPT)) and "access_token" in told:
                session[_KEPT] = _least(told)
            await send(message)

        user = _user(session.get(_KEPT))
        return await self._app(scope if user is None else {**scope, USER: user}, receive, send_less)


def _least(told: dict[str, object]) -> dict[str, object]:
    info = told.get("userinfo")
    name = info.get("preferred_username") if isinstance(info, dict) else None
    return {"userinfo": {"preferred_username": name}, "expires_at": told.get("expires_at")}


def _user(told: object) -> str | None:
    """Marked, so that nobody who types a name is taken for who signed in."""
    if not isinstance(told, dict) or not isinstance(info := told.get("userinfo"), dict):
        return None
    name, expires = info.get("preferred_username"), told.get("expires_at")
    if not isinstance(name, str) or not isinstance(expires, int | float) or expires < time.time():
        return None
    try:
        return reviewer_name(HUB_MARK + name)
    except ValueError:
        return None


async def _tell(_: Request, failure: Exception) -> HTMLResponse:
    declined = getattr(failure, "error", "") == "access_denied"
    why = "You declined." if declined else "Hugging Face did not say who you are. Try again in a minute."
    return HTMLResponse(not_signed_in_html(why), status_code=403 if declined else 502)
