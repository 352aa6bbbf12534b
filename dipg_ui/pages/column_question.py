"""Which column of a file is which field of a case: what a page asks of its visitor where the names do not say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dipg_ui.pages.fields import InputRefused, read_object, read_text
from dipg_ui.views.columns import columns_json
from dipg_ui.views.explore import Notice
from dipg_ui.views.page import Json
from evaluator.case_columns import FIELDS, ColumnMap
from evaluator.cases import CaseFile, CaseTable, cases_of

MAX_SHOWN_PROBLEMS = 20


class Step(StrEnum):
    """MAP shows what would be read, USE reads it, DROP lets the file be."""

    MAP = "map_columns"
    USE = "use_columns"
    DROP = "drop_columns"


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of the file at hand is which field."""

    step: Step
    columns: ColumnMap


def parse_columns(row: Mapping[str, object]) -> Columns:
    """Of an action that is one of the steps. Raises InputRefused."""
    chosen = read_object(row.get("columns") or {})
    pairs = tuple((field, column) for field in FIELDS if (column := read_text(chosen, field, "")))
    return Columns(Step(str(row.get("action"))), ColumnMap(pairs))


class ColumnQuestion:
    """What one tab is asked: of the last table whose names did not say it, until it is used or let be."""

    def __init__(self) -> None:
        self._table: CaseTable | None = None
        self._columns = ColumnMap()

    def read(self, table: CaseTable) -> CaseFile | None:
        """The cases of a table; None where it must be asked first which of its columns is which."""
        if table.is_known:
            self.drop()
            return cases_of(table)
        self._table, self._columns = table, table.guess
        return None

    def answer(self, given: Columns) -> CaseFile | None:
        """The cases where they are to be used. Raises InputRefused where they cannot be read yet."""
        table, self._columns = self._table, given.columns
        if given.step is Step.DROP:
            self.drop()
        if given.step is not Step.USE:
            return None
        if table is None or given.columns.missing:
            raise InputRefused(Notice("These cases cannot be read yet", "Choose the columns that are needed."))
        self.drop()
        return cases_of(table, given.columns)

    def drop(self) -> None:
        self._table = None

    def to_json(self) -> Json | None:
        return None if self._table is None else columns_json(self._table, self._columns)


def told_problems(file: CaseFile) -> list[str]:
    """The first of what is wrong with the rows of a file, and how many more there are."""
    told = [str(problem) for problem in file.problems[:MAX_SHOWN_PROBLEMS]]
    if len(file.problems) > MAX_SHOWN_PROBLEMS:
        told.append(f"and {len(file.problems) - MAX_SHOWN_PROBLEMS:,} more")
    return told
