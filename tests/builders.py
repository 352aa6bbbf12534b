"""Builders of values for tests: every field that a test does not speak of has an ordinary value."""

from __future__ import annotations

from dataclasses import replace

from dipg_ui.records import (
    CaseFailure,
    Completion,
    FinishReason,
    GenerationSettings,
    ModelInfo,
    Run,
    RunInfo,
    Stage,
)
from evaluator.types import Case

CONTEXT = (
    "The patient received 54 Gy in 30 fractions to the pons. Dexamethasone 2 mg was given twice daily. "
    "There was no evidence of leptomeningeal spread."
)


def a_case(
    *,
    context: str = CONTEXT,
    question: str = "What total dose was given?",
    expected: str | None = "54 Gy in 30 fractions",
    id: str = "case-1",
) -> Case:
    return Case(id=id, context=context, question=question, expected=expected)


def a_model() -> ModelInfo:
    return ModelInfo("tiny", "Tiny", "tiny-test-model", "rev-1", "cpu", "bf16", 4096)


def a_trace(proof: str = '"received 54 Gy in 30 fractions"', answer: str = "54 Gy in 30 fractions") -> str:
    return f"<think>Look for the dose.</think>\n<proof>{proof}</proof>\n<answer>{answer}</answer>"


def a_completion(*, text: str | None = None, case_id: str = "case-1") -> Completion:
    return Completion(
        case_id=case_id,
        text=a_trace() if text is None else text,
        model=a_model(),
        settings=GenerationSettings(),
        prompt_hash="0" * 64,
        started="2026-01-02T03:04:05+00:00",
        finish=FinishReason.ANSWER_CLOSED,
        prompt_tokens=500,
        completion_tokens=40,
        seconds_to_first_token=0.2,
        seconds=1.5,
    )


def a_run_info(id: str = "run-1", repeats: int = 1) -> RunInfo:
    return RunInfo(
        id,
        "A run",
        "2026-01-02T03:04:05+00:00",
        "built-in",
        "2 cores",
        a_model(),
        GenerationSettings(),
        repeats,
    )


def a_run(*texts: str, id: str = "run-1") -> Run:
    """A whole run of one case for each completion, in order: case-1, case-2, …, each with a context of its own."""
    cases = tuple(a_case(id=f"case-{n}", context=f"{CONTEXT} Visit {n}.") for n in range(1, len(texts) + 1))
    completions = tuple(a_completion(text=text, case_id=case.id) for text, case in zip(texts, cases, strict=True))
    return Run(a_run_info(id), completions, (), cases)


def a_failure(case_id: str = "case-1", reason: str = "silent") -> CaseFailure:
    return CaseFailure(case_id, Stage.GENERATE, reason, partial="<think>")


def at_repeat(completion: Completion, repeat: int) -> Completion:
    return replace(completion, repeat=repeat, settings=replace(completion.settings, seed=repeat))
