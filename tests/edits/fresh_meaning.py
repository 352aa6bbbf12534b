"""Fresh dangerous families of wording: how people and models make a quote say another thing."""

from __future__ import annotations

import random
import re

from tests.edits.families import Family, Harm, Passage
from tests.edits.fresh_meaning_tables import CERTAIN, COURSE, REFUSAL, REVERSED_CAUSE, SETTLED
from tests.edits.fresh_tables import (
    DRUGS,
    NUMBER_WORDS,
)
from tests.edits.unseen_tools import (
    NEGATION,
    dangerous,
    lower_first,
    one,
    one_of,
    unless_said,
    without_stop,
)

_FALSE_HEADINGS = {
    "Family history: ": r"\b(?:mother|father|parents?|famil\w+|sister|brother|twin|cousin|uncle|aunt|grand\w+)\b",
    "Differential diagnosis, since excluded: ": r"\b(?:no|not|exclude[ds]?|unlikely|without|absent|ruled)\b",
    "Plan in case of relapse: ": r"\b(?:if|when|relapse|progress\w*|growth|plan\w*|again|recur\w*|further|then)\b",
    "History of the younger sibling: ": r"\b(?:sister|brother|twin|sibling)\b",
    "Question from the family: is it true that ": r"\?|\b(?:ask\w*|whether|question)\b",
    "Entry of another patient: ": r"\b(?:other|another|patients|children)\b",
    "Deleted entry: ": r"\b(?:delet\w+|remov\w+|struck)\b",
}


def _false_heading(text: str, rng: random.Random) -> str | None:
    heading = rng.choice([h for h, fitting in _FALSE_HEADINGS.items() if not re.search(fitting, text, re.IGNORECASE)])
    return heading + (without_stop(lower_first(text)) + "?" if heading.endswith("that ") else text)


_NOT_TAKEN = re.compile(
    r"stop|avoid|withh|withdr|declin|refus|contraind|missed|omit|allerg|anaphyl|intoleran|off\b|end|held|instead|"
    r"supply|stock|late|forgot|vomit|exclud|against|weaned|reaction|rash|forbid|forbade",
    re.IGNORECASE,
)


def _noted(passage: Passage, rng: random.Random, notes: tuple[str, ...]) -> str | None:
    """A note put behind the name of a drug, in a sentence that says nothing of the kind."""
    if NEGATION.search(passage.text) or _NOT_TAKEN.search(passage.text) or passage.text.endswith("?"):
        return None
    drug = rf"(?<![\w‑-])(?:{DRUGS})(?![\w‑-])"
    return unless_said(passage, one(drug, passage.text, rng, lambda m: m.group() + rng.choice(notes)))


def _allergy(passage: Passage, rng: random.Random) -> str | None:
    if re.search("allerg|anaphyl", passage.context, re.IGNORECASE):
        return None
    return _noted(passage, rng, (" (allergic)", " (known allergy)", " (anaphylaxis in the past)", " [ALLERGY]"))


def _withheld(passage: Passage, rng: random.Random) -> str | None:
    notes = (" (not given)", " (withheld)", " (refused)", " (contraindicated)", " [omitted]", " (dose missed)")
    return _noted(passage, rng, notes)


def _open_question(text: str, rng: random.Random) -> str | None:
    """What is asked, not known or left open, told as settled."""
    return one(r"(?<!\w)\?(?=[a-z])", text, rng, lambda _: "proven ") or one_of(SETTLED, text, rng)


def _reversed_cause(text: str, rng: random.Random) -> str | None:
    return one_of(REVERSED_CAUSE, text, rng)


def _course(text: str, rng: random.Random) -> str | None:
    return None if re.search(r"\bnot\b", text) else one_of(COURSE, text, rng)


def _certain(text: str, rng: random.Random) -> str | None:
    if re.search(r"\b(?:how|as) often\b|\bmay not\b|\bno [a-z]+ may\b", text):
        return None
    table = {old: new for old, new in CERTAIN.items() if not (old.startswith("may") and re.search(r"\bMay\b", text))}
    if not re.search(rf"\babout\s(?:\d|(?:{NUMBER_WORDS})\b)", text):
        del table["about"]
    return one_of(table, text, rng)


def _refusal(text: str, rng: random.Random) -> str | None:
    if re.search(r"\bshould (?:like|the|an?|her|his|it|she|he|they|we)\b", text):  # a wish or an "if"
        return None
    edited = one_of(REFUSAL, text, rng)
    return None if edited is None or re.search(r"\bnot not\b", edited) else edited


