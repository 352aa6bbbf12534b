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

import edlib
from rapidfuzz.distance import Indel

from evaluator.alterations import Comparison, diff_runs, name_alterations
from evaluator.diff import Piece, align
from evaluator.normalize import Folded, fold
from evaluator.terms import atoms_of, names, quantities
from evaluator.types import Alteration, Citation, DiffKind, Grounding, GroundingStatus, Span

DEFAULT_THRESHOLD = 85.0
FLOOR = 50.0
"""Passages less similar than this are not reported; a threshold below it finds nothing more."""
MIN_WORDS = 3
"""Citations under this many words are evidence only where they state a quantity or a name."""
COVERED_SHARE = 0.9
COVERED_MIN_WORDS = 30
_NEARLY = 99.9
_HARMLESS_WEIGHT = 0.1
_TIE = 1.0
_CANDIDATES = 6
_OUTER = " .,;:!\"'*_`#>|-[](){}"


class _Bytes(dict[int, int]):
    """Code point → byte: ASCII as it is, others scattered over the upper half. Chance likeness is weeded out later."""

    def __missing__(self, code: int) -> int:
        byte = self[code] = code if code < 128 else 128 + (code * 2654435761 >> 7) % 128
        return byte


_BYTES = _Bytes()


def _encode(text: str) -> bytes:
    return text.encode() if text.isascii() else bytes([_BYTES[ord(c)] for c in text])


@dataclass(frozen=True, slots=True)
class FoldedContext:
    """A context made ready for search: folded once, encoded once."""

    folded: Folded
    encoded: bytes
    words: frozenset[str]

    def knows(self, word: str) -> bool:
        """Whether a folded word stands somewhere in the context."""
        return word in self.words


@lru_cache(maxsize=8)
def fold_context(context: str) -> FoldedContext:
    """The context ready for search; the last few are remembered."""
    folded = fold(context)
    return FoldedContext(folded, _encode(folded.text), frozenset(re.findall(r"[^\W\d_]+", folded.text)))


@dataclass(frozen=True, slots=True)
class _Match:
    """A candidate passage, compared. `start`/`end` count in the folded context."""

    start: int
    end: int
    similarity: float
    comparison: Comparison
    alterations: tuple[Alteration, ...]


def _is_boundary(text: str, position: int) -> bool:
    """Whether a word or number may begin or end here."""
    if position <= 0 or position >= len(text):
        return True
    before, after = text[position - 1], text[position]
    if before.isalnum() and after.isalnum():
        return False
    if before in ".," and after.isdigit():
        return not text[max(0, position - 2) : position - 1].isdigit()
    return not (after in ".," and before.isdigit() and text[position + 1 : position + 2].isdigit())


def _exact(needle: str, text: str, limit: int = 20) -> list[int]:
    found: list[int] = []
    position = text.find(needle) if needle else -1
    while position >= 0 and len(found) < limit:
        if _is_boundary(text, position) and _is_boundary(text, position + len(needle)):
            found.append(position)
        position = text.find(needle, position + 1)
    return found


def _windows(needle: str, context: FoldedContext) -> list[tuple[int, int]]:
    """The windows of the folded context closest to the needle by edit distance."""
    limit = max(1, int(len(needle) * 0.6))
    found = edlib.align(_encode(needle), context.encoded, mode="HW", task="locations", k=limit)
    if found["editDistance"] < 0:
        return []
    return [(start, end + 1) for start, end in found["locations"][:_CANDIDATES]]


def _to_words(text: str, start: int, end: int, margin: int = 0) -> tuple[int, int]:
    start, end = max(0, start), min(len(text), end)
    for _ in range(margin + 1):
        start = max(0, text.rfind(" ", 0, max(0, start - 1)) + 1) if margin else text.rfind(" ", 0, start) + 1
        found = text.find(" ", end)
        end = len(text) if found < 0 else found
        if not margin:
            break
        end = min(len(text), end + 1)
    return start, end


