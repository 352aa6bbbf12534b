"""The path of a case with a stored completion as the model: no network, no weights, the real parser and matcher."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence

import pytest

from dipg_ui.generation.base import ContextTooLong, Delta, ModelUnavailable, StreamBroken, StreamEvent, Waiting
from dipg_ui.generation.replay import ReplayBackend
from dipg_ui.records import CaseFailure, Completion, FinishReason, GenerationSettings, Message, Stage
from dipg_ui.runner import Phase, Progress, generate, run_set
from evaluator.types import GroundingStatus, SectionKind
from tests.builders import a_case, a_completion, a_trace


class Scripted(ReplayBackend):
    """A backend that says what the test gives it, to reach the ends that a healthy model does not."""

    def __init__(self, *events: StreamEvent | Exception) -> None:
        super().__init__(a_completion(), rate=0)
        self.events = events
        self.closed = False

    def stream(self, messages: Sequence[Message], settings: GenerationSettings) -> Generator[StreamEvent, None, None]:
        try:
            for event in self.events:
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            self.closed = True


def snapshots(backend: ReplayBackend) -> list[Progress]:
    return list(generate(backend, a_case(), GenerationSettings()))


def test_the_last_snapshot_holds_the_whole_completion() -> None:
    last = snapshots(ReplayBackend(a_completion(), rate=0))[-1]
    assert last.phase is Phase.DONE
    assert last.completion is not None
    assert last.completion.text == a_trace()
    assert last.completion.finish is FinishReason.ANSWER_CLOSED
    assert len(last.completion.prompt_hash) == 64


def test_sections_and_citations_are_known_while_the_text_arrives() -> None:
    seen = snapshots(Scripted(*[Delta(character) for character in a_trace()]))
    last = seen[-1]
    assert [mark.kind for mark in last.sections] == [SectionKind.THINK, SectionKind.PROOF, SectionKind.ANSWER]
    assert last.text[last.sections[2].start : last.sections[2].end] == "54 Gy in 30 fractions"
    (citation,) = last.citations
    assert citation.closed
    assert citation.grounding.status is GroundingStatus.EXACT
    assert citation.grounding.span is not None
    span = citation.grounding.span
    assert a_case().context[span.start : span.end] == "received 54 Gy in 30 fractions"


def test_a_stream_cut_short_keeps_what_was_received() -> None:
    backend = Scripted(Delta("<think>half"), StreamBroken("the server went away"))
    last = snapshots(backend)[-1]
    assert last.phase is Phase.FAILED
    assert last.failure == CaseFailure("case-1", Stage.GENERATE, "the server went away", "<think>half")
    assert last.completion is None


@pytest.mark.parametrize(
    ("error", "stage"),
    [(ContextTooLong(9000, 8000), Stage.PROMPT), (ModelUnavailable("no weights"), Stage.LOAD)],
)
def test_a_failure_names_its_stage(error: Exception, stage: Stage) -> None:
    failure = snapshots(Scripted(error))[-1].failure
    assert failure is not None
    assert failure.stage is stage


def test_a_case_that_is_too_long_says_by_how_much() -> None:
    assert "1,000 more than the 8,000" in str(ContextTooLong(9000, 8000))


def test_stop_keeps_the_text_and_frees_the_model() -> None:
    stop = threading.Event()
    backend = Scripted(Delta("<think>one"), Delta(" two"), Delta(" three"))
    progress = generate(backend, a_case(), GenerationSettings(), stop)
    next(progress)
    stop.set()
    last = list(progress)[-1]
    assert last.phase is Phase.STOPPED
    assert last.completion is not None
    assert (last.completion.text, last.completion.finish) == ("<think>one", FinishReason.CANCELLED)
    assert backend.closed


def test_closing_the_iterator_frees_the_model() -> None:
    backend = Scripted(Delta("<think>one"), Delta(" two"))
    progress = generate(backend, a_case(), GenerationSettings())
    next(progress)
    progress.close()
    assert backend.closed


def test_waiting_tells_the_place_and_is_not_the_models_slowness() -> None:
    seen = snapshots(Scripted(Waiting(2, "two before you"), Waiting(0, "reading"), Delta("<think>")))
    assert [(p.phase, p.place) for p in seen[:2]] == [(Phase.QUEUED, 2), (Phase.READING, 0)]
    assert seen[-1].seconds < 1


def test_a_set_goes_on_after_a_failure_and_keeps_each_end_before_the_next() -> None:
    kept: list[Completion | CaseFailure] = []
    cases = [a_case(id="a"), a_case(id="b")]
    ends = run_set(Scripted(StreamBroken("gone")), cases, GenerationSettings(), kept.append)
    next(ends)
    assert len(kept) == 1
    list(ends)
    assert [end.case_id for end in kept] == ["a", "b"]
