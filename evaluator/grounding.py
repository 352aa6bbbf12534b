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
from dataclasses import replace
from itertools import pairwise

from evaluator.alterations import diff_runs
from evaluator.folded_context import FoldedContext, fold_context, prepare_context
from evaluator.labels import other_label
from evaluator.mentions import names, quantities
from evaluator.normalize import fold
from evaluator.passages import (
    Match,
    Quote,
    best_chain,
    chain_similarity,
    choose,
    parts_of,
    trim,
)
from evaluator.similarity import NEARLY
from evaluator.together import hold_together, shown_beside
from evaluator.types import (
    Alteration,
    AlterationKind,
    Citation,
    CitationKind,
    DiffKind,
    DiffRun,
    Grounding,
    GroundingStatus,
    Span,
)

__all__ = [
    "DEFAULT_THRESHOLD",
    "FLOOR",
    "FoldedContext",
    "fold_context",
    "ground",
    "ground_all",
    "ground_in_passage",
    "regrade",
]

DEFAULT_THRESHOLD = 85.0
FLOOR = 50.0
"""Passages less similar than this are not reported; a threshold below it finds nothing more."""
MIN_WORDS = 3
"""Citations under this many words are evidence only where they state a quantity or a name."""
COVERED_SHARE = 0.9
COVERED_MIN_WORDS = 30
_FAR = 1_000
"""Characters between two parts of an elided quote beyond which a part needs MIN_WORDS words to count."""


def ground(citation: Citation, context: str, threshold: float = DEFAULT_THRESHOLD) -> Grounding:
    """Find the passage closest to a citation. Never raises; a context that holds nothing similar gives UNGROUNDED."""
    return regrade(_ground_in(citation, fold_context(context)), threshold)


def _ground_in(citation: Citation, context: FoldedContext, worth: float = FLOOR) -> Grounding:
    """`ground` at the default threshold; nothing is told of a passage that is less similar than `worth`."""
    found = _ground(citation, context, worth)
    if not _is_scorable(citation.text):
        found = replace(found, status=GroundingStatus.UNSCORABLE)
    return regrade(found, DEFAULT_THRESHOLD)


def ground_all(
    citations: Sequence[Citation], context: str, threshold: float = DEFAULT_THRESHOLD
) -> tuple[Grounding, ...]:
    """`ground` for each citation of a trace, in order. Pieces of one sentence that only hold together hold each; which
    do is found at the default threshold, so that another one needs no new search."""

    folded = fold_context(context)

    def within(citation: Citation, passage: Span | None) -> Grounding:
        if passage is None:
            return _ground_in(citation, folded, DEFAULT_THRESHOLD)
        found = _ground(citation, prepare_context(context[passage.start : passage.end]))
        return _moved(found, passage.start)

    seen: dict[str, Grounding] = {}
    alone: list[Grounding] = []
    for citation in citations:  # a model that repeats itself, or an attacker, is answered from what was found
        found = seen.get(citation.text) or folded.remembered(citation.text)
        if found is None:
            found = _ground_in(citation, folded)
            folded.remember(found)
        seen[citation.text] = found
        alone.append(found if found.citation is citation else replace(found, citation=citation))
    held = shown_beside(hold_together(alone, within))
    return tuple(regrade(_labelled(grounding, context), threshold) for grounding in held)


def _labelled(grounding: Grounding, context: str) -> Grounding:
    other = other_label(grounding, context) if grounding.citation.heading else None
    return grounding if other is None else replace(grounding, alterations=(*grounding.alterations, other))


def _moved(grounding: Grounding, by: int) -> Grounding:
    span = grounding.span
    parts = tuple(Span(part.start + by, part.end + by) for part in grounding.parts)
    return replace(grounding, span=span and Span(span.start + by, span.end + by), parts=parts)


def ground_in_passage(text: str, passage: str) -> Grounding:
    """How a text stands in a short passage that no other text will be looked for in."""
    found = _ground(Citation(0, text, Span(0, len(text)), CitationKind.LINE), prepare_context(passage, document=False))
    return regrade(found, DEFAULT_THRESHOLD)


