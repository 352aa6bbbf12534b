"""Evaluate, Compare and Method: from page to page, from a mark to its answers, from an answer to Explore."""

import csv
import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Tab, Visitors
from tests.browser.runs import HOSTILE, hostile_run_file, long_run_file
from tests.browser.stage import App
from tests.browser.test_privacy import strangers
from tests.browser.wcag import unlisted

CHARTS = (
    *("rates", "rungs", "sweep", "v3-v4", "v4-guarded", "categories", "rewards", "similarity", "alterations"),
    *("difference", "paired"),
)
FILE_PATIENCE_MS = 30_000  # a file is drawn anew; on a machine that is busy with much else that takes long
PAGES = {"explore": "Explore", "evaluate": "Evaluate", "compare": "Compare", "review": "Review", "method": "Method"}


def complaints(tab: Tab) -> list[str]:
    """What went wrong on the page, but for the streams of Gradio that break off when a page is left."""
    return [error for error in tab.errors if "AbortError" not in error and "errored out" not in error]


def drawn(page: Page, chart: str) -> None:
    """Bring a chart into the window and wait until it is drawn."""
    page.get_by_test_id(f"plot-{chart}").scroll_into_view_if_needed()
    page.locator(f"[data-testid=plot-{chart}] .main-svg").first.wait_for()
    expect(page.locator(f"[data-testid=chart-{chart}] .plot-wait")).to_be_hidden()


def press_mark(page: Page, chart: str, place: int) -> None:
    drawn(page, chart)
    point = page.locator(f"[data-testid=plot-{chart}] .points path").nth(place)
    box = point.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def import_run(page: Page, file: Path) -> None:
    page.locator("#dipg-upload input[type=file]").nth(1).set_input_files(file)
    expect(page.get_by_test_id("notice")).to_contain_text("was imported")


def test_the_masthead_leads_from_page_to_page_by_keyboard_too(pages: Visitors) -> None:
    tab = pages.open("method")
    for name in ("evaluate", "compare", "review", "explore", "method"):
        link = tab.page.get_by_test_id(f"page-{name}")
        link.focus()
        tab.page.keyboard.press("Enter")
        tab.page.locator("#dipg-root:not(.is-loading)").wait_for()
        current = tab.page.locator('.pages [aria-current="page"]')
        expect(current).to_have_text(PAGES[name])
    assert complaints(tab) == []


@pytest.mark.parametrize("query", ["evaluate?run=alpha", "compare?run=alpha&with=beta", "review", "method", ""])
def test_nothing_is_wider_than_the_window(pages: Visitors, query: str) -> None:
    page = pages.open(query, width=1920).page
    if query.startswith("compare"):
        drawn(page, "rates")
    for width in (1920, 1024, 768, 375, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(300)  # the charts fit themselves to the window
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for link in page.locator(".pages a").all():
            box = link.bounding_box()
            assert box is not None
            assert 0 <= box["x"] <= width - box["width"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("query", ["evaluate?run=alpha", "compare?run=alpha&with=beta", "method"])
def test_the_pages_break_no_rule(pages: Visitors, query: str, dark: bool) -> None:
    page = pages.open(query, dark=dark).page
    if query.startswith("compare"):
        drawn(page, "rates")
        page.locator("[data-testid=figures-rates] summary").click()
        page.locator("[data-testid=figures-rates] .figure-link").first.click()
    assert unlisted(page) == []
    page.set_viewport_size({"width": 375, "height": 812})
    assert unlisted(page) == []


def test_a_mark_opens_exactly_its_answers_and_a_row_opens_in_explore(pages: Visitors) -> None:
    tab = pages.open("compare?run=alpha")
    page = tab.page
    press_mark(page, "rewards", 1)
    said = page.get_by_test_id("pick-count").inner_text()
    hits = int(said.split(" of ")[0])
    expect(page.get_by_test_id("table-count")).to_have_text(f"{hits} of 24 answers")
    page.get_by_test_id("see-answers").click()
    scrolled = page.evaluate("scrollY")
    page.wait_for_timeout(300)
    assert scrolled == page.evaluate("scrollY") > 0  # who asked for less motion sees nothing slide
    expect(page.get_by_test_id("row")).to_have_count(hits)
    page.wait_for_url("**mark=rewards*")
    question = page.locator("[data-testid=row] .row-link").first.inner_text()
    page.get_by_test_id("row").first.click()
    page.wait_for_url("**/?case=set-*")
    page.locator("#dipg-root:not(.is-loading)").wait_for()
    expect(page.get_by_test_id("question")).to_have_text(question)
    expect(page.get_by_test_id("origin")).to_contain_text("Stored run")
    page.go_back()
    expect(page.get_by_test_id("table-count")).to_have_text(f"{hits} of 24 answers")
    assert complaints(tab) == []


def test_figures_open_their_answers_without_a_mouse_and_escape_shows_all(pages: Visitors) -> None:
    page = pages.open("compare?run=alpha").page
    drawn(page, "rates")
    page.locator("[data-testid=figures-rates] summary").focus()
    page.keyboard.press("Enter")
    figure = page.locator('[data-mark="rates:v4:safe"]')
    text = figure.inner_text()
    figure.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("pick-count")).to_have_text(text.split(" (")[0])
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("pick-bar")).to_be_hidden()
    expect(page.get_by_test_id("table-count")).to_have_text("24 answers")


