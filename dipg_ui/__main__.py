"""Generate a whole case set without the page: `python -m dipg_ui run --out RUN.jsonl`.

Prints one line a case and the share of well-formed traces. Exit status: 0 all cases completed, 1 some failed,
2 nothing could be run.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from dipg_ui.generation.base import Backend
from dipg_ui.generation.local import prepare_environment
from dipg_ui.records import GenerationSettings, PromptStyle, RunInfo
from dipg_ui.runner import Progress, run_set
from dipg_ui.services import build_services
from dipg_ui.settings import ASSETS, read_settings
from dipg_ui.store import RunWriter
from evaluator.cases import load_cases
from evaluator.errors import EvaluatorError
from evaluator.parsing import parse_trace
from evaluator.types import Case

BUILT_IN = ASSETS / "cases" / "dipg.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    environment = read_settings()
    prepare_environment(environment)
    backends = build_services(environment).backends
    if asked.model and asked.model not in backends:
        print(f"no model {asked.model!r}; there are {', '.join(backends)}", file=sys.stderr)
        return 2
    backend = backends[asked.model] if asked.model else next(iter(backends.values()))
    try:
        file = load_cases(asked.cases)
    except EvaluatorError as error:
        print(error, file=sys.stderr)
        return 2
    for problem in file.problems:
        print(problem, file=sys.stderr)
    settings = GenerationSettings(asked.temperature, asked.max_new_tokens, asked.seed, PromptStyle(asked.style))
    return _run(backend, file.cases[: asked.n], settings, asked)


def _run(backend: Backend, cases: Sequence[Case], settings: GenerationSettings, asked: argparse.Namespace) -> int:
    backend.load()
    completed = well_formed = 0
    with (
        RunWriter(asked.out, _run_info(backend, settings, asked)) as writer,
        closing(run_set(backend, cases, settings, writer.add)) as ends,
    ):
        for number, end in enumerate(ends, start=1):
            formed = end.completion is not None and _is_well_formed(end.completion.text)
            completed += end.completion is not None
            well_formed += formed
            print(f"{number:4} of {len(cases)}  {_line(end, formed)}", flush=True)
    print(f"{completed} of {len(cases)} completed, {well_formed} well-formed traces; written to {asked.out}")
    return 0 if completed == len(cases) else 1


def _is_well_formed(text: str) -> bool:
    """All three parts are there and closed."""
    trace = parse_trace(text)
    return all(part is not None and part.closed for part in (trace.think, trace.proof, trace.answer))


def _line(end: Progress, formed: bool) -> str:
    if end.failure is not None:
        return f"{end.failure.case_id}  failed ({end.failure.stage.value}): {end.failure.reason}"
    assert end.completion is not None  # noqa: S101 - a case ends with a failure or a completion
    done = end.completion
    form = "well-formed" if formed else "malformed"
    return f"{done.case_id}  {done.completion_tokens or 0} tokens in {done.seconds:.1f} s, {done.finish.value}, {form}"


def _run_info(backend: Backend, settings: GenerationSettings, asked: argparse.Namespace) -> RunInfo:
    now = datetime.now(UTC)
    model = backend.describe()
    return RunInfo(
        id=asked.out.stem,
        title=asked.title or f"{model.title}, {asked.cases.stem}",
        created=now.isoformat(timespec="seconds"),
        case_set=asked.cases.stem,
        machine=asked.machine,
        model=model,
        settings=settings,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dipg_ui", description=__doc__)
    run = parser.add_subparsers(dest="command", required=True).add_parser("run", help="generate a case set")
    usual = GenerationSettings()
    run.add_argument("--cases", type=Path, default=BUILT_IN, help="a case file; default: the built-in set")
    run.add_argument("--out", type=Path, required=True, help="the run file to write")
    run.add_argument("--model", default="", help="id of the model; default: the first that is listed")
    run.add_argument("--n", type=int, default=None, help="only the first n cases")
    run.add_argument("--temperature", type=float, default=usual.temperature)
    run.add_argument("--max-new-tokens", type=int, default=usual.max_new_tokens)
    run.add_argument("--seed", type=int, default=usual.seed)
    run.add_argument("--style", choices=[style.value for style in PromptStyle], default=usual.style.value)
    run.add_argument("--title", default="", help="what the run is called on the page")
    run.add_argument("--machine", default=f"{platform.machine()} CPU", help="what the run is said to have run on")
    return parser


if __name__ == "__main__":
    sys.exit(main())
