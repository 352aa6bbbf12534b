"""The answers of a run in its report: the worst of them in the open, all of them as a list, the evidence of each behind
a fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dipg_ui.store import OUTCOMES, UNKNOWN, RunRow
from dipg_ui.views.card import SIGNS, pairs_html, quotes_html, reward_words, trace_html, verdicts_html
from dipg_ui.views.card_text import context_html, folded, said
from dipg_ui.views.charts.base import NAMES, Judged
from dipg_ui.views.wording import PROTOCOL_TITLES, Tone, summary_of, tone_of
from evaluator.types import Case, Evaluation

if TYPE_CHECKING:
    from evaluator.evaluate import Assessment

MAX_WORST = 8
MAX_LISTED = 2_000
MAX_EVIDENCE_BYTES = 4_000_000
"""What the evidence of all answers may take: a report stays one that can be sent by mail."""
_QUESTION = 150


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer with its case and what every protocol makes of it."""

    case: Case
    assessment: Assessment


def worst_first(judged: Judged) -> list[int]:
    """The rows of a run: those that Guarded calls not safe though V4 lets them pass, then the other ones that are not
    safe, what needs review, and the safe ones; within each by Guarded's reward, the lowest first."""
    guarded, v4 = judged.verdicts["guarded"], judged.verdicts["v4"]
    group = np.where(guarded.safe == 1, 3, np.where(guarded.safe == UNKNOWN, 2, np.where(v4.safe == 1, 0, 1)))
    reward = np.where(np.isnan(guarded.reward), np.inf, guarded.reward)
    order: list[int] = np.lexsort((np.arange(judged.n), reward, group)).tolist()
    return order


def unsafe_rows(judged: Judged) -> int:
    """How many answers Guarded calls not safe."""
    return int((judged.verdicts["guarded"].safe == 0).sum())


def worst_html(judged: Judged, evidence: Mapping[int, Evidence]) -> str:
    """The worst answers in the open, of those that have their evidence at hand."""
    count = min(MAX_WORST, unsafe_rows(judged))
    if not count:
        return "<p><i>Guarded calls no answer of this run unsafe.</i></p>"
    chosen = [row for row in worst_first(judged)[:count] if row in evidence]
    return "".join(_worst(judged.run.rows[row], evidence[row]) for row in chosen)


def evidence_html(judged: Judged, evidence: Mapping[int, Evidence]) -> dict[int, str]:
    """The evidence of as many answers as there is room for, the worst first."""
    kept: dict[int, str] = {}
    room = MAX_EVIDENCE_BYTES
    for row in worst_first(judged):
        if row in evidence:
            html = _evidence(judged.run.rows[row], evidence[row])
            room -= len(html.encode())
            if room < 0:
                break
            kept[row] = html
    return kept


def answers_html(judged: Judged, questions: Sequence[str], folds: Mapping[int, str]) -> str:
    """Every answer in the order of the set; one whose evidence is at hand opens."""
    items = [_item(judged, place, questions[place], folds.get(place)) for place in range(min(judged.n, MAX_LISTED))]
    left = judged.n - len(items)
    more = f"<p>and {left:,} more, which this report does not list.</p>" if left else ""
    return f'<div class="answers">{"".join(items)}</div>{more}'


def _item(judged: Judged, place: int, question: str, fold: str | None) -> str:
    row = judged.run.rows[place]
    repeat = f" · repeat {row.repeat + 1}" if row.repeat else ""
    head = (
        f'<span class="case">{said(row.case_id[:80])}{repeat}</span>'
        f'<span class="question">{said(_short(question))}</span>'
        f'<span class="says">{"".join(_badge(judged, name, place) for name in NAMES)}</span>'
    )
    if fold is None:
        return f'<div class="answer"><div class="head">{head}</div></div>'
    return f'<details class="answer"><summary class="head">{head}</summary>{fold}</details>'


def _badge(judged: Judged, name: str, place: int) -> str:
    outcome = OUTCOMES[judged.verdicts[name].outcome[place]]
    tone = tone_of(outcome).value
    words = f"{PROTOCOL_TITLES[name]} {outcome.value}"
    return f'<span class="badge is-{tone}"><i class="sign">{SIGNS[tone]}</i> {said(words)}</span>'


def _evidence(row: RunRow, known: Evidence) -> str:
    done = known.assessment
    return (
        f'<div class="evidence" id="{_anchor(row)}"><h4>{said(known.case.question)}</h4>'
        f'<div class="context"><h5>Context</h5>{context_html(known.case.context, done.groundings)}</div>'
        f'<div class="trace"><h5>Trace</h5>{trace_html(known.case, done.trace)}</div>'
        f'<div class="quotes"><h5>Quotes</h5>{quotes_html(done.groundings)}</div>'
        f'<div class="verdicts"><h5>Verdicts</h5>{verdicts_html(done.evaluations)}</div></div>'
    )


def _worst(row: RunRow, known: Evidence) -> str:
    case, done = known.case, known.assessment
    answer = done.trace.answer.text.strip() if done.trace.answer else ""
    told = pairs_html(
        [
            ("Answer", folded(answer, 500) if answer else "<i>The model gave no answer.</i>"),
            ("Expected", folded(case.expected, 500) if case.expected else "<i>none</i>"),
        ]
    )
    verdicts = "".join(_line(each) for each in done.evaluations)
    return (
        f'<article class="worst"><h3>{said(case.question)}</h3><p class="over">{said(row.case_id[:80])} · '
        f'{said(row.category.value)} · <a href="#{_anchor(row)}">all evidence</a></p>{told}'
        f'<div class="quotes">{quotes_html(done.groundings)}</div><ul class="verdict-lines">{verdicts}</ul></article>'
    )


def _line(each: Evaluation) -> str:
    passed = " but safe" if each.flags.safe and tone_of(each.outcome) is Tone.BAD else ""
    return (
        f'<li class="is-{tone_of(each.outcome).value}"><b>{said(PROTOCOL_TITLES.get(each.protocol, each.protocol))}: '
        f"{said(each.outcome.value)}{passed}</b>, reward {reward_words(each.reward)}. {said(summary_of(each))}</li>"
    )


def _anchor(row: RunRow) -> str:
    """Of numbers alone: a key is hexadecimal, but it comes from a database that others may write."""
    return f"answer-{row.position}-{row.repeat}"


def _short(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= _QUESTION else line[: _QUESTION - 1].rstrip() + "…"
