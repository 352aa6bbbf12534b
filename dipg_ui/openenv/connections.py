"""The WebSocket connections that are open, and which of them makes room for another."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field


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
