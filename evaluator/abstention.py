"""What an answer does, read from the answer alone: answers, abstains, refuses or reports a conflict.

Whole words only, in far more turns of phrase than the published word lists know, and no abstention where an answer
follows it. What can be read both ways is UNCLEAR: the protocol then asks the expected answer, or a clinician.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from evaluator.normalize import fold
from evaluator.phrases import (
    ABSTENTION,
    ASSERTION,
    ATTRIBUTION,
    BARE_ABSTENTION,
    CLAUSE_END,
    CONFLICT,
    CONFLICT_AFTER_NOT,
    CONTRAST,
    GIVEN_REASON,
    HELD_BACK,
    NO_CONFLICT_BEFORE,
    OWN_KNOWLEDGE,
    REFERRAL,
    REFUSAL,
    SOFT_REFUSAL,
)

MAX_READ = 20_000
"""Characters of an answer that are read; what a long answer does is clear long before."""

_DIGIT = re.compile(r"\d")
_MARKUP = re.compile(r"[*_#`\"]")


class StanceKind(StrEnum):
    ANSWERS = "answers"
    ABSTAINS = "abstains"
    REFUSES = "refuses"
    REPORTS_CONFLICT = "reports a conflict"
    UNCLEAR = "abstains and says more"


@dataclass(frozen=True, slots=True)
class Stance:
    """`phrase` is what shows it, in folded words; "" where the text simply answers."""

    kind: StanceKind
    phrase: str = ""


class _Beyond(StrEnum):
    """What stands beside an abstention or a refusal."""

    NOTHING = "nothing"
    SOMETHING = "something"
    AN_ANSWER = "an answer"


def read_stance(answer: str) -> Stance:
    """What `answer` does. A conflict outweighs an abstention, an abstention a refusal."""
    return _read_stance(answer[:MAX_READ])


@lru_cache(maxsize=256)
def _read_stance(answer: str) -> Stance:
    text = " ".join(_MARKUP.sub(" ", fold(answer).text).split())
    bare = BARE_ABSTENTION.fullmatch(text)
    if bare:
        return Stance(StanceKind.ABSTAINS, bare.group().strip(" .!"))
    conflict = next(filter(None, (_find_conflict(clause.text) for clause in _cut(text))), None)
    if conflict:
        return Stance(StanceKind.REPORTS_CONFLICT, conflict)
    abstention = ABSTENTION.search(text)
    if abstention:
        return _declined(StanceKind.ABSTAINS, abstention.group(), _what_else(text, ABSTENTION))
    refusal = REFUSAL.search(text) or SOFT_REFUSAL.search(text)
    if refusal:
        return _declined(StanceKind.REFUSES, refusal.group(), _what_else(text, REFUSAL))
    referral = REFERRAL.search(text)
    if referral and _what_else(text, REFERRAL) is _Beyond.NOTHING:
        return Stance(StanceKind.REFUSES, referral.group())
    return Stance(StanceKind.ANSWERS)


def sets_apart(answer: str) -> bool:
    """Whether an answer sets one statement against another ("the letter says left, the report right")."""
    text = fold(answer[:MAX_READ]).text
    return CONTRAST.search(text) is not None or len(ATTRIBUTION.findall(text)) > 1


def _find_conflict(clause: str) -> str | None:
    """The first phrase of the clause that reports a conflict and is not itself denied."""
    for found in CONFLICT.finditer(clause):
        if CONFLICT_AFTER_NOT.match(found.group()) or not NO_CONFLICT_BEFORE.search(clause[: found.start()]):
            return found.group()
    return None


def _declined(kind: StanceKind, phrase: str, beyond: _Beyond) -> Stance:
    if beyond is _Beyond.AN_ANSWER:
        return Stance(StanceKind.ANSWERS)
    return Stance(kind if beyond is _Beyond.NOTHING else StanceKind.UNCLEAR, phrase)


def _what_else(text: str, phrases: re.Pattern[str]) -> _Beyond:
    """What the text says outside the sentences and clauses that match `phrases`.

    It is an answer where it speaks from own knowledge, or where a sentence of its own, after the phrase, states a
    number; else nobody can tell from the words alone.
    """
    spans = [found.span() for found in phrases.finditer(text)]
    found = _Beyond.NOTHING
    for clause in _cut(text):
        if any(first < clause.end and last > clause.start for first, last in spans) or _says_nothing(clause.text):
            continue
        number = _DIGIT.search(clause.text)
        if not (number or ASSERTION.search(clause.text)):
            continue
        if GIVEN_REASON.match(clause.text) and not number and not OWN_KNOWLEDGE.search(clause.text):
            continue
        if OWN_KNOWLEDGE.search(clause.text) or (number and clause.begins_sentence and clause.start > spans[0][0]):
            return _Beyond.AN_ANSWER
        found = _Beyond.SOMETHING
    return found


def _says_nothing(clause: str) -> bool:
    return any(pattern.search(clause) for pattern in (SOFT_REFUSAL, REFERRAL, HELD_BACK))


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    start: int
    end: int
    begins_sentence: bool


def _cut(text: str) -> list[_Clause]:
    """The clauses of a text; a conjunction that opens one ("but", "however") stays with it."""
    clauses: list[_Clause] = []
    start, begins_sentence = 0, True
    for start_of_end, end in [found.span() for found in CLAUSE_END.finditer(text)] + [(len(text), len(text))]:
        if text[start:start_of_end].strip():
            clauses.append(_Clause(text[start:start_of_end].strip(), start, start_of_end, begins_sentence))
        if end > start_of_end:
            begins_sentence = text[start_of_end] in ".!?"
        start = end
    return clauses
