"""A real browser on the real app."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.endpoint import Endpoint
from tests.browser.runs import build_bare_stage, build_pages_stage
from tests.browser.screenshots import Gallery
from tests.browser.stage import App, build_stage, start_app

# The address bar's own pages would be drawn for every window, at more cost than ours. Chromium reads the last flag of
# this kind alone, so what Playwright turns off stands here too.
_OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *(
        "HttpsFirstBalancedModeAutoEnable",
        "LensOverlay",
        "MediaRouter",
        "PaintHolding",
        "ThirdPartyStoragePartitioning",
    ),
    *("AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"),
    "PreconnectToSearch",
)
FLAGS = [
    f"--disable-features={','.join(_OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--font-render-hinting=none",
]
SHARED_DATA = "DIPG_TEST_DATA_DIR"
PATIENCE_MS = 15_000  # for a machine that is busy with something else; what never comes fails all the same


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-baselines", action="store_true", help="take the screenshots as the new baselines")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def find_chromium() -> str | None:
    """The browser named by CHROMIUM, else the system's; None leaves the choice to Playwright."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    return None


@dataclass
class Tab:
    """A page with what it did behind our back: requests, console errors, dialogs, script errors."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)


class Visitors:
    """Opens tabs, each in a browser context of its own, as another person would."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self.url = url
        self._contexts: list[BrowserContext] = []

    def open(
        self,
        query: str = "",
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        scale: float = 1,
        still: bool = True,
        ready: str = "#dipg-root:not(.is-loading)",
    ) -> Tab:
        """A tab whose first case is on screen: waits for what `ready` selects. `still` asks for reduced motion."""
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            device_scale_factor=scale,
            reduced_motion="reduce" if still else "no-preference",
            locale="en-GB",
            timezone_id="UTC",
        )
        self._contexts.append(context)
        tab = Tab(context.new_page())
        tab.page.set_default_timeout(PATIENCE_MS)
        tab.page.on("request", lambda request: tab.requests.append(request.url))
        tab.page.on("pageerror", lambda error: tab.errors.append(str(error)))
        tab.page.on("console", lambda said: tab.errors.append(said.text) if said.type == "error" else None)

        def refuse(dialog: object) -> None:
            tab.dialogs.append(str(dialog))
            dialog.dismiss()  # type: ignore[attr-defined]

        tab.page.on("dialog", refuse)
        tab.page.goto(f"{self.url}/{query}")
        tab.page.locator(ready).wait_for()
        return tab

    def close(self) -> None:
        for context in self._contexts:
            context.close()


# Not for the session: while Playwright runs, its event loop counts as running, and tests elsewhere start their own.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def endpoint() -> Iterator[Endpoint]:
    served = Endpoint()
    yield served
    served.close()


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_stage(tmp_path_factory.mktemp("stage"))


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where converted weights lie: kept between runs where the environment names a folder."""
    shared = os.environ.get(SHARED_DATA)
    return Path(shared) if shared else tmp_path_factory.mktemp("data")


@pytest.fixture(scope="package")
def app(stage: Path, data: Path, endpoint: Endpoint) -> Iterator[App]:
    """The app with the tests' cases and run, the scripted endpoint as a model, and nothing loaded."""
    started = start_app(stage, data, preload="0", replay_rate="60", server_url=endpoint.url)
    yield started
    started.stop()


@pytest.fixture
def visitors(browser: Browser, app: App) -> Iterator[Visitors]:
    opened = Visitors(browser, app.url)
    yield opened
    opened.close()


@pytest.fixture(scope="package")
def pages_app(tmp_path_factory: pytest.TempPathFactory, data: Path, endpoint: Endpoint) -> Iterator[App]:
    """The app with the set and the two runs of `runs`, and the scripted endpoint as a model."""
    stage = build_pages_stage(tmp_path_factory.mktemp("pages"))
    started = start_app(stage, data, preload="0", server_url=endpoint.url)
    yield started
    started.stop()


@pytest.fixture
def pages(browser: Browser, pages_app: App) -> Iterator[Visitors]:
    """Visitors of Evaluate, Compare and Method: `open` takes the page with its query."""
    opened = Visitors(browser, pages_app.url)
    yield opened
    opened.close()


@pytest.fixture(scope="package")
def bare_app(tmp_path_factory: pytest.TempPathFactory, data: Path, endpoint: Endpoint) -> Iterator[App]:
    """The app with cases and no run."""
    stage = build_bare_stage(tmp_path_factory.mktemp("bare"))
    started = start_app(stage, data, preload="0", server_url=endpoint.url)
    yield started
    started.stop()


@pytest.fixture
def bare(browser: Browser, bare_app: App) -> Iterator[Visitors]:
    opened = Visitors(browser, bare_app.url)
    yield opened
    opened.close()


@pytest.fixture(scope="package")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('reviews') / 'runs.sqlite3'}"


@pytest.fixture(scope="package")
def desk(stage: Path, data: Path, store_url: str) -> Iterator[App]:
    """An app with reviews of its own: those of a run that was judged before, and what the tests add."""
    from tests.browser.reviews import add_judged_run  # late: it needs the Tab above

    add_judged_run(store_url)
    started = start_app(stage, data, preload="0", database_url=store_url)
    yield started
    started.stop()


@pytest.fixture
def reviewers(browser: Browser, desk: App) -> Iterator[Visitors]:
    opened = Visitors(browser, desk.url)
    yield opened
    opened.close()


@pytest.fixture(scope="package")
def gallery(browser: Browser, request: pytest.FixtureRequest) -> Gallery:
    return Gallery(f"Chromium {browser.version}", bool(request.config.getoption("--update-baselines", default=False)))
