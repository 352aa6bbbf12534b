"""The HTTP side: security headers, bounds on what is sent to us, health, static files, and a server that stops well.

Middlewares are plain ASGI: Starlette's `BaseHTTPMiddleware` would hide from a streaming handler that its reader left.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.util import find_spec
from types import FrameType

import uvicorn
from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dipg_ui.card_routes import add_card_routes
from dipg_ui.chart_library import add_chart_library
from dipg_ui.compare_routes import add_compare_routes
from dipg_ui.downloads import add_downloads
from dipg_ui.gate import Gate
from dipg_ui.generation.base import ModelStatus
from dipg_ui.hub_login import add_hub_login
from dipg_ui.logins import USER, Logins
from dipg_ui.openenv.routes import openenv_app
from dipg_ui.openenv.wire import MAX_MESSAGE_BYTES
from dipg_ui.programs import Programs
from dipg_ui.review_routes import add_review_routes
from dipg_ui.services import Services, offers_hub_login
from dipg_ui.settings import ASSETS, VERSION

STYLESHEET = "dipg/dashboard.css"
# Scripts and styles are written in parts and served whole: one request each, in this order.
_SCRIPTS = {
    "explore": ("parts", "masthead", "keysheet", "source", "trace", "verdict", "sets", "cases", "controls", "explore"),
    "evaluate": ("parts", "masthead", "plots", "charts", "scoring", "table", "rows", "sets", "runform", "evaluate"),
    "compare": ("parts", "masthead", "plots", "charts", "scoring", "table", "rows", "compare"),
    "review": (
        *("parts", "masthead", "keysheet", "scoring", "outbox", "drafts", "queue", "messages"),
        *("judge", "reveal", "desk", "setup", "shortcuts", "agreement", "review"),
    ),
    "method": ("parts", "masthead", "method"),
}
_STYLE_PARTS = (
    *("dashboard", "frame", "ask", "verdict", "source", "trace", "sheets", "explore"),
    *("masthead", "pages", "table", "evaluate", "sets", "compare"),
    *("review", "judge", "reveal", "agreement", "method"),
)
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_BODY_BYTES = 8 * 1024 * 1024
_UPLOAD_PATH = "/gradio_api/upload"
_MULTIPART_OVERHEAD = 64 * 1024
_GRACE_SECONDS = 2


class PortTaken(Exception):
    """The address cannot be listened on; the text says what to do."""


def content_security_policy(frame_ancestors: str) -> str:
    """Everything from our own server. Gradio evaluates component templates, hence 'unsafe-eval', and writes its
    configuration as an inline script; texts of models and users reach the page as data and never as markup."""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {frame_ancestors}",
        )
    )


class SecurityHeaders:
    """Adds the security headers to every response, and keeps browsers from using stale page scripts."""

    def __init__(self, app: ASGIApp, frame_ancestors: str) -> None:
        self._app = app
        self._policy = content_security_policy(frame_ancestors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", self._policy)  # a card brings a stricter one
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "no-referrer"
                headers["permissions-policy"] = "camera=(), microphone=(), geolocation=()"
                headers["cross-origin-opener-policy"] = "same-origin"
                if scope["path"].startswith("/dipg/"):
                    headers["cache-control"] = "no-cache"
            await send(message)

        await self._app(scope, receive, send_with_headers)


class BodyTooLarge(Exception):
    pass


class BodyLimit:
    """Answers 413 to a request whose body is over the bound of its path, before it is read into memory."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        upload = scope["path"].rstrip("/").endswith(_UPLOAD_PATH)
        limit = MAX_UPLOAD_BYTES + _MULTIPART_OVERHEAD if upload else MAX_BODY_BYTES
        refusal = JSONResponse({"detail": f"The request is larger than {limit // 2**20} MB."}, status_code=413)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            await refusal(scope, receive, send)
            return
        received = 0
        started = False

        async def count(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise BodyTooLarge
            return message

        try:
            await self._app(scope, receive_bounded, count)
        except BodyTooLarge:
            if not started:
                await refusal(scope, receive, send)


def _health(statuses: Iterable[tuple[str, ModelStatus]]) -> dict[str, object]:
    models = {name: {"state": status.state.value, "detail": status.detail} for name, status in statuses}
    return {"status": "ok", "version": VERSION, "models": models}


def _joined(parts: Iterable[str], suffix: str) -> str:
    return "\n".join((ASSETS / "theme" / f"{part}{suffix}").read_text(encoding="utf-8") for part in parts)


def _script(parts: Iterable[str]) -> Response:
    return Response(_joined(parts, ".js"), media_type="text/javascript")


def _add_health(app: FastAPI, services: Services) -> None:
    @app.get("/healthz")
    def health(request: Request) -> dict[str, object]:
        if app.state.logins and request.scope.get(USER) is None:
            return _health(())
        return _health((name, backend.status()) for name, backend in services.backends.items())


def _add_theme(app: FastAPI) -> None:
    for page, script_parts in _SCRIPTS.items():
        app.add_api_route(f"/dipg/{page}.js", partial(_script, script_parts))

    @app.get(f"/{STYLESHEET}")
    def style() -> Response:
        return Response(_joined(_STYLE_PARTS, ".css"), media_type="text/css")

    app.mount("/dipg/fonts", StaticFiles(directory=ASSETS / "fonts"))


def build_app(services: Services) -> FastAPI:
    """The app without its pages: health, static files and middlewares. Background work starts when it serves."""

    tools: list[Callable[[], AbstractAsyncContextManager[None]]] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        services.start()
        async with AsyncExitStack() as entered:
            for serve in tools:
                await entered.enter_async_context(serve())
            yield

    app = FastAPI(title="DIPG Safety Dashboard", version=VERSION, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.openapi_url = None

    app.state.logins = Logins(services.settings.accounts) if services.settings.accounts else None
    app.state.hub_login = offers_hub_login(services.settings)
    _add_health(app, services)
    _add_theme(app)
    add_chart_library(app)
    add_downloads(app, services.store)
    add_compare_routes(app, services)
    add_review_routes(app, services)
    add_card_routes(app, services, VERSION)
    if services.settings.mcp and find_spec("mcp") is not None:
        from dipg_ui.mcp_tools import add_tools  # late: the package is an extra

        tools.append(add_tools(app, Programs(services), MAX_BODY_BYTES))
    app.mount("/env", openenv_app(dict(services.cases), VERSION))
    if app.state.logins:
        app.add_middleware(Gate, logins=app.state.logins)
    if app.state.hub_login:
        add_hub_login(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, frame_ancestors=services.settings.frame_ancestors)
    return app


def claim_port(host: str, port: int) -> socket.socket:
    """A socket bound to the address, so that nobody can take it before we listen. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    claimed = socket.socket(family, socket.SOCK_STREAM)
    claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        claimed.bind((host, port))
    except OSError as error:
        claimed.close()
        raise PortTaken(
            f"Cannot serve on {host}:{port}: {error.strerror}. "
            "Stop what is running there, or choose another port with DIPG_PORT."
        ) from error
    return claimed


class StoppingServer(uvicorn.Server):
    """A server whose long-lived streams learn at once that it stops: `on_stop` is called at the first signal."""

    def __init__(self, config: uvicorn.Config, on_stop: Callable[[], object]) -> None:
        super().__init__(config)
        self._on_stop = on_stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._on_stop()
        super().handle_exit(sig, frame)


def make_server(app: FastAPI, on_stop: Callable[[], object]) -> StoppingServer:
    config = uvicorn.Config(
        app,
        log_level="warning",
        timeout_graceful_shutdown=_GRACE_SECONDS,
        server_header=False,
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_max_queue=2,  # messages that wait for their answer are held in memory
    )
    return StoppingServer(config, on_stop)
