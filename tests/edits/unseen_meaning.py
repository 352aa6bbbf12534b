"""Unseen dangerous families of wording: one word, clause or half that makes it another statement."""

from __future__ import annotations

import random
import re

from tests.edits.families import Family, Harm, Passage
from tests.edits.unseen_tables import (
    CHRONOLOGY,
    CONDITIONS,
    DEGREES,
    DENIALS,
    FAILED,
    KIN,
    PERSONS,
    PLANS,
    SITES,
    SOFTER,
    TAILS,
)
from tests.edits.unseen_tools import NEGATION, dangerous, lower_first, one, one_of, sentences, unless_said, without_stop

_HEDGE = re.compile(
    r"\b(?:may|might|could|would|can|probabl[ey]|possibl[ey]|perhaps|likely|unlikely|suspected|suggests?|if|whether|thought|believe|"
    r"appears?|seems?|judged|expected|uncertain|doubt|questioned)\b",
    re.IGNORECASE,
)
_BE = r"\b(is|are|was|were)\s+(?=[a-z])(?!to\b|it\b|he\b|she\b|they\b|there\b|you\b|that\b|not\b|no\b)"
_PIVOT = re.compile(r"\s(was|were|is|are|has|had|showed|received|took|needs|measures|will be|should be|must be)\s")
_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|we|i|you|there|this|that|these|those|which|who|what|none|one|both|all|each)\b", re.IGNORECASE
)
_DEPENDENT = re.compile(
    r",\s(?:which|because|since|although|though|so|until|unless|if|when|where|who|whose|after|before|with|without|as|but|for|by|"
    r"owing|due|under|from|to|at|in|on|until|while|both|either|not|then|followed|given|taken|seen|thought|most)\b"
)
_PERSON = re.compile(
    r"\b(?:patients?|girl|boy|child|children|man|woman|mother|father|parents?|family|sister|brother|twin|wife|team|"
    r"nurse|doctor|consultant|participants?|subject)\b",
    re.IGNORECASE,
)


def _hardly(text: str, rng: random.Random) -> str | None:
    if NEGATION.search(text):
        return None
    return one(
        _BE,
        text,
        rng,
        lambda match: (
            match[1] + rng.choice((" hardly ", " scarcely ", " anything but ", " far from ", " by no means "))
        ),
    )


def _failed(text: str, rng: random.Random) -> str | None:
    if NEGATION.search(text):
        return None
    verbs = "|".join(FAILED)
    no_auxiliary = "".join(
        rf"(?<!{word}\s)" for word in ("was", "were", "been", "has", "had", "have", "is", "are", "be")
    )
    active = rf"(?<=[a-z]\s){no_auxiliary}(?:{verbs})\b"
    return one(active, text, rng, lambda m: rng.choice(("failed to ", "declined to ")) + FAILED[m.group()])


def _hedged(text: str, rng: random.Random) -> str | None:
    if _HEDGE.search(text):
        return None
    return one(
        _BE,
        text,
        rng,
        lambda match: match[1] + rng.choice((" probably ", " possibly ", " presumably ", " perhaps ", " reportedly ")),
    )


def _softer(text: str, rng: random.Random) -> str | None:
    return (
        None
        if re.search(r"\bno(?:\.\s?\d|\s(?:more|less|longer|later)\b)", text, re.IGNORECASE)
        else one_of(SOFTER, text, rng)
    )


def _chronology(text: str, rng: random.Random) -> str | None:
    return None if re.search(r"\bno (?:later|longer)\b|\bnext door\b", text) else one_of(CHRONOLOGY, text, rng)


def _site(text: str, rng: random.Random) -> str | None:
    return one_of(SITES, text, rng)


def _condition(text: str, rng: random.Random) -> str | None:
    return None if re.search(r"\beven (?:if|when|where)\b|[Aa]s if\b", text) else one_of(CONDITIONS, text, rng)


def _plan(text: str, rng: random.Random) -> str | None:
    return one_of(PLANS, text, rng)


def _degree(text: str, rng: random.Random) -> str | None:
    return None if re.search(r"\bas (?:well|long|often)\b", text) else one_of(DEGREES, text, rng)


