"""Quotes that say something else than their source: none may hold, however similar."""

import pytest

from evaluator.types import AlterationKind as Kind
from evaluator.types import GroundingStatus
from tests.unit.evaluator.grounding_cases import LETTER, PROTOCOL, TRIAL, grounded

FAMILIES = {
    "number": [
        (LETTER, "54 Gy in 33 daily fractions of 1.8 Gy"),
        (TRIAL, "Median OS was 112 months"),
        (TRIAL, "patients aged 2–8 years received panobinostat"),
        (TRIAL, "41% in the control arm versus 28% in the treated arm"),
        (TRIAL, "28% in the treated arm versus 41% in the control arm"),
        (PROTOCOL, "Platelets fell below 50 × 10⁶/L"),
        (LETTER, "seen with his mother on 13 March 2023"),
        (LETTER, "temperature 38.6 °C"),
    ],
    "near words": [
        ("The level was 11.2 mmol/L on the day.", "The level was 11.2 µmol/L on the day"),
        ("He came back in June with his mother.", "He came back in July with his mother"),
        ("She has five lesions in the pons.", "She has fine lesions in the pons"),
        ("The child was asymptomatic at birth.", "The child was symptomatic at birth"),
        ("A typical lesion of the pons was seen.", "Atypical lesion of the pons was seen"),
        ("The lesion was in operable condition.", "The lesion was inoperable condition"),
    ],
    "unit": [
        (TRIAL, "Median OS was 11.2 weeks"),
        (TRIAL, "panobinostat 20 mg orally three times weekly"),
        (LETTER, "54 cGy in 30 daily fractions"),
        (PROTOCOL, "amlodipine 0.1 mg once daily"),
    ],
    "negation": [
        (LETTER, "Temozolomide is recommended outside a trial"),
        (LETTER, "There is hydrocephalus and no more"),
        (LETTER, "He denies headache and has vomited"),
        (TRIAL, "ACVR1 mutations were not associated with longer survival"),
        (LETTER, "lesion of the pons with enhancement"),
        (LETTER, "MGMT promoter was methylated"),
    ],
    "negation just outside": [
        (LETTER, "recommended outside a trial"),
        (LETTER, "headache and has not vomited"),
        (TRIAL, "treatment-related deaths occurred"),
        (PROTOCOL, "prior chemotherapy. Nimotuzumab 150 mg/m²"),
        (TRIAL, "longer survival, whereas TP53 mutations were"),
    ],
    "name": [
        (TRIAL, "patients aged 2–18 years received vorinostat"),
        (TRIAL, "patients aged 2–18 years received pabinostat"),
        (LETTER, "He takes ONC206 orally once weekly"),
        (LETTER, "H3 K27I-altered, WHO grade 4"),
        (TRIAL, "In this phase II trial (NCT03416531)"),
        (TRIAL, "TP53 mutations were associated with longer survival"),
    ],
    "direction and prefix": [
        (PROTOCOL, "Hypotension above 140/90 mmHg is managed"),
        (PROTOCOL, "the dose is increased by 25%"),
        (PROTOCOL, "Hypernatraemia was seen in some patients"),
    ],
    "side": [
        (TRIAL, "The right facial palsy improved"),
        (LETTER, "right-sided weakness for approximately three weeks"),
    ],
    "frequency and route": [
        (LETTER, "Dexamethasone 2 mg once daily should be tapered"),
        (TRIAL, "20 mg/m² orally three times daily"),
        (TRIAL, "20 mg/m² intravenously three times weekly"),
    ],
    "grade and phase": [
        (LETTER, "H3 K27M-altered, WHO grade 2"),
        (TRIAL, "In this phase III trial (NCT03416530)"),
        (TRIAL, "had grade 3 or lower thrombocytopenia"),
    ],
    "comparator": [
        (PROTOCOL, "age > 3 years and ≤ 21 years"),
        (PROTOCOL, "Hypertension below 140/90 mmHg is managed"),
        (TRIAL, "Platelets must be 75,000/µL before each course"),
        (TRIAL, "75,000/µL before each course"),
        (LETTER, "left-sided weakness for three weeks"),
    ],
    "order": [
        (PROTOCOL, "Steroids were started after surgery"),
        (TRIAL, "panobinostat 20 mg/m² orally three times weekly before radiotherapy"),
    ],
    "quantifier and conjunction": [
        (LETTER, "Some of his siblings are well"),
        (PROTOCOL, "some patients, but few recovered within 48 hours"),
        (PROTOCOL, "received either everolimus and dasatinib"),
        (PROTOCOL, "age ≥ 3 years or ≤ 21 years"),
        (TRIAL, "Mean OS was 11.2 months"),
    ],
    "modality": [
        (TRIAL, "Re-irradiation with 20 Gy in 10 fractions must be considered if at least 6 months have elapsed"),
        (LETTER, "Dexamethasone 2 mg twice daily may be tapered"),
        (LETTER, "The family should contact us immediately"),
    ],
    "person": [
        (LETTER, "This 6-year-old girl was seen with his mother"),
        (LETTER, "was seen with his father on 3 March 2023"),
        (LETTER, "This 16-year-old boy was seen with his mother"),
    ],
    "omission": [
        (TRIAL, "Re-irradiation with 20 Gy in 10 fractions may be considered"),
        (LETTER, "The family must contact us immediately"),
        (TRIAL, "Dexamethasone was reduced to 2 mg/day before the end of irradiation"),
        (PROTOCOL, "the dose is reduced by 25%"),
    ],
    "insertion": [
        (TRIAL, "Median OS was 11.2 months and many were cured"),
        (LETTER, "There is no severe hydrocephalus"),
        (TRIAL, "Median OS was 11.2 months. Panobinostat doubled survival."),
    ],
    "stitched halves": [
        (TRIAL, "patients aged 2–18 years received panobinostat but the right abducens palsy persisted"),
        (LETTER, "This 6-year-old boy was seen with temperature 36.8 °C"),
    ],
    "half a word or number": [
        (TRIAL, "2 months (95% CI 9.6–12.4)"),
        (TRIAL, "received panobinostat 20 mg"),
        (LETTER, "65 mmHg, temperature 36.8 °C"),
        (TRIAL, "18 years received panobinostat"),
    ],
    "ellipsis that hides": [
        (LETTER, "Temozolomide is [...] recommended outside a trial"),
        (TRIAL, "The right abducens palsy persisted ... the left facial palsy improved"),
        (LETTER, "54 Gy … the lesion was resected"),
    ],
}


