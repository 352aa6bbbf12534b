"""Prompts that were read before, kept to be continued.

Imports torch: only the thread that loads and serves a model imports this module.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import torch

_KEPT = 4


@dataclass(frozen=True, slots=True)
class Read:
    """What the model holds after reading `done` tokens; `logits` are those of the next token."""

    done: int
    cache: Any
    logits: torch.Tensor | None


class Prefixes:
    """Prompts read before, to be continued. The longest that starts a new prompt is used.

    Whole snapshots only: a sliding-window cache past its window has forgotten what it would be cut back to.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._snapshots: OrderedDict[tuple[int, ...], Read] = OrderedDict()

    def best(self, ids: tuple[int, ...]) -> Read | None:
        """A copy of the state after the longest known start of `ids`, which may be all of it."""
        fitting = [known for known in self._snapshots if ids[: len(known)] == known]
        if not fitting:
            return None
        longest = max(fitting, key=len)
        self._snapshots.move_to_end(longest)
        return copy.deepcopy(self._snapshots[longest])

    def forget(self) -> None:
        self._snapshots.clear()

    def keep(self, ids: tuple[int, ...], read: Read) -> None:
        self._snapshots[ids] = copy.deepcopy(read)
        self._snapshots.move_to_end(ids)
        while len(self._snapshots) > self._kept:
            self._snapshots.popitem(last=False)
