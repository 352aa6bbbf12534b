"""Cases of other people's making: a file whose columns are chosen on Evaluate or Explore, a data set of the hub."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.runs import HOSTILE, build_bare_stage
from tests.browser.stage import start_app
from tests.browser.wcag import findings
from tests.unit.hub import REPO, a_hub

CONTEXT = "The child received 54 Gy in 30 fractions to the pons."
ROW = {"messages": [{"role": "user", "content": f"<context>{CONTEXT}</context><question>Which dose?</question>"}]}
THEIRS = "".join(
    json.dumps({"nr": n, "passage": f"Letter {n}. {CONTEXT} {HOSTILE if n == 1 else ''}", "query": f"Which dose, {n}?"})
    + "\n"
    for n in range(1, 6)
)


@pytest.fixture(scope="module")
def app_url(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Iterator[str]:
    """The app with leave to download, and a hub of the tests' own."""
    with a_hub({"data/eval.jsonl": json.dumps(ROW).encode()}) as (url, _), pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_ENDPOINT", url)
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hub")))
        patch.delenv("HF_HUB_OFFLINE", raising=False)
        stage = build_bare_stage(tmp_path_factory.mktemp("sets"))
        started = start_app(stage, data, preload="0", device="cpu", allow_download="1")
        yield started.url
        started.stop()


@pytest.fixture
def tabs(browser: Browser, app_url: str) -> Iterator[Visitors]:
    opened = Visitors(browser, app_url)
    yield opened
    opened.close()


def upload(page: Page, folder: Path) -> None:
    file = folder / "theirs.jsonl"
    file.write_text(THEIRS, encoding="utf-8")
    page.locator("#dipg-upload input[type=file]").nth(0).set_input_files(file)
    expect(page.get_by_test_id("columns")).to_be_visible()


def choose(page: Page, folder: Path) -> None:
    """By the button on Explore, as a visitor does."""
    file = folder / "theirs.jsonl"
    file.write_text(THEIRS, encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload cases").first.click()
    chooser.value.set_files(file)
    expect(page.get_by_test_id("columns")).to_be_visible()


def test_columns_are_shown_with_what_would_be_read_and_used_when_chosen(tabs: Visitors, tmp_path: Path) -> None:
    tab = tabs.open("evaluate")
    page = tab.page
    upload(page, tmp_path)
    expect(page.get_by_test_id("column-context")).to_have_value("passage")
    expect(page.get_by_test_id("column-question")).to_have_value("query")
    preview = page.get_by_test_id("columns-preview")
    expect(preview).to_contain_text("Letter 1. The child received")
    expect(preview).to_contain_text("<img src=x")
    page.get_by_test_id("column-question").select_option("")
    expect(page.get_by_test_id("columns-told")).to_have_text("Choose the question.")
    expect(page.get_by_test_id("columns-use")).to_be_disabled()
    page.get_by_test_id("column-question").select_option("passage")
    expect(preview).not_to_contain_text("Which dose, 1?")
    page.get_by_test_id("column-question").select_option("query")
    expect(page.get_by_test_id("columns-told")).to_have_text("5 of 5 rows can be read.")
    page.get_by_test_id("columns-use").click()
    expect(page.get_by_test_id("columns")).to_be_hidden()
    expect(page.get_by_test_id("upload-note")).to_contain_text("theirs.jsonl 5 cases read")
    expect(page.get_by_test_id("run-set").locator("option:checked")).to_have_text("theirs.jsonl (5)")
    expect(page.get_by_test_id("run-n")).to_have_value("5")
    assert tab.dialogs == []
    assert tab.errors == []


def test_a_file_can_be_let_be(tabs: Visitors, tmp_path: Path) -> None:
    page = tabs.open("evaluate").page
    upload(page, tmp_path)
    page.get_by_test_id("columns-drop").click()
    expect(page.get_by_test_id("columns")).to_be_hidden()
    expect(page.get_by_test_id("run-set").locator("option")).to_have_count(2)


def test_a_data_set_of_the_hub_is_fetched_by_its_id_and_a_wrong_id_is_said(tabs: Visitors) -> None:
    page = tabs.open("evaluate").page
    expect(page.get_by_test_id("hub-field")).to_be_hidden()
    page.get_by_test_id("run-set").select_option(label="From the hub or a server…")
    expect(page.get_by_test_id("hub-id")).to_be_focused()
    expect(page.get_by_test_id("run-start")).to_be_disabled()
    expect(page.get_by_test_id("run-sum")).to_have_text("Fetch a data set first.")
    page.get_by_test_id("hub-id").fill("no such set")
    page.get_by_test_id("hub-fetch").click()
    expect(page.get_by_test_id("notice")).to_contain_text("is no data set of the hub")
    expect(page.get_by_test_id("hub-field")).to_be_visible()
    expect(page.get_by_test_id("hub-fetch")).to_be_enabled()
    page.get_by_test_id("hub-id").fill(REPO)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("run-set").locator("option:checked")).to_have_text(f"{REPO} (1)")
    expect(page.get_by_test_id("hub-field")).to_be_hidden()
    expect(page.get_by_test_id("notice")).to_contain_text(f"Fetched: {REPO}")


