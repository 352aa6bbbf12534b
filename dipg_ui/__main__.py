"""Generate a whole case set without the page: `python -m dipg_ui run --out RUN.jsonl`. Give a stored run away:
`python -m dipg_ui export RUN --form html`, `python -m dipg_ui push RUN --repo owner/name`.

The run is kept in the store that the page reads, and `--resume RUN_ID` goes on with one that was stopped or killed.
Shows a bar on a terminal and prints one line a case elsewhere, then the share of well-formed traces. Exit status: 0 all
cases completed, 1 some failed or are left, 2 nothing could be run.
"""

from __future__ import annotations

import argparse
import platform
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from dipg_ui.case_sets.hub import Hub
from dipg_ui.case_sets.named import open_named, set_name
from dipg_ui.engine import Result, Watcher, work_off
from dipg_ui.generation.base import Backend, ModelState
from dipg_ui.generation.local import prepare_environment
from dipg_ui.plans import RunPlan, RunProgress
from dipg_ui.records import CaseFailure, GenerationSettings, PromptStyle, Run
from dipg_ui.run_queue import RunRefused, check_resumable, new_run
from dipg_ui.services import build_backends
from dipg_ui.settings import ASSETS, read_settings
from dipg_ui.share_commands import SHARE_COMMANDS, add_share_commands, share
from dipg_ui.store import Lease, RunStore, RunWriter, StoreError
from evaluator.errors import EvaluatorError
from evaluator.parsing import parse_trace