def regrade(grounding: Grounding, threshold: float) -> Grounding:
    """The same search under another threshold (FLOOR to 100)."""
    status = _status(grounding, threshold)
    reason = _reason(grounding, status, threshold)
    if status is grounding.status and reason == grounding.reason:
        return grounding
    return replace(grounding, status=status, reason=reason)


def _is_scorable(text: str) -> bool:
    words = _WRITTEN.findall(text)
    if len(words) >= MIN_WORDS or any("\u2e80" <= c <= "\ud7af" for c in text):
        return True
    return any(quantity.unit for quantity in quantities(text)) or bool(names(text))


def _ground(citation: Citation, context: FoldedContext, worth: float = FLOOR) -> Grounding:
    nothing = Grounding(citation, GroundingStatus.UNGROUNDED, 0.0, None)
    folded = fold(citation.text)
    whole = trim(folded, 0, len(folded.text))
    if whole is None:
        return nothing
    quote = Quote(citation, folded, (whole,))
    best = best_chain(quote, context)
    parts = parts_of(folded)
    if len(parts) > 1 and not (best and best[0].exact):
        elided = best_chain(Quote(citation, folded, parts), context)
        if elided and (not best or choose((best, elided)) is elided):
            quote, best = Quote(citation, folded, parts), elided
    return _report(quote, best, context, worth) if best else nothing


def _report(quote: Quote, chain: Sequence[Match], context: FoldedContext, worth: float) -> Grounding:
    similarity = round(chain_similarity(chain), 1)
    if similarity < worth:
        return Grounding(quote.citation, GroundingStatus.UNGROUNDED, similarity, None)
    if len(chain) > 1 or any(match.apparent for match in chain):
        similarity = min(NEARLY, similarity)
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


def _too_far(quote: Quote, chain: Sequence[Match], context: FoldedContext) -> list[Alteration]:
    """Scraps of a few words joined over a long gap, or the beginning of one sentence and the end of another, say what
    the source never says in one place."""
    found: list[Alteration] = []
    for (left, right), (one, other) in zip(pairwise(chain), pairwise(quote.parts), strict=True):
        words = min(len(quote.folded.text[part.start : part.end].split()) for part in (one, other))
        gap = context.folded.original_span(left.end, right.start)
        message = ""
        if right.start - left.end > _FAR and words < MIN_WORDS:
            message = "The quote joins scraps of the source that stand far apart."
        elif _joins_sentences(context.folded.original, gap):
            message = "The quote joins the beginning of one sentence of the source to the end of another."
        elif _names_a_dose(left_out := context.folded.original[gap.start : gap.end]):
            message = f"The quote leaves out “{' '.join(left_out.split()):.80}”: what follows may belong to that."
        if message:
            place = quote.folded.original_span(other.start, other.end).start
            found.append(Alteration(AlterationKind.OMISSION, "", "", Span(place, place), gap, message))
    return found


def _joins_sentences(text: str, gap: Span) -> bool:
    """Whether a sentence ends within a gap and the text behind the gap stands in the middle of another one."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text, max(0, gap.start - 1), gap.end)]
    row = text.rfind("\n", gap.start, gap.end)
    starts = [*ends[-1:], *([row] if row >= 0 else [])]
    return any(_WORDS.search(text, start, gap.end) for start in starts)


def _names_a_dose(left_out: str) -> bool:
    """Whether the gap of an ellipsis names something with an amount of its own, such as another drug with its dose."""
    if len(left_out) > _FAR or _SENTENCE_END.search(left_out):
        return False
    return bool(names(left_out)) and any(quantity.unit for quantity in quantities(left_out))


_SENTENCE_END = re.compile(r"[.!?;][\"”’)\]]*\s|\n|[•|]")
_WORDS = re.compile(r"[^\W\d_]")
_WRITTEN = re.compile(r"\w\S*")


def _diff(quote: Quote, chain: Sequence[Match], context: FoldedContext) -> tuple[DiffRun, ...]:
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
            if grounding.alterations and all(a.kind is AlterationKind.OMISSION for a in grounding.alterations):
                return f"{grounding.alterations[0].message} It is {grounding.similarity:.0f} percent of its passage."
            return (
                f"The closest passage is {grounding.similarity:.0f} percent similar, "
                f"below the threshold of {threshold:.0f}."
            )
