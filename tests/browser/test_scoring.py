"""A stored run whose rules have changed: scored while somebody looks, told how far, in nobody's way."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dipg_ui.records import Run
from dipg_ui.store import RunOrigin, RunStore
from tests.browser.conftest import Visitors
from tests.browser.runs import CASES, a_run, answers, build_pages_stage, near
from tests.browser.stage import start_app
from tests.browser.test_pages import complaints

COUNT = 3000
LINE = re.compile(r"Scoring ([\d,]+) of 3,000 answers again: the rules have changed\.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    """Holds a long run that other rules have scored."""
    made = RunStore(tmp_path / "runs.sqlite3")
    cases = tuple(replace(CASES[number % 16], id=f"row-{number:05d}") for number in range(COUNT))
    done = answers((near,) * 6, "2025-01-02T00:00:00+00:00", cases)
    info = a_run("long", "A long run", "2025-01-02T00:00:00+00:00")
    made.add_run(Run(info, tuple(done), (), cases), RunOrigin.IMPORTED)
    with made._database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO scorings (completion_id, scoring) SELECT id, 'the rules of last year' FROM completions"
        )
    yield made
    made.close()


@pytest.fixture
def busy(store: RunStore, browser: Browser, tmp_path: Path, data: Path) -> Iterator[Visitors]:
    stage = build_pages_stage(tmp_path / "stage")
    app = start_app(stage, data, preload="0", database_url=f"sqlite:///{tmp_path / 'runs.sqlite3'}")
    opened = Visitors(browser, app.url)
    yield opened
    opened.close()
    app.stop()


def progress(page: Page) -> int:
    found = LINE.fullmatch(page.get_by_test_id("scoring-line").inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def test_the_page_says_how_far_the_scoring_is_and_leaving_ends_it(busy: Visitors, store: RunStore) -> None:
    tab = busy.open("compare?run=long")
    page = tab.page
    expect(page.get_by_test_id("scoring-line")).to_have_text(LINE)
    expect(page.get_by_test_id("empty")).to_be_hidden()
    first = progress(page)
    page.wait_for_function(
        "(text) => document.querySelector('.scoring-line').textContent !== text",
        arg=page.get_by_test_id("scoring-line").inner_text(),
    )
    assert first < progress(page) < COUNT
    # Somebody else is served meanwhile.
    other = busy.open("compare?run=alpha").page
    expect(other.get_by_test_id("table-count")).to_have_text("24 answers")
    expect(page.get_by_test_id("scoring")).to_be_visible()
    page.get_by_test_id("run-a").select_option("beta")
    expect(page.get_by_test_id("table-count")).to_have_text("24 answers")
    expect(page.get_by_test_id("scoring")).to_be_hidden()
    time.sleep(2)  # for the slice that was under way
    left = store.unscored("long")
    assert left > 0
    time.sleep(3)
    assert store.unscored("long") == left
    assert complaints(tab) == []


def test_scoring_goes_on_from_where_it_was_left_and_ends_in_the_table(busy: Visitors, store: RunStore) -> None:
    leaving = busy.open("evaluate?run=long").page
    expect(leaving.get_by_test_id("scoring-line")).to_have_text(LINE)
    leaving.close()
    time.sleep(2)
    kept = COUNT - store.unscored("long")
    assert 0 < kept < COUNT
    page = busy.open("evaluate?run=long&q=row-00777").page
    assert progress(page) >= kept
    expect(page.get_by_test_id("table-count")).to_have_text("1 of 3,000 answers", timeout=90_000)
    expect(page.get_by_test_id("scoring")).to_be_hidden()
    assert store.unscored("long") == 0


def test_a_review_says_how_far_the_scoring_of_its_run_is(busy: Visitors, store: RunStore) -> None:
    tab = busy.open("review?run=long")
    page = tab.page
    expect(page.get_by_test_id("scoring-line")).to_have_text(LINE)
    first = progress(page)
    page.get_by_test_id("setup-name").fill("Dr Ada")
    page.wait_for_function(
        "(text) => document.querySelector('.scoring-line').textContent !== text",
        arg=page.get_by_test_id("scoring-line").inner_text(),
    )
    assert first < progress(page) < COUNT
    expect(page.get_by_test_id("setup-name")).to_have_value("Dr Ada")
    # Another run need not wait for this one.
    page.get_by_test_id("setup-run").select_option("alpha")
    page.get_by_test_id("setup-begin").click()
    expect(page.get_by_test_id("counter")).to_contain_text("0 of 24 judged")
    expect(page.get_by_test_id("scoring")).to_be_hidden()
    time.sleep(2)
    left = store.unscored("long")
    time.sleep(2)
    assert 0 < left == store.unscored("long")
    store.score("long")
    again = busy.open("review?run=long").page
    expect(again.get_by_test_id("setup")).to_be_visible()
    expect(again.get_by_test_id("scoring")).to_be_hidden()
    assert complaints(tab) == []
