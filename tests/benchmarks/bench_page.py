"""From `python app.py` to a page that is of use, and what a streamed token costs the server and the wire.

    python tests/benchmarks/bench_page.py [--data FOLDER] [--json]

Starts the real app twice, first with no converted weights (unless --data has them), then again; opens the page in a
real Chromium; waits until the embedded model is ready; then replays a stored trace, which costs no model time, to
see what streaming itself costs. Times are seconds since the process was started. Nothing is asserted: the machine
decides the times, the reader the verdict.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import FLAGS, find_chromium  # noqa: E402 - found through the path set above
from tests.browser.stage import App, start_app  # noqa: E402

MODEL_SECONDS = 300
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Start:
    """Seconds since the process was started; `peak_mb` is the server's largest resident size until the model was
    ready."""

    answers: float
    case_list: float
    stored_trace: float
    model_ready: float
    peak_mb: float


@dataclass(frozen=True)
class Streaming:
    """The cost of one replay: words as the replay deals them stand in for tokens."""

    pieces: int
    bytes_per_piece: float
    server_ms_per_piece: float
    seconds: float


def cpu_seconds(app: App) -> float:
    fields = Path(f"/proc/{app.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_mb(app: App) -> float:
    status = Path(f"/proc/{app.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def model_state(app: App) -> str:
    models = app.health()["models"]
    assert isinstance(models, dict)
    return str(models["embedded"]["state"])


def measure_start(browser: Browser, data: Path) -> tuple[Start, App]:
    began = time.monotonic()
    app = start_app(ROOT, data)
    answers = time.monotonic() - began
    page = browser.new_page()
    page.goto(app.url)
    page.get_by_test_id("case-item").first.wait_for()
    case_list = time.monotonic() - began
    page.get_by_test_id("outcome").nth(2).wait_for(timeout=60_000)
    stored_trace = time.monotonic() - began
    page.close()
    while model_state(app) != "ready" and time.monotonic() - began < MODEL_SECONDS:
        time.sleep(0.1)
    if model_state(app) != "ready":
        raise SystemExit(f"the model is {model_state(app)} after {MODEL_SECONDS} s")
    return Start(answers, case_list, stored_trace, time.monotonic() - began, peak_mb(app)), app


def replayed(page: Page) -> str:
    """Choose the first stored run and replay it; returns when the verdicts are there."""
    page.get_by_test_id("model-picker").click()
    page.locator("label").filter(has=page.locator('[data-testid^="model-stored-"]')).first.click()
    page.keyboard.press("Escape")
    page.get_by_test_id("generate").click()
    page.get_by_test_id("stop").wait_for()
    page.get_by_test_id("generate").wait_for(timeout=120_000)
    return page.get_by_test_id("trace").inner_text()


def measure_streaming(browser: Browser, app: App) -> Streaming:
    page = browser.new_page()
    wire = page.context.new_cdp_session(page)
    received = 0

    def count(event: dict[str, float]) -> None:
        nonlocal received
        received += int(event["dataLength"])

    page.goto(app.url)
    page.get_by_test_id("outcome").nth(2).wait_for(timeout=60_000)
    time.sleep(1)
    wire.send("Network.enable")
    wire.on("Network.dataReceived", count)
    cpu, began = cpu_seconds(app), time.monotonic()
    text = replayed(page)
    seconds, cpu = time.monotonic() - began, cpu_seconds(app) - cpu
    page.close()
    pieces = len(text.split())
    return Streaming(pieces, received / pieces, 1000 * cpu / pieces, seconds)


def report(starts: dict[str, Start], streaming: Streaming) -> str:
    lines = ["| seconds from `python app.py` to | " + " | ".join(starts) + " |", "|---|" + "--:|" * len(starts)]
    names = {
        "answers": "the server answers",
        "case_list": "the case list is on screen",
        "stored_trace": "a stored trace with its verdicts is on screen",
        "model_ready": "the embedded model is ready",
        "peak_mb": "peak memory of the server until then (MB)",
    }
    for field, name in names.items():
        lines.append(f"| {name} | " + " | ".join(f"{getattr(start, field):.1f}" for start in starts.values()) + " |")
    lines.append("")
    lines.append(
        f"Streaming a replay of {streaming.pieces} words: {streaming.bytes_per_piece:.0f} B on the wire and "
        f"{streaming.server_ms_per_piece:.2f} ms of server CPU a word, everything included."
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="where converted weights lie; default: a new folder")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as fresh, sync_playwright() as playwright:
        data = asked.data or Path(fresh)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        starts: dict[str, Start] = {}
        for name in ["first start", "later start"] if asked.data is None else ["later start"]:
            starts[name], app = measure_start(browser, data)
            if name == "later start":
                streaming = measure_streaming(browser, app)
            app.stop()
        browser.close()
    if asked.json:
        print(json.dumps({**{k: asdict(v) for k, v in starts.items()}, "streaming": asdict(streaming)}, indent=1))
    else:
        print(report(starts, streaming))


if __name__ == "__main__":
    main()
