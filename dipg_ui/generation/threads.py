"""Which work of a step is shared among the CPUs.

Between two matrix products stand dozens of small operations. Waking the sleeping threads for each of them costs more
than they save, and on a busy machine each has to wait for its turn. So a short prompt is read by one thread, and by all
in the matrix products alone.

Imports torch: only the thread that loads and serves a model imports this module.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any

import torch

_SHORT = range(2, 257)
"""Tokens read in a step. With more the small operations are large enough to be shared; with one, when an answer is
written, torch shares none of them anyway."""
_every: ContextVar[int] = ContextVar("every", default=0)


def share_products_alone(model: Any) -> None:
    """Let a model whose matrix products ask for `all_threads` do the rest of a short step with one."""
    model.register_forward_pre_hook(_begin, with_kwargs=True)
    model.register_forward_hook(_end, always_call=True)


class _AllThreads:
    def __enter__(self) -> None:
        torch.set_num_threads(_every.get())

    def __exit__(self, *_: object) -> None:
        torch.set_num_threads(1)


_ALL, _UNCHANGED = _AllThreads(), nullcontext()


def all_threads() -> AbstractContextManager[None]:
    """As many threads as there were before the step began; outside of a short step nothing changes."""
    return _ALL if _every.get() else _UNCHANGED


def _begin(_model: Any, _arguments: Any, options: dict[str, Any]) -> None:
    if options["input_ids"].shape[-1] in _SHORT:
        _every.set(torch.get_num_threads())
        torch.set_num_threads(1)


def _end(*_: Any) -> None:
    """Also where the step failed."""
    every = _every.get()
    if every:
        _every.set(0)
        torch.set_num_threads(every)