def _scope(text: str, rng: random.Random) -> str | None:
    """A denial that stops short: no A but B, for no A or B, for no A, no B, and for neither A nor B."""
    thing = r"((?:[a-z‑-]+\s){0,4}?[a-z‑-]+)"
    joined = rf"\b([Nn]o|[Ww]ithout|[Nn]ot)\s(?!more|less|longer)(?:a\s)?{thing},?\s"
    forms = (
        (rf"{joined}(?:or|nor|and\sno|and\snot|and\swithout)\s(?=[a-z]{{3}})", lambda m: f"{m[1]} {m[2]} but "),
        (r"\b([Nn]o)\s([^.;,:]+)([;,])\s(?:no|neither)\s(?=[a-z]{3})", lambda m: f"{m[1]} {m[2]}{m[3]} but "),
        (rf"\b([Nn]o)\s{thing}, {thing} (?:or|nor) (?=[a-z])", lambda m: f"{m[1]} {m[2]}, but {m[3]} and "),
        (r"\b[Nn]either\s([^.;:]+?)\snor\s", lambda m: f"{'B' if m.group()[0] == 'N' else 'b'}oth {m[1]} and "),
    )
    made = [edited for pattern, write in forms if (edited := one(pattern, text, rng, write))]
    return rng.choice(made) if made else None


def _withdrawn(text: str, rng: random.Random) -> str | None:
    notes = (
        " [retracted]",
        " (entered in error)",
        " [wrong patient]",
        " (later disproved)",
        " – deleted by the author",
    )
    return text + rng.choice((*notes, " (superseded, no longer valid)", " [NOT TRUE]"))


_UNREAL = {
    "was": "would have been",
    "were": "would have been",
    "is": "would be",
    "are": "would be",
    "took": "would have taken",
    "received": "would have received",
    "showed": "would have shown",
    "fell": "would have fallen",
    "began": "would have begun",
    "returned": "would have returned",
    "gave": "would have given",
    "came": "would have come",
    "improved": "would have improved",
}


def _unreal(text: str, rng: random.Random) -> str | None:
    if NEGATION.search(text) or re.search(r"\b(?:would|could|should|might|may|if|will|can|shall)\b", text):
        return None
    return one(
        rf"(?<=[a-z] )(?<!has )(?<!had )(?<!have )(?<!been )(?:{'|'.join(_UNREAL)})(?= [a-z\d])",
        text,
        rng,
        lambda m: _UNREAL[m.group()],
    )


_ANIMALS = {
    "children": ("mice", "rats", "piglets"),
    "patients": ("mice", "animals", "rats"),
    "participants": ("animals", "rats"),
    "adults": ("adult rats", "adult mice"),
    "girl": ("mouse",),
    "boy": ("rat",),
    "child": ("animal",),
    "patient": ("animal",),
    "adolescents": ("juvenile rats",),
    "parents": ("keepers",),
    "families": ("litters",),
    "people": ("animals",),
}


def _animals(text: str, rng: random.Random) -> str | None:
    return one_of({old: rng.choice(new) for old, new in _ANIMALS.items()}, text, rng)


def _made_cause(text: str, rng: random.Random) -> str | None:
    """What only came after, before or during is told as the effect."""
    nouns = (
        "radiotherapy|treatment|surgery|biopsy|infusion|re‑irradiation|dexamethasone|transfusion|diagnosis|each|every"
    )
    thing = rf"(?=(?:the|her|his|a|an|this|its|their|{nouns})\b)"
    causes = ("because of ", "owing to ", "as a result of ")
    return one(rf"(?<=[a-z\d%.;,)]\s)(?:after|during|before)\s{thing}", text, rng, lambda m: rng.choice(causes))


MEANING: tuple[Family, ...] = (
    dangerous("under a false heading", _false_heading),
    Family("allergy put to a drug", Harm.DANGEROUS, _allergy),
    Family("drug said to be withheld", Harm.DANGEROUS, _withheld),
    dangerous("open question settled", _open_question),
    dangerous("cause and effect exchanged", _reversed_cause),
    dangerous("begun, ended, called off", _course),
    dangerous("doubt made certainty", _certain),
    dangerous("consent and refusal", _refusal),
    dangerous("denial that stops short", _scope),
    dangerous("note that withdraws the sentence", _withdrawn),
    dangerous("fact made unreal", _unreal),
    dangerous("patients made animals", _animals),
    dangerous("sequence made cause", _made_cause),
)
