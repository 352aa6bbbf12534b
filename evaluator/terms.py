"""Cut folded text into atoms, the smallest pieces a reader would compare, each with a key that reads alike.

`54Gy`, `54 Gy` and `fifty-four gray` give the same keys `54` and `gy`; `H3K27M` and `H3-K27M` the same five. Two atoms
with one key say the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from evaluator import lexicon
from evaluator.normalize import Folded, fold

MAX_ATOM = 64
_ATOM = re.compile(
    r"(?P<mark>\[\s?\d{1,3}(?:\s?[,;-]\s?\d{1,3}){0,20}\s?\]"
    r"|\((?:see |cf\.? |source: ?)?(?:fig|figs|figure|figures|table|tables|ref|refs|appendix|section|page|pages|p|pp|line|"
    r"lines|supplement\w{0,8})\b[^()]{0,40}\)|\([^()]{1,60}\bet al\b[^()]{0,40}\)|\[(?:sic|emphasis added|ref)\])"
    r"|(?P<number>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)*|(?<![\w.])\.\d+)"
    r"|(?P<single>[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])"
    rf"|(?P<word>[^\W\d_]{{1,{MAX_ATOM}}})"
    r"|(?P<suffix>(?<=\w)'(?:s|re|ve|ll|d|m)(?!\w))"
    r"|(?P<sign>>=|<=|!=|->|[<>=±+~^/%°&]|-(?=\.?\d)|:(?=\d)|(?<![^\s(\[])\?(?=\w))"
)
_ITEM = re.compile(
    r"(?<![^ >*_-])(?:\(?(?:\d{1,2}(?:\.\d{1,2}){0,2}|[a-z]|[ivx]{1,4})[.)]|\d{1,2}\.\d{1,2}(?:\.\d{1,2})?|#\d{1,2})(?= )"
)
_WORD = re.compile(r"[^\W\d_]{1,20}|%")
_ASIDE = re.compile(r"\[[^\[\]]{1,80}\]")


class Role(Enum):
    """MARK: a reference mark, list number or pointer to a figure, not part of what is said. ASIDE: a word that square
    brackets set off, as an editor puts it in."""

    TEXT = auto()
    MARK = auto()
    ASIDE = auto()


@dataclass(frozen=True, slots=True)
class Atom:
    """`key` is what is compared; `[start, end)` counts in the folded text; `joined` says that nothing but a hyphen,
    slash, apostrophe or decimal mark separates it from the atom before."""

    key: str
    surface: str
    start: int
    end: int
    joined: bool
    role: Role = Role.TEXT


def _plural(word: str) -> str:
    if len(word) < 4 or word[-1] != "s" or word[-2:] in ("ss", "us", "is"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    return word[:-1]


def _spelling(word: str) -> str:
    """British and American spelling give one key; the key itself need not be a word."""
    if len(word) < 5:
        return word
    word = word.replace("ae", "e").replace("oe", "e").replace("yse", "yze").replace("sulph", "sulf")
    word = re.sub(r"is(e[drs]?|ing|ation|ations|er|ers)$", r"iz\1", word)
    word = word.replace("our", "or").replace("ll", "l")
    return re.sub(r"(?<=[^\W\d_aeiou])re$", "er", word) if len(word) > 4 else word


@lru_cache(maxsize=50_000)
def word_key(word: str) -> str:
    """The key of one folded word, out of context."""
    word = lexicon.SYNONYMS.get(word, word)
    if not word.isascii() or not word.isalpha():
        return word
    key = _plural(_spelling(word))
    return lexicon.SYNONYMS.get(key, key)


def _number_key(surface: str) -> str:
    """One key for 1,000 and 1000, 54.0 and 54, 03 and 3; versions and dates such as 1.2.3 stay as they are."""
    plain = surface.replace(",", "")
    if plain.count(".") > 1:
        return plain
    if "." not in plain:
        return plain[1:] if len(plain) == 2 and plain[0] == "0" else plain
    whole, _, decimals = plain.partition(".")
    decimals = decimals.rstrip("0")
    return (whole or "0") + ("." + decimals if decimals else "")


def _items(folded: Folded, start: int, end: int) -> dict[int, int]:
    """Where list numbers stand that begin a line: start → end."""
    found: dict[int, int] = {}
    for match in _ITEM.finditer(folded.text, start, end):
        begin = match.start()
        word = _WORD.match(folded.text, match.end() + 1)
        if word is not None and (word_key(word[0]) in lexicon.UNITS or word[0] in lexicon.SHORT_UNITS):
            continue
        head = folded.text[max(0, begin - 6) : begin].rstrip(" >*_-#")
        if begin < 6 and not head:
            found[begin] = match.end()
            continue
        place = folded.original_span(begin, begin + 1).start
        line = folded.original.rfind("\n", 0, place)
        if (
            line >= 0
            and not folded.original[line:place].strip(" \t\n\r>*-•#")
            and folded.original[:line].rstrip()[-1:] in _LINE_ENDS
        ):
            found[begin] = match.end()
    return found


_LINE_ENDS = frozenset((*".:;!?)]|", ""))


def _raw_atoms(folded: Folded, start: int, end: int) -> list[Atom]:
    text = folded.text
    atoms: list[Atom] = []
    last = -1
    items = _items(folded, start, end)
    asides = [match.span() for match in _ASIDE.finditer(text, start, end)] if "[" in text else []
    for match in _ATOM.finditer(text, start, end):
        surface, kind = match[0], match.lastgroup
        begin, stop = match.span()
        if begin in items or (begin - 1 in items and text[begin - 1] in "(#"):
            begin = begin if begin in items else begin - 1
            last = items[begin]
            atoms.append(Atom(text[begin:last].strip("().#"), text[begin:last], begin, last, False, Role.MARK))
            continue
        if begin < last:
            continue
        gap = text[last:begin] if last >= 0 else " "
        joined = len(gap) <= 1 and gap in ("", "-", "/", "'", ".", "^", "\u2019", "_") and kind != "single"
        role = Role.TEXT
        if kind == "mark":
            atoms.append(Atom("".join(surface.split()), surface, begin, stop, False, Role.MARK))
            last = stop
            continue
        if asides and any(low < begin < high for low, high in asides):
            role = Role.ASIDE
        if kind == "number":
            glued = joined and gap == "" and atoms and atoms[-1].surface[-1].isalpha()
            key = surface if glued else _number_key(surface)
        elif kind == "word":
            if surface.endswith("n") and text[stop : stop + 2] == "'t":
                cut = stop - 1 if surface != "can" else stop
                atoms.append(Atom(word_key(text[begin:cut]), text[begin:cut], begin, cut, joined))
                atoms.append(Atom("not", text[cut : stop + 2], cut, stop + 2, True))
                last = stop + 2
                continue
            key = word_key(surface)
        elif kind == "sign":
            sign = _sign_key(text, surface, begin, stop)
            if sign is None:
                continue
            key = sign
        else:
            key = lexicon.SYNONYMS.get(surface, surface)
        atoms.append(Atom(key, surface, begin, stop, joined, role))
        last = stop
    return atoms


def _sign_key(text: str, sign: str, begin: int, stop: int) -> str | None:
    """What a sign says where it stands, None where it only separates words."""
    before, after = text[begin - 1 : begin], text[stop : stop + 1]
    if sign == ">" and not before and after == " ":
        return None if not text[stop + 1 : stop + 2].isdigit() else sign
    if sign == "-":
        if before.isdigit() or text[begin - 2 : begin] in ("% ", "%"):
            return "to"
        return "-" if before in ("", " ", "(", "[", "<", ">", "=", "^", "~") and after else None
    if sign == ":":
        return ":" if before.isdigit() else None
    if sign == "/":
        digits = text[begin - 2 : begin - 1].isdigit() if before == " " else before.isdigit()
        return "/" if digits and text[stop : stop + 2].strip(" ")[:1].isdigit() else "per" if before else None
    if sign == "+":
        return "and" if before == " " and after == " " else "+"
    if sign == "^":
        return "^" if before.isdigit() or before.isalpha() else None
    if sign in "°":
        return "°"
    return {"->": "to", "~": "approximately", "&": "and"}.get(sign, sign)


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


def _merge(atoms: Sequence[Atom], first: int, count: int, key: str, text: str) -> Atom:
    start, end = atoms[first].start, atoms[first + count - 1].end
    return Atom(key, text[start:end], start, end, atoms[first].joined, atoms[first].role)


def _unit_and_number_keys(atoms: Sequence[Atom], text: str) -> list[Atom]:
    """Resolve what depends on the neighbours: number words, Roman numerals after `grade`, short unit names."""
    out: list[Atom] = []
    index = 0
    while index < len(atoms):
        atom = atoms[index]
        before = out[-1] if out else None
        counted = _count(atoms, index) if atom.surface in lexicon.NUMBER_WORDS or atom.surface in lexicon.TENS else None
        if counted is not None:
            out.append(_merge(atoms, index, counted[0], counted[1], text))
            index += counted[0]
            continue
        key = atom.key
        after_number = (
            before is not None
            and before.role is not Role.MARK
            and (before.key[-1:].isdigit() or before.key in ("per", "to"))
            and text[before.end : atom.start] in ("", " ", "-")
        )
        if atom.surface in lexicon.SHORT_UNITS and after_number:
            key = lexicon.SHORT_UNITS[atom.surface]
        elif atom.surface in lexicon.ROMAN and _takes_roman(out):
            key = lexicon.ROMAN[atom.surface]
        elif atom.surface in lexicon.ORDINALS and not after_number:
            key = lexicon.ORDINALS[atom.surface]
        elif atom.surface in ("st", "nd", "rd", "th") and before is not None and atom.joined and before.key.isdigit():
            out[-1] = Atom(
                before.key + atom.surface, text[before.start : atom.end], before.start, atom.end, before.joined
            )
            index += 1
            continue
        elif atom.surface == "of" and after_number and index + 1 < len(atoms) and is_number(atoms[index + 1].key):
            key = "/"
        elif atom.surface == "x" and after_number and index + 1 < len(atoms) and atoms[index + 1].key[:1].isdigit():
            key = "x"
        out.append(atom if key == atom.key else Atom(key, atom.surface, atom.start, atom.end, atom.joined, atom.role))
        index += 1
    return out


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


def _phrase_starts(phrases: dict[tuple[str, ...], str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for phrase in phrases:
        longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
    return longest


def _keyed(phrases: dict[tuple[str, ...], str]) -> dict[tuple[str, ...], str]:
    return {tuple(word_key(word) for word in phrase): word_key(key) for phrase, key in phrases.items()}


_PHRASES = _keyed(lexicon.PHRASES)
_PHRASE_STARTS = _phrase_starts(_PHRASES)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Runs of keys that read as one in a certain context; `longest` bounds the run by its first key."""

    keys: dict[tuple[str, ...], str]
    longest: dict[str, int]


