"""Honest quotes that are not verbatim: each must be found and none called altered."""

import pytest

from evaluator.types import GroundingStatus
from tests.unit.evaluator.grounding_cases import LETTER, PROTOCOL, TRIAL, grounded

FAMILIES = {
    "spelling": [(TRIAL, "DIPG is a fatal childhood tumor"), (PROTOCOL, "Hyponatremia was seen in some patients")],
    "abbreviation and long form": [
        ("The volumetric gait score (VGS) fell. VGS was low in May.", "The volumetric gait score was low in May"),
        ("The volumetric gait score (VGS) fell in the first week.", "The VGS fell in the first week"),
        (TRIAL, "median overall survival was 11.2 months"),
        (TRIAL, "PFS at 6 months was 41% in the treated arm"),
        (TRIAL, "diffuse intrinsic pontine glioma is a fatal childhood tumour"),
        (LETTER, "magnetic resonance imaging showed an expansile T2-hyperintense lesion"),
    ],
    "unit forms": [
        (TRIAL, "panobinostat 20 mg/m2 orally"),
        (TRIAL, "panobinostat 20 mg/m^2 orally"),
        (LETTER, "54Gy in 30 daily fractions of 1.8Gy"),
        (LETTER, "fifty-four gray in thirty daily fractions"),
        (TRIAL, "Median OS was 11.2 mo"),
        (PROTOCOL, "less than 60 ml per min"),
        (LETTER, "105 / 65 mmHg, temperature 36.8°C"),
    ],
    "number words and digits": [
        (LETTER, "1.8 Gy over 6 weeks"),
        (PROTOCOL, "infused intravenously every two weeks for twelve weeks"),
        (PROTOCOL, "in 2/53 children"),
        (TRIAL, "at least 75000/µL before each course"),
    ],
    "signs in words": [
        (PROTOCOL, "age at least 3 years and at most 21 years"),
        (PROTOCOL, "age >=3 years and <=21 years"),
        (PROTOCOL, "Lansky score ≥ 50 percent"),
        (TRIAL, "41 percent in the treated arm vs. 28 percent in the control arm"),
        (PROTOCOL, "below 50 x 10^9/L"),
    ],
    "frequency and route": [
        (TRIAL, "20 mg/m² by mouth 3 times per week"),
        (LETTER, "dexamethasone 2 mg b.i.d. should be tapered"),
        (LETTER, "omeprazole 10 mg daily continued"),
        (PROTOCOL, "is infused IV every 2 weeks"),
        (TRIAL, "reduced from 8 mg per day to 2 mg per day"),
    ],
    "grade and date forms": [
        (LETTER, "H3K27M-altered, WHO grade IV"),
        (TRIAL, "In this phase 2 trial (NCT 03416530)"),
        (LETTER, "seen with his mother on March 3, 2023"),
    ],
    "ranges": [(TRIAL, "patients aged 2 to 18 years received panobinostat"), (TRIAL, "95% CI 9.6 to 12.4")],
    "singular and plural": [
        (LETTER, "MRI showed an expansile T2-hyperintense lesions of the pons"),
        (LETTER, "The families must contact us immediately, unless it is after hours"),
    ],
    "articles": [(TRIAL, "Progression-free survival at 6 months was 41% in treated arm"), (LETTER, "lesion of pons")],
    "hyphens and line ends": [
        (TRIAL, "Reirradiation with 20 Gy in 10 frac-\ntions"),
        (LETTER, "expansile T2 hyper-intense lesion of the pons"),
        (TRIAL, "No treatment related deaths occurred"),
    ],
    "marks that say nothing": [
        (TRIAL, "Median OS was 11.2 months [12]"),
        (TRIAL, "Median OS[3,4] was 11.2 months"),
        (TRIAL, "1. Median OS was **11.2 months**"),
        (TRIAL, "- _Median OS_ was `11.2 months`"),
        (TRIAL, "(a) Median OS was 11.2 months (Table 2)"),
        (LETTER, "[The patient] has had progressive ataxia"),
        (LETTER, "Biopsy [sic] confirmed diffuse midline glioma"),
    ],
    "marked ellipsis": [
        (TRIAL, "The left facial palsy improved … the right abducens palsy persisted"),
        (LETTER, "focal radiotherapy, 54 Gy [...] over six weeks"),
        (LETTER, "MRI showed ... lesion of the pons without enhancement"),
        (LETTER, "… 54 Gy in 30 daily fractions …"),
    ],
    "typing errors": [
        (LETTER, "There is no hydrocephlaus"),
        (TRIAL, "assosiated with longer survival"),
        (LETTER, "an expansile T2-hyperintense leesion of the pons"),
        (LETTER, "There is is no hydrocephalus"),
    ],
    "contractions": [
        (LETTER, "Temozolomide isn't recommended outside a trial"),
        (LETTER, "He denies headache and hasn't vomited"),
        (LETTER, "There's no hydrocephalus"),
    ],
}


@pytest.mark.parametrize(
    ("context", "quote"),
    [pytest.param(*case, id=f"{family}: {case[1][:40]}") for family, cases in FAMILIES.items() for case in cases],
)
def test_an_honest_quote_holds(context: str, quote: str) -> None:
    grounding = grounded(quote, context)
    assert grounding.status in (GroundingStatus.EXACT, GroundingStatus.FUZZY), grounding
    assert grounding.alterations == ()
    assert grounding.similarity >= 85.0