def _compare(needle: Folded, context: FoldedContext, start: int, end: int) -> _Match | None:
    text = context.folded.text
    start, end = _to_words(text, start, end)
    cited, source = atoms_of(needle), atoms_of(context.folded, start, end)
    if not cited or not source:
        return None
    pieces = list(align(cited, source, context.knows))
    while pieces and pieces[0].c0 == pieces[0].c1:
        pieces.pop(0)
    while pieces and pieces[-1].c0 == pieces[-1].c1:
        pieces.pop()
    if not pieces:
        return None
    first, stop = pieces[0].s0, pieces[-1].s1
    if first >= stop:
        return None
    shifted = tuple(Piece(p.kind, p.c0, p.c1, p.s0 - first, p.s1 - first) for p in pieces)
    kept = source[first:stop]
    comparison = Comparison(needle, context.folded, cited, kept, shifted)
    return _Match(kept[0].start, kept[-1].end, _similarity(comparison), comparison, name_alterations(comparison))


def _similarity(comparison: Comparison) -> float:
    total = cost = 0.0
    for piece in comparison.pieces:
        cited = " ".join(a.surface for a in comparison.cited_atoms[piece.c0 : piece.c1])
        source = " ".join(a.surface for a in comparison.source_atoms[piece.s0 : piece.s1])
        total += len(cited) + len(source) + (piece.c0 < piece.c1) + (piece.s0 < piece.s1)
        if cited != source:
            weight = 1.0 if piece.kind is DiffKind.CHANGED else _HARMLESS_WEIGHT
            cost += weight * (Indel.distance(cited, source) + abs((piece.c0 < piece.c1) - (piece.s0 < piece.s1)))
    return min(_NEARLY, max(0.0, 100.0 * (1.0 - cost / total))) if total else 0.0


def _is_scorable(text: str) -> bool:
    words = [word for word in text.split() if any(c.isalnum() for c in word)]
    return len(words) >= MIN_WORDS or any(q.unit for q in quantities(text)) or bool(names(text))


def _covers(span: Span, context: FoldedContext) -> bool:
    original = context.folded.original
    many = len(original.split()) > COVERED_MIN_WORDS
    return many and span.end - span.start >= COVERED_SHARE * len(original.strip())


def ground(citation: Citation, context: str, threshold: float = DEFAULT_THRESHOLD) -> Grounding:
    """Find the passage closest to a citation. Never raises; a context that holds nothing similar gives UNGROUNDED."""
    prepared = fold_context(context)
    found = _search(citation, prepared)
    if not _is_scorable(citation.text):
        found = replace(found, status=GroundingStatus.UNSCORABLE)
    return regrade(found, threshold)


def ground_all(
    citations: Sequence[Citation], context: str, threshold: float = DEFAULT_THRESHOLD
) -> tuple[Grounding, ...]:
    """`ground` for each citation of a trace, in order."""
    return tuple(ground(citation, context, threshold) for citation in citations)


def _search(citation: Citation, context: FoldedContext) -> Grounding:
    needle = fold(citation.text)
    bare = needle.text.strip(_OUTER)
    nothing = Grounding(citation, GroundingStatus.UNGROUNDED, 0.0, None)
    if not bare:
        return nothing
    for wanted in (needle.text.strip(), bare):
        for position in _exact(wanted, context.folded.text):
            span = context.folded.original_span(position, position + len(wanted))
            match = _compare(needle, context, position, position + len(wanted))
            diff = diff_runs(match.comparison) if match else ()
            return Grounding(citation, GroundingStatus.EXACT, 100.0, span, (span,), (), diff, _covers(span, context))
    matches = [m for w in _windows(needle.text, context) if (m := _compare(needle, context, *w)) is not None]
    if not matches:
        return nothing
    top = max(match.similarity for match in matches)
    best = min(
        (m for m in matches if m.similarity >= top - _TIE), key=lambda m: (len(m.alterations), -m.similarity, m.start)
    )
    if best.similarity < FLOOR:
        return replace(nothing, similarity=round(best.similarity, 1))
    span = context.folded.original_span(best.start, best.end)
    return Grounding(
        citation,
        GroundingStatus.FUZZY,
        round(best.similarity, 1),
        span,
        (span,),
        best.alterations,
        diff_runs(best.comparison),
        _covers(span, context),
    )


def regrade(grounding: Grounding, threshold: float) -> Grounding:
    """The same search under another threshold (50–100)."""
    status = _status(grounding, threshold)
    return replace(grounding, status=status, reason=_reason(grounding, status, threshold))


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
        case GroundingStatus.UNGROUNDED if grounding.span is None:
            return "Nothing in the context resembles the quote."
        case _:
            return (
                f"The closest passage is {grounding.similarity:.0f} percent similar, "
                f"below the threshold of {threshold:.0f}."
            )
