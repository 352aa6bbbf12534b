"""A server with a login: nothing without it, the reviewer is who is logged in, and nobody speaks for another."""

from __future__ import annotations

import json
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dipg_ui.logins import MAX_FAILURES, hashed
from dipg_ui.records import completion_key
from tests.browser.reviews import await_answer, judge, judge_while_logged_out, save
from tests.browser.stage import RUN, TRACES, App, a_completion, start_app
from tests.browser.wcag import unlisted

ADA, BEN = ("Dr Ada", "correct horse: battery"), ("Dr Ben", "staple of another kind")
KEY = completion_key(a_completion("plain", TRACES["plain"]))
JUDGEMENT = {"quotes": [{"index": 0, "support": "supported"}], "answer": "wrong"}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("login") / "runs.sqlite3"


@pytest.fixture(scope="module")
def closed(stage: Path, data: Path, database: Path) -> Iterator[App]:
    """The app with two accounts, one of them by its hash."""
    accounts = database.with_name("accounts")
    accounts.write_text(f"# who judges\n{ADA[0]}:{ADA[1]}\n{BEN[0]}:{hashed(BEN[1])}\n", encoding="utf-8")
    app = start_app(stage, data, preload="0", database_url=f"sqlite:///{database}", login_file=str(accounts))
    yield app
    app.stop()


@pytest.fixture
def someone(browser: Browser, closed: App) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=closed.url, reduced_motion="reduce", locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(15_000)
    yield context
    context.close()


