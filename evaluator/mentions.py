"""The quantities, negations and names that a text states, as typed values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evaluator import lexicon
from evaluator.normalize import Folded, fold
from evaluator.terms import Atom, is_name, read_atoms
from evaluator.types import Span

_INTERVAL = re.compile(r"every (\d+) ([a-z]+)")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)")
_COUNTED_PER = frozenset(("l", "dl", "ml", "ul", "mm3"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text. `unit` is canonical (`gy`, `mg/m2`, `%`) and empty for a bare number; a time of day counts
    minutes, and a count of cells has the unit `/ul` or the like; `power` is that of ten by which it is written;
    `span` covers number and unit in the text as given, `text` is what stands there."""

    value: Decimal
    unit: str
    text: str
    span: Span
    power: int = 0


@dataclass(frozen=True, slots=True)
class Mention:
    """A word or name of a text: `key` reads alike for all its spellings."""

    key: str
    text: str
    span: Span


def joined_words(atoms: Sequence[Atom]) -> list[tuple[int, int]]:
    """Index ranges of atoms that stand together without a blank."""
    ranges: list[tuple[int, int]] = []
    for index, atom in enumerate(atoms):
        if atom.joined and ranges:
            ranges[-1] = (ranges[-1][0], index + 1)
        else:
            ranges.append((index, index + 1))
    return ranges


def _span(folded: Folded, first: Atom, last: Atom) -> tuple[str, Span]:
    span = folded.original_span(first.start, last.end)
    return folded.original[span.start : span.end], span


def _is_capital(folded: Folded, first: Atom, last: Atom) -> bool:
    return _span(folded, first, last)[0].isupper()


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every number of a text with its unit, in order; numbers inside names (K27M, ONC201) are not counted."""
    folded, atoms = fold(text), read_atoms(text)
    found: list[Quantity] = []
    index = 0
    while index < len(atoms):
        quantity, index = _quantity(folded, atoms, index)
        if quantity is not None:
            found.append(quantity)
    return tuple(found)


def _quantity(folded: Folded, atoms: Sequence[Atom], index: int) -> tuple[Quantity | None, int]:
    """The quantity that begins at an atom, if any, and where to go on."""
    atom = atoms[index]
    clock, interval = _CLOCK.fullmatch(atom.key), _INTERVAL.fullmatch(atom.key)
    if clock is not None:
        return Quantity(Decimal(int(clock[1]) * 60 + int(clock[2])), "o'clock", *_span(folded, atom, atom)), index + 1
    if interval is not None:
        return Quantity(Decimal(interval[1]), interval[2], *_span(folded, atom, atom)), index + 1
    before = atoms[index - 1] if index else None
    inside_name = atom.joined and before is not None and before.surface[-1:].isalpha() and before.key != "x"
    digits = None if inside_name else _DIGITS.match(atom.key)
    if digits is None:
        return None, index + 1
    powered, power = _power_of_ten(atoms, index)
    last, unit = _unit(atoms, powered)
    sign = index > 0 and atoms[index - 1].key == "-"
    value = Decimal(("-" if sign else "") + digits[0])
    shown, span = _span(folded, atoms[index - 1] if sign else atom, atoms[last])
    return Quantity(value, unit, shown, span, power), powered + 1


_DIGITS = re.compile(r"\d+(?:\.\d+)?(?![\d.])(?!.* )")


def _unit(atoms: Sequence[Atom], index: int) -> tuple[int, str]:
    """The unit behind the number at `index`, and its last atom (the number's own where there is none)."""
    units: list[str] = []
    last, position = index, index + 1
    if position + 1 < len(atoms) and atoms[position].key == "per" and atoms[position + 1].key in _COUNTED_PER:
        return position + 1, "/" + atoms[position + 1].key
    while position < min(len(atoms), index + 7):
        key = atoms[position].key
        if key in lexicon.UNITS or (units and key.startswith("per ")):
            units.append(key)
        elif key == "per" and units and position + 1 < len(atoms) and atoms[position + 1].key in lexicon.UNITS:
            position += 1
            units += ["/", atoms[position].key]
        else:
            break
        last = position
        position += 1
        if position < len(atoms) and not f"{atoms[position].key} ".startswith("per "):
            break
    return last, "".join(units).replace("per ", "/")


def _power_of_ten(atoms: Sequence[Atom], index: int) -> tuple[int, int]:
    """The index of the last atom of `41 × 10^9` and its power, 0 for a plain number."""
    keys = [atom.key for atom in atoms[index + 1 : index + 6]]
    if keys[:3] == ["x", "10", "^"] and len(keys) > 3:
        if keys[3].isascii() and keys[3].isdigit() and len(keys[3]) < 3:
            return index + 4, int(keys[3])
        if keys[3] == "-" and len(keys) > 4 and keys[4].isascii() and keys[4].isdigit() and len(keys[4]) < 3:
            return index + 5, -int(keys[4])
    return index, 0


def negations(text: str) -> tuple[Mention, ...]:
    """The negating words of a text, in order; a negative prefix (`unmethylated`, `non-enhancing`) counts only where a
    hyphen sets it off."""
    folded = fold(text)
    return tuple(
        Mention(atom.key, *_span(folded, atom, atom))
        for atom in read_atoms(text)
        if atom.surface in lexicon.NEGATIONS or atom.key == "not"
    )


_AMINO_ACIDS = {
    "ala": "a", "arg": "r", "asn": "n", "asp": "d", "cys": "c", "gln": "q", "glu": "e", "gly": "g", "his": "h",
    "ile": "i", "leu": "l", "lys": "k", "met": "m", "phe": "f", "pro": "p", "ser": "s", "thr": "t", "trp": "w",
    "tyr": "y", "val": "v",
}  # fmt: skip
_LONG_MUTATION = re.compile(rf"({'|'.join(_AMINO_ACIDS)})(\d+)({'|'.join(_AMINO_ACIDS)})")


def short_mutations(keys: str) -> str:
    """Keys run together with each mutation in the letters of one: `gly328val` as `g328v`."""
    return _LONG_MUTATION.sub(lambda found: _AMINO_ACIDS[found[1]] + found[2] + _AMINO_ACIDS[found[3]], keys)


def names(text: str) -> tuple[Mention, ...]:
    """The drugs, genes, mutations, trial numbers and the like that a text names, in order."""
    folded, atoms = fold(text), read_atoms(text)
    found: list[Mention] = []
    for first, stop in joined_words(atoms):
        surface = folded.text[atoms[first].start : atoms[stop - 1].end]
        if atoms[first].key.startswith("every "):
            continue
        if surface in lexicon.NAMES_IN_CAPITALS and not _is_capital(folded, atoms[first], atoms[stop - 1]):
            continue
        if is_name(surface) and atoms[first].key not in lexicon.UNITS:
            key = short_mutations("".join(atom.key for atom in atoms[first:stop]))
            found.append(Mention(key, *_span(folded, atoms[first], atoms[stop - 1])))
    return tuple(found)
