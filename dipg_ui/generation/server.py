"""Any OpenAI-compatible server (vLLM, llama.cpp, Ollama, TGI) behind `/v1/chat/completions` with streaming.

All requests run on one private event loop, so that closing a stream drops its connection at once, whatever the
server is doing. Nothing is asked of the server before `load` or `stream` is called.
"""

from __future__ import annotations

import asyncio
import json
import queue
import threading
import time
from collections.abc import AsyncIterator, Generator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

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
    closes_answer,
)
from dipg_ui.records import FinishReason, GenerationSettings, Message, ModelInfo

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_EVENT_BYTES = 1_000_000
MAX_TEXT = 1_000_000
MAX_ERROR_BYTES = 2_000
_HEARTBEAT = 0.25


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`url` ends before `/chat/completions` (usually in `/v1`). `stall_seconds` is how long the server may be silent
    in mid-answer, `first_seconds` how long before its first word; `parallel` bounds the requests at once."""

    url: str
    key: str = ""
    model: str = ""
    stall_seconds: float = 30.0
    first_seconds: float = 120.0
    connect_seconds: float = 5.0
    parallel: int = 8


@dataclass(frozen=True, slots=True)
class _Usage:
    prompt: int | None = None
    completion: int | None = None


@dataclass(frozen=True, slots=True)
class _Chunk:
    text: str = ""
    finish: str | None = None
    usage: _Usage | None = None


class ServerBackend:
    """A model behind an OpenAI-compatible endpoint. Raises ValueError for a URL that is not http or https."""

    needs_examples = False

    def __init__(self, endpoint: Endpoint) -> None:
        parts = urlsplit(endpoint.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("the server's URL must start with http:// or https:// and name a host")
        self._endpoint = endpoint
        self._where = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        self._proxied = parts.hostname not in LOOPBACK
        self._model = endpoint.model
        self._status = ModelStatus(ModelState.IDLE, f"Not asked yet: {self._where}")
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._places = threading.BoundedSemaphore(endpoint.parallel)

    @property
    def parallel(self) -> int:
        return self._endpoint.parallel

    def describe(self) -> ModelInfo:
        name = self._model or "first model listed"
        return ModelInfo("server", f"{name} at {self._where}", name, "as served", self._where, "as served", 0)

    def status(self) -> ModelStatus:
        return self._status

    def load(self) -> None:
        with self._lock:
            if self._status.state in {ModelState.LOADING, ModelState.READY}:
                return
            self._status = ModelStatus(ModelState.LOADING, f"Asking {self._where} for its models")
        asyncio.run_coroutine_threadsafe(self._probe(), self._event_loop())

    def stream(self, messages: Sequence[Message], settings: GenerationSettings) -> Generator[StreamEvent, None, None]:
        while not self._places.acquire(timeout=_HEARTBEAT):
            yield Waiting(1, f"waiting for a place at {self._where}")
        try:
            yield from self._stream(messages, settings)
        finally:
            self._places.release()

    def _stream(self, messages: Sequence[Message], settings: GenerationSettings) -> Generator[StreamEvent, None, None]:
        events: queue.SimpleQueue[StreamEvent | GenerationError] = queue.SimpleQueue()
        work = asyncio.run_coroutine_threadsafe(self._pump(messages, settings, events), self._event_loop())
        try:
            while True:
                try:
                    event = events.get(timeout=_HEARTBEAT)
                except queue.Empty:
                    yield Waiting(0, f"waiting for {self._where}")
                    continue
                if isinstance(event, GenerationError):
                    raise event
                yield event
                if isinstance(event, Finished):
                    return
        finally:
            work.cancel()

    def _event_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="server-backend", daemon=True).start()
            return self._loop

    def _client(self, read_seconds: float) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self._endpoint.key}"} if self._endpoint.key else {}
        timeout = httpx.Timeout(read_seconds, connect=self._endpoint.connect_seconds)
        return httpx.AsyncClient(base_url=self._endpoint.url, headers=headers, timeout=timeout, trust_env=self._proxied)

    async def _probe(self) -> None:
        try:
            self._model = await self._choose_model()
            self._status = ModelStatus(ModelState.READY, f"{self._model} at {self._where}")
        except GenerationError as error:
            self._status = ModelStatus(ModelState.UNAVAILABLE, str(error))

    async def _choose_model(self) -> str:
        wanted = self._endpoint.model
        try:
            async with self._client(self._endpoint.connect_seconds) as client:
                response = await client.get("/models")
        except httpx.HTTPError as error:
            raise ModelUnavailable(self._unreachable(error)) from error
        if response.status_code >= 400:
            raise ModelUnavailable(f"{self._where} answered {response.status_code} when asked for its models.")
        names = _model_names(response.content)
        if wanted and names and wanted not in names:
            raise ModelUnavailable(f"{self._where} does not serve {wanted}; it lists {', '.join(names[:5])}.")
        if not wanted and not names:
            raise ModelUnavailable(f"{self._where} lists no model; name one in DIPG_SERVER_MODEL.")
        return wanted or names[0]

    def _unreachable(self, error: httpx.HTTPError) -> str:
        reason = str(error) or type(error).__name__
        return f"{self._where} cannot be reached ({reason}). Check that the server runs and DIPG_SERVER_URL is right."

    async def _pump(
        self,
        messages: Sequence[Message],
        settings: GenerationSettings,
        events: queue.SimpleQueue[StreamEvent | GenerationError],
    ) -> None:
        """Put the stream's events into `events`; its last is a Finished or the error that ended it."""
        try:
            if not self._model:
                self._model = await self._choose_model()
            async for event in self._events(messages, settings):
                events.put(event)
        except GenerationError as error:
            events.put(error)
        except (httpx.ReadTimeout, TimeoutError):
            self._status = ModelStatus(ModelState.UNAVAILABLE, f"{self._where} stopped answering.")
            events.put(StreamBroken(f"{self._where} was silent for too long, so the answer was given up."))
        except httpx.HTTPError as error:
            self._status = ModelStatus(ModelState.UNAVAILABLE, self._unreachable(error))
            events.put(StreamBroken(self._unreachable(error)))
        except (httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:
            events.put(StreamBroken(f"{self._where}: {error}"))

    async def _events(self, messages: Sequence[Message], settings: GenerationSettings) -> AsyncIterator[StreamEvent]:
        body = {
            "model": self._model,
            "messages": [{"role": message.role.value, "content": message.content} for message in messages],
            "temperature": settings.temperature,
            "max_tokens": settings.max_new_tokens,
            "seed": settings.seed,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        began = time.monotonic()
        async with (
            self._client(self._endpoint.first_seconds) as client,
            client.stream("POST", "/chat/completions", json=body) as response,
        ):
            if response.status_code >= 400:
                raise StreamBroken(f"{self._where} answered {response.status_code}: {await _short_body(response)}")
            text, first, finish, usage = "", None, None, _Usage()
            async for chunk in _chunks(response, self._endpoint):
                usage = chunk.usage or usage
                finish = chunk.finish or finish
                if not chunk.text:
                    continue
                first = time.monotonic() - began if first is None else first
                text += chunk.text
                yield Delta(chunk.text)
                if closes_answer(text, settings.style):
                    finish = "answer"
                    break
                if len(text) > MAX_TEXT:
                    raise StreamBroken(f"{self._where} sent more than {MAX_TEXT:,} characters.")
            if finish is None:
                raise StreamBroken(f"{self._where} ended the stream before the answer did.")
            yield Finished(_reason(finish), usage.prompt, usage.completion, first, time.monotonic() - began)
            self._status = ModelStatus(ModelState.READY, f"{self._model} at {self._where}")


def _reason(finish: str) -> FinishReason:
    if finish == "answer":
        return FinishReason.ANSWER_CLOSED
    return FinishReason.LENGTH if finish == "length" else FinishReason.END_OF_TEXT


async def _short_body(response: httpx.Response) -> str:
    """The start of an error's body as one line: enough to name the fault, too little to flood the page."""
    body = b""
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MAX_ERROR_BYTES:
            break
    text = body[:MAX_ERROR_BYTES].decode("utf-8", "replace")
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        return " ".join(text.split())[:200]
    error = row.get("error") if isinstance(row, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    return " ".join(str(message or text).split())[:200]


async def _chunks(response: httpx.Response, endpoint: Endpoint) -> AsyncIterator[_Chunk]:
    """The events of a server-sent stream up to `[DONE]`. Raises StreamBroken for what is no event."""
    lines = _lines(response, endpoint)
    async for line in lines:
        if not line.startswith(b"data:"):
            continue
        data = line[5:].strip()
        if data == b"[DONE]":
            return
        yield _chunk(data)


async def _lines(response: httpx.Response, endpoint: Endpoint) -> AsyncIterator[bytes]:
    pending = b""
    pieces = response.aiter_bytes()
    limit = endpoint.first_seconds
    while True:
        try:
            piece = await asyncio.wait_for(anext(pieces), limit)
        except StopAsyncIteration:
            break
        limit = endpoint.stall_seconds
        *lines, pending = (pending + piece).split(b"\n")
        for line in lines:
            yield line
        if len(pending) > MAX_EVENT_BYTES:
            raise StreamBroken("The server sent an event that is too large.")
    if pending:
        yield pending


def _chunk(data: bytes) -> _Chunk:
    try:
        row = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise StreamBroken("The server sent an event that is not JSON.") from error
    if not isinstance(row, dict):
        raise StreamBroken("The server sent an event that is not an object.")
    if row.get("error"):
        error_row = row["error"]
        message = error_row.get("message") if isinstance(error_row, dict) else error_row
        raise StreamBroken(f"The server reported: {' '.join(str(message).split())[:200]}")
    choices = row.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    delta = choice.get("delta")
    content = delta.get("content") if isinstance(delta, dict) else None
    finish = choice.get("finish_reason")
    return _Chunk(
        content if isinstance(content, str) else "",
        finish if isinstance(finish, str) else None,
        _usage(row.get("usage")),
    )


def _usage(value: object) -> _Usage | None:
    if not isinstance(value, Mapping):
        return None
    prompt, completion = value.get("prompt_tokens"), value.get("completion_tokens")
    return _Usage(
        prompt if isinstance(prompt, int) else None,
        completion if isinstance(completion, int) else None,
    )


def _model_names(body: bytes) -> list[str]:
    try:
        row = json.loads(body[:MAX_EVENT_BYTES])
    except (ValueError, RecursionError):
        return []
    data = row.get("data") if isinstance(row, dict) else None
    if not isinstance(data, list):
        return []
    return [item["id"] for item in data if isinstance(item, dict) and isinstance(item.get("id"), str)]
