"""Measuring what a hand feels in a real browser: from an event to the first frame that shows its outcome."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from tests.benchmarks.bench_page import cpu_seconds
from tests.browser.stage import App

PATIENCE_MS = 120_000
MEGA = 2**20
# A claim is looked at once a frame; the clock stops when the frame after the one that made it true is on its way.
WATCH = """
window.bench = {
  tasks: [],
  find: (testid) => document.querySelector(`[data-testid=${testid}]`),
  text: (testid) => bench.find(testid)?.textContent ?? "",
  drawn: () => [...document.querySelectorAll(".chart:not([hidden])")]
    .filter((chart) => chart.offsetParent && bench.reaches(chart.getBoundingClientRect()))
    .every((chart) => chart.querySelector(".main-svg") && chart.querySelector(".plot-wait").hidden),
  reaches: (box) => box.top < innerHeight && box.bottom > 0,
  // Every chart that was drawn before is so again, in sight or not, as far as it is near.
  settled: () => [...document.querySelectorAll(".chart:not([hidden])")]
    .filter((chart) => chart.offsetParent && bench.near(chart.getBoundingClientRect()))
    .every((chart) => chart.querySelector(".plot-wait").hidden),
  near: (box) => box.top < 1.5 * innerHeight && box.bottom > -0.5 * innerHeight,
  painted: () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0))),
  when: async (claim) => {
    for (;;) {
      const now = await bench.painted();
      if (claim()) return now;
    }
  },
  choose: (testid, value) => {
    bench.find(testid).value = value;
    bench.find(testid).dispatchEvent(new Event("change", { bubbles: true }));
  },
  // Frames while something goes on, as the milliseconds between them.
  roll: () => {
    bench.gaps = [];
    bench.rolling = true;
    let last = performance.now();
    const next = (now) => (bench.gaps.push(now - last), (last = now), bench.rolling && requestAnimationFrame(next));
    requestAnimationFrame(next);
  },
};
new PerformanceObserver((list) => list.getEntries().forEach((each) => bench.tasks.push(each.duration)))
  .observe({ type: "longtask" });
"""


@dataclass(frozen=True)
class Took:
    """Milliseconds: on the clock of the page, and of processor time of the page's main thread and of the server. The
    server's is counted in ticks of ten."""

    wall: float
    page: float
    server: float


@dataclass
class Figures:
    """What was measured, by name, one entry a round. `aims` are milliseconds on the clock, "" for none; `sizes` are
    megabytes."""

    aims: dict[str, str] = field(default_factory=dict)
    times: dict[str, list[Took]] = field(default_factory=dict)
    sizes: dict[str, list[float]] = field(default_factory=dict)

    def time(self, name: str, took: Took, aim: str = "") -> None:
        self.times.setdefault(name, []).append(took)
        self.aims[name] = aim

    def size(self, name: str, megabytes: float) -> None:
        self.sizes.setdefault(name, []).append(megabytes)

    def time_rows(self) -> Iterator[str]:
        for name, took in self.times.items():
            wall, page, server = ([getattr(each, kind) for each in took] for kind in ("wall", "page", "server"))
            middle = [statistics.median(each) for each in (wall, page, server)]
            told = " | ".join(f"{value:,.0f}" for value in (middle[0], min(wall), max(wall), *middle[1:]))
            yield f"| {name} | {told} | {self.aims[name]} |"

    def size_rows(self) -> Iterator[str]:
        for name, megabytes in self.sizes.items():
            yield f"| {name} | {statistics.median(megabytes):.2f} |"


class Tab:
    """A page in a browser context of its own: at first nothing is in its cache."""

    def __init__(self, page: Page, session: CDPSession, app: App) -> None:
        self.page = page
        self._session = session
        self._app = app
        self._received = 0
        self._streams: set[str] = set()
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(WATCH)
        session.send("Network.enable")
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        session.on("Network.responseReceived", self._note)
        session.on("Network.dataReceived", self._count)

    def _note(self, event: dict[str, Any]) -> None:
        if event["response"]["mimeType"] == "text/event-stream":
            self._streams.add(event["requestId"])

    def _count(self, event: dict[str, Any]) -> None:
        # Of a stream that is still open the browser does not tell the packed length.
        kind = "dataLength" if event["requestId"] in self._streams else "encodedDataLength"
        self._received += int(event[kind])

    def received(self) -> float:
        """Megabytes of bodies that came since this was asked last: files as they were on the wire, answers of the
        server to the page unpacked."""
        taken, self._received = self._received, 0
        return taken / MEGA

    def metric(self, name: str) -> float:
        told = self._session.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in told if each["name"] == name))

    def heap(self) -> float:
        """Megabytes that the page's scripts hold after a collection."""
        self._session.send("HeapProfiler.collectGarbage")
        return self.metric("JSHeapUsedSize") / MEGA

    def open(self, path: str, claim: str) -> Took:
        """From the beginning of the navigation until the claim holds on screen."""
        server = cpu_seconds(self._app)
        self.page.goto(f"{self._app.url}/{path}", wait_until="commit")
        wall: float = self.page.evaluate(f"bench.when(() => {claim})")
        # The thread's clock begins anew with a page of another process, and an empty tab has used next to nothing.
        return Took(wall, self.metric("ThreadTime") * 1000, (cpu_seconds(self._app) - server) * 1000)

    def after(self, kind: str, act: Callable[[], object], claim: str) -> Took:
        """From the browser's own event of this kind, which `act` brings about, until the claim (JavaScript) holds on
        screen."""
        self.page.evaluate(
            f"""async () => {{
                await bench.painted();
                bench.pressed = 0;
                const seen = (event) => (bench.pressed ||= event.timeStamp);
                document.addEventListener("{kind}", seen, {{ capture: true, once: true }});
                bench.after = bench.when(() => bench.pressed && {claim}).then((now) => now - bench.pressed);
            }}"""
        )
        page, server = self.metric("ThreadTime"), cpu_seconds(self._app)
        act()
        wall: float = self.page.evaluate("bench.after")
        return Took(wall, (self.metric("ThreadTime") - page) * 1000, (cpu_seconds(self._app) - server) * 1000)

    def key(self, name: str, claim: str) -> Took:
        return self.after("keydown", lambda: self.page.keyboard.press(name), claim)

    def click(self, testid: str, claim: str) -> Took:
        return self.after("pointerdown", self.page.get_by_test_id(testid).click, claim)

    def choose(self, testid: str, value: str, claim: str) -> Took:
        chosen = f"bench.choose('{testid}', '{value}')"
        return self.after("change", lambda: self.page.evaluate(chosen), claim)

    def frames(self, act: Callable[[], object]) -> list[float]:
        """Milliseconds between the frames while `act` goes on, the longest last."""
        self.page.evaluate("bench.roll()")
        act()
        gaps: list[float] = self.page.evaluate("() => { bench.rolling = false; return bench.gaps; }")
        return sorted(gaps)


@contextmanager
def open_tab(browser: Browser, app: App) -> Iterator[Tab]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce", locale="en-GB")
    page = context.new_page()
    try:
        yield Tab(page, context.new_cdp_session(page), app)
    finally:
        context.close()
