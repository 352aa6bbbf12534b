"""The Review page for everybody: axe, keyboard focus, zoom, small screens, and how its states look."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.reviews import JUDGED, await_answer, begin, judge, save
from tests.browser.screenshots import Gallery
from tests.browser.wcag import unlisted

SIZES = {1440: 900, 375: 812}
SETTLE_MS = 250
UNSTEADY = ".review-who, .review-who *, #setup-name"


def skip_to_quotes(page: Page) -> None:
    """To an answer with several quotes."""
    for _ in range(6):
        if page.get_by_test_id("judge-quote").count() == 2:
            return
        page.keyboard.press("s")
        page.wait_for_timeout(150)
        await_answer(page)


def setup(page: Page) -> None:
    expect(page.get_by_test_id("setup")).to_be_visible()


def blind(page: Page) -> None:
    page.keyboard.type("Dr Look")
    page.keyboard.press("Enter")
    await_answer(page)
    skip_to_quotes(page)


def altered(page: Page) -> None:
    blind(page)
    page.keyboard.press("1")
    page.keyboard.press("4")
    page.keyboard.type("54 Gy, not 59")


def revealed(page: Page) -> None:
    page.keyboard.type("Dr Seen")
    page.keyboard.press("Enter")
    await_answer(page)
    skip_to_quotes(page)
    judge(page, "1", "1")
    save(page)
    page.get_by_test_id("reveal-v4").locator("summary").click()


def agreement(page: Page) -> None:
    page.get_by_test_id("view-agreement").click()
    expect(page.get_by_test_id("matrix").first).to_be_visible()


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "setup": ("review", setup),
    "blind": ("review?run=run-1", blind),
    "altered": ("review?run=run-1", altered),
    "revealed": ("review?run=run-1", revealed),
    "agreement": (f"review?run={JUDGED}", agreement),
}


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_fits_and_looks_as_approved(
    reviewers: Visitors, gallery: Gallery, state: str, dark: bool, width: int
) -> None:
    query, reach = STATES[state]
    tab = reviewers.open(query, width=width, height=SIZES[width], dark=dark)
    page = tab.page
    expect(page.get_by_test_id("setup-name")).to_be_focused()
    # A judgement can be blind once, and a draft comes back: each picture has a reviewer of its own.
    page.keyboard.type(f"{state} {width} {'dark' if dark else 'light'} ")
    reach(page)
    if width == 1440 or state == "agreement":  # axe takes seconds; what it looks at hardly moves with the width
        assert unlisted(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.fonts.ready.then(() => null)")
    page.mouse.move(0, 0)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(SETTLE_MS)
    png = page.screenshot(
        animations="disabled", style=f"{UNSTEADY} {{ visibility: hidden !important; transition: none !important; }}"
    )
    gallery.check(f"review-{state}-{'dark' if dark else 'light'}-{width}", png)
    assert tab.errors == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_history_sheet_and_an_empty_queue_break_no_rule(reviewers: Visitors, dark: bool) -> None:
    page = begin(reviewers.open("review?run=run-1", dark=dark), "Dr Look")
    page.keyboard.press("?")
    assert unlisted(page) == []
    page.keyboard.press("Escape")
    page.get_by_test_id("view-history").click()
    expect(page.locator(".review-history")).to_contain_text("nothing")
    assert unlisted(page) == []
    page = begin_anything(reviewers, dark)
    expect(page.get_by_test_id("none")).to_be_visible()
    assert unlisted(page) == []


def begin_anything(reviewers: Visitors, dark: bool) -> Page:
    page = reviewers.open("review?run=run-1&kind=needs%20review", dark=dark).page
    page.get_by_test_id("setup-name").fill("Dr Look")
    page.keyboard.press("Enter")
    return page


def test_at_200_percent_zoom_everything_is_in_reach_and_nothing_sticks_out(reviewers: Visitors) -> None:
    # A window of 1440 at 200 % has 720 CSS pixels.
    page = begin(reviewers.open("review?run=run-1", width=720, height=450), "Dr Zoom")
    assert page.evaluate("document.documentElement.scrollWidth") <= 720
    skip_to_quotes(page)
    page.keyboard.press("1")
    page.keyboard.press("2")
    focused = page.locator("[role=radio]:focus")
    expect(focused).to_be_in_viewport(ratio=0.9)
    box, foot = focused.bounding_box(), page.locator(".judge-foot").bounding_box()
    assert box is not None
    assert foot is not None
    assert box["y"] + box["height"] <= foot["y"], "the row at hand is not behind the bar with Save"


def test_the_focus_is_seen_and_every_step_is_spoken(reviewers: Visitors) -> None:
    page = begin(reviewers.open("review?run=run-1"), "Dr Ear")
    said = page.get_by_test_id("announcer")
    expect(said).to_contain_text("Answer 1 of 6.")
    skip_to_quotes(page)
    for key in ("1", "2", "1"):
        style = page.evaluate(
            "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
        )
        assert style == ["solid", "3px"]
        page.keyboard.press(key)
    expect(said).to_have_text("The answer is: right.")
    save(page)
    expect(said).to_contain_text("Saved.")


def test_tab_alone_reaches_every_control_of_an_answer(reviewers: Visitors) -> None:
    page = begin(reviewers.open("review?run=run-1"), "Dr Tab")
    skip_to_quotes(page)
    page.get_by_test_id("back").focus()
    seen = set()
    for _ in range(24):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.dataset.testid || document.activeElement.tagName"))
    assert {
        "skip",
        "undo",
        "review-context",
        "quote-0-1",
        "quote-1-1",
        "answer-1",
        "confidence-1",
        "review-note",
        "save",
    } <= seen


def test_the_evidence_card_prints_on_two_sheets_asks_for_nothing_and_is_saved_whole(
    reviewers: Visitors, tmp_path: Path
) -> None:
    page = begin(reviewers.open("review?run=run-1"), "Dr Card")
    skip_to_quotes(page)
    judge(page, "1", "2")
    save(page)
    address = page.evaluate("document.querySelector('[data-testid=card-link]').href")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    expect(page.locator("main")).to_contain_text("Dr Card")
    assert page.locator("mark").count() == 2
    # The fonts are inside the page.
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert page.evaluate("[...document.fonts].filter((font) => font.status === 'loaded').length") >= 2
    assert page.locator("script").count() == 0
    assert unlisted(page) == []
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) in {1, 2}
    with page.expect_download() as saving:
        page.get_by_text("Save as one file").click()
    file = tmp_path / "card.html"
    saving.value.save_as(file)
    page.goto(file.as_uri())
    expect(page.locator("main")).to_contain_text("Dr Card")
    assert page.locator("a[href]").count() == 0
