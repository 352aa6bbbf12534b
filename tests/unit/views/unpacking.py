"""What the page makes of packed columns, said once more: slow and plain."""

from __future__ import annotations

from typing import Any

from dipg_ui.views.packing import BASE, SKIP


def codes(text: str) -> list[int]:
    return [ord(letter) - BASE for letter in text]


def rows(text: str) -> list[int]:
    found: list[int] = []
    row = -1
    for gap in codes(text):
        if gap == SKIP:
            row += SKIP
        else:
            row += gap + 1
            found.append(row)
    return found


def column(packed: dict[str, Any], name: str) -> list[Any]:
    return [packed["kinds"][name][kind] for kind in codes(packed["rows"])]
