"""An answer beside the expected one, and V4's measure of it."""

from __future__ import annotations

import pytest

from evaluator.answers import Verdict, compare, found_similarity

AGREEING = (
    ("54 Gy", "54 Gy.", ""),
    ("5400 cGy in 30 fractions", "54 Gy in 30 fractions", ""),
    ("fifty-four gray in thirty fractions", "54 Gy in 30 fractions", ""),
    ("30 percent", "30%", ""),
    ("1.5 years", "18 months", ""),
    ("0.5 g", "500 mg", ""),
    ("16 weeks", "112 days", ""),
    ("The median overall survival was 11.2 months.", "11.2 months", "What was the median overall survival?"),
    ("11.2 months", "The median overall survival was 11.2 months.", "What was the median overall survival?"),
    ("It was H3K27M.", "H3 K27M", "Which mutation?"),
    ("Grade IV", "Grade 4", ""),
    ("no leptomeningeal spread", "There was no evidence of leptomeningeal spread.", ""),
    ("No", "No: the guideline forbids biopsy.", "May a biopsy be taken?"),
    ("Acetazolamide 8 mg/kg orally tid", "Acetazolamide 8 mg/kg by mouth three times a day", ""),
    ("She did not receive 50 Gy, she received 54 Gy", "54 Gy", ""),
    ("54 Gy without chemotherapy", "54 Gy", ""),
    ("left and right", "right and left", ""),
)
CONTRADICTING = (
    ("50 Gy in 30 fractions", "54 Gy in 30 fractions", ""),
    ("54 cGy", "54 Gy", ""),
    ("20 mg/m² daily", "20 mg/m² weekly", ""),
    ("45 mg/m² twice daily, each week", "45 mg/m² twice weekly, each week", ""),
    ("not 54 Gy", "54 Gy", ""),
    ("She did not receive temozolomide.", "temozolomide", ""),
    ("temozolomide", "panobinostat", "Which drug?"),
    ("vincristine", "temozolomide", "Was it vincristine or temozolomide?"),
    ("Dexamethasone", "Acetazolamide; dexamethasone is not used.", "Which drug?"),
    ("H3.3 G34R", "H3 K27M", "Which mutation?"),
    ("left", "right", "On which side?"),
    ("The tumour was not enhancing", "The tumour was enhancing", ""),
    ("Leptomeningeal spread was seen", "There was no leptomeningeal spread", ""),
    ("Yes", "No: the guideline forbids biopsy.", "May a biopsy be taken?"),
    ("The cells are not given without lymphodepletion", "The cells are given without lymphodepletion", ""),
    ("21 March", "14 March", "When?"),
    ("Grade 3", "Grade 4", ""),
    ("stable disease", "partial response", ""),
    ("orally", "intravenously", "By which route?"),
    ("survival was shorter", "survival was longer", ""),
)
UNDECIDED = (
    ("54 Gy", "54 Gy in 30 fractions", ""),
    ("brainstem", "pons", "Where?"),
    ("13.3 mg", "13.33 mg", ""),
    ("H3.1: 15.8 months, H3.3: 9.1 months", "H3.3: 15.8 months, H3.1: 9.1 months", ""),
    ("Biopsy is left to the surgeon.", "No: the guideline forbids biopsy.", "May a biopsy be taken?"),
    ("", "54 Gy", ""),
)


@pytest.mark.parametrize(("answer", "expected", "question"), AGREEING)
def test_the_same_in_other_words_agrees(answer: str, expected: str, question: str) -> None:
    assert compare(answer, expected, question).verdict is Verdict.AGREES


@pytest.mark.parametrize(("answer", "expected", "question"), CONTRADICTING)
def test_another_number_unit_name_side_or_denial_contradicts(answer: str, expected: str, question: str) -> None:
    assert compare(answer, expected, question).verdict is Verdict.CONTRADICTS


@pytest.mark.parametrize(("answer", "expected", "question"), UNDECIDED)
def test_what_no_rule_can_tell_is_undecided(answer: str, expected: str, question: str) -> None:
    assert compare(answer, expected, question).verdict is Verdict.UNDECIDED


def test_the_reason_names_both_sides() -> None:
    assert compare("50 Gy", "54 Gy").reason == "says ‘50 Gy’ where ‘54 Gy’ is expected"


@pytest.mark.parametrize(
    ("expected", "answer", "similarity"),
    [
        ("54 Gy", "54 Gy", 100.0),
        (" 54 GY ", "The dose was 54 gy in all.", 100.0),
        ("54 Gy", "50 Gy", 80.0),  # four of five characters: to V4 a right answer
        ("abcd", "xyz", 0.0),
        ("54 Gy", "", 0.0),
        ("", "", 100.0),
    ],
)
def test_v4_measures_how_much_of_the_expected_answer_is_found(expected: str, answer: str, similarity: float) -> None:
    assert found_similarity(expected, answer) == pytest.approx(similarity)


def test_letters_scattered_over_a_long_answer_are_not_the_expected_answer() -> None:
    assert found_similarity("panobinostat", "pa" + "x" * 50 + "nobi" + "y" * 50 + "nostat") < 80.0
