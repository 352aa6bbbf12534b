"""Find the passage of the context that a citation quotes, and say how faithfully.

EXACT: the citation stands in the context, typography aside (case, white space, quote marks, dashes, outer
punctuation). FUZZY: as similar as the threshold asks and no difference changes the meaning. ALTERED: as similar, but
some difference does. UNGROUNDED: less similar; the closest passage is kept where one is half alike. UNSCORABLE: under
three words and neither a quantity nor a name.

Similarity is symmetric: what the quote adds counts as much as what it leaves out, so a quote that swallows its context
is not similar to it. Differences of form count a tenth. 100 means EXACT and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from evaluator.alterations import Comparison, diff_runs, name_alterations
from evaluator.diff import Piece, align_within
from evaluator.edges import edge_alterations
from evaluator.mentions import names, quantities
from evaluator.normalize import Folded, fold
from evaluator.search import encode, find_windows
from evaluator.similarity import NEARLY, Weight, weigh
from evaluator.terms import Phrases, atoms_of, find_abbreviations
from evaluator.types import (
    Alteration,
    AlterationKind,
    Citation,
    DiffKind,
    DiffRun,
    Grounding,
    GroundingStatus,
    Span,
)

DEFAULT_THRESHOLD = 85.0
FLOOR = 50.0
"""Passages less similar than this are not reported; a threshold below it finds nothing more."""
MIN_WORDS = 3
"""Citations under this many words are evidence only where they state a quantity or a name."""
COVERED_SHARE = 0.9
COVERED_MIN_WORDS = 30
TIE = 1.0
"""Passages whose similarities differ by no more than this are told apart by their alterations."""
_MARGIN = 3
"""Words on either side of a window that the word alignment may draw on."""
_FAR = 1_000
"""Characters between two parts of an elided quote beyond which a part needs MIN_WORDS words to count."""
_MAX_EXACT = 20
"""So many places of a verbatim quote are looked at for one whose edges are clean."""
_MAX_PARTS = 30
_MAX_WORD = 100
"""Where no blank follows for this many characters (a script without blanks, or no text), a window is cut there."""
_OUTER = " .,;:!\"'*_`#>|-[](){}•"
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
class _Part:
    """A stretch of the folded citation that is quoted without a gap."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Match:
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
class _Quote:
    """A folded citation in its parts."""

    citation: Citation
    folded: Folded
    parts: tuple[_Part, ...]


def ground(citation: Citation, context: str, threshold: float = DEFAULT_THRESHOLD) -> Grounding:
    """Find the passage closest to a citation. Never raises; a context that holds nothing similar gives UNGROUNDED."""
    found = _ground(citation, fold_context(context))
    if not _is_scorable(citation.text):
        found = replace(found, status=GroundingStatus.UNSCORABLE)
    return regrade(found, threshold)


def ground_all(
    citations: Sequence[Citation], context: str, threshold: float = DEFAULT_THRESHOLD
) -> tuple[Grounding, ...]:
    """`ground` for each citation of a trace, in order."""
    return tuple(ground(citation, context, threshold) for citation in citations)


def regrade(grounding: Grounding, threshold: float) -> Grounding:
    """The same search under another threshold (FLOOR to 100)."""
    status = _status(grounding, threshold)
    return replace(grounding, status=status, reason=_reason(grounding, status, threshold))


def _is_scorable(text: str) -> bool:
    words = re.findall(r"\w[^\s]*", text)
    if len(words) >= MIN_WORDS or any("\u2e80" <= c <= "\ud7af" for c in text):
        return True
    return any(quantity.unit for quantity in quantities(text)) or bool(names(text))


def _ground(citation: Citation, context: FoldedContext) -> Grounding:
    nothing = Grounding(citation, GroundingStatus.UNGROUNDED, 0.0, None)
    folded = fold(citation.text)
    whole = _trim(folded, 0, len(folded.text))
    if whole is None:
        return nothing
    best = _best_chain(_Quote(citation, folded, (whole,)), context)
    parts = _split(folded)
    if len(parts) > 1 and not (best and best[0].exact):
        elided = _best_chain(_Quote(citation, folded, parts), context)
        if elided and (not best or _rank(elided) < _rank(best)):
            return _report(_Quote(citation, folded, parts), elided, context)
    return _report(_Quote(citation, folded, (whole,)), best, context) if best else nothing


