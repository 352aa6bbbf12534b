"""Numbers with units, made equal where they are, and the statements of an answer that its quotes do not bear out."""

from __future__ import annotations

import pytest

from evaluator.measures import may_be_computed, read_measures, same_amount
from evaluator.support import Sources, find_unsupported

CONTEXT = "He received 54 Gy in 30 fractions with temozolomide 75 mg/m² daily. There was no leptomeningeal spread."


def sources(
    *evidence: str, expected: str | None = None, question: str = "", calculated: bool = False, context: str = CONTEXT
) -> Sources:
    return Sources(evidence, context, question, expected, calculated)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("54 Gy", "5400 cGy"),
        ("2 mg", "2000 mcg"),
        ("1.5 L", "1500 mL"),
        ("3.5 cm", "35 mm"),
        ("2 weeks", "14 days"),
        ("2 years", "24 months"),
        ("0.075 g/m²", "75 mg/m2"),
        ("30 per cent", "30%"),
        ("1,000 mg", "1 g"),
        ("12 of them", "12"),
    ],
)
def test_amounts_are_equal_in_any_unit(one: str, other: str) -> None:
    assert same_amount(read_measures(one)[0], read_measures(other)[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("54 Gy", "54 cGy"),
        ("4 weeks", "1 month"),
        ("75 mg", "75 mg/m²"),
        ("75 mg daily", "75 mg weekly"),
        ("30 %", "30 Gy"),
        ("1.1", "11"),
    ],
)
def test_amounts_of_another_size_or_kind_differ(one: str, other: str) -> None:
    assert not same_amount(read_measures(one)[0], read_measures(other)[0])


def test_the_first_number_of_a_range_takes_the_unit_of_the_second() -> None:
    assert [measure.dimension for measure in read_measures("12–14 months")] == ["months", "months"]


@pytest.mark.parametrize(("result", "possible"), [("1.8 Gy", True), ("84", True), ("7 Gy", False)])
def test_one_step_of_arithmetic_cannot_be_ruled_out(result: str, possible: bool) -> None:
    given = read_measures("54 Gy in 30 fractions")
    assert may_be_computed(read_measures(result)[0], given) is possible


def test_what_is_quoted_is_borne_out() -> None:
    quote = "He received 54 Gy in 30 fractions"
    assert find_unsupported("5400 cGy, thirty fractions", sources(quote)) == ()


def test_a_number_that_is_not_quoted_is_not_borne_out() -> None:
    (found,) = find_unsupported("54 Gy", sources("no leptomeningeal spread"))
    assert (found.text, found.computable) == ("54 Gy", False)
    assert found.reason == "says ‘54 Gy’, which stands in the context, but in no quote"


def test_a_bare_number_does_not_bear_out_one_with_a_unit() -> None:
    (found,) = find_unsupported("3 mg", sources("toxicity of grade 3 was seen"))
    assert found.text == "3 mg"


def test_a_column_and_its_heading_bear_out_a_number_with_its_unit() -> None:
    table = sources("Group | Median survival, months", "A | 11.8")
    assert find_unsupported("11.8 months", table) == ()


def test_a_name_that_is_not_quoted_is_not_borne_out() -> None:
    (found,) = find_unsupported("temozolomide", sources("He received 54 Gy"))
    assert found.reason == "names ‘temozolomide’, which stands in the context, but in no quote"


def test_what_the_question_says_needs_no_quote() -> None:
    assert find_unsupported("ONC201 at 625 mg", sources("x", question="Is ONC201 given at 625 mg?")) == ()


def test_a_denial_of_a_quote_is_not_borne_out() -> None:
    quote = "The tumour showed leptomeningeal spread"
    (found,) = find_unsupported("The tumour showed no leptomeningeal spread", sources(quote))
    assert found.reason.startswith("denies what its quote says")


def test_the_expected_answer_bears_out_a_result_that_stands_nowhere_in_the_context() -> None:
    assert find_unsupported("1.8 Gy", sources("54 Gy", expected="1.8 Gy")) == ()


def test_the_expected_answer_does_not_bear_out_what_could_have_been_quoted() -> None:
    assert len(find_unsupported("54 Gy", sources("no spread", expected="54 Gy"))) == 1
    assert find_unsupported("54 Gy", sources("no spread", expected="54 Gy", calculated=True)) == ()


def test_numbers_of_a_list_and_counting_words_are_no_statements() -> None:
    assert find_unsupported("1. He received 54 Gy\n2. one of them", sources("He received 54 Gy")) == ()


def test_only_the_first_twenty_are_named() -> None:
    assert len(find_unsupported(" ".join(f"{n} mg" for n in range(100, 200)), sources("54 Gy"))) == 20
