"""The page in its states, light and dark, on a desk, a tablet and a phone, against pictures that a person approved."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import SERVER_MODEL, await_verdict, await_writing, generate
from tests.browser.conftest import Visitors
from tests.browser.endpoint import Endpoint, name_as_usual
from tests.browser.screenshots import Gallery, ScreenshotDiffers
from tests.browser.stage import TRACES

SIZES = {1440: 900, 768: 1024, 375: 812}
TRACE = TRACES["steady"]
# Clock times, measured speeds, and what depends on which frames happened to be drawn.
VOLATILE = "[data-testid=live-line], [data-testid=completion-meta], [data-testid=origin]"
UNSTEADY = ".think .block-meta, .source .ticks"
SETTLE_MS = 250


def stored(page: Page, endpoint: Endpoint) -> None:
    await_verdict(page)


def streaming(page: Page, endpoint: Endpoint) -> None:
    written = "Focal radiotherapy of"
    endpoint.say(TRACE, hold_after=TRACE.index(written) + len(written))
    generate(page, SERVER_MODEL)
    await_writing(page, written)


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
    "streaming": ("steady", streaming),
    "done": ("steady", done),
    "altered": ("altered", stored),
    "abstention": ("missing", stored),
    "error": ("steady", error),
    "long": ("long", stored),
}


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_the_page_looks_as_approved(
    visitors: Visitors, endpoint: Endpoint, gallery: Gallery, state: str, dark: bool, width: int
) -> None:
    name = f"{state}-{'dark' if dark else 'light'}-{width}"
    try:
        gallery.check(name, shoot(visitors, endpoint, state, dark, width))
    except ScreenshotDiffers:
        # A line of text is once in some hundred pictures drawn a pixel off, for as long as its page lives, with nothing
        # in the page's own measures that differs. What another page shows as well is a difference.
        endpoint.release()
        gallery.check(name, shoot(visitors, endpoint, state, dark, width))


def shoot(visitors: Visitors, endpoint: Endpoint, state: str, dark: bool, width: int) -> bytes:
    case_id, reach = STATES[state]
    page = visitors.open(f"?case={case_id}", width=width, height=SIZES[width], dark=dark).page
    reach(page, endpoint)
    page.evaluate("document.activeElement?.blur(); document.fonts.ready.then(() => null)")
    page.mouse.move(0, 0)
    # The window grows to the page first: a full-page shot would do that while panels still fit themselves to it.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(SETTLE_MS)
    name_as_usual(page)
    hidden = f"{VOLATILE}, {UNSTEADY}" if state in {"streaming", "done", "error"} else UNSTEADY
    style = f"{hidden} {{ visibility: hidden !important; }} [data-testid=traces] {{ width: 12em !important; }}"
    png = page.screenshot(animations="disabled", style=style)
    page.context.close()
    return png
