"""Find the passages that a citation, or each part of an elided one, may quote, and compare them.

First what stands in the context as it is, typography aside; else the closest windows, aligned word by word. Passages
whose similarities are nearly equal are told apart by their alterations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from evaluator.alterations import Comparison, name_alterations
from evaluator.broken_words import end_of_broken_word
from evaluator.diff import Piece, align, align_within
from evaluator.edges import EdgeReader, Edges
from evaluator.folded_context import FoldedContext
from evaluator.normalize import Folded
from evaluator.nuances import hidden_alterations
from evaluator.outward import typographic_alterations
from evaluator.rewritings import only_parts, reads_alike
from evaluator.search import encode, find_windows, is_boundary, widen
from evaluator.similarity import Weight, weigh
from evaluator.terms import Atom, atoms_of
from evaluator.types import Alteration, Citation, DiffKind, Span

TIE = 1.0
"""Passages whose similarities differ by no more than this are told apart by their alterations."""
_GLIMPSE, _MAX_GLIMPSE = 60, 500
_MAX_EXACT = 20
"""So many places of a verbatim quote are looked at for one whose edges are clean."""
_MAX_COMPARED = 20_000
"""Characters of such places, where more of them are too short to cost anything."""
_MAX_PARTS = 30
_MIN_GAP_WORDS, _MAX_GAP_WORDS, _MAX_GAP = 3, 120, 300
"""Words on each side of a gap, words before it, and the most characters that it may hold."""
_LONGER = 40
_OUTER = " .,;:!\"'*_`#|[](){}\u2022"
_BULLET = re.compile(r"(?:- |> (?=[^\W\d]))+")
"""A dash or an angle is punctuation only there: elsewhere it is a sign of a number or a result."""
_ELLIPSIS = re.compile(r"\s*(?:<\s?\.{2,}\s?>|\[\s?\.{2,}\s?\]|\(\s?\.{2,}\s?\)|\.{3,}|(?:\. ){2,}\.)\s*")

_MARKED = 8
"""Characters on either side of the end of a part in which the mark of a break stands."""
_BROKEN_OFF = re.compile(r"[^\W\d_] ?(?:\[ ?(?:\.{2,}|…) ?\]|\( ?(?:\.{2,}|…) ?\)|\.{2,}|…)")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the folded citation that is quoted without a gap."""

    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Match:
    """A passage found for one part. `start` and `end` count in the folded context; `exact` says that the two are
    equal as folded, and then there is nothing to compare. `find` names the alterations by which a passage is chosen,
    and `judge` all that it is told to change, at a cost that only the passages that may win are worth."""

    start: int
    end: int
    weight: Weight
    comparison: Comparison | None
    find: Callable[[], tuple[Alteration, ...]]
    judge: Callable[[], tuple[Alteration, ...]]

    @cached_property
    def apparent(self) -> tuple[Alteration, ...]:
        """What plainly differs between the quote and this passage: similarity and the choice of a passage rest on it,
        in every protocol."""
        return self.find()

    @cached_property
    def alterations(self) -> tuple[Alteration, ...]:
        """What the quote changes of this passage, to a careful reader."""
        return self.judge()

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
    """The most similar; among the nearly equal the one with the fewest apparent alterations, then
    the one with the fewest at all, then the earliest."""
    top = max(chain_similarity(chain) for chain in chains)
    close = [chain for chain in chains if chain_similarity(chain) >= top - TIE]
    if len(close) == 1:
        return close[0]
    best = min(map(_rank, close))
    equal = [chain for chain in close if _rank(chain) == best]
    if len(equal) == 1:
        return equal[0]
    return min(equal, key=lambda chain: (sum(len(match.alterations) for match in chain), chain[0].start))


def _rank(chain: Sequence[Match]) -> tuple[int, float]:
    return sum(len(match.apparent) for match in chain), -chain_similarity(chain)


