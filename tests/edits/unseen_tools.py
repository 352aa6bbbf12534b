"""What the unseen families share: how to pick one place of a sentence, and when an edit is worth nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

from tests.edits.families import Family, Harm, Passage

Edit = Callable[[str, random.Random], str | None]
Replace = Callable[[re.Match[str]], str]

MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
NUMBER = r"(?<![\w.,:/‑–−-])\d+(?:[.,]\d+)?"
UNIT = (
    r"(?:mg/m²|mg/kg|mg|µg|kg|g/L|g|mL/h|mL|µL|mm|cm|cGy|Gy|%|°C|mmHg|mmH₂O|cmH₂O|ms|units|fractions|"
    r"(?:day|week|month|year|hour|minute)s?|min|h|×\s10⁹/L)(?![\w/²³])"
)
NEGATION = re.compile(
    r"\b(?:no|not|none|never|nor|neither|nothing|nobody|without|cannot|nil|hardly|barely|only)\b|n[’']t\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def harmless(name: str, edit: Edit, least_words: int = 4) -> Family:
    """A family whose edits only need the sentence; an edit that changes nothing is none."""

    def apply(passage: Passage, rng: random.Random) -> str | None:
        text = passage.text
        if len(text.split()) < least_words:
            return None
        edited = edit(text, rng)
        return None if edited is None or edited == text else edited

    return Family(name, Harm.HARMLESS, apply)


def dangerous(name: str, edit: Edit, least_words: int = 4) -> Family:
    """A family whose edits only need the sentence; an edit that the context says elsewhere too is none."""

    def apply(passage: Passage, rng: random.Random) -> str | None:
        text = passage.text
        if len(text.split()) < least_words or text.endswith("?"):
            return None
        return unless_said(passage, edit(text, rng))

    return Family(name, Harm.DANGEROUS, apply)


def unless_said(passage: Passage, edited: str | None) -> str | None:
    """The edited sentence, or None where it is the old one in other dress or stands in the context as well."""
    if edited is None or flatten(edited) == flatten(passage.text):
        return None
    return None if flatten(edited) in flatten(passage.context) else edited


def flatten(text: str) -> str:
    text = _DASHES.sub("-", text).replace("\u2019", "'").casefold()
    return " ".join(text.split()).rstrip(" .;:,")


def sentences(context: str) -> list[str]:
    return [part.strip() for part in _SENTENCE_END.split(context) if part.strip()]


def one(pattern: str | re.Pattern[str], text: str, rng: random.Random, replace: Replace) -> str | None:
    """The text with one match, chosen by chance, replaced; None where there is none."""
    found = list(re.finditer(pattern, text))
    if not found:
        return None
    match = rng.choice(found)
    return text[: match.start()] + replace(match) + text[match.end() :]


def one_of(words: Mapping[str, str], text: str, rng: random.Random) -> str | None:
    """The text with one whole word or phrase of the table replaced; a capital at its start is kept."""
    pattern = r"(?<![\w‑-])(?:" + "|".join(sorted(map(_spaced, words), key=len, reverse=True)) + r")(?![\w‑’-])"
    return one(re.compile(pattern, re.IGNORECASE), text, rng, lambda match: _as_written(words, match.group()))


def _spaced(phrase: str) -> str:
    return r"\s".join(re.escape(word) for word in phrase.split())


def _as_written(words: Mapping[str, str], found: str) -> str:
    new = words[" ".join(found.split()).lower()]
    return new[0].upper() + new[1:] if found[0].isupper() else new


def lower_first(text: str) -> str:
    """The sentence as it reads inside another: names, abbreviations and codes keep their capital."""
    first = re.match(r"[A-Z][a-z]*\b", text)
    return text[0].lower() + text[1:] if first and first.group().lower() in _COMMON else text


def without_stop(text: str) -> str:
    return text.rstrip().rstrip(".;:,").rstrip()


_COMMON = frozenset(
    re.findall(
        r"\w+",
        "the a an he she it they we there this that these those no in at on by for of if when after before "
        "since one two three four five six seven eight nine ten both all each most some his her its their our "
        "your as to with from during because although where while any every another under over until once "
        "then now ",
    )
)
