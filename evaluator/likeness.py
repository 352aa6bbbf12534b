"""What two differing words have to do with each other: which differences a careful reader passes over, and what kind
of meaning a word carries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rapidfuzz.distance import OSA

from evaluator import lexicon
from evaluator.confusables import CONFUSABLE, SHORT
from evaluator.terms import Atom, Role, is_name, is_number, word_key
from evaluator.types import AlterationKind


@dataclass(frozen=True, eq=False)
class Knows:
    """What a context knows: its folded words. `document` says that it is a source and not an answer beside another."""

    words: frozenset[str] = frozenset()
    context: str = ""
    document: bool = True

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The folded words of three letters and more that it writes in capitals wherever they stand (trials, scores),
        read when they are first asked for."""
        capitals = frozenset(word.casefold() for word in _CAPITALS.findall(self.context))
        return capitals.difference(word.casefold() for word in _SMALL.findall(self.context)) if capitals else capitals

    def __call__(self, word: str, /) -> bool:
        """Whether a word stands somewhere in the context."""
        return word in self.words


_KIND_OF: dict[str, AlterationKind] = {}
for _kind, _members in lexicon.KINDS.items():
    for _word in _members:
        _KIND_OF.setdefault(_word, _kind)
        _KIND_OF.setdefault(word_key(_word), _kind)


def word_kind(word: str) -> AlterationKind | None:
    """The kind of meaning that a folded word carries by itself."""
    return _KIND_OF.get(word) or _KIND_OF.get(word_key(word))


def kind_of(atom: Atom) -> AlterationKind | None:
    """The kind of meaning that an atom carries, None for an ordinary word."""
    key = atom.key
    if key[:1].isdigit() and is_number(key):
        return AlterationKind.NUMBER
    kind = _KIND_OF.get(atom.surface) or _KIND_OF.get(key)
    if kind is None and key in lexicon.UNITS:
        return AlterationKind.UNIT
    if kind is None and key.startswith("every "):
        return AlterationKind.FREQUENCY
    return kind


def is_typo(cited: str, source: str, knows: Knows) -> bool:
    """One letter wrong, missing, doubled or swapped in an ordinary word, and no other word made of it. A misspelt word
    of weight is let pass where it is long enough to be recognised; a name never is."""
    if _misread(cited, source, knows):
        return True
    if not -2 < len(cited) - len(source) < 2 or min(len(cited), len(source)) < 4:
        return False
    if not (cited.isalpha() and source.isalpha()):
        return False
    if _TRIPLED.sub(r"\1\1", cited) == source or _TRIPLED.sub(r"\1", cited) == source:
        return True  # no word has a letter three times
    if OSA.distance(cited, source, score_cutoff=1) > 1:
        return False
    if is_name(cited) or is_name(source) or word_key(cited) in _MEASURES or source in knows.capitals:
        return False
    if _is_another_word(cited, source):
        return False
    if word_key(source) in _MEASURES and len(source) < (6 if source in lexicon.NUMBER_WORDS else 5):
        return False
    if _is_heavy(cited) or (_is_heavy(source) and len(source) < 5) or knows(cited):
        return False
    if cited in ("a" + source, "e" + source) or source in ("a" + cited, "e" + cited):
        return False
    return opposed(cited, source) is None


def _is_another_word(cited: str, source: str) -> bool:
    """Whether the letters may make another word. Words differ by their first letter far more often than typing errors
    do; of the rest the pairs that clinical texts hold are listed."""
    if cited[0] != source[0] and cited[1:] == source[1:] and len(source) < _LONG:
        return True
    if len(source) <= SHORT and _without_doubles(cited) != _without_doubles(source) and sorted(cited) != sorted(source):
        return True
    return frozenset((cited, source)) in CONFUSABLE


def _without_doubles(word: str) -> str:
    return "".join(letter for letter, following in zip(word, (*word[1:], ""), strict=True) if letter != following)


_LONG = 10
_SHAPES = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ii", "u"), ("li", "h"), ("l", "i"))


