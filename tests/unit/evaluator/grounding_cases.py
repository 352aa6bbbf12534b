"""Contexts and a builder for the tests of grounding."""

from __future__ import annotations

from evaluator.grounding import ground
from evaluator.types import Citation, CitationKind, Grounding, Span

TRIAL = (
    "Background. Diffuse intrinsic pontine glioma (DIPG) is a fatal childhood tumour. Methods: In this phase II "
    "trial (NCT03416530), patients aged 2–18 years received panobinostat 20 mg/m² orally three times weekly after "
    "radiotherapy. The primary endpoint was overall survival (OS). Results: Of 34 patients, 12 (35%) had grade 3 "
    "or higher thrombocytopenia. Median OS was 11.2 months (95% CI 9.6–12.4). Progression-free survival (PFS) at "
    "6 months was 41% in the treated arm versus 28% in the control arm (p = 0.04). ACVR1 mutations were "
    "associated with longer survival, whereas TP53 mutations were not. Dexamethasone was reduced from 8 mg/day to "
    "2 mg/day before the end of irradiation. No treatment-related deaths occurred. Platelets must be at least "
    "75,000/µL before each course. Re-irradiation with 20 Gy in 10 fractions may be considered if at least 6 "
    "months have elapsed since the first course. The left facial palsy improved, but the right abducens palsy "
    "persisted."
)
LETTER = (
    "Clinic letter. This 6-year-old boy was seen with his mother on 3 March 2023. He has had progressive ataxia "
    "and left-sided weakness for approximately three weeks. He denies headache and has not vomited. MRI showed an "
    "expansile T2-hyperintense lesion of the pons without enhancement, measuring 4.2 × 3.8 × 3.5 cm. There is no "
    "hydrocephalus. Biopsy confirmed diffuse midline glioma, H3 K27M-altered, WHO grade 4; MGMT promoter was "
    "unmethylated. We recommend focal radiotherapy, 54 Gy in 30 daily fractions of 1.8 Gy over six weeks. "
    "Temozolomide is not recommended outside a trial. Dexamethasone 2 mg twice daily should be tapered as soon as "
    "possible, and omeprazole 10 mg once daily continued. All of his siblings are well. The family must contact "
    "us immediately, unless it is after hours. He takes ONC201 orally once weekly at 625 mg. Blood pressure was "
    "105/65 mmHg, temperature 36.8 °C."
)
PROTOCOL = (
    "Eligibility: age ≥ 3 years and ≤ 21 years; Karnofsky or Lansky score ≥ 50%; no prior chemotherapy. "
    "Nimotuzumab 150 mg/m² is infused intravenously every 2 weeks for 12 weeks. Hypertension above 140/90 mmHg is "
    "managed with amlodipine 0.1 mg/kg once daily. Intrathecal administration is contraindicated. Hyponatraemia "
    "was seen in some patients, but most recovered within 48 hours. Steroids were started before surgery and "
    "stopped after day 14. If creatinine clearance is less than 60 mL/min, the dose is reduced by 25%. "
    "Approximately half of the cohort received either everolimus or dasatinib. Platelets fell below 50 × 10⁹/L in "
    "2 of 53 children. Response was defined as a reduction of at least 50% in the product of the two largest "
    "diameters."
)


def a_citation(text: str) -> Citation:
    return Citation(0, text, Span(0, len(text)), CitationKind.QUOTED)


def grounded(text: str, context: str, threshold: float = 85.0) -> Grounding:
    return ground(a_citation(text), context, threshold)


def passage(grounding: Grounding, context: str) -> str:
    assert grounding.span is not None
    return context[grounding.span.start : grounding.span.end]
