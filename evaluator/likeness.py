"""What two differing words have to do with each other: which differences a careful reader passes over, and what kind
of meaning a word carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rapidfuzz.distance import OSA

from evaluator import lexicon
from evaluator.terms import Atom, Role, is_name, is_number, word_key
from evaluator.types import AlterationKind


class Knows(Protocol):
    """Tells whether a word is known to stand somewhere in the context."""

    def __call__(self, word: str, /) -> bool: ...


_KIND_OF: dict[str, AlterationKind] = {}
for _kind, _members in lexicon.KINDS.items():
    for _word in _members:
        _KIND_OF.setdefault(_word, _kind)


def word_kind(word: str) -> AlterationKind | None:
    """The kind of meaning that a folded word carries by itself."""
    return _KIND_OF.get(word) or _KIND_OF.get(word_key(word))


def kind_of(atom: Atom) -> AlterationKind | None:
    """The kind of meaning that an atom carries, None for an ordinary word."""
    if is_number(atom.key):
        return AlterationKind.NUMBER
    kind = _KIND_OF.get(atom.surface) or _KIND_OF.get(atom.key)
    if kind is None and atom.key in lexicon.UNITS:
        return AlterationKind.UNIT
    return kind


def is_typo(cited: str, source: str, knows: Knows) -> bool:
    """One letter wrong, missing, doubled or swapped in an ordinary word, and no other word made of it."""
    if min(len(cited), len(source)) < 4 or not (cited.isalpha() and source.isalpha()):
        return False
    if OSA.distance(cited, source, score_cutoff=1) > 1:
        return False
    if is_name(cited) or is_name(source) or (cited in lexicon.PERSONS and source in lexicon.PERSONS):
        return False
    if word_kind(cited) is not None or (word_kind(source) is not None and len(source) < 5):
        return False
    if cited in ("a" + source, "e" + source) or source in ("a" + cited, "e" + cited) or knows(cited):
        return False
    return opposed(cited, source) is None


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
    if cited and atom.role is Role.ASIDE and not _weighty(atom):
        return True
    following = atoms[index + 1] if index + 1 < len(atoms) else None
    if atom.joined or (following is not None and following.joined):
        return False
    if index and atoms[index - 1].key == atom.key and not _weighty(atom):
        return True  # a word typed twice, or an abbreviation beside its long form
    if atom.surface in lexicon.COPULAS and following is not None:
        return is_number(following.key) or following.surface in lexicon.AFTER_DROPPED_COPULA
    return atom.surface in lexicon.DROPPABLE


def _weighty(atom: Atom) -> bool:
    return kind_of(atom) is not None or is_name(atom.surface) or atom.surface in lexicon.PERSONS


def rejoins(cited: Sequence[Atom], source: Sequence[Atom], knows: Knows) -> bool:
    """Whether both sides are the same letters, cut at other places (`radio-therapy`, `radiotherapy`), or the same
    words of which one side reads as a phrase and a typing error keeps the other from it."""
    for side, other in ((cited, source), (source, cited)):
        if len(side) > 1 and len(other) == 1 and side[0].surface in lexicon.SPLIT_WORDS and not side[1].joined:
            return False
    a, b = (" ".join(atom.surface.partition(" (")[0] for atom in side).replace("-", " ") for side in (cited, source))
    left, right = a.replace(" ", ""), b.replace(" ", "")
    if not left.isalpha() or not right.isalpha():
        return False
    if left == right or word_key(left) == word_key(right):
        return True
    words = list(zip(a.split(), b.split(), strict=False))
    return a.count(" ") == b.count(" ") > 0 and all(
        word_key(x) == word_key(y) or is_typo(x, y, knows) for x, y in words
    )


def regroups(cited: Sequence[Atom], source: Sequence[Atom]) -> bool:
    """Whether both sides are one number, written in groups (`1 000`) or without its raised digits (`10⁹` as `109`)."""
    for side, other in ((cited, source), (source, cited)):
        if len(other) == 1 and len(side) > 1 and other[0].key.isdigit():
            parts = [atom.surface for atom in side]
            if parts[0] == "10" and parts[1] == "^" and "".join(parts) == "10^" + other[0].key[2:]:
                return True  # a power of ten that lost its raised digits
            if all(p.isdigit() and len(p) == 3 for p in parts[1:]) and "".join(parts) == other[0].key:
                return True
    return False


def same_in_effect(cited: Atom, source: Atom, knows: Knows) -> bool:
    """Whether one word may stand for the other: another article, a bracketed noun for its pronoun, a typing error."""
    if cited.surface in lexicon.ARTICLES and source.surface in lexicon.ARTICLES:
        return not cited.joined and not source.joined
    if cited.role is Role.ASIDE and source.surface in lexicon.PRONOUNS:
        return not _weighty(cited) or cited.surface in ("child", "patient")
    if {cited.key, source.key} in ({"'s", "is"}, {"'s", "has"}):
        return True
    return is_typo(cited.surface, source.surface, knows)
