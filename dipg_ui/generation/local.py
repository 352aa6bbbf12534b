"""Models that run in this process: the embedded one on the CPU, and one of the hub on a GPU.

Each has one worker thread that loads it and then takes callers in the order they came, as many at once as the model
has places; torch keeps a pool of threads for every thread that calls it, so it is always called from the same one.
Callers only read events.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dipg_ui.generation.base import (
    ContextTooLong,
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
from dipg_ui.generation.embedded import EmbeddedSource
from dipg_ui.generation.hub import HubSource
from dipg_ui.generation.loading import Loaded, Source
from dipg_ui.generation.turns import Turns
from dipg_ui.records import FinishReason, GenerationSettings, Message, ModelInfo, PromptStyle
from dipg_ui.settings import Settings

if TYPE_CHECKING:
    from dipg_ui.generation.decoding import Crowded

    _Event = StreamEvent | Crowded | None

_HEARTBEAT = 0.25
_STOP_TAIL = 64


def prepare_environment(settings: Settings) -> None:
    """Set what torch and the hub's client read when they are imported: call before gradio is.

    Idle OpenMP threads must sleep: spinning, they take the CPU from the page (163 instead of 63 ms a token).
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if not settings.allow_download:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")


def local_backends(settings: Settings) -> tuple[LocalBackend, ...]:
    """The model for a GPU and the embedded one; the first of them can be used here unless neither can, and what
    cannot says so in its status. Loads nothing."""
    embedded = LocalBackend(EmbeddedSource(settings.data_dir, settings.quantisation, settings.places))
    for_gpu = LocalBackend(HubSource(settings))
    usable = for_gpu.status().state is not ModelState.UNAVAILABLE and settings.device != "cpu"
    return (for_gpu, embedded) if usable else (embedded, for_gpu)


@dataclass(eq=False, slots=True)
class _Caller:
    """One call of `stream`: what is asked, and the events on their way back."""

    messages: Sequence[Message]
    settings: GenerationSettings
    events: queue.SimpleQueue[StreamEvent | GenerationError] = field(default_factory=queue.SimpleQueue)
    gone: threading.Event = field(default_factory=threading.Event)
    doing: str = "reading the prompt"


