"""Case files: JSON Lines, a JSON array or CSV, in our own schema or as ShareGPT, read without ever losing a row.

Every row of a file becomes a case or a problem that names file, line and field; a row of which only a label could
not be used becomes both. Our schema, all text unless said otherwise, `context` and `question` required:
`id, category, difficulty, genre, context, question, expected, behaviour, quotes (a list), probes, source`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evaluator.case_columns import ColumnMap, apply_columns
from evaluator.case_fields import FieldProblem, check_text, infer_behaviour, make_case, read_case
from evaluator.case_rows import Row
from evaluator.case_tables import MAX_FILE_BYTES, MAX_ROWS, CaseTable, read_table, too_large
from evaluator.errors import CaseFileError
from evaluator.types import Case

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_ROWS",
    "CaseFile",
    "CaseProblem",
    "CaseTable",
    "ColumnMap",
    "FieldProblem",
    "cases_of",
    "check_text",
    "infer_behaviour",
    "load_cases",
    "load_table",
    "make_case",
    "parse_cases",
    "read_table",
]

_LISTED_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class CaseProblem:
    """A row, or the part of it named by `field` ("" for the row as a whole), that could not be used.
    `line` counts from 1; `kept` is True where the case was kept all the same."""

    file: str
    line: int
    field: str
    message: str
    kept: bool = False

    def __str__(self) -> str:
        place = f"line {self.line:,}, {self.field}" if self.field else f"line {self.line:,}"
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What was read of a file. `rows` counts what was read and should have been a case; `cut` says that there is
    more in the file than may be read."""

    name: str
    cases: tuple[Case, ...]
    problems: tuple[CaseProblem, ...]
    rows: int
    cut: bool = False

    @property
    def summary(self) -> str:
        """One sentence: how many cases were kept, then the first problems."""
        total = f"{'over ' if self.cut else ''}{self.rows:,} {'case' if self.rows == 1 else 'cases'}"
        kept = f"{self.name}: {len(self.cases):,} of {total} kept"
        listed = [str(problem) for problem in self.problems[:_LISTED_PROBLEMS]]
        if len(self.problems) > _LISTED_PROBLEMS:
            listed.append(f"and {len(self.problems) - _LISTED_PROBLEMS:,} more problems")
        return "; ".join([kept, *listed])


def load_cases(path: Path) -> CaseFile:
    """The cases of a file. Raises CaseFileError where it cannot be read at all: missing, over 50 MB, not text."""
    return cases_of(load_table(path))


def load_table(path: Path) -> CaseTable:
    """The rows of a file of JSON Lines, JSON or CSV. Raises CaseFileError as `load_cases` does."""
    return read_table(read_bytes(path), path.name)


def read_bytes(path: Path) -> bytes:
    """The content of a file of up to 50 MB. Raises CaseFileError."""
    try:
        if not path.is_file():  # a pipe or a device might never end
            raise CaseFileError(f"{path.name} is not a file that can be read.")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise too_large(path.name, size)
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)  # the file may grow after its size was asked
    except OSError as error:
        raise CaseFileError(f"{path.name} cannot be read: {error.strerror}.") from error


def parse_cases(text: str | bytes, name: str) -> CaseFile:
    """The cases of a file's content; `name` is how problems call it. Raises CaseFileError as `load_cases` does."""
    return cases_of(read_table(text, name))


def cases_of(table: CaseTable, columns: ColumnMap | None = None) -> CaseFile:
    """The cases of a table, with its columns named by `columns` where they are not named as the fields are."""
    name = table.name
    cases: list[Case] = []
    problems: list[CaseProblem] = []
    lines: dict[str, int] = {}
    for row in table.rows:
        case, found = _read_row(row, columns)
        if case is not None and case.id in lines:
            found = (*found, FieldProblem("id", f"{case.id} is already the case of line {lines[case.id]:,}"))
            case = None
        problems += [CaseProblem(name, row.line, p.field, p.message, p.kept and case is not None) for p in found]
        if case is not None:
            lines[case.id] = row.line
            cases.append(case)
    if table.cut is not None:
        problems.append(CaseProblem(name, table.cut.line, "", f"not read from here on: over {MAX_ROWS:,} rows"))
    if not table.rows:
        problems.append(CaseProblem(name, 1, "", "the file holds no cases"))
    return CaseFile(name, tuple(cases), tuple(problems), len(table.rows), cut=table.cut is not None)


def _read_row(row: Row, columns: ColumnMap | None) -> tuple[Case | None, tuple[FieldProblem, ...]]:
    if row.error:
        return None, (FieldProblem("", row.error),)
    if not isinstance(row.value, dict):
        return None, (FieldProblem("", "must be an object"),)
    return read_case(apply_columns(row.value, columns) if columns and columns.pairs else row.value)
