"""Whether a clause with `that` is stated by the clause before it.

Only a verb that states things (`showed`, `agreed`, `is known`) does so, and only where nothing beside it denies or
doubts it. A verb that is not known is not trusted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from evaluator.fields import ERRORS, LAY, NEGATIVE, NO_MORE, TURNED, UNREAL, word_set, words_of
from evaluator.frames import ERRORS as NOT_SO

_STATING = word_set(
    "show shows showed shown showing find finds found note notes noted report reports reported confirm confirms "
    "confirmed establish established demonstrate demonstrated demonstrates see seen saw observe observes observed "
    "know known knows knew agree agrees agreed explain explains explained write writes wrote written add adds "
    "added state states stated say says said tell told inform informed informs remind reminded mention mentions "
    "mentioned stress stressed stresses emphasise emphasised emphasize emphasized point points pointed conclude "
    "concluded concludes record recorded records document documented documents describe described remember reveal "
    "revealed reveals indicate indicates indicated prove proved proven verify verified determine determined learn "
    "learned learnt discover discovered notice noticed recognise recognised recognize recognized understand "
    "understood realise realised aware clear evident evidence certain sure obvious fact news finding findings "
    "result results means mean meant advise advised advises recommend recommended recommends decide decided "
    "decides order ordered ordain reply replied answer answered announce announced declare declared happy pleased "
    "glad grateful sorry sad regret proof sign signs conclusion report ensure ensures consensus opinion confident "
    "remark remarked comment commented repeat repeated specify specified specifies require requires required "
    "stipulate stipulates stipulated rule ruled hold holds read reads letter note message summary experience "
    "calculated calculate estimated estimate assure assured accept accepted acknowledge acknowledged admit "
    "admitted turned transpired emerged emerges follows grateful feel request requested ask asked extent"
)
"""Verbs, nouns and adjectives before a `that` which stand for what the speaker holds to be so, or orders."""
_IRREALIS = word_set(
    "if whether unless would might could prefer wish hope hopes ought only seldom rarely hardly scarcely"
)
_STATED_ALL_THE_SAME = re.compile(
    r"(?:should|must|may|can|could|might|please|to|would)(?: also| well| clearly| then| again)? (?:be |have been )?"
    r"(?:noted?|stressed|remembered?|mentioned|emphasi[sz]ed|added?|seen|said|stated|borne|kept|state|know|like|"
    r"say|inform|tell|see|add|mention|point|report|confirm|aware|informed|reminded)\b"
)
FINITE = word_set("is are was were has have had do does did can could may might will would shall should must be been")
NOT_OPENING = word_set("the a an he she it they we i his her their our this these there no")


def is_relative(words: Sequence[str], inside: Sequence[str]) -> bool:
    """`a lesion that | was removed`, `above that | of the cortex`: no clause is governed."""
    first, second = inside[0], inside[1] if len(inside) > 1 else ""
    if first in FINITE or first in _DEMONSTRATED or first.endswith("ed"):
        return True
    if words[-2:-1] and words[-2] in _BEFORE_THIS:
        return True
    return (
        first.endswith("s")
        and first not in ("this", "his", "its")
        and (
            second in NOT_OPENING
            or second in _DEMONSTRATED
            or second in ("to", "off", "up", "out")
            or second[:1].isdigit()
        )
    )


_DEMONSTRATED = word_set("of in on at for with by from")
_BEFORE_THIS = word_set("than at below above on of with for to after before since by into from under over")


def is_stated(lead: str, words: Sequence[str]) -> bool:
    """Whether the clause before "that" states what follows, by its verb, and nothing there denies it."""
    comma = lead.rfind(",")
    clause = words_of(lead[comma + 1 :]) if comma >= 0 else list(words)
    if len(clause) < 3 or clause[0] in ("and", "or"):
        clause = list(words)
    clause = clause[:-1]
    if clause and "that" in clause[:-1] and (comma >= 0 or clause[-1] in ("and", "or")):
        clause = clause[: clause.index("that")]  # `said that …, and that`
    near = clause[-6:] if comma < 0 else clause[-9:]
    if clause and clause[-1] in _CONDITIONS:
        return False
    if not any(_is_stating(word) for word in near) and not _follows(clause):
        return False
    if not NEGATIVE.isdisjoint(clause) or "no" in clause:
        return not _SURE.isdisjoint(clause)
    if any(word in ERRORS or word in NOT_SO or word in UNREAL or word in _UNSOUND for word in clause):
        return False
    if (
        "if" in clause
        or words[0] in ("were", "had", "should")
        or NO_MORE.search(lead)
        or TURNED.search(lead.replace("turned out", ""))
    ):
        return False
    if not (_IRREALIS | _MUST).isdisjoint(near):
        return _STATED_ALL_THE_SAME.search(lead) is not None
    return LAY.isdisjoint(clause) or _SPOKEN.isdisjoint(near)


_UNSOUND = word_set("delirious delirium drunk joking jokingly sleep asleep confused")
_CONDITIONS = word_set("provided providing except supposing assuming unless on only")


def _follows(clause: Sequence[str]) -> bool:
    """`so tired that`, `now that`, `in that`, `given that`: what follows is a fact by the conjunction."""
    return bool(clause) and (
        clause[-1] in ("so", "such", "now", "in", "given", "considering", "seeing")
        or not {"so", "such"}.isdisjoint(clause[-5:])
    )


def _is_stating(word: str) -> bool:
    stem = word.removesuffix("s").removesuffix("ing").removesuffix("ed")
    return word in _STATING or stem in _STATING or stem + "e" in _STATING


_SURE = word_set("doubt question surprising surprise only wonder secret")
_MUST = word_set("should must may can please ask asked asks")
_SPOKEN = word_set("says said say claims told writes wrote tells")
