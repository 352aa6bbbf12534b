"""axe finds nothing serious, and nothing is wider than the window."""

from importlib.resources import files

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import SERVER_MODEL, await_verdict, await_writing, generate
from tests.browser.conftest import Visitors
from tests.browser.endpoint import Endpoint
from tests.browser.stage import TRACES


def serious(page: Page) -> list[str]:
    """The serious and critical findings of axe, one a line: rule, what it asks, where. Half-faded text is not judged:
    what fades in is brought to its end first, and so is what begins to fade when that has ended."""
    page.evaluate(
        """async () => {
            for (let quiet = 0; quiet < 3; ) {
                const all = document.getAnimations();
                const left = all.filter((each) => each.effect.getComputedTiming().endTime < Infinity);
                left.forEach((each) => each.finish());
                quiet = left.length ? 0 : quiet + 1;
                await new Promise(requestAnimationFrame);
            }
        }"""
    )
    page.evaluate((files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {rule['help']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found["violations"]
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("case_id", ["plain", "altered", "missing", "long", "untold"])
def test_the_page_has_no_serious_finding(visitors: Visitors, case_id: str, dark: bool) -> None:
    page = visitors.open(f"?case={case_id}", dark=dark).page
    assert serious(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_sheets_panels_and_a_small_screen_have_no_serious_finding(visitors: Visitors, dark: bool) -> None:
    page = visitors.open("?case=altered", dark=dark).page
    await_verdict(page)
    for opener in ("own-open", "paste-open", "help-open"):
        page.get_by_test_id(opener).click()
        assert serious(page) == []
        page.keyboard.press("Escape")
    for opener in ("model-picker", "settings"):
        page.get_by_test_id(opener).click()
        assert serious(page) == []
        page.keyboard.press("Escape")
    page.set_viewport_size({"width": 375, "height": 812})
    assert serious(page) == []
    page.get_by_test_id("cases-open").click()
    assert serious(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_trace_being_written_has_no_serious_finding(visitors: Visitors, endpoint: Endpoint, dark: bool) -> None:
    trace = TRACES["unicode"]
    endpoint.say(trace, hold_after=trace.index("Focal"))
    page = visitors.open("?case=unicode", dark=dark).page
    generate(page, SERVER_MODEL)
    await_writing(page, "confirmed on biopsy")
    assert serious(page) == []
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("live-line")).to_contain_text("Stopped")
    assert serious(page) == []


@pytest.mark.parametrize("width", [360, 768, 1024, 1440, 1920])
@pytest.mark.parametrize("case_id", ["plain", "long"])
def test_nothing_is_wider_than_the_window(visitors: Visitors, case_id: str, width: int) -> None:
    page = visitors.open(f"?case={case_id}", width=width).page
    await_verdict(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