def _misread(cited: str, source: str, knows: Knows) -> bool:
    """Whether a scan took one letter for another, or for two, of the same shape (`norrnal`, `moming`, `smaIl`)."""
    if (
        not -2 < len(cited) - len(source) < 2
        or len(source) < 4
        or (cited[:2] != source[:2] and cited[-2:] != source[-2:])
    ):
        return False
    if not any(_differ_by(cited, source, *shape) or _differ_by(source, cited, *shape) for shape in _SHAPES):
        return False
    return not (knows(cited) or is_name(source) or _is_heavy(cited) or frozenset((cited, source)) in CONFUSABLE)


def _differ_by(longer: str, shorter: str, two: str, one: str) -> bool:
    """Whether `longer` has `two` in one place where `shorter` has `one`."""
    at = longer.find(two)
    while at >= 0:
        if longer[:at] + one + longer[at + len(two) :] == shorter:
            return True
        at = longer.find(two, at + 1)
    return False


_SMALL = re.compile(r"[^\W\d_]?[^\W\d_A-Z]{2,}")
_CAPITALS = re.compile(r"(?<![^\W\d_])[A-Z]{3,}(?![^\W\d_])")
_TRIPLED = re.compile(r"(.)\1\1")
_MEASURES = frozenset(word_key(word) for word in (*lexicon.UNITS, *lexicon.NUMBER_WORDS, *lexicon.TENS))


def _is_heavy(word: str) -> bool:
    if word_kind(word) is not None or word in lexicon.PERSONS or word in lexicon.DAYS:
        return True
    return word in lexicon.MONTHS or word in lexicon.ORDINALS


def opposed(a: str, b: str) -> AlterationKind | None:
    """The kind of change where two words differ by a prefix that turns the meaning (`unstable`, `hypo-`/`hyper-`)."""
    for prefix in lexicon.NEGATIVE_PREFIXES:
        if a == prefix + b or b == prefix + a:
            return AlterationKind.NEGATION
    for x, y in lexicon.OPPOSED_PREFIXES:
        for one, other in ((a, b), (b, a)):
            if one.startswith(x) and other.startswith(y) and one[len(x) :] == other[len(y) :]:
                return AlterationKind.DIRECTION
    return None


def is_droppable(atoms: Sequence[Atom], index: int, *, cited: bool) -> bool:
    """Whether leaving this atom out, or putting it in, changes nothing."""
    atom = atoms[index]
    if atom.role is Role.MARK or atom.key == "'s":
        return True
    if cited and atom.role is Role.ASIDE and (atom.surface in lexicon.CLARIFYING or _names_person(atoms, index)):
        return True
    if cited and (atom.key in lexicon.UNITS or atom.key in _WITHIN_UNITS) and _says_unit_again(atoms, index):
        return True
    following = atoms[index + 1] if index + 1 < len(atoms) else None
    if atom.joined or (following is not None and following.joined):
        return False
    if atom.key == "=" and index and following is not None and is_number(following.key):
        return atoms[index - 1].key.isalpha()  # `HR = 0.72`, `HR 0.72`
    twice = index > 0 and atoms[index - 1].key == atom.key
    if twice and (not _weighty(atom) or atom.surface in _TYPED_TWICE):
        return True  # a word typed twice, or an abbreviation beside its long form
    if cited and atom.surface in _LIGHT and _ends_stutter(atoms, index):
        return True
    if atom.surface in lexicon.COPULAS and following is not None:
        return is_number(following.key) or following.surface in lexicon.AFTER_DROPPED_COPULA
    return atom.surface in lexicon.DROPPABLE


_LIGHT = lexicon.ARTICLES | lexicon.COPULAS | lexicon.LINKING
_STUTTER = (2, 3)


def _ends_stutter(atoms: Sequence[Atom], index: int) -> bool:
    """Whether an atom belongs to two or three light words that repeat those before them: `at the at the`."""
    for count in _STUTTER:
        for start in range(max(count, index - count + 1), min(index, len(atoms) - count) + 1):
            run = atoms[start : start + count]
            if all(
                a.key == b.key and a.surface in _LIGHT for a, b in zip(atoms[start - count : start], run, strict=True)
            ):
                return True
    return False


