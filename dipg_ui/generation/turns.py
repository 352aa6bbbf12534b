"""First come, first served: who is being answered by a model, and how many are ahead of everybody else."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Turns(Generic[T]):
    """A line of waiting callers in front of one server. Callers join and leave; the server takes them in order.

    The caller being served stays in the line (at its head) until `done`, so that it counts for those behind.
    Callers are told apart by identity.
    """

    def __init__(self) -> None:
        self._line: deque[T] = deque()
        self._served: T | None = None
        self._changed = threading.Condition()

    def join(self, caller: T) -> None:
        with self._changed:
            self._line.append(caller)
            self._changed.notify_all()

    def ahead(self, caller: T) -> int:
        """How many callers come first, the one being served included; 0 for one who is not in the line."""
        with self._changed:
            return next((place for place, one in enumerate(self._line) if one is caller), 0)

    def leave(self, caller: T) -> None:
        """Give up waiting. The caller being served stays until the server says `done`."""
        with self._changed:
            if caller is not self._served:
                self._drop(caller)

    def serve(self) -> T:
        """Wait for the next caller, and take it. Only one server may do so."""
        with self._changed:
            self._changed.wait_for(lambda: self._line)
            self._served = self._line[0]
            return self._served

    def done(self) -> None:
        """The caller being served has its answer."""
        with self._changed:
            served, self._served = self._served, None
            if served is not None:
                self._drop(served)

    def dismiss(self) -> tuple[T, ...]:
        """Empty the line: there is no server any more. Returns those who were in it."""
        with self._changed:
            everyone = tuple(self._line)
            self._line.clear()
            self._served = None
            return everyone

    def _drop(self, caller: T) -> None:
        self._line = deque(one for one in self._line if one is not caller)
        self._changed.notify_all()
