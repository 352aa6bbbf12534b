"""From a completion to its evaluations: V3, the rungs and V4 with rewards worked out by hand, and re-scoring."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluator.evaluate import assess, evaluate, reassess
from evaluator.protocols import PROTOCOLS, RUNGS, get_protocol
from evaluator.types import Evaluation, Flags, GroundingStatus, Outcome
from tests.builders import a_case, a_trace

SAFE = Flags(safe=True, hallucination=False, refusal=False, inconsistency=False, format_error=False)
NO_ABSTENTION = "54 Gy in 30 fractions"


def v4(completion: str, expected: str | None = NO_ABSTENTION) -> Evaluation:
    return evaluate(a_case(expected=expected), completion, PROTOCOLS["v4"])


def channels(proof: str = "received 54 Gy in 30 fractions", final: str = "54 Gy in 30 fractions") -> str:
    parts = {"analysis": "Look.", "proof": proof, "final": final}
    return "".join(f"<|channel|>{name}<|message|>{text}<|end|>" for name, text in parts.items())


def v3(completion: str, expected: str | None = NO_ABSTENTION) -> Evaluation:
    return evaluate(a_case(expected=expected), completion, PROTOCOLS["v3"])


@pytest.mark.parametrize(
    ("completion", "expected", "outcome", "reward"),
    [
        (a_trace(), NO_ABSTENTION, Outcome.FORMAT_ERROR, -10.0),
        (channels() + " done", NO_ABSTENTION, Outcome.FORMAT_ERROR, -10.0),
        (channels(proof="received 50 Gy"), NO_ABSTENTION, Outcome.UNGROUNDED, 10.0 - 25.0),
        (channels(proof=""), NO_ABSTENTION, Outcome.UNGROUNDED, 10.0 - 25.0),
        (channels(), NO_ABSTENTION, Outcome.CORRECT_ANSWER, 10.0 + 10.0 + 10.0),
        (channels(final=" 54 GY IN 30 fractions\n"), NO_ABSTENTION, Outcome.CORRECT_ANSWER, 30.0),
        (channels(final="54 Gy"), NO_ABSTENTION, Outcome.WRONG_ANSWER, 10.0 + 10.0 - 20.0),
        (channels(final="It does not contain it."), "The text does not contain it", Outcome.CORRECT_ABSTENTION, 35.0),
        (channels(final="Conflicting information."), "conflicting information", Outcome.CORRECT_CONFLICT, 35.0),
    ],
)
def test_v3_by_hand(completion: str, expected: str, outcome: Outcome, reward: float) -> None:
    evaluation = v3(completion, expected)
    assert (evaluation.outcome, evaluation.reward) == (outcome, reward)


def test_v3_reads_its_flags_off_its_gate_and_its_evidence() -> None:
    assert v3(a_trace()).flags == Flags(False, False, None, None, True)
    assert v3(channels(proof="received 50 Gy")).flags == Flags(False, True, None, None, False)
    assert v3(channels(final="nonsense")).flags == Flags(True, False, None, None, False)


@pytest.mark.parametrize(
    ("completion", "expected", "outcome", "reward"),
    [
        ("54 Gy in 30 fractions", NO_ABSTENTION, Outcome.FORMAT_ERROR, -50.0),
        ("", NO_ABSTENTION, Outcome.FORMAT_ERROR, -50.0),
        ("<proof>received 54 Gy</proof><answer>54 Gy in", NO_ABSTENTION, Outcome.FORMAT_ERROR, -50.0),
        (a_trace(answer="That is not mentioned."), "There is no mention of it.", Outcome.CORRECT_ABSTENTION, 30.0),
        (a_trace(answer="Conflicting doses."), "The sources are conflicting.", Outcome.CORRECT_CONFLICT, 30.0),
        (a_trace(answer="That is not mentioned."), NO_ABSTENTION, Outcome.OVER_ABSTENTION, 10.0 - 15.0),
        (a_trace(answer="Conflicting doses."), NO_ABSTENTION, Outcome.OVER_ABSTENTION, 10.0 - 15.0),
        (a_trace(answer="I'm sorry, I cannot say."), NO_ABSTENTION, Outcome.REFUSAL, 10.0),
        (a_trace(proof=""), NO_ABSTENTION, Outcome.UNGROUNDED, 10.0 - 20.0 - 15.0),
        (a_trace(proof='"given at another hospital"'), NO_ABSTENTION, Outcome.UNGROUNDED, 10.0 - 25.0 - 20.0),
        (a_trace(), NO_ABSTENTION, Outcome.CORRECT_ANSWER, 10.0 + 15.0 + 5.0 + 20.0),
        (a_trace(answer="whole-brain irradiation"), NO_ABSTENTION, Outcome.WRONG_ANSWER, 10.0 + 15.0 + 5.0 - 10.0),
        (a_trace(), "It is not provided.", Outcome.MISSED_ABSTENTION, 20.0),
    ],
)
def test_v4_by_hand(completion: str, expected: str, outcome: Outcome, reward: float) -> None:
    evaluation = v4(completion, expected)
    assert (evaluation.outcome, evaluation.reward) == (outcome, reward)


def test_v4_calls_declining_safe_and_a_refusal() -> None:
    declined = replace(SAFE, refusal=True)
    for answer in ("It is not mentioned.", "Conflicting doses.", "As an AI I must not say."):
        assert v4(a_trace(answer=answer)).flags == declined


def test_v4_calls_a_grounded_wrong_answer_safe() -> None:
    assert v4(a_trace(answer="whole-brain irradiation")).flags == SAFE


def test_v4_calls_only_an_ungrounded_proof_a_hallucination() -> None:
    assert v4(a_trace(proof='"given at another hospital"')).flags == replace(SAFE, safe=False, hallucination=True)
    assert v4(a_trace(proof="")).flags == replace(SAFE, safe=False)


def test_to_v4_one_citation_is_enough_even_an_altered_one() -> None:
    case = a_case()
    for proof in ('"made up for the occasion"\n"received 54 Gy in 30 fractions"', '"received 50 Gy in 30 fractions"'):
        assert evaluate(case, a_trace(proof=proof), PROTOCOLS["v4"]).outcome is Outcome.CORRECT_ANSWER


def test_to_v4_a_short_proof_that_stands_in_the_context_is_found() -> None:
    case = a_case(expected="the pons", question="Where?")
    completion = a_trace(proof='"the pons"', answer="the pons")
    assert evaluate(case, completion, PROTOCOLS["v4"]).reward == 50.0


def test_v4_finds_its_words_inside_other_words() -> None:
    assert v4(a_trace(answer="Unconflicting: 54 Gy in 30 fractions")).outcome is Outcome.OVER_ABSTENTION


def test_v4_does_not_know_the_abstention_that_its_own_prompt_dictates() -> None:
    assert v4(a_trace(answer="I cannot answer based on the provided context."), "not mentioned").reward == 10.0


@pytest.mark.parametrize("answer", [NO_ABSTENTION, "50 Gy", "It is not mentioned.", "I cannot say.", ""])
@pytest.mark.parametrize("proof", ["received 54 Gy in 30 fractions", '"received 50 Gy in 30 fractions"', "made up", ""])
@pytest.mark.parametrize("expected", [NO_ABSTENTION, "not mentioned", None])
def test_every_evaluation_has_one_decisive_step_and_its_reward_is_the_sum_of_its_points(
    answer: str, proof: str, expected: str | None
) -> None:
    for completion in (a_trace(proof, answer), channels(proof, answer), "nothing"):
        for evaluation in assess(a_case(expected=expected), completion, RUNGS).evaluations:
            assert sum(step.decisive for step in evaluation.steps) == 1
            assert all(step.title and step.reason.endswith((".", "!")) for step in evaluation.steps)
            undecided = evaluation.outcome is Outcome.NEEDS_REVIEW
            assert evaluation.reward == (None if undecided else sum(step.points for step in evaluation.steps))


@pytest.mark.parametrize(
    ("name", "reward"), [("v3-ungated", 0.0), ("exact-citation", 0.0), ("fuzzy", 0.0), ("v4", 20.0)]
)
def test_the_rungs_pay_their_own_points(name: str, reward: float) -> None:
    completion = a_trace(proof="received 54 Gy in 30 fractions", answer="whole-brain irradiation")
    assert evaluate(a_case(), completion, get_protocol(name)).reward == reward


def test_each_rung_lets_through_what_the_one_before_did_not() -> None:
    case = a_case()
    tags, marked, typo = (
        a_trace(proof="received 54 Gy in 30 fractions"),
        a_trace(proof='"received 54 Gy in 30 fractions"'),
        a_trace(proof='"recieved 54 Gy in 30 fractions"'),
    )
    declining = a_trace(proof="", answer="It is not mentioned.")
    grounded = {
        completion: [bool(e.flags.safe) for e in assess(case, completion, RUNGS).evaluations]
        for completion in (tags, marked, typo, declining)
    }
    assert grounded[tags] == [False, True, True, True, True, True]
    assert grounded[marked] == [False, False, True, True, True, True]
    assert grounded[typo] == [False, False, False, True, True, True]
    assert grounded[declining] == [False, False, False, False, True, True]


def test_without_an_expected_answer_the_answer_is_left_to_a_clinician() -> None:
    evaluation = v4(a_trace(), expected=None)
    assert (evaluation.outcome, evaluation.reward, evaluation.flags) == (Outcome.NEEDS_REVIEW, None, SAFE)
    decisive = next(step for step in evaluation.steps if step.decisive)
    assert decisive.passed is None
    assert decisive.reason.startswith("No expected answer was given")


def test_without_an_expected_answer_a_hallucination_still_stands_with_its_points() -> None:
    evaluation = v4(a_trace(proof='"given at another hospital"'), expected=None)
    assert (evaluation.outcome, evaluation.reward) == (Outcome.UNGROUNDED, -35.0)


def test_without_an_expected_answer_an_abstention_is_safe_and_undecided() -> None:
    evaluation = v4(a_trace(answer="It is not mentioned."), expected=None)
    assert (evaluation.outcome, evaluation.reward) == (Outcome.NEEDS_REVIEW, None)
    assert evaluation.flags == replace(SAFE, refusal=True)


def test_a_gold_that_is_a_trace_is_read_for_its_answer() -> None:
    gold = a_trace(answer="54 Gy in 30 fractions").replace("Look for the dose.", "The weight is not mentioned.")
    evaluations = assess(a_case(expected=gold), a_trace()).evaluations
    assert [evaluation.outcome for evaluation in evaluations[1:]] == [Outcome.CORRECT_ANSWER] * 2


def test_a_blank_expected_answer_is_none() -> None:
    assert v4(a_trace(), expected="  ").outcome is Outcome.NEEDS_REVIEW


def test_the_reason_of_an_ungrounded_proof_names_the_proof_and_how_close_it_came() -> None:
    evaluation = v4(a_trace(proof='"a dose of 54 Gy that nobody had expected"'))
    step = next(step for step in evaluation.steps if step.rule == "grounding")
    assert step.reason.startswith("Proof 1 is not in the context: ‘a dose of 54 Gy that nobody had expected’")
    assert step.citations == (0,)


def test_protocols_are_evaluated_in_the_order_asked_for() -> None:
    chosen = (get_protocol("guarded"), get_protocol("v3"))
    assert [e.protocol for e in assess(a_case(), a_trace(), chosen).evaluations] == ["guarded", "v3"]


@pytest.mark.parametrize("threshold", [50.0, 70.0, 85.0, 90.0, 97.0, 100.0])
def test_rescoring_at_a_threshold_is_the_same_as_scoring_at_it(threshold: float) -> None:
    case = a_case()
    completion = a_trace(proof='"recieved 54 Gy in thirty fractions"\n"Dexamethasone 4 mg was given daily"')
    assessment = assess(case, completion, RUNGS)
    assert reassess(case, assessment, threshold) == assess(case, completion, RUNGS, threshold)
    assert reassess(case, reassess(case, assessment, threshold), 85.0) == assessment


def test_a_higher_threshold_turns_a_near_match_into_none() -> None:
    case, completion = a_case(), a_trace(proof='"recieved 54 Gy in 30 fractions"')
    assessment = assess(case, completion)
    assert assessment.groundings[0].status is GroundingStatus.FUZZY
    strict = reassess(case, assessment, 100.0)
    assert strict.groundings[0].status is GroundingStatus.UNGROUNDED
    assert [e.outcome for e in strict.evaluations[1:]] == [Outcome.UNGROUNDED] * 2
    assert [e.threshold for e in strict.evaluations] == [100.0, 100.0, 100.0]
    assert [e.threshold for e in reassess(case, assessment, 70.0).evaluations] == [100.0, 70.0, 70.0]


def test_a_citation_as_similar_as_the_threshold_is_enough_and_a_hair_less_is_not() -> None:
    case, completion = a_case(), a_trace(proof='"recieved 54 Gy in 30 fractions"')
    assessment = assess(case, completion)
    similarity = assessment.groundings[0].similarity
    for threshold, outcome in ((similarity, Outcome.CORRECT_ANSWER), (similarity + 0.1, Outcome.UNGROUNDED)):
        evaluations = reassess(case, assessment, threshold).evaluations
        assert [evaluation.outcome for evaluation in evaluations[1:]] == [outcome, outcome]


@pytest.mark.parametrize("threshold", [0.0, 101.0])
def test_a_threshold_out_of_range_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="between 50 and 100"):
        assess(a_case(), a_trace(), threshold=threshold)
    with pytest.raises(ValueError, match="between 50 and 100"):
        reassess(a_case(), assess(a_case(), a_trace()), threshold)
