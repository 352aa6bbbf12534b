"""Charts out of sight wait for their drawing: nobody sees an earlier figure under a new threshold."""

from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.test_pages import complaints, drawn

# At each frame: is the sweep covered, or drawn for the threshold that the page is at?
WATCH = """() => {
  window.seen = { covered: 0, drawn: 0, old: [] };
  const plot = document.querySelector("[data-testid=plot-sweep]");
  const wait = document.querySelector("[data-testid=chart-sweep] .plot-wait");
  const look = () => {
    const at = new URLSearchParams(location.search).get("threshold");
    const told = plot.textContent.match(/now (\\d+) %/)?.[1];
    if (!wait.hidden) seen.covered += 1;
    else if (told === at) seen.drawn += 1;
    else seen.old.push([told, at]);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def test_a_chart_out_of_sight_is_covered_until_it_is_drawn_anew(pages: Visitors) -> None:
    tab = pages.open("compare?run=alpha&threshold=85", height=760)
    page = tab.page
    drawn(page, "sweep")
    page.get_by_test_id("threshold").focus()
    page.evaluate("scrollTo(0, 0)")
    slider = page.get_by_test_id("threshold")
    slider.press("ArrowRight")
    page.wait_for_url("**threshold=86*")
    page.evaluate(WATCH)
    for threshold in range(87, 91):
        slider.press("ArrowRight")
        page.wait_for_url(f"**threshold={threshold}*")
        page.get_by_test_id("plot-sweep").scroll_into_view_if_needed()
        page.wait_for_timeout(100)
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(100)
    # Left in peace, it is drawn without being looked at.
    expect(page.get_by_test_id("plot-sweep")).to_contain_text("now 90 %")
    expect(page.locator("[data-testid=chart-sweep] .plot-wait")).to_be_hidden()
    seen = page.evaluate("seen")
    assert seen["old"] == []
    assert seen["covered"] > 0
    assert seen["drawn"] > 0
    assert complaints(tab) == []


def test_a_saved_chart_is_current_though_its_drawing_waits(pages: Visitors) -> None:
    page = pages.open("compare?run=alpha&threshold=85", height=760).page
    drawn(page, "sweep")
    page.evaluate("scrollTo(0, 0)")
    page.get_by_test_id("threshold").press("ArrowRight")
    page.wait_for_url("**threshold=86*")
    with page.expect_download() as saved:
        page.evaluate("document.querySelector('[data-testid=save-sweep-svg]').click()")
    assert "now 86 %" in saved.value.path().read_text(encoding="utf-8").replace("\u00a0", " ")