def _split(folded: Folded) -> tuple[_Part, ...]:
    """The parts between marked ellipses."""
    parts: list[_Part | None] = []
    position = 0
    for mark in _ELLIPSIS.finditer(folded.text):
        parts.append(_trim(folded, position, mark.start()))
        position = mark.end()
    parts.append(_trim(folded, position, len(folded.text)))
    kept = tuple(part for part in parts if part is not None)
    return kept if len(kept) <= _MAX_PARTS else ()


def _trim(folded: Folded, start: int, end: int) -> _Part | None:
    """Without white space at the ends; None where no letter or digit is left."""
    while start < end and folded.text[start] == " ":
        start += 1
    while end > start and folded.text[end - 1] == " ":
        end -= 1
    return _Part(start, end) if any(c.isalnum() for c in folded.text[start:end]) else None


def _rank(chain: Sequence[_Match]) -> tuple[float, int, int]:
    """Lower is better: similarity in steps of TIE, then fewer alterations, then the earlier place."""
    return -_chain_similarity(chain), sum(len(match.alterations) for match in chain), chain[0].start


def _chain_similarity(chain: Sequence[_Match]) -> float:
    return chain[0].weight.plus(*(match.weight for match in chain[1:])).similarity


def _best_chain(quote: _Quote, context: FoldedContext) -> tuple[_Match, ...]:
    """The parts in order, each after the one before; empty where the first or any later part is nowhere."""
    chains: list[tuple[_Match, ...]] = []
    for first in _matches(quote, 0, context, 0):
        chain = [first]
        for index in range(1, len(quote.parts)):
            following = _matches(quote, index, context, chain[-1].end)
            if not following:
                break
            chain.append(_choose([(match,) for match in following])[0])
        if len(chain) == len(quote.parts):
            chains.append(tuple(chain))
    return _choose(chains) if chains else ()


def _choose(chains: Sequence[tuple[_Match, ...]]) -> tuple[_Match, ...]:
    """The most similar; among the nearly equal the one with the fewest alterations, then the earliest."""
    top = max(_chain_similarity(chain) for chain in chains)
    close = [chain for chain in chains if _chain_similarity(chain) >= top - TIE]
    return min(
        close, key=lambda chain: (sum(len(m.alterations) for m in chain), -_chain_similarity(chain), chain[0].start)
    )


def _matches(quote: _Quote, index: int, context: FoldedContext, after: int) -> list[_Match]:
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


def _exact_matches(quote: _Quote, part: _Part, context: FoldedContext, after: int) -> list[_Match]:
    """Where the part stands as it is, outer punctuation aside."""
    text = context.folded.text
    needle = quote.folded.text[part.start : part.end]
    bare = needle.strip(_OUTER)
    found: list[_Match] = []
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


def _exact_match(quote: _Quote, part: _Part, context: FoldedContext, start: int, end: int) -> _Match:
    head = atoms_of(
        context.folded, start, context.folded.text.find(" ", min(start + 60, end), end) if end - start > 120 else end
    )
    tail = atoms_of(context.folded, context.folded.text.rfind(" ", start, end - 30), end) if end - start > 120 else head
    span = context.folded.original_span(start, end)
    lost = edge_alterations(context.folded, span, (*head, *tail), quote.folded.original_span(part.start, part.end))
    return _Match(start, end, Weight(2.0 * (end - start), 0.0, exact=True), lost, None)


def _compare(quote: _Quote, part: _Part, context: FoldedContext, window: tuple[int, int], after: int) -> _Match | None:
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
    return _Match(begin, finish, weigh(comparison), (*name_alterations(comparison), *lost), comparison)


def _widen(text: str, start: int, end: int, floor: int) -> tuple[int, int]:
    """To whole words, and a few more on either side."""
    for _ in range(_MARGIN + 1):
        low, high = max(0, start - _MAX_WORD), min(len(text), end + _MAX_WORD)
        blank = text.rfind(" ", low, max(low, start - 1))
        start = low if blank < 0 else blank + 1
        blank = text.find(" ", end + 1, high)
        end = high if blank < 0 else blank
    return max(floor, start), end