@dataclass(frozen=True, slots=True)
class _Search:
    """One part of a quote, looked for behind `after` of the folded context, where the part before it ends."""

    context: FoldedContext
    text: str
    folded: Folded
    span: Span
    start: int
    after: int

    def edges(self, passage: Span, inside: Sequence[Atom]) -> EdgeReader:
        """What the part leaves out just outside a passage of the context as received."""
        quoted_to = self.context.folded.original_span(self.after - 1, self.after).end if self.after else 0
        if self._breaks_off():
            passage = Span(passage.start, end_of_broken_word(self.context.folded.original, passage))
        return EdgeReader(Edges(self.context.folded.original, passage, tuple(inside), self.span, quoted_to))

    def _breaks_off(self) -> bool:
        """Whether the citation marks that it breaks off where this part ends."""
        text, end = self.folded.original, self.span.end
        return _BROKEN_OFF.search(text, max(self.span.start, end - _MARKED), end + _MARKED) is not None


def _matches(quote: Quote, index: int, context: FoldedContext, after: int) -> list[Match]:
    """Candidate passages for one part, behind `after` of the folded context."""
    part, folded = quote.parts[index], quote.folded
    span = folded.original_span(part.start, part.end)
    search = _Search(context, folded.text[part.start : part.end], folded, span, part.start, after)
    found = _exact_matches(search)
    clean = [match for match in found if not match.apparent]
    if clean and len(quote.parts) == 1:
        return [next((match for match in clean if not match.alterations), clean[0])]
    if clean:
        return clean[:1] if index else found
    atoms = atoms_of(folded, part.start, part.end, context.abbreviations)
    gapped = _gapped_window(search) if atoms else None
    if gapped is not None:
        source = context.atoms(*gapped)
        found.append(_match(search, atoms, source, align(atoms, source, context.knows)))
    for window in find_windows(encode(search.text), context.encoded, after) if atoms else ():
        match = _compare(search, atoms, max(after, window.start), window.end)
        if match is not None:
            found.append(match)
    return found


def _gapped_window(search: _Search) -> tuple[int, int] | None:
    """The stretch of the context that is the quote but for words left out in one place, where there is one: edit
    distance would rather look for the longer half by itself."""
    text, wanted = search.context.folded.text, search.text.strip(_OUTER)
    blanks = [index for index, character in enumerate(wanted) if character == " "]
    low, high = 0, min(len(blanks), _MAX_GAP_WORDS)
    while low < high:  # the most words of the beginning that stand in the context in a row
        middle = (low + high + 1) // 2
        head = wanted[: blanks[middle - 1]].rstrip(_OUTER)
        low, high = (middle, high) if text.find(head, search.after) >= 0 else (low, middle - 1)
    for words in range(low, _MIN_GAP_WORDS - 1, -1):
        head = wanted[: blanks[words - 1]].rstrip(_OUTER)
        rest = wanted[blanks[words - 1] :].lstrip(_OUTER)
        start = text.find(head, search.after)
        if len(rest.split()) < _MIN_GAP_WORDS:
            continue
        end = text.find(rest, start + len(head), start + len(wanted) + _MAX_GAP)
        if end > 0:
            return start, end + len(rest)
    return None


