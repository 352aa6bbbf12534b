"""Dangerous edits of how and of whom it is said: quantifiers, modality, conjunctions, persons, routes, additions."""

from __future__ import annotations

import random

from tests.edits.families import Family, Harm, Passage
from tests.edits.wording import bare, one_of, pairs, rule, word

_QUANTIFIERS = one_of(
    *pairs(
        ("all", "some"), ("most", "few"), ("every", "some"), ("each", "one"), ("many", "few"), ("always", "sometimes")
    ),
    *pairs(("often", "rarely"), ("both", "neither"), ("several", "no"), ("always", "never"), ("all", "none of the")),
    word("any", "every", "some"),
    word("only", "also"),
    word("all", "most", "almost all", "half of the"),
    word("usually", "never", "always", "rarely"),
    word("mostly", "entirely", "rarely"),
    word("entirely", "partly"),
    word("fully", "partly"),
    word("partly", "fully"),
    word("nobody", "everybody"),
    word("some", "all", "most"),
    word("the majority", "a minority"),
    word("half", "all", "a quarter"),
    word("nothing", "everything"),
    word("a few", "many"),
)
_MODALITY = one_of(
    *pairs(("may", "must"), ("should", "may"), ("can", "must"), ("must", "can"), ("possible", "certain")),
    word("is", "may be", "might be", "is possibly", "is probably"),
    word("was", "may have been", "was probably"),
    word("will", "might", "may"),
    word("should", "must", "could"),
    word("must", "should", "may"),
    word("suggests", "proves", "excludes"),
    word("suggest", "prove"),
    word("likely", "certainly", "possibly"),
    word("probably", "certainly"),
    word("possibly", "definitely"),
    word("suspected", "confirmed"),
    word("recommended", "required", "optional"),
    word("required", "optional", "recommended"),
    word("advised", "ordered", "considered"),
    word("considered", "given"),
    word("planned", "given", "done"),
    word("would", "will"),
    word("might", "will"),
    word("could", "must"),
    word("consistent with", "diagnostic of"),
    word("appears", "is proven"),
)
_CONJUNCTIONS = one_of(
    word("and", "or"),
    word("or", "and"),
    *pairs(
        ("if", "unless"), ("because of", "despite"), ("because", "although"), ("with", "without"), ("when", "unless")
    ),
    word("therefore", "nevertheless"),
    word("until", "unless", "after"),
    word("unless", "if", "because"),
    word("and", "but not", "instead of", "without"),
    word("or", "but not"),
    word("in addition to", "instead of"),
    word("except", "including"),
    word("as well as", "rather than"),
    word("plus", "minus"),
    word("while", "after"),
    word("due to", "despite"),
    word("together with", "instead of"),
)
_PERSONS = one_of(
    *pairs(
        ("she", "he"), ("her", "his"), ("girl", "boy"), ("mother", "father"), ("sister", "brother"), ("son", "daughter")
    ),
    *pairs(("woman", "man"), ("female", "male"), ("parents", "nurses"), ("the family", "the team"), ("girls", "boys")),
    *pairs(("patient", "mother"), ("patients", "controls"), ("doctor", "nurse"), ("neurosurgeon", "oncologist")),
    word("we", "they"),
    word("I", "the parents"),
    word("the child", "the sibling"),
    word("children", "adults", "mice"),
    word("parents", "grandparents", "doctors"),
    word("radiologist", "pathologist"),
)
_ROUTES = one_of(
    word("by mouth", "intravenously", "by injection", "rectally", "intrathecally"),
    word("orally", "intravenously", "rectally"),
    word("oral", "intravenous", "intrathecal", "topical"),
    word("IV", "IM", "PO", "SC"),
    word("intravenous", "oral", "intramuscular", "subcutaneous"),
    word("intravenously", "orally", "subcutaneously"),
    word("buccal", "intravenous", "rectal", "nasal"),
    word("subcutaneous", "intravenous", "intramuscular"),
    word("subcutaneously", "intravenously"),
    word("nasogastric", "intravenous"),
    word("via NG tube", "intravenously", "rectally"),
    word("NG", "IV", "PEG"),
    word("gastrostomy", "central line"),
    word("intrathecal", "intravenous"),
    word("rectal", "oral"),
    word("tablets", "injections", "suppositories"),
    word("capsules", "injections", "patches"),
    word("oral solution", "infusion"),
    word("infusion", "bolus", "tablet"),
    word("inhaled", "oral"),
)


def _false_tail(passage: Passage, draw: random.Random) -> str | None:
    tail = draw.choice(
        [
            ", but not in children",
            ", except at night",
            ", unless the platelets are low",
            " in half of the patients only",
            ", which was later retracted",
            " and was stopped the next day",
            ", although this proved wrong",
            " in the absence of infection",
            ", against medical advice",
            " after surgery",
            ", at twice the dose",
        ]
    )
    return f"{bare(passage.text)}{tail}."


_ADVERBS = ("only", "rarely", "possibly", "formerly", "wrongly", "almost", "hardly", "always", "reportedly")
_QUALIFIERS = one_of(
    rule(
        r"\b(rash|toxicity|pain|headache|weakness|ataxia|nausea|fatigue|palsy|enhancement|dose|tumour|lesion|oedema)\b",
        lambda f, draw: f"{draw.choice(['severe', 'mild', 'possible', 'fatal', 'new', 'old', 'initial'])} {f[1]}",
    ),
    rule(
        r"\b(was|were|is|are)\s(?=[a-z]{4})",
        lambda f, draw: f"{f[1]} {draw.choice(_ADVERBS)} ",
    ),
    rule(
        r"\b(patients|children|participants|parents|fractions|doses)\b",
        lambda f, draw: f"{draw.choice(['some', 'no', 'most', 'female', 'adult', 'untreated', 'few'])} {f[1]}",
    ),
)

MANNER: tuple[Family, ...] = tuple(
    Family(name, Harm.DANGEROUS, edit)
    for name, edit in (
        ("quantifier", _QUANTIFIERS),
        ("modality", _MODALITY),
        ("conjunction", _CONJUNCTIONS),
        ("person", _PERSONS),
        ("route and form", _ROUTES),
        ("false tail", _false_tail),
        ("qualifier put in", _QUALIFIERS),
    )
)
