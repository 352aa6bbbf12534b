"""The words that the fresh families write for others."""

from __future__ import annotations

NUMBER_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|thirty|sixty"
DRUGS = (
    "[Dd]examethasone|[Mm]orphine|[Mm]idazolam|[Tt]emozolomide|[Ll]evetiracetam|[Oo]meprazole|[Pp]aracetamol|"
    "[Bb]evacizumab|[Tt]rametinib|[Oo]ndansetron|[Dd]alteparin|[Gg]lycopyrronium|[Bb]aclofen|[Cc]eftriaxone|"
    "[Aa]cetazolamide|[Cc]yclophosphamide|[Ff]ludarabine|[Pp]anobinostat|[Ee]verolimus|[Aa]moxicillin|[Ii]buprofen|"
    "[Vv]incristine|[Cc]arboplatin|[Dd]asatinib|[Dd]abrafenib|[Mm]elatonin|[Mm]acrogol|[Ff]entanyl|[Vv]alproate|"
    "[Hh]ydrocortisone|[Pp]regabalin|[Gg]abapentin|[Mm]ethylphenidate|[Cc]lonazepam|[Ff]luconazole|[Mm]etoclopramide"
)
FORMULATIONS = ("liposomal", "pegylated", "modified‑release", "depot", "nebulised", "intrathecal", "transdermal")
DIVIDED = {
    "twice daily": "a day in two divided doses",
    "twice a day": "a day in two divided doses",
    "three times daily": "a day in three divided doses",
    "three times a day": "a day in three divided doses",
    "four times daily": "a day in four divided doses",
    "four times a day": "a day in four divided doses",
    "once daily": "twelve-hourly",
    "once a day": "twelve-hourly",
    "once weekly": "once weekly as the total of a month",
}
COMPARATORS = {
    "≥": ("at most", "less than", "no more than"),
    "≤": ("at least", "more than", "no less than"),
    ">": ("less than", "below", "at most"),
    "<": ("more than", "above", "at least"),
    "at least": ("≤", "<", "at the very most"),
    "at most": ("≥", ">", "a minimum of"),
    "more than": ("<", "≤"),
    "less than": (">", "≥"),
    "fewer than": (">", "≥"),
    "up to": (">", "a minimum of"),
    "below": (">", "≥"),
    "above": ("<", "≤"),
    "over": ("<", "under"),
    "under": (">", "over"),
    "within": ("not within", "only beyond"),
    "longer than": ("shorter than", "<"),
}
EXTRAS = ("seizures", "hearing loss", "carboplatin", "hepatitis", "psychosis", "transfusion of plasma")
SCALES = {
    "Lansky": "Karnofsky",
    "Karnofsky": "Lansky",
    "RAPNO": "RECIST",
    "RANO": "RECIST",
    "CNS WHO grade": "CTCAE grade",
    "WHO grade": "CTCAE grade",
    "MRC": "NIHSS",
    "GCS": "NIHSS",
    "Glasgow Coma Scale": "Glasgow Outcome Scale",
    "IDDSI": "NDD",
    "Evans index": "bicaudate index",
    "Ki‑67": "PD‑L1",
    "QTcF": "QTcB",
    "EQD2": "BED",
    "CTCAE": "WHO",
    "hazard ratio": "odds ratio",
    "a mean of": "a median of",
    "mean age": "median age",
    "median": "mean",
    "Median": "Mean",
    "overall survival": "progression‑free survival",
    "progression‑free survival": "overall survival",
    "PTV": "CTV",
    "CTV": "GTV",
    "ADC": "FA",
    "95 % CI": "interquartile range",
    "RNA": "DNA",
    "DNA": "RNA",
    "plasma": "whole blood",
    "serum": "urine",
}
WRITTEN_OUT = {
    "MRI": "magnetic resonance imaging",
    "CSF": "cerebrospinal fluid",
    "CT": "computed tomography",
    "ECG": "electrocardiogram",
    "EEG": "electroencephalogram",
    "DIPG": "diffuse intrinsic pontine glioma",
    "DMG": "diffuse midline glioma",
    "Hb": "haemoglobin",
    "ANC": "absolute neutrophil count",
    "ALT": "alanine aminotransferase",
    "CRP": "C-reactive protein",
    "GCS": "Glasgow Coma Scale",
    "CNS": "central nervous system",
    "DWI": "diffusion-weighted imaging",
    "SWI": "susceptibility-weighted imaging",
    "ULN": "upper limit of normal",
    "PCR": "polymerase chain reaction",
    "ICP": "intracranial pressure",
    "ICU": "intensive care unit",
    "NG": "nasogastric",
    "SpO₂": "oxygen saturation",
    "DLT": "dose-limiting toxicity",
    "VAF": "variant allele frequency",
    "cerebrospinal fluid": "CSF",
    "magnetic resonance imaging": "MRI",
    "diffuse midline glioma": "DMG",
    "diffuse intrinsic pontine glioma": "DIPG",
    "absolute neutrophil count": "ANC",
    "central nervous system": "CNS",
}
ACROSS_THE_SEA = {
    "we shall": "we will",
    "i shall": "I will",
    "towards": "toward",
    "afterwards": "afterward",
    "downwards": "downward",
    "upwards": "upward",
    "backwards": "backward",
    "in hospital": "in the hospital",
    "left hospital": "left the hospital",
    "at the weekend": "on the weekend",
    "in theatre": "in the OR",
    "in the operating theatre": "in the operating room",
    "operating theatre": "operating room",
    "a fortnight": "two weeks",
    "whilst": "while",
    "until": "till",
    "learnt": "learned",
    "burnt": "burned",
    "telephone call": "phone call",
    "telephone": "phone",
    "cannot": "can not",
    "anyone": "anybody",
    "everyone": "everybody",
    "no one": "nobody",
    "nobody": "no one",
    "for example": "e.g.",
    "with regard to": "in regard to",
    "yoghurt": "yogurt",
    "grey": "gray",
    "dietitian": "dietician",
    "per cent": "percent",
    "anaesthetist": "anesthesiologist",
    "paediatrician": "pediatrician",
    "physiotherapist": "physical therapist",
    "physiotherapy": "physical therapy",
}
GENERIC_LABELS = (
    "Impression|Findings|Examination|Comment|Discussion|Summary|Technique|Course|Results?|Imaging|MRI|History|"
    "Conclusions?|Note|Report|Example|Present|Plan|Progress|Background|Observations?|Assessment|Opinion|Answer|"
    "Radiology|Oncology|Neurology|Neurosurgery|Clinical|Diagnosis|Presentation|Today|Methods|On|At|Questions?|Decision|"
    "Agreed|Action|Recommendation|Further|Status|Also|Remark|Reason|Situation|Case|Patient|Details|Information|"
    "Specimen|Material|Sample|Tissue|Tumour|Molecular|Immuno\\w*|Pathology|Histology|Microscopy|Copy|Brain|Spine|Pons|"
    "Neuropath\\w*|Biops\\w*|Method\\w*|Genetics|Sequencing|"
    "FINDINGS|CONCLUSIONS|RESULTS|METHODS|Level|Dose|Type|"
    "It|She|He|We|I|They|There|This|That|What|For|In|Day|Week"
)
UNIT_TYPED = {
    "mL": "ml",
    "µg": "mcg",
    "µL": "uL",
    "µmol/L": "umol/l",
    "mmol/L": "mmol/l",
    "g/L": "g/l",
    "mmHg": "mm Hg",
    "°C": "°c",
    "mL/h": "ml/hr",
    "L/min": "l/min",
    "h": "hr",
    "min": "mins",
    "mg/m²": "mg/m2",
    "mg/kg": "mgs/kg",
    "mg": "mgs",
    "kg": "kgs",
    "mm": "mms",
    "cm": "cms",
}
EXPONENT = {
    "mg/m²": "mg m⁻²",
    "mg/kg": "mg·kg⁻¹",
    "mL/h": "mL·h⁻¹",
    "mL/kg": "mL·kg⁻¹",
    "L/min": "L·min⁻¹",
    "g/L": "g·L⁻¹",
    "mg/L": "mg·L⁻¹",
    "mmol/L": "mmol L⁻¹",
    "µmol/L": "µmol L⁻¹",
    "10⁹/L": "10⁹ L⁻¹",
    "/min": " min⁻¹",
    "U/L": "U·L⁻¹",
}
