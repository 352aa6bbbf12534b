"""Words of which an answer can only mean one side."""

from __future__ import annotations

from collections.abc import Sequence

from evaluator.facts import Facts
from evaluator.terms import word_key as key_of


def _side(words: str) -> dict[str, str]:
    """Each word, and its key, as a reader writes it; `_` joins what reads as one word."""
    phrases = [word.replace("_", " ") for word in words.split()]
    return {key: phrase for phrase in phrases for key in (phrase, phrase if " " in phrase else key_of(phrase))}


OPPOSITES: tuple[tuple[dict[str, str], ...], ...] = tuple(
    tuple(_side(side) for side in group.split("|"))
    for group in (
        "left|right|bilateral",
        "anterior|posterior",
        "ventral|dorsal",
        "medial|lateral",
        "upper|lower",
        "rostral|caudal",
        "proximal|distal",
        "supratentorial|infratentorial",
        "unilateral|bilateral",
        "ipsilateral|contralateral",
        "before prior preceding|after following",
        "1st initial|last final",
        "within|exceed exceeded exceeds exceeding beyond outside",
        "once|twice|thrice",
        "morning|noon midday|afternoon|evening|night",
        "started begun began|stopped discontinued",
        "malignant|benign",
        "inherited germline|somatic acquired",
        "high|low",
        "gain gained|loss lost",
        "open|closed",
        "retained kept preserved|lost",
        "detected|undetected",
        "complete|incomplete",
        "mandatory required|optional voluntary",
        "neoadjuvant|adjuvant",
        "increase increased rise rose higher greater longer larger prolong prolonged grown grew grows enlarged bigger|"
        "decrease decreased fall fell lower less fewer shorter smaller reduced shortened shrunk shrank|"
        "unchanged same stable",
        "improve improved better|worsen worsened worse deteriorated",
        "positive|negative",
        "methylated|unmethylated",
        "mutant mutated|wildtype",
        "partial|complete|stable|progressive",
        "mild|moderate|severe",
        "present|absent",
        "allowed permitted|forbidden prohibited",
        "survived alive|died dead",
        "boy male|girl female",
        "oral orally buccal|iv|im|sc|intrathecal intrathecally|intranasal intranasally nasal|topical topically|"
        "rectal rectally|inhaled|transdermal patch",
        "per_day|2x_per_day|3x_per_day|4x_per_day|5x_per_day|6x_per_day|per_week|2x_per_week|3x_per_week|4x_per_week|"
        "5x_per_week|per_month|every_2_day|every_2_week|as_needed",
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    )
)
"""Words of which an answer can only mean one side."""


_SIDED = frozenset(key for group in OPPOSITES for side in group for key in side)
_BARE = 2


def check_opposites(said: Facts, wanted: Facts) -> str:
    affirmed, expected = said.affirmed_keys, wanted.affirmed_keys or wanted.keys
    if _SIDED.isdisjoint(affirmed) or _SIDED.isdisjoint(expected):
        return ""
    for group in OPPOSITES:
        theirs = [side for side in group if not side.keys().isdisjoint(expected)]
        strange = [side for side in _sides(group, affirmed) if side not in theirs]
        missing = [side for side in theirs if side.keys().isdisjoint(said.keys)]
        if strange and missing:
            here, there = min(strange[0].keys() & affirmed), min(missing[0].keys() & expected)
            return f"says ‘{strange[0][here]}’ where ‘{missing[0][there]}’ is expected"
    return ""


def _sides(group: Sequence[dict[str, str]], keys: frozenset[str]) -> list[dict[str, str]]:
    return [side for side in group if not side.keys().isdisjoint(keys)]


def says_both(said: Facts, wanted: Facts, core: frozenset[str]) -> str:
    """Two opposite words of which one is all that was expected ("lost here but kept there")."""
    if wanted.measures or wanted.names or len(core) > _BARE:
        return ""
    for group in OPPOSITES:
        theirs = _sides(group, wanted.keys)
        strange = [side for side in _sides(group, said.affirmed_keys) if side not in theirs]
        if theirs and strange:
            return f"says ‘{strange[0][min(strange[0].keys() & said.affirmed_keys)]}’ as well as what is expected"
    return ""
