"""Fine points of the rules that seeded defects showed to be untested (see tests/mutation)."""

from __future__ import annotations

import pytest

from evaluator.alterations import find_alterations
from evaluator.evaluate import assess
from evaluator.types import AlterationKind, Case, Evaluation
from tests.builders import CONTEXT, a_trace


def kinds(cited: str, source: str) -> list[AlterationKind]:
    return [alteration.kind for alteration in find_alterations(cited, source)]


@pytest.mark.parametrize(
    ("cited", "source"),
    [
        ("it was 5 ± 1 months", "it was 5 +/- 1 months"),
        ("three thousand children", "3,000 children"),
        ("three million children", "3,000,000 children"),
        ("two billion cells", "2,000,000,000 cells"),
        ("Findings a mass of the pons and oedema", "Findings\n1. a mass of the pons and\n2. oedema"),
    ],
)
def test_what_reads_alike_is_no_alteration(cited: str, source: str) -> None:
    assert kinds(cited, source) == []


@pytest.mark.parametrize(
    ("cited", "source", "kind"),
    [
        ("contrast was [not] seen", "contrast was seen", AlterationKind.NEGATION),
        ("three thousand children", "2,997 children", AlterationKind.NUMBER),
        ("The total was. Then it stopped.", "The total was\n30. Then it stopped.", AlterationKind.NUMBER),
    ],
)
def test_what_reads_otherwise_is_an_alteration(cited: str, source: str, kind: AlterationKind) -> None:
    assert kinds(cited, source) == [kind]


def test_an_article_that_is_part_of_a_compound_is_not_dropped() -> None:
    assert kinds("blood of hepatitis positive donors", "blood of hepatitis a-positive donors") != []


def reasons(evaluation: Evaluation, rule: str) -> str:
    return " ".join(step.reason for step in evaluation.steps if step.rule == rule)


def judge(proof: str) -> dict[str, Evaluation]:
    case = Case("1", CONTEXT, "What total dose was given?", "54 Gy in 30 fractions")
    return {evaluation.protocol: evaluation for evaluation in assess(case, a_trace(proof)).evaluations}


def test_the_nearest_of_several_lost_proofs_is_counted_from_one() -> None:
    proof = '"Vincristine is given every second Tuesday"\n"received a total of 70 Gy in seven long fractions instead"'
    assert "the nearest is proof 2" in reasons(judge(proof)["v4"], "grounding")


def test_each_altered_proof_is_named_once() -> None:
    proof = '"received 50 Gy in 30 fractions"\n"received 54 Gy in 20 fractions"'
    reason = reasons(judge(proof)["guarded"], "grounding")
    assert reason.startswith("Proof 1 changes its source:")
    assert reason.endswith("So does proof 2.")
