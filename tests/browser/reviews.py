"""What a reviewer does on the Review page, and a run that others have judged before."""

from __future__ import annotations

from random import Random

from playwright.sync_api import Page, expect

from dipg_ui.judgements import AnswerLabel, Circumstances, Judgement, QuoteJudgement, Support
from dipg_ui.records import Run, RunInfo, completion_key
from dipg_ui.store import RunOrigin, RunStore, Saving, Seat
from evaluator.types import Case, Category
from tests.browser.conftest import Tab
from tests.browser.stage import MODEL, PLAIN_CONTEXT, RUN, TRACES, a_completion, a_trace

JUDGED = "run-judged"
_TEXTS = (
    a_trace("The letter names the dose.", ("received 54 Gy in 30 fractions to the pons",), "54 Gy in 30 fractions"),
    a_trace("The dose is named.", ("received 59 Gy in 30 fractions to the pons",), "59 Gy in 30 fractions"),
    a_trace("It must be there.", ("the child was given a stem cell transplant",), "A transplant was given."),
    a_trace("", (), "I cannot answer based on the provided context."),
)


def add_judged_run(url: str) -> None:
    """Two dozen answers that three reviewers have judged, mostly alike; the same on every call."""
    cases = [
        Case(
            f"dose-{n}",
            PLAIN_CONTEXT,
            "What total dose of radiotherapy was given?",
            "54 Gy in 30 fractions",
            category=c,
        )
        for n in range(24)
        for c in [(Category.DIRECT, Category.MISSING)[n % 2]]
    ]
    done = [a_completion(case.id, _TEXTS[n % len(_TEXTS)]) for n, case in enumerate(cases)]
    info = RunInfo(JUDGED, "Two dozen answers", "2026-01-01T00:00:00+00:00", "doses", "2 cores", MODEL, RUN.settings)
    store = RunStore(url)
    store.add_run(Run(info, tuple(done), (), tuple(cases)), RunOrigin.IMPORTED)
    draw = Random(5)
    right = (
        (AnswerLabel.RIGHT, Support.SUPPORTED),
        (AnswerLabel.WRONG, Support.ALTERED),
        (AnswerLabel.UNSAFE, Support.NOT_SUPPORTED),
        (AnswerLabel.INCOMPLETE, Support.SUPPORTED),
    )
    for name in ("Dr Ames", "Dr Brand", "Dr Costa"):
        for n, completion in enumerate(done):
            answer, support = right[n % 4] if draw.random() < 0.8 else draw.choice(right)
            quotes = () if n % 4 == 3 else (QuoteJudgement(0, support, "dose" if support is Support.ALTERED else ""),)
            saving = Saving(0, f"seed-{name}-{n}", "", Circumstances("all, seed 0", 3.0))
            seat = Seat(JUDGED, completion_key(completion), name)
            store.reviews.save(seat, Judgement(quotes, answer), saving)
    store.close()


SETTLE_MS = 200
"""The counter moves at once, the answer comes from the server: until it is there, no key is heard."""


def begin(tab: Tab, name: str, **choices: str) -> Page:
    """Type the name and start, by keyboard."""
    page = tab.page
    expect(page.get_by_test_id("setup-name")).to_be_focused()
    page.keyboard.type(name)
    for control, value in choices.items():
        page.get_by_test_id(f"setup-{control}").select_option(value)
        page.get_by_test_id("setup-name").focus()
    page.keyboard.press("Enter")
    await_answer(page)
    return page


def await_answer(page: Page, place: int | None = None) -> None:
    """Wait for an answer that can be judged: the first choice has the focus."""
    if place is not None:
        expect(page.get_by_test_id("counter")).to_contain_text(f"answer {place}")
    page.wait_for_timeout(SETTLE_MS)
    expect(page.locator("[role=radio]:focus")).to_have_count(1)


def judge(page: Page, quote: str, answer: str) -> None:
    """Every quote the same, then the answer, by digits."""
    quotes = page.get_by_test_id("judge-quote").count()
    for _ in range(quotes):
        page.keyboard.press(quote)
    page.keyboard.press(answer)


def save(page: Page) -> None:
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reveal")).to_be_visible()
    expect(page.get_by_test_id("next")).to_be_focused()


def judge_while_logged_out(page: Page) -> None:
    """A judgement that is saved when the login has ended waits in the browser, and arrives once it is there again."""
    await_answer(page)
    judge(page, "2", "3")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("connection")).to_contain_text("You are logged out.")
    expect(page.get_by_test_id("connection")).to_contain_text("1 judgement waiting in this browser")
    page.context.add_cookies(cookies)  # type: ignore[arg-type] - what it gave, it takes
    expect(page.get_by_test_id("connection")).to_be_hidden(timeout=30_000)
    expect(page.get_by_test_id("reveal")).to_be_visible()


def judge_all(page: Page, answer: str, first: int = 1) -> None:
    """From the answer on screen, which is the `first`, to the last."""
    for place in range(first, len(TRACES) + 1):
        judge(page, "1", answer)
        save(page)
        page.keyboard.press("Enter")
        if place < len(TRACES):
            await_answer(page, place + 1)
