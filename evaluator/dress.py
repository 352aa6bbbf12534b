"""One thing in another dress, where only the source shows that it is the same: a time of day, an age, a fortnight.

`14.30 h` may be a duration and `1430 hrs` too; beside a source that says `14:30` at that place they are the time. The
rules run one way, from what a source says without doubt to what a quote makes of it, unless both forms are beyond
doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evaluator import lexicon
from evaluator.terms import Atom, is_number

_TIME = re.compile(r"(\d{1,2}):(\d\d)")
_QUOTED_TIME = re.compile(
    r"(\d{1,2})(?:h([0-5]\d)(?:min|m)?|:([0-5]\d):00|\.([0-5]\d)(?:h|hrs?|hours?)|\.([0-5]\d):00)"
    r"|(\d\d)([0-5]\d)(?:h|hrs?|hours?)"
)
_CERTAIN_TIME = re.compile(r"(\d{1,2})(?:h([0-5]\d)|:([0-5]\d):00)|(0\d)([0-5]\d)(?:h|hrs?|hours?)")
_MOST = 5
_AGED = frozenset(("year", "year old"))
_PEOPLE = lexicon.PERSONS | frozenset(("patient", "infant", "youth", "lady", "gentleman", "m", "f"))
_AGE_GAPS = (1, 2, 3)
_FIRST_PERSONS = frozenset(("i", "we"))
_MADE = {("no", "1"): "nobody", ("2", "week"): "fortnight", ("14", "day"): "fortnight"}
_HEADS = frozenset((*_MADE.values(), *_AGED))


def otherwise_dressed(cited: Sequence[Atom], c: range, source: Sequence[Atom], s: range) -> Iterator[tuple[int, ...]]:
    """Ranges `(c0, c1, s0, s1)` within two stretches that say the same."""
    for j in s:
        atom = source[j]
        if ":" in atom.key and (time := _TIME.fullmatch(atom.key)):
            wanted = (int(time[1]), time[2])
            yield from ((i, stop, j, j + 1) for i, stop in _times(cited, c, _QUOTED_TIME, wanted))
        elif atom.key in _HEADS or atom.surface == "shall":
            yield from _words(cited, c, source, s, j)
    for i in c:
        time = _TIME.fullmatch(cited[i].key) if ":" in cited[i].key else None
        if time is not None:
            wanted = (int(time[1]), time[2])
            yield from ((i, i + 1, j, stop) for j, stop in _times(source, s, _CERTAIN_TIME, wanted))


def _times(
    atoms: Sequence[Atom], places: range, form: re.Pattern[str], wanted: tuple[int, str]
) -> Iterator[tuple[int, int]]:
    """Where atoms are written as the time that is wanted, in one of the forms."""
    for start in places:
        if not atoms[start].surface[:1].isdigit():
            continue
        for stop in range(start + 1, min(start + _MOST, places.stop) + 1):
            found = form.fullmatch("".join(atom.surface for atom in atoms[start:stop]))
            if found is not None:
                hour, minute = (group for group in found.groups() if group is not None)
                if (int(hour), minute) == wanted and int(hour) < 25:
                    yield start, stop


def _words(cited: Sequence[Atom], c: range, source: Sequence[Atom], s: range, j: int) -> Iterator[tuple[int, ...]]:
    key = source[j].key
    if source[j].surface == "shall":
        if j and source[j - 1].surface in _FIRST_PERSONS:
            yield from ((i, i + 1, j, j + 1) for i in c if cited[i].surface == "will")
    elif key in _AGED:
        if _is_age(source, j):
            yield from ((i, i + 1, j, j + 1) for i in c if cited[i].key in _AGED)
            yield from _aged(cited, c, source, s, j)
    else:
        head = j - 1 if key == "fortnight" and j > s.start and source[j - 1].surface in lexicon.ARTICLES else j
        for i in c:
            if i + 1 < c.stop and _MADE.get((cited[i].key, cited[i + 1].key)) == key:
                yield i, i + 2, head, j + 1


def _aged(cited: Sequence[Atom], c: range, source: Sequence[Atom], s: range, j: int) -> Iterator[tuple[int, ...]]:
    """`aged 13` for `13 years`."""
    if j - 1 < s.start:
        return
    for i in c:
        if cited[i].surface == "aged" and i + 1 < c.stop and cited[i + 1].key == source[j - 1].key:
            following = cited[i + 2].key if i + 2 < len(cited) else ""
            if following not in lexicon.UNITS and following not in ("to", "per", "or"):
                yield i, i + 2, j - 1, j + 1


def _is_age(source: Sequence[Atom], j: int) -> bool:
    """Whether a number of years is the age of somebody: a person, a comma, the years, and the end of the phrase
    ("Girl, 9 years, with …"). "The girl, 9 years after" is none."""
    if source[j].key == "year old":
        return True
    if j < 2 or not is_number(source[j - 1].key) or source[j - 2].surface not in _PEOPLE:
        return False
    if source[j - 1].start - source[j - 2].end not in _AGE_GAPS:
        return False
    return j + 1 == len(source) or source[j + 1].start - source[j].end > 1
