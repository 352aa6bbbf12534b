"""How much a caller may ask in a while: a bucket for each caller that fills again with time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MAX_CALLERS = 10_000


class Allowance:
    """Each caller may spend `burst` at once and `per_second` after that.

    What a request costs is known only afterwards where a text is hostile: then it is charged, and the caller is in
    debt, by `burst` at most. Remembers the callers that asked last, so that no number of callers fills the memory. For
    any number of threads.
    """

    def __init__(self, burst: float, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._per_second, self._clock = burst, per_second, clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, caller: str, cost: float = 1.0) -> float:
        """Take `cost` from what the caller may spend. Returns 0, or the seconds until it could be taken; then nothing
        was."""
        with self._lock:
            left = self._now_left(caller)
            wait = max(0.0, min(cost, self._burst) - left) / self._per_second
            self._keep(caller, left - cost if wait == 0.0 else left)
        return wait

    def charge(self, caller: str, cost: float) -> None:
        """Take `cost`, there or not."""
        with self._lock:
            self._keep(caller, self._now_left(caller) - cost)

    def _now_left(self, caller: str) -> float:
        now = self._clock()
        left, at = self._left.get(caller, (self._burst, now))
        return min(self._burst, left + (now - at) * self._per_second)

    def _keep(self, caller: str, left: float) -> None:
        self._left[caller] = (max(left, -self._burst), self._clock())
        self._left.move_to_end(caller)
        while len(self._left) > MAX_CALLERS:
            self._left.popitem(last=False)
