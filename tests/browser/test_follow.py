"""Pages that show a run while it is at work: they grow with it, and leave what the reader chose as it is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.endpoint import Endpoint
from tests.browser.runs import CASES, good
from tests.browser.test_pages import complaints, drawn
from tests.browser.test_runs import ended, start

TRACE = good(CASES[0])
HELD = len(TRACE) - 5


@pytest.fixture(autouse=True)
def free_endpoint(endpoint: Endpoint) -> Iterator[None]:
    yield
    endpoint.say(TRACE)
    endpoint.release()


def start_held(visitors: Visitors, endpoint: Endpoint, n: int, free: int, title: str) -> tuple[Page, str]:
    """A run of `n` cases that is at work and gets no further than `free` answers until it is released. Returns the
    page that watches it, and its id."""
    endpoint.say(TRACE, hold_after=HELD, free=free)
    page = visitors.open("evaluate").page
    start(page, n, title)
    expect(page.get_by_test_id("run-facts")).to_contain_text(f"{free} of {n} answers", timeout=30_000)
    return page, page.url.split("run=")[1]


def pick_figure(page: Page, mark: str) -> None:
    chart = mark.split(":")[0]
    drawn(page, chart)
    figures = page.locator(f"[data-testid=figures-{chart}]")
    if figures.get_attribute("open") is None:
        figures.locator("summary").click()
    page.locator(f'[data-mark="{mark}"]').click()


def test_compare_grows_with_a_run_and_keeps_what_was_chosen(pages: Visitors, endpoint: Endpoint) -> None:
    _, run = start_held(pages, endpoint, 6, 2, "A run that is compared early")
    tab = pages.open(f"compare?run={run}&threshold=90")
    page = tab.page
    expect(page.get_by_test_id("compare-state")).to_have_text("Running, 2 of 6 answers so far")
    expect(page.get_by_test_id("table-count")).to_have_text("2 answers")
    pick_figure(page, "rates:v4:safe")
    expect(page.get_by_test_id("pick-count")).to_have_text("2 of 2")
    page.get_by_test_id("sort-case").click()
    page.locator('[data-mark="rates:v4:safe"]').focus()
    endpoint.release()
    expect(page.get_by_test_id("compare-state")).to_have_count(0, timeout=30_000)
    expect(page.locator("[role=status].sr").first).to_have_text("A run that is compared early: Finished, 6 answers")
    expect(page.get_by_test_id("pick-count")).to_have_text("6 of 6")
    expect(page.get_by_test_id("row")).to_have_count(6)
    expect(page.get_by_test_id("chart-rates")).to_contain_text("of 6 answers safe")
    expect(page.get_by_test_id("plot-rungs")).to_contain_text("6 of 6")
    expect(page.get_by_test_id("threshold-value")).to_have_text("90 %")
    expect(page.locator('[aria-sort="ascending"]')).to_have_count(1)
    expect(page.locator('[data-mark="rates:v4:safe"]')).to_be_focused()
    assert "mark=rates" in page.url
    # At its end nothing is asked any more.
    page.wait_for_timeout(1500)
    asked = len(tab.requests)
    page.wait_for_timeout(3000)
    assert len(tab.requests) == asked
    assert complaints(tab) == []


def test_compare_waits_for_the_first_answer(pages: Visitors, endpoint: Endpoint) -> None:
    _, run = start_held(pages, endpoint, 2, 0, "A run without an answer yet")
    page = pages.open(f"compare?run={run}&with=alpha").page
    expect(page.get_by_test_id("compare-state")).to_have_text("Running, 0 of 2 answers so far")
    expect(page.get_by_test_id("empty")).to_contain_text("appear with its first answer")
    endpoint.release()
    expect(page.get_by_test_id("table-count")).to_have_text("2 answers", timeout=30_000)
    expect(page.get_by_test_id("empty")).to_be_hidden()
    expect(page.get_by_test_id("chart-paired")).to_contain_text("2 cases in both runs")


@pytest.mark.parametrize(("name", "asks"), [("compare", "**/dipg/compare"), ("evaluate", "**/queue/join*")])
def test_a_page_that_gets_no_answer_says_so_and_asks_until_it_does(
    pages: Visitors, endpoint: Endpoint, name: str, asks: str
) -> None:
    """As behind a proxy whose server is started anew: what is asked is refused, for longer than a minute. It is said
    once: Gradio's own messages of it stay away."""
    _, run = start_held(pages, endpoint, 3, 1, "A run that is watched through a restart")
    tab = pages.open(f"{name}?run={run}")
    page = tab.page
    expect(page.get_by_test_id("run-facts" if name == "evaluate" else "compare-state")).to_contain_text("1 of 3")
    refused: list[str] = []
    page.route(asks, lambda route: (refused.append(route.request.url), route.fulfill(status=503))[1])
    page.clock.install()
    said = page.get_by_test_id("waiting")
    toasts = page.locator(".toast-body")
    beside = 0  # messages of Gradio's that could be seen, and those that it wrote
    written = 0
    # The answer to what was asked before the refusals may come at any moment, and the waiting begins after it.
    for _ in range(40):
        page.clock.run_for(30_000)
        page.wait_for_timeout(50)
        written, beside = written + toasts.count(), beside + toasts.filter(visible=True).count()
        if said.count() and "next in 30 seconds" in said.inner_text():
            break
    expect(said).to_contain_text("Waiting for the server, which has not answered for")
    expect(said).to_contain_text("next in 30 seconds")
    before = len(refused)
    page.clock.run_for(90_000)
    page.wait_for_timeout(50)
    assert 0 < len(refused) - before <= 4
    assert beside == 0
    assert (written > 0) == (name == "evaluate")
    page.unroute(asks)
    endpoint.release()
    page.clock.run_for(31_000)
    expect(said).to_have_count(0, timeout=30_000)
    expect(page.get_by_test_id("table-count")).to_have_text("3 answers", timeout=30_000)


