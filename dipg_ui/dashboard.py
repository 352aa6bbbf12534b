"""The dashboard as a function of its services. A page is a module of `pages` and a route of its own: the browser loads
it whole, and the links between pages are the masthead's, so Gradio's own navigation stays off."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Coroutine, Iterator, Mapping
from functools import partial

import gradio as gr
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from dipg_ui.endpoints import build_endpoints
from dipg_ui.logins import USER, Logins
from dipg_ui.pages.compare import build_compare_page
from dipg_ui.pages.evaluate import build_evaluate_page
from dipg_ui.pages.explore import build_explore_page
from dipg_ui.pages.method import build_method_page
from dipg_ui.pages.review import build_review_page
from dipg_ui.programs import Programs
from dipg_ui.services import Services
from dipg_ui.web import MAX_UPLOAD_BYTES, STYLESHEET

TITLE = "DIPG Safety Dashboard"
MAX_THREADS = 96
MAX_SESSIONS = 1_000
_HOUR = 3_600
# Beside Explore, which is at the root.
_PAGES: Mapping[str, Callable[[Services, gr.Blocks], None]] = {
    "Evaluate": build_evaluate_page,
    "Compare": build_compare_page,
    "Review": build_review_page,
    "Method": build_method_page,
}
_FONTS = ("system-ui", "sans-serif")
_HUB_LOGIN = '<meta name="dipg-hub-login" content="login/huggingface">'


def build_dashboard(services: Services) -> gr.Blocks:
    """Every page of the dashboard. Opens nothing and starts nothing."""
    # Uploads are removed as soon as they are read; `delete_cache` takes what a crash left behind.
    blocks = gr.Blocks(title=TITLE, fill_width=True, delete_cache=(_HOUR, _HOUR))
    with blocks:
        build_explore_page(services, blocks)
        build_endpoints(Programs(services))
    for title, build_page in _PAGES.items():
        with blocks.route(title, f"/{title.lower()}", show_in_navbar=False):
            build_page(services, blocks)
    blocks.max_threads = MAX_THREADS
    blocks.state_session_capacity = MAX_SESSIONS
    queued: gr.Blocks = blocks.queue(default_concurrency_limit=None, api_open=False)
    return queued


def mount_dashboard(app: FastAPI, blocks: gr.Blocks) -> FastAPI:
    """Serve the pages at the root of `app`; routes that `app` already has come first."""
    logins: Logins | None = app.state.logins
    head = f'<link rel="stylesheet" href="{STYLESHEET}">' + (_HUB_LOGIN if app.state.hub_login else "")
    with warnings.catch_warnings():
        # Said of any app with several pages, also where rendering on the server is off, as it is here.
        warnings.filterwarnings("ignore", "SSR mode is not supported", UserWarning)
        mounted: FastAPI = gr.mount_gradio_app(
            app,
            blocks,
            path="/",
            theme=gr.themes.Base(font=_FONTS, font_mono=("ui-monospace", "monospace")),
            head=head,
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            show_error=False,
            max_file_size=MAX_UPLOAD_BYTES,
            auth=None if logins is None else _checked(logins),
        )
    for pages in _gradio_apps(mounted):
        if logins is not None:
            logins.attach(partial(_user_of, pages))
            # By itself Gradio takes the names that its form gave a cookie to, and none that a program sends.
            pages.auth_dependency = lambda request: request.scope.get(USER)
        elif app.state.hub_login:
            pages.auth_dependency = lambda request: request.scope.get(USER, "")  # None would be refused
    return mounted


def _checked(logins: Logins) -> Callable[[str, str], Coroutine[object, object, bool]]:
    """Gradio asks on its event loop, where a password's hash would hold up everybody."""

    async def check(name: str, password: str) -> bool:
        return await run_in_threadpool(logins.check, name, password)

    return check


def _user_of(pages: gr.routes.App, cookies: Mapping[str, str]) -> str | None:
    """Whom Gradio's login knows by the cookies that it has set."""
    for kind in ("access-token", "access-token-unsecure"):
        user: str | None = pages.tokens.get(cookies.get(f"{kind}-{pages.cookie_id}"))
        if user is not None:
            return user
    return None


def end_streams(app: FastAPI) -> None:
    """Tell the connections that keep the tabs alive to end, so that a stopping server need not wait for them."""
    for pages in _gradio_apps(app):
        pages.stop_event.set()


def _gradio_apps(app: FastAPI) -> Iterator[gr.routes.App]:
    for route in app.routes:
        pages = getattr(route, "app", None)
        if isinstance(pages, gr.routes.App):
            yield pages