def _exact_matches(search: _Search) -> list[Match]:
    """Where the part stands as it is, outer punctuation aside."""
    text = search.context.folded.text
    stripped = search.text.strip(_OUTER)
    bullet = _BULLET.match(stripped)
    bare = stripped[bullet.end() :].strip(_OUTER) if bullet else stripped
    found: list[Match] = []
    for wanted in dict.fromkeys((search.text, search.text.rstrip(_OUTER), bare)):
        position = text.find(wanted, search.after) if wanted else -1
        tries = max(_MAX_EXACT, _MAX_COMPARED // max(1, len(wanted)))
        while position >= 0 and len(found) < _MAX_EXACT and tries > 0:
            tries -= 1
            end = position + len(wanted)
            if is_boundary(text, position) and is_boundary(text, end):
                found.append(_exact_match(search, position, end))
            position = text.find(wanted, position + 1)
        if found:
            break
    return found


def _exact_match(search: _Search, start: int, end: int) -> Match:
    span = search.context.folded.original_span(start, end)

    edges = search.edges(span, _outer_atoms(search.context, start, end))

    def judge() -> tuple[Alteration, ...]:
        at = search.start + search.text.find(search.context.folded.text[start:end])
        quoted = Span(at, at + end - start)
        changed = typographic_alterations(search.folded, quoted, search.context.folded, Span(start, end))
        return (*changed, *edges.lost(), *edges.framed())

    return Match(start, end, Weight(2.0 * (end - start), 0.0, exact=True), None, edges.lost, judge)


def _outer_atoms(context: FoldedContext, start: int, end: int) -> tuple[Atom, ...]:
    """The first and last words of a passage: all that its edges are judged by."""
    text = context.folded.text
    head = text.find(" ", start + _GLIMPSE, min(end, start + _MAX_GLIMPSE))
    tail = text.rfind(" ", max(start, end - _MAX_GLIMPSE), max(start, end - _GLIMPSE))
    if end - start > 2 * _MAX_GLIMPSE:  # in a text without blanks a word may be cut: it is not at the edge
        head, tail = (start + _MAX_GLIMPSE if head < 0 else head), (end - _MAX_GLIMPSE if tail < 0 else tail)
    if head < 0 or tail < head:
        return context.atoms(start, end)
    first = context.atoms(start, head)
    return (*first, *context.atoms(tail, end))


def _compare(search: _Search, cited: tuple[Atom, ...], start: int, end: int) -> Match | None:
    """Align the part with the words of a window and a few around it; None where no word is left to compare."""
    folded = search.context.folded
    source, pieces = _align(search, cited, start, end)
    lead, tail = _unmatched_ends(cited, pieces)
    if lead or tail:  # the source says it in more letters than the quote: "radiation therapy" for "RT"
        low = max(search.after, start - lead - _LONGER) if lead else start
        high = min(len(folded.text), end + tail + _LONGER) if tail else end
        source, pieces = _align(search, cited, low, high)
    return None if not pieces or pieces[0].s0 == pieces[-1].s1 else _match(search, cited, source, pieces)


def _match(search: _Search, cited: tuple[Atom, ...], source: tuple[Atom, ...], pieces: tuple[Piece, ...]) -> Match:
    """A part and the stretch of the source that its pieces cover."""
    folded = search.context.folded
    first, stop = pieces[0].s0, pieces[-1].s1
    shifted = tuple(Piece(p.kind, p.c0, p.c1, p.s0 - first, p.s1 - first) for p in pieces)
    comparison = Comparison(search.folded, folded, cited, source[first:stop], shifted)
    begin, finish = source[first].start, source[stop - 1].end

    edges = search.edges(folded.original_span(begin, finish), comparison.source_atoms)

    differences: list[tuple[Alteration, ...]] = []

    def find() -> tuple[Alteration, ...]:
        differences.append(name_alterations(comparison))
        return (*differences[0], *edges.lost())

    def judge() -> tuple[Alteration, ...]:
        named = differences[0] if differences else name_alterations(comparison)
        if named and (only_parts(comparison, named) or reads_alike(comparison)):
            named = ()
        hidden = hidden_alterations(comparison, search.context.knows)
        return (*named, *hidden, *edges.lost(), *edges.framed())

    return Match(begin, finish, weigh(comparison), comparison, find, judge)


def _align(
    search: _Search, cited: tuple[Atom, ...], start: int, end: int
) -> tuple[tuple[Atom, ...], tuple[Piece, ...]]:
    folded = search.context.folded
    start, end = widen(folded.text, start, end, search.after)
    source = search.context.atoms(start, end)
    return source, align_within(cited, source, search.context.knows) if source else ()


def _unmatched_ends(atoms: Sequence[Atom], pieces: Sequence[Piece]) -> tuple[int, int]:
    """Characters of the words at either end of the quote that found no partner, where all else did."""
    changed = [piece for piece in pieces if piece.kind is DiffKind.CHANGED]
    lead = [piece for piece in changed if piece.s0 == piece.s1 == pieces[0].s0]
    tail = [piece for piece in changed if piece.s0 == piece.s1 == pieces[-1].s1]
    if not changed or len(lead) + len(tail) < len(changed):
        return 0, 0
    sizes = [sum(atoms[p.c1 - 1].end - atoms[p.c0].start + 1 for p in side) for side in (lead, tail)]
    return (sizes[0], sizes[1]) if sum(sizes) <= _LONGER else (0, 0)
