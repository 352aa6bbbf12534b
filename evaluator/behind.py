"""What belongs to a quote by grammar and stands behind it: a condition, a restriction, a relative clause or an
apposition that turns it, the predicate of a bare noun, a sentence that takes it back.

The words at the cut decide what follows: what has a subject of its own (`and the father …`, `; the scan …`) is said of
something else, and is free to be left out; what has none (`but was stopped`, `, never given`, `in mice`, `who can
travel`) is said of the quote, and may hold no word that turns it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from evaluator.fields import (
    ANIMALS,
    DOCUMENTS,
    DOWNWARD,
    ELSEWHERE,
    ERRORS,
    LAY,
    MEMBERS,
    NEGATIVE,
    OLD,
    word_set,
    words_of,
)
from evaluator.sequels import Sequel
from evaluator.turning import PREPOSITIONS, SENTENCE_END, find_dependent, find_retraction, told, turns
from evaluator.types import AlterationKind

LOOK = 240
"""Characters behind a quote that may belong to it."""
_CLAIMED = "The quote stops before “{}”: it is only claimed."
_BREAK = re.compile(r"[,;:()\[\]]|\s[–—-]\s|\b(?:and|but|so|while|whereas|because|since|which|who|although|though)\b")
_AMOUNTS = r"(?:one|two|three|four|five|six|eight|ten|half an?|a|\d+(?:[.,]\d+)?)"
_CONDITION = re.compile(
    r",?\s(?:if|unless|except(?!ional)|excepting|excluding|minus|barring|bar\s|save\s|provided|providing|"
    r"assuming|supposing|"
    r"pending|contingent on|conditional on|dependent on|depending on|subject to|as long as|so long as|as far as|"
    r"so far as|"
    r"in so far as|insofar as|to the extent|in the sense|in case|in the event|in (?:the )?absence|"
    r"on (?:the )?condition|"
    r"on (?:the )?understanding|at (?:[\w’']+ ){1,4}discretion|at the (?:earliest|latest|most)|at best|"
    r"at least (?:in|on|for|by|according|so|if|when|where|from)|judging (?:by|from)|"
    r"no (?:earlier|sooner|later) than|not (?:before|until|earlier)|with (?:the )?exception|"
    r"(?:where|when|wherever|whenever) (?:possible|available|applicable|needed|necessary|indicated|appropriate|"
    r"tolerated)|"
    r"less (?:the|what|any)|against (?:[\w’']+ ){0,2}(?:advice|wish\w*|will|orders?|recommendations?|protocol|"
    r"rules?)|"
    r"should (?:the |an? |his |her )?\w+(?: \w+){0,2} (?:be|occur|return|rise|fall|recur|fail|arise|develop|"
    r"show|appear|grow)|"
    r"by (?:mistake|error|accident|oversight)|in error|only (?:if|when|after|once|in|for|at|on|with|by|as|from|"
    r"under))\b",
    re.IGNORECASE,
)
_TEMPORAL = re.compile(
    r"\s(?:when|whenever|once|after|before|as soon as|while|by the time|until|till|from the (?:age|day))\b",
    re.IGNORECASE,
)
_BRIEF = re.compile(
    r"\s(?:up to the|at first|initially|to begin with|for (?:a|the) (?:while|time|moment)|for now|"
    r"for the present|temporarily|briefly|"
    r"in the beginning)\b",
    re.IGNORECASE,
)
_FOR_DAYS = re.compile(rf"\sfor (?:only |just )?{_AMOUNTS} (?:minutes?|hours?|days?|weeks?|months?)\b", re.IGNORECASE)
_BETTER = word_set("improved improves better relieved relief helped helps responded controlled resolved eased")
_ON_SUPPORT = re.compile(
    rf"\son (?:{_AMOUNTS}\s?(?:l\b|lit(?:re|er)s?|%)|(?:high.flow |nasal |home )?oxygen|cpap|bipap|"
    rf"the ventilator|support)",
    re.IGNORECASE,
)
_BY_SOME = re.compile(r"\sby (?:only )?(?:one|1|none|two|2|a minority) (?:out )?of\b", re.IGNORECASE)
_IN_RELATIVE = re.compile(
    rf"\s(?:in|of) (?:his|her|their|the [\w’']+?['’]s|the) (?:\w+ )?(?:{'|'.join(sorted(MEMBERS))})\b", re.IGNORECASE
)
_HEARSAY = re.compile(
    r",\s(?:(?:\w+\s){0,3}(?:thinks?|thought|believes?|believed|claims?|claimed|hopes?|hoped|fears?|feared|suspects?|"
    r"suspected|supposes?|assumes?|assumed|guess(?:es)?|imagines?|insists?)\b(?! to)|(?:it (?:is|was)|"
    r"(?:so )?(?:i|we) (?:am|are|was|were)|"
    r"\w+ (?:has|have) been|(?:so )?(?:he|she|they) (?:is|was|are|were)) (?:said|told|thought|believed|claimed|"
    r"rumou?red|hoped)\b|"
    r"or so\b|if (?:\w+ ){1,4}(?:is|are) (?:to be )?(?:believed|right|correct|true))",
    re.IGNORECASE,
)
_SAID_BY = re.compile(
    r",?\s(?:says?|said|claims?|claimed|according to|writes|reports?)\s((?:[\w’'-]+\s?){1,5})", re.IGNORECASE
)
_AND_CONTRAST = re.compile(r"\saccording to [^;.\n]{2,40}(?:;|, but|, whereas|, while)", re.IGNORECASE)
_WHO = re.compile(r"\s(?:who|whose|that|which|with whom)\s", re.IGNORECASE)
_ALL = word_set("all every any each no none only those everyone anyone everybody anybody")
_GROUPS = word_set(
    "patients children adults infants adolescents boys girls women men people participants families babies "
    "teenagers survivors responders cases tumours tumors centres centers hospitals"
)
_OR_CLAUSE = re.compile(
    r",?\sor\s(?:the|a|an|he|she|it|they|his|her|its|their|we|there|this|that|else)\b[^.;]{0,60}?"
    r"\b(?:is|are|was|were|has|have|had|will|may|can|does|do|did)\b|,?\sor (?:rather|not|else|so it)\b",
    re.IGNORECASE,
)
_ONLY = frozenset(("only", "alone", "exclusively", "solely", "merely"))
_HERE = word_set("here there yet today elsewhere locally abroad")
_DEONTIC = word_set("may can could allowed permitted permit let")
_ORDERS = word_set(
    "give raise lower start stop continue restart reduce hold withhold take resume increase decrease double halve "
    "omit delay repeat switch change add begin use administer call ring keep clamp lay check remove discharge "
    "transfer feed flush draw drink eat return"
)


def find_remark(text: str, start: int, place: int, inside: Sequence[str]) -> Sequel | None:
    """What stands in `text` behind `place` and turns the quote that ends there: it begins at `start` and has the words
    `inside`."""
    tail = text[place : place + LOOK]
    if not tail:
        return None
    if text[place - 1 : place] in ".!;" or tail[0] in ".!;":
        return find_retraction(tail)
    ending = SENTENCE_END.search(tail)
    own = tail[: ending.start()] if ending else tail
    if not own.strip():
        return None
    first = _FIRST.match(own)
    word = first[1].lower() if first else ""
    found = None
    if word in _RESTRICTING:
        found = _restricted(own, inside) or _narrowed(own, text[max(start, place - _CLAUSE) : place])
    if found is None and (own[0] == "," or word in _SAYING):
        found = _claimed(own)
    return found or find_dependent(own, word, inside)


_FIRST = re.compile(r",?\s([^\W_]+)")
_SAYING = word_set("says said say claims claimed according writes reports report")
_RESTRICTING = (
    PREPOSITIONS
    | _HERE
    | word_set(
        "if unless except excepting excluding minus barring bar save provided providing assuming supposing "
        "pending contingent conditional dependent depending subject so no not where when wherever whenever less "
        "against only once while up judging should initially temporarily briefly who whose that which or"
    )
)
"""Words that begin what `_restricted` looks for."""


def _restricted(own: str, inside: Sequence[str]) -> Sequel | None:
    """Conditions, limits, places and persons of a phrase that hangs on the quote."""
    for pattern in (_CONDITION, _BRIEF, _ON_SUPPORT, _BY_SOME, _IN_RELATIVE):
        if (match := pattern.match(own)) and not (pattern is _IN_RELATIVE and _concerns(inside)):
            return told(own, match.end())
    if (match := _TEMPORAL.match(own)) and _is_order(inside):
        return told(own, match.end())
    if (match := _FOR_DAYS.match(own)) and not _BETTER.isdisjoint(inside):
        return told(own, match.end())
    if (match := _WHO.match(own)) and _is_group(inside):
        return told(own, match.end())
    if (match := _OR_CLAUSE.match(own)) and NEGATIVE.isdisjoint(inside) and "no" not in inside:
        return told(own, match.end(), "The quote stops before “{}”, the other half of a choice.")
    return _of_phrase(own)


def _concerns(inside: Sequence[str]) -> bool:
    """Whether the quote speaks of family, so that a relative behind it is nobody else."""
    return not MEMBERS.isdisjoint(inside)


def _is_order(inside: Sequence[str]) -> bool:
    """Whether the quote orders or allows something, which a time behind it limits."""
    if inside and inside[0] in _ORDERS:
        return True
    return any(
        (word in _DEONTIC and not (word == "may" and before.isdigit())) or (word == "to" and before in ("is", "are"))
        for before, word in pairwise(["", *inside])
    )


def _is_group(inside: Sequence[str]) -> bool:
    """Whether the quote ends in a group, which a relative clause without a comma narrows."""
    if not inside or inside[-1] in ("so", "such", "now", "in", "of", "to", "for", "with", "by", "at", "on"):
        return False
    return inside[-1] in _GROUPS or not _ALL.isdisjoint(inside[-3:])


def _of_phrase(own: str) -> Sequel | None:
    """A phrase with a preposition: `in mice`, `at weekends only`, `in the previous version of the protocol`."""
    if own[0] != " ":
        return None
    stop = _BREAK.search(own, 1)
    phrase = own[: stop.start()] if stop else own
    words = words_of(phrase)
    if not words or words[0] not in PREPOSITIONS:
        return None
    near = words[1:6]
    only = next((word for word in words if word in _ONLY), None)
    if only is not None and "not" not in words:
        return told(own, len(phrase.rstrip()))
    placed = words[0] in ("in", "on", "at", "under")
    if words[0] in ("before", "until", "till") and turns(words, phrase):
        return told(own, len(phrase.rstrip()))
    if words[0] in ("for", "in") and words[1:2] == ["adults"]:
        return told(own, len(phrase.rstrip()))
    elsewhere = (placed and not ELSEWHERE.isdisjoint(near)) or ("control" in near and {"group", "arm"} & set(words))
    old = any(word in OLD for word in near) and any(word in DOCUMENTS for word in words[1:9])
    wrong = not _FAULTY.isdisjoint(near)
    if elsewhere or old or wrong or not ANIMALS.isdisjoint(near):
        return told(own, len(phrase.rstrip()))
    return None


_CLAUSE = 120
"""Characters of the last clause of a quote that a phrase behind it can belong to."""
_CLAUSES = re.compile(r"[,;:.!?()\n|]\s?|\s[–—-]\s|\b(?:and|but|so|which|who|because|since)\b")
_FREE = re.compile(
    r"\s(?:on (?:both|either) sides?\b|in (?:both|all|total|size|itself|(?:him|her)self|front)\b|as\b|at (?:all|"
    r"any|present|once)\b|"
    r"to date\b|for (?:age|(?:his|her|their) age|review|example)\b|by (?:dr|prof|day|the)\b|of (?:any|all)\b|than\b)",
    re.IGNORECASE,
)
"""Phrases that narrow nothing."""
_EACH_TIME = re.compile(
    r"\b(?:every|all|any) (?:other |second |single )?(?:\d+|one|two|three|four|six|eight|twelve|few|hours?|"
    r"days?|weeks?|months?|"
    r"years?|morning|evening|night|afternoon|time|meal)\b",
    re.IGNORECASE,
)
"""`every 2 weeks` tells how often and not of how many."""


def _narrowed(own: str, quoted: str) -> Sequel | None:
    """A phrase without a comma behind a denial, a rule, `all`, a permission: without it these say more.
    `He was given 2 mg in May` holds without `in May`; `No seizure was seen in May` does not."""
    first = _FIRST.match(own)
    if own[0] != " " or first is None or quoted[-1:] in ",;:" or _FREE.match(own):
        return None
    word = first[1].lower()
    if word not in PREPOSITIONS and word not in _HERE:
        return None
    clause = words_of(_EACH_TIME.sub(" ", _CLAUSES.split(quoted)[-1]))
    if word == "of" and clause and clause[-1] in _ALL:
        return None
    turning = DOWNWARD.intersection(clause)
    if not turning or (turning == {"may"} and any(b.isdigit() and a == "may" for b, a in pairwise(clause))):
        return None
    stop = _BREAK.search(own, 1)
    return told(own, len((own[: stop.start()] if stop else own).rstrip()))


_FAULTY = ERRORS - {"errors", "error", "mistakes", "misunderstandings", "slip", "artefacts", "artifacts"}


def _claimed(own: str) -> Sequel | None:
    if match := _HEARSAY.match(own):
        return told(own, match.end(), _CLAIMED, AlterationKind.MODALITY)
    if match := _AND_CONTRAST.match(own):
        return told(own, match.end() - 1, _CLAIMED, AlterationKind.MODALITY)
    if (match := _SAID_BY.match(own)) and not LAY.isdisjoint(words_of(match[1])):
        return told(own, match.end(1), _CLAIMED, AlterationKind.MODALITY)
    return None
