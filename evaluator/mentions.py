"""The quantities, negations and names that a text states, as typed values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evaluator import lexicon
from evaluator.normalize import Folded, fold
from evaluator.terms import Atom, is_name, is_number, read_atoms
from evaluator.types import Span


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text. `unit` is canonical (`gy`, `mg/m2`, `%`) and empty for a bare number; `span` covers number
    and unit in the text as given, `text` is what stands there."""

    value: Decimal
    unit: str
    text: str
    span: Span


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


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every number of a text with its unit, in order; numbers inside names (K27M, ONC201) are not counted."""
    folded, atoms = fold(text), read_atoms(text)
    found: list[Quantity] = []
    for index, atom in enumerate(atoms):
        if not is_number(atom.key) or (atom.joined and atoms[index - 1].surface[-1:].isalpha()):
            continue
        digits = re.match(r"\d+(?:\.\d+)?(?![\d.])", atom.key)
        if digits is None:
            continue
        last = index
        units: list[str] = []
        position = index + 1
        while position < len(atoms) and position < index + 7:
            key = atoms[position].key
            if key in lexicon.UNITS or (units and key.startswith("per ")):
                units.append(key)
            elif not (
                key == "per" and units and position + 1 < len(atoms) and atoms[position + 1].key in lexicon.UNITS
            ):
                break
            else:
                units.append("/")
                position += 1
                units.append(atoms[position].key)
            last = position
            position += 1
            if position < len(atoms) and atoms[position].key != "per" and not atoms[position].key.startswith("per "):
                break
        sign = index > 0 and atoms[index - 1].key == "-"
        value = Decimal(("-" if sign else "") + digits[0])
        shown, span = _span(folded, atoms[index - 1] if sign else atom, atoms[last])
        found.append(Quantity(value, "".join(units).replace("per ", "/"), shown, span))
    return tuple(found)


def negations(text: str) -> tuple[Mention, ...]:
    """The negating words of a text, in order; a negative prefix (`unmethylated`, `non-enhancing`) counts only where a
    hyphen sets it off."""
    folded = fold(text)
    return tuple(
        Mention(atom.key, *_span(folded, atom, atom))
        for atom in read_atoms(text)
        if atom.surface in lexicon.NEGATIONS or atom.key == "not"
    )


def names(text: str) -> tuple[Mention, ...]:
    """The drugs, genes, mutations, trial numbers and the like that a text names, in order."""
    folded, atoms = fold(text), read_atoms(text)
    found: list[Mention] = []
    for first, stop in joined_words(atoms):
        surface = folded.text[atoms[first].start : atoms[stop - 1].end]
        if is_name(surface) and atoms[first].key not in lexicon.UNITS:
            key = "".join(atom.key for atom in atoms[first:stop])
            found.append(Mention(key, *_span(folded, atoms[first], atoms[stop - 1])))
    return tuple(found)
