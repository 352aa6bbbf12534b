"""What stands before a quote and is no part of its sentence: a heading that denies it, a question mark."""

from __future__ import annotations

import re

from evaluator import lexicon
from evaluator.fields import ELSEWHERE, ERRORS, MEMBERS, UNDONE
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
    if heading is not None:
        return Span(begin + heading.start(1), begin + heading.end()) if _turns(heading[1]) else None
    title = _title_of_list(original, place)
    return title if title is not None and _turns(original[title.start : title.end]) else None


def _turns(heading: str) -> bool:
    atoms = atoms_of(fold(heading))
    words = [atom.surface for atom in atoms]
    if not words:
        return False
    if any(atom.surface in lexicon.NEGATIONS or atom.key == "not" for atom in atoms[:_OPENING]):
        return True
    if any(
        check(words) for check in (condition_heading, denies_list, of_another, takes_back, _of_relative, _of_failure)
    ):
        return True
    short = len(words) <= _SHORT_HEADING
    return any(
        (word in lexicon.HEADED_AWAY and (short or word != "family"))
        or word in ERRORS
        or (word in UNDONE and short)
        or (word in ELSEWHERE and len(words) <= _PLACE_HEADING)
        for word in words
    )


def _of_relative(words: list[str]) -> bool:
    """`Mother's medication:`, `Her twin sister:`; `The mother's words:` are hers about the child."""
    if words[-1] in ("brother", "sister", "twin", "cousin", "uncle", "aunt", "child") and len(words) <= _PLACE_HEADING:
        return words[-1] != "child" or "healthy" in words or "other" in words
    return words[0] in MEMBERS and words[1:2] == ["'s"] and len(words) <= _SHORT_HEADING


def _of_failure(words: list[str]) -> bool:
    """`Reasons for screen failure:`, `To be ruled out:`."""
    if words[-1] in ("fears", "fear", "worries", "hopes", "feared", "hoped"):
        return True
    return words[-1] in ("failure", "failures", "exclusion", "refusal", "withdrawal") or words[-2:] in (
        ["ruled", "out"],
        ["rule", "out"],
        ["be", "excluded"],
    )


def _title_of_list(original: str, place: int) -> Span | None:
    """The line above the list of which a quote begins an item, where that line is no sentence."""
    start = original.rfind("\n", 0, place) + 1
    if not start or not _ITEM.fullmatch(original, start, place):
        return None
    for _ in range(_MOST_ITEMS):
        start, end = original.rfind("\n", 0, start - 1) + 1, start - 1
        line = original[start:end].strip()
        if line and not _ITEM.match(line):
            return Span(start, end) if len(line) <= _LONGEST_TITLE and line[-1] not in ".;," else None
        if not start:
            return None
    return None


_ITEM = re.compile(r"[ \t>]*(?:[-–•*☐☑☒]|\(?(?:[a-z]|\d{1,2}|[ivx]{1,4})[.)])[ \t]+")
_MOST_ITEMS = 12
_LONGEST_TITLE = 100
_PLACE_HEADING = 6


def queried(original: str, place: int) -> Span | None:
    """The question mark before `place`, where a suspected finding is noted in this way."""
    low = max(0, place - 6)
    mark = _QUERY.search(original[low:place])
    return None if mark is None else Span(low + mark.start(1), low + mark.end(1))
