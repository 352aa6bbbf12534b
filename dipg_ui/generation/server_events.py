"""A server-sent stream of an OpenAI-compatible server as values. Everything in it is hostile: sizes are bounded."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass

from dipg_ui.generation.base import StreamBroken

MAX_EVENT_BYTES = 1_000_000
MAX_STREAM_BYTES = 100_000_000
MAX_SAID = 200
_MAX_COUNT = 1_000_000_000
# Where servers put what a model thinks: not part of the answer here, but a sign of life.
_THINKING = ("reasoning_content", "reasoning")


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts, None where the server did not tell them."""

    prompt: int | None = None
    completion: int | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """`alive` says that the model is at work, with or without text; `last` that nothing follows."""

    text: str = ""
    finish: str | None = None
    usage: Usage | None = None
    alive: bool = False
    last: bool = False


Reader = Callable[[Awaitable[bytes]], Awaitable[bytes]]


async def read_chunks(pieces: AsyncIterator[bytes], read: Reader) -> AsyncIterator[Chunk]:
    """The events of a stream up to its end or `[DONE]`. `read` awaits one piece, in the time that there is.
    Raises StreamBroken for what is no event."""
    async for line in _lines(pieces, read):
        if not line.startswith(b"data:"):
            continue
        data = line[5:].strip()
        if data == b"[DONE]":
            yield Chunk(last=True)
            return
        if data:
            yield parse_chunk(data)


async def _lines(pieces: AsyncIterator[bytes], read: Reader) -> AsyncIterator[bytes]:
    pending, looked, received = bytearray(), 0, 0
    while True:
        try:
            piece = await read(anext(pieces))
        except StopAsyncIteration:
            break
        received += len(piece)
        if received > MAX_STREAM_BYTES:
            raise StreamBroken(f"The server sent more than {MAX_STREAM_BYTES // 1_000_000} MB.")
        pending += piece
        while (end := pending.find(b"\n", looked)) >= 0:
            line = bytes(pending[:end])
            del pending[: end + 1]
            looked = 0
            yield line
        looked = len(pending)
        if looked > MAX_EVENT_BYTES:
            raise StreamBroken("The server sent an event that is too large.")
    if pending:
        yield bytes(pending)


def parse_chunk(data: bytes) -> Chunk:
    """Raises StreamBroken for what is no event, and for the errors that a server reports in one."""
    try:
        row = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise StreamBroken("The server sent an event that is not JSON.") from error
    if not isinstance(row, dict):
        raise StreamBroken("The server sent an event that is not an object.")
    if row.get("error"):
        raise StreamBroken(f"The server reported: {said(row['error'])}")
    choices = row.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    delta = choice.get("delta")
    delta = delta if isinstance(delta, dict) else {}
    content = delta.get("content")
    finish = choice.get("finish_reason")
    text = content if isinstance(content, str) else ""
    return Chunk(
        text,
        finish if isinstance(finish, str) and finish else None,
        _usage(row.get("usage")),
        alive=bool(text) or any(delta.get(name) for name in _THINKING),
    )


def said(error: object) -> str:
    """A server's error as one short line: enough to name the fault, too little to flood the page."""
    if isinstance(error, Mapping):
        inner = error.get("error", error.get("detail"))
        error = said(inner) if inner else error.get("message") or error
    return " ".join(str(error).split())[:MAX_SAID]


def said_in(body: bytes) -> str:
    """The same of the body of an answer."""
    text = body.decode("utf-8", "replace")
    try:
        return said(json.loads(text))
    except (ValueError, RecursionError):
        return said(text)


def model_names(body: bytes) -> tuple[str, ...]:
    """What a list of models names; nothing where it is no such list."""
    try:
        row = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    data = row.get("data") if isinstance(row, dict) else None
    if not isinstance(data, list):
        return ()
    return tuple(item["id"] for item in data if isinstance(item, dict) and isinstance(item.get("id"), str))


def _usage(value: object) -> Usage | None:
    if not isinstance(value, Mapping):
        return None
    return Usage(_count(value.get("prompt_tokens")), _count(value.get("completion_tokens")))


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _MAX_COUNT else None