def test_a_cell_of_a_matrix_opens_its_answers(pages: Visitors) -> None:
    page = pages.open("compare?run=alpha").page
    drawn(page, "v4-guarded")
    box = page.locator("[data-testid=plot-v4-guarded] .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    expect(page.get_by_test_id("pick-bar")).to_contain_text("V4: safe; Guarded: safe")


def test_the_address_keeps_threshold_runs_and_view(pages: Visitors) -> None:
    page = pages.open("compare?run=alpha").page
    page.get_by_test_id("threshold").fill("97")
    page.wait_for_url("**threshold=97*")
    page.get_by_test_id("run-b").select_option("beta")
    page.wait_for_url("**with=beta*")
    page.get_by_test_id("view").select_option("outcome")
    page.get_by_test_id("rate").select_option("hallucination")
    page.get_by_test_id("reference").uncheck()
    page.wait_for_url("**reference=off*")
    other = pages.open(page.url.split("/")[-1]).page
    expect(other.get_by_test_id("threshold-value")).to_have_text("97 %")
    expect(other.get_by_test_id("run-b")).to_have_value("beta")
    expect(other.get_by_test_id("view")).to_have_value("outcome")
    expect(other.get_by_test_id("rate")).to_have_value("hallucination")
    expect(other.get_by_test_id("reference")).not_to_be_checked()
    expect(other.get_by_test_id("chart-paired")).to_be_visible()


def test_pressing_the_sweep_moves_the_threshold(pages: Visitors) -> None:
    page = pages.open("compare?run=alpha").page
    drawn(page, "sweep")
    box = page.locator('[data-testid=plot-sweep] .nsewdrag[data-subplot="xy"]').bounding_box()
    assert box is not None
    # The lowest line: V3 calls nearly nothing safe.
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] - 8)
    page.wait_for_url("**mark=rates*safe*")
    expect(page.get_by_test_id("threshold-value")).to_have_text("75 %")


def test_the_published_figures_can_be_switched_off(pages: Visitors) -> None:
    page = pages.open("compare?run=alpha").page
    drawn(page, "rates")
    plot = page.get_by_test_id("plot-rates")
    expect(plot).to_contain_text("Published tutorial, Gemma 3 4B, n = 10")
    page.get_by_test_id("reference").uncheck()
    expect(plot).not_to_contain_text("Published tutorial")


def test_between_runs_only_common_cases_count_and_the_other_outcome_is_told(pages: Visitors) -> None:
    page = pages.open("compare?run=alpha&with=beta").page
    expect(page.get_by_test_id("chart-paired")).to_contain_text("24 cases in both runs")
    drawn(page, "paired")
    expect(page.get_by_test_id("plot-paired")).to_contain_text("n = 24")
    expect(page.get_by_test_id("table-frame")).to_contain_text("run B:")


