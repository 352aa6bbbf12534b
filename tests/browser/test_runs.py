"""A whole run in the browser: started, watched, stopped, gone on with, filtered, opened, saved, deleted."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from dipg_ui.store import load_run
from tests.browser.conftest import Visitors
from tests.browser.endpoint import Endpoint
from tests.browser.runs import CASES, good
from tests.browser.test_pages import complaints

TRACE = good(CASES[0])


@pytest.fixture(autouse=True)
def free_endpoint(endpoint: Endpoint) -> Iterator[None]:
    yield
    endpoint.say(TRACE)
    endpoint.release()


def start(page: Page, n: int, title: str) -> None:
    page.get_by_test_id("run-n").fill(str(n))
    page.get_by_test_id("run-model").select_option("server")
    page.locator(".run-more summary").click()
    page.get_by_test_id("run-title").fill(title)
    page.get_by_test_id("run-start").click()
    expect(page.get_by_test_id("run-name")).to_have_text(title)


def ended(page: Page, words: str) -> None:
    expect(page.get_by_test_id("run-facts")).to_contain_text(words, timeout=30_000)


def test_a_run_fills_its_table_and_charts_and_a_row_opens_in_explore(pages: Visitors, endpoint: Endpoint) -> None:
    endpoint.say(TRACE)
    tab = pages.open("evaluate")
    page = tab.page
    expect(page.get_by_test_id("run-sum")).to_have_text("24 cases: 24 answers to generate.")
    start(page, 4, "A small run")
    ended(page, "Finished")
    expect(page.get_by_test_id("run-facts")).to_contain_text("4 of 4 answers")
    expect(page.get_by_test_id("row")).to_have_count(4)
    expect(page.get_by_test_id("chart-rates")).to_contain_text("of 4 answers safe")
    page.get_by_test_id("row").first.click()
    page.wait_for_url("**/?case=set-01&completion=*&run=*")
    page.locator("#dipg-root:not(.is-loading)").wait_for()
    expect(page.get_by_test_id("answer-text")).to_have_text("54 Gy in 30 fractions")
    page.get_by_test_id("page-evaluate").click()
    expect(page.get_by_test_id("run-name")).to_have_text("A small run")
    assert complaints(tab) == []


def test_a_stopped_run_keeps_what_it_has_and_goes_on_from_there(pages: Visitors, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=len(TRACE) - 5)
    page = pages.open("evaluate").page
    start(page, 3, "A run that is stopped")
    expect(page.get_by_test_id("run-stop")).to_be_visible()
    assert endpoint.asked.wait(10)
    page.get_by_test_id("run-stop").click()
    ended(page, "Stopped")
    expect(page.get_by_test_id("run-facts")).to_contain_text("0 of 3 answers")
    endpoint.say(TRACE)
    endpoint.release()
    page.get_by_test_id("run-resume").click()
    ended(page, "3 of 3 answers")
    expect(page.get_by_test_id("row")).to_have_count(3)


def test_a_run_goes_on_without_its_tab(pages: Visitors, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=10)
    first = pages.open("evaluate").page
    start(first, 2, "A run that is left alone")
    assert endpoint.asked.wait(10)
    url = first.url.split("/")[-1]
    first.close()
    endpoint.say(TRACE)
    endpoint.release()
    second = pages.open(url).page
    expect(second.get_by_test_id("run-name")).to_have_text("A run that is left alone")
    ended(second, "2 of 2 answers")


def test_failures_are_told_with_their_reason_and_can_be_tried_again(pages: Visitors, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=20, breaks=True)
    page = pages.open("evaluate").page
    start(page, 2, "A run that fails")
    ended(page, "2 failed")
    expect(page.get_by_test_id("run-failures")).to_contain_text("2 cases")
    expect(page.get_by_test_id("row").first).to_contain_text("Not scored")
    endpoint.say(TRACE)
    page.get_by_test_id("run-retry").click()
    ended(page, "2 of 2 answers")
    expect(page.get_by_test_id("run-failures")).to_be_hidden()


def test_filters_and_search_leave_what_was_asked_for(pages: Visitors) -> None:
    page = pages.open("evaluate?run=alpha").page
    count = page.get_by_test_id("table-count")
    expect(count).to_have_text("24 answers")
    page.get_by_test_id("filter-outcome").select_option(label="Altered quote")
    expect(count).to_contain_text(" of 24 answers")
    for row in page.get_by_test_id("row").all():
        expect(row).to_contain_text("Altered quote")
    page.get_by_test_id("filter-clear").click()
    expect(count).to_have_text("24 answers")
    page.get_by_test_id("filter-differ").select_option("v4")
    expect(count).to_contain_text(" of 24 answers")
    page.get_by_test_id("filter-category").select_option("missing information")
    for row in page.get_by_test_id("row").all():
        expect(row).to_contain_text("missing information")
    page.get_by_test_id("filter-clear").click()
    # Only in the text of the answers, which the page does not hold.
    page.get_by_test_id("table-search").fill("Vincristine")
    expect(count).to_have_text("4 of 24 answers")
    page.get_by_test_id("table-search").fill("")
    page.get_by_test_id("sort-guarded").click()
    expect(page.locator('[aria-sort="ascending"]')).to_have_count(1)


def test_a_number_out_of_range_is_refused_at_its_field(pages: Visitors) -> None:
    page = pages.open("evaluate").page
    page.get_by_test_id("run-repeats").fill("1000")
    page.get_by_test_id("run-start").click()
    expect(page.locator("#run-repeats-error")).to_be_visible()


def test_uploaded_cases_can_be_run_and_are_named(pages: Visitors, endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.say(TRACE)
    file = tmp_path / "own.jsonl"
    file.write_text('{"id": "own", "context": "The dose is 54 Gy.", "question": "Which dose?"}\n{bad\n')
    page = pages.open("evaluate").page
    page.locator("#dipg-upload input[type=file]").nth(0).set_input_files(file)
    expect(page.get_by_test_id("upload-note")).to_contain_text("1 case read, 1 problem")
    expect(page.get_by_test_id("run-sum")).to_have_text("1 case: 1 answer to generate.")
    start(page, 1, "Own cases")
    ended(page, "1 of 1 answer")
    expect(page.get_by_test_id("row")).to_contain_text("Which dose?")


def test_a_run_is_saved_and_deleted_after_a_question(pages: Visitors, endpoint: Endpoint) -> None:
    endpoint.say(TRACE)
    page = pages.open("evaluate").page
    start(page, 1, "A run to delete")
    ended(page, "Finished")
    run = page.url.split("run=")[1]
    files = {}
    for form in ("jsonl", "csv", "parquet"):
        with page.expect_download() as download:
            page.get_by_test_id(f"run-save-{form}").click()
        assert download.value.suggested_filename == f"{run}.{form}"
        files[form] = Path(download.value.path())
    assert load_run(files["jsonl"]).run.completions[0].text == TRACE
    table, columns = pd.read_csv(files["csv"]), pd.read_parquet(files["parquet"])
    assert list(table["completion"]) == list(columns["completion"]) == [TRACE]
    page.get_by_test_id("run-delete").click()
    page.get_by_test_id("delete-yes").click()
    expect(page.get_by_test_id("runs")).not_to_contain_text("A run to delete")


def test_what_failed_is_not_counted_as_an_answer(pages: Visitors, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=20, breaks=True, free=1)
    page = pages.open("evaluate").page
    start(page, 3, "A run that fails in part")
    ended(page, "2 failed")
    expect(page.get_by_test_id("table-count")).to_have_text("3 entries: 1 answer, 2 not scored")
    page.get_by_test_id("filter-reason").select_option("failed")
    expect(page.get_by_test_id("table-count")).to_have_text("2 of 3 entries")