def test_on_explore_the_first_of_the_chosen_cases_is_opened(tabs: Visitors, tmp_path: Path) -> None:
    tab = tabs.open()
    page = tab.page
    before = page.get_by_test_id("question").text_content()
    choose(page, tmp_path)
    expect(page.get_by_role("heading", name="theirs.jsonl: which column is which?")).to_be_focused()
    expect(page.get_by_test_id("columns-preview")).to_contain_text("<img src=x")
    page.get_by_test_id("columns-drop").click()
    expect(page.get_by_test_id("columns")).to_be_hidden()
    expect(page.get_by_test_id("question")).to_have_text(before or "")
    expect(page.get_by_test_id("question")).to_be_focused()
    choose(page, tmp_path)
    page.get_by_test_id("column-question").select_option("")
    expect(page.get_by_test_id("columns-use")).to_be_disabled()
    page.get_by_test_id("column-question").select_option("query")
    expect(page.get_by_test_id("columns-told")).to_have_text("5 of 5 rows can be read.")
    page.get_by_test_id("columns-use").click()
    expect(page.get_by_test_id("columns")).to_be_hidden()
    expect(page.get_by_test_id("question")).to_have_text("Which dose, 1?")
    expect(page.get_by_test_id("question")).to_be_focused()
    expect(page.get_by_test_id("upload-note")).to_contain_text("theirs.jsonl")
    assert tab.dialogs == []
    assert tab.errors == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 375])
def test_choosing_columns_fits_on_explore_and_has_no_serious_finding(
    tabs: Visitors, tmp_path: Path, width: int, dark: bool
) -> None:
    page = tabs.open(width=width, dark=dark).page
    expect(page.get_by_test_id("question")).to_be_visible()
    if width < 1200:
        page.get_by_test_id("cases-open").click()  # the button that asks for a file is in the list
    choose(page, tmp_path)
    page.locator(".columns summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert findings(page) == []
    page.get_by_test_id("columns-use").click()
    expect(page.get_by_test_id("question")).to_have_text("Which dose, 1?")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 375])
def test_choosing_columns_fits_and_has_no_serious_finding(
    tabs: Visitors, tmp_path: Path, width: int, dark: bool
) -> None:
    page = tabs.open("evaluate", width=width, dark=dark).page
    upload(page, tmp_path)
    page.locator(".columns summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert findings(page) == []
    page.get_by_test_id("columns-drop").click()
    page.get_by_test_id("run-set").select_option(label="From the hub or a server…")
    field, fetch = (page.get_by_test_id(each).bounding_box() for each in ("hub-id", "hub-fetch"))
    assert field is not None
    assert fetch is not None
    assert field["x"] + field["width"] <= fetch["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert findings(page) == []
