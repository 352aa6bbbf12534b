"""The lines that `python -m evaluator score` reads, one at a time and none longer than a bound."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from evaluator.case_fields import read_case
from evaluator.cases import FieldProblem
from evaluator.errors import CaseFileError
from evaluator.types import Case

MAX_LINE_BYTES = 32 * 1024 * 1024
"""Room for the largest context and completion that are read, escaped as JSON allows."""

_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line as it stands in the file."""

    number: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One line to be scored. `number` counts from 1; `notes` say which labels of it were not used."""

    number: int
    case: Case
    completion: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be scored, and why."""

    number: int
    reason: str


def read_lines(file: BinaryIO) -> Iterator[ScoreLine | BadLine]:
    """The lines of a JSON Lines file that are not blank. Raises CaseFileError where it is not UTF-8 from the start."""
    return (read_line(line) if isinstance(line, RawLine) else line for line in raw_lines(file))


def raw_lines(file: BinaryIO) -> Iterator[RawLine | BadLine]:
    """The same before anything is read from them; a line that is too long is not kept."""
    number = 0
    while raw := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if number == 1:
            if raw.startswith(_OTHER_ENCODINGS):
                raise CaseFileError("the file is not UTF-8 text; save it as UTF-8 and try again")
            raw = raw.removeprefix(codecs.BOM_UTF8)
        if len(raw) > MAX_LINE_BYTES:
            _skip_rest(file)
            yield BadLine(number, f"is longer than {MAX_LINE_BYTES // 1024**2} MB")
        elif raw.strip():
            yield RawLine(number, raw)


def _skip_rest(file: BinaryIO) -> None:
    while (more := file.readline(MAX_LINE_BYTES)) and not more.endswith(b"\n"):
        pass


def read_line(line: RawLine) -> ScoreLine | BadLine:
    """What one line says."""
    number = line.number
    try:
        row = json.loads(line.raw.decode("utf-8").strip())
    except UnicodeDecodeError as error:
        return BadLine(number, f"is not UTF-8 text: byte {error.start + 1:,} cannot be read")
    except json.JSONDecodeError as error:
        return BadLine(number, f"is not valid JSON: {error.msg} at column {error.colno:,}")
    except RecursionError:
        return BadLine(number, "is nested too deeply")
    except ValueError:  # Python bounds the digits of an integer
        return BadLine(number, "holds a number that is too long")
    if not isinstance(row, dict):
        return BadLine(number, "must be an object")
    completion = row.get("completion")
    case, problems = read_case(row)
    if not isinstance(completion, str):
        missing = "is missing" if "completion" not in row else "must be text"
        problems = (*problems, FieldProblem("completion", missing))
    broken = [problem for problem in problems if not problem.kept]
    if case is None or broken or not isinstance(completion, str):
        return BadLine(number, "; ".join(f"{problem.field}: {problem.message}" for problem in broken))
    notes = tuple(f"{problem.field}: {problem.message}" for problem in problems)
    return ScoreLine(number, case, completion, notes)
