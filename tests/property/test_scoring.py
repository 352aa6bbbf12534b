"""What holds of every evaluation, whatever the completion: no exception, sound steps, the same again at a threshold."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.abstention import read_stance
from evaluator.answers import Verdict, compare, found_similarity
from evaluator.evaluate import assess, reassess
from evaluator.metrics import Rate
from evaluator.protocols import RUNGS, Rules
from evaluator.report import result_line
from evaluator.strict import in_exact_form
from evaluator.types import Behaviour, Case, Outcome
from tests.builders import CONTEXT

SHARDS = (
    "<think>", "</think>", "<proof>", "</proof>", "<answer>", "</answer>", "<|channel|>analysis<|message|>",
    "<|channel|>proof<|message|>", "<|channel|>final<|message|>", "<|end|>", '"', "“", "”", "\n", "- ", "…", "{", "}",
    "received 54 Gy in 30 fractions", "54 Gy", "50 Gy", "54", "not", "no evidence of leptomeningeal spread",
    "The context does not mention it.", "The sources disagree.", "I cannot help.", "Dexamethasone 2 mg", "\ud800",
    "\u202e", "\x00", "the pons", ". ", ": ", '"answer": ', "None", "10⁹/L", "½", "٣",
)  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(SHARDS), st.text(max_size=8)), max_size=14).map(" ".join)
TRACES = st.builds(
    lambda think, proof, answer: f"<think>{think}</think><proof>{proof}</proof><answer>{answer}</answer>",
    TEXTS,
    TEXTS,
    TEXTS,
)
CASES = st.builds(
    Case,
    id=st.just("1"),
    context=st.one_of(st.just(CONTEXT), TEXTS),
    question=st.one_of(st.just("What total dose was given?"), TEXTS),
    expected=st.one_of(st.none(), st.just("54 Gy in 30 fractions"), TEXTS),
    behaviour=st.one_of(st.none(), st.sampled_from(Behaviour)),
)
THRESHOLDS = st.floats(50.0, 100.0)
FEW = settings(max_examples=150, deadline=None)


@FEW
@given(CASES, st.one_of(TRACES, TEXTS))
def test_every_completion_gets_one_sound_evaluation_per_protocol(case: Case, completion: str) -> None:
    assessment = assess(case, completion, RUNGS)
    assert [evaluation.protocol for evaluation in assessment.evaluations] == [protocol.name for protocol in RUNGS]
    for evaluation in assessment.evaluations:
        undecided = evaluation.outcome is Outcome.NEEDS_REVIEW
        assert sum(step.decisive for step in evaluation.steps) == 1
        assert evaluation.reward == (None if undecided else sum(step.points for step in evaluation.steps))
        assert evaluation.reward is None or -50.0 <= evaluation.reward <= 50.0
        assert all(0 <= index < len(assessment.groundings) for step in evaluation.steps for index in step.citations)
        assert (evaluation.outcome is Outcome.FORMAT_ERROR) == evaluation.flags.format_error


@FEW
@given(CASES, TRACES, THRESHOLDS)
def test_rescoring_equals_scoring(case: Case, completion: str, threshold: float) -> None:
    assert reassess(case, assess(case, completion), threshold) == assess(case, completion, threshold=threshold)


@FEW
@given(CASES, TRACES, THRESHOLDS, THRESHOLDS)
def test_a_higher_threshold_never_turns_a_hallucination_into_none(
    case: Case, completion: str, one: float, other: float
) -> None:
    low, high = (assess(case, completion, threshold=threshold) for threshold in sorted((one, other)))
    for lenient, strict in zip(low.evaluations, high.evaluations, strict=True):
        assert not (lenient.flags.hallucination and not strict.flags.hallucination)


@FEW
@given(CASES, TRACES)
def test_guarded_calls_nothing_a_correct_answer_whose_evidence_v4_rejects(case: Case, completion: str) -> None:
    v4, guarded = assess(case, completion, [p for p in RUNGS if p.rules is not Rules.STRICT]).evaluations
    if guarded.outcome is Outcome.CORRECT_ANSWER:
        assert not v4.flags.hallucination
        assert not v4.flags.format_error


@FEW
@given(TEXTS, TEXTS, TEXTS)
def test_comparing_never_fails_and_a_text_agrees_with_itself(answer: str, expected: str, question: str) -> None:
    compare(answer, expected, question)
    read_stance(answer)
    assert compare(answer, answer, question).verdict is Verdict.AGREES
    assert 0.0 <= found_similarity(expected, answer) <= 100.0


@FEW
@given(CASES, st.one_of(TRACES, TEXTS))
def test_scores_are_written_as_one_line_of_valid_utf_8(case: Case, completion: str) -> None:
    line = result_line(case, assess(case, completion, RUNGS))
    assert len(line.encode("utf-8").decode("utf-8").splitlines()) == 1
    assert len(json.loads(line)["protocols"]) == len(RUNGS)


@FEW
@given(st.lists(st.sampled_from((*SHARDS[6:10], "text", "\n", " ")), max_size=12).map("".join))
def test_the_gate_of_v3_agrees_with_its_pattern(completion: str) -> None:
    pattern = r"\s*".join(re.escape(start) + ".*?" + re.escape("<|end|>") for start in SHARDS[6:9])
    assert in_exact_form(completion) == (re.search(f"^{pattern}$", completion, re.DOTALL) is not None)


@given(st.integers(0, 2_000), st.integers(0, 2_000))
def test_the_interval_holds_its_rate(one: int, other: int) -> None:
    hits, n = sorted((one, other))
    rate = Rate("safe", hits, n)
    assert (rate.value is None) == (rate.interval is None) == (n == 0)
    if rate.value is not None and rate.interval is not None:
        low, high = rate.interval
        assert 0.0 <= low <= rate.value <= high <= 1.0
