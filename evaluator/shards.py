"""Score a folder of shards, JSON Lines or Parquet: each gets a file of scores of its own, and all of them one summary.

A file of scores is whole or is not there: it is written under another name and moved. So a shard may be scored again,
by another process or on another machine, and what comes out is the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from evaluator.batches import Plan, score_lines
from evaluator.errors import CaseFileError
from evaluator.lines import MAX_LINE_BYTES, BadLine, RawLine, raw_lines
from evaluator.metrics import Tally

SUMMARY = "summary.json"
MAX_REMARKS = 20
"""Remarks that are told of one shard; the others are counted."""
_JSONL, _PARQUET = ".jsonl", ".parquet"
_PART = ".part"
_ROWS = 64


@dataclass(frozen=True, slots=True)
class Shard:
    """A file to score, and the one its scores go to."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class ScoredShard:
    """What became of one: its counts by protocol, how many lines were skipped, the first remarks; `error` says why
    nothing of it could be scored, "" where it was."""

    name: str
    tallies: dict[str, Tally] = field(default_factory=dict)
    skipped: int = 0
    remarks: tuple[str, ...] = ()
    error: str = ""


def find_shards(folder: Path, out: Path) -> tuple[Shard, ...]:
    """The shards of `folder` by name. Raises CaseFileError where there is none, where two would share a file of
    scores, or where `out` is the folder itself: scores would overwrite what they are of."""
    if out.exists() and not out.is_dir():
        raise CaseFileError(f"{out} is no folder; scores of a folder go to a folder")
    if out.resolve() == folder.resolve():
        raise CaseFileError("the scores cannot go to the folder that is being read")
    found = [path for path in sorted(folder.iterdir()) if path.suffix in (_JSONL, _PARQUET) and path.is_file()]
    if not found:
        raise CaseFileError("the folder holds no .jsonl and no .parquet file")
    names = [path.name if path.suffix == _JSONL else f"{path.name}{_JSONL}" for path in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise CaseFileError(f"two shards would share the file of scores {sorted(twice)[0]}; rename one of them")
    return tuple(Shard(path.resolve(), out.resolve() / name) for path, name in zip(found, names, strict=True))


def score_shard(shard: Shard, plan: Plan, jobs: int = 1) -> ScoredShard:
    """Score one and write its scores. An unreadable file is an `error`; a target that cannot be written raises
    OSError, and WorkerEnded is raised as by `score_lines`."""
    tallies = {protocol.name: Tally() for protocol in plan.protocols}
    skipped, told, remarks = 0, 0, list[str]()
    part = shard.target.with_name(f".{shard.target.name}.{os.getpid()}{_PART}")
    try:
        with (
            part.open("w", encoding="utf-8", newline="\n") as out,
            closing(_lines(shard.source)) as lines,
            closing(score_lines(lines, plan, jobs)) as batches,
        ):
            for batch in batches:
                skipped += batch.skipped
                for name, tally in batch.tallies.items():
                    tallies[name].merge(tally)
                for noted, result in batch.lines:
                    told += len(noted)
                    remarks += noted[: MAX_REMARKS - len(remarks)]
                    if result is not None:
                        out.write(f"{result}\n")
        part.replace(shard.target)
    except CaseFileError as error:
        return ScoredShard(shard.source.name, error=str(error))
    finally:
        part.unlink(missing_ok=True)
    if told > len(remarks):
        remarks.append(f"and {told - len(remarks):,} more")
    return ScoredShard(shard.source.name, tallies, skipped, tuple(remarks))


def remove_parts(shards: Sequence[Shard]) -> None:
    """Remove what processes that were killed left half written. For when none is at work any more."""
    for shard in shards:
        for part in shard.target.parent.glob(f".{_literal(shard.target.name)}.*{_PART}"):
            with suppress(FileNotFoundError):
                part.unlink()


def _lines(path: Path) -> Generator[RawLine | BadLine, None, None]:
    """The lines of a shard. A row of a Parquet file is the line that JSON makes of it. Raises CaseFileError."""
    try:
        if path.suffix == _PARQUET:
            yield from _rows(path)
        else:
            with path.open("rb") as file:
                yield from raw_lines(file)
    except OSError as error:
        raise CaseFileError(f"cannot be read: {error.strerror or error}") from error


def _rows(path: Path) -> Generator[RawLine | BadLine, None, None]:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise CaseFileError("Parquet needs the package pyarrow: pip install pyarrow") from None
    number = 0
    try:
        with ParquetFile(path) as file:
            for rows in file.iter_batches(batch_size=_ROWS):
                for row in rows.to_pylist():
                    number += 1
                    # A column has a value in every row: what is null there is what a line would leave out.
                    known = {name: value for name, value in row.items() if value is not None}
                    raw = json.dumps(known, default=str).encode("ascii")
                    yield RawLine(number, raw) if len(raw) <= MAX_LINE_BYTES else BadLine(number, "is too long")
    except ArrowException as error:
        raise CaseFileError(f"is no Parquet file that can be read: {str(error).splitlines()[0]}") from error


def _literal(name: str) -> str:
    """`name` as a pattern that finds itself alone."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)
