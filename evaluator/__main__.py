"""Score completions from the command line: `python -m evaluator score IN.jsonl`.

Each line of IN is an object with `context`, `question`, `completion` and, where known, `id` and `expected` (a text or
an object with `answer` or `final`); every other field of a case file may stand there too. Exit status: 0 all lines
scored, 1 some were skipped, 2 a file or an argument is of no use.
"""

from __future__ import annotations

import argparse
import io
import os
import stat
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import BinaryIO, TextIO

from evaluator.batches import Plan, score_file
from evaluator.errors import CaseFileError, UnknownProtocol, WorkerEnded
from evaluator.metrics import Tally
from evaluator.protocols import DEFAULT_THRESHOLD, MIN_THRESHOLD, PROTOCOLS, RUNGS, VERBATIM, Protocol, get_protocol
from evaluator.report import summary_json, summary_table, to_line

_STDIN = "-"
_MAX_JOBS = 64
_WORTH_A_PROCESS = 1_000_000
"""Bytes of a file from which another process saves more time than it takes to start."""
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    try:
        return _score(options)
    except BrokenPipeError:  # the reader of the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:  # what was scored until then stands where it was to be written
        return _INTERRUPTED
    except WorkerEnded as error:
        print(error, file=sys.stderr)
    except CaseFileError as error:
        print(f"{options.input}: {error}", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or options.input}: {error.strerror or error}", file=sys.stderr)
    return 2


def _protocol(name: str) -> Protocol:
    try:
        return get_protocol(name)
    except UnknownProtocol as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _threshold(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not MIN_THRESHOLD <= value <= VERBATIM:
        raise argparse.ArgumentTypeError(f"must be a number from {MIN_THRESHOLD:g} to {VERBATIM:g}")
    return value


def _jobs(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MAX_JOBS):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {_MAX_JOBS}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluator", description="Score medical answers that quote.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    score = commands.add_parser("score", help="score the completions of a JSON Lines file")
    score.add_argument("input", metavar="IN.jsonl", help=f"the file to score, {_STDIN} for standard input")
    score.add_argument("--out", metavar="OUT.jsonl", type=Path, help="write the scores of each line to this file")
    score.add_argument(
        "--protocol",
        nargs="+",
        type=_protocol,
        default=list(PROTOCOLS.values()),
        metavar="NAME",
        help=f"which of {', '.join(protocol.name for protocol in RUNGS)}; default {' '.join(PROTOCOLS)}",
    )
    score.add_argument(
        "--threshold",
        type=_threshold,
        metavar="N",
        help=f"similarity from which a quote counts as found, 50–100; default {DEFAULT_THRESHOLD:g}",
    )
    score.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="processes to score with; default one for each core that a large file keeps busy, one for a pipe",
    )
    score.add_argument(
        "--json",
        action="store_true",
        help="write JSON Lines instead of a table: the scores of each line, unless --out takes them, then the summary",
    )
    return parser


def _score(options: argparse.Namespace) -> int:
    source, target = str(options.input), options.out
    protocols = tuple(dict.fromkeys(options.protocol))
    tallies = {protocol.name: Tally() for protocol in protocols}
    skipped = 0
    with ExitStack() as stack:
        file = _open_input(source, stack)
        out = _open_output(source, target, stack) if target else sys.stdout if options.json else None
        plan = Plan(protocols, options.threshold, worded=out is not None)
        for batch in stack.enter_context(closing(score_file(file, plan, options.jobs or _default_jobs(file)))):
            skipped += batch.skipped
            for name, tally in batch.tallies.items():
                tallies[name].merge(tally)
            for remarks, result in batch.lines:
                for remark in remarks:
                    print(remark, file=sys.stderr)
                if result is not None:
                    print(result, file=out)
    summaries = {name: tally.summary() for name, tally in tallies.items()}
    if options.json:
        print(to_line({"summary": summary_json(summaries, skipped)}))
    else:
        print(summary_table(summaries, skipped))
    sys.stdout.flush()
    return 1 if skipped else 0


def _default_jobs(file: BinaryIO) -> int:
    """One process for a pipe, whose lines are answered as they come; for a file as many as it keeps busy."""
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _MAX_JOBS, status.st_size // _WORTH_A_PROCESS))


def _open_input(source: str, stack: ExitStack) -> BinaryIO:
    return sys.stdin.buffer if source == _STDIN else stack.enter_context(Path(source).open("rb"))


def _open_output(source: str, target: Path, stack: ExitStack) -> TextIO:
    """The file of scores. Raises CaseFileError where it is the very file that is being read."""
    if source != _STDIN and target.exists() and target.samefile(source):
        raise CaseFileError("the scores cannot be written to the file that is being read")
    return stack.enter_context(target.open("w", encoding="utf-8", newline="\n"))


if __name__ == "__main__":
    sys.exit(main())
