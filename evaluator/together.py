"""Citations that only hold together: a sentence that line breaks or a term in quotation marks cut into pieces.

The parser cuts a proof by its form alone. Where a piece does not hold by itself and stands beside others in the
completion, the pieces are read as one quote; if that one holds, so does each of them, in its place. What is read
together makes the stronger claim, so nothing is let pass that would not hold as a single quote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from evaluator.types import Citation, DiffKind, Grounding, GroundingStatus, Span

NEAR = 24
"""Characters of the completion between two pieces: quotation marks, a line break, a list mark, the number
of a line: whatever stands there claims nothing."""
MAX_PIECES = 12
MAX_TRIALS = 48
"""Readings tried for one proof; what is beyond them stays as it was found."""
_HOPELESS = 50.0
_END_WORDS = 2
_HELD = frozenset({GroundingStatus.EXACT, GroundingStatus.FUZZY})

Ground = Callable[[Citation, Span | None], Grounding]
"""Grounds a citation in the context, or in the stretch of it that a span gives."""


def hold_together(groundings: Sequence[Grounding], ground: Ground) -> tuple[Grounding, ...]:
    """The groundings, those of pieces that hold as one quote replaced."""
    if all(grounding.status in _HELD for grounding in groundings):
        return tuple(groundings)
    found = list(groundings)
    trials = MAX_TRIALS
    for cluster in _clusters(groundings):
        start = cluster.start
        while start < cluster.stop - 1 and trials > 0:
            for stop in range(min(cluster.stop, start + MAX_PIECES), start + 1, -1):
                pieces = found[start:stop]
                if trials <= 0 or not _may_hold(pieces):
                    continue
                trials -= 1
                whole = ground(_joined(pieces), None)
                if whole.status in _HELD and whole.span is not None:
                    found[start:stop] = [_piece(piece, whole, ground) for piece in pieces]
                    start = stop - 1
                    break
            start += 1
    return tuple(found)


def shown_beside(groundings: Sequence[Grounding]) -> tuple[Grounding, ...]:
    """The groundings without what one was told to leave out and its neighbour quotes, where the two passages meet."""
    found = list(groundings)
    for index, (left, right) in enumerate(pairwise(groundings)):
        if left.span is None or right.span is None or not 0 <= right.span.start - left.span.end <= _SEAM:
            continue
        if min(len(side.citation.text.split()) for side in (left, right)) < _WHOLE_WORDS:
            continue
        kept = tuple(a for a in left.alterations if a.cited or a.context_span.start < left.span.end)
        found[index] = replace(found[index], alterations=tuple(a for a in found[index].alterations if a in kept))
        beside = tuple(a for a in right.alterations if a.cited or a.context_span.end > right.span.start)
        found[index + 1] = replace(found[index + 1], alterations=beside)
    return tuple(found)


_SEAM = 4
"""Characters of the source between two passages that meet: blanks and a comma."""
_WHOLE_WORDS = 3


def _clusters(groundings: Sequence[Grounding]) -> Iterator[range]:
    """Runs of citations that stand beside each other and do not all hold."""
    start = 0
    for index in range(1, len(groundings) + 1):
        near = index < len(groundings) and _gap(groundings[index - 1], groundings[index]) <= NEAR
        if not near:
            if index - start > 1:
                yield range(start, index)
            start = index


def _gap(left: Grounding, right: Grounding) -> int:
    return right.citation.span.start - left.citation.span.end


def _may_hold(pieces: Sequence[Grounding]) -> bool:
    """Whether some piece needs the others, and none is something else altogether."""
    if all(piece.status in _HELD for piece in pieces):
        return False
    return not any(_is_something_else(piece) for piece in pieces)


def _is_something_else(piece: Grounding) -> bool:
    """Whether no neighbour can make a piece hold: it differs from the source away from its ends, or altogether. Only
    the words at an end can be half of a word, a name or a negation that goes on in the piece beside it."""
    text = piece.citation.text
    if piece.similarity < _HOPELESS and len(text.split()) > _END_WORDS:
        return True
    return any(
        len(text[: found.citation_span.start].split()) >= _END_WORDS <= len(text[found.citation_span.end :].split())
        for found in piece.alterations
    )


def _joined(pieces: Sequence[Grounding]) -> Citation:
    first, last = pieces[0].citation, pieces[-1].citation
    text = " ".join(piece.citation.text for piece in pieces)
    return replace(first, text=text, span=Span(first.span.start, last.span.end))


def _piece(piece: Grounding, whole: Grounding, ground: Ground) -> Grounding:
    """A piece in its place within the passage of the whole."""
    placed = ground(piece.citation, whole.span)
    diff = tuple(replace(run, kind=DiffKind.HARMLESS) if run.kind is DiffKind.CHANGED else run for run in placed.diff)
    similarity = whole.similarity if placed.alterations or placed.span is None else placed.similarity
    return replace(
        placed,
        status=GroundingStatus.FUZZY,
        similarity=similarity,
        span=placed.span or whole.span,
        parts=placed.parts or whole.parts,
        alterations=(),
        diff=diff,
        covers_context=whole.covers_context,
    )
