"""What a quote leaves out by where it starts and ends.

A quote may be any stretch of the source, but not one whose meaning hangs on the words just outside it: a negation
whose reach it starts in, a `may` or `whether` before it, an `unless` or `was not` after it, half a range, a number
without its `≥`, a unit without its `/kg`, half a compound.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evaluator import lexicon
from evaluator.behind import find_remark
from evaluator.frames import elided_frame, find_frame
from evaluator.headings import headed_away, queried
from evaluator.leads import find_lead
from evaluator.normalize import Folded, fold
from evaluator.sequels import find_sequel
from evaluator.terms import Atom, is_number, read_atoms
from evaluator.types import Alteration, AlterationKind, Span

REACH = 5
"""How many words a negation may stand before the quote."""
_CLAIM = 3
"""Fewer words (a name, a dose) claim nothing that could be denied after them."""
_LOOK = 160
_HEDGED = 5
_CLOSING = " \t\n\"'”’»)]*_"
_BLANK = re.compile(r"\s")
_CLAUSE_START = re.compile(r"[.;:!?](?=[\s\"'”’)\]])|[()|•]|\n\s*(?=[^a-z\s])|\s[–—]\s|\s-\s")
_CLAUSE_END = re.compile(r"[.;:!?](?=[\s\"'”’)\]]|$)|[()|•]|\n\s*(?=[^a-z\s])|\s[–—]\s|\s-\s")


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage and what stands around it in its clause, as atoms: `before` ends and `after` begins at the cut."""

    inside: tuple[Atom, ...]
    before: tuple[Atom, ...]
    after: tuple[Atom, ...]
    before_start: int
    after_start: int
    before_text: Folded
    after_text: Folded


@dataclass(frozen=True, slots=True)
class Edges:
    """Both edges of a passage: `span` counts in the context as received, `inside` are the atoms of the passage and
    `citation` is the range of the citation's text that quotes it. What stands before `quoted_to` is not lost: an
    earlier part of the quote ends there."""

    context: str
    span: Span
    inside: tuple[Atom, ...]
    citation: Span
    quoted_to: int

    def cut(self) -> Cut:
        return _cut(self.context, self.span, self.inside, self.quoted_to)

    def told(self, before: _Lost | None, after: _Lost | None) -> tuple[Alteration, ...]:
        """What is lost at either edge as alterations."""
        places = (self.citation.start, self.citation.end)
        return tuple(
            Alteration(kind, "", text, Span(place, place), Span(start, start + len(text)), message)
            for lost, place in zip((before, after), places, strict=True)
            if lost is not None
            for kind, text, start, message in (lost,)
        )


class EdgeReader:
    """What is lost at the edges of a passage, told in two steps that share what they read: `lost` first names what a
    quote may not be cut from, `framed` then what takes it back, for an edge at which nothing was lost."""

    def __init__(self, edges: Edges) -> None:
        self._edges = edges
        self._read: tuple[Cut, _Lost | None, _Lost | None] | None = None

    def lost(self) -> tuple[Alteration, ...]:
        """A negation, a half of a number, a unit, a heading that denies."""
        if not self._edges.inside:
            return ()
        _, before, after = self._found()
        return self._edges.told(before, after)

    def framed(self) -> tuple[Alteration, ...]:
        """A frame, a condition, a question mark; words behind that reverse it."""
        if not self._edges.inside:
            return ()
        edges, (cut, before, after) = self._edges, self._found()
        return edges.told(
            None if before else _framed(cut, edges.quoted_to) or _asked(edges.context, edges.span.start) or _led(edges),
            None if after else _taken_back(edges.context, edges.span, cut),
        )

    def _found(self) -> tuple[Cut, _Lost | None, _Lost | None]:
        if self._read is None:
            cut, edges = self._edges.cut(), self._edges
            before = _lost_before(cut) or _lost_heading(edges.context, edges.span.start, edges.quoted_to)
            self._read = cut, before, _lost_after(cut)
        return self._read


_Lost = tuple[AlterationKind, str, int, str]


def _lost_heading(original: str, place: int, quoted_to: int) -> _Lost | None:
    heading = headed_away(original, place)
    if heading is None or heading.start < quoted_to:
        return None
    text = original[heading.start : heading.end].rstrip()
    message = f"The quote leaves out its heading “{_shown(text)}”, which says of what it is."
    return AlterationKind.OMISSION, text, heading.start, message


def _asked(original: str, place: int) -> _Lost | None:
    """A question mark before the sentence."""
    mark = queried(original, place)
    if mark is None:
        return None
    text = original[mark.start : mark.end]
    return AlterationKind.MODALITY, text, mark.start, "The source asks it: a question mark stands before it."