_TYPED_TWICE = frozenset(("and", "or", "of", "the", "to", "in", "at", "on", "by", "for", "with", "was", "were", "is"))


_WITHIN_UNITS = frozenset(("per",))
_ROWS = frozenset(("x", "to", "or", "and"))
_LONGEST_UNIT = 4
_NUMBERED = lexicon.ROMAN_AFTER | lexicon.NUMBERED
"""What a number may be the name of and not the amount: `day 1 and 2 mg`."""


def _says_unit_again(atoms: Sequence[Atom], index: int) -> bool:
    """Whether an atom is of a unit that a row of figures says behind each of them: `38 mm x 35 mm`."""
    first = index
    while first > 0 and index - first < _LONGEST_UNIT and not is_number(atoms[first - 1].key):
        first -= 1
    if first < 1 or not is_number(atoms[first - 1].key) or (first > 1 and atoms[first - 2].key in _NUMBERED):
        return False
    stop = index + 1
    while (
        stop < len(atoms)
        and stop - first < _LONGEST_UNIT
        and (atoms[stop].key in lexicon.UNITS or atoms[stop].key in _WITHIN_UNITS)
    ):
        stop += 1
    unit = [atom.key for atom in atoms[first:stop]]
    if any(key not in lexicon.UNITS and key not in _WITHIN_UNITS for key in unit):
        return False
    linked = stop < len(atoms) and atoms[stop].key in _ROWS
    figure = stop + 1 if linked else stop
    if figure >= len(atoms) or not is_number(atoms[figure].key):
        return False
    behind = figure + 1 + len(unit)
    if not linked and (
        atoms[stop].start - atoms[stop - 1].end != _COMMA
        or behind >= len(atoms)
        or atoms[behind].key not in ("or", "and")
    ):
        return False  # "12 months, 12 months" is no row
    return atoms[figure].key != atoms[first - 1].key and [atom.key for atom in atoms[figure + 1 : behind]] == unit


_COMMA = 2
"""Characters between two figures of a row: a comma and a blank."""


def _names_person(atoms: Sequence[Atom], index: int) -> bool:
    """Whether a bracketed person is the one of the pronoun before the bracket: `he [the boy]`."""
    before = next((atom for atom in reversed(atoms[max(0, index - 3) : index]) if atom.role is not Role.ASIDE), None)
    return before is not None and _same_person(atoms[index].surface, before.surface)


def _same_person(person: str, pronoun: str) -> bool:
    return any(person in persons and pronoun in pronouns for persons, pronouns in lexicon.GENDERS)


def _weighty(atom: Atom) -> bool:
    return kind_of(atom) is not None or is_name(atom.surface) or atom.surface in lexicon.PERSONS


@dataclass(slots=True)
class Run:
    """Words in a row as they are compared with words that are cut otherwise. `text` has no hyphens and nothing of what
    a merged atom holds in brackets; `letters` and their `key` are "" where it holds anything but letters."""

    atoms: Sequence[Atom]
    text: str
    letters: str
    key: str

    def splits(self) -> list[str]:
        """The short words that stand by themselves before another, and would turn its meaning if they grew on to it."""
        return [a.surface for a, b in pairwise(self.atoms) if a.surface in lexicon.SPLIT_WORDS and not b.joined]

    def words(self) -> list[str]:
        """The words but for articles."""
        return [word for word in self.text.split() if word not in lexicon.ARTICLES]

    def is_plain(self) -> bool:
        """Whether it holds no sign."""
        return all(atom.surface[:1].isalnum() for atom in self.atoms)


def read_runs(atoms: Sequence[Atom]) -> list[Run]:
    """The runs that begin with the first of some atoms: of this one, of two, and so on."""
    runs: list[Run] = []
    text = letters = ""
    lettered = True
    for count, atom in enumerate(atoms, 1):
        added = atom.surface.partition(" (")[0].replace("-", " ")
        text = f"{text} {added}" if runs else added
        bare = added.replace(" ", "")
        lettered = lettered and (not bare or bare.isalpha())
        letters += bare
        key = word_key(letters) if lettered and letters else ""
        runs.append(Run(atoms[:count], text, letters if lettered else "", key))
    return runs


