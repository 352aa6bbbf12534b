"""Answers that are written at once: their caches stand side by side, so that one pass over the weights serves all.

Rows are filled up on the left. The newest token of every row stands in the last column, and a sliding-window layer,
which keeps the last columns alone, holds of each row what it holds of it alone.

Imports torch: only the thread that loads and serves a model imports this module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional


@dataclass(eq=False, slots=True)
class Row:
    """One answer. Its cache holds the first `done` of its `ids`: the prompt, of `prompt` tokens, and what was written
    after it. `logits` are those of the token after them all; None while some are not read. While the row stands in a
    batch, `cache` is that of the batch."""

    ids: list[int]
    prompt: int
    constant: int
    done: int = 0
    cache: Any = None
    logits: torch.Tensor | None = None

    @property
    def lacks_one(self) -> bool:
        """Whether nothing but the last token written is left to read."""
        return self.cache is not None and self.prompt <= self.done == len(self.ids) - 1

    def lose(self) -> None:
        """Give up what the model has read, to be read again."""
        self.done, self.cache, self.logits = 0, None, None


class Batch:
    """The rows that are read together, and their cache."""

    def __init__(self, new_cache: Callable[[], Any]) -> None:
        self._new_cache = new_cache
        self._rows: tuple[Row, ...] = ()
        self._cache: Any = None

    def gather(self, rows: tuple[Row, ...]) -> Any:
        """The cache of just these rows, in this order. The others get one of their own."""
        if rows != self._rows:
            self._scatter()
            self._rows, self._cache = rows, self._stack(rows)
            for row in rows:
                row.cache = self._cache
        return self._cache

    def clear(self) -> None:
        self._rows, self._cache = (), None

    def _scatter(self) -> None:
        if len(self._rows) > 1:
            for place, row in enumerate(self._rows):
                if row.cache is self._cache:  # else it has left
                    row.cache = self._cut(place, row.done)
        self.clear()

    def _stack(self, rows: tuple[Row, ...]) -> Any:
        if len(rows) == 1:
            return rows[0].cache
        cache, longest = self._new_cache(), max(row.done for row in rows)
        for place, layer in enumerate(cache.layers):
            of_rows = [row.cache.layers[place] for row in rows]
            _fill(layer, _side_by_side([one.keys for one in of_rows]), _side_by_side([one.values for one in of_rows]))
            if layer.is_sliding:
                layer.cumulative_length = longest
        return cache

    def _cut(self, place: int, length: int) -> Any:
        cache = self._new_cache()
        for layer, whole in zip(cache.layers, self._cache.layers, strict=True):
            start = max(0, whole.keys.shape[-2] - length)
            _fill(layer, whole.keys[place : place + 1, :, start:], whole.values[place : place + 1, :, start:])
            if layer.is_sliding:
                layer.cumulative_length = length
        return cache


def _fill(layer: Any, keys: torch.Tensor, values: torch.Tensor) -> None:
    layer.lazy_initialization(keys, values)
    layer.keys, layer.values = keys, values


def _side_by_side(states: Sequence[torch.Tensor]) -> torch.Tensor:
    """Of shape (rows, heads, longest, size)."""
    longest = max(state.shape[-2] for state in states)
    return torch.cat([functional.pad(state, (0, 0, longest - state.shape[-2], 0)) for state in states])
