"""The label or the number under which a quote stands, beside the one that its passage has in the source.

"INTRODUCTION:" or "3 |" before a quote reads as a pointer to the place it is taken from. Where the source puts a label
of its own right before the passage, another one makes the quote a statement about something else.
"""

from __future__ import annotations

import re

from evaluator.types import Alteration, AlterationKind, Grounding, GroundingStatus, Span

_LOOK = 100
_OWN = re.compile(r"(?:^|[\n.;!?])[ \t>*_•–-]*([^\n:|\t.;!?]{1,60}?)[ \t*_]*(?:[:|\t]|[ ][–—-](?=[ ]))[ \t*_]*\Z")
_VERTEBRA = re.compile(r"(?<!\w)(L[1-5])(?!\w)")
"""“L3” before a line may be its number or a vertebra: where the source speaks of one near by, it is that."""
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w+")
_HELD = frozenset({GroundingStatus.EXACT, GroundingStatus.FUZZY})


def other_label(grounding: Grounding, context: str) -> Alteration | None:
    """The label of the source that the quote replaces by another, where there is one."""
    if not grounding.citation.heading or grounding.span is None or grounding.status not in _HELD:
        return None
    place = grounding.span.start
    begin = max(0, place - _LOOK)
    said = grounding.citation.heading
    own = (_VERTEBRA if _VERTEBRA.fullmatch(said) else _OWN).search(context[begin:place])
    if said.isdigit() and own is not None and not _DIGIT.search(own[1]):
        return None  # the number of a row beside a label in words
    if own is None or _names(own[1], said):
        return None
    message = f"The quote stands under “{said}”, which the source calls “{' '.join(own[1].split())}”."
    return Alteration(
        AlterationKind.NAME, "", own[1], Span(0, 0), Span(begin + own.start(1), begin + own.end(1)), message
    )


def _names(own: str, said: str) -> bool:
    """Whether what is said ends in the label of the source ("It is written that Conclusion")."""
    label, words = _WORD.findall(own.lower()), _WORD.findall(said.lower())
    return bool(label) and words[-len(label) :] == label
