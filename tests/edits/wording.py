"""How the families change words: rules that replace one place of a text, chosen by chance."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tests.edits.families import Passage

HYPHENS = "\\-\u2010\u2011\u2012\u2013\u2212"
NUMBER = r"(?<![\w.,:/^·\-\u2010\u2011])\d+(?:\.\d+)?(?![\w.,:]*\d)(?![A-Za-z⁰¹²³⁴-⁹])"
"""A number in digits that stands for itself: no part of a name, a date in digits or a longer number."""

Write = Callable[[re.Match[str], random.Random], str | None]
Edit = Callable[[Passage, random.Random], str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """Where `pattern` matches, what to write instead; None leaves the place as it is."""

    pattern: re.Pattern[str]
    write: Write


def rule(pattern: str, write: str | Write, flags: int = re.IGNORECASE) -> Rule:
    """`write` may be a template for `Match.expand`."""
    if isinstance(write, str):
        template = write
        return Rule(re.compile(pattern, flags), lambda found, _: found.expand(template))
    return Rule(re.compile(pattern, flags), write)


def word(before: str, *after: str) -> Rule:
    """One whole word (or phrase) for another; a capital at its start is kept."""
    pattern = rf"(?<![\w{HYPHENS}]){spaced(before)}(?![\w{HYPHENS}])"
    return rule(pattern, lambda found, draw: _like(found.group(), draw.choice(after)))


def pairs(*both_ways: tuple[str, str]) -> tuple[Rule, ...]:
    """Rules for each pair, in both directions."""
    return tuple(made for one, other in both_ways for made in (word(one, other), word(other, one)))


def others(*alike: str) -> tuple[Rule, ...]:
    """Rules that put another member of a class for each of its members."""
    return tuple(word(one, *(other for other in alike if other != one)) for one in alike)


def spaced(phrase: str) -> str:
    """A pattern for a phrase, whatever its white space and hyphens look like."""
    pieces = [re.escape(piece) for piece in phrase.split(" ")]
    return r"\s+".join(piece.replace(r"\-", f"[{HYPHENS}]") for piece in pieces)


def _like(model: str, text: str) -> str:
    return text[:1].upper() + text[1:] if model[:1].isupper() and text[:1].islower() else text


def replace_one(text: str, rules: Iterable[Rule], draw: random.Random) -> str | None:
    """The text with one place replaced, any place of any rule; None where there is none that changes it."""
    places = [(found, made) for made in rules for found in made.pattern.finditer(text)]
    draw.shuffle(places)
    for found, made in places:
        written = made.write(found, draw)
        if written is not None and written != found.group():
            return text[: found.start()] + written + text[found.end() :]
    return None


def replace_all(text: str, rules: Sequence[Rule], draw: random.Random) -> str | None:
    """The text with every place of every rule replaced, rule by rule; None where nothing changed."""
    edited = text
    for made in rules:
        edited = made.pattern.sub(lambda found, made=made: made.write(found, draw) or found.group(), edited)  # type: ignore[misc]
    return edited if edited != text else None


def one_of(*rules: Rule) -> Edit:
    return lambda passage, draw: replace_one(passage.text, rules, draw)


def all_of(*rules: Rule) -> Edit:
    return lambda passage, draw: replace_all(passage.text, rules, draw)


def some_of(*edits: Edit) -> Edit:
    """The first of the edits, in an order by chance, that has something to change."""

    def edit(passage: Passage, draw: random.Random) -> str | None:
        for chosen in draw.sample(edits, len(edits)):
            edited = chosen(passage, draw)
            if edited is not None:
                return edited
        return None

    return edit


def on(text: str, passage: Passage) -> Passage:
    """A text as if it stood in the passage's place, for a second edit upon a first."""
    return Passage(text, 0, len(text), passage.others)


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """What remains of a text without typography: for telling whether a statement stands in a context."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(f"[{HYPHENS}]", "-", text)
    return " ".join(re.findall(r"[\w%°]+(?:[-.,:/^+][\w%°]+)*|[<>≤≥=±+]", text))


def lowered(text: str) -> str:
    """The text with a small first letter, unless its first word is a name."""
    first = re.match(r"\w+", text)
    return text if first is None or not first.group()[1:].islower() else text[0].lower() + text[1:]


def bare(text: str) -> str:
    """The text without the full stop at its end."""
    return text.rstrip(" .;,:")
