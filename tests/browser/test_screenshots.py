"""The page in its states, light and dark, on a desk, a tablet and a phone, against pictures that a person approved."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import SERVER_MODEL, await_verdict, await_writing, generate
from tests.browser.conftest import Visitors
from tests.browser.endpoint import Endpoint
from tests.browser.screenshots import Gallery
from tests.browser.stage import TRACES

SIZES = {1440: 900, 768: 1024, 375: 812}
TRACE = TRACES["steady"]
# What tells clock times and measured speeds is covered; the port of the test's endpoint is written over.
VOLATILE = ("live-line", "completion-meta", "origin", "traces")
STEADY_PORT = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        walker.currentNode.data = walker.currentNode.data.replace(/127\\.0\\.0\\.1:\\d+/g, "127.0.0.1:8000");
    }
    document.activeElement?.blur();
    window.scrollTo(0, 0);
    return document.fonts.ready.then(() => null);
}"""


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
    case_id, reach = STATES[state]
    page = visitors.open(f"?case={case_id}", width=width, height=SIZES[width], dark=dark).page
    reach(page, endpoint)
    page.evaluate(STEADY_PORT)
    page.mouse.move(0, 0)
    masks = [page.get_by_test_id(name) for name in VOLATILE] if state in {"streaming", "done", "error"} else []
    png = page.screenshot(full_page=True, animations="disabled", mask=masks, mask_color="#808080")
    gallery.check(f"{state}-{'dark' if dark else 'light'}-{width}", png)
