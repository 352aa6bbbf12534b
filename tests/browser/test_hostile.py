"""Text of models and users is shown as text, whatever it holds; nothing of it runs, and the page stays usable."""

import json
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import (
    SERVER_MODEL,
    await_verdict,
    await_writing,
    generate,
    open_own_case,
    paste_completion,
    pick_case,
)
from tests.browser.conftest import Tab, Visitors
from tests.browser.endpoint import Endpoint
from tests.browser.stage import a_trace

MARKUP = (
    '<img src=x onerror="window.__ran=1"><svg onload="window.__ran=2">'
    "<script>window.__ran=3</script></textarea></script></style>"
    '<iframe src="javascript:parent.__ran=4"></iframe>'
    "${window.__ran=5} {{window.__ran}} `${alert(6)}` {{#each value}}<b>{{this}}</b>{{/each}} @children "
    "<a href=javascript:alert(7)>link</a> &lt;b&gt; \u202eright to left\u202c \u2066isolate\u2069"
)


def assert_nothing_ran(tab: Tab) -> None:
    assert tab.page.evaluate("window.__ran") is None
    assert tab.dialogs == []
    assert tab.page.locator("#dipg-root img, #dipg-root iframe, #dipg-root script, #dipg-root svg[onload]").count() == 0
    assert [error for error in tab.errors if "__ran" in error] == []


def squeezed(page: Page, testid: str) -> str:
    return " ".join((page.get_by_test_id(testid).text_content() or "").split())


def test_markup_in_a_pasted_completion_is_shown_and_scored_as_text(visitors: Visitors) -> None:
    tab = visitors.open("?case=plain")
    paste_completion(tab.page, a_trace(MARKUP, (MARKUP.replace('"', "'"),), MARKUP))
    expect(tab.page.get_by_test_id("answer-text")).to_contain_text("<img src=x onerror=")
    await_verdict(tab.page)
    assert squeezed(tab.page, "answer-text") == " ".join(MARKUP.split())
    tab.page.get_by_test_id("raw-toggle").click()
    expect(tab.page.get_by_test_id("raw")).to_contain_text("{{#each value}}")
    assert_nothing_ran(tab)


def test_markup_that_streams_in_is_shown_as_text_at_every_moment(visitors: Visitors, endpoint: Endpoint) -> None:
    trace = a_trace(MARKUP, (MARKUP.replace('"', "'"),), MARKUP)
    endpoint.say(trace, hold_after=len(trace) - 12)
    tab = visitors.open("?case=plain")
    generate(tab.page, SERVER_MODEL)
    await_writing(tab.page, "<iframe src=")
    assert_nothing_ran(tab)
    endpoint.release()
    await_verdict(tab.page)
    assert_nothing_ran(tab)


def test_markup_in_an_own_case_is_shown_as_text(visitors: Visitors) -> None:
    tab = visitors.open()
    open_own_case(tab.page, MARKUP * 3, MARKUP, MARKUP)
    expect(tab.page.get_by_test_id("question")).to_contain_text("<img src=x onerror=")
    assert squeezed(tab.page, "context") == " ".join((MARKUP * 3).split())
    assert_nothing_ran(tab)


def test_markup_nuls_and_lone_surrogates_in_an_upload_are_shown_as_text(visitors: Visitors, tmp_path: Path) -> None:
    tab = visitors.open()
    row = {"id": MARKUP[:60], "context": f"{MARKUP} nul \0 lone \ud800 end", "question": MARKUP, "expected": MARKUP}
    file = tmp_path / "evil<img src=x onerror=alert(1)>.jsonl"
    file.write_text(json.dumps(row) + "\n" + json.dumps({"context": MARKUP}) + "\n", encoding="utf-8")
    tab.page.locator("#dipg-upload input[type=file]").set_input_files(file)
    expect(tab.page.get_by_test_id("upload-note")).to_contain_text("1 case kept")
    expect(tab.page.get_by_test_id("context")).to_contain_text("lone \ufffd end")
    assert_nothing_ran(tab)


@pytest.mark.parametrize(
    "line", ["x" * 1_000_000, "<b>${1}`" * 125_000, "\u202e9" * 500_000], ids=["x", "markup", "rtl"]
)
def test_a_megabyte_without_a_line_break_is_scored_and_the_page_stays_responsive(visitors: Visitors, line: str) -> None:
    tab = visitors.open("?case=plain")
    paste_completion(tab.page, line)
    expect(tab.page.get_by_test_id("paste-sheet")).to_be_hidden(timeout=30_000)
    await_verdict(tab.page)
    began = time.monotonic()
    pick_case(tab.page, "altered")
    expect(tab.page.get_by_test_id("answer-text")).to_have_text("4 mg twice daily")
    assert time.monotonic() - began < 8, "a page that lays out an endless line is away for most of a minute"
    assert_nothing_ran(tab)


def test_a_permalink_is_shown_as_text(visitors: Visitors) -> None:
    tab = visitors.open(
        "?case=%3Cimg%20src%3Dx%20onerror%3D%22window.__ran%3D1%22%3E&completion=%24%7Balert(1)%7D&citation=-1e9"
    )
    expect(tab.page.get_by_test_id("notice")).to_contain_text("<img src=x onerror=")
    assert_nothing_ran(tab)
