"""The page in its states, light and dark, on a desk, a tablet and a phone, against pictures that a person approved."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import SERVER_MODEL, await_verdict, await_writing, generate
from tests.browser.conftest import Visitors
from tests.browser.endpoint import Endpoint
from tests.browser.screenshots import Gallery
from tests.browser.stage import TRACES

SIZES = {1440: 900, 768: 1024, 375: 812}
TRACE = TRACES["unicode"]
# What tells clock times, measured speeds and the port of the test's endpoint.
VOLATILE = ("live-line", "completion-meta", "origin", "traces", "model-picker")


def stored(page: Page, endpoint: Endpoint) -> None:
    await_verdict(page)


def streaming(page: Page, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=TRACE.index("Focal") + 20)
    generate(page, SERVER_MODEL)
    await_writing(page, "Focal radiotherapy")


def done(page: Page, endpoint: Endpoint) -> None:
    endpoint.say(TRACE)
    generate(page, SERVER_MODEL)
    await_verdict(page)


def error(page: Page, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=TRACE.index("Focal"), breaks=True)
    generate(page, SERVER_MODEL)
    expect(page.get_by_test_id("failure")).to_be_visible()


STATES = {
    "stored": ("plain", stored),
    "streaming": ("unicode", streaming),
    "done": ("unicode", done),
    "altered": ("altered", stored),
    "abstention": ("missing", stored),
    "error": ("unicode", error),
    "long": ("long", stored),
}


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_the_page_looks_as_approved(
    visitors: Visitors, endpoint: Endpoint, gallery: Gallery, state: str, dark: bool, width: int
) -> None:
    case_id, reach = STATES[state]
    page = visitors.open(f"?case={case_id}", width=width, height=SIZES[width], dark=dark).page
    reach(page, endpoint)
    page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0); document.fonts.ready.then(() => null)")
    page.mouse.move(0, 0)
    masks = [page.get_by_test_id(name) for name in VOLATILE] if state in {"streaming", "done", "error"} else []
    png = page.screenshot(full_page=True, animations="disabled", mask=masks, mask_color="#808080")
    gallery.check(f"{state}-{'dark' if dark else 'light'}-{width}", png)
