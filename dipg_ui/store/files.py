"""Recorded runs as files: one JSON object a line, the run's head first, then completions and failures as they end.

A line is on disk before the next case starts, so a kill loses at most the case that was being written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
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

MAX_RUN_FILE_BYTES = 256 * 1024 * 1024


class RunFileError(Exception):
    """A run file cannot be read or does not start with the head of a run; the text names file and line."""


@dataclass(frozen=True, slots=True)
class LoadedRun:
    """A run with what could not be read of it: one sentence per bad line."""

    run: Run
    problems: tuple[str, ...] = ()


class RunWriter:
    """Appends to one run file. Use as a context manager; `add` returns when the line is on disk."""

    def __init__(self, path: Path, info: RunInfo) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._write("run", info.to_json())

    def __enter__(self) -> RunWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, ended: Completion | CaseFailure) -> None:
        self._write("completion" if isinstance(ended, Completion) else "failure", ended.to_json())

    def _write(self, kind: str, row: dict[str, object]) -> None:
        self._file.write(json.dumps({"kind": kind, **row}, ensure_ascii=True) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def load_run(path: Path) -> LoadedRun:
    """Read one run file; a bad line, such as one torn by a kill, is a problem and not an error.

    Raises RunFileError where the file cannot be read at all or has no head.
    """
    try:
        if path.stat().st_size > MAX_RUN_FILE_BYTES:
            raise RunFileError(f"{path.name}: larger than {MAX_RUN_FILE_BYTES // 2**20} MB")
        with path.open(encoding="utf-8") as lines:
            return _read(lines, path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise RunFileError(f"{path.name}: {error}") from error


def _read(lines: Iterable[str], name: str) -> LoadedRun:
    info: RunInfo | None = None
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
            elif kind == "completion":
                completions.append(completion_from_json(row))
            elif kind == "failure":
                failures.append(failure_from_json(row))
            else:
                problems.append(f"{name}, line {number}: kind must be run, completion or failure")
        except (ValueError, RecursionError) as error:
            problems.append(f"{name}, line {number}: {error}")
    if info is None:
        raise RunFileError(f"{name}: no head of a run" + (f" ({problems[0]})" if problems else ""))
    return LoadedRun(Run(info, tuple(completions), tuple(failures)), tuple(problems))
