"""The one sentence that stands above the verdicts: why the protocols agree or part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dipg_ui.views.wording import protocol_title, summary_of
from evaluator.types import Evaluation

if TYPE_CHECKING:
    from evaluator.evaluate import Assessment

_SENTENCE_END = re.compile(r"\.(?=\s+[A-Z])")


def differ_sentence(assessment: Assessment) -> str:
    """One sentence on why the protocols of `assessment` agree or differ; "" where none was applied.

    The last protocol is taken as the one whose reason weighs most: they stand in the order of their publication.
    """
    groups = _by_outcome(assessment.evaluations)
    if not groups:
        return ""
    if len(groups) == 1:
        return _agreed(groups[0])
    last = assessment.evaluations[-1]
    mine = next(group for group in groups if last in group)
    others = [group for group in groups if group is not mine]
    if len(mine) > 1 and len(others) == 1 and len(others[0]) == 1:
        lone = others[0][0]
        return (
            f"{_names(mine)} agree on {last.outcome}; {protocol_title(lone.protocol)} says "
            f"{lone.outcome}: {_clause(lone)}."
        )
    said = "; ".join(f"{_names(group)} {'say' if len(group) > 1 else 'says'} {group[0].outcome}" for group in others)
    return f"{said}, but {protocol_title(last.protocol)} says {last.outcome}: {_clause(last)}."


def _by_outcome(evaluations: Sequence[Evaluation]) -> list[list[Evaluation]]:
    groups: list[list[Evaluation]] = []
    for evaluation in evaluations:
        for group in groups:
            if group[0].outcome is evaluation.outcome:
                group.append(evaluation)
                break
        else:
            groups.append([evaluation])
    return groups


def _agreed(group: Sequence[Evaluation]) -> str:
    who = "All three protocols agree" if len(group) == 3 else f"{_names(group)} agree"
    clause = _clause(group[-1])
    return f"{who} on {group[-1].outcome}" + (f": {clause}." if clause else ".")


def _names(group: Sequence[Evaluation]) -> str:
    titles = [protocol_title(evaluation.protocol) for evaluation in group]
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"


def _clause(evaluation: Evaluation) -> str:
    """The reason as the tail of a sentence: its first sentence, without full stop, and without capital where the
    first word is a plain one."""
    reason = _first_sentence(summary_of(evaluation).strip()).rstrip(".")
    if len(reason) > 1 and reason[0].isupper() and (reason[1].islower() or reason[1] == " "):
        return reason[0].lower() + reason[1:]
    return reason


def _first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence; one inside quotation marks or brackets does not."""
    for stop in _SENTENCE_END.finditer(text):
        head = text[: stop.start() + 1]
        if all(head.count(opening) == head.count(closing) for opening, closing in ("‘’", "“”", "()")):
            return head
    return text
