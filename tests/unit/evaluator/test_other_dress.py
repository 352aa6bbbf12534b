"""One thing in another dress, and what only looks like it."""

from __future__ import annotations

import pytest

from evaluator.grounding import ground
from evaluator.types import Citation, CitationKind, GroundingStatus, Span

CONTEXT = """Girl, 9 years, with a diffuse midline glioma of the pons. She survived 4 years after diagnosis.
The infusion began at 14:30 and ran for 1430 hours in all. We shall see her in a fortnight; nobody objected.
Temozolomide 150 mg/m² was given; platelets were 90 × 10⁹/L and the heart rate was 88/min.
The tumour measured 38 × 35 × 41 mm at the level of the pons. On day 1 and 2 mg of dexamethasone followed.
She was treated without surgery and fourteen times with morphine, and was harmless to herself.
The lateral ventricles are of normal size. Resection was not planned.
C-reactive matters aside, CRP 12 mg/L. ALT lengthening of telomeres was found with loss of ATRX.
Plan:
- Dexamethasone 2 mg
- 5 mL of omeprazole solution
- Physiotherapy every day
"""


def holds(quote: str) -> bool:
    found = ground(Citation(0, quote, Span(0, len(quote)), CitationKind.QUOTED), CONTEXT)
    return found.status in (GroundingStatus.EXACT, GroundingStatus.FUZZY)


@pytest.mark.parametrize(
    "quote",
    [
        "The infusion began at 14h30 and ran for 1430 hours in all.",
        "The infusion began at 14.30 h and ran for 1430 hours in all.",
        "The infusion began at 1430 hrs and ran for 1430 hours in all.",
        "The infusion began at 14:30:00 and ran for 1430 hours in all.",
        "Girl, aged 9, with a diffuse midline glioma of the pons.",
        "Girl, 9 years old, with a diffuse midline glioma of the pons.",
        "We will see her in two weeks; no one objected.",
        "Temozolomide 150 mg m⁻² was given; platelets were 90 × 10⁹ L⁻¹ and the heart rate was 88 min⁻¹.",
        "The tumour measured 38 mm × 35 mm × 41 mm at the level of the pons.",
        "The tumour measured 38 × 35 × 41 mms at the level of the pons.",
        "The tumour measured 38 × 35 × 41 mm at the at the level of the pons.",
        "C-reactive matters aside, C-reactive protein 12 mg/L.",
        "The lateral ventricles are of norm…",
        "The lateral ventricles are of norm [...]",
        "Dexamethasone 2 mg; 5 mL of omeprazole solution / Physiotherapy every day",
    ],
)
def test_another_dress_says_the_same(quote: str):
    assert holds(quote)


@pytest.mark.parametrize(
    "quote",
    [
        "The infusion began at 14h40 and ran for 1430 hours in all.",
        "The infusion began at 14:30:30 and ran for 1430 hours in all.",
        "The infusion began at 14:30 and ran for 14:30 in all.",
        "She survived 4 years old after diagnosis.",
        "She survived aged 4 after diagnosis.",
        "We will see her in three weeks; nobody objected.",
        "Temozolomide 150 mg m² was given; platelets were 90 × 10⁹/L",
        "Temozolomide 150 mg m⁻³ was given; platelets were 90 × 10⁹/L",
        "platelets were 90 × 10⁹ L⁻² and the heart rate was 88/min.",
        "the heart rate was 88 min.",
        "The tumour measured 38 mm × 35 cm × 41 mm at the level of the pons.",
        "The tumour measured 38 × 35 × 41 cms at the level of the pons.",
        "She survived 4 years, 4 years after diagnosis.",
        "On day 1 mg and 2 mg of dexamethasone followed.",
        "The tumour measured 38 × 35 × 41 mm not at the not at the level of the pons.",
        "ALT is alanine aminotransferase",
        "alanine aminotransferase lengthening of telomeres was found with loss of ATRX.",
        "She was treated with…",
        "She was treated without surgery and four…",
        "and was harm…",
        "She was treated without surgery and fourteen times with morphine, and was harm …",
        "Resec…",
        "Dexamethasone 2 mg / 5 mL of omeprazole solution",
        "The lateral / ventricles are of normal size.",
    ],
)
def test_what_only_looks_like_another_dress_is_a_change(quote: str):
    assert not holds(quote)


def test_a_note_in_brackets_is_no_list_number():
    context = "The dose was 54 Gy in 30 fractions.\n\nC. INFORMATION\nThe study has closed."
    quote = "The dose was 54 Gy in 30 fractions. [retracted]"
    found = ground(Citation(0, quote, Span(0, len(quote)), CitationKind.LINE), context)
    assert found.status not in (GroundingStatus.EXACT, GroundingStatus.FUZZY)
