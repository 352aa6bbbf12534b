"""What a quote hangs on by grammar and leaves out before it: the clause that governs a `that`, the phrase before a
comma, the word that makes the quote its object, the line above a list.

A clause with `that` is stated only where the verb before it states things (`showed`, `agreed`, `is known`) and nothing
there denies or doubts it: any other verb is not trusted. A phrase before a comma is free to be left out (`In March,`,
`On examination,`) unless it names a condition, another version, or something else than the patient. What is governed
at once is a fact unless its governor belongs to the few that speak of what did not happen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from evaluator.complements import FINITE, NOT_OPENING, is_relative, is_stated
from evaluator.fields import (
    ADVERBS,
    DOCUMENTS,
    DOWNWARD,
    ELSEWHERE,
    ERRORS,
    LAY,
    OLD,
    UNDONE,
    UNREAL,
    WORD,
    word_set,
    words_of,
)
from evaluator.governors import GOES_ON, HANGING, PERFECT, is_governed
from evaluator.sequels import Sequel
from evaluator.types import AlterationKind

LOOK = 240
_TAKES_BACK = "The quote starts after “{}”: the source does not say that it is so."
_CONDITION = "The quote leaves out “{}”, which restricts it."
_STARTS = re.compile(r"[.!?;:](?=[\s\"'”’)\]])|[|•]|\n\s*(?=[^a-z\s])")
_AGAINST = re.compile(
    r"(?:against|outside(?: of)?|barring|short of|failing|bar|except(?:ing)?|excluding|in default of|lest|until|"
    r"up to|"
    r"as (?:a|the) worst case|at worst|at best|at (?:the )?(?:earliest|latest|most)|by (?:a )?(?:mistake|slip|"
    r"error|oversight)|"
    r"by (?:the )?(?:slip|error|oversight)|for want of|in (?:the )?(?:absence|event|case|hope|belief|"
    r"expectation)|in case|"
    r"in an ideal|in (?:his|her|their|my|our|the [\w’' ]+['’]s?) (?:dreams?|nightmares?|imagination|view of things)|"
    r"with(?:out)? (?:the )?(?:consent|permission|approval)|to the best of|if|unless|had|should|were|only|even if|"
    r"no (?:earlier|sooner) than|not (?:before|until|unless)|provided|assuming|supposing|subject to|depending on|"
    r"according to (?:\w+ ){0,3}(?:rumou?rs?|gossip|hearsay))\b"
)
_BOUND = re.compile(
    r"^(?:with|at|from|below|above|under|over|beyond|for|in|on)\b.{0,60}?(?:\b(?:below|above|under|over|beyond|"
    r"less than|"
    r"more than|at least|at most|up to|from the age of|older than|younger than|greater than|exceeding)|[<>≤≥])\s?"
    r"(?:the age of )?(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
)
_AMONG = re.compile(
    r"(?:among|from the age of|on the (?:assumption|premise|understanding|condition)|at (?:a|the|this) (?:dose|"
    r"level|weight|age)|"
    r"in (?:the|an) (?:\w+ )?(?:event|case) of|under the (?:assumption|premise)|(?:for|"
    r"in) (?:the )?(?:\w+ )?(?:arm|group|stratum)|"
    r"with (?:a|an) \w+ (?:above|below|over|under))\b"
)
"""Phrases that name those, or the case, of which a rule or a state of today holds."""
_TIMES = word_set("after during since by until before within through from")
_STRONG = word_set("no not never none nobody nothing n't cannot neither all every")
_SOURCES = word_set(
    "examination exam mri ct scan scans imaging histology review clinic testing test tests follow visit summary "
    "conclusion view opinion experience addition contrast general short fact particular total all average image "
    "images series cohort study trial report section sections table figure x-ray ultrasound auscultation "
    "inspection today now present moment admission discharge presentation interview history course arrival "
    "handover both microscopy biopsy surgery autopsy light turn most"
)
"""What a phrase before a finding names as its source or its place in the text."""
_PAST = word_set("was were had did")
_PREPOSITIONS = word_set("in on at under per by with for from of among within according outside as during before after")
_ASIDE = re.compile(r"[(\[]([^()\[\]]{3,60})[)\]]\s*$")


def find_lead(text: str, place: int, inside: Sequence[str]) -> Sequel | None:
    """What stands in `text` before `place`, where a quote of the words `inside` begins, and turns it. The span counts
    in `text`."""
    begin = max(0, place - LOOK)
    starts = [match.end() for match in _STARTS.finditer(text, begin, place + 1) if match.end() <= place]
    start = starts[-1] if starts else begin
    lead = text[start:place].rstrip(" \t\n\"“”'‘’*_")
    if not lead or not inside:
        return None
    if lead[-1] in ")]":
        aside = _ASIDE.search(lead)
        found = aside is not None and _turned(words_of(aside[1]))
        return Sequel(start, place, AlterationKind.OMISSION, _TAKES_BACK) if found else None
    opens = bool(starts) or begin == 0
    message = _judge(lead.lower().lstrip(" \t\n\"“”'‘’*_>-–—(["), inside, opens=opens)
    if message is None:
        return None
    first = WORD.search(lead)
    shown = start + (first.start() if first else 0)
    blank = text.find(" ", place - _SHOWN, place)
    kind = AlterationKind.MODALITY if message is _TAKES_BACK else AlterationKind.OMISSION
    return Sequel(shown if place - shown <= _SHOWN or blank < 0 else blank + 1, place, kind, message)


_SHOWN = 78
"""Characters of a lead that are told."""


def _turned(words: Sequence[str]) -> bool:
    return any(word in ERRORS or word in UNDONE or word in UNREAL for word in words) or (
        len(words) < 6 and not ELSEWHERE.isdisjoint(words)
    )


def _judge(lead: str, inside: Sequence[str], *, opens: bool) -> str | None:
    if lead[-1:] == ",":
        return _CONDITION if opens and _fronts(lead, words_of(lead), inside) else None
    last = lead[lead.rfind(" ") + 1 :]
    if last not in HANGING and not (" have" in lead[-_NEAR:] and PERFECT.search(lead)):
        return None
    words = words_of(lead)
    if last == "that":
        return None if is_relative(words, inside) or is_stated(lead, words) else _TAKES_BACK
    if inside[0] in GOES_ON:
        return None
    if last in ADVERBS and len(words) < 3 and opens:
        return _TAKES_BACK
    return _TAKES_BACK if is_governed(lead, words, inside) else None


_NEAR = 40
"""Characters before a quote in which `would have been` stands."""


def _fronts(lead: str, words: Sequence[str], inside: Sequence[str]) -> bool:
    """Whether the phrase before the comma restricts the quote."""
    if not words:
        return False
    start = 1 if words[0] in ("and", "but", "so", "then", "or", "however") and len(words) > 1 else 0
    opening = words[start:]
    first = opening[0]
    if first in NOT_OPENING:
        return False
    if first in ADVERBS and len(opening) <= 3:
        return True
    body = lead.partition(" ")[2] if start else lead
    segment = body.split(",")[0]
    match = _AGAINST.match(body)
    if match and not (
        match[0] in ("had", "should", "were", "up to", "only", "until", "except", "if") and _is_loose(opening, inside)
    ):
        return True
    if _AMONG.match(body) and _PAST.isdisjoint(inside[:8]):
        return True
    narrowing = first in _PREPOSITIONS and first not in ("by", "according", "as", "of")
    scoping = _STRONG if first in _TIMES and not _PAST.isdisjoint(inside[:6]) else DOWNWARD - {"without", "may"}
    denied = not scoping.isdisjoint(inside[:5])
    if narrowing and denied and _SOURCES.isdisjoint(opening) and FINITE.isdisjoint(opening):
        return True
    if _BOUND.match(body) and _PAST.isdisjoint(inside[:8]):
        return True
    if first not in _PREPOSITIONS:
        return False
    head = words_of(segment)
    if not ELSEWHERE.isdisjoint(head[:6]) or ("control" in head and not {"arm", "group"}.isdisjoint(head)):
        return True
    if any(word in OLD for word in head) and any(word in DOCUMENTS for word in head):
        return True
    if first == "according" and not LAY.isdisjoint(head):
        return True
    return any(word in ERRORS or word in UNDONE for word in opening) and not {"no", "not"} & set(opening)


def _is_loose(opening: Sequence[str], inside: Sequence[str]) -> bool:
    return (opening[0] in ("had", "should", "were", "if", "only") and len(opening) < 3) or (
        opening[0] in ("until", "up") and not _PAST.isdisjoint(inside[:8])
    )
