"""A file whose columns have other names than the fields of a case, as JSON: what it holds, and what would be read."""

from __future__ import annotations

from itertools import islice

from dipg_ui.views.offsets import encodable
from dipg_ui.views.page import Json
from evaluator.case_columns import REQUIRED, ColumnMap, value_at
from evaluator.cases import CaseTable, cases_of

LOOKED_AT = 200
"""Rows that are read to say how a mapping does; all are once it is used."""
SHOWN = 3
_MAX_SAMPLE = 60
_MAX_TEXT = 240
_MAX_PROBLEMS = 3


def columns_json(table: CaseTable, columns: ColumnMap) -> Json:
    looked = CaseTable(table.name, table.rows[:LOOKED_AT])
    file = cases_of(looked, columns) if columns.pairs and not columns.missing else None
    cases = file.cases[:SHOWN] if file else ()
    problems = file.problems[:_MAX_PROBLEMS] if file else ()
    return {
        "name": encodable(table.name),
        "rows": len(table.rows),
        "cut": table.cut is not None,
        "columns": [{"name": encodable(name), "sample": _sample(table, name)} for name in table.columns],
        "required": list(REQUIRED),
        "chosen": {field: encodable(column) for field, column in columns.pairs},
        "missing": list(columns.missing),
        "looked": len(looked.rows),
        "kept": len(file.cases) if file else 0,
        "problems": [encodable(_sentence(str(problem))) for problem in problems],
        "preview": [
            {
                "context": _short(case.context, _MAX_TEXT),
                "question": _short(case.question, _MAX_TEXT),
                "expected": _short(case.expected or "", _MAX_TEXT),
            }
            for case in cases
        ],
    }


def _sample(table: CaseTable, column: str) -> str:
    """The first thing that stands in the column."""
    rows = (row.value for row in islice(table.rows, LOOKED_AT) if isinstance(row.value, dict))
    values = (value_at(row, column) for row in rows)
    return _short(next((str(value)[:1_000] for value in values if value not in (None, "")), ""), _MAX_SAMPLE)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:_MAX_TEXT]}."


def _short(text: str, limit: int) -> str:
    plain = " ".join(text[: limit * 4].split())
    return encodable(plain if len(plain) <= limit else f"{plain[: limit - 1]}…")
