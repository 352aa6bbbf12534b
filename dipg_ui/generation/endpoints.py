"""The endpoints of one model: which of them is asked next, and which rest for a while, with the reason.

Whoever wants an answer joins the line, and the first of it gets the endpoint with the fewest requests under way. One
that fails rests, each time longer; then a single request tries it before the others follow.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LONGEST_REST = 30.0
LONGEST_WAIT = 60.0
"""A request does not wait longer than so many seconds for endpoints that all rest."""
_LASTING_REST = 60.0
_LONGEST_ASKED_REST = 600.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`url` ends before `/chat/completions` (usually in `/v1`). Seconds: `stall_seconds` is how long the server may be
    silent in mid-answer, `first_seconds` how long before its first word, `total_seconds` how long one answer may take
    with all tries at it. `parallel` bounds the requests at once, `tries` how often one is asked while nothing was
    received; the pause before the second try is `rest_seconds`, and doubles."""

    url: str
    key: str = field(default="", repr=False)
    model: str = ""
    stall_seconds: float = 30.0
    first_seconds: float = 120.0
    connect_seconds: float = 5.0
    parallel: int = 8
    total_seconds: float = 900.0
    tries: int = 4
    rest_seconds: float = 0.5

    @property
    def where(self) -> str:
        """Host and port: what of the URL may be shown."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


class Refused(Exception):
    """An endpoint did not answer, and nothing had been received, so that another try can do no harm.

    `wait` are the seconds that it asked for, None where it said nothing. `down`: it could not be reached or used at
    all, as against busy. `lasting`: the next try would end in the same way, as with a key that is not accepted.
    `slow`: it took all the time that it had, which is not given to it twice.
    """

    def __init__(
        self, reason: str, *, wait: float | None = None, down: bool = True, lasting: bool = False, slow: bool = False
    ) -> None:
        super().__init__(reason)
        self.wait = wait
        self.down = down
        self.lasting = lasting
        self.slow = slow


@dataclass(eq=False, slots=True)
class _Standing:
    """What is known of an endpoint. While `until` lies ahead it rests; afterwards, as long as `faults` are counted,
    one request at a time may try it. `since` is when the last fault was counted; all times are monotonic seconds."""

    endpoint: Endpoint
    under_way: int = 0
    up: bool = False
    faults: int = 0
    down: bool = False
    reason: str = ""
    until: float = 0.0
    since: float = 0.0
    tried: bool = False
    taken: float = 0.0

    def is_free(self, now: float) -> bool:
        return self.under_way < self.endpoint.parallel and now >= self.until and not (self.faults and self.tried)


@dataclass(frozen=True, eq=False, slots=True)
class Seat:
    """A request's place at an endpoint, taken at `taken` monotonic seconds. `unproven`: it should be asked first what
    it serves. `trial`: it failed before, and others wait for what comes of this."""

    endpoint: Endpoint
    unproven: bool
    taken: float
    trial: bool
    standing: _Standing = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndpointReport:
    """`reason` says why the endpoint rests, "" where it does not; `again` is in how many seconds it is tried."""

    where: str
    under_way: int
    up: bool
    down: bool
    reason: str
    again: float


class Endpoints:
    """All methods may be called from any thread."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._standings = [_Standing(endpoint) for endpoint in endpoints]
        self._line: list[object] = []
        self._changed = threading.Condition()

    def join(self, caller: object, *, first: bool = False) -> None:
        """Stand in the line; `first` for one who had a place already and lost it."""
        with self._changed:
            self._line.insert(0 if first else len(self._line), caller)
            self._changed.notify_all()

    def leave(self, caller: object) -> None:
        with self._changed:
            self._line = [each for each in self._line if each is not caller]
            self._changed.notify_all()

    def ahead(self, caller: object) -> int:
        """How many stand before the caller."""
        with self._changed:
            return next((place for place, each in enumerate(self._line) if each is caller), 0)

    def take(self, caller: object, seconds: float) -> Seat | None:
        """A place for the caller, who leaves the line with it; None where there was none in so many seconds."""
        until = time.monotonic() + seconds
        with self._changed:
            while (chosen := self._choice(caller)) is None:
                now = time.monotonic()
                if now >= until:
                    return None
                self._changed.wait(min([until, *(each.until for each in self._standings if each.until > now)]) - now)
            self._line.remove(caller)
            trial = chosen.faults > 0
            chosen.under_way += 1
            chosen.tried = chosen.tried or trial
            chosen.taken = time.monotonic()
            self._changed.notify_all()
            return Seat(chosen.endpoint, not chosen.up, chosen.taken, trial, chosen)

    def give(self, seat: Seat) -> None:
        """The request has ended."""
        with self._changed:
            seat.standing.under_way -= 1
            seat.standing.tried = seat.standing.tried and not seat.trial
            self._changed.notify_all()

    def accepted(self, endpoint: Endpoint, taken: float) -> None:
        """It began to answer what was asked at `taken`: what it did before that is forgiven."""
        with self._changed:
            standing = self._of(endpoint)
            if taken >= standing.since:
                standing.up, standing.down, standing.tried = True, False, False
                standing.faults, standing.reason, standing.until = 0, "", 0.0
            self._changed.notify_all()

    def failed(self, endpoint: Endpoint, taken: float, fault: Refused) -> None:
        """Let it rest. Requests that were asked at once and failed together count as one fault."""
        with self._changed:
            standing, now = self._of(endpoint), time.monotonic()
            if taken >= standing.since:
                standing.faults += 1
                standing.since = now
            if fault.lasting:
                standing.faults = max(standing.faults, endpoint.tries)
            rest = min(endpoint.rest_seconds * 2.0 ** min(standing.faults - 1, 16), LONGEST_REST)
            asked = min(fault.wait or 0.0, _LONGEST_ASKED_REST)
            standing.until = max(standing.until, now + max(rest, asked, _LASTING_REST if fault.lasting else 0.0))
            standing.reason, standing.down = str(fault), fault.down
            standing.up = standing.up and not fault.down
            self._changed.notify_all()

    def forgive(self) -> None:
        """Take it that all may be asked again at once."""
        with self._changed:
            for standing in self._standings:
                standing.until = 0.0
            self._changed.notify_all()

    def is_hopeless(self) -> bool:
        """Whether all are down, and were tried so often that waiting for the next try is of no use."""
        with self._changed:
            now = time.monotonic()
            return all(
                each.down and each.until > now and each.faults >= each.endpoint.tries for each in self._standings
            )

    def soonest(self) -> float:
        """In how many seconds one may be asked that rests; 0 where one does not rest."""
        with self._changed:
            return max(0.0, min(each.until for each in self._standings) - time.monotonic())

    def another(self, endpoint: Endpoint) -> bool:
        """Whether one beside this may be asked now."""
        with self._changed:
            now = time.monotonic()
            return any(each.endpoint is not endpoint and now >= each.until for each in self._standings)

    def reports(self) -> tuple[EndpointReport, ...]:
        with self._changed:
            now = time.monotonic()
            return tuple(
                EndpointReport(
                    each.endpoint.where,
                    each.under_way,
                    each.up,
                    each.down and each.until > now,
                    each.reason,
                    max(0.0, each.until - now),
                )
                for each in self._standings
            )

    def _of(self, endpoint: Endpoint) -> _Standing:
        return next(each for each in self._standings if each.endpoint is endpoint)

    def _choice(self, caller: object) -> _Standing | None:
        """Where the caller may go now. Holds the lock."""
        if not self._line or self._line[0] is not caller:
            return None
        now = time.monotonic()
        free = [each for each in self._standings if each.is_free(now)]
        return min(free, key=lambda each: (each.under_way, each.taken), default=None)
