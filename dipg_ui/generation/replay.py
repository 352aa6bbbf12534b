"""A stored completion told again at a chosen pace. It is always labelled as stored: nothing is generated here."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Sequence

from dipg_ui.generation.base import Delta, Finished, ModelState, ModelStatus, StreamEvent
from dipg_ui.records import Completion, GenerationSettings, Message, ModelInfo

# A word with the white space before it stands in for a token: the pace is for the eye, not a measurement.
_PIECE = re.compile(r"\s*\S{1,12}|\s+")


class ReplayBackend:
    """Replays one completion. `rate` is pieces per second, 0 for no pause at all."""

    def __init__(self, completion: Completion, rate: float) -> None:
        self._completion = completion
        self._pause = 1.0 / rate if rate > 0 else 0.0

    @property
    def parallel(self) -> int:
        return 1

    def describe(self) -> ModelInfo:
        return self._completion.model

    @property
    def needs_examples(self) -> bool:
        return False

    def status(self) -> ModelStatus:
        return ModelStatus(ModelState.READY, "A stored completion, replayed; nothing is generated.")

    def load(self) -> None:
        return

    def stream(
        self,
        messages: Sequence[Message],  # noqa: ARG002 - the answer is stored, whatever is asked
        settings: GenerationSettings,  # noqa: ARG002
    ) -> Generator[StreamEvent, None, None]:
        stored = self._completion
        for piece in _PIECE.finditer(stored.text):
            if self._pause:
                time.sleep(self._pause)
            yield Delta(piece.group())
        yield Finished(
            stored.finish,
            stored.prompt_tokens,
            stored.completion_tokens,
            stored.seconds_to_first_token,
            stored.seconds,
        )
