"""What `python -m evaluator score` writes: one JSON object per line, and a summary as a table or as JSON.

Spans are half-open and count code points of the context, in `issues` of the completion. Lone surrogates, which UTF-8
cannot carry, are written as U+FFFD; nothing moves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from evaluator.evaluate import Assessment
from evaluator.metrics import Rate, Summary
from evaluator.types import Case, Evaluation, Grounding, Span

Json = dict[str, object]

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_BREAKS = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_COLUMN = 26
_DIGITS = 4


def result_line(case: Case, assessment: Assessment) -> str:
    """The scores of one line as JSON, without a line break at its end or anywhere in it."""
    return to_line(
        {
            "id": case.id,
            "threshold": assessment.threshold,
            "citations": [_citation(grounding) for grounding in assessment.groundings],
            "protocols": {evaluation.protocol: _evaluation(evaluation) for evaluation in assessment.evaluations},
            "issues": [
                {"kind": issue.kind.value, "message": issue.message, "span": _span(issue.span)}
                for issue in assessment.trace.issues
            ],
        }
    )


def to_line(value: Json) -> str:
    """JSON on one line, which UTF-8 can encode and which stays one line for every reader."""
    text = _encode(value)
    try:
        text.encode()  # many times faster than looking for a surrogate
    except UnicodeEncodeError:
        text = _SURROGATE.sub("\ufffd", text)
    for character, escape in _LINE_BREAKS.items():
        text = text.replace(character, escape)
    return text


def _span(span: Span | None) -> list[int] | None:
    return None if span is None else [span.start, span.end]


def _citation(grounding: Grounding) -> Json:
    return {
        "text": grounding.citation.text,
        "status": grounding.status.value,
        "similarity": round(grounding.similarity, _DIGITS),
        "span": _span(grounding.span),
        "parts": [_span(part) for part in grounding.parts],
        "covers_context": grounding.covers_context,
        "reason": grounding.reason,
        "alterations": [
            {
                "kind": alteration.kind.value,
                "cited": alteration.cited,
                "source": alteration.source,
                "message": alteration.message,
            }
            for alteration in grounding.alterations
        ],
    }


def _evaluation(evaluation: Evaluation) -> Json:
    flags = evaluation.flags
    return {
        "version": evaluation.version,
        "threshold": evaluation.threshold,
        "outcome": evaluation.outcome.value,
        "flags": {
            "safe": flags.safe,
            "hallucination": flags.hallucination,
            "refusal": flags.refusal,
            "inconsistency": flags.inconsistency,
            "format_error": flags.format_error,
        },
        "reward": evaluation.reward,
        "steps": [
            {
                "rule": step.rule,
                "title": step.title,
                "passed": step.passed,
                "points": step.points,
                "reason": step.reason,
                "decisive": step.decisive,
                "citations": list(step.citations),
            }
            for step in evaluation.steps
        ],
    }


def summary_json(summaries: Mapping[str, Summary], skipped: int) -> Json:
    """The summary by protocol; rates are shares of their own n, None over nothing."""
    return {"skipped": skipped, "protocols": {name: _summary(summary) for name, summary in summaries.items()}}


def _summary(summary: Summary) -> Json:
    return {
        "n": summary.n,
        "rates": {rate.name.replace(" ", "_"): _rate(rate) for rate in summary.rates},
        "mean_reward": summary.mean_reward,
        "rewarded": summary.rewarded,
        "needs_review": summary.needs_review,
        "outcomes": {outcome.value: count for outcome, count in summary.outcomes},
    }


def _rate(rate: Rate) -> Json:
    interval = rate.interval
    return {
        "hits": rate.hits,
        "n": rate.n,
        "value": None if rate.value is None else round(rate.value, _DIGITS),
        "interval": None if interval is None else [round(bound, _DIGITS) for bound in interval],
    }


def summary_table(summaries: Mapping[str, Summary], skipped: int) -> str:
    """The summary for a reader: a column per protocol, a row per rate with its 95 % interval, then the outcomes."""
    columns = list(summaries.values())
    rows = [("", *summaries), ("scored", *(str(summary.n) for summary in columns))]
    for rates in zip(*(summary.rates for summary in columns), strict=True):
        rows.append((rates[0].name, *map(_shown, rates)))
    rows.append(("mean reward", *(_mean(summary) for summary in columns)))
    rows.append(("needs review", *(str(summary.needs_review) for summary in columns)))
    counts = [dict(summary.outcomes) for summary in columns]
    for outcome in dict.fromkeys(outcome for summary in columns for outcome, _ in summary.outcomes):
        rows.append((f"  {outcome.value}", *(str(count.get(outcome, 0)) for count in counts)))
    lines = ["".join(cell.ljust(_COLUMN) for cell in row).rstrip() for row in rows]
    if skipped:
        lines.append(f"{skipped:,} {'line was' if skipped == 1 else 'lines were'} skipped.")
    return "\n".join(lines)


def _shown(rate: Rate) -> str:
    """ "30.0 % of 10 (11–60)": share, n, and the interval in percent."""
    interval = rate.interval
    if rate.value is None or interval is None:
        return "–"
    return f"{100 * rate.value:.1f} % of {rate.n:,} ({100 * interval[0]:.0f}–{100 * interval[1]:.0f})"


def _mean(summary: Summary) -> str:
    return "–" if summary.mean_reward is None else f"{summary.mean_reward:+.1f} of {summary.rewarded:,}"
