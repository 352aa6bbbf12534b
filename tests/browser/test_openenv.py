"""Cases of a running OpenEnv server, fetched on the Evaluate page. The server is another copy of this app."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.endpoint import Endpoint
from tests.browser.stage import CASES, TRACES, App
from tests.browser.test_pages import complaints

NOBODY = "openenv:http://127.0.0.1:9"


def fetch(page: Page, address: str) -> None:
    page.get_by_test_id("run-set").select_option("hub:")
    page.get_by_test_id("hub-id").fill(address)
    page.get_by_test_id("hub-fetch").click()


def test_the_tasks_of_a_server_are_fetched_and_run(pages: Visitors, app: App, endpoint: Endpoint) -> None:
    endpoint.say(TRACES["plain"])
    tab = pages.open("evaluate")
    page = tab.page
    fetch(page, NOBODY)
    expect(page.get_by_test_id("notice")).to_contain_text("Nothing answers at 127.0.0.1:9")
    fetch(page, f"openenv:{app.url}/env")
    name = app.url.removeprefix("http://")
    expect(page.get_by_test_id("notice")).to_contain_text(f"Fetched: {name}")
    expect(page.get_by_test_id("run-set").locator("option:checked")).to_have_text(f"{name} ({len(CASES)})")
    expect(page.get_by_test_id("upload-note")).to_have_text(
        re.compile(rf"^{name} {len(CASES)} cases read\..* please\.$")
    )
    page.get_by_test_id("run-n").fill("2")
    page.get_by_test_id("run-model").select_option("server")
    page.get_by_test_id("run-start").click()
    expect(page.get_by_test_id("run-facts")).to_contain_text("2 of 2 answers", timeout=30_000)
    expect(page.get_by_test_id("row")).to_have_count(2)
    assert complaints(tab) == []