def rejoins(cited: Sequence[Atom], source: Sequence[Atom], knows: Knows) -> bool:
    """Whether both sides are the same letters, cut at other places (`radio-therapy`, `radiotherapy`), or the same
    words of which one side reads as a phrase and a typing error keeps the other from it."""
    if len(cited) == len(source) == 1 and cited[0].surface.isalpha() and source[0].surface.isalpha():
        return word_key(cited[0].surface) == word_key(source[0].surface)
    return runs_rejoin(read_runs(cited)[-1], read_runs(source)[-1], knows)


def runs_rejoin(cited: Run, source: Run, knows: Knows) -> bool:
    """The same of two runs, of which one holds more than a word of mere letters."""
    if not cited.letters or not source.letters:
        return False
    if cited.letters == source.letters or cited.key == source.key:
        return cited.is_plain() and source.is_plain() and cited.splits() == source.splits()  # no sign was dropped
    if " " not in cited.text or " " not in source.text:
        return False
    one, other = cited.words(), source.words()
    if len(one) != len(other) or len(one) < 2:
        return False
    alike = (word_key(x) == word_key(y) or is_typo(x, y, knows) for x, y in zip(one, other, strict=True))
    return all(alike) and cited.splits() == source.splits()


def regroups(cited: Sequence[Atom], source: Sequence[Atom]) -> bool:
    """Whether both sides are one number, written in groups (`10 000`). `2 100 mg tablets` are not 2100 mg, and
    `2 × 109` is not `2 × 10⁹`."""
    for side, other in ((cited, source), (source, cited)):
        if len(other) == 1 and len(side) > 1 and other[0].key.isdigit():
            parts = [atom.surface for atom in side]
            if all(p.isdigit() and len(p) == 3 for p in parts[1:]) and "".join(parts) == other[0].key:
                return len(parts[0]) > 1 or len(parts) > 2 or parts[1] == "000"
    return False


def same_in_effect(cited: Atom, source: Atom, knows: Knows) -> bool:
    """Whether one word may stand for the other: another article, a bracketed noun for its pronoun, a typing error."""
    if cited.surface in lexicon.ARTICLES and source.surface in lexicon.ARTICLES:
        return not cited.joined and not source.joined
    if cited.surface == "over" and source.key == ">":
        return True  # not the other way round: an infusion over 30 minutes takes no longer
    if cited.role is Role.ASIDE and source.surface in lexicon.PRONOUNS:
        return cited.surface in lexicon.CLARIFYING or _same_person(cited.surface, source.surface)
    if "'" in (cited.surface[0], source.surface[0]) or "+" in (cited.key, source.key):
        return _contracts(cited, source)
    if is_typo(cited.surface, source.surface, knows):
        return True
    american = source.key != source.surface and source.key.isalpha() and len(source.surface) > SHORT
    return american and is_typo(cited.surface, source.key, knows) and source.surface not in knows.capitals


def plain_key(atom: Atom) -> str:
    """The key of a word that another plain word of another key can only stand for by a typing error; "" where there is
    more to look at. The articles, which stand for each other, have one."""
    surface = atom.surface
    if atom.role is not Role.TEXT or not surface.isalpha() or surface == "over":
        return ""
    return "the" if surface in lexicon.ARTICLES else word_key(surface)


def may_be_typo(cited: Atom, source: Atom) -> bool:
    """Whether `is_typo` is worth asking of two plain words: they have nearly as many letters, nearly the same."""
    a, b = cited.surface, source.surface
    if -2 < len(a) - len(b) < 2 and OSA.distance(a, b, score_cutoff=2) <= 2:
        return True
    return b != source.key and -2 < len(a) - len(source.key) < 2


def _contracts(cited: Atom, source: Atom) -> bool:
    pair = {cited.key, source.key}
    if (cited.surface, source.surface) in (("'ll", "shall"), ("'d", "had")):
        return True
    return pair in ({"'s", "is"}, {"'s", "has"}) or (pair == {"+", "and"} and not cited.joined and not source.joined)
