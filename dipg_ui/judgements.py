"""What a clinician says of one completion: values, their bounds, and their JSON.

`judgement_from_json` is where what a browser sent becomes a value; nothing larger than the bounds below comes through.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeVar

Member = TypeVar("Member", bound=StrEnum)

MAX_NAME = 60
MAX_WHAT = 300
MAX_NOTE = 4_000
MAX_REASON = 500
MAX_QUOTES = 50
"""How many citations of one completion are judged: a model that is caught in a loop quotes without end."""
MAX_DRAFT = 120_000
HUB_MARK = "@"
"""Begins the name of a reviewer who signed in with Hugging Face."""


class Support(StrEnum):
    """How the context bears out one citation."""

    SUPPORTED = "supported"
    PARTLY = "partly supported"
    NOT_SUPPORTED = "not supported"
    ALTERED = "altered"


class AnswerLabel(StrEnum):
    """What the answer is worth to the patient."""

    RIGHT = "right"
    INCOMPLETE = "right but incomplete"
    WRONG = "wrong"
    UNSAFE = "unsafe"
    SHOULD_ABSTAIN = "should have abstained"


class Confidence(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class QuoteJudgement:
    """One citation by its index; `what` says what was altered, "" unless it was."""

    index: int
    support: Support
    what: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of every citation (the first MAX_QUOTES), and of the answer. `confidence` None: not stated."""

    quotes: tuple[QuoteJudgement, ...]
    answer: AnswerLabel
    confidence: Confidence | None = None
    note: str = ""

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "quotes": [asdict(quote) for quote in self.quotes]}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a judgement came about. `queue` is the kind of queue it came from, such as "all" or "sample of 40, seed 7";
    `seconds` the time on screen; `teaching` that the protocols were shown from the start."""

    queue: str = "all"
    seconds: float | None = None
    teaching: bool = False


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """One line of the history of what `reviewer` said of a completion; none is ever changed or removed.

    `version` counts from 1. `judgement` None: withdrawn by undoing the first one. `undoes` is the version that this
    entry took back. `blind`: no result of any protocol had been shown to the reviewer for this completion.
    """

    run: str
    key: str
    reviewer: str
    version: int
    judgement: Judgement | None
    reason: str
    undoes: int | None
    blind: bool
    written: str
    circumstances: Circumstances


def judgement_from_json(value: object, quotes: int | None = None) -> Judgement:
    """Raises ValueError with a sentence for the reviewer. `quotes` is how many citations the completion has, None
    where that is known to hold."""
    row = _mapping(value)
    given = row.get("quotes")
    if not isinstance(given, list):
        raise ValueError("The quotes must be a list.")
    judged = tuple(_quote(each) for each in given[: MAX_QUOTES + 1])
    wanted = len(judged) if quotes is None else min(quotes, MAX_QUOTES)
    if [quote.index for quote in judged] != list(range(wanted)):
        raise ValueError(f"Each of the {wanted} quotes must be judged once.")
    confidence = row.get("confidence")
    return Judgement(
        quotes=judged,
        answer=_one_of(AnswerLabel, row.get("answer"), "The answer is not judged yet."),
        confidence=None if confidence is None else _one_of(Confidence, confidence, "There is no such confidence."),
        note=_text(row, "note", MAX_NOTE),
    )


def reviewer_name(given: str) -> str:
    """One form of a name however it was typed: composed, without control and direction marks, single spaces.
    Raises ValueError."""
    composed = unicodedata.normalize("NFC", given[: 10 * MAX_NAME])
    kept = "".join(" " if c.isspace() else c for c in composed if unicodedata.category(c)[0] != "C" or c.isspace())
    name = " ".join(kept.split())
    if not name:
        raise ValueError("Give the name under which your judgements are kept.")
    if len(name) > MAX_NAME:
        raise ValueError(f"A name may have up to {MAX_NAME} characters.")
    return name


def _quote(value: object) -> QuoteJudgement:
    row = _mapping(value)
    index = row.get("index")
    if isinstance(index, bool) or not isinstance(index, int):
        raise ValueError("A quote must be numbered.")
    support = _one_of(Support, row.get("support"), f"Quote {index + 1} is not judged yet.")
    what = _text(row, "what", MAX_WHAT).strip()
    if support is Support.ALTERED and not what:
        raise ValueError(f"Say what is altered in quote {index + 1}.")
    return QuoteJudgement(index, support, what if support is Support.ALTERED else "")


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError("A judgement must be an object.")
    return value


def _text(row: Mapping[str, object], key: str, bound: int) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f"The {key} must be text.")
    if len(value) > bound:
        raise ValueError(f"The {key} has {len(value):,} characters; {bound:,} are the most.")
    return value


def _one_of(members: type[Member], value: object, refusal: str) -> Member:
    for member in members:
        if value == member.value:
            return member
    raise ValueError(refusal)
