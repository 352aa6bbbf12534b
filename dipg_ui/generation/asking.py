"""One request to one endpoint over HTTP: its time-outs, what its status means, and its answer as events.

Redirects are not followed: the key is for the address that was set. Nothing that comes back is unpacked, so a small
body cannot grow into a large one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from dipg_ui.generation.base import Delta, Finished, StreamBroken, StreamEvent, closes_answer
from dipg_ui.generation.endpoints import Endpoint, Refused
from dipg_ui.generation.server_events import MAX_EVENT_BYTES, Chunk, Usage, model_names, read_chunks, said_in
from dipg_ui.records import FinishReason, PromptStyle

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_TEXT = 1_000_000
MAX_ERROR_BYTES = 2_000
_USAGE_SECONDS = 5.0
"""How long the counts may take that follow an answer's end: it is whole without them."""
_NO_LIST = frozenset({404, 405, 501})
_NEVER = frozenset({501, 505})
_UNUSABLE = {
    401: "does not accept the key: check DIPG_SERVER_KEY",
    403: "does not accept the key: check DIPG_SERVER_KEY",
    404: "knows no such address or model: check DIPG_SERVER_URL (it usually ends in /v1) and DIPG_SERVER_MODEL",
}
_GIVEN_UP = frozenset({"abort", "error", "content_filter"})


@dataclass(frozen=True, slots=True)
class Begun:
    """The endpoint accepted the request."""


Emit = Callable[[StreamEvent | Begun], None]


class _Clock:
    """When an answer has to be given up: before its first word, between two, after its last, or over all."""

    def __init__(self, endpoint: Endpoint, deadline: float) -> None:
        self._endpoint = endpoint
        self._deadline = deadline
        self._limit = time.monotonic() + endpoint.first_seconds

    def word(self) -> None:
        self._limit = time.monotonic() + self._endpoint.stall_seconds

    def finished(self) -> None:
        self._limit = time.monotonic() + min(_USAGE_SECONDS, self._endpoint.stall_seconds)

    @property
    def is_over(self) -> bool:
        """Whether it was the time for the whole answer that ran out."""
        return self._deadline <= self._limit

    async def read(self, piece: Awaitable[bytes]) -> bytes:
        return await asyncio.wait_for(piece, self.left)

    @property
    def left(self) -> float:
        return max(0.0, min(self._limit, self._deadline) - time.monotonic())


class _Answer:
    """What came so far."""

    def __init__(self, style: PromptStyle) -> None:
        self._style = style
        self._began = time.monotonic()
        self._first: float | None = None
        self._usage = Usage()
        self.text = ""
        self.alive = False
        self.finish: str | None = None

    def add(self, chunk: Chunk) -> None:
        self._usage = chunk.usage or self._usage
        self.finish = self.finish or chunk.finish  # the end of the stream alone is none: a server may have let go of it
        self.alive = self.alive or chunk.alive
        if chunk.text:
            self._first = time.monotonic() - self._began if self._first is None else self._first
            self.text += chunk.text
            if closes_answer(self.text, self._style):
                self.finish = "answer"

    def finished(self) -> Finished:
        reason = {"answer": FinishReason.ANSWER_CLOSED, "length": FinishReason.LENGTH}.get(
            self.finish or "", FinishReason.END_OF_TEXT
        )
        return Finished(reason, self._usage.prompt, self._usage.completion, self._first, time.monotonic() - self._began)


