"""A context made ready for search, once for all the quotes that are looked for in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from evaluator.abbreviations import find_abbreviations
from evaluator.likeness import Knows
from evaluator.normalize import Folded, fold
from evaluator.search import encode
from evaluator.terms import Phrases


@dataclass(frozen=True, slots=True)
class FoldedContext:
    """A context made ready for search: folded, encoded and read for abbreviations once."""

    folded: Folded
    encoded: bytes
    knows: Knows
    abbreviations: Phrases
    word_count: int
    length: int
    """Of the context as received, outer white space aside."""


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
_case_context = lru_cache(maxsize=128)(prepare_context)
_long_context = lru_cache(maxsize=8)(prepare_context)
