"""Every page of the dashboard in the state in which its main job is done, for what must hold on all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict, Unpack
from urllib.parse import quote

from playwright.sync_api import Page, expect

from dipg_ui.records import completion_key
from tests.browser.conftest import Visitors
from tests.browser.reviews import await_answer
from tests.browser.runs import ALPHA, CASES, RUNS, answers

# Of `alpha`, the third: an invented quote; the fourth has two near ones.
_KEYS = [completion_key(each) for each in answers(ALPHA, RUNS[0][0].created)]


class Window(TypedDict, total=False):
    width: int
    height: int
    dark: bool
    scale: float
    still: bool


@dataclass(frozen=True, slots=True)
class Place:
    """`stops` are what Tab must come to there, by test id or id."""

    query: str
    reach: Callable[[Page], None]
    stops: frozenset[str]
    ready: str = "#dipg-root:not(.is-loading)"


def _drawn(page: Page) -> None:
    expect(page.get_by_test_id("row").first).to_be_visible()


def _compared(page: Page) -> None:
    page.get_by_test_id("plot-rates").scroll_into_view_if_needed()
    page.locator("[data-testid=plot-rates] .main-svg").first.wait_for()
    page.evaluate("window.scrollTo(0, 0)")


def _judging(page: Page) -> None:
    page.get_by_test_id("setup-name").fill("Dr Reach")
    page.keyboard.press("Enter")
    await_answer(page)
    for _ in range(len(CASES)):
        if page.get_by_test_id("judge-quote").count():
            return
        page.keyboard.press("s")
        await_answer(page)


PLACES = {
    "explore": Place(
        f"?case={CASES[3].id}&completion={_KEYS[3]}&run=alpha",
        lambda page: expect(page.get_by_test_id("passage").first).to_be_visible(),
        frozenset({"skip-link", "generate", "threshold", "context", "citation-1", "citation-2", "card-link"}),
    ),
    "evaluate": Place(
        "evaluate?run=alpha", _drawn, frozenset({"run-start", "run-n", "table-search", "filter-outcome"})
    ),
    "compare": Place(
        "compare?run=alpha&with=beta",
        _compared,
        frozenset({"threshold", "run-a", "run-b", "save-rates-csv"}),
    ),
    "review": Place(
        "review?run=alpha",
        _judging,
        frozenset({"skip", "review-context", "quote-0-1", "answer-1", "confidence-1", "review-note", "save"}),
    ),
    "method": Place("method", lambda page: expect(page.locator("h1")).to_be_visible(), frozenset({"page-method"})),
    "card": Place(
        f"card/alpha/{quote(_KEYS[3], safe='')}",
        lambda page: expect(page.locator("mark").first).to_be_visible(),
        frozenset(),
        "main",
    ),
}


def go(pages: Visitors, name: str, **window: Unpack[Window]) -> Page:
    """The page `name`, ready."""
    place = PLACES[name]
    page = pages.open(place.query, ready=place.ready, **window).page
    place.reach(page)
    return page
