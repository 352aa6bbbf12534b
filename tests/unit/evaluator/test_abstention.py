"""What an answer does, in the many ways in which answers say it."""

from __future__ import annotations

import pytest

from evaluator.abstention import StanceKind, read_stance

ABSTENTIONS = (
    "I cannot answer based on the provided context.",
    "I can’t answer this from the given text.",
    "The context does not mention the dose.",
    "The provided context doesn't contain information on the patient's weight, height or BMI.",
    "**Not stated.**",
    "Not mentioned in the report",
    "unknown",
    "This cannot be determined from the letter.",
    "It is not possible to say from the given text, because it only covers the first 54 Gy.",
    "There is no information in the context about this.",
    "No mention of a biopsy is made.",
    "The information is missing.",
    "I do not have enough information to answer.",
    "I don't know.",
    "The trial did not report overall survival.",
    "The passage lists doses for the trial. The survival is not reported.",
    "The dose is not stated; only the number of fractions (30) is given.",
    "The answer cannot be found in the context. Therefore, I cannot answer.",
    "The text says nothing about steroids.",
    "The context discusses age and sex, but does not mention survival.",
)
ANSWERS = (
    "54 Gy in 30 fractions",
    "The context does not mention the dose, but the standard is 54 Gy.",
    "Although the context does not mention the dose, the usual dose is 54 Gy in 30 fractions.",
    "The context does not mention the dose. It is 54 Gy.",
    "The context does not provide the dose; however, the dose was 54 Gy.",
    "Diffuse glioma, not otherwise specified",
    "Dexamethasone was not given.",
    "No evidence of leptomeningeal spread.",
    "H3 K27M was not found in the tumour.",
    "None: the cells are given without lymphodepletion.",
    "No: the guideline forbids biopsy for any purpose.",
    "The patient cannot say words.",
    "The drug chart states no known drug allergies.",
    "Knotmentioned 54 Gy",
    "",
)
REFUSALS = (
    "I'm sorry, but I can't help with that.",
    "As an AI language model I cannot provide medical advice.",
    "I am unable to give clinical recommendations.",
    "Please consult your oncologist.",
    "I do not have access to patient records.",
)
CONFLICTS = (
    "The sources disagree: 54 Gy in the letter and 59.4 Gy in the note.",
    "The context contains conflicting information on the dose.",
    "The two reports do not agree.",
    "There is a discrepancy between the letter and the chart.",
    "The letter contradicts the drug chart, so the dose cannot be determined.",
    "The letter is inconsistent with the tumour board note.",
)
NO_CONFLICTS = (
    "There is no conflict between the sources; the dose was 54 Gy.",
    "The results are consistent and do not conflict with each other.",
    "The authors report no conflict of interest; survival was 11 months.",
    "Findings inconsistent with pseudoprogression",
    "54 Gy, without any discrepancy between the records",
)
UNCLEAR = (
    "The dose was 54 Gy. The number of fractions is not mentioned.",
    "The context doesn't mention survival. Panobinostat was used.",
)


@pytest.mark.parametrize("answer", ABSTENTIONS)
def test_an_abstention_is_recognised_in_other_words_too(answer: str) -> None:
    assert read_stance(answer).kind is StanceKind.ABSTAINS


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_no_abstention_even_after_a_disclaimer(answer: str) -> None:
    assert read_stance(answer).kind is StanceKind.ANSWERS


@pytest.mark.parametrize("answer", REFUSALS)
def test_a_refusal_is_not_an_abstention(answer: str) -> None:
    assert read_stance(answer).kind is StanceKind.REFUSES


@pytest.mark.parametrize("answer", CONFLICTS)
def test_a_conflict_is_recognised_in_other_words_too(answer: str) -> None:
    assert read_stance(answer).kind is StanceKind.REPORTS_CONFLICT


@pytest.mark.parametrize("answer", NO_CONFLICTS)
def test_a_denied_conflict_is_none(answer: str) -> None:
    assert read_stance(answer).kind is StanceKind.ANSWERS


@pytest.mark.parametrize("answer", UNCLEAR)
def test_what_can_be_read_both_ways_is_unclear(answer: str) -> None:
    assert read_stance(answer).kind is StanceKind.UNCLEAR


def test_the_phrase_that_shows_it_is_named() -> None:
    assert read_stance("Sadly, the context does not mention it.").phrase == "context does not mention"


def test_apologising_for_an_answer_is_no_refusal() -> None:
    assert read_stance("I'm sorry to say that the median survival was 9 months.").kind is StanceKind.ANSWERS
