"""What somebody chose in a table stands in the address, and comes back from it."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.test_pages import complaints, drawn, press_mark


def asked(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def rows(page: Page) -> list[str]:
    return page.get_by_test_id("row").all_inner_texts()


def in_another_tab(visitors: Visitors, page: Page) -> Page:
    return visitors.open(page.url.split("/")[-1]).page


def test_a_row_stays_the_same_when_the_server_has_searched_the_texts_too(pages: Visitors) -> None:
    page = pages.open("evaluate?run=alpha").page
    page.get_by_test_id("table-search").fill("letter")
    row = page.get_by_test_id("row").first.element_handle()
    page.wait_for_timeout(1500)
    assert row.evaluate("row => row.isConnected")


def test_filters_search_and_sorting_of_a_run_are_in_its_address(pages: Visitors) -> None:
    tab = pages.open("evaluate?run=alpha")
    page = tab.page
    page.get_by_test_id("filter-protocol").select_option("v4")
    page.get_by_test_id("filter-outcome").select_option(label="Correct answer")
    page.get_by_test_id("filter-flag").select_option("!hallucination")
    page.get_by_test_id("filter-category").select_option(index=1)
    page.get_by_test_id("sort-guarded").click()
    page.get_by_test_id("sort-guarded").click()
    page.get_by_test_id("table-search").fill("letter")
    page.wait_for_url("**q=letter*")
    told = asked(page)
    assert told.pop("category")
    assert told == {
        "run": "alpha",
        "protocol": "v4",
        "outcome": "correct answer",
        "flag": "!hallucination",
        "sort": "-guarded",
        "q": "letter",
    }
    said = page.get_by_test_id("table-count").inner_text()
    assert " of 24 answers" in said
    other = in_another_tab(pages, page)
    expect(other.get_by_test_id("table-count")).to_have_text(said)
    assert rows(other) == rows(page)
    other.get_by_test_id("filter-clear").click()
    other.get_by_test_id("table-search").fill("")
    other.wait_for_function("!location.search.includes('q=')")
    assert asked(other) == {"run": "alpha", "protocol": "v4", "sort": "-guarded"}
    assert complaints(tab) == []


def test_a_search_in_the_texts_comes_back_from_an_address(pages: Visitors) -> None:
    # Only in the text of the answers, which the page does not hold.
    page = pages.open("evaluate?run=alpha&q=Vincristine").page
    expect(page.get_by_test_id("table-count")).to_have_text("4 of 24 answers")
    expect(page.get_by_test_id("table-search")).to_have_value("Vincristine")


def test_the_mark_of_a_run_is_in_its_address_until_a_filter_replaces_it(pages: Visitors) -> None:
    page = pages.open("evaluate?run=alpha").page
    press_mark(page, "rewards", 1)
    page.wait_for_url("**mark=rewards*")
    said = page.get_by_test_id("table-count").inner_text()
    other = in_another_tab(pages, page)
    expect(other.get_by_test_id("table-count")).to_have_text(said)
    other.get_by_test_id("filter-differ").select_option("v4")
    other.wait_for_url("**differ=v4*")
    assert asked(other) == {"run": "alpha", "differ": "v4"}


def test_another_run_begins_without_the_filters_of_the_one_before(pages: Visitors) -> None:
    page = pages.open("evaluate?run=alpha&flag=safe&protocol=v4").page
    expect(page.get_by_test_id("table-count")).to_contain_text(" of 24 answers")
    page.locator('[data-testid=run-item][data-run="beta"]').click()
    expect(page.get_by_test_id("run-name")).to_have_text("Second setting")
    expect(page.get_by_test_id("table-count")).to_have_text("24 answers")
    assert asked(page)["run"] == "beta"
    assert "flag" not in asked(page)


def test_an_address_that_asks_for_what_there_is_not_shows_all(pages: Visitors) -> None:
    tab = pages.open("evaluate?run=alpha&outcome=perfect&category=x&flag=y&sort=z&mark=gone&reason=:never&protocol=v9")
    expect(tab.page.get_by_test_id("table-count")).to_have_text("24 answers")
    tab.page.wait_for_function("location.search === '?run=alpha'")
    assert complaints(tab) == []


def test_search_and_sorting_of_a_comparison_are_in_its_address(pages: Visitors) -> None:
    page = pages.open("compare?run=alpha").page
    drawn(page, "rates")
    press_mark(page, "rewards", 1)
    page.get_by_test_id("sort-case").click()
    page.get_by_test_id("table-search").fill("letter 1")
    page.wait_for_url("**q=letter+1*")
    assert {"mark", "sort", "q"} <= asked(page).keys()
    page.get_by_test_id("table-frame").scroll_into_view_if_needed()
    other = in_another_tab(pages, page)
    expect(other.get_by_test_id("table-count")).to_have_text(page.get_by_test_id("table-count").inner_text())
    expect(other.locator('[aria-sort="ascending"]')).to_have_count(1)
    assert rows(other) == rows(page)