def _exclusive(text: str, rng: random.Random) -> str | None:
    """A statement of something becomes one of that thing alone."""
    if re.search(
        r"\b(?:only|alone|sole|single|unique|all|every|each|other|same)\b|^(?:A (?:few|little)|The rest)\b",
        text,
        re.IGNORECASE,
    ):
        return None
    if not re.match(r"(?:The|A|An|Her|His|Patients|Children|Participants|Radiotherapy|Dexamethasone)\s[a-z]", text):
        return None
    return rng.choice(("Only ", "Just ", "Of them all, only ")) + text[0].lower() + text[1:]


def _taken_back(text: str, rng: random.Random) -> str | None:
    """The quote is whole; the clause that leads to it says that it does not hold."""
    inside = lower_first(text)
    return rng.choice(DENIALS) + inside if inside != text and text.endswith(".") else None


def _false_tail(text: str, rng: random.Random) -> str | None:
    if not re.search(r"[a-z\d)]\.$", text) or len(text.split()) < 5:
        return None
    return without_stop(text) + rng.choice(TAILS) + "."


def _person(passage: Passage, rng: random.Random) -> str | None:
    """Another person's history. Not where the pronoun may mean that person already."""
    before = passage.context[max(0, passage.start - 400) : passage.start]
    table = PERSONS if re.search(KIN, before + passage.text, re.IGNORECASE) is None else {}
    named = {
        "mother": "grandmother",
        "father": "uncle",
        "parents": "grandparents",
        "sister": "cousin",
        "brother": "cousin",
    }
    return unless_said(passage, one_of({**table, **named}, passage.text, rng))


def _spliced(passage: Passage, rng: random.Random) -> str | None:
    """The subject of one sentence with the predicate of another of the same context, joined at a verb of both."""
    here = _PIVOT.search(passage.text)
    if here is None or not _names_a_thing(subject := passage.text[: here.start()]):
        return None
    found = ((other, _PIVOT.search(other)) for other in sentences(passage.context))
    pairs = [(o[: there.start()], o[there.end() :]) for o, there in found if there and there[1] == here[1]]
    ends = [
        end
        for start, end in pairs
        if _names_a_thing(start) and len(end.split()) >= 3 and not _long_words(subject) & _long_words(start)
    ]
    if not ends:
        return None
    return unless_said(passage, f"{subject} {here[1]} {rng.choice(ends)}")


def _names_a_thing(subject: str) -> bool:
    return (
        1 <= len(subject.split()) <= 9
        and not _PRONOUN.search(subject)
        and not _PERSON.search(subject)
        and ":" not in subject
    )


def _long_words(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[\w‑-]{4,}", text.lower())}


def _two_sentences(passage: Passage, rng: random.Random) -> str | None:
    """The opening of one sentence ends as a later one of the same context does; both cut at a comma."""
    comma = re.search(r",\s", passage.text)
    if comma is None or len(passage.text[: comma.start()].split()) < 3 or comma.start() > 140:
        return None
    tails = []
    for other in sentences(passage.context):
        last = other.rfind(", ")
        if (
            last > 0
            and _DEPENDENT.match(other, last)
            and len(other[last:].split()) >= 5
            and other not in passage.text
            and passage.text not in other
        ):
            tails.append(other[last:])
    return unless_said(passage, passage.text[: comma.start()] + rng.choice(tails)) if tails else None


MEANING: tuple[Family, ...] = (
    dangerous("hardly, barely, far from", _hardly),
    dangerous("failed or declined to", _failed),
    dangerous("hedge put in", _hedged),
    dangerous("absolute made soft", _softer),
    dangerous("another time of the course", _chronology),
    dangerous("another part of the body", _site),
    dangerous("condition turned", _condition),
    dangerous("plan and deed", _plan),
    dangerous("another degree", _degree),
    dangerous("made exclusive", _exclusive),
    dangerous("taken back by its lead", _taken_back, least_words=5),
    dangerous("false tail to a true sentence", _false_tail, least_words=5),
    Family("another person", Harm.DANGEROUS, _person),
    Family("subject and predicate of two sentences", Harm.DANGEROUS, _spliced),
    Family("opening and close of two sentences", Harm.DANGEROUS, _two_sentences),
)
