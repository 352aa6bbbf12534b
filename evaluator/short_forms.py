"""Short forms of a source that a quote writes in full."""

from __future__ import annotations

import re

from evaluator.alterations import Comparison
from evaluator.likeness import Knows
from evaluator.normalize import Folded
from evaluator.senses import SENSES, is_shown
from evaluator.terms import Atom


def guesses(comparison: Comparison, one: Atom, other: Atom, knows: Knows) -> bool:
    """Whether the quote writes a short form of the source in full, where nothing shows that it means this."""
    if not knows.document:
        return False
    words, said = other.surface.split(), one.surface.split()
    if other.key == "nasogastric tube" and said[:1] == ["nasogastric"]:
        return False  # beside the tube it can mean nothing else
    if len(words) == len(said) > 1:  # "ng tube" as "nanogram tube"
        starts = [other.start + match.start() for match in _WORDS.finditer(other.surface)]
        pairs = zip(said, words, starts, strict=True)
        return any(_is_guess(comparison, x, y, start, start + len(y), knows) for x, y, start in pairs if x != y)
    return _is_guess(comparison, one.surface, other.surface, other.start, other.end, knows)


def _is_guess(comparison: Comparison, said: str, short: str, start: int, end: int, knows: Knows) -> bool:
    text = comparison.source.text
    short, long = ("".join(c for c in word if c.isalpha()) for word in (short, said))
    if short in ("g", "d") and len(long) > 2:  # a 20 G needle, a 2 D echo
        return _written(comparison.source, start, end).isupper()
    if short not in SENSES or long in SENSES or long.removesuffix("s") == short or said == short:
        return False
    if short == "pt" and _written(comparison.source, start, end) == "PT":
        return True
    if short == "ca" and _written(comparison.source, start, end) != "ca":
        return text[end : end + 1] != "."
    if is_shown(short, text, start, end, knows.words):
        return False
    return f"{said} ({short}" not in text and f"{short} ({said}" not in text  # the source would say so


_WORDS = re.compile(r"\S+")


def _written(folded: Folded, start: int, end: int) -> str:
    span = folded.original_span(start, end)
    return folded.original[span.start : span.end]
