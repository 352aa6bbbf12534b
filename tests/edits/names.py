"""Dangerous edits of names: drugs, drugs that sound alike, genes, mutations, trials, sites of the body, methods."""

from __future__ import annotations

import random
import re

from tests.edits.families import Family, Harm, Passage
from tests.edits.wording import HYPHENS, one_of, others, pairs, rule, some_of

_DRUGS = [
    "dexamethasone",
    "omeprazole",
    "levetiracetam",
    "temozolomide",
    "panobinostat",
    "bevacizumab",
    "vincristine",
    "carboplatin",
    "midazolam",
    "paracetamol",
    "ceftriaxone",
    "ondansetron",
    "everolimus",
    "dasatinib",
    "methotrexate",
    "morphine",
    "gabapentin",
    "macrogol",
    "metronidazole",
    "amoxicillin",
    "enoxaparin",
    "dalteparin",
    "acetazolamide",
    "fludarabine",
    "cyclophosphamide",
    "thiotepa",
    "crizotinib",
    "fentanyl",
    "diazepam",
    "lorazepam",
    "heparin",
    "warfarin",
    "furosemide",
    "mannitol",
    "oxybutynin",
    "co-trimoxazole",
    "gadobutrol",
    "lomustine",
]
_ALIKE = (
    ("dexamethasone", "betamethasone", "dexmedetomidine", "prednisolone"),
    ("omeprazole", "esomeprazole", "pantoprazole", "fomepizole"),
    ("levetiracetam", "brivaracetam", "lamotrigine"),
    ("temozolomide", "temsirolimus", "acetazolamide"),
    ("panobinostat", "vorinostat", "pacritinib"),
    ("bevacizumab", "ranibizumab", "cetuximab"),
    ("vincristine", "vinblastine", "vinorelbine"),
    ("carboplatin", "cisplatin", "oxaliplatin"),
    ("midazolam", "lorazepam", "metronidazole"),
    ("ceftriaxone", "cefotaxime", "ceftazidime"),
    ("ondansetron", "granisetron"),
    ("everolimus", "sirolimus"),
    ("dasatinib", "nilotinib"),
    ("gabapentin", "pregabalin"),
    ("enoxaparin", "dalteparin", "fondaparinux"),
    ("morphine", "hydromorphone", "apomorphine"),
    ("paracetamol", "parecoxib", "phenobarbital"),
    ("acetazolamide", "acetohexamide", "methazolamide"),
    ("cyclophosphamide", "ifosfamide", "ciclosporin"),
    ("co-trimoxazole", "co-amoxiclav", "clotrimazole"),
    ("gadobutrol", "gadoterate"),
)
_GENES = [
    "TP53",
    "ACVR1",
    "PDGFRA",
    "PIK3CA",
    "PIK3R1",
    "PPM1D",
    "ATRX",
    "BRAF",
    "NF1",
    "MYC",
    "MYCN",
    "CDKN2A",
    "EGFR",
    "H3F3A",
    "HIST1H3B",
    "FGFR1",
    "MET",
    "OLIG2",
    "GFAP",
    "ATM",
    "BCOR",
    "KIT",
    "MGMT",
    "NTRK1",
    "ALK",
    "ROS1",
    "IDH1",
    "TERT",
    "RB1",
    "PTEN",
]
_NEAR_GENES = pairs(
    ("TP53", "TP63"), ("ACVR1", "ACVR2A"), ("PDGFRA", "PDGFRB"), ("PIK3CA", "PIK3CB"), ("H3F3A", "H3F3B"),
    ("HIST1H3B", "HIST1H3C"), ("MYC", "MYCL"), ("CDKN2A", "CDKN2C"), ("BRAF", "ARAF"), ("FGFR1", "FGFR3"),
    ("NF1", "NF2"), ("IDH1", "IDH2"), ("p53", "p63"), ("OLIG2", "OLIG1"),
)  # fmt: skip
_AMINO = "ACDEFGHIKLMNPQRSTVWY"


def _protein(found: re.Match[str], draw: random.Random) -> str | None:
    before, place, after = found.groups()
    made = [
        f"{before}{int(place) + draw.choice([1, 7, 10])}{after}",
        f"{before}{place}{draw.choice([a for a in _AMINO if a != after])}",
        f"{draw.choice([a for a in _AMINO if a != before])}{place}{after}",
    ]
    return draw.choice(made)


_MUTATIONS = one_of(
    rule(r"(?<![A-Za-z0-9])([A-Z])(\d{2,4})([A-Z])(?![A-Za-z0-9])", _protein, flags=0),
    *pairs(("H3.3", "H3.1"), ("K27", "G34"), ("1q", "1p"), ("17p", "17q"), ("H3 K27", "H3 G34")),
    rule(r"(?<=c\.)(\d+)", lambda f, draw: str(int(f[1]) + draw.choice([1, 3, 10]))),
    *pairs(("mutation", "amplification"), ("deletion", "insertion"), ("gain", "loss"), ("fusion", "deletion")),
    *pairs(("K27-altered", "K27-wildtype"), ("missense", "nonsense")),
)
_NAMED = rf"(?<![A-Za-z0-9{HYPHENS}])([A-Z]{{3,12}})([{HYPHENS}])(\d{{1,4}})(?![\d{HYPHENS}])"


