"""The one path of a case: prompt, stream, parse, ground; live while the text arrives, and whole at its end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from dipg_ui.generation.base import (
    Backend,
    ContextTooLong,
    Delta,
    Finished,
    GenerationError,
    ModelState,
    ModelUnavailable,
    Waiting,
)
from dipg_ui.prompts import build_messages, prompt_hash
from dipg_ui.records import CaseFailure, Completion, FinishReason, GenerationSettings, Message, Stage
from evaluator.grounding import ground
from evaluator.parsing import CitationClosed, SectionClosed, SectionOpened, TraceParser
from evaluator.types import Case, Grounding, SectionKind

FRAME_SECONDS = 0.04
MIN_TENTATIVE = 12


class Phase(StrEnum):
    QUEUED = "queued"
    LOADING = "loading"
    READING = "reading"
    WRITING = "writing"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


# In these the citation that was being written is shown as far as it came; a whole trace has none.
_UNFINISHED = frozenset({Phase.WRITING, Phase.STOPPED, Phase.FAILED})


@dataclass(frozen=True, slots=True)
class SectionMark:
    """Where a section of the growing completion stands; `end` is None while it is open."""

    kind: SectionKind
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class LiveCitation:
    """`closed` is False for the citation that is still being written: its grounding is tentative."""

    grounding: Grounding
    closed: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """A cumulative snapshot of one generation. The last one is DONE or STOPPED with a completion, or FAILED with
    a failure (and what was received in `text`). Times are seconds; `tokens` None where the server does not tell."""

    phase: Phase
    text: str = ""
    sections: tuple[SectionMark, ...] = ()
    citations: tuple[LiveCitation, ...] = ()
    place: int | None = None
    detail: str = ""
    loaded: float | None = None
    tokens: int | None = None
    seconds_to_first_token: float | None = None
    seconds: float = 0.0
    completion: Completion | None = None
    failure: CaseFailure | None = None


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked, and when (ISO 8601, UTC)."""

    case: Case
    settings: GenerationSettings
    messages: Sequence[Message]
    started: str


@dataclass(slots=True)
class _Growing:
    """The trace while it is being written: what has closed is kept, only the open citation is looked up again.

    `since` is when the model became this caller's (monotonic seconds): waiting in the queue is no slowness of its.
    """

    context: str
    since: float
    text: str = ""
    tokens: int | None = None
    first: float | None = None
    sections: dict[int, SectionMark] = field(default_factory=dict)
    closed: list[LiveCitation] = field(default_factory=list)
    parser: TraceParser = field(default_factory=TraceParser)

    def feed(self, delta: Delta) -> None:
        self.first = time.monotonic() - self.since if self.first is None else self.first
        self.text += delta.text
        self.tokens = delta.tokens
        for event in self.parser.feed(delta.text):
            match event:
                case SectionOpened(kind, start):
                    self.sections[start] = SectionMark(kind, start, None)
                case SectionClosed(section):
                    start, end = section.span.start, section.span.end
                    self.sections[start] = SectionMark(section.kind, start, end)
                case CitationClosed(citation):
                    self.closed.append(LiveCitation(ground(citation, self.context), closed=True))

    def snapshot(self, phase: Phase) -> Progress:
        growing = self.parser.open_citation if phase in _UNFINISHED else None
        tentative = growing is not None and len(growing.text) >= MIN_TENTATIVE
        live = (LiveCitation(ground(growing, self.context), closed=False),) if growing and tentative else ()
        return Progress(
            phase,
            text=self.text,
            sections=tuple(self.sections.values()),
            citations=(*self.closed, *live),
            tokens=self.tokens,
            seconds_to_first_token=self.first,
            seconds=time.monotonic() - self.since,
        )


def generate(
    backend: Backend, case: Case, settings: GenerationSettings, stop: threading.Event | None = None
) -> Generator[Progress, None, None]:
    """Ask `backend` for the trace of one case: at most one snapshot a frame, the last one DONE, STOPPED or FAILED.

    Setting `stop` ends the generation with a STOPPED snapshot that keeps what was received; closing the iterator
    ends it without one. Either frees the model.
    """
    messages = build_messages(case, settings.style, examples=backend.needs_examples)
    request = _Request(case, settings, messages, datetime.now(UTC).isoformat(timespec="seconds"))
    growing = _Growing(case.context, time.monotonic())
    finished: Finished | None = None
    shown = 0.0
    try:
        with closing(backend.stream(request.messages, settings)) as stream:
            for event in stream:
                if stop is not None and stop.is_set():
                    break
                match event:
                    case Waiting():
                        yield _waiting(backend, event, growing)
                    case Delta():
                        growing.feed(event)
                        if time.monotonic() - shown >= FRAME_SECONDS:
                            shown = time.monotonic()
                            yield growing.snapshot(Phase.WRITING)
                    case Finished():
                        finished = event
    except GenerationError as error:
        yield _failed(request, growing, error)
        return
    yield _ended(backend, request, growing, finished)


def run_set(
    backend: Backend,
    cases: Sequence[Case],
    settings: GenerationSettings,
    keep: Callable[[Completion | CaseFailure], None],
) -> Generator[Progress, None, None]:
    """Generate case by case; `keep` gets each completion or failure before the next case starts.

    Yields the last snapshot of every case. Closing the iterator ends the case at hand, which is then not kept.
    """
    for case in cases:
        last: Progress | None = None
        with closing(generate(backend, case, settings)) as snapshots:
            for snapshot in snapshots:
                last = snapshot
        if last is None:
            continue
        if last.completion is not None:
            keep(last.completion)
        if last.failure is not None:
            keep(last.failure)
        yield last


def _waiting(backend: Backend, event: Waiting, growing: _Growing) -> Progress:
    if growing.text:
        return replace(growing.snapshot(Phase.WRITING), detail=event.detail)
    loading = backend.status().state is ModelState.LOADING
    phase = Phase.LOADING if loading else Phase.QUEUED if event.place else Phase.READING
    if phase is not Phase.READING:
        growing.since = time.monotonic()
    return replace(growing.snapshot(phase), place=event.place, detail=event.detail, loaded=event.progress)


def _failed(request: _Request, growing: _Growing, error: GenerationError) -> Progress:
    if isinstance(error, ContextTooLong):
        stage = Stage.PROMPT
    else:
        stage = Stage.LOAD if isinstance(error, ModelUnavailable) else Stage.GENERATE
    failure = CaseFailure(request.case.id, stage, str(error), growing.text)
    return replace(growing.snapshot(Phase.FAILED), detail=str(error), failure=failure)


def _ended(backend: Backend, request: _Request, growing: _Growing, finished: Finished | None) -> Progress:
    """The snapshot of a generation that ended by itself, or (without `finished`) because it was stopped."""
    snapshot = growing.snapshot(Phase.STOPPED if finished is None else Phase.DONE)
    completion = Completion(
        case_id=request.case.id,
        text=growing.text,
        model=backend.describe(),
        settings=request.settings,
        prompt_hash=prompt_hash(request.messages),
        started=request.started,
        finish=FinishReason.CANCELLED if finished is None else finished.reason,
        prompt_tokens=finished.prompt_tokens if finished else None,
        completion_tokens=finished.completion_tokens if finished else growing.tokens,
        seconds_to_first_token=finished.seconds_to_first_token if finished else growing.first,
        seconds=finished.seconds if finished else snapshot.seconds,
    )
    return replace(
        snapshot,
        tokens=completion.completion_tokens,
        seconds_to_first_token=completion.seconds_to_first_token,
        seconds=completion.seconds,
        completion=completion,
    )
