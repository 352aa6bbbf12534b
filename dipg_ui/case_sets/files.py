"""A file of cases as a table, whatever its form: what the evaluator reads itself, and Parquet."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evaluator.case_rows import Row
from evaluator.case_tables import MAX_ROWS, make_table
from evaluator.cases import CaseTable, read_bytes, read_table
from evaluator.errors import CaseFileError

ENDINGS = (".jsonl", ".json", ".csv", ".tsv", ".parquet")
"""What a case file may end in."""
MAX_PARQUET_BYTES = 500 * 1024 * 1024
"""What a Parquet file may hold once it is unpacked: a small file can unpack to any size."""
_MAX_PARQUET_COLUMNS = 1_000
_BATCH = 16
_MAGIC = b"PAR1"


def open_table(path: Path) -> CaseTable:
    """The rows of a case file. Raises CaseFileError where it cannot be read at all."""
    return table_of(read_bytes(path), path.name)


def table_of(data: bytes, name: str) -> CaseTable:
    """The rows of a file's content. Raises CaseFileError as `open_table` does."""
    if data.startswith(_MAGIC) or name.lower().endswith(".parquet"):
        return make_table(_parquet_rows(data, name), name)
    return read_table(data, name)


def listed(columns: tuple[str, ...], most: int = 12) -> str:
    """Names in one line, the first of them where they are many."""
    told = ", ".join(f"{column:.60}" for column in columns[:most])
    return f"{told} and {len(columns) - most:,} more" if len(columns) > most else told


def _parquet_rows(data: bytes, name: str) -> Iterator[Row]:
    """Rows count from 1. Columns of bytes, such as pictures, are left out."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file: Any = parquet.ParquetFile(io.BytesIO(data))
        schema = file.schema_arrow
        if len(schema) > _MAX_PARQUET_COLUMNS:
            raise CaseFileError(f"{name} has {len(schema):,} columns; {_MAX_PARQUET_COLUMNS:,} are allowed.")
        columns = [field.name for field in schema if not _is_binary(field.type)]
        row, unpacked = 0, 0
        for batch in file.iter_batches(batch_size=_BATCH, columns=columns):
            unpacked += batch.nbytes
            if unpacked > MAX_PARQUET_BYTES:
                raise CaseFileError(f"{name} unpacks to more than {MAX_PARQUET_BYTES // 1024**2} MB. Split it.")
            for value in batch.to_pylist():
                row += 1
                yield Row(row, _plain(value))
            if row > MAX_ROWS:
                return
    except (pa.ArrowException, OSError, ValueError, RecursionError) as error:
        raise CaseFileError(f"{name} cannot be read as Parquet: {str(error).splitlines()[0]:.200}.") from error


def _is_binary(kind: Any) -> bool:
    import pyarrow.types as types

    if types.is_struct(kind):
        return any(_is_binary(field.type) for field in kind)
    if types.is_list(kind) or types.is_large_list(kind):
        return _is_binary(kind.value_type)
    return bool(types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind))


def _plain(row: dict[str, object]) -> dict[str, object]:
    """Without the cells that are empty: JSON and CSV have no such cells either."""
    return {key: value for key, value in row.items() if value is not None and not _is_nan(value)}


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
