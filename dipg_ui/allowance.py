"""How often a caller may ask: a bucket for each caller that fills again with time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

MAX_CALLERS = 10_000


class Spent(Exception):
    """The caller has used its allowance; `seconds` is when it may ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many requests. Try again in {seconds} s.")
        self.seconds = seconds


class Allowance:
    """`calls` at once and as many again in every `seconds`. Remembers the callers that asked last, so that no number
    of callers fills the memory. May be used from any thread."""

    def __init__(self, calls: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._rate = calls / seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Raises Spent where nothing is left for this caller."""
        now = self._clock()
        with self._lock:
            left, then = self._left.pop(caller, (float(self._calls), now))
            left = min(float(self._calls), left + (now - then) * self._rate)
            spent = left < 1.0
            self._left[caller] = (left if spent else left - 1.0, now)
            if len(self._left) > MAX_CALLERS:
                self._left.popitem(last=False)
        if spent:
            raise Spent(ceil((1.0 - left) / self._rate))
