"""A file of cases before anybody said which of its columns is what: JSON Lines, a JSON array or CSV as rows."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from evaluator.case_columns import ColumnMap, column_names, guess_columns, is_known
from evaluator.case_rows import Row, decode_text, read_rows
from evaluator.errors import CaseFileError

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_ROWS = 100_000
DELIMITED = (".csv", ".tsv")
_DELIMITERS = (",", ";", "\t", "|")
_LISTS = frozenset({"quotes", "messages", "conversations"})


@dataclass(frozen=True)
class CaseTable:
    """`rows` in order, at most MAX_ROWS; `cut` is the first that is over."""

    name: str
    rows: tuple[Row, ...]
    cut: Row | None = None

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return column_names(row.value for row in self.rows)

    @property
    def is_known(self) -> bool:
        """Whether its columns are named as the fields of a case are, or hold conversations."""
        return not self.columns or is_known(self.columns)

    @property
    def guess(self) -> ColumnMap:
        return guess_columns(self.columns)


def read_table(data: bytes | str, name: str) -> CaseTable:
    """The rows of a file's content; its name tells whether it is CSV. Raises CaseFileError where it is over 50 MB, no
    text, or has no column that can be told apart."""
    if len(data) > MAX_FILE_BYTES:
        raise too_large(name, len(data))
    text = decode_text(data, name) if isinstance(data, bytes) else data
    rows = _delimited_rows(text, name) if name.lower().endswith(DELIMITED) else read_rows(text)
    return make_table(rows, name)


def make_table(rows: Iterator[Row], name: str) -> CaseTable:
    return CaseTable(name, tuple(islice(rows, MAX_ROWS)), next(rows, None))


def too_large(name: str, size: int) -> CaseFileError:
    return CaseFileError(f"{name} is {size / 1024**2:,.1f} MB; a file of cases may have up to 50 MB. Split it.")


def _delimited_rows(text: str, name: str) -> Iterator[Row]:
    """A row for each record below the head; an empty cell is none. The delimiter is what parts the head most."""
    csv.field_size_limit(max(csv.field_size_limit(), MAX_FILE_BYTES))
    text = text.removeprefix("\ufeff")
    reader = csv.reader(_lines(text), delimiter=_delimiter(text), strict=False)
    head = [cell.strip() for cell in next(reader, [])]
    twice = sorted({cell for cell in head if cell and head.count(cell) > 1})
    if twice:
        raise CaseFileError(f"{name} names the column {twice[0]:.80} twice. Rename one of them.")
    line = reader.line_num + 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Row(line, None, f"not valid CSV: {error}; the file was not read from here on")
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _row(line, head, cells)
        line = reader.line_num + 1


def _lines(text: str) -> Iterator[str]:
    """Lines that end at a line feed or a carriage return, not at the other separators of Unicode."""
    start = 0
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _delimiter(text: str) -> str:
    head = next(_lines(text), "")
    counted = {each: len(next(csv.reader([head], delimiter=each), [])) for each in _DELIMITERS}
    return max(_DELIMITERS, key=lambda each: counted[each])


def _row(line: int, head: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) > len(head):
        return Row(line, None, f"has {len(cells):,} cells under {len(head):,} columns")
    named = zip(head, cells, strict=False)
    return Row(line, {column: _cell(column, cell) for column, cell in named if column and cell.strip()})


def _cell(column: str, cell: str) -> object:
    """The text of a cell; a list where the column holds lists, which a cell can only hold as JSON or as one text."""
    if column not in _LISTS and column != "metadata":
        return cell
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, list | dict):
        return value
    return [cell] if column == "quotes" else cell
