"""How Evaluate and Compare feel with a run of ten thousand answers: the real app in a real Chromium.

    python tests/benchmarks/bench_pages.py [--cases 10000] [--rounds 7] [--store FILE] [--out FILE]

The store holds two runs over the same distinct cases: each context is its own text, each completion a real one of the
embedded model (`bench_store` says how). Nothing is asserted: the machine decides the times, the reader the verdict.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from dipg_ui.records import Run  # noqa: E402 - found through the path set above
from dipg_ui.settings import ASSETS  # noqa: E402
from dipg_ui.store import RunOrigin, RunStore, load_run  # noqa: E402
from tests.benchmarks.bench_store import a_large_run  # noqa: E402
from tests.benchmarks.page_clock import Figures, Took, open_tab  # noqa: E402
from tests.benchmarks.page_clock import Tab as Page  # noqa: E402
from tests.browser.conftest import FLAGS, find_chromium  # noqa: E402
from tests.browser.stage import App, start_app  # noqa: E402

RUN, OTHER = "large", "large-b"
TURNS = 100
NOTES = """Milliseconds on the page's clock from the hand (navigation, key, pointer) to the first frame that shows the
outcome, and of processor time: where others use the machine only that compares. The server counts in steps of 10. The
answers are real ones of the embedded model, repeated over distinct contexts: no figure here says anything of a model.
"""


def fill_store(url: str, size: int) -> None:
    """The two runs, scored by today's rules; nothing where they are so already."""
    store = RunStore(url)
    if not {RUN, OTHER} <= {head.info.id for head in store.heads()}:
        first = a_large_run(size)
        recorded = load_run(ASSETS / "runs" / "gemma-3-270m-channels.jsonl").run
        told = {completion.case_id: completion for completion in recorded.completions}
        asked = [completion.case_id for completion in first.completions]
        second = tuple(replace(told[re.sub(r"-\d+$", "", case)], case_id=case) for case in asked)
        infos = (replace(first.info, id=RUN, title="Many answers"), replace(recorded.info, id=OTHER, title="Others"))
        for info, done in zip(infos, (first.completions, second), strict=True):
            store.add_run(Run(info, done, (), first.cases), RunOrigin.IMPORTED)
    for run in (RUN, OTHER):
        store.score(run)
    store.close()


def table_of(size: int) -> str:
    return f'bench.find("row") && bench.text("table-count") === "{size:,} answers"'


def changed(tab: Page) -> str:
    """The claim that the table tells another count than now."""
    return f'bench.text("table-count") !== "{tab.page.get_by_test_id("table-count").inner_text()}"'


def opened(tab: Page, figures: Figures, name: str, run: str, size: int) -> None:
    took = tab.open(run, table_of(size))
    figures.time(f"{name}: opened, until its table is there", took, "2,000")
    wall: float = tab.page.evaluate("bench.when(bench.drawn)")
    took = replace(took, wall=wall, page=tab.metric("ThreadTime") * 1000)
    figures.time(f"{name}: opened, until the charts in sight are there", took, "2,000")
    figures.size(f"{name}: received on a first visit", tab.received())
    figures.size(f"{name}: memory of its scripts", tab.heap())


def measure_evaluate(tab: Page, figures: Figures, size: int) -> None:
    opened(tab, figures, "Evaluate", f"evaluate?run={RUN}", size)
    whole = table_of(size)
    tab.page.get_by_test_id("table-search").focus()
    figures.time("Evaluate: a letter in the search", tab.key("7", changed(tab)), "100")
    figures.time("Evaluate: the letter taken back", tab.key("Backspace", whole), "100")
    tab.page.keyboard.type("dexamethason", delay=5)
    tab.page.wait_for_timeout(2000)
    found = tab.page.get_by_test_id("table-count").inner_text()
    tab.page.get_by_test_id("table-search").fill("")
    tab.page.wait_for_timeout(500)
    told = f'bench.text("table-count") === "{found}"'
    figures.time(
        "Evaluate: a word pasted, until the texts are searched too",
        tab.after("input", lambda: tab.page.get_by_test_id("table-search").fill("dexamethason"), told),
    )
    tab.page.get_by_test_id("table-search").fill("")
    tab.page.wait_for_timeout(500)
    figures.time("Evaluate: one outcome alone", tab.choose("filter-outcome", "5", changed(tab)), "100")
    figures.time("Evaluate: and protocols that differ", tab.choose("filter-differ", "v4", changed(tab)), "100")
    figures.time("Evaluate: filters cleared", tab.click("filter-clear", whole), "100")
    up = 'bench.find("sort-guarded").closest("[aria-sort]").getAttribute("aria-sort") === "ascending"'
    figures.time("Evaluate: sorted by a column", tab.click("sort-guarded", up), "100")
    frame = tab.page.get_by_test_id("table-frame")
    frame.scroll_into_view_if_needed()
    frame.hover()
    frames = tab.frames(lambda: [tab.page.mouse.wheel(0, 400) for _ in range(TURNS)])
    figures.time("Evaluate: scrolled, a frame in the middle", Took(statistics.median(frames), 0, 0), "33")
    figures.time("Evaluate: scrolled, a frame at 95 %", Took(frames[int(0.95 * len(frames))], 0, 0), "33")
    last = f"document.querySelector('[data-testid=row][aria-rowindex=\"{size + 1}\"]')"
    end = "bench.find('table-frame').scrollTop = 1e9"
    figures.time("Evaluate: to the last row", tab.after("scroll", lambda: tab.page.evaluate(end), last), "100")