def saved(page: Page, button: str) -> tuple[str, bytes]:
    """The name of the file that a button gives, and what is in it."""
    with page.expect_download(timeout=FILE_PATIENCE_MS) as download:
        page.get_by_test_id(button).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_every_chart_can_be_saved_without_a_connection(pages: Visitors) -> None:
    tab = pages.open("compare?run=alpha&with=beta")
    page = tab.page
    drawn(page, "rates")
    page.context.set_offline(True)
    for chart in CHARTS:
        title = page.locator(f"#chart-{chart}-title").inner_text()
        name, png = saved(page, f"save-{chart}-png")
        assert name == f"dipg-{chart}.png"
        with Image.open(io.BytesIO(png)) as picture:
            assert picture.width == 1920
            assert len(picture.convert("L").getcolors() or range(256)) > 8, chart
        name, svg = saved(page, f"save-{chart}-svg")
        assert name == f"dipg-{chart}.svg"
        assert title in svg.decode("utf-8")
        name, text = saved(page, f"save-{chart}-csv")
        assert name == f"dipg-{chart}.csv"
        rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
        page.locator(f"[data-testid=figures-{chart}] summary").click()
        shown = page.locator(f"[data-testid=figures-{chart}] tr")
        assert len(rows) > 1
        expect(shown).to_have_count(len(rows))
        assert rows[0] == shown.first.locator("th").all_inner_texts()
    # What the page asks meanwhile, such as whether the server is still there, cannot be answered.
    assert [each for each in complaints(tab) if "ERR_INTERNET_DISCONNECTED" not in each] == []


def test_no_page_reaches_another_machine(pages: Visitors, pages_app: App) -> None:
    for query in ("compare?run=alpha&with=beta", "evaluate?run=alpha", "method"):
        tab = pages.open(query)
        if query != "method":
            drawn(tab.page, "rates")
        assert strangers(tab.requests, pages_app.url) == []
        assert complaints(tab) == []
    assert pages_app.strangers() == ""


def test_hostile_texts_of_a_run_stay_texts(pages: Visitors, tmp_path: Path) -> None:
    tab = pages.open("evaluate")
    import_run(tab.page, hostile_run_file(tmp_path / "hostile.jsonl"))
    expect(tab.page.get_by_test_id("run-name")).to_have_text(f"Run {HOSTILE}")
    expect(tab.page.locator("[data-testid=row] .row-link")).to_have_text(f"Which dose? {HOSTILE}")
    compare = pages.open("compare?run=hostile&with=alpha")
    drawn(compare.page, "rates")
    expect(compare.page.get_by_test_id("compare-title")).to_contain_text(HOSTILE)
    for each in (tab, compare):
        assert each.dialogs == []
        assert complaints(each) == []
        assert each.page.locator("img, b:has-text('bold'):not(:has-text('<'))").count() == 0


def test_a_long_table_holds_few_rows_at_a_time_and_reaches_its_end(pages: Visitors, tmp_path: Path) -> None:
    page = pages.open("evaluate").page
    import_run(page, long_run_file(tmp_path / "long.jsonl", 1500))
    expect(page.get_by_test_id("table-count")).to_have_text("1,500 answers", timeout=30_000)
    assert page.get_by_test_id("row").count() < 60
    page.get_by_test_id("table-frame").evaluate("frame => (frame.scrollTop = frame.scrollHeight)")
    expect(page.get_by_text("Question 1499?")).to_be_visible()
    assert page.get_by_test_id("row").count() < 60
    page.get_by_test_id("table-search").fill("row-00777")
    expect(page.get_by_test_id("row")).to_have_count(1)
    expect(page.get_by_test_id("table-count")).to_have_text("1 of 1,500 answers")


def test_without_a_run_both_pages_say_so_and_show_no_number(bare: Visitors) -> None:
    compare: Tab = bare.open("compare")
    expect(compare.page.get_by_test_id("empty")).to_contain_text("No run yet")
    expect(compare.page.locator(".chart").first).to_be_hidden()
    evaluate = bare.open("evaluate")
    expect(evaluate.page.get_by_test_id("runs")).to_contain_text("There is no run yet")
    assert complaints(compare) == complaints(evaluate) == []