class EndpointClient:
    """All methods must be called on the event loop on which the first was."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._where = endpoint.where
        self._client: httpx.AsyncClient | None = None
        self._counts = True

    async def models(self) -> tuple[str, ...]:
        """What the endpoint lists; nothing where it has no list. Raises Refused."""
        try:
            return await asyncio.wait_for(self._models(), self._endpoint.connect_seconds)
        except (TimeoutError, httpx.HTTPError) as error:
            raise Refused(self._unreachable(error)) from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise Refused(f"{self._where}: {error}", lasting=True) from error

    async def ask(self, body: Mapping[str, object], style: PromptStyle, deadline: float, emit: Emit) -> None:
        """Hand Begun, the deltas and Finished to `emit`. Raises Refused where nothing was received, and else
        StreamBroken. `deadline` is in monotonic seconds."""
        answer, clock = _Answer(style), _Clock(self._endpoint, deadline)
        try:
            await self._stream(body, answer, clock, emit)
        except TimeoutError as error:
            if answer.finish is None:
                raise self._too_slow(answer, clock) from error
        except httpx.HTTPError as error:
            if answer.finish is None:
                raise self._lost(answer, error) from error
        except (httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:
            raise StreamBroken(f"{self._where}: {error}") from error
        if answer.finish is None:
            raise self._lost(answer, None)
        if answer.finish in _GIVEN_UP:
            raise StreamBroken(f"{self._where} gave the answer up ({answer.finish}).")
        emit(answer.finished())

    async def _models(self) -> tuple[str, ...]:
        async with self._http().stream("GET", "/models") as response:
            if response.status_code in _NO_LIST and self._endpoint.model:
                return ()
            await self._check(response, asks="when asked for its models")
            body = b""
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > MAX_EVENT_BYTES:
                    return ()
        return model_names(body)

    async def _stream(self, body: Mapping[str, object], answer: _Answer, clock: _Clock, emit: Emit) -> None:
        response = await self._opened(body, clock)
        try:
            kind = response.headers.get("Content-Type", "text/event-stream").partition(";")[0].strip().lower()
            packed = response.headers.get("Content-Encoding", "identity").strip().lower()
            if kind != "text/event-stream" or packed != "identity":
                what = f"{kind:.60}" if packed == "identity" else f"{kind:.60} packed as {packed:.20}"
                raise StreamBroken(f"{self._where} answered with {what}, not with a stream of events.")
            emit(Begun())
            async for chunk in read_chunks(response.aiter_raw(), clock.read):
                answer.add(chunk)
                if chunk.alive:
                    clock.word()
                if chunk.text:
                    emit(Delta(chunk.text))
                if len(answer.text) > MAX_TEXT:
                    raise StreamBroken(f"{self._where} sent more than {MAX_TEXT:,} characters.")
                if answer.finish == "answer" or chunk.last:
                    return
                if chunk.finish:
                    clock.finished()
        finally:
            with suppress(httpx.HTTPError):
                await response.aclose()

    async def _opened(self, body: Mapping[str, object], clock: _Clock) -> httpx.Response:
        """The head of the answer, with a status that promises one."""
        while True:
            counted = {**body, "stream_options": {"include_usage": True}} if self._counts else body
            request = self._http().build_request("POST", "/chat/completions", json=counted)
            response = await asyncio.wait_for(self._http().send(request, stream=True), clock.left)
            try:
                fault = await asyncio.wait_for(self._fault(response), clock.left)
            except BaseException:
                await response.aclose()
                raise
            if fault is None:
                return response
            await response.aclose()
            if not (self._counts and response.status_code in {400, 422} and "stream_options" in str(fault)):
                raise fault
            self._counts = False  # an older server: it answers without telling its counts

    async def _check(self, response: httpx.Response, asks: str = "") -> None:
        fault = await self._fault(response, asks)
        if isinstance(fault, StreamBroken):
            raise Refused(str(fault), lasting=True)
        if fault is not None:
            raise fault

    async def _fault(self, response: httpx.Response, asks: str = "") -> Refused | StreamBroken | None:
        """What a status says that promises no answer."""
        status = response.status_code
        if 200 <= status < 300:
            return None
        if status < 400:
            to = urlsplit(response.headers.get("Location", "")[:2_000]).netloc.rpartition("@")[2]
            said = f"{self._where} answered {status}, a redirect to {to or 'elsewhere':.100}, which is not followed"
            return Refused(f"{said}: name the final address in DIPG_SERVER_URL.", lasting=True)
        told = self._without_key(said_in(await _start_of(response)))
        said = " ".join(filter(None, (f"{self._where} answered {status}", asks))) + (f": {told}" if told else ".")
        if status in _UNUSABLE:
            return Refused(f"{self._where} {_UNUSABLE[status]} ({status}{f': {told}' if told else ''}).", lasting=True)
        if status == 429 or (status >= 500 and status not in _NEVER):
            return Refused(said, wait=retry_after(response.headers.get("Retry-After", "")), down=False)
        return StreamBroken(said)

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            key = self._endpoint.key
            self._client = httpx.AsyncClient(
                base_url=self._endpoint.url,
                headers={"Accept-Encoding": "identity", **({"Authorization": f"Bearer {key}"} if key else {})},
                timeout=httpx.Timeout(None, connect=self._endpoint.connect_seconds),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
                trust_env=urlsplit(self._endpoint.url).hostname not in LOOPBACK,
                follow_redirects=False,
            )
        return self._client

    def _without_key(self, text: str) -> str:
        return text.replace(self._endpoint.key, "[key]") if self._endpoint.key else text

    def _unreachable(self, error: Exception) -> str:
        late = f"no answer in {self._endpoint.connect_seconds:g} s"
        reason = late if isinstance(error, TimeoutError | httpx.TimeoutException) else str(error)
        return (
            f"{self._where} cannot be reached ({reason or type(error).__name__}). "
            "Check that the server runs and DIPG_SERVER_URL is right."
        )

    def _too_slow(self, answer: _Answer, clock: _Clock) -> Refused | StreamBroken:
        if clock.is_over:
            said = f"{self._where} took longer than {self._endpoint.total_seconds:g} s, so the answer was given up."
            return StreamBroken(said)
        if answer.alive:
            stall = self._endpoint.stall_seconds
            return StreamBroken(f"{self._where} was silent for too long ({stall:g} s), so the answer was given up.")
        first = self._endpoint.first_seconds
        return Refused(f"{self._where} was silent for too long: no word in {first:g} s.", slow=True)

    def _lost(self, answer: _Answer, error: httpx.HTTPError | None) -> Refused | StreamBroken:
        """A connection that could not be made, or ended before the answer did; `error` is None where it just ended."""
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return Refused(self._unreachable(error))
        why = f" ({error or type(error).__name__})" if error else ""
        said = f"{self._where} ended the stream before the answer did{why}."
        return StreamBroken(said) if answer.alive else Refused(said)


async def _start_of(response: httpx.Response) -> bytes:
    body = b""
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MAX_ERROR_BYTES:
            break
    return body[:MAX_ERROR_BYTES]


def retry_after(value: str, now: datetime | None = None) -> float | None:
    """The seconds that a Retry-After header asks for (it gives seconds or a date), None where it is neither."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())
