"""A context made ready for search, once for all the quotes that are looked for in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from evaluator.abbreviations import find_abbreviations
from evaluator.likeness import Knows
from evaluator.normalize import Folded, fold
from evaluator.search import encode
from evaluator.terms import Atom, Phrases, atoms_of
from evaluator.types import Grounding


@dataclass(frozen=True, slots=True, eq=False)
class FoldedContext:
    """A context made ready for search: folded, encoded and read for abbreviations once. What was read of its passages
    is kept, as the completions of one case quote the same ones, and so is what became of the last quotes."""

    folded: Folded
    encoded: bytes
    knows: Knows
    abbreviations: Phrases
    word_count: int
    length: int
    """Of the context as received, outer white space aside."""
    _passages: dict[tuple[int, int], tuple[Atom, ...]] = field(default_factory=dict, repr=False)
    _found: dict[str, Grounding] = field(default_factory=dict, repr=False)

    def atoms(self, start: int, end: int) -> tuple[Atom, ...]:
        """The atoms of `folded.text[start:end]`."""
        found = self._passages.get((start, end))
        if found is None:
            found = atoms_of(self.folded, start, end, self.abbreviations)
            if len(self._passages) == _MAX_PASSAGES:
                self._passages.clear()
            if end - start <= _MAX_PASSAGE:
                self._passages[start, end] = found
        return found

    def remembered(self, quote: str) -> Grounding | None:
        """What `remember` was told of a quote, unless many others were met since."""
        return self._found.get(quote)

    def remember(self, found: Grounding) -> None:
        """Keep what a quote was found to be."""
        if len(self._found) >= _MAX_QUOTES:
            self._found.clear()
        if len(found.citation.text) <= _MAX_PASSAGE:
            self._found[found.citation.text] = found


def fold_context(context: str) -> FoldedContext:
    """The context ready for search. The last few are remembered, of those of common length the cases of a whole set:
    a set that is scored several times over folds each context once."""
    return _case_context(context) if len(context) <= _COMMON_LENGTH else _long_context(context)


def prepare_context(context: str, *, document: bool = True) -> FoldedContext:
    """The context ready for search, not remembered."""
    folded = fold(context)
    words = frozenset(re.findall(r"[^\W\d_]+", folded.text))
    sizes = len(context.split()), len(context.strip())
    knows = Knows(words, context, document)
    return FoldedContext(folded, encode(folded.text), knows, find_abbreviations(context), *sizes)


_COMMON_LENGTH = 8_000
_MAX_PASSAGES, _MAX_PASSAGE, _MAX_QUOTES = 32, 1_000, 64
_case_context = lru_cache(maxsize=128)(prepare_context)
_long_context = lru_cache(maxsize=8)(prepare_context)
