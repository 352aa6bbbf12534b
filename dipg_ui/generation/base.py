"""What a model looks like to the rest of the dashboard.

GenerationError
├── ModelUnavailable    cannot be used here at all; the text says why and what to do
├── ContextTooLong      the prompt does not fit; says by how many tokens, before anything is generated
└── StreamBroken        the stream failed or stalled after it began; what was received is kept by the caller
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from dipg_ui.records import FinishReason, GenerationSettings, Message, ModelInfo, PromptStyle

_ANSWER_END = re.compile(r"</(?:answer|final|conclusion|result)\s?>\s*\Z", re.IGNORECASE)
_TAIL = 32
_JSON_CHECK_LIMIT = 20_000


class GenerationError(Exception):
    """Base of what a backend raises on purpose; its text is fit for a user."""


class ModelUnavailable(GenerationError):
    """The model cannot be used here."""


class ContextTooLong(GenerationError):
    """The prompt is longer than the model's window. Both counts are tokens; `limit` leaves room for the answer."""

    def __init__(self, tokens: int, limit: int) -> None:
        super().__init__(
            f"The case is too long for this model: {tokens:,} tokens, {tokens - limit:,} more than the {limit:,} "
            "that fit. Shorten the context or choose a model with a longer window."
        )
        self.tokens = tokens
        self.limit = limit


class StreamBroken(GenerationError):
    """The stream ended before the model did."""


class ModelState(StrEnum):
    IDLE = "not loaded"
    LOADING = "loading"
    READY = "ready"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """`detail` is a sentence for the user: the loading stage, or why the model cannot be used and what to do.
    `progress` is 0–1 while LOADING, None where it is not known. `trouble` is the part of the detail that tells what
    does not work of a model that can be used, such as one of its servers."""

    state: ModelState
    detail: str = ""
    progress: float | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The model is not generating for this caller yet. `place` counts those ahead (0: next, only loading or reading
    the prompt is left); `detail` is a short phrase for the user; `progress` is 0–1 or None."""

    place: int
    detail: str
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of text as the model produced it; `tokens` is how many tokens the whole answer has so far,
    None where a server does not tell."""

    text: str
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of a stream that was not cancelled. Counts are None where a server did not tell them;
    times are seconds since generation began for this caller (waiting in the queue not counted)."""

    reason: FinishReason
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds_to_first_token: float | None
    seconds: float


StreamEvent = Waiting | Delta | Finished


class Backend(Protocol):
    """A model that answers. All methods may be called from any thread."""

    def describe(self) -> ModelInfo: ...

    @property
    def needs_examples(self) -> bool:
        """Whether the prompt must hold worked examples: True for a base model that follows no instructions."""

    @property
    def parallel(self) -> int:
        """How many callers it answers at once; the others wait their turn."""

    def status(self) -> ModelStatus:
        """Cheap; never loads."""

    def load(self) -> None:
        """Start loading in the background and return at once; does nothing when loading or ready."""

    def stream(self, messages: Sequence[Message], settings: GenerationSettings) -> Generator[StreamEvent, None, None]:
        """Waiting events while the model loads or serves others (first come, first served; at least one every
        half second), then deltas, then one Finished. Closing the iterator cancels: while waiting it leaves the
        queue, while generating it ends within one token and frees the model. Raises GenerationError."""


def closes_answer(text: str, style: PromptStyle) -> bool:
    """Whether a growing completion has just ended its answer, so that nothing more need be generated.

    Looks at the tail alone for tags and channels; tries the whole text for JSON only when it ends in a brace.
    """
    if style is PromptStyle.TAGS:
        return _ANSWER_END.search(text[-_TAIL:]) is not None
    if style is PromptStyle.CHANNELS:
        return text.rstrip().endswith("<|end|>") and "<|channel|>final" in text
    tail = text.rstrip()
    if not tail.endswith("}") or len(tail) > _JSON_CHECK_LIMIT:
        return False
    try:
        json.loads(tail[tail.index("{") :])
    except (ValueError, RecursionError):
        return False
    return True
