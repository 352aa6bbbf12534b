"""Cases, verdicts and runs as plain JSON for programs: names and values that stay, however the pages are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipg_ui.plans import RunProgress
from dipg_ui.records import Completion
from dipg_ui.store import RunHead
from dipg_ui.views.charts.base import NAMES, RATES, Judged, flag, mean_reward, rate_json, rate_of
from dipg_ui.views.offsets import encodable
from dipg_ui.views.page import Json, settings_json
from dipg_ui.views.wording import status_label, summary_of
from evaluator.types import Case, Evaluation, Grounding

if TYPE_CHECKING:
    from evaluator.evaluate import Assessment


def case_json(case: Case, *, whole: bool) -> Json:
    """`whole` with context and expected answer."""
    told: Json = {
        "id": encodable(case.id),
        "question": encodable(case.question),
        "category": case.category.value,
        "behaviour": None if case.behaviour is None else case.behaviour.value,
        "difficulty": case.difficulty.value,
        "source": encodable(case.source),
    }
    if whole:
        told["context"] = encodable(case.context)
        told["expected"] = None if case.expected is None else encodable(case.expected)
    return told


def assessment_json(case: Case, done: Assessment) -> Json:
    """Spans of quotes are half-open and count code points of the context."""
    trace = done.trace
    return {
        "case": encodable(case.id),
        "threshold": done.threshold,
        "format": trace.format.value,
        "answer": None if trace.answer is None else encodable(trace.answer.text.strip()),
        "issues": [issue.kind.value for issue in trace.issues],
        "quotes": [_quote(grounding) for grounding in done.groundings],
        "verdicts": {each.protocol: _verdict(each) for each in done.evaluations},
    }


def completion_json(done: Completion) -> Json:
    return {
        "text": encodable(done.text),
        "model": encodable(done.model.name or done.model.title),
        "revision": encodable(done.model.revision),
        "settings": settings_json(done.settings),
        "finish": done.finish.value,
        "prompt_tokens": done.prompt_tokens,
        "completion_tokens": done.completion_tokens,
        "seconds": done.seconds,
    }


def head_json(head: RunHead) -> Json:
    info = head.info
    return {
        "run": encodable(info.id),
        "title": encodable(info.title),
        "created": encodable(info.created),
        "case_set": encodable(info.case_set),
        "model": encodable(info.model.name or info.model.title),
        "settings": settings_json(info.settings) if info.settings_known else None,
        "repeats": info.repeats,
        "state": head.state.value,
        "total": head.total,
        "done": head.done,
        "failed": head.failed,
    }


def run_progress_json(progress: RunProgress) -> Json:
    return {
        "state": progress.state.value,
        "total": progress.total,
        "done": progress.done,
        "failed": progress.failed,
        "seconds_left": progress.eta,
        "detail": encodable(progress.detail),
    }


def rates_json(judged: Judged) -> Json:
    """By protocol every rate with its count, n and Wilson interval at 95 %, and the mean reward with its n."""
    told: Json = {}
    for name in NAMES if judged.n else ():
        verdicts = judged.verdicts[name]
        mean, n = mean_reward(verdicts)
        rates = {rate.replace(" ", "_"): rate_json(rate_of(rate, flag(verdicts, rate))) for rate in RATES}
        told[name] = {"version": verdicts.version, "rates": rates, "mean_reward": mean, "rewarded": n}
    return told


def _quote(grounding: Grounding) -> Json:
    span = grounding.span
    return {
        "text": encodable(grounding.citation.text),
        "status": grounding.status.value,
        "match": status_label(grounding.status),
        "similarity": grounding.similarity,
        "span": None if span is None else [span.start, span.end],
        "altered": [{"kind": each.kind.value, "message": encodable(each.message)} for each in grounding.alterations],
    }


def _verdict(each: Evaluation) -> Json:
    flags = each.flags
    return {
        "version": each.version,
        "threshold": each.threshold,
        "outcome": each.outcome.value,
        "safe": flags.safe,
        "hallucination": flags.hallucination,
        "refusal": flags.refusal,
        "inconsistency": flags.inconsistency,
        "format_error": flags.format_error,
        "reward": each.reward,
        "reason": encodable(summary_of(each)),
    }
