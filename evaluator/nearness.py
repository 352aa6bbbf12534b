"""What an answer in nearly the expected words changes of them, read word by word as a quote is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evaluator import lexicon
from evaluator.facts import Facts, read_facts
from evaluator.grounding import ground_in_passage
from evaluator.likeness import kind_of
from evaluator.measures import Measure, same_amount
from evaluator.normalize import fold
from evaluator.terms import atoms_of
from evaluator.terms import word_key as key_of
from evaluator.types import Alteration, AlterationKind

MAX_COMPARED = 20_000
"""Code points of an answer in which an expected answer is looked for."""


def find_alteration(answer: str, expected: str, said: Facts, wanted: Facts, asked: frozenset[str]) -> str:
    """What an answer in nearly the expected words changes of them, or takes back around them."""
    taken_back = _RETRACTION.search(fold(answer).text)
    if taken_back is not None and taken_back.group() not in fold(expected).text:
        return f"says ‘{taken_back.group()}’"
    close = ground_in_passage(expected, answer[:MAX_COMPARED])
    if close.similarity < _CLOSE or close.span is None:
        return ""
    near = close.similarity >= _NEAR
    known = wanted.words | asked
    before, after = answer[: close.span.start], answer[close.span.end :]
    told = [
        alteration
        for alteration in close.alterations
        if alteration.cited != "+"  # "a positive balance of 225 mL"
        and (
            (_matters(alteration, near) and not (alteration.kind is AlterationKind.COMPARATOR and asked & _BOUNDARIES))
            or (near and alteration.citation_span.start < _EDGE and _content(before) - known)
            or (near and alteration.citation_span.end > len(expected) - _EDGE and _content(after) - known)
        )
    ]
    numbers = [a for a in close.alterations if a.kind is AlterationKind.NUMBER]
    if numbers and not _in_order(wanted.measures, said.measures):
        told = [*told, *numbers]
    elif numbers:
        told = [a for a in told if a.kind not in _AMOUNTS]  # the same amounts in other units
    return f"differs from the expected one in ‘{told[0].source or told[0].cited}’" if told else ""


def _matters(alteration: Alteration, near: bool) -> bool:
    """Whether a difference between the expected answer (cited) and a near one (source) may make it another answer. An
    answer may say more and leave out more than a quote may."""
    wanted, said = alteration.cited, alteration.source
    if alteration.kind in _TURNING:
        return wanted != "+"  # "a positive balance of 225 mL"
    if (
        wanted
        and said
        and not any(map(str.isdigit, wanted))
        and (said.lower() in wanted.lower() or wanted.lower() in said.lower())
    ):
        return False
    if wanted and said:
        return (_is_heavy(wanted) and _is_heavy(said)) or (near and bool(_content(wanted) and _content(said)))
    return alteration.kind is AlterationKind.UNIT and wanted.startswith(("/", "per "))


def _content(text: str) -> frozenset[str]:
    return read_facts(text).words


def _is_heavy(text: str) -> bool:
    """Whether a stretch holds a word or number of a kind that must not change."""
    return any(kind_of(atom) is not None or atom.key in lexicon.UNITS for atom in atoms_of(fold(text)))


def _in_order(wanted: Sequence[Measure], said: Sequence[Measure]) -> bool:
    """Whether the wanted amounts are said in their order."""
    rest = iter(said)
    return all(any(same_amount(one, other) for other in rest) for one in wanted)


_AMOUNTS = frozenset((AlterationKind.NUMBER, AlterationKind.UNIT))


_BOUNDARIES = frozenset(
    map(
        key_of,
        ["shortest", "minimum", "least", "earliest", "required", "longest", "maximum", "most", "latest", "limit"],
    )
)
"""Words of a question that make "at least" a part of any answer."""


_TURNING = frozenset((AlterationKind.NEGATION, AlterationKind.MODALITY, AlterationKind.COMPARATOR))


_CLOSE, _NEAR = 65.0, 80.0
"""An answer this alike is read word by word; one this near replaces a word rather than says it differently."""


_EDGE = 3
"""Characters from an end of the expected answer within which a word of it was replaced by one outside the match."""


_RETRACTION = re.compile(
    r"\b(?:wrong|incorrect|false|untrue|mistaken|erroneous|not (?:true|correct|right|so|the case)|rules? out|ruled out|"
    r"(?:would|can only|could only) guess|guess(?:ing|work)?|speculat\w+|refut\w+|contradict\w+|retract\w+|"
    r"does not say so|not sure|unsure|uncertain|no idea)\b"
)
