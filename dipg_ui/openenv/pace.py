"""How much one address may ask in a while, and how many connections may be open at once."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field

MAX_ADDRESSES = 1_000


class Pace:
    """Each address may spend `burst` at once and `per_second` after that. For one event loop.

    What a request costs is known only afterwards where a text is hostile: then it is charged, and the address is in
    debt, by `burst` at most.
    """

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst, self._per_second = burst, per_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, address: str, cost: float) -> float:
        """Take `cost` from what the address may spend. Returns 0, or the seconds until it could be taken; then
        nothing was."""
        left = self._now_left(address)
        wait = max(0.0, min(cost, self._burst) - left) / self._per_second
        self._keep(address, left - cost if wait == 0.0 else left)
        return wait

    def charge(self, address: str, cost: float) -> None:
        """Take `cost`, there or not."""
        self._keep(address, self._now_left(address) - cost)

    def _now_left(self, address: str) -> float:
        left, at = self._left.get(address, (self._burst, 0.0))
        return min(self._burst, left + (time.monotonic() - at) * self._per_second)

    def _keep(self, address: str, left: float) -> None:
        self._left[address] = (max(left, -self._burst), time.monotonic())
        self._left.move_to_end(address)
        while len(self._left) > MAX_ADDRESSES:
            self._left.popitem(last=False)


@dataclass(eq=False, slots=True)
class Connection:
    """One open WebSocket. `ended` is set when it has to make room for another."""

    address: str
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    active: float = field(default_factory=time.monotonic)

    def touch(self) -> None:
        self.active = time.monotonic()


class Connections:
    """The open connections, bounded in all and by address. One that has long been silent makes room for a new one."""

    def __init__(self, most: int, most_of_one: int, silent_seconds: float) -> None:
        self._most, self._most_of_one, self._silent = most, most_of_one, silent_seconds
        self._open: set[Connection] = set()

    def __len__(self) -> int:
        return len(self._open)

    def open(self, address: str) -> Connection | None:
        """None where there is no room."""
        own = {each for each in self._open if each.address == address}
        crowd = own if len(own) >= self._most_of_one else self._open if len(self._open) >= self._most else set()
        if crowd:
            oldest = min(crowd, key=lambda each: each.active)
            if time.monotonic() - oldest.active < self._silent:
                return None
            oldest.ended.set()
            self._open.discard(oldest)
        made = Connection(address)
        self._open.add(made)
        return made

    def close(self, connection: Connection) -> None:
        self._open.discard(connection)
