"""Score the lines of a file batch by batch, in this process or in several, always in the order of the file.

The parent reads and writes, the workers parse, score and word the results. Only so many batches are under way at
once, so the memory does not grow with the file; what comes out does not depend on how many processes took part.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from evaluator.evaluate import assess
from evaluator.lines import BadLine, RawLine, raw_lines, read_line
from evaluator.metrics import Tally
from evaluator.protocols import Protocol
from evaluator.report import result_line

MAX_BATCH_LINES = 32
MAX_BATCH_BYTES = 256 * 1024
_AHEAD = 3
"""Batches per process that are read before the first of them is written."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How lines are to be scored. Without `worded`, the scores are only counted."""

    protocols: tuple[Protocol, ...]
    threshold: float | None
    worded: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of some lines: for each in order the remarks on it and, where it was scored and `worded`, its result
    as one line of JSON; how many were skipped; and the counts of each protocol."""

    lines: list[tuple[list[str], str | None]] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    skipped: int = 0


def score_file(file: BinaryIO, plan: Plan, jobs: int) -> Generator[Batch, None, None]:
    """Score the lines of a JSON Lines file. With one job every line is a batch of its own, so that what comes through
    a pipe is answered at once.

    Raises CaseFileError where the file is not UTF-8 from the start, and BrokenProcessPool where a worker process ends
    before its time. Close the iterator to stop the workers early.
    """
    lines = raw_lines(file)
    if jobs == 1:
        return (score_batch([line], plan) for line in lines)
    return _score_in_processes(_batches(lines), plan, jobs)


def score_batch(lines: Sequence[RawLine | BadLine], plan: Plan) -> Batch:
    """Score some lines, one after the other."""
    scored: list[tuple[list[str], str | None]] = []
    tallies = {protocol.name: Tally() for protocol in plan.protocols}
    skipped = 0
    for raw in lines:
        line = read_line(raw) if isinstance(raw, RawLine) else raw
        if isinstance(line, BadLine):
            skipped += 1
            scored.append(([f"line {line.number:,} skipped: {line.reason}"], None))
            continue
        assessment = assess(line.case, line.completion, plan.protocols, plan.threshold)
        for evaluation in assessment.evaluations:
            tallies[evaluation.protocol].add(evaluation)
        remarks = [f"line {line.number:,}: {note}" for note in line.notes]
        scored.append((remarks, result_line(line.case, assessment) if plan.worded else None))
    return Batch(scored, tallies, skipped)


def _batches(lines: Iterator[RawLine | BadLine]) -> Iterator[list[RawLine | BadLine]]:
    while batch := list(islice(lines, 1)):
        size = _size(batch[0])
        while size < MAX_BATCH_BYTES and len(batch) < MAX_BATCH_LINES and (line := next(lines, None)) is not None:
            batch.append(line)
            size += _size(line)
        yield batch


def _size(line: RawLine | BadLine) -> int:
    return len(line.raw) if isinstance(line, RawLine) else 0


def _score_in_processes(
    batches: Iterator[list[RawLine | BadLine]], plan: Plan, jobs: int
) -> Generator[Batch, None, None]:
    from concurrent.futures import Future, ProcessPoolExecutor  # here, as most files are too small for processes
    from multiprocessing import active_children

    pool = ProcessPoolExecutor(jobs, initializer=_leave_interrupts_to_the_parent)
    waiting: deque[Future[Batch]] = deque()
    finished = False
    try:
        for batch in batches:
            waiting.append(pool.submit(score_batch, batch, plan))
            while waiting and (len(waiting) >= _AHEAD * jobs or waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        finished = True
    finally:
        if not finished:  # nobody waits for what is under way
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in active_children():
                worker.terminate()
        pool.shutdown()


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
