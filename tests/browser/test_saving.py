"""A file that somebody asked for: it comes before the charts that are not drawn yet, and a failure is said."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.test_pages import drawn

# Scrolls four charts into the window, and presses a button of the first while Plotly is about to draw the first of
# them. Gives what Plotly was asked for from then on.
PRESS_WHILE_CHARTS_WAIT = """() => new Promise((resolve) => {
  const told = [];
  const { react, toImage } = Plotly;
  Plotly.react = (plot, ...rest) => {
    if (!told.length) setTimeout(() => document.querySelector("[data-testid=save-categories-svg]").click());
    told.push("chart");
    if (told.filter((each) => each === "chart").length === 4) setTimeout(() => resolve(told), 0);
    return react(plot, ...rest);
  };
  Plotly.toImage = (...rest) => (told.push("file"), toImage(...rest));
  document.querySelector("[data-testid=chart-categories]").scrollIntoView();
  setTimeout(() => resolve(told), 10000);
})"""


def first_charts(page: Page) -> None:
    drawn(page, "rates")
    drawn(page, "rungs")


def test_a_file_comes_before_charts_that_are_not_drawn_yet(pages: Visitors) -> None:
    page = pages.open("compare?run=alpha").page
    first_charts(page)
    with page.expect_download() as download:
        told = page.evaluate(PRESS_WHILE_CHARTS_WAIT)
    assert told == ["chart", "file", "chart", "chart", "chart"]
    assert download.value.suggested_filename == "dipg-categories.svg"


def test_a_file_that_cannot_be_made_is_told_and_can_be_asked_for_again(pages: Visitors) -> None:
    page = pages.open("compare?run=alpha").page
    first_charts(page)
    page.evaluate("() => { window.draw = Plotly.toImage; Plotly.toImage = () => Promise.reject(Error('no room')); }")
    page.get_by_test_id("save-rates-png").click()
    expect(page.get_by_test_id("chart-rates").get_by_role("alert")).to_have_text(
        "This chart could not be saved as PNG: no room."
    )
    page.evaluate("() => { Plotly.toImage = window.draw; }")
    with page.expect_download():
        page.get_by_test_id("save-rates-png").click()
    expect(page.get_by_test_id("chart-rates").get_by_role("alert")).to_be_hidden()
