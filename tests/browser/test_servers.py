"""A model that two servers serve, one of which is down: the page says so, and the run goes on with the other."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visitors
from tests.browser.runs import build_bare_stage
from tests.browser.stage import start_app
from tests.unit.generation.scripted import Handler, a_closed_port, a_server, at


def answers(handler: Handler) -> None:
    handler.begin()
    handler.say("<think>t</think><proof></proof><answer>54 Gy</answer>", "stop")


@pytest.fixture
def servers(browser: Browser, tmp_path: Path, data: Path) -> Iterator[tuple[Visitors, str, type[Handler]]]:
    down = f"http://127.0.0.1:{a_closed_port()}/v1"
    with a_server(answers) as (url, handler):
        stage = build_bare_stage(tmp_path / "stage")
        started = start_app(stage, data, preload="0", device="cpu", server_url=f"{down} {url}")
        until = time.monotonic() + 30
        while "cannot be reached" not in str(started.health()) and time.monotonic() < until:
            time.sleep(0.1)
        opened = Visitors(browser, started.url)
        yield opened, at(down), handler
        opened.close()
        started.stop()


def test_the_server_that_is_down_is_named_with_its_reason(servers: tuple[Visitors, str, type[Handler]]) -> None:
    visitors, down, handler = servers
    page = visitors.open("evaluate").page
    page.get_by_test_id("run-model").select_option("server")
    expect(page.get_by_test_id("run-model-note")).to_contain_text(f"{down} cannot be reached")
    page.get_by_test_id("run-n").fill("3")
    page.get_by_test_id("run-start").click()
    expect(page.get_by_test_id("run-facts")).to_contain_text("3 of 3 answers", timeout=30_000)
    assert len(handler.asked) == 3