@pytest.mark.parametrize(
    ("context", "quote"),
    [pytest.param(*case, id=f"{family}: {case[1][:40]}") for family, cases in FAMILIES.items() for case in cases],
)
def test_a_quote_that_says_something_else_does_not_hold(context: str, quote: str) -> None:
    assert grounded(quote, context).status in (GroundingStatus.ALTERED, GroundingStatus.UNGROUNDED)


@pytest.mark.parametrize(
    ("context", "quote", "kind", "message"),
    [
        (LETTER, "54 Gy in 33 daily fractions", Kind.NUMBER, "The quote says 33, the source 30."),
        (LETTER, "Temozolomide is recommended outside a trial", Kind.NEGATION, "The quote leaves out “not”."),
        (
            LETTER,
            "recommended outside a trial",
            Kind.NEGATION,
            "The quote starts after “not” and so says the opposite of the source.",
        ),
        (
            LETTER,
            "The family must contact us immediately",
            Kind.OMISSION,
            "The quote stops before “unless it is after hours”, which restricts it.",
        ),
        (
            TRIAL,
            "received panobinostat 20 mg",
            Kind.UNIT,
            "The quote cuts a word or number in two: “/m²” belongs to it.",
        ),
        (LETTER, "We recommend focal radiotherapy, 54 cGy", Kind.UNIT, "The quote says 54 cGy, the source 54 Gy."),
    ],
)
def test_an_altered_quote_says_what_was_altered(context: str, quote: str, kind: Kind, message: str) -> None:
    grounding = grounded(quote, context)
    assert grounding.status is GroundingStatus.ALTERED
    assert grounding.alterations[0].kind is kind
    assert grounding.reason == grounding.alterations[0].message == message
