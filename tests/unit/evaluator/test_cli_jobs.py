"""`python -m evaluator score --jobs N`: equal output from any number of processes, and a clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.builders import a_trace
from tests.unit.evaluator.test_cli import ROOT, a_line, score, write

COMMAND = [sys.executable, "-m", "evaluator", "score"]
LINES = [
    a_line(),
    a_line(completion=a_trace('"received 50 Gy in 30 fractions"')),
    a_line(completion="nothing of the kind"),
    b'{"id": \n',
    a_line(expected=7),
    a_line(completion=a_trace('"a dose that stands nowhere at all"'), expected=...),
    b"\n",
    a_line(id="last one", completion=a_trace("-", "The context does not contain this information.")),
]
MANY = [LINES[number % len(LINES)] for number in range(400)]

on_linux = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for child processes in /proc")


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A run that is fed without end, in a session of its own: its processes can be reached together as a terminal
    reaches them."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*COMMAND, *arguments], cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    ) as run:
        feeder = threading.Thread(target=feed, args=(run,))
        feeder.start()
        try:
            yield run
        finally:
            run.kill()
            feeder.join()


def feed(run: subprocess.Popen[bytes]) -> None:
    assert run.stdin is not None
    with suppress(BrokenPipeError):
        while True:
            run.stdin.write(b"".join(MANY))
    with suppress(BrokenPipeError):  # what was still to be sent
        run.stdin.close()


def read_one(run: subprocess.Popen[bytes]) -> bytes:
    assert run.stdout is not None
    return run.stdout.read(1)


def rest_of_errors(run: subprocess.Popen[bytes]) -> bytes:
    """What the run still says on standard error; it must end by itself."""
    assert run.stderr is not None
    errors = run.stderr.read()
    run.wait(timeout=30)
    return errors


def workers_of(process: subprocess.Popen[bytes], at_least: int = 1) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(200):
        found = [int(number) for number in children.read_text().split()]
        if len(found) >= at_least:
            return found
        time.sleep(0.05)
    raise AssertionError("no worker was started")


def is_running(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def have_ended(numbers: list[int]) -> bool:
    for _ in range(200):
        if not any(is_running(number) for number in numbers):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("how", [("--json",), ()], ids=["JSON", "table"])
def test_the_output_does_not_depend_on_the_number_of_processes(tmp_path: Path, how: tuple[str, ...]) -> None:
    source = write(tmp_path, *MANY)
    one, two, three = (score(source, *how, "--jobs", jobs) for jobs in ("1", "2", "3"))
    assert (one.returncode, one.stderr.count(b"\n")) == (1, 400 // len(LINES) * 2)
    assert (one.stdout, one.stderr) == (two.stdout, two.stderr) == (three.stdout, three.stderr)


def test_the_file_of_scores_does_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    source = write(tmp_path, *MANY)
    for jobs in ("1", "2"):
        score(source, "--out", tmp_path / jobs, "--jobs", jobs)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert (tmp_path / "1").read_bytes().count(b"\n") == 400 // len(LINES) * 5


def test_a_large_file_is_scored_like_a_small_one_without_being_told(tmp_path: Path) -> None:
    source = write(tmp_path, *[a_line(question="What total dose was given? " * 40)] * 1_000)
    assert source.stat().st_size > 1_000_000
    whole, alone = score(source, "--json"), score(source, "--json", "--jobs", "1")
    assert whole.stdout == alone.stdout
    assert whole.stdout.count(b"\n") == 1_001


@pytest.mark.parametrize("jobs", ["0", "-1", "65", "two", "1.5", "9" * 5_000])
def test_a_number_of_processes_that_makes_no_sense_is_refused(tmp_path: Path, jobs: str) -> None:
    done = score(write(tmp_path, a_line()), "--jobs", jobs)
    assert done.returncode == 2
    assert b"--jobs" in done.stderr
    assert b"Traceback" not in done.stderr


@on_linux
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_ends_all_processes_without_a_traceback(jobs: str) -> None:
    with started("-", "--json", "--jobs", jobs) as run:
        workers = workers_of(run) if jobs != "1" else []
        first = read_one(run)
        os.killpg(run.pid, signal.SIGINT)
        errors = rest_of_errors(run)
    assert (first, run.returncode) == (b"{", 130)
    assert b"Traceback" not in errors
    assert have_ended(workers)


@on_linux
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_reader_that_has_seen_enough_ends_all_processes(jobs: str) -> None:
    with started("-", "--json", "--jobs", jobs) as run:
        workers = workers_of(run) if jobs != "1" else []
        first = read_one(run)
        assert run.stdout is not None
        run.stdout.close()
        errors = rest_of_errors(run)
    assert (first, run.returncode) == (b"{", 1)
    assert b"Traceback" not in errors
    assert b"Exception" not in errors
    assert have_ended(workers)


@on_linux
def test_a_worker_that_dies_is_reported_and_the_others_end() -> None:
    with started("-", "--jobs", "2") as run:
        workers = workers_of(run, at_least=2)
        os.kill(workers[0], signal.SIGKILL)
        errors = rest_of_errors(run)
    assert run.returncode == 2
    assert b"worker process" in errors.splitlines()[-1]
    assert b"Traceback" not in errors
    assert have_ended(workers)


@on_linux
def test_a_worker_that_dies_while_it_hands_over_its_results_is_reported() -> None:
    with started("-", "--json", "--jobs", "2") as run:
        workers = workers_of(run, at_least=2)
        assert run.stdout is not None
        time.sleep(1)  # nobody reads yet: the workers have filled their pipes
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        run.stdout.read()
        errors = rest_of_errors(run)
    assert run.returncode == 2
    assert b"worker process" in errors.splitlines()[-1]


READ_AHEAD = """
import io
from evaluator.batches import Plan, score_file
from evaluator.protocols import PROTOCOLS
class Endless(io.RawIOBase):
    read_so_far = 0
    def readline(self, size=-1, /):
        Endless.read_so_far += 1
        return LINE
batches = score_file(Endless(), Plan(tuple(PROTOCOLS.values()), None, True), JOBS)
most = 0
for number, batch in zip(range(40), batches):
    most = max(most, Endless.read_so_far - number * len(batch.lines))
batches.close()
print(most)
"""


@pytest.mark.parametrize(("jobs", "allowed"), [(1, 1), (2, 2 * 3 * 32)])
def test_no_more_is_read_ahead_than_the_processes_need(jobs: int, allowed: int) -> None:
    script = f"LINE = {a_line()!r}\nJOBS = {jobs}\n{READ_AHEAD}"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert 1 <= int(done.stdout) <= allowed
