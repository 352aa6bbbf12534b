"""Every kind of alteration, as a colleague would tell it. Expected by hand."""

from __future__ import annotations

import pytest

from evaluator.grounding import ground
from evaluator.types import AlterationKind as Kind
from evaluator.types import Citation, CitationKind, Span

CONTEXT = (
    "The boy received 54 Gy in 30 fractions over six weeks, and no relapse was seen. Dexamethasone 2 mg was given "
    "orally twice daily before surgery. The left arm is weaker than before. Grade 3 rash occurred in most patients; "
    "the dose may be increased if platelets are ≥ 100 × 10⁹/L. ACVR1 was mutated in the sample."
)
CASES = [
    ("The boy received 50 Gy in 30 fractions", Kind.NUMBER, "50", "54", "The quote says 50 Gy, the source 54 Gy."),
    ("The boy received 54 cGy in 30 fractions", Kind.UNIT, "cGy", "Gy", "The quote says 54 cGy, the source 54 Gy."),
    ("over six weeks, and a relapse was seen", Kind.NEGATION, "", "no", "The quote leaves out “no”."),
    ("ACVR2 was mutated in the sample", Kind.NAME, "ACVR2", "ACVR1", "The quote says “ACVR2”, the source “ACVR1”."),
    (
        "the dose may be decreased if platelets are ≥ 100 × 10⁹/L",
        Kind.DIRECTION,
        "decreased",
        "increased",
        "The quote says “decreased”, the source “increased”.",
    ),
    ("The right arm is weaker than before", Kind.SIDE, "right", "left", "The quote says “right”, the source “left”."),
    (
        "Dexamethasone 2 mg was given orally once daily before surgery",
        Kind.FREQUENCY,
        "once daily",
        "twice daily",
        "The quote says “once daily”, the source “twice daily”.",
    ),
    (
        "Dexamethasone 2 mg was given rectally twice daily before surgery",
        Kind.ROUTE,
        "rectally",
        "orally",
        "The quote says “rectally”, the source “orally”.",
    ),
    (
        "Grade 4 rash occurred in most patients",
        Kind.GRADE,
        "4",
        "3",
        "The quote says Grade 4, the source Grade 3.",
    ),
    (
        "the dose may be increased if platelets are ≤ 100 × 10⁹/L",
        Kind.COMPARATOR,
        "≤",
        "≥",
        "The quote says “≤”, the source “≥”.",
    ),
    (
        "Dexamethasone 2 mg was given orally twice daily after surgery",
        Kind.ORDER,
        "after",
        "before",
        "The quote says “after”, the source “before”.",
    ),
    (
        "Grade 3 rash occurred in all patients",
        Kind.QUANTIFIER,
        "all",
        "most",
        "The quote says “all”, the source “most”.",
    ),
    (
        "the dose must be increased if platelets are ≥ 100 × 10⁹/L",
        Kind.MODALITY,
        "must",
        "may",
        "The quote says “must”, the source “may”.",
    ),
    (
        "The boy received 54 Gy over six weeks, and no relapse was seen",
        Kind.OMISSION,
        "",
        "in 30 fractions",
        "The quote leaves out “in 30 fractions”.",
    ),
    (
        "The boy received 54 Gy, and no relapse was seen",
        Kind.OMISSION,
        "",
        "in 30 fractions over six weeks",
        "The quote leaves out “in 30 fractions over six weeks”.",
    ),
    (
        "The boy received 54 Gy in 30 fractions of 1.8 Gy over six weeks",
        Kind.INSERTION,
        "1.8 Gy",
        "",
        "The quote adds “1.8 Gy”, which the source does not say here.",
    ),
    (
        "Grade 3 fever occurred in most patients",
        Kind.WORD,
        "fever",
        "rash",
        "The quote says “fever”, the source “rash”.",
    ),
]


@pytest.mark.parametrize(("quote", "kind", "cited", "source", "message"), CASES)
def test_an_alteration_is_told_with_its_kind_words_and_places(
    quote: str, kind: Kind, cited: str, source: str, message: str
) -> None:
    found = ground(Citation(0, quote, Span(0, len(quote)), CitationKind.QUOTED), CONTEXT).alterations
    assert [(a.kind, a.cited, a.source, a.message) for a in found] == [(kind, cited, source, message)]
    (alteration,) = found
    assert quote[alteration.citation_span.start : alteration.citation_span.end] == cited
    assert CONTEXT[alteration.context_span.start : alteration.context_span.end] == source


def test_every_kind_has_its_case() -> None:
    assert {kind for _, kind, _, _, _ in CASES} == set(Kind)


def test_of_two_passages_the_one_with_fewer_alterations_is_told() -> None:
    context = (
        "Arm A received 54 Gy in 30 fractions of radiotherapy. Arm B received 50 Gy in 25 fractions of radiotherapy."
    )
    quote = "Arm B received 50 Gy in 25 fractions of radiotherapy."
    found = ground(Citation(0, quote, Span(0, len(quote)), CitationKind.QUOTED), context)
    assert found.alterations == ()
    assert found.span == Span(54, 107)
