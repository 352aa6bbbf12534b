"""Every page for everybody: the rules of WCAG 2.2 AA that axe knows, and those that it cannot judge."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import SERVER_MODEL, await_verdict, await_writing, generate, paste_completion
from tests.browser.conftest import Visitors
from tests.browser.endpoint import Endpoint
from tests.browser.places import PLACES, go
from tests.browser.runs import CASES, good
from tests.browser.stage import TRACES, a_trace
from tests.browser.wcag import (
    GRADIO,
    TEXT_SPACING,
    findings,
    in_grey,
    listen,
    moving,
    said,
    sticking_out,
    tab_through,
    tree,
    unlisted,
)

KINDS = a_trace(
    "Three facts are asked.",
    (
        "Hearing was normal at the last visit",
        "tapered over the three weeks",
        "The child received 45 Gy in 30 fractions to the pons",
        "Vincristine and carboplatin were given in spring",
    ),
    "54 Gy in 30 fractions",
)
"""Of the first case: an exact quote, a near one, an altered one, and one that is not there."""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("case_id", ["plain", "altered", "missing", "long", "untold"])
def test_the_page_breaks_no_rule(visitors: Visitors, case_id: str, dark: bool) -> None:
    page = visitors.open(f"?case={case_id}", dark=dark).page
    assert unlisted(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_sheets_panels_and_a_small_screen_break_no_rule(visitors: Visitors, dark: bool) -> None:
    page = visitors.open("?case=altered", dark=dark).page
    await_verdict(page)
    for opener in ("own-open", "paste-open", "help-open"):
        page.get_by_test_id(opener).click()
        assert unlisted(page) == []
        page.keyboard.press("Escape")
    for opener in ("model-picker", "settings"):
        page.get_by_test_id(opener).click()
        assert unlisted(page) == []
        page.keyboard.press("Escape")
    page.set_viewport_size({"width": 375, "height": 812})
    assert unlisted(page) == []
    page.get_by_test_id("cases-open").click()
    assert unlisted(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_trace_being_written_breaks_no_rule(visitors: Visitors, endpoint: Endpoint, dark: bool) -> None:
    trace = TRACES["unicode"]
    endpoint.say(trace, hold_after=trace.index("Focal"))
    page = visitors.open("?case=unicode", dark=dark).page
    generate(page, SERVER_MODEL)
    await_writing(page, "confirmed on biopsy")
    assert unlisted(page) == []
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("live-line")).to_contain_text("Stopped")
    assert unlisted(page) == []


@pytest.mark.parametrize("width", [360, 768, 1024, 1440, 1920])
@pytest.mark.parametrize("case_id", ["plain", "long"])
def test_nothing_is_wider_than_the_window(visitors: Visitors, case_id: str, width: int) -> None:
    page = visitors.open(f"?case={case_id}", width=width).page
    await_verdict(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_on_no_page_what_is_not_listed_and_all_that_is(pages: Visitors, dark: bool) -> None:
    found = {(each.rule, each.node): each for name in PLACES for each in findings(go(pages, name, dark=dark))}
    listed = {(each.rule, each.node) for each in GRADIO}
    assert [each for key, each in found.items() if key not in listed] == []
    assert listed - found.keys() == set(), "listed, but not found any more"


@pytest.mark.parametrize("name", PLACES)
def test_tab_comes_to_everything_and_each_stop_is_in_sight_with_a_ring(pages: Visitors, name: str) -> None:
    page = go(pages, name, width=1280, height=800)
    stops = tab_through(page)
    assert [stop for stop in stops if stop.wrong] == []
    assert PLACES[name].stops - {stop.testid for stop in stops} == set()
    # Backwards, what stays at the upper end of the window is in the way, not what stays at the lower.
    page.set_viewport_size({"width": 720, "height": 450})
    assert [stop for stop in tab_through(page, key="Shift+Tab") if stop.wrong] == []
    page = go(pages, name, width=1280, height=800, dark=True)
    assert [stop for stop in tab_through(page) if stop.wrong] == []


@pytest.mark.parametrize("name", PLACES)
def test_at_200_and_at_400_percent_nothing_is_cut_off_or_out_of_reach(pages: Visitors, name: str) -> None:
    # A window of 1,440 by 900 at 200 %, and one of 1,280 by 1,024 at 400 %.
    page = go(pages, name, width=720, height=450, scale=2)
    assert sticking_out(page) == []
    page = go(pages, name, width=320, height=256)
    assert sticking_out(page) == []
    stops = tab_through(page)
    assert [stop for stop in stops if stop.wrong] == []
    assert PLACES[name].stops - {"table-search"} - {stop.testid for stop in stops} == set()


@pytest.mark.parametrize("name", PLACES)
def test_a_reader_may_set_the_text_wider(pages: Visitors, name: str) -> None:
    page = go(pages, name, width=1280, height=800)
    page.add_style_tag(content=TEXT_SPACING)
    assert sticking_out(page) == []


@pytest.mark.parametrize("name", PLACES)
def test_nothing_moves_for_who_asks_for_less_motion(pages: Visitors, name: str) -> None:
    assert moving(go(pages, name)) == []


def test_for_others_it_does(pages: Visitors) -> None:
    assert [each for each in moving(go(pages, "explore", still=False)) if each.startswith("button.btn")] != []


def test_a_passage_and_its_citation_are_spoken_with_their_kind(pages: Visitors) -> None:
    page = pages.open(f"?case={CASES[0].id}").page
    paste_completion(page, KINDS)
    expect(page.get_by_test_id("citation-4")).to_be_visible()
    heard = [name for role, name in tree(page) if role == "button"]
    assert [name.split(": ")[0] for name in heard if ": " in name and name.startswith("proof")] == [
        "proof 3, altered, 98 percent",
        "proof 2, near match, 99 percent",
        "proof 1, exact match",
    ]
    assert [name for name in heard if name.startswith("Proof ")] == [
        "Proof 1 Exact match 100 %",
        "Proof 2 Near match 99 %",
        "Proof 3 Altered 98 %",
        "Proof 4 Not found 0 %",
    ]
    outcomes = [name for role, name in tree(page) if role == "article"]
    assert [name.split(":")[0] for name in outcomes] == ["V3", "V4", "Guarded"]


def test_a_streamed_trace_is_announced_by_its_sections_and_not_by_its_words(
    visitors: Visitors, endpoint: Endpoint
) -> None:
    endpoint.say(TRACES["unicode"])
    page = visitors.open("?case=unicode").page
    listen(page)
    generate(page, SERVER_MODEL)
    await_verdict(page)
    heard = list(dict.fromkeys(said(page)))
    ends = [words for words in heard if words.endswith(" is written.")]
    assert ends
    assert ends == [f"{title} is written." for title in ("Think", "Proof", "Answer") if f"{title} is written." in ends]
    assert heard[-1].startswith("Done. V3: ")
    assert len(heard) <= 8
    assert [words for words in heard if "biopsy" in words or "Two facts" in words] == []


def test_each_end_of_a_section_is_announced(visitors: Visitors, endpoint: Endpoint) -> None:
    trace = TRACES["unicode"]
    page = visitors.open("?case=unicode").page
    for place, words in (("<proof>", "Think is written."), ("<answer>", "Proof is written.")):
        endpoint.say(trace, hold_after=trace.index(place) + len(place) + 2)
        generate(page, SERVER_MODEL)
        expect(page.get_by_test_id("announcer")).to_have_text(words)
        page.get_by_test_id("stop").click()
        expect(page.get_by_test_id("announcer")).to_have_text("Stopped; what was received is kept.")


_LOOK = """(selector) => [...document.querySelectorAll(selector)].map((each) => {
    const style = getComputedStyle(each);
    const icon = each.querySelector("svg path");
    const line = [style.textDecorationLine, style.textDecorationStyle, style.textDecorationThickness];
    const words = each.querySelector("span, b") ? each.innerText : "";
    return [...line, style.fontWeight, icon ? icon.getAttribute("d") : "", words].join("|");
})"""
"""How elements look, but for their colours."""


def looks(page: Page, selector: str) -> list[str]:
    found: list[str] = page.evaluate(_LOOK, selector)
    return found


def test_what_colour_tells_is_told_without_it(pages: Visitors) -> None:
    page = pages.open(f"?case={CASES[0].id}").page
    paste_completion(page, KINDS)
    expect(page.get_by_test_id("citation-4")).to_be_visible()
    in_grey(page)
    for selector, kinds in (
        (".passage[data-spoken]", 3),
        (".legend .swatch", 3),
        (".cite-label", 4),
        (".card .outcome", 3),
    ):
        found = looks(page, selector)
        assert len(found) == len(set(found)) == kinds, selector
    icons = page.evaluate("[...document.querySelectorAll('.cite-label path')].map((path) => path.getAttribute('d'))")
    assert len(set(icons)) == 4
    changed, source = looks(page, "ins")[0], looks(page, "del")[0]
    assert changed != source


def test_a_choice_a_row_and_a_mark_are_told_without_colour(pages: Visitors) -> None:
    page = go(pages, "review")
    page.keyboard.press("1")
    expect(page.get_by_test_id("quote-0-1")).to_have_attribute("aria-checked", "true")
    chosen, other = looks(page, "[data-testid=row-quote-0] .choice")[:2]
    assert (chosen.split("|")[3], other.split("|")[3]) == ("600", "400")
    page = go(pages, "evaluate")
    icons = page.evaluate(
        """() => {
            const shapes = new Map();
            for (const each of document.querySelectorAll("[data-testid=row] .row-outcome")) {
                const tone = [...each.classList].find((name) => name.startsWith("is-"));
                shapes.set(tone, each.querySelector("path").getAttribute("d"));
            }
            return [...shapes.values()];
        }"""
    )
    assert len(icons) == len(set(icons)) >= 2
    page = go(pages, "compare")
    shapes = page.evaluate(
        """() => document.querySelector("[data-testid=plot-rates]").data
            .filter((trace) => trace.marker && trace.showlegend !== false)
            .map((trace) => trace.marker.symbol || (trace.marker.pattern || {}).shape)"""
    )
    assert len(shapes) == len(set(shapes)) >= 3


def test_single_characters_can_be_turned_off_as_shortcuts(pages: Visitors) -> None:
    page = go(pages, "explore")
    page.keyboard.press("?")
    page.get_by_test_id("help-letters").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("help")).to_be_hidden()
    for key in ("?", "r", "n", "/"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("help")).to_be_hidden()
    expect(page.get_by_test_id("raw-toggle")).to_have_attribute("aria-pressed", "false")
    page.reload()
    page.locator("#dipg-root:not(.is-loading)").wait_for()
    page.get_by_test_id("help-open").click()
    page.get_by_test_id("help-letters").check()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_test_id("raw-toggle")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("name", [name for name in PLACES if name != "card"])
def test_the_first_stop_leads_past_the_head_and_the_title_names_the_page(pages: Visitors, name: str) -> None:
    page = go(pages, name)
    assert page.title() == f"{name.capitalize()} · DIPG Safety Dashboard"
    assert tab_through(page)[0].testid == "skip-link"
    page.get_by_test_id("skip-link").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.masthead, .rail')") is None


def tab_until(page: Page, claim: str, most: int = 200) -> None:
    """Press Tab until `claim` holds of what has the focus, which it calls `at`."""
    for _ in range(most):
        if page.evaluate(f"((at) => {claim})(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab comes to nothing of which holds: {claim}")


def tab_to(page: Page, name: str) -> None:
    """To what has this test id or id."""
    tab_until(page, f"at.dataset.testid === {name!r} || at.id === {name!r}")


def test_a_run_is_started_and_an_answer_opened_by_keyboard_alone(pages: Visitors, endpoint: Endpoint) -> None:
    endpoint.say(good(CASES[0]))
    page = pages.open("evaluate").page
    tab_to(page, "run-n")
    page.keyboard.press("Control+a")
    page.keyboard.type("1")
    tab_to(page, "run-model")
    for _ in range(page.locator("#run-model option").count()):
        if page.get_by_test_id("run-model").input_value() == SERVER_MODEL:
            break
        page.keyboard.press("ArrowDown")
    tab_to(page, "run-start")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("run-facts")).to_contain_text("1 of 1 answer", timeout=30_000)
    tab_to(page, "table-frame")
    tab_until(page, "at.matches('.row-link')", 8)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?case=set-01&completion=*&run=*")
    await_verdict(page)


def test_two_runs_are_compared_and_a_figure_opened_by_keyboard_alone(pages: Visitors) -> None:
    page = pages.open("compare?run=alpha").page
    tab_to(page, "dipg-run-b")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("chart-paired")).to_be_visible()
    tab_to(page, "threshold")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("threshold-value")).to_have_text("86 %")
    tab_until(page, "at.matches('[data-testid=figures-rates] summary')")
    page.keyboard.press("Enter")
    expect(page.locator('[data-testid=figures-rates] [data-mark="rates:v4:safe"]')).to_be_visible()
    tab_until(page, "at.dataset.mark === 'rates:v4:safe'", 20)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("pick-bar")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("pick-bar")).to_be_hidden()


def test_the_card_is_saved_and_unfolded_by_keyboard_alone(pages: Visitors) -> None:
    page = go(pages, "card")
    page.keyboard.press("Tab")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename.endswith(".html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("details pre")).to_be_visible()