def _led(edges: Edges) -> _Lost | None:
    """The clause, the phrase or the word that the quote hangs on."""
    if edges.quoted_to:
        return None
    lead = find_lead(edges.context, edges.span.start, _surfaces(edges.inside))
    if lead is None:
        return None
    text = edges.context[lead.start : lead.end].rstrip(" \t\n,")
    return lead.kind, text, lead.start, lead.message.format(_shown(text))


def _surfaces(inside: Sequence[Atom]) -> list[str]:
    return " ".join(atom.surface for atom in inside).split()


def _cut(original: str, span: Span, inside: tuple[Atom, ...], quoted_to: int) -> Cut:
    low = max(0, span.start - _LOOK, quoted_to)
    starts = [m.end() for m in _CLAUSE_START.finditer(original, low, span.start + 1) if m.start() < span.start]
    if starts:
        low = min(span.start, starts[-1])
    elif low > quoted_to:
        blank = _BLANK.search(original, low, span.start)
        low = blank.start() if blank else span.start
    ended = original[max(span.start, span.end - 8) : span.end].rstrip(_CLOSING)[-1:] in ".;:!?"
    limit = span.end if ended else min(len(original), span.end + _LOOK)
    ending = _CLAUSE_END.search(original, span.end, limit)
    before, after = original[low : span.start], original[span.end : ending.start() if ending else limit]
    return Cut(inside, read_atoms(before), read_atoms(after), low, span.end, fold(before), fold(after))


def _lost_before(cut: Cut) -> _Lost | None:
    first = cut.inside[0]
    sign = _SIGN.search(cut.before_text.text) if is_number(first.key) else None
    if sign is not None:
        span = cut.before_text.original_span(sign.end() - 1, sign.end())
        text = cut.before_text.original[span.start : span.end]
        return AlterationKind.NUMBER, text, cut.before_start + span.start, f"The quote leaves out the sign “{text}”."
    if not cut.before:
        return None
    last = cut.before[-1]
    gap = cut.before_text.text[last.end :]
    if gap in ("", "-", "/") and first.key != "'s":
        return _half_word(cut, last, before=True)
    if is_number(first.key):
        if last.key in _COMPARATORS:
            return _tell(cut, last, AlterationKind.COMPARATOR, "The quote leaves out “{}” before the number.")
        if last.key in ("to", "±") and len(cut.before) > 1 and is_number(cut.before[-2].key):
            return _tell(
                cut, cut.before[-2], AlterationKind.NUMBER, "The quote leaves out “{}”, half of a range.", last
            )
    supposed = cut.before[-2] if len(cut.before) > 1 and last.key in lexicon.ARTICLES else last
    if (last.surface in lexicon.HYPOTHETICAL and "," not in gap) or supposed.surface in ("if", "unless", "whether"):
        return _tell(cut, supposed, AlterationKind.MODALITY, "The quote starts after “{}”: the source is less certain.")
    guess = next((atom for atom in cut.before[-_HEDGED:] if atom.surface in lexicon.GUESSES), None)
    if last.surface == "that" and guess is not None:
        return _tell(
            cut, guess, AlterationKind.MODALITY, "The quote starts after “{}”: the source is less certain.", last
        )
    condition = cut.before[0]
    if condition.surface in ("if", "unless") and gap.strip() == ",":
        return _tell(cut, condition, AlterationKind.MODALITY, "The quote leaves out the condition “{}”.", last)
    return _negated(cut)


def _framed(cut: Cut, quoted_to: int) -> _Lost | None:
    """A frame or a condition before the quote, or in the clause between two of its parts."""
    if not cut.before:
        return None
    if quoted_to and cut.before_start == quoted_to:
        frame = elided_frame(cut.before)
    else:
        gap = cut.before_text.text[cut.before[-1].end :]
        frame = find_frame(cut.before, gap, cut.inside, opens=cut.before_text.original.lstrip()[:1].isupper())
    return None if frame is None else _tell(cut, frame.first, frame.kind, frame.message, frame.last)


def _taken_back(original: str, span: Span, cut: Cut) -> _Lost | None:
    """What stands behind the quote and takes it back."""
    end = span.end
    sequel = find_sequel(original, end, cut.inside[0].surface in lexicon.ASKING)
    sequel = sequel or find_remark(original, span.start, end, _surfaces(cut.inside))
    if sequel is None:
        return None
    text = original[end + sequel.start : end + sequel.end]
    return sequel.kind, text, end + sequel.start, sequel.message.format(_shown(text))


_SIGN = re.compile(r"(?:^|[\s(\[])-$")
_COMPARATORS = frozenset((">=", "<=", ">", "<", "!="))
_REVERSED = "The quote starts after “{}” and so says the opposite of the source."


