from dipg_ui.views.explore import differ_sentence
from evaluator.evaluate import assess
from evaluator.types import Outcome
from tests.unit.views.builders import a_case, an_assessment, an_evaluation

CORRECT = Outcome.CORRECT_ANSWER


def test_without_evaluations_there_is_nothing_to_say() -> None:
    assert differ_sentence(an_assessment()) == ""


def test_agreement_is_said_once_with_its_reason() -> None:
    three = [an_evaluation(name, CORRECT, "The answer equals the expected one.") for name in ("v3", "v4", "guarded")]
    assert differ_sentence(an_assessment("", (), *three)) == (
        "All three protocols agree on correct answer: the answer equals the expected one."
    )


def test_the_one_that_parts_is_named_with_its_reason() -> None:
    sentence = differ_sentence(
        an_assessment(
            "",
            (),
            an_evaluation("v3", Outcome.FORMAT_ERROR, "V3 reads no further."),
            an_evaluation("v4", CORRECT),
            an_evaluation("guarded", CORRECT),
        )
    )
    assert sentence == "V4 and Guarded agree on correct answer; V3 says format error: V3 reads no further."


def test_when_guarded_stands_alone_its_reason_is_given() -> None:
    sentence = differ_sentence(
        an_assessment(
            "",
            (),
            an_evaluation("v3", CORRECT),
            an_evaluation("v4", CORRECT),
            an_evaluation("guarded", Outcome.ALTERED_QUOTE, "Proof 1 says 50 Gy, its source 54 Gy."),
        )
    )
    assert sentence == (
        "V3 and V4 say correct answer, but Guarded says altered quote: proof 1 says 50 Gy, its source 54 Gy."
    )


def test_a_reason_of_several_sentences_gives_its_first_and_quotes_stay_whole() -> None:
    reason = "Proof 1 is not there: ‘Stop. Then go’. Proof 2 neither."
    sentence = differ_sentence(an_assessment("", (), an_evaluation("guarded", Outcome.UNGROUNDED, reason)))
    assert sentence.endswith("proof 1 is not there: ‘Stop. Then go’.")


def test_a_changed_dose_parts_the_protocols_of_a_real_trace() -> None:
    case = a_case("The boy received a total dose of 54 Gy in 30 fractions of 1.8 Gy each.", expected="54 Gy")
    text = "<think>t</think><proof>“a total dose of 50 Gy in 30 fractions of 1.8 Gy each”</proof><answer>54 Gy</answer>"
    sentence = differ_sentence(assess(case, text))
    assert "Guarded says altered quote" in sentence
    assert "50" in sentence
    assert "54" in sentence
