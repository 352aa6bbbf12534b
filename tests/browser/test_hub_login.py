"""Signing in with Hugging Face as on a Space: the real routes and a real provider, in a real browser. The hub itself is
not asked."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.provider import Provider, open_provider
from tests.browser.reviews import await_answer, judge, judge_while_logged_out, save
from tests.browser.stage import RUN, App, start_app
from tests.browser.test_login import KEY, ask, entries
from tests.browser.wcag import unlisted

ADA = "ada-of-the-clinic"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    # Another site than the app's, whose host is an address: cookies and frames are judged by that.
    with open_provider("localhost") as opened:
        yield opened


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hub-login") / "runs.sqlite3"


def start_space(stage: Path, data: Path, provider: Provider, database: Path, **settings: str) -> App:
    """As a Space starts it, but for what would be fetched."""
    steady = {"preload": "0", "allow_download": "0", "host": "127.0.0.1", "frame_ancestors": provider.url}
    beside = provider.environment()
    return start_app(stage, data, beside=beside, database_url=f"sqlite:///{database}", **steady, **settings)


@pytest.fixture(scope="module")
def space(stage: Path, data: Path, provider: Provider, database: Path) -> Iterator[App]:
    app = start_space(stage, data, provider, database)
    yield app
    app.stop()


@pytest.fixture
def someone(browser: Browser, space: App, provider: Provider) -> Iterator[BrowserContext]:
    provider.name, provider.forges, provider.down = ADA, False, False
    context = browser.new_context(base_url=space.url, reduced_motion="reduce", locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(15_000)
    yield context
    context.close()


def sign_in(page: Page, answer: str = "Authorize") -> None:
    page.get_by_test_id("sign-in").first.click()
    page.get_by_role("button", name=answer).click()


def session(context: BrowserContext) -> dict[str, object]:
    """What the cookie holds: it is signed, and can be read by whose it is."""
    value = next(str(each["value"]) for each in context.cookies() if each["name"] == "session")
    read: dict[str, object] = json.loads(b64decode(value.split(".")[0]))
    return read


def test_the_reviewer_is_who_signed_in(someone: BrowserContext, provider: Provider, database: Path) -> None:
    page = someone.new_page()
    page.goto(f"/review?run={RUN.id}&kind=differ")
    expect(page.get_by_test_id("setup-name")).to_be_visible()
    sign_in(page)
    expect(page.get_by_test_id("user")).to_contain_text(f"@{ADA}")
    page.wait_for_url(f"**/review?run={RUN.id}&kind=differ")
    page.goto(f"/review?run={RUN.id}")
    await_answer(page)
    judge(page, "1", "1")
    save(page)
    assert {reviewer for reviewer, _ in entries(database)} == {f"@{ADA}"}
    for path in ("/", "/evaluate", "/compare", "/method"):
        page.goto(path)
        expect(page.get_by_test_id("user")).to_contain_text(f"@{ADA}")
    page.goto("/compare")
    page.get_by_test_id("log-out").click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    assert urlsplit(page.url).path == "/compare"
    assert "session" not in {each["name"] for each in someone.cookies()}


def test_the_cookie_says_who_and_holds_no_token(someone: BrowserContext, provider: Provider) -> None:
    page = someone.new_page()
    page.goto("/")
    sign_in(page)
    expect(page.get_by_test_id("user")).to_contain_text(f"@{ADA}")
    held = session(someone)
    assert held["oauth_info"]["userinfo"] == {"preferred_username": ADA}  # type: ignore[index]
    assert set(held) == {"oauth_info"}
    text = json.dumps(held)
    assert [token for token in provider.tokens if token in text] == []
    cookie = next(each for each in someone.cookies() if each["name"] == "session")
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "None")


def test_nobody_is_asked_to_sign_in(someone: BrowserContext, space: App, database: Path) -> None:
    page = someone.new_page()
    page.goto(f"/review?run={RUN.id}")
    page.get_by_test_id("setup-name").fill("Dr Typed")
    page.keyboard.press("Enter")
    await_answer(page)
    judge(page, "1", "2")
    save(page)
    assert "Dr Typed" in {reviewer for reviewer, _ in entries(database)}
    assert ask(space, "/config")[0] == 200
    assert json.loads(ask(space, "/healthz")[2])["models"]


def test_a_typed_name_cannot_be_that_of_who_signs_in(someone: BrowserContext, space: App, database: Path) -> None:
    page = someone.new_page()
    page.goto(f"/review?run={RUN.id}")
    page.get_by_test_id("setup-name").fill(f"@{ADA}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("A name that begins with @ is had by signing in.")
    before = entries(database)
    judged = {"quotes": [{"index": 0, "support": "supported"}], "answer": "wrong"}
    asked = {"run": RUN.id, "key": KEY, "base": 0, "nonce": "in-the-name-of", "judgement": judged, "draft": {}}
    for name in (f"@{ADA}", f"  @{ADA}", f"\u200b@{ADA}", f"\u2066@{ADA}\u2069"):
        for action in ("save", "undo", "draft", "item", "history", "agreement", "open"):
            status, _, text = ask(space, "/dipg/review", {**asked, "action": action, "reviewer": name})
            assert (status, json.loads(text)) == (401, {"detail": "Log in first."}), (action, name)
    assert entries(database) == before


@pytest.mark.parametrize("value", ["", "null", "e30=.x.y", "eyJvYXV0aF9pbmZvIjoge319.x.y", "x" * 4000])
def test_a_made_up_cookie_signs_nobody_in(space: App, value: str) -> None:
    status, _, text = ask(space, "/dipg/review", {"action": "open", "run": RUN.id}, Cookie=f"session={value}")
    assert (status, json.loads(text)["user"]) == (200, "")


def test_who_declines_is_told_so_and_goes_on(someone: BrowserContext) -> None:
    page = someone.new_page()
    page.goto("/")
    sign_in(page, "Cancel")
    expect(page.get_by_role("main")).to_contain_text("You are not signed in with Hugging Face. You declined.")
    expect(page.get_by_role("main")).not_to_contain_text("shown")
    assert unlisted(page) == []
    page.get_by_role("link", name="Go on without signing in").click()
    expect(page.get_by_test_id("setup-name")).to_be_visible()


def test_a_forged_token_and_a_hub_that_is_down_sign_nobody_in(someone: BrowserContext, provider: Provider) -> None:
    page = someone.new_page()
    page.goto("/")
    provider.forges = True
    sign_in(page)
    expect(page.get_by_role("main")).to_contain_text("Hugging Face did not say who you are.")
    page.goto("/")
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    provider.forges = False
    page.get_by_test_id("sign-in").click()
    provider.down = True
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_test_id("user")).to_contain_text(f"@{ADA}")  # what it needs of the hub is known by then


def test_a_session_that_ends_meanwhile_loses_no_judgement(someone: BrowserContext) -> None:
    page = someone.new_page()
    page.goto(f"/review?run={RUN.id}")
    sign_in(page)
    judge_while_logged_out(page)


def test_in_a_frame_of_the_hub_signing_in_opens_a_tab_to_go_on_in(
    someone: BrowserContext, space: App, provider: Provider
) -> None:
    provider.shows = f"{space.url}/review?run={RUN.id}"
    page = someone.new_page()
    page.goto(f"{provider.url}/frame")
    frame = page.frame_locator("iframe")
    with someone.expect_page() as opened:
        frame.get_by_test_id("sign-in").first.click()
    opened.value.get_by_role("button", name="Authorize").click()
    expect(opened.value.get_by_test_id("user")).to_contain_text(f"@{ADA}")
    await_answer(opened.value)
    # Whether the frame gets the cookie is the browser's choice: without it, it works as for who never signed in.
    page.reload()
    frame.get_by_test_id("setup-name").fill("Dr Framed")
    frame.get_by_test_id("setup-begin").click()
    expect(frame.get_by_test_id("counter")).to_contain_text("Dr Framed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_way_in_breaks_no_rule(someone: BrowserContext, scheme: str) -> None:
    page = someone.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"/review?run={RUN.id}")
    expect(page.get_by_test_id("sign-in")).to_have_count(2)
    assert unlisted(page) == []
    for path in ("/review", "/"):
        page.set_viewport_size({"width": 360, "height": 700})
        page.goto(path)
        expect(page.get_by_test_id("sign-in").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        masthead = page.locator(".masthead").bounding_box()
        pages = page.get_by_role("navigation", name="Pages").bounding_box()
        assert masthead
        assert pages
        assert pages["y"] + pages["height"] <= masthead["y"] + masthead["height"]  # nothing was pushed to a third row


def test_where_the_server_has_a_login_of_its_own_there_is_no_other(
    stage: Path, data: Path, provider: Provider, tmp_path: Path
) -> None:
    accounts = tmp_path / "accounts"
    accounts.write_text("Dr Ada:correct horse: battery\n", encoding="utf-8")
    app = start_space(stage, data, provider, tmp_path / "runs.sqlite3", login_file=str(accounts))
    try:
        assert ask(app, "/login/huggingface")[0] == 401
        assert "dipg-hub-login" not in ask(app, "/", Accept="text/html")[2]
    finally:
        app.stop()


def test_elsewhere_there_is_nothing_of_it(app: App) -> None:
    status, _, text = ask(app, "/")
    assert (status, "dipg-hub-login" in text) == (200, False)
    assert ask(app, "/login/huggingface")[0] == 404
    assert ask(app, "/login/callback?code=1&state=2")[0] == 404
