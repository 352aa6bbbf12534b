"""Which column of somebody else's file is which field of a case: guessed, written by hand, and applied to rows.

A column may be one level deep, `answers.text`, as data sets nest them. Knows nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evaluator.errors import CaseFileError

REQUIRED = ("context", "question")
FIELDS = (
    *REQUIRED,
    *("expected", "id", "behaviour", "category", "difficulty", "quotes", "genre", "probes", "source"),
)
"""The fields of a case that a column may be used for, the required ones first."""

MAX_COLUMNS = 200
MAX_COLUMN_CHARACTERS = 200
_CONVERSATIONS = ("messages", "conversations")
_LOOKED_AT = 200
# What other data sets call these fields, the likeliest first, compared without case, spaces and underscores.
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "context": (
        *("passage", "contexttext", "contexts", "document", "documents", "sourcetext", "sourcedocument", "article"),
        *("abstract", "note", "clinicalnote", "evidence", "paragraph", "text", "content", "source", "input"),
    ),
    "question": ("query", "questiontext", "request", "instruction", "prompt", "userquery", "claim"),
    "expected": (
        *("answer", "answers", "answers.text", "expectedanswer", "goldanswer", "gold", "goldenanswer", "groundtruth"),
        *("referenceanswer", "reference", "correctanswer", "longanswer", "target", "finalanswer", "response", "output"),
    ),
    "id": ("caseid", "questionid", "exampleid", "uid", "uuid", "qid", "pubid", "key"),
    "quotes": ("supportingquotes", "goldquotes"),
    "category": ("casecategory",),
    "difficulty": ("level",),
}
_NESTED_FIRST: Mapping[str, tuple[str, ...]] = {"context": ("contexts", "text"), "expected": ("text", "answer")}
_WORDS = re.compile(r"[^a-z0-9.]")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Pairs of field and column, each field once. Empty: the columns are named as the fields are."""

    pairs: tuple[tuple[str, str], ...] = ()

    def column(self, field: str) -> str:
        """ "" where the field has none."""
        return next((column for name, column in self.pairs if name == field), "")

    @property
    def missing(self) -> tuple[str, ...]:
        """The required fields that have no column."""
        return tuple(field for field in REQUIRED if not self.column(field))

    def __str__(self) -> str:
        return ",".join(f"{field}={column}" for field, column in self.pairs)


def parse_columns(texts: Iterable[str]) -> ColumnMap:
    """What was written as `context=passage,question=query`, in one text or several. Raises CaseFileError."""
    pairs: dict[str, str] = {}
    for part in (part for text in texts for part in text.split(",") if part.strip()):
        field, equals, column = (each.strip() for each in part.partition("="))
        if not equals or not column:
            raise CaseFileError(f"“{part.strip():.80}” does not say which column is which: write field=column.")
        if field not in FIELDS:
            raise CaseFileError(f"There is no field {field:.80} in a case; there are {', '.join(FIELDS)}.")
        if field in pairs:
            raise CaseFileError(f"The field {field} is given two columns.")
        pairs[field] = column
    return ColumnMap(tuple(pairs.items()))


def is_known(columns: Sequence[str]) -> bool:
    """Whether cases can be read of rows with these columns as they are."""
    return set(REQUIRED) <= set(columns) or any(name in columns for name in _CONVERSATIONS)


def column_names(rows: Iterable[object]) -> tuple[str, ...]:
    """The columns of the first rows, those nested one level included, in the order in which they come. A column with
    a very long name is left out."""
    names: dict[str, None] = {}
    for row, _ in zip(rows, range(_LOOKED_AT), strict=False):
        if not isinstance(row, Mapping):
            continue
        for key, value in row.items():
            inner = value if isinstance(value, Mapping) else ()
            for name in (key, *(f"{key}.{each}" for each in inner)):
                if isinstance(name, str) and len(name) <= MAX_COLUMN_CHARACTERS:
                    names[name] = None
            if len(names) > MAX_COLUMNS:
                return tuple(names)[:MAX_COLUMNS]
    return tuple(names)


def guess_columns(columns: Sequence[str]) -> ColumnMap:
    """Which columns the fields are likely in, by their names alone; a column is used once. It is for a person to
    confirm."""
    plain = {_plain(column): column for column in reversed(columns)}
    pairs: dict[str, str] = {}
    for field in FIELDS:
        for name in (field, *_ALIASES.get(field, ())):
            column = _innermost(field, plain.get(name, ""), columns)
            if column and column not in pairs.values():
                pairs[field] = column
                break
    return ColumnMap(tuple(pairs.items()))


def apply_columns(row: Mapping[str, object], columns: ColumnMap) -> dict[str, object]:
    """The row with the names of a case. What the map does not use keeps its name, unless the map gives that name to
    another column; numbers and lists of texts become text where a field is text."""
    used = {column.partition(".")[0] for _, column in columns.pairs} | {column for _, column in columns.pairs}
    named = {key: value for key, value in row.items() if key not in used and key not in _CONVERSATIONS}
    for field, column in columns.pairs:
        value = value_at(row, column)
        named.pop(field, None)
        if value is not None:
            named[field] = _as_field(field, value)
    return named


def value_at(row: Mapping[str, object], column: str) -> object:
    """None where the row has no such column."""
    if column in row:
        return row[column]
    outer, _, inner = column.partition(".")
    nested = row.get(outer)
    return nested.get(inner) if isinstance(nested, Mapping) else None


def _plain(name: str) -> str:
    return _WORDS.sub("", name.lower())


def _innermost(field: str, column: str, columns: Sequence[str]) -> str:
    """The part of a nested column that holds the text, such as `answers.text` for `answers`."""
    inner = [name for name in columns if name.startswith(f"{column}.")] if column else []
    likely = (f"{column}.{name}" for name in _NESTED_FIRST.get(field, ()))
    return next((name for name in likely if name in inner), column)


def _as_field(field: str, value: object) -> object:
    if field == "quotes":
        return value
    if isinstance(value, list) and value and all(isinstance(text, str) for text in value):
        return "\n\n".join(value) if field == "context" else value[0]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value
