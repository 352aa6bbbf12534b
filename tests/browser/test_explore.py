"""Picking cases, reading stored traces, bringing one's own."""

import json
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser.acts import (
    STORED_MODEL,
    await_verdict,
    generate,
    open_own_case,
    passages,
    paste_completion,
    pick_case,
)
from tests.browser.conftest import Visitors
from tests.browser.stage import PLAIN_CONTEXT, TRACES, UNICODE_CONTEXT, UNICODE_PASSAGES, a_trace


def test_on_arrival_a_stored_trace_is_on_screen_and_says_so(visitors: Visitors) -> None:
    page = visitors.open().page
    await_verdict(page)
    expect(page.get_by_test_id("origin")).to_contain_text("Stored run")
    expect(page.get_by_test_id("context")).to_contain_text("54 Gy in 30 fractions")
    assert passages(page) == ["received 54 Gy in 30 fractions to the pons"]


def test_picking_another_case_shows_its_context_trace_and_address(visitors: Visitors) -> None:
    page = visitors.open().page
    pick_case(page, "altered")
    expect(page.get_by_test_id("question")).to_have_text("How was dexamethasone given?")
    await_verdict(page)
    expect(page.get_by_test_id("alteration").first).to_contain_text("4 mg")
    page.wait_for_url("**/?case=altered*")


def test_a_case_without_a_trace_says_so(visitors: Visitors) -> None:
    page = visitors.open().page
    pick_case(page, "untold")
    expect(page.get_by_test_id("trace-empty")).to_contain_text("Generate")
    expect(page.get_by_test_id("outcome")).to_have_count(0)


def test_a_replay_ends_in_the_stored_trace_with_its_verdicts(visitors: Visitors) -> None:
    page = visitors.open().page
    pick_case(page, "altered")
    generate(page, STORED_MODEL)
    expect(page.get_by_test_id("stop")).to_be_visible()
    await_verdict(page)
    expect(page.get_by_test_id("origin")).to_contain_text("Stored run")
    expect(page.get_by_test_id("answer-text")).to_have_text("4 mg twice daily")


def test_highlights_cover_exactly_the_cited_characters_among_emoji_and_special_hyphens(visitors: Visitors) -> None:
    page = visitors.open("?case=unicode").page
    await_verdict(page)
    assert page.get_by_test_id("context").inner_text().count("🧬") == UNICODE_CONTEXT.count("🧬")
    assert tuple(passages(page)) == UNICODE_PASSAGES


def test_moving_the_threshold_scores_again_without_a_generation(visitors: Visitors) -> None:
    page = visitors.open("?case=plain").page
    await_verdict(page)
    open_own_case(page, PLAIN_CONTEXT, "What dose?", "54 Gy")
    expect(page.get_by_test_id("question")).to_have_text("What dose?")
    paste_completion(page, a_trace("", ("recieved 54 Gy in 30 fractions to the pons",), "54 Gy"))
    await_verdict(page)
    v4 = page.get_by_test_id("outcome").nth(1)
    expect(v4).to_have_text("Correct answer")
    page.get_by_test_id("threshold").fill("100")
    expect(page.get_by_test_id("threshold-value")).to_contain_text("100")
    expect(v4).to_have_text("Ungrounded")
    page.get_by_test_id("threshold").fill("85")
    expect(v4).to_have_text("Correct answer")


def test_an_own_case_becomes_the_case_on_screen(visitors: Visitors) -> None:
    page = visitors.open().page
    open_own_case(page, UNICODE_CONTEXT, "Which drug was started?", "ONC201")
    expect(page.get_by_test_id("question")).to_have_text("Which drug was started?")
    expect(page.get_by_test_id("own-case")).to_be_hidden()
    paste_completion(page, a_trace("", ("ONC201 was started at 625 mg once weekly",), "ONC201"))
    await_verdict(page)
    assert passages(page) == ["ONC201 was started at 625\u202fmg once weekly"]


def test_an_empty_own_case_is_refused_at_its_field_and_nothing_is_lost(visitors: Visitors) -> None:
    page = visitors.open().page
    open_own_case(page, "   ", "What was given?")
    expect(page.get_by_test_id("own-case")).to_be_visible()
    expect(page.locator("#own-context-error")).to_be_visible()
    assert page.get_by_test_id("own-question").input_value() == "What was given?"


def test_an_over_long_context_is_refused_with_its_length_and_nothing_is_lost(visitors: Visitors) -> None:
    page = visitors.open().page
    # Under the browser's bound in characters, over the server's in bytes.
    context = "ä" * 1_200_000
    open_own_case(page, context, "What was given?")
    expect(page.locator("#own-context-error")).to_contain_text("2,400,000")
    assert len(page.get_by_test_id("own-context").input_value()) == len(context)


def test_a_permalink_restores_case_trace_and_citation(visitors: Visitors) -> None:
    first = visitors.open("?case=unicode").page
    await_verdict(first)
    first.keyboard.press("n")
    first.keyboard.press("n")
    first.wait_for_url("**citation=2*")
    second = visitors.open(first.url.split("/")[-1]).page
    await_verdict(second)
    expect(second.locator('[data-testid="passage"].is-lit')).to_have_text(UNICODE_PASSAGES[1])