_SHORT_FORM = re.compile(r"\(\s?([A-Z][A-Za-z0-9-]{1,9}|[a-z]{1,2}[A-Z][A-Za-z0-9-]{0,7})s?\s?\)")


def find_abbreviations(context: str) -> Phrases:
    """Short forms that the context explains: `overall survival (OS)` makes both read alike. The long form is the shortest run of words before the bracket that holds the letters of the short form in
    order and begins with its first (the rule of Schwartz and Hearst, 2003)."""
    keys: dict[tuple[str, ...], str] = {}
    for match in _SHORT_FORM.finditer(context):
        short = match[1]
        long = _long_form(context[max(0, match.start() - 90) : match.start()], short)
        if long is None:
            continue
        long_keys = tuple(atom.key for atom in atoms_of(fold(long)))
        short_keys = tuple(atom.key for atom in atoms_of(fold(short)))
        canonical = "".join(short_keys)
        for run in (long_keys, short_keys):
            keys.setdefault(run, canonical)
        keys.setdefault((*long_keys, "s"), canonical)
    return Phrases(keys, _phrase_starts(keys))


def _long_form(before: str, short: str) -> str | None:
    words = re.split(r"(?<=[\s\-‑–/])", before.rstrip())
    letters = [c for c in short.lower() if c.isalnum()]
    for count in range(max(1, len(letters) // 2), min(len(words), len(letters) + 4) + 1):
        candidate = "".join(words[-count:]).strip()
        if any(mark in candidate for mark in ".;:()\n"):
            return None
        if candidate[:1].lower() != letters[0] or len(candidate) <= len(short) + 2:
            continue
        rest = iter(candidate.lower())
        if all(letter in rest for letter in letters):
            return candidate
    return None


def _is_said(atom: Atom) -> bool:
    """Whether an atom is more than a reference mark or a bracketed word of no weight."""
    return atom.role is Role.TEXT or (atom.role is Role.ASIDE and atom.surface in lexicon.CRITICAL)


def _merge_phrases(
    atoms: Sequence[Atom], text: str, phrases: dict[tuple[str, ...], str], starts: dict[str, int]
) -> list[Atom]:
    """Replace every run that reads as one by one atom, the longest first; a reference mark or light aside inside a run goes."""
    out: list[Atom] = []
    index = 0
    while index < len(atoms):
        longest = starts.get(atoms[index].key, 0)
        run = [k for k in range(index, min(index + 2 * longest, len(atoms))) if k == index or _is_said(atoms[k])]
        for length in range(min(longest, len(run)), 0, -1):
            key = phrases.get(tuple(atoms[k].key for k in run[:length]))
            if key is not None:
                stop = run[length - 1] + 1
                out.append(_merge(atoms, index, stop - index, key, text))
                index = stop
                break
        else:
            out.append(atoms[index])
            index += 1
    return out


def _merge_dates(atoms: Sequence[Atom], folded: Folded) -> list[Atom]:
    """`3 March`, `March 3` and `3rd March` become one atom; `3 may` does not."""
    text = folded.text
    out: list[Atom] = []
    for atom in atoms:
        before = out[-1] if out else None
        if before is not None and text[before.end : atom.start] in (" ", "-"):
            day, month = (before, atom) if atom.key in lexicon.MONTHS else (atom, before)
            digits = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", day.key) if month.key in lexicon.MONTHS else None
            named = month.key != "may" or folded.original[folded.original_span(month.start, month.end).start].isupper()
            if digits and day.surface[0].isdigit() and named:
                span = text[before.start : atom.end]
                out[-1] = Atom(f"{digits[1]} {month.key}", span, before.start, atom.end, before.joined, before.role)
                continue
        out.append(atom)
    return out


def atoms_of(
    folded: Folded, start: int = 0, end: int | None = None, phrases: Phrases | None = None
) -> tuple[Atom, ...]:
    """The atoms of `folded.text[start:end]`, in order. `phrases` adds runs that read as one in this context, such as
    an abbreviation and its long form. Cut at white space, or the first and last atom may be halves."""
    text = folded.text
    raw = _raw_atoms(folded, start, len(text) if end is None else end)
    atoms = _merge_phrases(_unit_and_number_keys(raw, text), text, _PHRASES, _PHRASE_STARTS)
    if phrases is not None:
        atoms = _merge_phrases(atoms, text, phrases.keys, phrases.longest)
    return tuple(_merge_dates(atoms, folded))


def is_number(key: str) -> bool:
    return key[:1].isdigit() and " " not in key


def is_name(surface_word: str) -> bool:
    """Whether a folded word (or joined run such as `h3-k27m`) names a drug, gene, mutation or trial."""
    bare = surface_word.replace("-", "")
    if bare in lexicon.DRUGS or bare in lexicon.SHORT_NAMES:
        return True
    letters = sum(c.isalpha() for c in bare)
    if any(c.isdigit() for c in bare):
        return bare[:1].isalpha() and letters <= 12
    return len(bare) >= 7 and bare.endswith(lexicon.DRUG_ENDINGS)
