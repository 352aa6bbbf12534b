"""How long a large stored run takes to score, to open, to judge at another threshold, and to take away.

    python tests/benchmarks/bench_store.py --cases 10000

The run repeats the recorded one over distinct cases: each context is its own text, each completion a real one of the
embedded model. Every figure is the median of several rounds but for storing and scoring, which happen once.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from dipg_ui.records import Run  # noqa: E402 - found through the path set above
from dipg_ui.settings import ASSETS  # noqa: E402
from dipg_ui.store import RunOrigin, RunStore, load_run  # noqa: E402
from dipg_ui.store.exports import run_as_csv, run_as_jsonl, run_as_parquet  # noqa: E402
from evaluator.cases import load_cases  # noqa: E402

ROUNDS = 7
_OPEN = """
import sys, time
from dipg_ui.store import RunStore
def now(): return time.perf_counter(), time.process_time()
began = now()
store = RunStore(sys.argv[1])
scored = store.scored("large")
opened = now()
scored.at(85.0)
print(*(b - a for a, b in zip(began, opened)), *(b - a for a, b in zip(opened, now())))
"""


@dataclass(frozen=True)
class Took:
    """Seconds on the clock, and seconds that the processor worked: on a busy machine only these compare."""

    wall: float
    cpu: float


def a_large_run(size: int) -> Run:
    known = {case.id: case for case in load_cases(ASSETS / "cases" / "dipg.jsonl").cases}
    recorded = load_run(ASSETS / "runs" / "gemma-3-270m.jsonl").run
    cases, completions = [], []
    for number in range(size):
        told = recorded.completions[number % len(recorded.completions)]
        case = known[told.case_id]
        name = f"{case.id}-{number}"
        cases.append(replace(case, id=name, context=f"{case.context}\n\nRecord {number}."))
        completions.append(replace(told, case_id=name))
    return Run(replace(recorded.info, id="large"), tuple(completions), (), tuple(cases))


def timed(act: Callable[[], object], rounds: int = 1) -> Took:
    took = []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        took.append(Took(time.perf_counter() - wall, time.process_time() - cpu))
    return middle(took)


def middle(took: Sequence[Took]) -> Took:
    return Took(statistics.median(each.wall for each in took), statistics.median(each.cpu for each in took))


def opened(url: str) -> tuple[Took, Took]:
    """Opening and judging anew in a fresh process."""
    command = [sys.executable, "-c", _OPEN, url]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    wall, cpu, more_wall, more_cpu = map(float, done.stdout.split())
    return Took(wall, cpu), Took(more_wall, more_cpu)


def show(what: str, took: Took, asked: str = "") -> None:
    print(f"{what:<56}{took.wall * 1000:>12,.1f} ms{took.cpu * 1000:>12,.1f} ms CPU  {asked}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--url", default="", help="a database of its own; default: a SQLite file, removed afterwards")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench(asked.url or f"sqlite:///{Path(folder) / 'runs.sqlite3'}", asked.cases)
        size = Path(folder, "runs.sqlite3")
        if size.exists():
            print(f"{'database file':<56}{size.stat().st_size / 2**20:>12,.1f} MB")
    return 0


def bench(url: str, size: int) -> None:
    run, store = a_large_run(size), RunStore(url)
    show(f"store {size:,} cases with their completions", timed(lambda: store.add_run(run, RunOrigin.IMPORTED)))
    show("score them under six protocols at every threshold", timed(lambda: store.score("large")))
    fresh = [opened(url) for _ in range(ROUNDS)]
    show("open the run in a fresh process", middle([each for each, _ in fresh]), "(aim 2,000)")
    show("judge it at another threshold, first time", middle([each for _, each in fresh]), "(aim 200)")
    scored = store.scored("large")
    thresholds = iter(range(50, 101))
    show("judge it at another threshold, again", timed(lambda: scored.at(float(next(thresholds))), ROUNDS), "(aim 200)")
    show("judge it at all 51 whole thresholds", timed(lambda: [scored.at(float(t)) for t in range(50, 101)], 3))
    show("ask again for a run that did not change", timed(lambda: store.scored("large"), ROUNDS))
    show("list the runs", timed(store.heads, ROUNDS))
    show("search all its texts for a word", timed(lambda: store.search("large", "dexamethasone"), 3))
    show("find one completion by its key", timed(lambda: store.find(scored.rows[-1].key), ROUNDS))
    whole = store.load("large")
    show("load it with all texts", timed(lambda: store.load("large"), 3))
    show("as JSON Lines", timed(lambda: run_as_jsonl(whole), 3))
    show("as CSV", timed(lambda: run_as_csv(whole, scored, 85.0)))
    show("as Parquet", timed(lambda: run_as_parquet(whole, scored, 85.0)))
    store.close()


if __name__ == "__main__":
    sys.exit(main())
