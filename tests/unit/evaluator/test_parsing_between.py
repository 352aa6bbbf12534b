"""Words between two quotes of a proof: what leads from one to the other, and what says more."""

from __future__ import annotations

import pytest

from tests.unit.evaluator.parsing_reads import in_proof

FIRST, SECOND = "“The dose was 54 Gy.”", "“She is well and at home.”"


def citations(proof: str) -> list[str]:
    trace = in_proof(proof)
    return [citation.text for citation in trace.citations]


@pytest.mark.parametrize(
    "between",
    [" – again: ", " … (earlier:) ", " (further down) ", " [later in the text:] ", "; see also ", " … (see above:) "],
)
def test_words_that_lead_from_one_quote_to_the_next_claim_nothing(between: str):
    assert citations(f"{FIRST}{between}{SECOND}") == ["The dose was 54 Gy.", "She is well and at home."]


@pytest.mark.parametrize(
    "remark",
    [
        "This sentence answers the question directly.",
        "— the passage that answers the question",
        "The quote above addresses the question fully.",
        "(exact wording of the document)",
    ],
)
@pytest.mark.parametrize("gap", [" ", "\n"])
def test_a_remark_about_the_quote_claims_nothing(remark: str, gap: str):
    assert citations(f"{FIRST}{gap}{remark}") == ["The dose was 54 Gy."]


@pytest.mark.parametrize(
    "said",
    [
        "This sentence answers the question: the dose is 60 Gy.",
        "The passage that excludes a relapse.",
        "They answered the question directly.",
        "The patient answers the question directly.",
        "This answers why she died.",
        "Not directly.",
    ],
)
def test_a_remark_with_a_claim_in_it_is_evidence(said: str):
    assert len(citations(f"{FIRST} {said}")) > 1


@pytest.mark.parametrize(
    "between", [" again ", " earlier: ", " later ", " (earlier, before surgery:) ", " (again 60 Gy:) "]
)
def test_a_time_between_two_quotes_is_evidence(between: str):
    assert len(citations(f"{FIRST}{between}{SECOND}")) > 2


def test_a_time_before_the_only_quote_is_evidence():
    assert len(citations(f"(earlier:) {SECOND}")) == 2
