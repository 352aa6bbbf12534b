"""Any OpenAI-compatible server (vLLM, llama.cpp, Ollama, TGI) behind `/v1/chat/completions` with streaming, or several
that serve the same model.

All requests run on one private event loop, so that closing a stream drops its connection at once, whatever the
server is doing. Nothing is asked of a server before `load` or `stream` is called.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from dipg_ui.generation.asking import Begun, EndpointClient
from dipg_ui.generation.base import (
    Delta,
    Finished,
    GenerationError,
    ModelState,
    ModelStatus,
    ModelUnavailable,
    StreamBroken,
    StreamEvent,
    Waiting,
)
from dipg_ui.generation.endpoints import LONGEST_WAIT, Endpoint, EndpointReport, Endpoints, Refused, Seat
from dipg_ui.records import GenerationSettings, Message, ModelInfo

__all__ = ["Endpoint", "ServerBackend"]

_HEARTBEAT = 0.25


@dataclass(frozen=True, slots=True)
class _Asked:
    messages: Sequence[Message]
    settings: GenerationSettings


class ServerBackend:
    """A model behind one or more OpenAI-compatible endpoints. Raises ValueError for a URL that is not http or https."""

    needs_examples = False

    def __init__(self, *endpoints: Endpoint) -> None:
        for endpoint in endpoints:
            parts = urlsplit(endpoint.url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError("the server's URL must start with http:// or https:// and name a host")
        if not endpoints:
            raise ValueError("the server's URL is missing")
        self._endpoints = Endpoints(endpoints)
        self._clients = {endpoint.url: EndpointClient(endpoint) for endpoint in endpoints}
        self._all = endpoints
        others = f" and {len(endpoints) - 1} more" if len(endpoints) > 1 else ""
        self._where = endpoints[0].where + others
        self._wanted = endpoints[0].model
        self._model = self._wanted
        self._asking = 0
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def parallel(self) -> int:
        return sum(endpoint.parallel for endpoint in self._all)

    def describe(self) -> ModelInfo:
        name = self._model or "first model listed"
        return ModelInfo("server", f"{name} at {self._where}", name, "as served", self._where, "as served", 0)

    def reports(self) -> tuple[EndpointReport, ...]:
        """How each endpoint stands, in the order of the settings."""
        return self._endpoints.reports()

    def status(self) -> ModelStatus:
        """Ready while one endpoint is; the detail names each that rests, with the reason."""
        reports = self.reports()
        up = sum(each.up for each in reports)
        if up:
            many = f"{up} of {len(reports)} servers: " if len(reports) > 1 else ""
            detail, trouble = f"{many}{self._model} at {self._where}", _told(reports)
            return ModelStatus(ModelState.READY, f"{detail}. {trouble}" if trouble else detail, trouble=trouble)
        if self._asking:
            return ModelStatus(ModelState.LOADING, f"Asking {self._where} for its models")
        if all(each.down for each in reports):
            return ModelStatus(ModelState.UNAVAILABLE, _told(reports))
        return ModelStatus(ModelState.IDLE, _told(reports) or f"Not asked yet: {self._where}")

    def load(self) -> None:
        with self._lock:
            if self._asking or any(each.up for each in self.reports()):
                return
            self._asking = len(self._all)
            self._model = self._wanted
        self._endpoints.forgive()
        loop = self._event_loop()
        for endpoint in self._all:
            asyncio.run_coroutine_threadsafe(self._probe(endpoint), loop)

    def stream(self, messages: Sequence[Message], settings: GenerationSettings) -> Generator[StreamEvent, None, None]:
        asked, deadline, tries = _Asked(messages, settings), 0.0, 0
        while True:
            seat = yield from self._seat(again=tries > 0, deadline=deadline)
            tries += 1
            deadline = deadline or time.monotonic() + seat.endpoint.total_seconds
            try:
                yield from self._answer(asked, seat, deadline)
                return
            except Refused as fault:
                self._endpoints.failed(seat.endpoint, seat.taken, fault)
                self._give_up(fault, seat, tries)
            finally:
                self._endpoints.give(seat)

    def _give_up(self, fault: Refused, seat: Seat, tries: int) -> None:
        """Raises what the fault is to the caller, where no other try is worth it."""
        if self._endpoints.is_hopeless():
            raise ModelUnavailable(_told(self.reports()))
        if tries >= seat.endpoint.tries or (fault.slow and not self._endpoints.another(seat.endpoint)):
            told = f" Given up after {tries} tries." if tries > 1 else ""
            raise StreamBroken(f"{fault}{told}")

    def _seat(self, *, again: bool, deadline: float) -> Generator[StreamEvent, None, Seat]:
        """Wait for a place at an endpoint. Raises GenerationError where none is to be had in useful time."""
        caller = object()
        self._endpoints.join(caller, first=again)
        try:
            while True:
                seat = self._endpoints.take(caller, _HEARTBEAT)
                if seat is not None:
                    return seat
                if self._endpoints.is_hopeless():
                    raise ModelUnavailable(_told(self.reports()))
                rest = self._endpoints.soonest()
                late = bool(deadline) and time.monotonic() + rest > deadline
                if rest > LONGEST_WAIT or late:
                    raise StreamBroken(_told(self.reports()))
                yield self._waiting(self._endpoints.ahead(caller), rest)
        finally:
            self._endpoints.leave(caller)

    def _waiting(self, ahead: int, rest: float) -> Waiting:
        if rest:
            return Waiting(ahead + 1, f"{self._where} could not answer; asked again in {rest:.0f} s")
        return Waiting(ahead + 1, f"waiting for a place at {self._where}")

    def _answer(self, asked: _Asked, seat: Seat, deadline: float) -> Generator[StreamEvent, None, None]:
        """Raises Refused where nothing was received, so that another endpoint may be asked."""
        events: queue.SimpleQueue[StreamEvent | Begun | Exception] = queue.SimpleQueue()
        work = asyncio.run_coroutine_threadsafe(self._pump(asked, seat, deadline, events), self._event_loop())
        received = False
        try:
            while True:
                try:
                    event = events.get(timeout=_HEARTBEAT)
                except queue.Empty:
                    yield Waiting(0, f"waiting for {seat.endpoint.where}")
                    continue
                match event:
                    case Begun():
                        self._endpoints.accepted(seat.endpoint, seat.taken)
                    case Refused() if received:
                        raise StreamBroken(str(event))
                    case Exception():
                        raise event
                    case _:
                        received = received or isinstance(event, Delta)
                        yield event
                        if isinstance(event, Finished):
                            return
        finally:
            work.cancel()

    async def _pump(
        self,
        asked: _Asked,
        seat: Seat,
        deadline: float,
        events: queue.SimpleQueue[StreamEvent | Begun | Exception],
    ) -> None:
        """Put what comes into `events`; its last is a Finished or the error that ended it."""
        settings, client = asked.settings, self._clients[seat.endpoint.url]
        try:
            if seat.unproven or not self._model:
                await self._agree(seat.endpoint)
            body = {
                "model": self._model,
                "messages": [{"role": each.role.value, "content": each.content} for each in asked.messages],
                "temperature": settings.temperature,
                "max_tokens": settings.max_new_tokens,
                "seed": settings.seed,
                "stream": True,
            }
            await client.ask(body, settings.style, deadline, events.put)
        except (GenerationError, Refused) as error:
            events.put(error)
        except Exception as error:  # noqa: BLE001 - whatever a server provokes, the caller must not wait for ever
            events.put(StreamBroken(f"{seat.endpoint.where}: {type(error).__name__}: {str(error)[:200]}"))

    async def _probe(self, endpoint: Endpoint) -> None:
        began = time.monotonic()
        try:
            await self._agree(endpoint)
            self._endpoints.accepted(endpoint, began)
        except Refused as fault:
            self._endpoints.failed(endpoint, began, fault)
        finally:
            with self._lock:
                self._asking -= 1

    async def _agree(self, endpoint: Endpoint) -> None:
        """See that the endpoint serves the model of all of them: the one that is wanted, else the first that the first
        of them lists. Raises Refused."""
        names = await self._clients[endpoint.url].models()
        wanted, where = self._model, endpoint.where
        if wanted and names and wanted not in names and f"{wanted}:latest" not in names:
            listed = ", ".join(f"{name:.80}" for name in names[:5])
            raise Refused(f"{where} does not serve {wanted}; it lists {listed}.", lasting=True)
        if not wanted and not names:
            raise Refused(f"{where} lists no model; name one in DIPG_SERVER_MODEL.", lasting=True)
        self._model = wanted or names[0]

    def _event_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="server-backend", daemon=True).start()
            return self._loop


def _told(reports: Sequence[EndpointReport]) -> str:
    """Why endpoints rest, and when they are asked again; "" where none had a fault."""
    return " ".join(f"{each.reason} {_again(each.again)}" for each in reports if each.reason)


def _again(seconds: float) -> str:
    return f"Asked again in {seconds:.0f} s." if seconds >= 1 else "Asked again at the next question."
