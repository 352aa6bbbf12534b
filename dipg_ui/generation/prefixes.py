"""Prompts that were read before, kept to be continued.

Imports torch: only the thread that loads and serves a model imports this module.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from dataclasses import dataclass, replace
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
        """The state after the longest known start of `ids`, which may be all of it, to be continued."""
        fitting = [known for known in self._snapshots if ids[: len(known)] == known]
        if not fitting:
            return None
        longest = max(fitting, key=len)
        self._snapshots.move_to_end(longest)
        return _fork(self._snapshots[longest])

    def forget(self) -> None:
        self._snapshots.clear()

    def keep(self, ids: tuple[int, ...], read: Read) -> None:
        self._snapshots[ids] = _fork(read)
        self._snapshots.move_to_end(ids)
        while len(self._snapshots) > self._kept:
            self._snapshots.popitem(last=False)


def _fork(read: Read) -> Read:
    """The same state, whose cache grows apart from that of `read`.

    A layer that puts what it reads behind what it holds makes new tensors of both, and so may share its old ones;
    layers of other kinds may write into theirs, and are copied.
    """
    from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

    cache = read.cache
    if cache is None or {type(layer) for layer in cache.layers} - {DynamicLayer, DynamicSlidingWindowLayer}:
        return copy.deepcopy(read)
    twin = copy.copy(cache)
    twin.layers = [copy.copy(layer) for layer in cache.layers]
    return replace(read, cache=twin)
