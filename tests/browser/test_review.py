"""Blind review by keyboard alone: two reviewers at once, a server that is killed, and nothing lost."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.conftest import Visitors
from tests.browser.reviews import await_answer, begin, judge, judge_all, save
from tests.browser.stage import TRACES, start_app


def entries(store_url: str) -> list[dict[str, object]]:
    connection = sqlite3.connect(store_url.removeprefix("sqlite:///"))
    connection.row_factory = sqlite3.Row
    try:
        found = connection.execute("SELECT * FROM review_entries ORDER BY id").fetchall()
    finally:
        connection.close()
    return [dict(row) for row in found]


def listen(page: Page) -> list[tuple[str, str]]:
    """Every answer of the server to the page's script, with what was asked."""
    heard: list[tuple[str, str]] = []

    def hear(response: Response) -> None:
        if response.url.endswith("/dipg/review") and response.ok:
            heard.append((json.loads(response.request.post_data or "{}")["action"], response.text()))

    page.on("response", hear)
    return heard


def test_two_reviewers_judge_a_whole_run_blind_by_keyboard_at_once(reviewers: Visitors, store_url: str) -> None:
    first, second = reviewers.open("review"), reviewers.open("review")
    heard = listen(first.page)
    ada, ben = begin(first, "Dr Ada"), begin(second, "Dr Ben")
    expect(ada.get_by_test_id("review-kind")).to_contain_text("Blind")
    expect(ada.get_by_test_id("reveal")).to_be_hidden()
    started = time.monotonic()
    judge(ada, "1", "1")
    assert [text for action, text in heard if action != "save" and '"evaluations"' in text] == []
    save(ada)
    ada.keyboard.press("Enter")
    await_answer(ada, 2)
    # The other one at the same answers, in between.
    judge_all(ben, "3")
    judge_all(ada, "1", 2)
    assert (time.monotonic() - started) / (2 * len(TRACES)) < 3, "a judgement must not wait for the page"
    expect(ada.get_by_test_id("none")).to_contain_text(f"All {len(TRACES)} answers judged")
    blind = [text for action, text in heard if action == "item"]
    assert len(blind) == len(TRACES)
    assert [text for text in blind if '"reveal": null' not in text] == []
    kept = [row for row in entries(store_url) if row["reviewer"] in {"Dr Ada", "Dr Ben"}]
    assert {(row["reviewer"], json.loads(str(row["judgement"]))["answer"]) for row in kept} == {
        ("Dr Ada", "right"),
        ("Dr Ben", "wrong"),
    }
    assert len(kept) == 2 * len(TRACES)
    assert all(row["blind"] for row in kept)
    ada.get_by_test_id("view-agreement").click()
    expect(ada.get_by_test_id("agreement")).to_contain_text("Dr Ben 6 of 6 answers")
    expect(ada.get_by_test_id("kappa").first).to_have_text("–")
    expect(ada.get_by_test_id("agreement")).to_contain_text("Only 6 judged by both")
    assert first.errors == second.errors == []


def test_a_change_asks_why_undo_brings_the_earlier_one_back_and_history_holds_all(reviewers: Visitors) -> None:
    page = begin(reviewers.open("review"), "Dr Cho")
    judge(page, "1", "1")
    save(page)
    page.keyboard.press("c")
    await_answer(page)
    page.keyboard.press("ArrowUp")
    judge(page, "3", "2")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("review-reason")).to_be_focused()
    page.keyboard.type("Read too fast")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("said")).to_contain_text("version 2")
    expect(page.get_by_test_id("answer-2")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("u")
    expect(page.get_by_test_id("said")).to_contain_text("version 3")
    expect(page.get_by_test_id("answer-1")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("u")
    await_answer(page)
    expect(page.get_by_test_id("review-kind")).to_contain_text("not blind")
    page.get_by_test_id("view-history").click()
    expect(page.get_by_test_id("history")).to_contain_text("Read too fast")
    expect(page.get_by_test_id("history").locator("tbody tr")).to_have_count(4)


def test_skip_comes_back_at_the_end_and_back_goes_where_one_was(reviewers: Visitors) -> None:
    page = begin(reviewers.open("review"), "Dr Dee")
    first = page.get_by_test_id("review-question").inner_text()
    page.keyboard.press("s")
    await_answer(page, 2)
    page.keyboard.press("b")
    await_answer(page, 1)
    expect(page.get_by_test_id("review-question")).to_have_text(first)
    page.keyboard.press("s")
    await_answer(page, 2)
    judge_all(page, "1", 2)
    await_answer(page, 1)
    expect(page.get_by_test_id("review-question")).to_have_text(first)


def test_an_altered_quote_must_be_told_and_enter_names_what_is_missing(reviewers: Visitors) -> None:
    page = begin(reviewers.open("review"), "Dr Eve")
    while not page.get_by_test_id("judge-quote").count():
        page.keyboard.press("s")
        await_answer(page)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("announcer")).to_contain_text("Quote 1")
    page.keyboard.press("4")
    expect(page.get_by_test_id("quote-0-what")).to_be_focused()
    page.keyboard.type("5 mg, not 2?")  # digits and ? are letters here
    page.keyboard.press("Enter")
    assert page.get_by_test_id("quote-0-what").input_value() == "5 mg, not 2?"
    for _ in range(page.get_by_test_id("judge-quote").count() - 1):
        page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("answer-1")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("answer-5")).to_have_attribute("aria-checked", "true")
    save(page)


