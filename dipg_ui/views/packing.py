"""Columns of a long table as short strings: one character a row, where a list of numbers would take many.

The page reads them with `unpack` of `rows.js`. A character stands for its code point less BASE; what a text may hold in
JSON (a backslash, say) is left to JSON.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dipg_ui.views.page import Json

BASE = 40
SKIP = 50
"""A gap between two rows is a character; this one passes over so many rows and names none: it leads a longer gap."""


def pack_codes(codes: NDArray[np.integer]) -> str:
    """Numbers from 0 up, a character each."""
    return (codes.astype("<u4") + np.uint32(BASE)).tobytes().decode("utf-32-le")


def pack_rows(rows: NDArray[np.integer]) -> str:
    """Row numbers, rising: of each the rows that are passed over since the one before."""
    if not len(rows):
        return ""
    gaps = np.diff(rows.astype(np.int64, copy=False), prepend=-1) - 1
    places = np.cumsum(gaps // SKIP + 1) - 1
    told = np.full(places[-1] + 1, SKIP)
    told[places] = np.remainder(gaps, SKIP)
    return pack_codes(told)


def pack_kinds(columns: dict[str, NDArray[np.generic]]) -> Json:
    """Columns of equal length that take few values together: each row as the number of its kind. `kinds` lists by
    column the value of every kind; a NaN is null."""
    kind = np.zeros(len(next(iter(columns.values()))), np.int64)
    firsts = np.empty(0, np.int64)
    for column in columns.values():
        values, codes = np.unique(column, return_inverse=True)
        _, firsts, kind = np.unique(kind * len(values) + codes, return_index=True, return_inverse=True)
    kinds = {
        name: [None if value != value else value for value in column[firsts].tolist()]
        for name, column in columns.items()
    }
    return {"kinds": kinds, "rows": pack_codes(kind)}