def _report(quote: _Quote, chain: Sequence[_Match], context: FoldedContext) -> Grounding:
    similarity = _chain_similarity(chain)
    if len(chain) > 1 or any(match.alterations for match in chain):
        similarity = min(NEARLY, similarity)
    similarity = round(similarity, 1)
    if similarity < FLOOR:
        return Grounding(quote.citation, GroundingStatus.UNGROUNDED, similarity, None)
    parts = tuple(context.folded.original_span(match.start, match.end) for match in chain)
    span = Span(parts[0].start, parts[-1].end)
    alterations = [alteration for match in chain for alteration in match.alterations]
    alterations += _too_far(quote, chain, context)
    return Grounding(
        quote.citation,
        GroundingStatus.FUZZY,
        similarity,
        span,
        parts,
        tuple(alterations),
        _diff(quote, chain, context),
        _covers(parts, context),
    )


def _too_far(quote: _Quote, chain: Sequence[_Match], context: FoldedContext) -> list[Alteration]:
    """Scraps of a few words joined over a long gap say what the source never says in one place."""
    found: list[Alteration] = []
    for (left, right), (one, other) in zip(
        zip(chain, chain[1:], strict=False), zip(quote.parts, quote.parts[1:], strict=False), strict=True
    ):
        words = min(len(quote.folded.text[part.start : part.end].split()) for part in (one, other))
        if right.start - left.end > _FAR and words < MIN_WORDS:
            gap = context.folded.original_span(left.end, right.start)
            place = quote.folded.original_span(other.start, other.end)
            message = "The quote joins scraps of the source that stand far apart."
            found.append(Alteration(AlterationKind.OMISSION, "", "", Span(place.start, place.start), gap, message))
    return found


def _diff(quote: _Quote, chain: Sequence[_Match], context: FoldedContext) -> tuple[DiffRun, ...]:
    runs: list[DiffRun] = []
    text = quote.folded.original
    place = 0
    for index, (part, match) in enumerate(zip(quote.parts, chain, strict=True)):
        span = quote.folded.original_span(part.start, part.end)
        start, end = (0 if index == 0 else span.start), (len(text) if index == len(chain) - 1 else span.end)
        if start > place:
            runs.append(DiffRun(DiffKind.HARMLESS, text[place:start], ""))
        if match.comparison is None:
            source = context.folded.original_span(match.start, match.end)
            runs.append(DiffRun(DiffKind.SAME, text[start:end], context.folded.original[source.start : source.end]))
        else:
            runs.extend(diff_runs(match.comparison, Span(start, end)))
        place = end
    return tuple(runs)


def _covers(parts: Sequence[Span], context: FoldedContext) -> bool:
    quoted = sum(part.end - part.start for part in parts)
    return quoted >= COVERED_SHARE * context.length and context.word_count > COVERED_MIN_WORDS


def _status(grounding: Grounding, threshold: float) -> GroundingStatus:
    if grounding.status is GroundingStatus.UNSCORABLE:
        return GroundingStatus.UNSCORABLE
    if grounding.span is None or grounding.similarity < threshold:
        return GroundingStatus.UNGROUNDED
    if grounding.alterations:
        return GroundingStatus.ALTERED
    return GroundingStatus.EXACT if grounding.similarity >= 100.0 else GroundingStatus.FUZZY


def _reason(grounding: Grounding, status: GroundingStatus, threshold: float) -> str:
    match status:
        case GroundingStatus.EXACT:
            return "The quote stands in the context word for word."
        case GroundingStatus.FUZZY:
            return f"A near match ({grounding.similarity:.0f} percent); no difference changes the meaning."
        case GroundingStatus.ALTERED:
            return grounding.alterations[0].message
        case GroundingStatus.UNSCORABLE:
            return "The quote is too short to be evidence: under three words, and neither a quantity nor a name."
        case GroundingStatus.UNGROUNDED:
            if grounding.span is None:
                return "Nothing in the context resembles the quote."
            return (
                f"The closest passage is {grounding.similarity:.0f} percent similar, "
                f"below the threshold of {threshold:.0f}."
            )
