"""Words right before a quote that make it what did not happen, or is not known: `refused to`, `fear of`, `mimics`.

What is governed at once is a fact unless its governor is one of these few.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from evaluator.complements import NOT_OPENING
from evaluator.fields import ADVERBS, word_set

_GOVERNORS = word_set(
    "avoid avoids avoided avoiding prevent prevents prevented preventing await awaits awaited awaiting mimic "
    "mimics mimicked mimicking simulating resembling exclude excludes excluded excluding escape escapes escaped "
    "fear fears feared suspect suspected suspects suspicion possible possibly probable presumed presumptive "
    "potential alleged purported supposed hypothetical questionable planned proposed intended considered consider "
    "considers considering contemplate contemplated contemplating discuss discussed discussing debate debated "
    "propose proposes suggest suggests suggested suggesting threatened threatening almost nearly narrowly "
    "hopefully perhaps maybe allegedly reportedly fake mock sham pretend pretended feigned refusing refused "
    "declined against forgoing forgo foregone skipped missed omitted cancelled postponed lacked lacking lacks "
    "without than versus former erstwhile spared"
)
"""What, right before a quote, makes of it something that did not happen or is not known."""
_NOUNS_OF = word_set(
    "talk wish fear fears risk risks suspicion possibility chance chances question idea plan plans thought "
    "thoughts prospect hope hopes lack absence danger prevention avoidance alternative alternatives instead short "
    "exclusion threat likelihood probability prophylaxis allergy intolerance rumour rumours rumor allegation "
    "appearance semblance fiction impression notion dream refusal rejection cancellation postponement free devoid "
    "lieu minds mind horror dread close list"
)
_LOOKING = word_set(
    "look looks looked looking screen screened screening test tested testing search searched searching wait "
    "waiting waits hope hoping hopes ask asked apply applied checked check checking assessed evaluated "
    "investigated examined eligible candidate listed wish wished consent approval permission"
)
_LINKS = word_set("of about for against from on in the a an any some his her their its by at with possible further to")
_UNDONE_TO = word_set(
    "plan plans planned planning reluctant meant pretend pretends pretended supposed tempted wish wishes wished "
    "want wants wanted hope hopes hoped hoping refuse refuses refused refusing decline declines declined fail "
    "fails failed failing intend intends intended intention propose proposes proposed proposal offer offers "
    "offered threaten threatens threatened forgot forget forgets forgotten neglected unable unwilling too prefer "
    "prefers preferred hesitate hesitated hesitant afraid due scheduled tried tries try attempt attempts "
    "attempted attempting would impossible unlikely unsafe likely expected idea suggestion temptation wish "
    "permission request requests requested ought used seemed appeared seem appear appears seems claims claimed "
    "claim believed thought said reported alleged rumoured rumored ready about keen eager loath unfit enough "
    "premature wrong dangerous unethical hard difficult ask asked chance opportunity licence right option longing "
    "dreamt liable prone order orders"
)
HANGING = _GOVERNORS | _LINKS | ADVERBS | {"to", "or", "that"}
"""Only after these does a quote hang on what stands before it."""
PERFECT = re.compile(
    r"\b(?:would|could|should|might|may|must|ought to)(?: \w+ly| perhaps| well|"
    r" not)? have(?: \w+ly)?(?: been)?(?: \w+(?:ed|en|t))?$"
)
GOES_ON = word_set(
    "and or nor but in on at with by for as when until because of to from while if after before during which who that"
)
"""What begins in the middle of a clause after its verb: the word before is no governor of it."""


def is_governed(lead: str, words: Sequence[str], inside: Sequence[str]) -> bool:
    """Whether a word just before the quote makes it what did not happen."""
    last = words[-1]
    if PERFECT.search(lead):
        return True
    if last == "to":
        near = [word for word in words[-5:-1] if not word.endswith("ly")]
        if near[-2:] == ["in", "order"] or near[-1:] in (["is"], ["are"]):
            return False
        return _is_verb(inside[0]) and not _UNDONE_TO.isdisjoint(near[-2:])
    if last in _GOVERNORS:
        return not (last == "than" and inside[0][:1].isdigit()) and not (
            last in ("planned", "considered", "proposed") and "was" in words[-3:]
        )
    if last == "or" and not {"either", "whether"}.isdisjoint(words[-9:]):
        return True
    tail = list(words[-6:])
    links = 0
    while tail and tail[-1] in _LINKS:
        links += 1
        tail.pop()
    if not tail or not links:
        return False
    governor, linking = tail[-1], words[len(words) - links]
    if governor in _GOVERNORS and governor not in ("than", "versus", "potential"):
        return linking in _BEFORE_OBJECT
    if governor in _NOUNS_OF and linking in ("of", "for", "about", "from", "against", "to", "in"):
        return True
    return governor in _LOOKING and linking in ("for", "about", "to") and last != "to"


_BEFORE_OBJECT = word_set("the a an any some his her their its possible further of against for")


def _is_verb(word: str) -> bool:
    """Whether a word behind "to" may be a verb and not the beginning of a noun."""
    return word.isalpha() and word not in NOT_OPENING and not word.endswith("ing")