def ask(
    app: App, path: str, body: object = None, *, form: dict[str, str] | None = None, **headers: str
) -> tuple[int, HTTPMessage, str]:
    """Status, headers and text of what another program gets, which is no browser and is not logged in."""
    sent = None if body is None else json.dumps(body).encode()
    if form is not None:
        sent = urlencode(form).encode()
    elif sent is not None:
        headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(
        app.url + path, sent, {key.replace("_", "-"): text for key, text in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=15) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def upgrade(app: App, path: str, **headers: str) -> int:
    """The status that answers who asks for a web socket."""
    asking = HTTPConnection(app.url.removeprefix("http://"), timeout=15)
    asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    try:
        asking.request("GET", path, headers={**asked, "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", **headers})
        return asking.getresponse().status
    finally:
        asking.close()


def log_in(app: App, name: str, password: str, **headers: str) -> str:
    """The cookies of a program that has logged in."""
    status, head, text = ask(app, "/login", form={"username": name, "password": password}, **headers)
    assert status == 200, text
    return "; ".join(cookie.split(";")[0] for cookie in head.get_all("set-cookie") or [])


def enter(page: Page, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def entries(database: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(database)
    try:
        found = connection.execute("SELECT reviewer, completion_key FROM review_entries ORDER BY id").fetchall()
    finally:
        connection.close()
    return [(str(reviewer), str(key)) for reviewer, key in found]


READ = [
    *("/", "/evaluate", "/compare", "/review", "/method", "/review?run=run-1", "/no-such-page"),
    *("/dipg/explore.js", "/dipg/review.js", "/dipg/plotly.min.js"),
    *(f"/dipg/run-file?run={RUN.id}&form={form}" for form in ("jsonl", "csv", "parquet")),
    *(f"/dipg/review-file?run={RUN.id}&form={form}" for form in ("jsonl", "csv")),
    *(f"/card/{RUN.id}/{KEY}", f"/card/{RUN.id}/{KEY}?save=1", f"//card/{RUN.id}/{KEY}"),
    *("/config", "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/app_id", "/gradio_api/runs"),
    *("/gradio_api/queue/data?session_hash=x", "/gradio_api/heartbeat/x", "/gradio_api/startup-events"),
    *("/gradio_api/file=app.py", "/gradio_api/file=/etc/hostname", "/static/img/logo.svg", "/assets/index.html"),
    *("/env/health", "/env/state", "/env/web", "/env/"),
    *("/dipg/fonts/../dashboard.css/../../config", "/healthz/../config", "/healthz/", "/logout"),
]
WRITE = [
    *("/dipg/review", "/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/cancel", "/gradio_api/reset"),
    *("/dipg/compare", "/env/reset", "/env/step"),
    *("/gradio_api/run/act", "/gradio_api/call/act", "/gradio_api/api/act", "/gradio_api/component_server", "/"),
]


def test_without_a_login_nothing_is_told_and_nothing_done(closed: App) -> None:
    for path in READ:
        status, _, text = ask(closed, path)
        assert (status, text) == (401, '{"detail":"Log in first."}'), path
        status, _, text = ask(closed, path, Accept="text/html", Cookie="access-token=1; access-token-unsecure=None")
        assert status == 401, path
        assert "gradio_config" not in text
        assert RUN.title not in text
    for path in WRITE:
        asked = {"action": "open", "run": RUN.id, "reviewer": "Dr Ada", "data": [], "fn_index": 0, "session_hash": "x"}
        assert ask(closed, path, asked)[0] == 401, path
    assert upgrade(closed, "/env/ws") == 403
    status, _, text = ask(closed, "/healthz")
    assert (status, json.loads(text)["status"], json.loads(text)["models"]) == (200, "ok", {})


def test_who_is_logged_in_gets_what_others_do_not(closed: App) -> None:
    cookies = log_in(closed, *ADA)
    for path in ("/", f"/dipg/run-file?run={RUN.id}&form=csv", f"/card/{RUN.id}/{KEY}", "/config", "/dipg/review.js"):
        assert ask(closed, path, Cookie=cookies)[0] == 200, path
    assert json.loads(ask(closed, "/healthz", Cookie=cookies)[2])["models"]
    assert upgrade(closed, "/env/ws", Cookie=cookies) == 101
    status, _, text = ask(closed, "/dipg/review", {"action": "open", "run": RUN.id}, Cookie=cookies)
    assert (status, json.loads(text)["user"]) == (200, "Dr Ada")


def test_nobody_judges_in_the_name_of_another(closed: App, database: Path) -> None:
    before = entries(database)
    cookies = log_in(closed, *BEN)
    asked = {"run": RUN.id, "key": KEY, "reviewer": "Dr Ada", "base": 0, "nonce": "in-the-name-of"}
    for action in ("save", "undo", "draft", "item", "history", "agreement"):
        status, _, text = ask(
            closed,
            "/dipg/review",
            {**asked, "action": action, "judgement": JUDGEMENT, "draft": {"at": 1}},
            Cookie=cookies,
        )
        assert (status, json.loads(text)["notice"]["title"]) == (200, "This is another reviewer's")
    for given in ("", None, 7, ["Dr Ben"], "Dr Ada", "dr ben"):
        refused = ask(
            closed,
            "/dipg/review",
            {**asked, "reviewer": given, "action": "save", "judgement": JUDGEMENT},
            Cookie=cookies,
        )
        assert "notice" in json.loads(refused[2])
    assert entries(database) == before
    mine = {**asked, "reviewer": "Dr Ben", "action": "save", "judgement": JUDGEMENT, "nonce": "in-my-own-name"}
    assert json.loads(ask(closed, "/dipg/review", mine, Cookie=cookies)[2])["mine"]["version"] == 1
    assert entries(database) == [*before, ("Dr Ben", KEY)]


def test_another_site_cannot_have_a_browser_ask(closed: App) -> None:
    cookies = log_in(closed, *ADA)
    for path in ("/login", "/gradio_api/queue/join", "/dipg/review"):
        assert ask(closed, path, {}, Cookie=cookies, Sec_Fetch_Site="cross-site")[0] == 403


def test_who_guesses_passwords_has_to_wait(closed: App) -> None:
    here = {"X_Forwarded_For": "203.0.113.9"}
    statuses = [
        ask(closed, "/login", form={"username": name, "password": "guessed wrong"}, **here)[0]
        for name in ("Dr Ada", "nobody") * (MAX_FAILURES // 2)
    ]
    assert statuses == [400] * MAX_FAILURES
    status, head, text = ask(closed, "/login", form={"username": ADA[0], "password": ADA[1]}, **here)
    assert status == 429
    assert int(head["retry-after"]) > 0
    assert "Try again in" in text
    log_in(closed, *ADA, X_Forwarded_For="203.0.113.10")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_login_breaks_no_rule_and_says_what_is_wrong(someone: BrowserContext, scheme: str) -> None:
    page = someone.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/review?run=run-1")
    assert unlisted(page) == []
    expect(page.get_by_label("Name")).to_be_focused()
    enter(page, ADA[0], "guessed wrong")
    expect(page.get_by_role("alert")).to_have_text("This name and this password do not belong together.")
    expect(page.get_by_label("Password")).to_be_focused()
    assert unlisted(page) == []
    page.set_viewport_size({"width": 320, "height": 400})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_reviewer_is_who_is_logged_in(someone: BrowserContext, closed: App, database: Path) -> None:
    page = someone.new_page()
    page.goto("/review?run=run-1")
    page.evaluate("localStorage.setItem('dipg-review:reviewer', JSON.stringify('Dr Mallory'))")
    enter(page, *ADA)
    expect(page.get_by_test_id("user")).to_contain_text("Dr Ada")
    await_answer(page)
    expect(page.get_by_test_id("counter")).to_contain_text("Dr Ada")
    page.get_by_test_id("setup-open").click()
    expect(page.get_by_test_id("setup-user")).to_have_text("You judge as Dr Ada, the name of your login.")
    expect(page.get_by_test_id("setup-name")).to_be_hidden()
    expect(page.get_by_test_id("setup-name")).to_be_disabled()
    page.get_by_test_id("setup-begin").click()
    await_answer(page)
    judge(page, "1", "1")
    save(page)
    assert {reviewer for reviewer, _ in entries(database)} - {"Dr Ben"} == {"Dr Ada"}
    for path in ("/", "/evaluate", "/compare", "/method"):
        page.goto(path)
        expect(page.get_by_test_id("user")).to_contain_text("Dr Ada")
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in someone.cookies())
    assert ask(closed, "/config", Cookie=cookies)[0] == 200
    page.get_by_test_id("log-out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    assert ask(closed, "/config", Cookie=cookies)[0] == 401


def test_what_another_judged_in_this_browser_is_not_sent_under_this_name(
    someone: BrowserContext, database: Path
) -> None:
    page = someone.new_page()
    page.goto("/review?run=run-1")
    waiting = {
        "action": "save",
        "run": RUN.id,
        "key": KEY,
        "reviewer": "Dr Cho",
        "kind": "all",
        "n": 20,
        "seed": 0,
        "judgement": JUDGEMENT,
        "base": 0,
        "nonce": "waited-in-the-browser",
        "teaching": False,
    }
    page.evaluate("(told) => localStorage.setItem('dipg-review:outbox', JSON.stringify([told]))", waiting)
    enter(page, *ADA)
    expect(page.get_by_test_id("notice")).to_contain_text("This is another reviewer's")
    assert "Dr Cho" not in {reviewer for reviewer, _ in entries(database)}
    kept = page.evaluate(
        "Object.entries(localStorage).find(([name]) => name.includes('draft') && name.includes('Dr Cho'))"
    )
    assert json.loads(kept[1])["judgement"]["answer"] == "wrong"


def test_who_is_logged_out_meanwhile_loses_no_judgement(someone: BrowserContext, closed: App) -> None:
    page = someone.new_page()
    page.goto("/review?run=run-1")
    enter(page, *BEN)
    judge_while_logged_out(page)


def test_a_link_to_a_card_leads_there_by_the_login(someone: BrowserContext) -> None:
    page = someone.new_page()
    page.goto(f"/card/{RUN.id}/{KEY}")
    expect(page.locator("mark")).to_have_count(0)
    enter(page, *BEN)
    expect(page.locator("mark").first).to_be_visible()


def test_no_password_is_in_the_log(closed: App) -> None:
    log = closed.log.read_text(errors="replace")
    assert [word for word in (ADA[1], BEN[1], "guessed wrong") if word in log] == []
