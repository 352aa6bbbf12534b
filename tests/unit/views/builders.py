"""Values of the domain for the tests of the views, complete but for what a test is about."""

from __future__ import annotations

from dipg_ui.records import Completion, FinishReason, GenerationSettings, ModelInfo
from evaluator.evaluate import Assessment
from evaluator.types import (
    Case,
    Citation,
    CitationKind,
    Evaluation,
    Flags,
    Grounding,
    GroundingStatus,
    Outcome,
    Span,
    Step,
    Trace,
    TraceFormat,
)

MODEL = ModelInfo("small", "Small model", "small", "r1", "CPU", "int8", 2048)

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "${alert(1)} {{alert(1)}} `x`",
    "\u202egnp.exe\u202c \u200f\u2066x\u2069",
    "a\x00b\x1b[31m",
    "\ud800 lone \udfff",
    "😀" * 3,
    "x" * 100_000,
)


def a_case(context: str = "The dose is 54 Gy.", **changes: object) -> Case:
    values: dict[str, object] = {"id": "c1", "context": context, "question": "What is the dose?", "expected": "54 Gy"}
    return Case(**{**values, **changes})  # type: ignore[arg-type]  # the tests name the fields they change


def a_citation(text: str, start: int = 0, index: int = 0) -> Citation:
    return Citation(index, text, Span(start, start + len(text)), CitationKind.QUOTED)


def a_grounding(
    text: str, span: Span | None, status: GroundingStatus = GroundingStatus.EXACT, **changes: object
) -> Grounding:
    values: dict[str, object] = {"citation": a_citation(text), "status": status, "similarity": 100.0, "span": span}
    return Grounding(**{**values, **changes})  # type: ignore[arg-type]  # as above


def an_evaluation(protocol: str, outcome: Outcome, reason: str = "It is so.", **changes: object) -> Evaluation:
    step = Step("rule", "Rule", True, 0.0, reason, decisive=True)
    values: dict[str, object] = {
        "protocol": protocol,
        "version": "1",
        "threshold": 85.0,
        "outcome": outcome,
        "flags": Flags(True, False, False, False, False),
        "reward": 10.0,
        "steps": (step,),
    }
    return Evaluation(**{**values, **changes})  # type: ignore[arg-type]  # as above


def an_assessment(completion: str = "", groundings: tuple[Grounding, ...] = (), *evaluations: Evaluation) -> Assessment:
    return Assessment(Trace(completion, TraceFormat.TAGS, None, None, None), groundings, evaluations, 85.0)


def a_completion(text: str = "", **changes: object) -> Completion:
    values: dict[str, object] = {
        "case_id": "c1",
        "text": text,
        "model": MODEL,
        "settings": GenerationSettings(),
        "prompt_hash": "h",
        "started": "2025-01-02T03:04:05+00:00",
        "finish": FinishReason.ANSWER_CLOSED,
        "prompt_tokens": 10,
        "completion_tokens": 21,
        "seconds_to_first_token": 1.0,
        "seconds": 3.0,
    }
    return Completion(**{**values, **changes})  # type: ignore[arg-type]  # as above