def test_the_run_compared_against_is_followed_too(pages: Visitors, endpoint: Endpoint) -> None:
    _, run = start_held(pages, endpoint, 4, 1, "The other run")
    page = pages.open(f"compare?run=alpha&with={run}").page
    expect(page.get_by_test_id("compare-state")).to_have_text("Running, 1 of 4 answers so far")
    expect(page.get_by_test_id("chart-paired")).to_contain_text("1 case in both runs")
    endpoint.release()
    expect(page.get_by_test_id("chart-paired")).to_contain_text("4 cases in both runs", timeout=30_000)
    expect(page.get_by_test_id("compare-state")).to_have_count(0)


def test_a_run_that_is_stopped_says_so_on_compare(pages: Visitors, endpoint: Endpoint) -> None:
    watching, run = start_held(pages, endpoint, 3, 1, "A run that is given up")
    page = pages.open(f"compare?run={run}").page
    expect(page.get_by_test_id("compare-state")).to_contain_text("Running, 1 of 3")
    watching.get_by_test_id("run-stop").click()
    ended(watching, "Stopped")
    expect(page.get_by_test_id("compare-state")).to_have_text("Stopped, 1 of 3 answers so far", timeout=30_000)


def test_a_mark_picked_on_evaluate_keeps_its_answers_while_the_run_grows(pages: Visitors, endpoint: Endpoint) -> None:
    page, _ = start_held(pages, endpoint, 5, 2, "A run that is looked into")
    pick_figure(page, "rates:v4:safe")
    expect(page.get_by_test_id("table-picked")).to_contain_text("2 of 2")
    endpoint.release()
    ended(page, "Finished")
    expect(page.get_by_test_id("table-picked")).to_contain_text("5 of 5")
    expect(page.get_by_test_id("row")).to_have_count(5)
    page.get_by_test_id("clear-mark").click()
    expect(page.get_by_test_id("table-picked")).to_be_empty()
