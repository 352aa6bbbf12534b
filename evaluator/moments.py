"""Dates, clock times and intervals between doses as single atoms, so that each reads alike however it is written.

`3 March`, `March 3rd` and the end of `2024-03-03` are one day; `7:30 pm` is `19:30`; `q8h` and `8-hourly` are
`every 8 hours`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from evaluator import lexicon
from evaluator.atoms import Atom
from evaluator.normalize import Folded
from evaluator.spelling import is_number

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_DRESS = {ord(mark): None for mark in "*_`\"'"}
_YEAR = re.compile(r"(?:19|20)\d\d")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)")


def merge_moments(atoms: Sequence[Atom], folded: Folded) -> list[Atom]:
    """The atoms with each date, time and interval as one."""
    out: list[Atom] = []
    stop = 0
    after_month = False
    for index, atom in enumerate(atoms):
        if index < stop:
            continue
        taken: _Made | None = None
        surface = atom.surface
        if surface in _OPENERS or (atom.key[:1].isdigit() and _goes_on(atoms, index)):
            taken = _moment(atoms, index, folded.text)
        elif surface == "in" and _is_fractionated(atoms, index):
            taken = (replace(atom, key="per"),), index + 1
        elif surface in ("or", "and"):
            taken = _bound(atoms, index, folded.text)
        if taken is not None:
            made, stop = taken
            out.extend(made)
        elif after_month or atom.key in lexicon.MONTHS:
            _add(out, atom, folded)
        else:
            out.append(atom)
        after_month = out[-1].key in lexicon.MONTHS
    return out


def _goes_on(atoms: Sequence[Atom], index: int) -> bool:
    """Whether what stands behind a number may make it a date, a time or an interval, or it is a date by itself."""
    if atoms[index].surface.count(".") > 1:
        return True
    following = atoms[index + 1] if index + 1 < len(atoms) else None
    return following is not None and (following.key in _BEHIND_NUMBERS or following.surface in _BEHIND_NUMBERS)


_OPENERS = frozenset(("q", "every", "once every", "each", "quarter", "half"))
_BEHIND_NUMBERS = frozenset(("to", "and", ":", "am", "pm", "a", "p", "past", "hourly", "weekly", "monthly"))
_Made = tuple[tuple[Atom, ...], int]


def _moment(atoms: Sequence[Atom], index: int, text: str) -> _Made | None:
    if is_number(atoms[index].key):
        found = _numeric_date(atoms, index) or _clock(atoms, index, text) or _half_more(atoms, index, text)
        if found is not None:
            return found
    return _spoken_clock(atoms, index, text) or _interval(atoms, index, text)


def _is_small(key: str) -> bool:
    """Whether a key is a number of one or two digits: a day, a month, an hour."""
    return len(key) <= 2 and key.isascii() and key.isdigit()


def _is_fractionated(atoms: Sequence[Atom], index: int) -> bool:
    """`54 Gy in 30 fractions`, which is also written `54 Gy/30 fx`."""
    dosed = index > 0 and atoms[index - 1].key in ("gy", "cgy")
    return (
        dosed
        and [is_number(atom.key) for atom in atoms[index + 1 : index + 3]] == [True, False]
        and (atoms[index + 2].key == "fraction")
    )


def _numeric_date(atoms: Sequence[Atom], index: int) -> _Made | None:
    """`2024-03-05` and `5.3.2024` as day and year; `5/3/2024` is read differently on both sides of the Atlantic."""
    first = atoms[index]
    german = _GERMAN.fullmatch(first.surface)
    if german is not None:
        day, month, year = int(german[1]), int(german[2]), german[3]
        middle = first.end - 4
    else:
        run = atoms[index : index + 5]
        keys = [atom.key for atom in run]
        dashes = len(run) == 5 and keys[1] == keys[3] == "to" and all(atom.joined for atom in run[1:])
        if not dashes or not _YEAR.fullmatch(keys[0]) or not (_is_small(keys[2]) and _is_small(keys[4])):
            return None
        day, month, year = int(keys[4]), int(keys[2]), keys[0]
        middle = run[1].start
        first = replace(first, end=run[4].end)
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    whole = first.surface if german else first.surface + "-"
    left = replace(first, key=f"{day} {_MONTHS[month - 1]}", surface=whole, end=middle)
    right = replace(first, key=year, surface=year, start=middle, joined=True)
    return (left, right), index + (1 if german else 5)


def _clock(atoms: Sequence[Atom], index: int, text: str) -> _Made | None:
    """`19:30`, `7:30 pm` and `7 pm` as one time of day."""
    hours = atoms[index]
    dotted = _DOTTED.fullmatch(hours.surface)
    if dotted and _meridiem(atoms, index + 1, text):
        hours = replace(hours, key=dotted[1])
    elif dotted or not _is_small(hours.key) or int(hours.key) > 24:
        return None
    stop, minutes = index + 1, dotted[2] if dotted else "00"
    if stop + 1 < len(atoms) and atoms[stop].key == ":" and re.fullmatch(r"[0-5]\d", atoms[stop + 1].surface):
        minutes = atoms[stop + 1].surface
        stop += 2
        if stop < len(atoms) and atoms[stop].key == ":":
            return None  # seconds, or a ratio
    half = _meridiem(atoms, stop, text)
    if half is None and stop == index + 1:
        return None
    value = int(hours.key)
    if half is not None:
        if not 1 <= value <= 12:
            return None
        value = value % 12 + (12 if half[0][0] == "p" else 0)
        stop = half[1]
    elif (
        stop < len(atoms)
        and atoms[stop].surface in _BEHIND_CLOCKS
        and text[atoms[stop - 1].end : atoms[stop].start] in _AT_ONCE
    ):
        stop += 1
    end = atoms[stop - 1].end
    return (replace(hours, key=f"{value}:{minutes}", surface=text[hours.start : end], end=end),), stop


def _spoken_clock(atoms: Sequence[Atom], index: int, text: str) -> _Made | None:
    """`quarter to eight`, `half past seven`, `ten past six`."""
    run = atoms[index : index + 3]
    if len(run) < 3 or run[1].surface not in ("past", "to") or not _is_small(run[2].key) or int(run[2].key) > 12:
        return None
    minutes = _PARTS.get(run[0].surface)
    if minutes is None or (run[1].surface == "to" and run[0].surface == "half"):
        return None
    hour = int(run[2].key)
    stop, late = index + 3, _meridiem(atoms, index + 3, text)
    if late is not None:
        stop, hour = late[1], hour % 12 + (12 if late[0][0] == "p" else 0)
    if run[1].surface == "to":
        hour, minutes = (hour - 1) or 12, 60 - minutes
    end = atoms[stop - 1].end
    return (replace(run[0], key=f"{hour}:{minutes:02d}", surface=text[run[0].start : end], end=end),), stop


_BEHIND_CLOCKS = frozenset(("h", "hr", "hrs", "hours", "uhr"))
_AT_ONCE = frozenset(("", " "))
_PARTS = {"quarter": 15, "half": 30}
_DOTTED = re.compile(r"(\d{1,2})\.([0-5]\d)")


def _half_more(atoms: Sequence[Atom], index: int, text: str) -> _Made | None:
    """`seven and a half` as 7.5."""
    run = atoms[index : index + 4]
    said = [atom.key for atom in run[1:]]
    if not run[0].key.isdigit() or said != ["and", "a", "half"]:
        return None
    end = run[-1].end
    return (replace(run[0], key=f"{run[0].key}.5", surface=text[run[0].start : end], end=end),), index + 4


def _meridiem(atoms: Sequence[Atom], index: int, text: str) -> tuple[str, int] | None:
    """`am`, `p.m.` and where it ends."""
    if index >= len(atoms):
        return None
    if atoms[index].surface in ("am", "pm"):
        return atoms[index].surface, index + 1
    dotted = index + 1 < len(atoms) and atoms[index + 1].surface == "m" and atoms[index].surface in ("a", "p")
    if dotted and text[atoms[index].end : atoms[index + 1].start] == ".":
        return atoms[index].surface, index + 2
    return None


_UNITS_OF_INTERVALS = {
    "hour": "hour", "h": "hour", "day": "day", "d": "day", "week": "week", "w": "week", "wk": "week", "month": "month",
}  # fmt: skip


def _interval(atoms: Sequence[Atom], index: int, text: str) -> _Made | None:
    """`every 8 hours`, `q8h`, `q 8 h` and `8-hourly` as one interval."""
    run = atoms[index : index + 3]
    if len(run) == 3 and (run[0].surface in ("q", "each") or run[0].key == "every") and run[1].key.isdigit():
        unit = _UNITS_OF_INTERVALS.get(run[2].key) or _UNITS_OF_INTERVALS.get(run[2].surface)
        if unit is not None:
            return _every(run, run[1].key, unit, text), index + 3
    if len(run) > 1 and is_number(run[0].key) and run[0].key.isdigit() and run[1].surface in _HOURLY and run[1].joined:
        return _every(run[:2], run[0].key, _HOURLY[run[1].surface], text), index + 2
    return None


def _bound(atoms: Sequence[Atom], index: int, text: str) -> _Made | None:
    """`or more` behind a number or its unit as the sign that it is."""
    run = atoms[index : index + 2]
    if index == 0 or len(run) < 2 or run[1].surface not in lexicon.BOUNDS_BEHIND:
        return None
    before, following = atoms[index - 1], atoms[index + 2] if index + 2 < len(atoms) else None
    plain = is_number(before.key) and not (before.joined and text[before.start - 1 : before.start].isalpha())
    if not plain and before.key not in _BOUNDED:
        return None
    gap = text[run[1].end : following.start] if following is not None else ""
    if following is not None and not gap.strip() and following.surface not in _BEHIND_BOUNDS:
        return None  # "or more enhancement"
    sign = lexicon.BOUNDS_BEHIND[run[1].surface]
    return (replace(run[0], key=sign, surface=text[run[0].start : run[1].end], end=run[1].end),), index + 2


_BEHIND_BOUNDS = frozenset(
    [
        "at",
        "in",
        "on",
        "for",
        "of",
        "and",
        "or",
        "with",
        "was",
        "were",
        "is",
        "are",
        "before",
        "after",
        "from",
        "to",
        "by",
        "per",
        "during",
        "within",
        "since",
        "until",
        "if",
        "when",
    ]
)
_BOUNDED = lexicon.UNITS | {"year old"}
_HOURLY = {"hourly": "hour", "weekly": "week", "monthly": "month"}


def _every(run: Sequence[Atom], number: str, unit: str, text: str) -> tuple[Atom, ...]:
    key = f"every {number} {unit}"
    return (replace(run[0], key=key, surface=text[run[0].start : run[-1].end], end=run[-1].end),)


def _add(out: list[Atom], atom: Atom, folded: Folded) -> None:
    """Append an atom that is a month or stands behind one, or let it become one day with the atom before it; `3 may`
    does not."""
    text = folded.text
    before = out[-1] if out else None
    if before is not None and before.surface == "of" and len(out) > 1 and atom.key in lexicon.MONTHS:
        nth = _DAY.fullmatch(out[-2].key)  # "the 14th of May"
        if nth is not None and out[-2].surface[-1:].isalpha() and out[-2].surface[0].isdigit():
            out[-2:] = [
                replace(out[-2], key=f"{nth[1]} {atom.key}", surface=text[out[-2].start : atom.end], end=atom.end)
            ]
            return
    gap = text[before.end : atom.start].translate(_DRESS) if before is not None else ""
    dated = len(out) > 1 and out[-2].surface in _BEFORE_DATES
    ordinal = gap == ". " and atom.key in lexicon.MONTHS and (atom.key != "may" or dated)  # "20. December"
    if before is not None and (ordinal or gap in (" ", "-")):
        day, month = (before, atom) if atom.key in lexicon.MONTHS else (atom, before)
        digits = _DAY.fullmatch(day.key) if month.key in lexicon.MONTHS and day.surface[0].isdigit() else None
        if digits and int(digits[1]) <= 31 and (month.key != "may" or folded.original[_place(folded, month)].isupper()):
            out[-1] = replace(
                before, key=f"{digits[1]} {month.key}", surface=text[before.start : atom.end], end=atom.end
            )
            return
    out.append(atom)


_BEFORE_DATES = frozenset(("on", "of", "since", "until", "from", "by", "to", "and", "before", "after", "dated"))


def _place(folded: Folded, atom: Atom) -> int:
    return folded.original_span(atom.start, atom.end).start
