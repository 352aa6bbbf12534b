"""Score the lines of a file batch by batch, in this process or in several, always in the order of the file.

The parent reads and writes, the workers parse, score and word the results. Only so many batches are under way at
once, so the memory does not grow with the file; what comes out does not depend on how many processes took part.
"""

from __future__ import annotations

import pickle
import signal
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import BinaryIO

from evaluator.errors import WorkerEnded
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

    Raises CaseFileError where the file is not UTF-8 from the start, and WorkerEnded where a worker process ends
    before its time. Close the iterator to stop the workers early.
    """
    return score_lines(raw_lines(file), plan, jobs)


def score_lines(lines: Iterator[RawLine | BadLine], plan: Plan, jobs: int) -> Generator[Batch, None, None]:
    """The same for lines from anywhere."""
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
    with _crew(plan, jobs) as idle:
        busy: dict[Connection, int] = {}
        scored: dict[int, Batch] = {}
        given = written = 0
        while True:
            while idle and given - written < _AHEAD * jobs and (batch := next(batches, None)) is not None:
                with _reported():
                    _give(idle[-1], batch)
                busy[idle.pop()] = given
                given += 1
            if written == given:
                return
            ready = wait(busy, timeout=0 if written in scored else None)
            for worker in [worker for worker in busy if worker in ready]:
                with _reported():
                    scored[busy[worker]] = worker.recv()
                del busy[worker]
                idle.append(worker)
            if written in scored:
                yield scored.pop(written)
                written += 1


@contextmanager
def _crew(plan: Plan, jobs: int) -> Iterator[list[Connection]]:
    """The ends of the pipes to that many workers, which end with the block.

    Each worker has a pipe of its own. One that ends early, even in the middle of a word, closes it and so is noticed;
    the queues of an executor are shared, and a worker that is stopped while it writes leaves their readers waiting.
    """
    fork = sys.platform == "linux" and "fork" in get_all_start_methods()
    context = get_context("fork") if fork else get_context("spawn")
    ours: list[Connection] = []
    workers: list[BaseProcess] = []
    try:
        for _ in range(jobs):
            end, theirs = context.Pipe()
            ours.append(end)
            worker: BaseProcess = context.Process(target=_work, args=(theirs, plan, ours if fork else []), daemon=True)
            with _interrupts_held():
                worker.start()
            workers.append(worker)
            theirs.close()
        yield list(ours)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join()
        for end in ours:
            end.close()


def _work(pipe: Connection, plan: Plan, inherited: Sequence[Connection]) -> None:
    """Score what comes through the pipe until the parent closes it, or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and ends its workers
    for end in inherited:
        end.close()
    with suppress(EOFError, ConnectionError):
        while True:
            _give(pipe, score_batch(pipe.recv(), plan))


def _give(pipe: Connection, given: object) -> None:
    """`pipe.send` without its fault: it lends out the buffer of a BytesIO, and where the send fails, Python 3.12 may
    free the one while the other is still held, and crash."""
    pipe.send_bytes(pickle.dumps(given))


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """An interrupt waits until the block is over; a worker started meanwhile never hears one."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _reported() -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError):
        raise WorkerEnded from None
