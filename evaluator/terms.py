"""Give atoms the keys that they have in their surroundings, so that what reads alike compares equal.

`54Gy`, `54 Gy` and `fifty-four gray` give the keys `54` and `gy`; `twice daily` and `b.i.d.` one key; `grade IV` and
`grade 4` the same two. Two atoms with one key say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from evaluator import lexicon
from evaluator.atoms import Atom, Role, raw_atoms
from evaluator.moments import merge_moments
from evaluator.normalize import SHORT_TEXT, Folded, fold
from evaluator.spelling import is_name, is_number, word_key

__all__ = ["Atom", "Phrases", "Role", "atoms_of", "is_name", "is_number", "phrases_of", "read_atoms", "word_key"]

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Runs of keys that read as one; `longest` bounds a run by its first key, `seconds` are the keys that may follow on
    that one."""

    keys: dict[Keys, str]
    longest: dict[str, int]
    seconds: dict[str, set[str]]


def phrases_of(keys: dict[Keys, str]) -> Phrases:
    """Phrases ready for merging."""
    longest: dict[str, int] = {}
    seconds: dict[str, set[str]] = {}
    for phrase in keys:
        longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
        seconds.setdefault(phrase[0], set()).update(phrase[1:2])
    return Phrases(keys, longest, seconds)


_COMMON = phrases_of(
    {tuple(word_key(word) for word in phrase): word_key(key) for phrase, key in lexicon.PHRASES.items()}
)


def atoms_of(
    folded: Folded, start: int = 0, end: int | None = None, phrases: Phrases | None = None
) -> tuple[Atom, ...]:
    """The atoms of `folded.text[start:end]`, in order. `phrases` adds runs that read as one in this context, such as
    an abbreviation and its long form. Cut at white space, or the first and last atom may be halves."""
    text = folded.text
    end = len(text) if end is None else end
    atoms = raw_atoms(folded, start, end)
    if text.find("^-", start, end) >= 0:
        atoms = _denominators(atoms)
    atoms = _merge_phrases(_contextual(atoms, text), text, _COMMON)
    if phrases is not None and phrases.keys:
        atoms = _merge_phrases(atoms, text, phrases)
    return tuple(merge_moments(atoms, folded))


def read_atoms(text: str) -> tuple[Atom, ...]:
    """The atoms of a whole text; those of the last short ones are remembered, as several checks ask for them."""
    return _remembered_atoms(text) if len(text) <= SHORT_TEXT else atoms_of(fold(text))


@lru_cache(maxsize=1024)
def _remembered_atoms(text: str) -> tuple[Atom, ...]:
    return atoms_of(fold(text))


def _count(atoms: Sequence[Atom], index: int) -> tuple[int, str] | None:
    """A number in words that begins at `index`: how many atoms it takes and its key."""
    total = group = 0
    used = position = index
    while position < len(atoms) and position < index + 12:
        word = atoms[position].surface
        if word in lexicon.NUMBER_WORDS and (group % 100 == 0 or (group % 10 == 0 and group % 100 >= 20)):
            value = lexicon.NUMBER_WORDS[word]
            if group % 100 and value > 9:
                break
            group += value
        elif word in lexicon.TENS and group % 100 == 0:
            group += lexicon.TENS[word]
        elif word == "hundred" and 0 < group < 10:
            group *= 100
        elif word in ("thousand", "million", "billion") and group:
            total, group = total + group * lexicon.MULTIPLIERS[word], 0
        elif word == "and" and position > index and atoms[position - 1].surface in lexicon.MULTIPLIERS:
            position += 1
            continue
        else:
            break
        position += 1
        used = position
    if used == index:
        return None
    return used - index, str(total + group)


def _merge(atoms: Sequence[Atom], first: int, stop: int, key: str, text: str) -> Atom:
    start, end = atoms[first].start, atoms[stop - 1].end
    return Atom(key, text[start:end], start, end, atoms[first].joined, atoms[first].role)


def _denominators(atoms: Sequence[Atom]) -> list[Atom]:
    """Units to a negative power as units behind a stroke: `mg m^-2` as `mg/m2`. A unit alone, which nothing is divided
    by, stays: it reads like none without the power."""
    out: list[Atom] = []
    index = 0
    while index < len(atoms):
        atom, keys = atoms[index], [other.key for other in atoms[index + 1 : index + 4]]
        divided = out and (out[-1].key[-1:].isdigit() or _is_unit(out[-1]))
        if keys[:2] == ["^", "-"] and keys[2:] and keys[2] in _POWERS and divided and _is_unit(atom):
            stop, unit = index + 4, atom.key if keys[2] == "1" else atom.key + keys[2]
            out.append(Atom("per", "/", atom.start, atom.start, True, atom.role))
            surface = atom.surface if unit == atom.key else unit
            out.append(Atom(unit, surface, atom.start, atoms[stop - 1].end, True, atom.role))
            index = stop
        else:
            out.append(atom)
            index += 1
    return out


_POWERS = frozenset(("1", "2", "3"))


def _is_unit(atom: Atom) -> bool:
    return atom.key in lexicon.UNITS or atom.surface in lexicon.SHORT_UNITS


