"""Words that a quote breaks off and marks as broken: `the lateral ventr…`.

A reader completes the word by himself and takes it for nothing else, unless the beginning is another word by itself or
the rest turns it (`harm…less`, `symptom…-free`). What the source says behind the word is judged as if the quote ended
at the end of the word.
"""

from __future__ import annotations

import re

from evaluator import lexicon
from evaluator.likeness import opposed, word_kind
from evaluator.spelling import is_name
from evaluator.types import AlterationKind, Span

MIN_LETTERS = 4
"""A shorter beginning may be that of too many words."""
_HEAD, _REST = re.compile(r"[^\W\d_]{1,40}\Z"), re.compile(r"[^\W\d_]{1,40}")
_TURNING = re.compile(r"(?:less|free|proof|naive|negative|resistant|refractory|like|n't)(?:ly|ness)?\Z")
_SMALL = re.compile(r"with|over|under|some|every|after|before|when|where|both|half|most|more|less|like|even|only")
_WORDS = frozenset((*lexicon.NUMBER_WORDS, *lexicon.TENS, *lexicon.NEGATIONS))
"""Beginnings that are words of their own: `with…out`, `four…teen`."""
_JOINS = "-\u2010\u2011\u00ad/'’_^0123456789"
_WINDOW = 48


def end_of_broken_word(text: str, passage: Span) -> int:
    """Where the word ends within which a passage of `text` that is marked as broken off ends; the end of the passage
    where it ends within no word, or within one that the break may turn."""
    end = passage.end
    head = _HEAD.search(text, max(passage.start, end - _WINDOW), end)
    rest = _REST.match(text, end)
    if head is None or rest is None or len(head[0]) < MIN_LETTERS:
        return end
    if head.start() > passage.start and text[head.start() - 1] in _JOINS:
        return end
    if text[rest.end() : rest.end() + 1] and text[rest.end()] in _JOINS:
        return end
    beginning, whole = head[0].casefold(), (head[0] + rest[0]).casefold()
    turned = _TURNING.search(rest[0].casefold()) is not None or opposed(beginning, whole) is not None
    another = beginning in _WORDS or _SMALL.fullmatch(beginning) is not None or is_name(beginning)
    another = another or word_kind(whole) is AlterationKind.NEGATION
    return end if turned or another else rest.end()