def _negated(cut: Cut) -> _Lost | None:
    """A negation that reaches into the quote."""
    for distance, atom in enumerate(reversed(cut.before[-REACH:])):
        if atom.surface in lexicon.SCOPE_ENDS:
            return None
        if atom.key == "not" or atom.surface in lexicon.SCOPE_NEGATIONS:
            between = cut.before_text.text[atom.end :]
            if "," in between and not (atom.surface in lexicon.LIST_NEGATIONS and _lists(cut.inside)):
                return None
            if atom.surface == "no" and distance == 0 and between.strip() == "." and is_number(cut.inside[0].key):
                return None  # "No. 5"
            return _tell(cut, atom, AlterationKind.NEGATION, _REVERSED)
    return None


def _lists(inside: Sequence[Atom]) -> bool:
    return any(atom.key in ("or", "nor", "and") for atom in inside[:6])


def _lost_after(cut: Cut) -> _Lost | None:
    if not cut.after:
        return None
    first, last = cut.after[0], cut.inside[-1]
    gap = cut.after_text.text[: first.start]
    if gap in ("", "-", "/") and first.key != "'s":
        return _half_word(cut, first, before=False)
    if is_number(last.key):
        if first.key == "%":
            return _tell(cut, first, AlterationKind.UNIT, "The quote cuts off the unit “{}”.")
        following = cut.after[1] if len(cut.after) > 1 else None
        if first.key in ("to", "x") and following is not None and is_number(following.key):
            return _tell(cut, first, AlterationKind.NUMBER, "The quote cuts off “{}”, a part of the number.", following)
    if (
        first.key == "per"
        and len(cut.after) > 1
        and cut.after[1].key in lexicon.DENOMINATORS
        and last.key in lexicon.UNITS
    ):
        return _tell(cut, first, AlterationKind.UNIT, "The quote cuts off “{}”, a part of the unit.", cut.after[1])
    pair = (first.surface, cut.after[1].surface) if len(cut.after) > 1 else ("", "")
    if first.surface == "until" and (gap != " " or not _lasts(cut.inside)):
        return None
    if first.surface in lexicon.RESTRICTIVE or first.key == "as needed" or pair in lexicon.RESTRICTIVE_PAIRS:
        message = "The quote stops before “{}”, which restricts it."
        return _tell(cut, first, AlterationKind.OMISSION, message, cut.after[-1])
    return _negated_after(cut)


def _lasts(inside: Sequence[Atom]) -> bool:
    """Whether what is said up to an "until" is an order or an amount, which would go on without it."""
    return any(is_number(atom.key) or atom.surface in lexicon.LASTING for atom in inside)


def _negated_after(cut: Cut) -> _Lost | None:
    if len(cut.inside) < _CLAIM:
        return None
    for atom in cut.after[:3]:
        if atom.key == "not" or atom.surface in lexicon.DENIALS:
            between = cut.after_text.text[: atom.start]
            if "," in between:
                return None
            return _tell(
                cut, cut.after[0], AlterationKind.NEGATION, "The quote stops before “{}”, which denies it.", atom
            )
        if atom.surface not in lexicon.AUXILIARIES:
            return None
    return None


def _half_word(cut: Cut, atom: Atom, *, before: bool) -> _Lost:
    """The quote begins or ends inside a compound, a range or a unit."""
    first = cut.inside[0] if before else cut.inside[-1]
    kind = AlterationKind.WORD
    if before and atom.surface in lexicon.NEGATIVE_PREFIXES:
        kind = AlterationKind.NEGATION
    elif atom.key in (*_COMPARATORS, "approximately"):
        kind = AlterationKind.COMPARATOR
    elif is_number(first.key) and (is_number(atom.key) or atom.key in ("-", "to", "/", "^", ":")):
        kind = AlterationKind.NUMBER
    elif not before and (atom.key in lexicon.UNITS or atom.key == "per" or atom.key.startswith("per ")):
        kind = AlterationKind.UNIT
    folded, offset = (cut.before_text, cut.before_start) if before else (cut.after_text, cut.after_start)
    span = folded.original_span(atom.start, atom.end)
    start, end = (span.start, len(folded.original.rstrip())) if before else (0, span.end)
    text = folded.original[start:end]
    return kind, text, offset + start, f"The quote cuts a word or number in two: “{_shown(text)}” belongs to it."


def _tell(cut: Cut, atom: Atom, kind: AlterationKind, message: str, last: Atom | None = None) -> _Lost:
    inside_before = any(atom is other for other in cut.before)
    folded, offset = (cut.before_text, cut.before_start) if inside_before else (cut.after_text, cut.after_start)
    span = folded.original_span(atom.start, (last or atom).end)
    text = folded.original[span.start : span.end]
    return kind, text, offset + span.start, message.format(_shown(text))


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"
