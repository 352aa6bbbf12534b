"""A trace while it is being written: live highlights, Stop, closed tabs, broken streams, two visitors at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.acts import (
    SERVER_MODEL,
    await_verdict,
    await_writing,
    generate,
    painted,
    passages,
    pick_case,
)
from tests.browser.conftest import Visitors
from tests.browser.endpoint import Endpoint
from tests.browser.stage import ROOT, TRACES, UNICODE_PASSAGES, App, start_app

TRACE = TRACES["unicode"]
SECOND_QUOTE = TRACE.index("Focal")


def test_a_quote_lights_up_in_the_context_as_soon_as_it_is_written(visitors: Visitors, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=SECOND_QUOTE)
    page = visitors.open("?case=unicode").page
    generate(page, SERVER_MODEL)
    await_writing(page, "confirmed on biopsy")
    expect(page.get_by_test_id("live-line")).to_contain_text("Writing")
    page.wait_for_function("[...CSS.highlights.keys()].some((name) => name.startsWith('dipg-'))")
    assert painted(page) == [UNICODE_PASSAGES[0]]
    expect(page.get_by_test_id("outcome")).to_have_count(0)
    endpoint.release()
    await_verdict(page)
    assert tuple(passages(page)) == UNICODE_PASSAGES
    expect(page.get_by_test_id("origin")).not_to_contain_text("Stored run")


def test_stop_frees_the_model_within_a_second_and_keeps_what_was_received(
    visitors: Visitors, endpoint: Endpoint
) -> None:
    endpoint.say(TRACE, hold_after=SECOND_QUOTE)
    page = visitors.open("?case=unicode").page
    generate(page, SERVER_MODEL)
    await_writing(page, "confirmed on biopsy")
    page.get_by_test_id("stop").click()
    assert endpoint.left.wait(1)
    expect(page.get_by_test_id("live-line")).to_contain_text("Stopped")
    expect(page.get_by_test_id("trace")).to_contain_text("confirmed on biopsy")
    expect(page.get_by_test_id("outcome")).to_have_count(0)
    expect(page.get_by_test_id("generate")).to_be_enabled()


def test_a_closed_tab_frees_the_model_within_a_second(visitors: Visitors, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=SECOND_QUOTE)
    page = visitors.open("?case=unicode").page
    generate(page, SERVER_MODEL)
    await_writing(page, "confirmed on biopsy")
    page.close()
    assert endpoint.left.wait(1)


def test_opening_another_case_stops_the_generation_and_nothing_of_it_leaks(
    visitors: Visitors, endpoint: Endpoint
) -> None:
    endpoint.say(TRACE, hold_after=SECOND_QUOTE)
    page = visitors.open("?case=unicode").page
    generate(page, SERVER_MODEL)
    await_writing(page, "confirmed on biopsy")
    pick_case(page, "altered")
    assert endpoint.left.wait(1)
    await_verdict(page)
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("answer-text")).to_have_text("4 mg twice daily")
    expect(page.get_by_test_id("trace")).not_to_contain_text("confirmed on biopsy")


def test_a_stream_that_breaks_is_a_failure_that_keeps_what_was_received(visitors: Visitors, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=SECOND_QUOTE, breaks=True)
    page = visitors.open("?case=unicode").page
    generate(page, SERVER_MODEL)
    expect(page.get_by_test_id("failure")).to_be_visible()
    expect(page.get_by_test_id("trace")).to_contain_text("confirmed on biopsy")
    expect(page.get_by_test_id("outcome")).to_have_count(0)
    endpoint.say(TRACE)
    page.get_by_test_id("generate").click()
    await_verdict(page)
    expect(page.get_by_test_id("failure")).to_be_hidden()


def test_a_finished_trace_of_ones_own_is_listed_beside_the_stored_one(visitors: Visitors, endpoint: Endpoint) -> None:
    endpoint.say(TRACE.replace("H3 K27M; 54 Gy", "H3 K27M and 54 Gy"))
    page = visitors.open("?case=unicode").page
    generate(page, SERVER_MODEL)
    await_verdict(page)
    expect(page.get_by_test_id("answer-text")).to_have_text("H3 K27M and 54 Gy")
    page.get_by_test_id("traces").select_option(index=0)
    expect(page.get_by_test_id("answer-text")).to_have_text("H3 K27M; 54 Gy")


def test_an_endpoint_that_is_down_is_listed_with_the_reason(browser: Browser, stage: Path, tmp_path: Path) -> None:
    app = start_app(stage, tmp_path, preload="0", server_url="http://127.0.0.1:9/v1")
    visitors = Visitors(browser, app.url)
    try:
        page = visitors.open().page
        page.get_by_test_id("model-picker").click()
        expect(page.get_by_test_id("model-picker-panel")).to_contain_text("127.0.0.1:9 cannot be reached")
        expect(page.get_by_test_id("model-picker-panel")).to_contain_text("Asked again")
    finally:
        visitors.close()
        app.stop()


@pytest.fixture(scope="module")
def shipped(data: Path) -> Iterator[App]:
    """The repository as it is, with the embedded model."""
    started = start_app(ROOT, data, preload="1")
    yield started
    started.stop()


@pytest.fixture
def guests(browser: Browser, shipped: App) -> Iterator[Visitors]:
    opened = Visitors(browser, shipped.url)
    yield opened
    opened.close()


EMBEDDED = "embedded"
PATIENCE_MS = 300_000


@pytest.mark.slow
def test_the_embedded_model_streams_a_trace_and_is_scored_without_reaching_another_machine(
    guests: Visitors, shipped: App
) -> None:
    tab = guests.open()
    generate(tab.page, EMBEDDED)
    expect(tab.page.get_by_test_id("live-line")).to_contain_text("Writing", timeout=PATIENCE_MS)
    await_verdict(tab.page, PATIENCE_MS)
    expect(tab.page.get_by_test_id("origin")).not_to_contain_text("Stored run")
    expect(tab.page.get_by_test_id("live-line")).to_contain_text("tokens/s")
    assert tab.errors == []
    assert shipped.strangers() == ""


@pytest.mark.slow
def test_two_visitors_share_the_model_and_each_sees_only_their_own(guests: Visitors) -> None:
    first, second = guests.open().page, guests.open().page
    second.get_by_test_id("case-item").nth(5).click()
    generate(first, EMBEDDED)
    expect(first.get_by_test_id("live-line")).to_contain_text("Writing", timeout=PATIENCE_MS)
    generate(second, EMBEDDED)
    expect(second.get_by_test_id("live-line")).to_contain_text("Writing")
    first.get_by_test_id("stop").click()
    await_verdict(second, PATIENCE_MS)
    expect(first.get_by_test_id("live-line")).to_contain_text("Stopped")


@pytest.mark.slow
def test_a_run_of_the_embedded_model_fills_its_table(guests: Visitors) -> None:
    page = guests.open("evaluate").page
    page.get_by_test_id("run-n").fill("2")
    page.get_by_test_id("run-model").select_option(EMBEDDED)
    page.locator(".run-more summary").click()
    page.get_by_test_id("run-title").fill("Two real answers")
    page.get_by_test_id("run-start").click()
    expect(page.get_by_test_id("run-name")).to_have_text("Two real answers")
    expect(page.get_by_test_id("run-facts")).to_contain_text("2 of 2 answers", timeout=PATIENCE_MS)
    expect(page.get_by_test_id("row")).to_have_count(2)
    page.get_by_test_id("row").first.click()
    await_verdict(page)
    expect(page.get_by_test_id("origin")).to_contain_text("Stored run")
    page.wait_for_url("**run=*")