def test_in_teaching_verdicts_are_there_at_once_and_the_data_says_so(reviewers: Visitors, store_url: str) -> None:
    tab = reviewers.open("review")
    tab.page.get_by_test_id("setup-teaching").check()
    tab.page.get_by_test_id("setup-name").focus()
    page = begin(tab, "Dr Fay")
    expect(page.get_by_test_id("reveal")).to_be_visible()
    judge(page, "1", "1")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("said")).to_contain_text("version 1")
    (kept,) = [row for row in entries(store_url) if row["reviewer"] == "Dr Fay"]
    assert (kept["teaching"], kept["blind"]) == (1, 0)


def test_a_draft_survives_a_reload_and_reaches_another_browser(reviewers: Visitors) -> None:
    page = begin(reviewers.open("review"), "Dr Gil")
    judge(page, "2", "4")
    page.keyboard.press("n")
    with page.expect_response("**/dipg/review"):
        page.keyboard.type("half a thought")
    page.wait_for_timeout(700)
    page.reload()
    await_answer(page)
    expect(page.get_by_test_id("review-note")).to_have_value("half a thought")
    expect(page.get_by_test_id("answer-4")).to_have_attribute("aria-checked", "true")
    elsewhere = begin(reviewers.open("review"), "Dr Gil")
    expect(elsewhere.get_by_test_id("review-note")).to_have_value("half a thought")


def test_a_kill_of_the_server_in_the_middle_loses_nothing(
    browser: Browser, stage: Path, data: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'runs.sqlite3'}"
    app = start_app(stage, data, preload="0", database_url=url)
    visitors = Visitors(browser, app.url)
    try:
        page = begin(visitors.open("review"), "Dr Ada")
        judge(page, "1", "1")
        save(page)
        page.keyboard.press("Enter")
        await_answer(page, 2)
        app.process.kill()
        app.process.wait()
        judge(page, "1", "2")
        page.keyboard.press("n")
        page.keyboard.type("written while the server was dead")
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("connection")).to_contain_text("1 judgement waiting in this browser")
        expect(page.get_by_test_id("reveal")).to_be_hidden()
        app = start_app(stage, data, preload="0", database_url=url, port=app.url.rpartition(":")[2])
        expect(page.get_by_test_id("connection")).to_be_hidden(timeout=30_000)
        expect(page.get_by_test_id("reveal")).to_be_visible()
        kept = entries(url)
        assert [json.loads(str(row["judgement"]))["answer"] for row in kept] == ["right", "right but incomplete"]
        assert json.loads(str(kept[1]["judgement"]))["note"] == "written while the server was dead"
        page.reload()
        await_answer(page)
        expect(page.get_by_test_id("counter")).to_contain_text("2 of 6 judged")
    finally:
        visitors.close()
        app.stop()


def test_hostile_names_and_notes_stay_text(reviewers: Visitors) -> None:
    tab = reviewers.open("review")
    name = "<img src=x onerror=alert(1)> ${1+1} {{2+2}}"
    page = begin(tab, name)
    judge(page, "1", "1")
    page.keyboard.press("n")
    page.keyboard.type("</script><script>alert(2)</script>")
    page.keyboard.press("Escape")
    save(page)
    expect(page.get_by_test_id("counter")).to_contain_text(name)
    for view in ("agreement", "history"):
        page.get_by_test_id(f"view-{view}").click()
        expect(page.get_by_test_id(view)).to_contain_text(
            name if view == "agreement" else "</script><script>alert(2)</script>"
        )
    assert tab.dialogs == []
    assert tab.errors == []


def test_letters_can_be_turned_off_as_shortcuts(reviewers: Visitors) -> None:
    page = begin(reviewers.open("review"), "Dr Hal")
    page.keyboard.press("?")
    expect(page.get_by_test_id("help")).to_be_visible()
    page.get_by_test_id("help-letters").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.wait_for_timeout(200)
    expect(page.get_by_test_id("counter")).to_contain_text("answer 1")
    page.keyboard.press("1")
    expect(page.locator("[role=radio][aria-checked=true]")).to_have_count(1)


def test_no_key_judges_the_answer_before_while_the_next_one_is_on_its_way(reviewers: Visitors) -> None:
    page = begin(reviewers.open("review"), "Dr Fast")
    first = page.get_by_test_id("review-question").inner_text()
    page.wait_for_timeout(500)  # what is fetched ahead is here; the one after it is made to wait
    page.keyboard.press("s")
    await_answer(page, 2)
    page.wait_for_timeout(500)
    page.evaluate(
        "const fetched = window.fetch; window.fetch = (...asked) => "
        "new Promise((done) => setTimeout(() => done(fetched(...asked)), 800))"
    )
    page.keyboard.press("b")
    for _ in range(3):
        page.keyboard.press("1")
    assert page.locator("[role=radio][aria-checked=true]").count() == 0
    await_answer(page, 1)
    expect(page.get_by_test_id("review-question")).to_have_text(first)
    assert page.locator("[role=radio][aria-checked=true]").count() == 0
