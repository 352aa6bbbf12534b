"""Runs as files: one JSON object a line, the run's head first, then the cases as they were, then completions and
failures as they end. A file without cases is of cases that its reader has.

A line is on disk before the next case starts, so a kill loses at most the case that was being written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from dipg_ui.records import (
    CaseFailure,
    Completion,
    Run,
    RunInfo,
    completion_from_json,
    failure_from_json,
    run_info_from_json,
)
from dipg_ui.store.errors import RunFileError
from dipg_ui.store.rows import case_from_json, case_to_json
from evaluator.types import Case

MAX_RUN_FILE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LoadedRun:
    """A run with what could not be read of it: one sentence per bad line."""

    run: Run
    problems: tuple[str, ...] = ()


class RunWriter:
    """Appends to one run file. Use as a context manager; `add` returns when the line is on disk."""

    def __init__(self, path: Path, info: RunInfo, cases: Iterable[Case] = ()) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("w", encoding="utf-8")
        for line in _head_lines(info, cases):
            self._file.write(line)
        self._sync()

    def __enter__(self) -> RunWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def add(self, ended: Completion | CaseFailure) -> None:
        self._file.write(_end_line(ended))
        self._sync()

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())


def run_lines(run: Run) -> Iterator[str]:
    """A whole run as the lines of its file, each with its line feed; `read_run_lines` gives the run back."""
    yield from _head_lines(run.info, run.cases)
    yield from map(_end_line, run.completions)
    yield from map(_end_line, run.failures)


def _head_lines(info: RunInfo, cases: Iterable[Case]) -> Iterator[str]:
    yield _line("run", info.to_json())
    for case in cases:
        yield _line("case", case_to_json(case))


def _end_line(ended: Completion | CaseFailure) -> str:
    return _line("completion" if isinstance(ended, Completion) else "failure", ended.to_json())


def _line(kind: str, row: dict[str, object]) -> str:
    """ASCII alone, so that lone surrogates live through it; only two that make one character come back as that."""
    return json.dumps({"kind": kind, **row}, ensure_ascii=True) + "\n"


def load_run(path: Path) -> LoadedRun:
    """Read one run file; a bad line, such as one torn by a kill, is a problem and not an error.

    Raises RunFileError where the file cannot be read at all or has no head.
    """
    try:
        if path.stat().st_size > MAX_RUN_FILE_BYTES:
            raise RunFileError(f"{path.name}: larger than {MAX_RUN_FILE_BYTES // 2**20} MB")
        with path.open(encoding="utf-8") as lines:
            return read_run_lines(lines, path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise RunFileError(f"{path.name}: {error}") from error


def read_run_lines(lines: Iterable[str], name: str) -> LoadedRun:
    """The run of the lines of a file; `name` is how problems call it. Raises RunFileError where there is no head."""
    info: RunInfo | None = None
    cases: list[Case] = []
    completions: list[Completion] = []
    failures: list[CaseFailure] = []
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            kind = row.get("kind") if isinstance(row, dict) else None
            if kind == "run":
                info = run_info_from_json(row)
            elif kind == "case":
                cases.append(case_from_json(row))
            elif kind == "completion":
                completions.append(completion_from_json(row))
            elif kind == "failure":
                failures.append(failure_from_json(row))
            else:
                problems.append(f"{name}, line {number}: kind must be run, case, completion or failure")
        except (ValueError, RecursionError) as error:
            problems.append(f"{name}, line {number}: {error}")
    if info is None:
        raise RunFileError(f"{name}: no head of a run" + (f" ({problems[0]})" if problems else ""))
    return LoadedRun(Run(info, tuple(completions), tuple(failures), tuple(cases)), tuple(problems))
