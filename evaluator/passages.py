"""Find the passages that a citation, or each part of an elided one, may quote, and compare them.

First what stands in the context as it is, typography aside; else the closest windows, aligned word by word. Passages
whose similarities are nearly equal are told apart by their alterations.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from evaluator.abbreviations import find_abbreviations
from evaluator.alterations import Comparison, name_alterations
from evaluator.diff import Piece, align_within
from evaluator.edges import edge_alterations
from evaluator.normalize import Folded, fold
from evaluator.search import encode, find_windows
from evaluator.similarity import Weight, weigh
from evaluator.terms import Atom, Phrases, atoms_of
from evaluator.types import Alteration, Citation

TIE = 1.0
"""Passages whose similarities differ by no more than this are told apart by their alterations."""
_MARGIN = 3
"""Words on either side of a window that the word alignment may draw on."""
_GLIMPSE = 60
_MAX_EXACT = 20
"""So many places of a verbatim quote are looked at for one whose edges are clean."""
_MAX_PARTS = 30
_MAX_WORD = 100
"""Where no blank follows for this many characters (a script without blanks, or no text), a window is cut there."""
_OUTER = " .,;:!\"'*_`#|[](){}\u2022"
_BULLET = re.compile(r"(?:- |> (?=[^\W\d]))+")
"""A dash or an angle is punctuation only there: elsewhere it is a sign of a number or a result."""
_ELLIPSIS = re.compile(r"\s*(?:\[\s?\.{2,}\s?\]|\(\s?\.{2,}\s?\)|\.{3,}|(?:\. ){2,}\.)\s*")


@dataclass(frozen=True, slots=True)
class FoldedContext:
    """A context made ready for search: folded, encoded and read for abbreviations once."""

    folded: Folded
    encoded: bytes
    words: frozenset[str]
    abbreviations: Phrases
    word_count: int
    length: int
    """Of the context as received, outer white space aside."""

    def knows(self, word: str, /) -> bool:
        """Whether a folded word stands somewhere in the context."""
        return word in self.words


@lru_cache(maxsize=8)
def fold_context(context: str) -> FoldedContext:
    """The context ready for search; the last few are remembered."""
    folded = fold(context)
    words = frozenset(re.findall(r"[^\W\d_]+", folded.text))
    sizes = len(context.split()), len(context.strip())
    return FoldedContext(folded, encode(folded.text), words, find_abbreviations(context), *sizes)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the folded citation that is quoted without a gap."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """A passage found for one part. `start` and `end` count in the folded context; `exact` says that the two are
    equal as folded, and then there is nothing to compare."""

    start: int
    end: int
    weight: Weight
    alterations: tuple[Alteration, ...]
    comparison: Comparison | None

    @property
    def similarity(self) -> float:
        return self.weight.similarity

    @property
    def exact(self) -> bool:
        return self.comparison is None


@dataclass(frozen=True, slots=True)
class Quote:
    """A folded citation in its parts."""

    citation: Citation
    folded: Folded
    parts: tuple[Part, ...]


def parts_of(folded: Folded) -> tuple[Part, ...]:
    """The parts between marked ellipses."""
    parts: list[Part | None] = []
    position = 0
    for mark in _ELLIPSIS.finditer(folded.text):
        parts.append(trim(folded, position, mark.start()))
        position = mark.end()
    parts.append(trim(folded, position, len(folded.text)))
    kept = tuple(part for part in parts if part is not None)
    return kept if len(kept) <= _MAX_PARTS else ()


def trim(folded: Folded, start: int, end: int) -> Part | None:
    """Without white space at the ends; None where no letter or digit is left."""
    while start < end and folded.text[start] == " ":
        start += 1
    while end > start and folded.text[end - 1] == " ":
        end -= 1
    return Part(start, end) if any(c.isalnum() for c in folded.text[start:end]) else None


def chain_similarity(chain: Sequence[Match]) -> float:
    return chain[0].weight.plus(*(match.weight for match in chain[1:])).similarity


def best_chain(quote: Quote, context: FoldedContext) -> tuple[Match, ...]:
    """The parts in order, each after the one before; empty where the first or any later part is nowhere."""
    chains: list[tuple[Match, ...]] = []
    for first in _matches(quote, 0, context, 0):
        chain = [first]
        for index in range(1, len(quote.parts)):
            following = _matches(quote, index, context, chain[-1].end)
            if not following:
                break
            chain.append(choose([(match,) for match in following])[0])
        if len(chain) == len(quote.parts):
            chains.append(tuple(chain))
    return choose(chains) if chains else ()


def choose(chains: Sequence[tuple[Match, ...]]) -> tuple[Match, ...]:
    """The most similar; among the nearly equal the one with the fewest alterations, then the earliest."""
    top = max(chain_similarity(chain) for chain in chains)
    close = [chain for chain in chains if chain_similarity(chain) >= top - TIE]
    return min(
        close, key=lambda chain: (sum(len(m.alterations) for m in chain), -chain_similarity(chain), chain[0].start)
    )


def _matches(quote: Quote, index: int, context: FoldedContext, after: int) -> list[Match]:
    """Candidate passages for one part, behind `after` of the folded context."""
    part = quote.parts[index]
    exact = _exact_matches(quote, part, context, after)
    if any(not match.alterations for match in exact):
        return [match for match in exact if not match.alterations][:1] if index or len(quote.parts) == 1 else exact
    found = list(exact)
    needle = encode(quote.folded.text[part.start : part.end])
    for window in find_windows(needle, context.encoded, after):
        match = _compare(quote, part, context, (max(after, window.start), window.end), after)
        if match is not None:
            found.append(match)
    return found


def _exact_matches(quote: Quote, part: Part, context: FoldedContext, after: int) -> list[Match]:
    """Where the part stands as it is, outer punctuation aside."""
    text = context.folded.text
    needle = quote.folded.text[part.start : part.end]
    stripped = needle.strip(_OUTER)
    bullet = _BULLET.match(stripped)
    bare = stripped[bullet.end() :].strip(_OUTER) if bullet else stripped
    found: list[Match] = []
    for wanted in dict.fromkeys((needle, needle.rstrip(_OUTER), bare)):
        position = text.find(wanted, after) if wanted else -1
        tries = 0
        while position >= 0 and len(found) < _MAX_EXACT and tries < 50 * _MAX_EXACT:
            tries += 1
            end = position + len(wanted)
            if _is_boundary(text, position) and _is_boundary(text, end):
                found.append(_exact_match(quote, part, context, position, end))
            position = text.find(wanted, position + 1)
        if found:
            break
    return found


def _is_boundary(text: str, position: int) -> bool:
    """Whether a word or number may begin or end here."""
    if position <= 0 or position >= len(text):
        return True
    before, after = text[position - 1], text[position]
    if before.isalnum() and after.isalnum():
        return _is_unspaced(before) or _is_unspaced(after)
    if before in ".," and after.isdigit():
        return not text[max(0, position - 2) : position - 1].isdigit()
    return not (after in ".," and before.isdigit() and text[position + 1 : position + 2].isdigit())


def _is_unspaced(character: str) -> bool:
    """Whether the script writes words without blanks between them."""
    return "\u0e00" <= character <= "\u0e7f" or "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff"


def _exact_match(quote: Quote, part: Part, context: FoldedContext, start: int, end: int) -> Match:
    span = context.folded.original_span(start, end)
    cited = quote.folded.original_span(part.start, part.end)
    lost = edge_alterations(context.folded, span, _outer_atoms(context, start, end), cited)
    return Match(start, end, Weight(2.0 * (end - start), 0.0, exact=True), lost, None)


def _outer_atoms(context: FoldedContext, start: int, end: int) -> tuple[Atom, ...]:
    """The first and last words of a passage: all that its edges are judged by."""
    text = context.folded.text
    head = text.find(" ", start + _GLIMPSE, end)
    tail = text.rfind(" ", start, max(start, end - _GLIMPSE))
    if head < 0 or tail < head:
        return atoms_of(context.folded, start, end, context.abbreviations)
    first = atoms_of(context.folded, start, head, context.abbreviations)
    return (*first, *atoms_of(context.folded, tail, end, context.abbreviations))


def _compare(quote: Quote, part: Part, context: FoldedContext, window: tuple[int, int], after: int) -> Match | None:
    """Align the part with the words of a window and a few around it; None where no word is left to compare."""
    start, end = _widen(context.folded.text, *window, after)
    cited = atoms_of(quote.folded, part.start, part.end, context.abbreviations)
    source = atoms_of(context.folded, start, end, context.abbreviations)
    if not cited or not source:
        return None
    pieces = align_within(cited, source, context.knows)
    if not pieces or pieces[0].s0 == pieces[-1].s1:
        return None
    first, stop = pieces[0].s0, pieces[-1].s1
    shifted = tuple(Piece(p.kind, p.c0, p.c1, p.s0 - first, p.s1 - first) for p in pieces)
    comparison = Comparison(quote.folded, context.folded, cited, source[first:stop], shifted)
    begin, finish = source[first].start, source[stop - 1].end
    span = context.folded.original_span(begin, finish)
    lost = edge_alterations(context.folded, span, source[first:stop], quote.folded.original_span(part.start, part.end))
    return Match(begin, finish, weigh(comparison), (*name_alterations(comparison), *lost), comparison)


def _widen(text: str, start: int, end: int, floor: int) -> tuple[int, int]:
    """To whole words, and a few more on either side."""
    for _ in range(_MARGIN + 1):
        low, high = max(0, start - _MAX_WORD), min(len(text), end + _MAX_WORD)
        blank = text.rfind(" ", low, max(low, start - 1))
        start = low if blank < 0 else blank + 1
        blank = text.find(" ", end + 1, high)
        end = high if blank < 0 else blank
    return max(floor, start), end
