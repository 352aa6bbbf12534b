"""What stands before a quote and is no part of its sentence: a heading that denies it, a question mark."""

from __future__ import annotations

import re

from evaluator import lexicon
from evaluator.frames import condition_heading, denies_list, of_another, takes_back
from evaluator.normalize import fold
from evaluator.terms import atoms_of
from evaluator.types import Span

_LOOK = 160
_OPENING = 2
"""A heading is denied by its first words ("Not found:"); "There is no conflict:" is a sentence."""
_SHORT_HEADING = 3
"""`Family history:` is of somebody else; "The family was told:" is not."""
_HEADING = re.compile(r"(?:^|[\n.;!?|•])[ \t>*_-]*([^\n.;:!?|•]{2,60}):[ \t*_]*\n?[ \t>*_-]*$")
_QUERY = re.compile(r"(?:^|[\s,;(])(\?{1,3})\s{0,2}$")


def headed_away(original: str, place: int) -> Span | None:
    """The heading before `place` where it denies what follows or gives it to somebody else ("Allergies: …")."""
    begin = max(0, place - _LOOK)
    heading = _HEADING.search(original[begin:place])
    if heading is None:
        return None
    atoms = atoms_of(fold(heading[1]))
    words = [atom.surface for atom in atoms]
    denied = any(atom.surface in lexicon.NEGATIONS or atom.key == "not" for atom in atoms[:_OPENING])
    if not denied and words:
        denied = any(check(words) for check in (condition_heading, denies_list, of_another, takes_back))
    short = len(words) <= _SHORT_HEADING
    if not denied and not any(word in lexicon.HEADED_AWAY and (short or word != "family") for word in words):
        return None
    return Span(begin + heading.start(1), begin + heading.end())


def queried(original: str, place: int) -> Span | None:
    """The question mark before `place`, where a suspected finding is noted in this way."""
    low = max(0, place - 6)
    mark = _QUERY.search(original[low:place])
    return None if mark is None else Span(low + mark.start(1), low + mark.end(1))
