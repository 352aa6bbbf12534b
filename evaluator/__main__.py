"""Score completions from the command line: `python -m evaluator score IN.jsonl`.

IN may be a folder of JSON Lines and Parquet files, scored here or, with `--engine ray`, on a Ray cluster; then OUT is a
folder too. Each line of IN is an object with `context`, `question`, `completion` and, where known, `id` and `expected`
(a text or an object with `answer` or `final`); every other field of a case file may stand there too. Exit status: 0 all
lines scored, 1 some were skipped, 2 a file or an argument is of no use.
"""

from __future__ import annotations

import argparse
import io
import os
import stat
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing, redirect_stdout
from pathlib import Path
from typing import BinaryIO, TextIO

from evaluator.batches import Plan, score_file
from evaluator.errors import CaseFileError, ClusterUnusable, UnknownProtocol, WorkerEnded
from evaluator.metrics import Tally
from evaluator.protocols import DEFAULT_THRESHOLD, MIN_THRESHOLD, PROTOCOLS, RUNGS, VERBATIM, Protocol, get_protocol
from evaluator.report import summary_json, summary_table, to_line
from evaluator.shards import SUMMARY, ScoredShard, find_shards, remove_parts, score_shard
from evaluator.spread import score_on_cluster

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
        return _score_folder(options) if Path(options.input).is_dir() else _score(options)
    except BrokenPipeError:  # the reader of the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:  # what was scored until then stands where it was to be written
        return _INTERRUPTED
    except (WorkerEnded, ClusterUnusable) as error:
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
    score.add_argument("input", metavar="IN", help=f"the file or folder to score, {_STDIN} for standard input")
    score.add_argument("--out", metavar="OUT", type=Path, help="write the scores of each line to this file or folder")
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
        "--engine",
        choices=("processes", "ray"),
        default="processes",
        help="what scores a folder: processes of this machine, or a Ray cluster (package ray); default processes",
    )
    score.add_argument(
        "--address", metavar="HOST:PORT", help="of the Ray cluster; default RAY_ADDRESS, else a local one"
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


def _score_folder(options: argparse.Namespace) -> int:
    if options.out is None:
        raise CaseFileError("the scores of a folder go to a folder: name it with --out")
    protocols = tuple(dict.fromkeys(options.protocol))
    shards = find_shards(Path(options.input), options.out)
    options.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(protocols, options.threshold, worded=True)
    if options.engine == "ray":
        found = score_on_cluster(shards, plan, options.address, options.jobs)
    else:
        found = (score_shard(shard, plan, options.jobs or _jobs_for(shard.source)) for shard in shards)
    try:
        with redirect_stdout(sys.stderr):  # Ray tells there of a worker that died
            scored = list(found)
    finally:
        remove_parts(shards)
    return _sum_up(sorted(scored, key=lambda each: each.name), options)


def _sum_up(scored: Sequence[ScoredShard], options: argparse.Namespace) -> int:
    """Tell of the shards by name, whichever ended first, so that every engine tells the same."""
    tallies = {protocol.name: Tally() for protocol in options.protocol}
    for shard in scored:
        for remark in (*shard.remarks, *([shard.error] if shard.error else [])):
            print(f"{shard.name}: {remark}", file=sys.stderr)
        for name, tally in shard.tallies.items():
            tallies[name].merge(tally)
    summaries = {name: tally.summary() for name, tally in tallies.items()}
    skipped = sum(shard.skipped for shard in scored)
    failed = {shard.name: shard.error for shard in scored if shard.error}
    shards = {"scored": len(scored) - len(failed), "failed": failed}
    whole = to_line({"summary": {**summary_json(summaries, skipped), "shards": shards}})
    (options.out / SUMMARY).write_text(f"{whole}\n", encoding="utf-8")
    print(whole if options.json else summary_table(summaries, skipped))
    return 2 if failed else 1 if skipped else 0


def _jobs_for(path: Path) -> int:
    if path.suffix != ".jsonl":
        return _cores()
    with path.open("rb") as file:
        return _default_jobs(file)


def _default_jobs(file: BinaryIO) -> int:
    """One process for a pipe, whose lines are answered as they come; for a file as many as it keeps busy."""
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        return 1
    return max(1, min(_cores(), _MAX_JOBS, status.st_size // _WORTH_A_PROCESS))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _open_input(source: str, stack: ExitStack) -> BinaryIO:
    return sys.stdin.buffer if source == _STDIN else stack.enter_context(Path(source).open("rb"))


def _open_output(source: str, target: Path, stack: ExitStack) -> TextIO:
    """The file of scores. Raises CaseFileError where it is the very file that is being read."""
    if source != _STDIN and target.exists() and target.samefile(source):
        raise CaseFileError("the scores cannot be written to the file that is being read")
    return stack.enter_context(target.open("w", encoding="utf-8", newline="\n"))


if __name__ == "__main__":
    sys.exit(main())