def _identifier(found: re.Match[str], draw: random.Random) -> str | None:
    name, mark, number = found.groups()
    if len(number) > 1 and number[0] != number[-1] and draw.random() < 0.4:
        return f"{name}{mark}{number[::-1]}"
    if draw.random() < 0.4:
        at = draw.randrange(len(name))
        return name[:at] + draw.choice([c for c in "ABDEKLMNPRSTVX" if c != name[at]]) + name[at + 1 :] + mark + number
    return f"{name}{mark}{int(number) + draw.choice([1, 2, 10]):0{len(number)}d}"


_TRIALS = one_of(
    rule(_NAMED, _identifier, flags=0),
    rule(r"\b(NCT|EudraCT|ISRCTN)\s?(\d{4,})", lambda f, draw: f"{f[1]}{int(f[2]) + draw.choice([1, 10, 900])}"),
    rule(r"(?<=\b(?:study|trial)\s)([A-Z]{4,})(?=\b)", lambda f, draw: f[1][:-1] + draw.choice("AEIOX"), flags=0),
    rule(
        r"\b(0\d\d?)([‑-])(\d{3})\b", lambda f, draw: f"{f[1]}{f[2]}{(int(f[3]) + draw.choice([1, 3, 10])) % 1000:03d}"
    ),
)
_SITES = one_of(
    *others("pons", "medulla", "midbrain", "thalamus", "cerebellum", "spinal cord"),
    *others("pontine", "medullary", "thalamic", "cerebellar", "spinal"),
    *others("frontal", "parietal", "temporal", "occipital"),
    *pairs(("third ventricle", "fourth ventricle"), ("cervical", "lumbar"), ("arm", "leg"), ("hand", "foot")),
    *pairs(("eye", "ear"), ("face", "arm"), ("lateral ventricles", "third ventricle"), ("cheek", "nostril")),
    *pairs(("basilar artery", "vertebral artery"), ("cochlea", "lens"), ("hippocampus", "pituitary"), ("skin", "lung")),
    *pairs(
        ("blood", "urine"), ("plasma", "cerebrospinal fluid"), ("bone marrow", "liver"), ("sixth nerve", "third nerve")
    ),
    rule(
        r"\b(third|fourth|sixth|seventh)(?=\s(?:cranial\s)?nerve)",
        lambda f, draw: draw.choice([n for n in ("third", "fifth", "sixth", "seventh") if n != f[1].lower()]),
    ),
    rule(r"(?<![\w–‑-])([TLC])(\d{1,2})(?![\w.–‑-])", lambda f, draw: f"{f[1]}{int(f[2]) + 1}", flags=0),
)
_METHODS = one_of(
    *others("MRI", "CT", "PET", "ultrasound"),
    *others("T1", "T2", "FLAIR", "DWI"),
    *pairs(("biopsy", "resection"), ("photon", "proton"), ("shunt", "drain"), ("surgery", "radiotherapy")),
    *pairs(("chemotherapy", "radiotherapy"), ("methylation array", "exome sequencing"), ("lumbar puncture", "biopsy")),
    *pairs(("median", "mean"), ("overall survival", "progression-free survival"), ("sensitivity", "specificity")),
    *pairs(("incidence", "prevalence"), ("headache", "seizure"), ("vomiting", "diarrhoea"), ("nausea", "fever")),
    *pairs(("thrombocytopenia", "neutropenia"), ("anaemia", "leukaemia"), ("platelets", "neutrophils")),
    *pairs(("haemoglobin", "bilirubin"), ("creatinine", "creatine kinase"), ("sodium", "potassium"), ("ALT", "AST")),
    *pairs(("weight", "height"), ("fever", "rash"), ("infection", "bleeding"), ("placebo", "the study drug")),
)


def _drug_of_context(passage: Passage, draw: random.Random) -> str | None:
    """A drug for another one that the same context names: the likeliest confusion of all."""
    named = [drug for drug in _DRUGS if re.search(rf"\b{drug}\b", passage.context, re.IGNORECASE)]
    here = [drug for drug in named if re.search(rf"\b{drug}\b", passage.text, re.IGNORECASE)]
    rest = [drug for drug in named if drug not in here]
    if not here or not rest:
        return None
    old, new = draw.choice(here), draw.choice(rest)
    return re.sub(
        rf"\b{old}\b", lambda f: new.capitalize() if f[0][0].isupper() else new, passage.text, count=1, flags=re.I
    )


NAMES: tuple[Family, ...] = tuple(
    Family(name, Harm.DANGEROUS, edit)
    for name, edit in (
        ("drug", some_of(one_of(*others(*_DRUGS)), _drug_of_context)),
        ("drug with a like name", one_of(*(made for group in _ALIKE for made in others(*group)))),
        ("gene", some_of(one_of(*others(*_GENES)), one_of(*_NEAR_GENES))),
        ("mutation", _MUTATIONS),
        ("trial, compound and patient id", _TRIALS),
        ("site of the body", _SITES),
        ("method, finding and measure", _METHODS),
    )
)
