"""How fast the command line scores 10,000 completions of real size, and in how much memory.

    python -m tests.benchmarks.bench_lines [--lines 10000] [--jobs 1 2] [--keep FILE]

The lines are made of the built-in cases: their contexts, questions and expected answers, with the completions of the
stored runs and with the same completions after their proof was exchanged for one to three sentences of the context, as
they stand or edited by the families of `tests/edits`, and some of their answers for the expected one. Contexts repeat,
as in a run with repeats; few completions do.
Processor time is that of the command with all its processes, start included; memory is the peak of the largest process.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.edits.dangerous import DANGEROUS
from tests.edits.harmless import HARMLESS
from tests.edits.sampling import BUILT_IN, true_sentences

ROOT = Path(__file__).resolve().parents[2]
RUNS = ("gemma-3-270m.jsonl", "gemma-3-270m-channels.jsonl")
_STORED, _VERBATIM, _EXPECTED = 0.15, 0.5, 0.4
_PROOF = re.compile(r"(?<=<proof>).*?(?=</proof>)", re.DOTALL)
_ANSWER = re.compile(r"(?<=<answer>).*?(?=</answer>)", re.DOTALL)


def stored_completions() -> dict[str, list[str]]:
    """The texts of the stored runs by case."""
    texts: dict[str, list[str]] = {}
    for name in RUNS:
        for line in (ROOT / "assets" / "runs" / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["kind"] == "completion":
                texts.setdefault(row["case_id"], []).append(row["text"])
    return texts


def made_lines(count: int, seed: int = 5) -> Iterator[dict[str, str]]:
    """That many lines to score; the same for a seed."""
    draw = random.Random(seed)
    cases = [json.loads(line) for line in BUILT_IN.read_text(encoding="utf-8").splitlines()]
    stored = stored_completions()
    families = (*HARMLESS, *DANGEROUS)
    sentences = {case["id"]: true_sentences([case["context"]]) for case in cases}
    for number in range(count):
        case = draw.choice(cases)
        completion = draw.choice(stored[case["id"]])
        if draw.random() > _STORED and sentences[case["id"]]:
            quotes = []
            for passage in draw.sample(sentences[case["id"]], min(draw.randint(1, 3), len(sentences[case["id"]]))):
                edited = None if draw.random() < _VERBATIM else draw.choice(families).edit(passage, draw)
                quotes.append(f'"{passage.text if edited is None else edited}"')
            completion = exchange(_PROOF, stored[case["id"]][0], "\n".join(quotes))
            if draw.random() < _EXPECTED:
                completion = exchange(_ANSWER, completion, case["expected"])
        fields = {key: case[key] for key in ("context", "question", "expected")}
        yield {"id": f"{case['id']}-{number}", **fields, "completion": completion}


def exchange(part: re.Pattern[str], text: str, new: str) -> str:
    """The text with its first such part as `new`."""
    return part.sub(lambda _: new, text, count=1)


def write_lines(path: Path, count: int) -> None:
    """Write them as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        for line in made_lines(count):
            file.write(json.dumps(line) + "\n")


def measure(path: Path, jobs: int, out: Path | None) -> str:
    """One run of the command line: clock and processor time, and the most memory that one of its processes held."""
    command = [sys.executable, "-m", "evaluator", "score", str(path), "--json", "--jobs", str(jobs)]
    start, before = time.perf_counter(), os.times()
    watched = subprocess.Popen([*command, *(["--out", str(out)] if out else [])], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(watched.pid, 0)
    clock, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    lines = sum(1 for _ in path.open("rb"))
    wrote = "scores written" if out else "counted only"
    return (
        f"{lines:7,} lines, {jobs} process{'es' if jobs > 1 else '':2}, {wrote:14}: {cpu:6.2f} s of processor time "
        f"({1e3 * cpu / lines:.2f} ms a line), {clock:6.2f} s on the clock, {usage.ru_maxrss / 1024:.0f} MB, "
        f"exit {os.waitstatus_to_exitcode(status)}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line a run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--keep", type=Path, help="write the lines to this file and stop")
    options = parser.parse_args(arguments)
    if options.keep:
        write_lines(options.keep, options.lines[-1])
        return
    with tempfile.TemporaryDirectory() as folder:
        for count in options.lines:
            path = Path(folder) / f"{count}.jsonl"
            write_lines(path, count)
            for jobs in options.jobs:
                print(measure(path, jobs, Path(folder) / "scores.jsonl"), flush=True)
        print(measure(path, options.jobs[-1], None), flush=True)
    print(f"Load of the machine when it ended: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")


if __name__ == "__main__":
    main()
