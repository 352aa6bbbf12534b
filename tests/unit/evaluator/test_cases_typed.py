"""A case that a user types into the page."""

from evaluator.cases import FieldProblem, check_text, make_case
from evaluator.types import Behaviour


def test_good_texts_have_no_problems() -> None:
    assert check_text("She takes 4 mg.", "Which dose?") == ()
    assert check_text("She takes 4 mg.", "Which dose?", "4 mg") == ()


def test_each_field_gets_its_own_message() -> None:
    assert check_text(" \n", "", "x" * 20_001) == (
        FieldProblem("context", "must not be empty"),
        FieldProblem("question", "must not be empty"),
        FieldProblem("expected", "has 20,001 characters; 20,000 are allowed"),
    )


def test_over_long_texts_say_by_how_much() -> None:
    assert check_text("ä" * 1_048_577, "?" * 10_001) == (
        FieldProblem("context", "has 2,097,154 bytes; 2,097,152 (2 MB) are allowed"),
        FieldProblem("question", "has 10,001 characters; 10,000 are allowed"),
    )


def test_a_lone_surrogate_is_measured_and_replaced() -> None:
    assert check_text("a\ud800", "b\udfff") == ()
    case = make_case("a\ud800b", "c\udfff", "d\udc00")
    assert (case.context, case.question, case.expected) == ("a\ufffdb", "c\ufffd", "d\ufffd")


def test_the_texts_stay_as_they_were_typed() -> None:
    case = make_case(" She takes\u00a04 mg.\n", "Which dose? ")
    assert (case.context, case.question) == (" She takes\u00a04 mg.\n", "Which dose? ")


def test_without_an_expected_answer_nothing_is_inferred() -> None:
    for expected in (None, "", "  "):
        case = make_case("She takes 4 mg.", "Which dose?", expected)
        assert (case.expected, case.behaviour) == (None, None)


def test_the_expected_answer_tells_the_behaviour() -> None:
    case = make_case("She takes 4 mg.", "Which drug?", "<answer>The context does not contain it.</answer>")
    assert (case.expected, case.behaviour) == ("The context does not contain it.", Behaviour.ABSTAIN)


def test_the_same_texts_make_the_same_id_and_others_another() -> None:
    names = {make_case("a", "b").id, make_case("a", "b", None).id, make_case("a", "c").id, make_case("ab", "").id}
    assert len(names) == 3
