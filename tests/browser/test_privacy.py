"""Nothing leaves the machine, neither from the page nor from the server; headers and health."""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.browser.acts import STORED_MODEL, await_verdict, generate, open_own_case, paste_completion
from tests.browser.conftest import Visitors
from tests.browser.stage import PLAIN_CONTEXT, TRACES, App, start_app


def strangers(requests: list[str], origin: str) -> list[str]:
    inside = ("data:", "blob:", "about:")
    return [
        url
        for url in requests
        if not url.startswith(inside) and f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" != origin
    ]


def test_neither_page_nor_server_reaches_another_machine(visitors: Visitors, app: App) -> None:
    tab = visitors.open()
    generate(tab.page, STORED_MODEL)
    await_verdict(tab.page)
    open_own_case(tab.page, PLAIN_CONTEXT, "What dose?")
    paste_completion(tab.page, TRACES["plain"])
    await_verdict(tab.page)
    assert strangers(tab.requests, app.url) == []
    assert app.strangers() == ""
    assert tab.errors == []


def test_nothing_a_visitor_brought_is_kept_in_the_browser(visitors: Visitors) -> None:
    tab = visitors.open()
    open_own_case(tab.page, PLAIN_CONTEXT, "A question that must not stay?")
    kept = tab.page.evaluate(
        "JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie])"
    )
    assert "must not stay" not in kept
    assert tab.page.evaluate("indexedDB.databases().then((all) => all.length)") == 0


def test_every_answer_carries_the_policy_and_health_tells_of_the_models(app: App) -> None:
    pages = ("/", "/evaluate", "/compare", "/method")
    files = ("/dipg/explore.js", "/dipg/plotly.min.js", "/dipg/run-file?run=run-1&form=csv")
    for path in (*pages, *files, "/healthz", "/gradio_api/info", "/no-such-page"):
        request = urllib.request.Request(app.url + path)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                headers = response.headers
        except urllib.error.HTTPError as error:
            headers = error.headers
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
    health = app.health()
    assert health["status"] == "ok"
    assert isinstance(health["models"], dict)
    assert health["models"]["embedded"]["state"] == "not loaded"


def test_a_taken_port_is_told_at_once(stage: Path, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "app.py"],
            cwd=stage,
            env={"DIPG_PORT": str(port), "PATH": "", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert ended.returncode == 2
    assert str(port) in ended.stderr
    assert "DIPG_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_wrong_setting_is_told_by_name(stage: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "app.py"],
        cwd=stage,
        env={"DIPG_PORT": "many", "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2
    assert "DIPG_PORT" in ended.stderr


def test_a_signal_ends_the_server_soon_even_with_a_tab_open_and_a_replay_running(
    stage: Path, tmp_path: Path, browser: Browser
) -> None:
    app = start_app(stage, tmp_path, preload="0", replay_rate="0.5")
    visitors = Visitors(browser, app.url)
    try:
        tab = visitors.open()
        generate(tab.page, STORED_MODEL)
        tab.page.get_by_test_id("stop").wait_for()
        began = time.monotonic()
        app.stop()
        assert time.monotonic() - began < 5
    finally:
        visitors.close()
        app.process.kill()
    assert "Traceback" not in app.log.read_text(encoding="utf-8")