def test_an_unknown_permalink_is_a_notice_and_the_page_works(visitors: Visitors) -> None:
    tab = visitors.open("?case=no-such-case&completion=zzz&citation=99999999999")
    expect(tab.page.get_by_test_id("notice")).to_contain_text("no-such-case")
    await_verdict(tab.page)
    pick_case(tab.page, "missing")
    expect(tab.page.get_by_test_id("notice")).to_be_hidden()
    assert tab.errors == []


def test_cases_of_an_upload_join_the_list_and_bad_lines_are_named(visitors: Visitors, tmp_path: Path) -> None:
    page = visitors.open().page
    rows = [{"id": f"mine-{number}", "context": PLAIN_CONTEXT, "question": f"Question {number}?"} for number in (1, 2)]
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps(rows[0]) + "\n{broken\n" + json.dumps(rows[1]) + "\n", encoding="utf-8")
    page.locator("#dipg-upload input[type=file]").set_input_files(file)
    note = page.get_by_test_id("upload-note")
    expect(note).to_contain_text("2 cases kept")
    expect(note).to_contain_text("line 2")
    pick_case(page, "mine-2")
    expect(page.get_by_test_id("question")).to_have_text("Question 2?")


def test_an_upload_that_is_no_text_is_refused_by_name_and_the_page_works(visitors: Visitors, tmp_path: Path) -> None:
    page = visitors.open().page
    file = tmp_path / "scan.jsonl"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe" * 99)
    page.locator("#dipg-upload input[type=file]").set_input_files(file)
    expect(page.get_by_test_id("notice")).to_contain_text("scan.jsonl")
    pick_case(page, "altered")
    await_verdict(page)


def test_an_answer_that_is_lost_with_its_stream_is_asked_for_again(visitors: Visitors, tmp_path: Path) -> None:
    """Gradio ends its stream of answers when none is due; what is asked in that moment is answered into nowhere."""
    tab = visitors.open()
    await_verdict(tab.page)
    ended: list[str] = []

    def end_at_once(route: Route) -> None:
        ended.append(route.request.url)
        body = 'data: {"msg": "close_stream"}\n\n'
        route.fulfill(status=200, content_type="text/event-stream", body=body)

    tab.page.route("**/queue/data?*", end_at_once, times=1)
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps({"context": PLAIN_CONTEXT, "question": "A question of mine?"}) + "\n", encoding="utf-8")
    tab.page.locator("#dipg-upload input[type=file]").set_input_files(file)
    expect(tab.page.get_by_test_id("question")).to_have_text("A question of mine?", timeout=15_000)
    expect(tab.page.get_by_test_id("upload-note")).to_contain_text("1 case kept")
    assert len(ended) == 1


def test_an_upload_that_is_too_large_is_refused_before_it_is_sent(visitors: Visitors, tmp_path: Path) -> None:
    tab = visitors.open()
    file = tmp_path / "huge.jsonl"
    with file.open("wb") as out:
        out.truncate(200 * 2**20)
    tab.page.locator("#dipg-upload input[type=file]").set_input_files(file)
    expect(tab.page.get_by_test_id("notice")).to_contain_text("200 MB")
    assert not [url for url in tab.requests if "/upload" in url]


def test_what_one_visitor_brings_no_other_sees(visitors: Visitors) -> None:
    first, second = visitors.open().page, visitors.open().page
    open_own_case(first, PLAIN_CONTEXT, "A private question?")
    expect(first.get_by_test_id("question")).to_have_text("A private question?")
    pick_case(second, "missing")
    expect(second.get_by_test_id("case-list")).not_to_contain_text("A private question?")


def test_the_whole_path_works_with_the_keyboard_alone(visitors: Visitors) -> None:
    page = visitors.open().page
    await_verdict(page)
    page.keyboard.press("/")
    page.keyboard.type("dexamethasone")
    expect(page.get_by_test_id("case-item")).to_have_count(1)
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.dataset.testid") == "case-item":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("question")).to_have_text("How was dexamethasone given?")
    await_verdict(page)
    page.keyboard.press("n")
    expect(page.locator('[data-testid="passage"].is-lit')).to_have_count(1)
    page.get_by_test_id("model-picker").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for _ in range(6):
        if page.evaluate("document.activeElement?.value") == STORED_MODEL:
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    page.get_by_test_id("question").focus()
    page.keyboard.press("g")
    expect(page.get_by_test_id("stop")).to_be_visible()
    await_verdict(page)
    expect(page.get_by_test_id("answer-text")).to_have_text("4 mg twice daily")


def test_a_word_of_every_stored_trace_reaches_the_screen(visitors: Visitors) -> None:
    page = visitors.open().page
    for case_id, text in TRACES.items():
        pick_case(page, case_id)
        await_verdict(page)
        answer = text.split("<answer>")[1].split("</answer>")[0]
        expect(page.get_by_test_id("answer-text")).to_contain_text(answer[:60])


def test_a_stored_trace_leads_to_its_evidence_card_and_one_of_ones_own_does_not(visitors: Visitors) -> None:
    page = visitors.open("?case=altered").page
    await_verdict(page)
    link = page.get_by_test_id("card-link")
    expect(link).to_have_text("Evidence card")
    paste_completion(page, TRACES["altered"])
    expect(page.get_by_test_id("origin")).to_contain_text("Live run")
    expect(link).to_be_hidden()
    page.get_by_test_id("traces").select_option(index=0)
    link.click()
    expect(page.locator("h1")).to_have_text("How was dexamethasone given?")
    expect(page.locator("mark")).to_contain_text("Dexamethasone 2 mg was given twice daily")
