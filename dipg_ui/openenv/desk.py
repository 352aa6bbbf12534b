"""Which task comes next: what each client fetched, and how far each of its connections is with that.

OpenEnv's evaluation fetches tasks by a plain request and then resets once a response on another connection, and says
nothing of which task it means. Who fetched can be known by a session's name in the address; else only by the network
address, which several clients may share. So all clients without a session get the same shuffle, and a connection in the
middle of its list is refused a task rather than given one of another list.
"""

from __future__ import annotations

import random
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluator.types import Case

MAX_CLIENTS = 1_000
FORGET_SECONDS = 12 * 3600.0
"""A model may take hours over its answers between the fetching of the tasks and the first reset."""


class NoTask(Exception):
    """No task can be given; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks: the name of a session, which is one client's own, or a network address, which may be shared."""

    name: str
    session: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """The tasks that a client fetched last, in order. `number` grows with every fetch; `mixed` says that other
    tasks were fetched from the same address lately, so that the last may be someone else's."""

    task_ids: tuple[str, ...]
    number: int
    at: float
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Served:
    """A task for one response. `order_known` is False where a client that does not say which task it means cannot be
    sure that this is the one."""

    case: Case
    order_known: bool


class Desk:
    """The tasks and who fetched what. For any number of threads."""

    def __init__(self, cases: Mapping[str, Case], seed: int | None = None) -> None:
        self.cases = dict(cases)
        self._random = random.Random(seed)  # noqa: S311 - an order of cases, not a secret
        self._shuffle = self._random.sample(list(self.cases), len(self.cases))
        self._fetched: OrderedDict[Client, Fetched] = OrderedDict()
        self._number = 0
        self._lock = threading.Lock()

    def fetch(self, client: Client, count: int | None, *, shuffle: bool) -> tuple[Case, ...]:
        """The tasks for `client`, `count` at most, remembered as its own. A session gets a new shuffle each time."""
        with self._lock:
            order = list(self.cases)
            if shuffle:
                order = self._random.sample(order, len(order)) if client.session else self._shuffle
            chosen = tuple(order if count is None else order[:count])
            before = self._recall(client)
            mixed = not client.session and before is not None and (before.mixed or before.task_ids != chosen)
            self._number += 1
            self._fetched[client] = Fetched(chosen, self._number, time.monotonic(), mixed)
            self._fetched.move_to_end(client)
            while len(self._fetched) > MAX_CLIENTS:
                self._fetched.popitem(last=False)
        return tuple(self.cases[task_id] for task_id in chosen)

    def last_fetched(self, client: Client) -> Fetched | None:
        with self._lock:
            return self._recall(client)

    def get(self, task_id: str) -> Case:
        """Raises NoTask."""
        case = self.cases.get(task_id)
        if case is None:
            raise NoTask(f"There is no task {task_id[:80]!r}.")
        return case

    def _recall(self, client: Client) -> Fetched | None:
        fetched = self._fetched.get(client)
        if fetched is not None and time.monotonic() - fetched.at > FORGET_SECONDS:
            del self._fetched[client]
            return None
        return fetched


class Seat:
    """How far one connection is with the tasks of its client. Not for two threads at once."""

    def __init__(self, desk: Desk, client: Client) -> None:
        self._desk, self._client = desk, client
        self._list: Fetched | None = None
        self._order: Sequence[str] = tuple(desk.cases)
        self._next = 0

    def serve(self, task_id: str | None = None, seed: int | None = None) -> Served:
        """The task that is named; else a draw by `seed`; else the next of the tasks last fetched, which begin again
        when all were served (a second model is asked the same ones); else, where none were fetched, the next of all.
        Raises NoTask."""
        if task_id is not None:
            return Served(self._desk.get(task_id), order_known=True)
        if not self._desk.cases:
            raise NoTask("There are no tasks here.")
        if seed is not None:
            drawn = random.Random(seed).choice(list(self._desk.cases))  # noqa: S311 - a repeatable draw is asked for
            return Served(self._desk.cases[drawn], order_known=True)
        fetched = self._desk.last_fetched(self._client)
        if fetched is not None and (self._list is None or fetched.number != self._list.number):
            self._change_to(fetched)
        if not self._order:
            raise NoTask("The list of tasks that was fetched is empty.")
        at = self._next % len(self._order)
        self._next = at + 1
        return Served(self._desk.cases[self._order[at]], self._list is not None and not self._list.mixed)

    def _change_to(self, fetched: Fetched) -> None:
        in_the_middle = self._list is not None and 0 < self._next < len(self._order)
        if in_the_middle and not self._client.session:
            raise NoTask(
                "Tasks were fetched from this address again before all of the last list were answered, so nobody can "
                "tell which list the next response belongs to. Connect anew, name the task (reset(task_id=…)), or give "
                "each client an address of its own: …/env/sessions/NAME."
            )
        self._list, self._order, self._next = fetched, fetched.task_ids, 0