def _contextual(atoms: Sequence[Atom], text: str) -> list[Atom]:
    """Resolve what depends on the neighbours: number words, Roman numerals after `grade`, short unit names."""
    out: list[Atom] = []
    stop = 0
    for index, atom in enumerate(atoms):
        if index < stop:
            continue
        if atom.surface not in _WATCHED:
            out.append(atom)
            continue
        counted = _count(atoms, index) if atom.surface in _SPELLED else None
        if counted is not None:
            stop = index + counted[0]
            out.append(_merge(atoms, index, stop, counted[1], text))
            continue
        before = out[-1] if out else None
        if before and atom.joined and atom.surface in _ORDINAL_ENDS and before.key.isdigit():
            out[-1] = _merge((before, atom), 0, 2, before.key + atom.surface, text)
        else:
            key = _contextual_key(atom, out, atoms[index + 1] if index + 1 < len(atoms) else None, text)
            out.append(
                atom if key == atom.key else Atom(key, atom.surface, atom.start, atom.end, atom.joined, atom.role)
            )
    return out


def _contextual_key(atom: Atom, out: Sequence[Atom], following: Atom | None, text: str) -> str:
    word = atom.surface
    after_number = _follows_number(atom, out, text)
    before_number = following is not None and (is_number(following.key) or following.surface in _SPELLED)
    if word in lexicon.SHORT_UNITS and after_number:
        return lexicon.SHORT_UNITS[word]
    if word in lexicon.ROMAN and _takes_roman(out):
        return lexicon.ROMAN[word]
    if word in lexicon.ORDINALS and not (after_number and is_number(out[-1].key)):
        return lexicon.ORDINALS[word]
    if word in lexicon.BOUNDS and before_number:
        return lexicon.BOUNDS[word]
    if word == "c" and before_number and text[atom.end : atom.end + 1] == "." and not atom.joined:
        return "approximately"
    if word == "by" and after_number and before_number:
        return "x"
    if word == "of" and after_number and before_number:
        return "/"
    if word == "a" and following is not None and following.key in _PERIODS and out:
        return "per" if out[-1].key in lexicon.UNITS or is_number(out[-1].key) else atom.key
    return atom.key


_SPELLED = frozenset((*lexicon.NUMBER_WORDS, *lexicon.TENS))
_PERIODS = frozenset(("hour", "day", "week", "month", "year"))
_ORDINAL_ENDS = frozenset(("st", "nd", "rd", "th"))
_AMBIGUOUS = frozenset((*lexicon.SHORT_UNITS, *lexicon.ROMAN, *lexicon.ORDINALS, *lexicon.BOUNDS, "of", "a", "by", "c"))
_WATCHED = _SPELLED | _AMBIGUOUS | _ORDINAL_ENDS
"""All that depends on its neighbours: every other word keeps its key."""


def _follows_number(atom: Atom, out: Sequence[Atom], text: str) -> bool:
    if not out or out[-1].role is Role.MARK:
        return False
    numeric = out[-1].key[-1:].isdigit() or out[-1].key in ("per", "to")
    return numeric and text[out[-1].end : atom.start] in ("", " ", "-")


def _takes_roman(before: Sequence[Atom]) -> bool:
    if not before:
        return False
    if before[-1].key in lexicon.ROMAN_AFTER:
        return True
    return (
        len(before) > 2
        and before[-1].key in ("to", "or", "and", "per", "/")
        and before[-2].key.isdigit()
        and before[-3].key in lexicon.ROMAN_AFTER
    )


def _is_said(atom: Atom) -> bool:
    """Whether an atom is more than a reference mark or a bracketed word of no weight."""
    return atom.role is Role.TEXT or (atom.role is Role.ASIDE and atom.surface not in lexicon.CLARIFYING)


_DRESS = {ord(mark): None for mark in "*_`\"'"}
_BOUND = frozenset(("", " ", "-", ".", "/", "^", " - "))


def _run(atoms: Sequence[Atom], index: int, longest: int, text: str) -> list[int]:
    """The atoms from `index` on that a phrase may take in: up to a comma, a full stop or the like."""
    run = [index]
    for k in range(index + 1, min(index + 2 * longest, len(atoms))):
        if not _is_said(atoms[k]):
            continue
        gap = text[atoms[k - 1].end : atoms[k].start]
        if k - 1 == run[-1] and gap.translate(_DRESS) not in _BOUND:
            break
        run.append(k)
    return run


def _may_follow(atoms: Sequence[Atom], index: int, phrases: Phrases) -> bool:
    """Whether the atom behind this one may go on with a phrase, or does not count."""
    if index + 1 == len(atoms):
        return False
    following = atoms[index + 1]
    return following.key in phrases.seconds[atoms[index].key] or following.role is not Role.TEXT


def _merge_phrases(atoms: Sequence[Atom], text: str, phrases: Phrases) -> list[Atom]:
    """Replace every run that reads as one by one atom, the longest first; a reference mark or light aside inside a
    run goes."""
    out: list[Atom] = []
    stop = 0
    for index, atom in enumerate(atoms):
        if index < stop:
            continue
        longest = phrases.longest.get(atom.key)
        if longest is None:
            out.append(atom)
            continue
        follows = longest > 1 and _may_follow(atoms, index, phrases)
        run = _run(atoms, index, longest, text) if follows else [index]
        for length in range(min(longest, len(run)), 0, -1):
            key = phrases.keys.get(tuple(atoms[k].key for k in run[:length]))
            if key is not None:
                stop = run[length - 1] + 1
                out.append(_merge(atoms, index, stop, key, text))
                break
        else:
            out.append(atom)
    return out