def measure_compare(tab: Page, figures: Figures, size: int) -> None:
    opened(tab, figures, "Compare", f"compare?run={RUN}", size)
    moved(tab, figures, "")
    box = tab.page.locator("[data-testid=plot-rates] .points path").first.bounding_box()
    assert box is not None
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    picked = f'bench.text("pick-count") && {changed(tab)}'
    took = tab.after("pointerdown", lambda: tab.page.mouse.click(*place), picked)
    figures.time("Compare: a mark clicked, until the table holds its answers", took, "100")
    figures.time("Compare: Escape, until the table holds all", tab.key("Escape", table_of(size)), "100")
    tab.received()
    there = 'bench.find("chart-paired").checkVisibility() && location.search.includes("with=")'
    figures.time("Compare: against another run", tab.choose("run-b", OTHER, there), "2,000")
    figures.size("Compare: received for another run", tab.received())
    tab.page.evaluate("scrollTo(0, 0)")
    moved(tab, figures, ", between two runs")
    figures.size("Compare: memory of its scripts, between two runs", tab.heap())


def moved(tab: Page, figures: Figures, between: str) -> None:
    """The slider of the threshold, by its keys."""
    slider = tab.page.get_by_test_id("threshold")
    slider.focus()
    # The first step, from 85 to 86, changes no chart in sight; the second does.
    tab.key("ArrowRight", f'location.search.includes("threshold={int(slider.input_value()) + 1}")')
    tab.page.wait_for_timeout(800)
    tab.received()
    claim = f'location.search.includes("threshold={int(slider.input_value()) + 1}") && bench.drawn()'
    took = tab.key("ArrowRight", claim)
    figures.time(f"Compare: another threshold{between}, until the charts in sight are drawn anew", took, "200")
    wall: float = tab.page.evaluate("bench.when(bench.settled).then((now) => now - bench.pressed)")
    figures.time(f"Compare: and until those just out of sight are{between}", replace(took, wall=wall))
    figures.size(f"Compare: received for another threshold{between}", tab.received())


def measure_first(browser: Browser, app: App, figures: Figures, page: str, size: int) -> None:
    with open_tab(browser, app) as tab:
        took = tab.open(f"{page}?run={RUN}", table_of(size))
        figures.time(f"{page.capitalize()}: opened as the first since the server started", took, "2,000")


def measure(store: str, size: int, rounds: int) -> str:
    fill_store(store, size)
    figures = Figures()
    load: list[float] = []
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for page, act in (("evaluate", measure_evaluate), ("compare", measure_compare)):
            app = start_app(ROOT, Path(data), preload="0", database_url=store)
            try:
                measure_first(browser, app, figures, page, size)
                for _ in range(rounds):
                    load.append(os.getloadavg()[0])
                    with open_tab(browser, app) as tab:
                        act(tab, figures, size)
            finally:
                app.stop()
        told = (
            f"{rounds} rounds, Chromium {browser.version}, {os.cpu_count()} cores, load {min(load):.1f}–{max(load):.1f}"
        )
        browser.close()
    return report(figures, size, f"{told}, {datetime.now(UTC):%Y-%m-%d}")


def report(figures: Figures, size: int, told: str) -> str:
    head = "| | median | fastest | slowest | CPU, page | CPU, server | aim |"
    lines = [
        f"# Evaluate and Compare with {size:,} answers\n",
        f"`python tests/benchmarks/bench_pages.py --cases {size}`: {told}.\n",
        NOTES,
        *(head, "|---|--:|--:|--:|--:|--:|--:|", *figures.time_rows(), ""),
        *("| megabytes (files packed, answers of the server unpacked) | median |", "|---|--:|", *figures.size_rows()),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--store", type=Path, help="a SQLite file to keep between calls; default: a new one, removed")
    parser.add_argument("--out", type=Path, help="where the table is written too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = (asked.store or Path(folder) / "runs.sqlite3").absolute()
        text = measure(f"sqlite:///{place}", asked.cases, asked.rounds)
    print(text)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
