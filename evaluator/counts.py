"""The amounts of an answer beside those of the expected one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from evaluator.facts import Facts
from evaluator.likeness import word_kind
from evaluator.measures import Measure, rival_amounts, same_amount
from evaluator.terms import word_key as key_of

_OPTION = re.compile(r"\s*(?:,|/|[-–‑]|or|and|to|, or|, and|and/or)\s*", re.IGNORECASE)


def holds(measures: Sequence[Measure], measure: Measure) -> bool:
    return any(same_amount(measure, other) for other in measures)


def missing_numbers(said: Facts, wanted: Facts, asked: Facts) -> list[Measure]:
    missing = [m for m in wanted.measures if not holds(said.measures, m) and not holds(asked.measures, m)]
    return [m for m in missing if m is wanted.measures[0] or not _is_aside(wanted.text, m)]


def _is_aside(text: str, measure: Measure) -> bool:
    """Whether a number only explains another: in brackets, or a count in words behind the amount."""
    if not measure.dimension and not any(map(str.isdigit, measure.text)):
        return True
    return text.rfind("(", 0, measure.start) > text.rfind(")", 0, measure.start)


def check_numbers(said: Facts, wanted: Facts, asked: Facts) -> str:
    strange = [m for m in said.measures if not holds((*wanted.measures, *asked.measures), m)]
    for measure in missing_numbers(said, wanted, asked):
        rival = next((other for other in strange if rival_amounts(measure, other)), None)
        if rival is not None:
            return f"says ‘{rival.text}’ where ‘{measure.text}’ is expected"
    paired = _paired_otherwise(said, wanted)
    if paired:
        return paired
    for measure in wanted.measures:
        if wanted.denies(measure.start) or holds(asked.measures, measure):
            continue
        same = [other for other in said.measures if same_amount(measure, other)]
        if same and all(said.denies(other.start) for other in same):
            return f"denies the expected ‘{measure.text}’"
    return ""


def _paired_otherwise(said: Facts, wanted: Facts) -> str:
    """Two amounts that belong together ("54 Gy in 30 fractions") and of which one was exchanged."""
    theirs = [(one, other) for one, other in pairwise(wanted.measures) if other.start - one.end <= _TOGETHER]
    ours = [(one, other) for one, other in pairwise(said.measures) if other.start - one.end <= _TOGETHER]
    for one, other in theirs:
        for left, right in ours:
            alike = same_amount(one, left) and other.dimension == right.dimension != one.dimension
            if alike and not same_amount(other, right) and (one, right) not in theirs and holds(wanted.measures, right):
                return f"gives ‘{right.text}’ with ‘{left.text}’ where ‘{other.text}’ is expected"
    return ""


def other_options(said: Facts, wanted: Facts, asked: Facts) -> str:
    """Another amount in one breath with an expected one: "600 or 650 mg", "20, 30, 45 and 60 mg"."""
    for left, right in pairwise(said.measures):
        if not _OPTION.fullmatch(said.text[left.end : right.start]):
            continue
        for one, other in ((left, right), (right, left)):
            known = holds((*wanted.measures, *asked.measures), other)
            if holds(wanted.measures, one) and not known and one.dimension == other.dimension:
                return f"offers ‘{other.text}’ beside the expected ‘{one.text}’"
    return ""


def noun_behind(said: Facts, measure: Measure) -> str:
    """What a bare number counts where an amount with a unit is expected ("15 patients" for "15 %"); "" where the amount
    is said with its unit, or nothing is counted."""
    if not measure.dimension or any(same_amount(measure, o) and o.dimension for o in said.measures):
        return ""
    for other in said.measures:
        if same_amount(measure, other) and (found := _COUNTED.match(said.text[other.end :])):
            noun = key_of(found[1].lower())
            return "" if word_kind(noun) else noun
    return ""


_TOGETHER = 8


GRADED = re.compile(r"\b(?:grade|stage|phase)\s(?:of\s)?(?=\d|$)", re.IGNORECASE)


_COUNTED = re.compile(r"\s([a-z]{5,})\b")
