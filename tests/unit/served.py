"""The whole app as a process of its own, on a free port, with cases, a run and a model of the test's."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from dipg_ui.generation.base import Delta, StreamEvent
from dipg_ui.logins import read_accounts
from dipg_ui.records import GenerationSettings
from dipg_ui.services import Services
from dipg_ui.settings import Settings
from dipg_ui.store import RunOrigin, RunStore
from evaluator.types import Category
from tests.builders import a_case, a_run, a_trace
from tests.unit.test_engine import Answers, answer, broken

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0
WRONG_DOSE = a_trace('"received 59 Gy in 30 fractions"', "59 Gy")


def slow(number: str, settings: GenerationSettings) -> Iterator[StreamEvent]:
    time.sleep(0.5)
    yield from answer(number, settings)


def endless(number: str, _settings: GenerationSettings) -> Iterator[StreamEvent]:
    """Writes until it is let go, and then leaves a file named `left`."""
    try:
        while True:
            time.sleep(0.02)
            yield Delta("word ", 1)
    finally:
        Path("left").write_text(number, encoding="utf-8")


SCRIPTS = {script.__name__: script for script in (answer, broken, slow, endless)}


@contextmanager
def served(folder: Path, script: str = "answer", **settings: str) -> Iterator[str]:
    """Its address. `folder` is where it runs; the stored run is `run-1`, its second answer has a wrong dose."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("DIPG_")}
    env |= {f"DIPG_{key.upper()}": value for key, value in settings.items()} | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.served", script], cwd=folder, env=env, stdout=subprocess.PIPE, text=True
    )
    # The read below ends with the process, and the process with this, should it never say a word.
    watch = threading.Timer(PATIENCE, process.kill)
    watch.start()
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        watch.cancel()
        assert url.startswith("http://"), "the app did not start"
        yield url
    finally:
        watch.cancel()
        process.terminate()
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise


def main(script: str) -> None:
    """Serve in the folder at hand until a signal comes."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from dipg_ui.dashboard import build_dashboard, end_streams, mount_dashboard
    from dipg_ui.web import build_app, claim_port, make_server

    store = RunStore(Path("runs.sqlite3"))
    store.add_run(a_run(a_trace(), WRONG_DOSE), RunOrigin.IMPORTED)
    cases = [a_case(id=f"case-{n}", question=f"Question {n}?") for n in range(4)]
    cases[3] = replace(cases[3], category=Category.MISSING)
    accounts = read_accounts(os.environ.get("DIPG_LOGIN", ""))
    mcp = bool(os.environ.get("DIPG_MCP"))
    settings = Settings(data_dir=Path(), replay_rate=0, preload=False, mcp=mcp, accounts=accounts)
    services = Services(settings, {case.id: case for case in cases}, (), {"tiny": Answers(SCRIPTS[script])}, (), store)
    app = mount_dashboard(build_app(services), build_dashboard(services))

    def stop() -> None:
        services.stop()
        end_streams(app)

    claimed = claim_port("127.0.0.1", 0)
    claimed.listen()
    print(f"http://127.0.0.1:{claimed.getsockname()[1]}", flush=True)
    make_server(app, stop).run(sockets=[claimed])


if __name__ == "__main__":
    main(sys.argv[1])