class LocalBackend:
    """A model in this process. Callers beyond its places wait until one of those before them has its answer."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._turns: Turns[_Caller] = Turns()
        self._lock = threading.Lock()
        self._worker: threading.Thread | None = None
        self._info = source.describe()
        problem = source.problem()
        state = ModelState.IDLE if problem is None else ModelState.UNAVAILABLE
        self._status = ModelStatus(state, problem or "Loaded at the first question.")

    @property
    def needs_examples(self) -> bool:
        return self._source.needs_examples

    @property
    def parallel(self) -> int:
        return self._source.places

    def describe(self) -> ModelInfo:
        return self._info

    def status(self) -> ModelStatus:
        return self._status

    def load(self) -> None:
        with self._lock:
            self._start()

    def stream(self, messages: Sequence[Message], settings: GenerationSettings) -> Generator[StreamEvent, None, None]:
        caller = _Caller(tuple(messages), settings)
        with self._lock:
            self._turns.join(caller)
            self._start()
        try:
            yield self._waiting(caller)
            while True:
                try:
                    event = caller.events.get(timeout=_HEARTBEAT)
                except queue.Empty:
                    yield self._waiting(caller)
                    continue
                if isinstance(event, GenerationError):
                    raise event
                yield event
                if isinstance(event, Finished):
                    return
        finally:
            caller.gone.set()
            self._turns.leave(caller)

    def _waiting(self, caller: _Caller) -> Waiting:
        place, status = self._turns.ahead(caller), self._status
        if status.state is ModelState.LOADING:
            return Waiting(place, status.detail, status.progress)
        return Waiting(place, f"{place} ahead" if place else caller.doing)

    def _start(self) -> None:
        """Start the worker if there is none. Holds the lock."""
        if self._worker is None:
            self._status = ModelStatus(ModelState.LOADING, "starting", 0.0)
            self._worker = threading.Thread(target=self._work, name=f"model-{self._info.id}", daemon=True)
            self._worker.start()

    def _work(self) -> None:
        try:
            problem = self._source.problem()
            if problem is not None:
                raise ModelUnavailable(problem)
            loaded = self._source.open(self._report)
        except Exception as error:  # noqa: BLE001 - whatever a loader raises, callers must not wait for ever
            self._give_up(error)
            return
        self._info = loaded.info
        self._status = ModelStatus(ModelState.READY)
        while True:
            self._serve(loaded, self._turns.serve())

    def _report(self, stage: str, progress: float | None) -> None:
        self._status = ModelStatus(ModelState.LOADING, stage, progress)

    def _give_up(self, error: Exception) -> None:
        reason = str(error) if isinstance(error, ModelUnavailable) else f"Loading failed: {_sentence(error)}"
        with self._lock:
            self._status = ModelStatus(ModelState.UNAVAILABLE, reason)
            self._worker = None
            callers = self._turns.dismiss()
        for caller in callers:
            caller.events.put(ModelUnavailable(reason))

    def _serve(self, loaded: Loaded, first: _Caller) -> None:
        """Answer a caller, and all who come until none is left: an event of each in turn."""
        from dipg_ui.generation.decoding import Crowded

        answers, places = {first: _answer(loaded, first)}, self.parallel
        while answers:
            for caller in self._turns.serve_more(places - len(answers)):
                answers[caller] = _answer(loaded, caller)
            for caller, answer in list(answers.items())[:places]:
                event = None if caller.gone.is_set() else _next_event(answer)
                if isinstance(event, Crowded):
                    places = 1
                    break
                if event is not None:
                    caller.events.put(event)
                if caller.gone.is_set() or isinstance(event, Finished | GenerationError):
                    answer.close()
                    del answers[caller]
                    self._turns.done(caller)


def _next_event(answer: Generator[_Event]) -> _Event | GenerationError:
    try:
        return next(answer)
    except GenerationError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the caller gets a failure, the others keep the model
        return StreamBroken(f"The model failed: {_sentence(error)}")


def _answer(loaded: Loaded, caller: _Caller) -> Generator[_Event]:
    """The events of one completion, up to Finished; None where a step of the model has nothing to tell."""
    from dipg_ui.generation.decoding import Crowded, Reading, Token

    settings, began = caller.settings, time.monotonic()
    prompt = loaded.encode(caller.messages)
    limit = max(0, loaded.info.context_tokens - settings.max_new_tokens)
    if len(prompt.ids) > limit:
        raise ContextTooLong(len(prompt.ids), limit)
    text, tokens, first, reason = "", 0, None, FinishReason.LENGTH
    with closing(loaded.decoder.run(prompt, settings)) as events:
        for event in events:
            match event:
                case Reading(progress):
                    yield Waiting(0, "reading the prompt", progress) if not tokens else None
                case Crowded():
                    yield event
                case Token(piece):
                    tokens += 1
                    first = time.monotonic() - began if first is None else first
                    caller.doing = "writing"
                    text += piece
                    yield Delta(piece, tokens) if piece else None
                    ended = _ends(text, loaded.stops, settings.style)
                    if ended is not None:
                        reason = ended
                        break
                case FinishReason():
                    reason = event
    yield Finished(reason, len(prompt.ids), tokens, first, time.monotonic() - began)


def _ends(text: str, stops: tuple[str, ...], style: PromptStyle) -> FinishReason | None:
    """Why a completion that reads so far is over, before the model says so."""
    if closes_answer(text, style):
        return FinishReason.ANSWER_CLOSED
    if any(stop in f"\n{text}"[-_STOP_TAIL:] for stop in stops):
        return FinishReason.END_OF_TEXT
    return None


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())[:300] or type(error).__name__
    if "out of memory" in text.lower() or isinstance(error, MemoryError):
        return f"out of memory. Ask for a shorter context or fewer new tokens, or choose a smaller model. ({text})"
    return text
