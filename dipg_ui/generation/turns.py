"""First come, first served: who is being answered by a model, and how many are ahead of everybody else."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Turns(Generic[T]):
    """A line of waiting callers in front of one server. Callers join and leave; the server takes them in order, one or
    several at a time.

    The callers being served stay in the line (at its head) until they are `done`, so that they count for those behind.
    Callers are told apart by identity.
    """

    def __init__(self) -> None:
        self._line: deque[T] = deque()
        self._served: list[T] = []
        self._changed = threading.Condition()

    def join(self, caller: T) -> None:
        with self._changed:
            self._line.append(caller)
            self._changed.notify_all()

    def ahead(self, caller: T) -> int:
        """How many callers come first, those being served included; 0 for one who is served or not in the line."""
        with self._changed:
            if self._is_served(caller):
                return 0
            return next((place for place, one in enumerate(self._line) if one is caller), 0)

    def leave(self, caller: T) -> None:
        """Give up waiting. A caller being served stays until the server says that it is `done`."""
        with self._changed:
            if not self._is_served(caller):
                self._drop(caller)

    def serve(self) -> T:
        """Wait for the next caller, and take it. Only one server may do so."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._line) > len(self._served))
            return self._take()

    def serve_more(self, places: int) -> tuple[T, ...]:
        """Take those who wait already, so many at most."""
        with self._changed:
            waiting = len(self._line) - len(self._served)
            return tuple(self._take() for _ in range(min(places, waiting)))

    def done(self, caller: T) -> None:
        """A caller being served has its answer."""
        with self._changed:
            self._served = [one for one in self._served if one is not caller]
            self._drop(caller)

    def dismiss(self) -> tuple[T, ...]:
        """Empty the line: there is no server any more. Returns those who were in it."""
        with self._changed:
            everyone = tuple(self._line)
            self._line.clear()
            self._served.clear()
            return everyone

    def _take(self) -> T:
        """The first who is not served: those who are stand at the head."""
        caller = self._line[len(self._served)]
        self._served.append(caller)
        return caller

    def _is_served(self, caller: T) -> bool:
        return any(one is caller for one in self._served)

    def _drop(self, caller: T) -> None:
        self._line = deque(one for one in self._line if one is not caller)
        self._changed.notify_all()