_NAMED_SECONDS = 5.0
BUILT_IN = ASSETS / "cases" / "dipg.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    environment = read_settings()
    if asked.command in SHARE_COMMANDS:
        return share(asked, environment)
    prepare_environment(environment)
    backends, problems = build_backends(environment)
    for problem in problems:
        print(problem, file=sys.stderr)
    store = RunStore(environment.store_place)
    try:
        if asked.out:
            asked.out.parent.mkdir(parents=True, exist_ok=True)
            asked.out.open("a").close()  # better now than after the first case
        lease, backend = (_resumed if asked.resume else _started)(store, backends, asked)
        return _run(store, lease, backend, asked)
    except (EvaluatorError, StoreError, RunRefused, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        store.close()


def _started(store: RunStore, backends: Mapping[str, Backend], asked: argparse.Namespace) -> tuple[Lease, Backend]:
    backend = _backend(backends, asked.model or next(iter(backends)))
    backend.load()
    _wait_for(backend, _NAMED_SECONDS)
    environment = read_settings()
    file = open_named(asked.cases, asked.map, Hub(environment.allow_download, environment.hf_token))
    for problem in file.problems:
        print(problem, file=sys.stderr)
    settings = GenerationSettings(asked.temperature, asked.max_new_tokens, asked.seed, PromptStyle(asked.style))
    plan = RunPlan(
        cases=file.cases[: asked.n],
        case_set=set_name(asked.cases, file),
        model=backend.describe().id,
        settings=settings,
        repeats=asked.repeats,
        title=asked.title,
        machine=asked.machine,
    )
    return store.create(new_run(plan, backend), plan.cases), backend


def _resumed(store: RunStore, backends: Mapping[str, Backend], asked: argparse.Namespace) -> tuple[Lease, Backend]:
    head = store.head(asked.resume)
    check_resumable(head, retry_failed=asked.retry_failed)
    backend = _backend(backends, head.info.model.id)
    return store.claim(asked.resume), backend


def _backend(backends: Mapping[str, Backend], model: str) -> Backend:
    if model not in backends:
        raise RunRefused(f"no model {model!r}; there are {', '.join(backends)}")
    return backends[model]


def _wait_for(backend: Backend, seconds: float) -> None:
    """Until it is loaded or cannot be: a server names its model only when asked, and a run is named after it."""
    until = time.monotonic() + seconds
    while backend.status().state is ModelState.LOADING and time.monotonic() < until:
        time.sleep(0.05)


def _run(store: RunStore, lease: Lease, backend: Backend, asked: argparse.Namespace) -> int:
    head, stop = store.head(lease.run_id), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    print(f"Run {lease.run_id}: {head.info.title}, {head.left} of {head.total} to ask.", flush=True)
    backend.load()
    with ExitStack() as open_files:
        writer = open_files.enter_context(_out_file(store, lease.run_id, asked.out)) if asked.out else None
        report = open_files.enter_context(_Report(head.done + head.failed, head.total))

        def kept(result: Result) -> None:
            if writer is not None:
                writer.add(result)
            report.add(result)

        last = work_off(store, backend, lease, Watcher(stop.is_set, report.show, kept), retry_failed=asked.retry_failed)
    if asked.out:
        _out_file(store, lease.run_id, asked.out).close()
    return _conclude(store.load(lease.run_id), last, asked.out)


def _out_file(store: RunStore, run_id: str, path: Path) -> RunWriter:
    """The file with what is stored so far, open for what is still to come; it calls the run by its own name."""
    run = store.load(run_id)
    writer = RunWriter(path, replace(run.info, id=path.stem), run.cases)
    for completion in run.completions:
        writer.add(completion)
    for failure in run.failures:
        writer.add(failure)
    return writer


def _conclude(run: Run, last: RunProgress, out: Path | None) -> int:
    formed = sum(_is_well_formed(completion.text) for completion in run.completions)
    written = f"; written to {out}" if out else ""
    print(f"{last.done} of {last.total} completed, {formed} well-formed traces{written}")
    if last.detail:
        print(last.detail, file=sys.stderr)
    if last.left or last.failed:
        again = "" if last.left else " --retry-failed"
        print(f"Go on with: python -m dipg_ui run --resume {last.run_id}{again}")
    return 0 if last.done == last.total else 1


def _is_well_formed(text: str) -> bool:
    """All three parts are there and closed."""
    trace = parse_trace(text)
    return all(part is not None and part.closed for part in (trace.think, trace.proof, trace.answer))


class _Report:
    """A bar on a terminal; elsewhere, such as in a log, a line for each case."""

    def __init__(self, ended: int, total: int) -> None:
        self._bar = tqdm(total=total, initial=ended, unit="case", disable=None, dynamic_ncols=True, file=sys.stdout)
        self._ended, self._total = ended, total

    def __enter__(self) -> _Report:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def add(self, result: Result) -> None:
        self._ended += 1
        if self._bar.disable:
            print(f"{self._ended:4} of {self._total}  {_line(result)}", flush=True)
        else:
            self._bar.update(1)

    def show(self, progress: RunProgress) -> None:
        speed = f"{progress.tokens_per_second:.0f} tokens/s" if progress.tokens_per_second else ""
        told = ", ".join(filter(None, (f"{progress.failed} failed", speed, progress.detail)))
        self._bar.set_postfix_str(told, refresh=True)


def _line(result: Result) -> str:
    if isinstance(result, CaseFailure):
        return f"{result.case_id}  failed ({result.stage.value}): {result.reason}"
    form = "well-formed" if _is_well_formed(result.text) else "malformed"
    took = f"{result.completion_tokens or 0} tokens in {result.seconds:.1f} s"
    return f"{result.case_id}  {took}, {result.finish.value}, {form}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dipg_ui", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="generate a case set")
    add_share_commands(commands)
    usual = GenerationSettings()
    run.add_argument(
        "--cases",
        default=str(BUILT_IN),
        metavar="FILE|hf:OWNER/NAME[@REVISION][/SPLIT]|openenv:URL",
        help="a case file (JSON Lines, JSON, CSV, Parquet), a data set of the hub, or "
        "openenv:http://host:port for the tasks of an OpenEnv DIPG server; default: the built-in set",
    )
    run.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN,…",
        help="which column of the file is which field of a case, such as context=passage,question=query",
    )
    run.add_argument("--out", type=Path, default=None, help="a run file to write beside the store")
    run.add_argument("--model", default="", help="id of the model; default: the first that is listed")
    run.add_argument("--n", type=_count, default=None, help="only the first n cases")
    run.add_argument(
        "--repeats", type=_count, default=1, help="how often a case is asked, each time with the next seed"
    )
    run.add_argument("--temperature", type=float, default=usual.temperature)
    run.add_argument("--max-new-tokens", type=_count, default=usual.max_new_tokens)
    run.add_argument("--seed", type=int, default=usual.seed)
    run.add_argument("--style", choices=[style.value for style in PromptStyle], default=usual.style.value)
    run.add_argument("--title", default="", help="what the run is called on the page")
    run.add_argument("--machine", default=f"{platform.machine()} CPU", help="what the run is said to have run on")
    run.add_argument("--resume", default="", metavar="RUN_ID", help="go on with a stored run, as it was begun")
    run.add_argument("--retry-failed", action="store_true", help="with --resume: ask the cases that failed again")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number of at least 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
