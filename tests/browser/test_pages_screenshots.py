"""Evaluate, Compare and Method in their states, against pictures that a person approved.

A picture ends at `MAX_HEIGHT`: what lies below is drawn by the same code, and its figures are tested elsewhere.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.endpoint import Endpoint, name_as_usual
from tests.browser.runs import CASES, build_pages_stage, good
from tests.browser.screenshots import Gallery
from tests.browser.stage import App, start_app
from tests.browser.test_runs import start

SIZES = {1440: 900, 768: 1024, 375: 812}
MAX_HEIGHT = 3200
SETTLE_MS = 350
TRACE = good(CASES[0])
EVERY = [(width, dark) for width in SIZES for dark in (False, True)]
# Measured speeds and the day on which the test runs.
VOLATILE = ".run-facts, .runs .run-meta, .run-head p"


def plots_in_sight(page: Page) -> None:
    """Wait until every chart within the window is drawn."""
    page.wait_for_function(
        """() => [...document.querySelectorAll('.chart:not([hidden])')]
            .filter((chart) => chart.offsetParent && chart.getBoundingClientRect().top < window.innerHeight)
            .every((chart) => chart.querySelector('.main-svg') && chart.querySelector('.plot-wait').hidden)"""
    )


def settled(page: Page, endpoint: Endpoint) -> None:
    page.locator("#dipg-root:not(.is-loading)").wait_for()


def picked(page: Page, endpoint: Endpoint) -> None:
    page.locator("[data-testid=figures-rates] summary").click()
    page.locator('[data-mark="rates:v4:safe"]').click()
    expect(page.get_by_test_id("pick-bar")).to_be_visible()


def by_outcome(page: Page, endpoint: Endpoint) -> None:
    expect(page.get_by_test_id("view")).to_have_value("outcome")


def running(page: Page, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=len(TRACE) - 5)
    start(page, 3, "A run that is under way")
    expect(page.get_by_test_id("run-stop")).to_be_visible()
    assert endpoint.asked.wait(10)
    page.wait_for_timeout(1500)


def failed(page: Page, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=20, breaks=True)
    start(page, 2, "A run that failed")
    expect(page.get_by_test_id("run-failures")).to_be_visible(timeout=20_000)
    expect(page.get_by_test_id("run-facts")).to_contain_text("2 failed")


Reach = Callable[[Page, Endpoint], None]
STATES: dict[str, tuple[str, str, Reach, list[tuple[int, bool]]]] = {
    "method": ("pictured", "method", settled, EVERY),
    "compare": ("pictured", "compare?run=alpha", settled, EVERY),
    "compare-picked": ("pictured", "compare?run=alpha", picked, EVERY),
    "compare-between": ("pictured", "compare?run=alpha&with=beta&view=outcome&threshold=97", by_outcome, EVERY),
    "compare-empty": ("bare", "compare", settled, EVERY),
    "evaluate": ("pictured", "evaluate?run=alpha", settled, EVERY),
    "evaluate-empty": ("bare", "evaluate", settled, EVERY),
    "evaluate-running": ("bare", "evaluate", running, EVERY),
    "evaluate-failed": ("bare", "evaluate", failed, EVERY),
}
SHOTS = [(state, width, dark) for state, (*_, sizes) in STATES.items() for width, dark in sizes]


@pytest.fixture(scope="module")
def pictured_app(tmp_path_factory: pytest.TempPathFactory, data: Path, endpoint: Endpoint) -> Iterator[App]:
    """An app of the pictures' own: what other tests import or run is not in them."""
    stage = build_pages_stage(tmp_path_factory.mktemp("pictured"))
    started = start_app(stage, data, preload="0", server_url=endpoint.url)
    yield started
    started.stop()


@pytest.fixture
def pictured(browser: Browser, pictured_app: App) -> Iterator[Visitors]:
    opened = Visitors(browser, pictured_app.url)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def free_endpoint(endpoint: Endpoint) -> Iterator[None]:
    yield
    endpoint.say(TRACE)
    endpoint.release()


def forget_runs(page: Page) -> None:
    """Delete what the picture before left behind, so that the list is the same in every order of the tests."""
    for _ in range(10):
        if not page.get_by_test_id("run-item").count():
            return
        expect(page.get_by_test_id("run-acts").locator("button")).not_to_have_count(0)
        stop = page.get_by_test_id("run-stop")
        if stop.count():
            stop.click()
        page.get_by_test_id("run-delete").click(timeout=20_000)
        before = page.get_by_test_id("run-item").count()
        page.get_by_test_id("delete-yes").click()
        expect(page.get_by_test_id("run-item")).to_have_count(before - 1)


@pytest.mark.parametrize(
    ("state", "width", "dark"), SHOTS, ids=[f"{s}-{w}-{'dark' if d else 'light'}" for s, w, d in SHOTS]
)
def test_the_page_looks_as_approved(
    request: pytest.FixtureRequest, endpoint: Endpoint, gallery: Gallery, state: str, width: int, dark: bool
) -> None:
    app, query, reach, _ = STATES[state]
    visitors: Visitors = request.getfixturevalue(app)
    page = visitors.open(query, width=width, height=SIZES[width], dark=dark).page
    if app == "bare" and query == "evaluate":
        forget_runs(page)
    reach(page, endpoint)
    page.evaluate("document.activeElement?.blur(); document.fonts.ready.then(() => null)")
    page.mouse.move(0, 0)
    height = min(MAX_HEIGHT, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("window.scrollTo(0, 0)")
    plots_in_sight(page)
    page.wait_for_timeout(SETTLE_MS)
    name_as_usual(page)
    hidden = VOLATILE if reach in (running, failed) else ".none"
    style = f"{hidden} {{ visibility: hidden !important; }} .lamp {{ animation: none !important; }}"
    gallery.check(f"{state}-{'dark' if dark else 'light'}-{width}", page.screenshot(animations="disabled", style=style))
