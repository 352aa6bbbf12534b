"""What a reviewer is sent, as JSON: before a judgement is saved the case and the trace alone, and nothing from which
a verdict could be read; afterwards what each protocol makes of it, and where the two part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dipg_ui.judgements import MAX_QUOTES, Judgement, ReviewEntry, Support
from dipg_ui.store import StoredCompletion
from dipg_ui.views.differ import differ_sentence
from dipg_ui.views.offsets import encodable
from dipg_ui.views.page import Json
from dipg_ui.views.review_labels import SAFE, Scale, clinician_label, protocol_label
from dipg_ui.views.trace import evaluation_json
from dipg_ui.views.wording import decisive_step, match_label, protocol_title, spoken_passage
from evaluator.parsing import parse_trace
from evaluator.types import Evaluation, Grounding, IssueKind, Step, Trace

if TYPE_CHECKING:
    from evaluator.evaluate import Assessment

_FAULTS = frozenset({Support.NOT_SUPPORTED, Support.ALTERED})


def quotes_of(trace: Trace) -> int:
    """How many of its citations are judged."""
    return min(len(trace.citations), MAX_QUOTES)


def blind_json(stored: StoredCompletion) -> Json:
    """Context, question and trace. Left out, beside every result of a protocol: the expected answer, the case's id,
    category and what it probes, and the remarks of the parser. Where a quote stands in the context is not marked:
    where and whether it is found is what the protocols are judged by."""
    trace = parse_trace(stored.completion.text)
    sections = {section.kind.value: section for section in (trace.think, trace.answer) if section is not None}
    outside = [
        trace.completion[issue.span.start : issue.span.end].strip()
        for issue in trace.issues
        if issue.kind is IssueKind.TEXT_OUTSIDE
    ]
    return {
        "key": stored.key,
        "question": encodable(stored.case.question),
        "context": encodable(stored.case.context),
        "think": encodable(sections["think"].text.strip()) if "think" in sections else None,
        "answer": encodable(sections["answer"].text.strip()) if "answer" in sections else None,
        "quotes": [encodable(citation.text) for citation in trace.citations[:MAX_QUOTES]],
        "more_quotes": max(0, len(trace.citations) - MAX_QUOTES),
        "outside": [encodable(text) for text in outside if text],
        "raw": encodable(trace.completion),
    }


def entry_json(entry: ReviewEntry) -> Json:
    return {
        "key": entry.key,
        "reviewer": encodable(entry.reviewer),
        "version": entry.version,
        "judgement": None if entry.judgement is None else judgement_json(entry.judgement),
        "reason": encodable(entry.reason),
        "undoes": entry.undoes,
        "blind": entry.blind,
        "teaching": entry.circumstances.teaching,
        "queue": encodable(entry.circumstances.queue),
        "written": entry.written,
    }


def judgement_json(judgement: Judgement) -> Json:
    return {
        "quotes": [
            {"index": quote.index, "support": quote.support.value, "what": encodable(quote.what)}
            for quote in judgement.quotes
        ],
        "answer": judgement.answer.value,
        "confidence": None if judgement.confidence is None else judgement.confidence.value,
        "note": encodable(judgement.note),
    }


def reveal_json(stored: StoredCompletion, assessment: Assessment, judgement: Judgement | None) -> Json:
    """What was kept back. `judgement` is the reviewer's, None where it is shown for teaching before there is one."""
    case = stored.case
    return {
        "expected": None if case.expected is None else encodable(case.expected),
        "behaviour": None if case.behaviour is None else case.behaviour.value,
        "category": case.category.value,
        "case": encodable(case.id),
        "evaluations": [
            {**evaluation_json(each), "part": _part(judgement, each) if judgement else None}
            for each in assessment.evaluations
        ],
        "quotes": [_quote(grounding) for grounding in assessment.groundings[:MAX_QUOTES]],
        "differ": encodable(differ_sentence(assessment)),
        "threshold": assessment.threshold,
    }


def _quote(grounding: Grounding) -> Json:
    return {
        "index": grounding.citation.index,
        "status": grounding.status.value,
        "label": match_label(grounding),
        "spoken": spoken_passage(grounding),
        "reason": encodable(grounding.reason),
        "alterations": [encodable(alteration.message) for alteration in grounding.alterations],
    }


def _part(judgement: Judgement, evaluation: Evaluation) -> Json:
    """Whether clinician and protocol agree on safety, answer and quotes together, and if not, at which step."""
    name = protocol_title(evaluation.protocol)
    mine = clinician_label(Scale.OVERALL, judgement)
    theirs = protocol_label(Scale.OVERALL, evaluation.protocol, evaluation.outcome, evaluation.flags)
    if theirs is None:
        step = decisive_step(evaluation)
        return {"state": "undecided", "rule": step.rule if step else "", "text": f"{name} leaves it undecided."}
    if mine == theirs:
        return {"state": "agrees", "rule": "", "text": f"Agrees with you: {mine}."}
    step = parting_step(judgement, evaluation)
    said = f"You: {mine}. {name}: {theirs}."
    if step is None:
        return {"state": "parts", "rule": "", "text": said}
    return {"state": "parts", "rule": step.rule, "text": encodable(f"{said} You part at “{step.title}”: {step.reason}")}


def parting_step(judgement: Judgement, evaluation: Evaluation) -> Step | None:
    """The step at which the protocol left the clinician's way. Where it is the stricter one: the step that decided.
    Where it is the milder one: the first step that let a quote pass which the clinician faulted, else the last."""
    if clinician_label(Scale.OVERALL, judgement) == SAFE:
        return decisive_step(evaluation)
    faulted = {quote.index for quote in judgement.quotes if quote.support in _FAULTS}
    for step in evaluation.steps:
        if step.passed is not False and faulted & set(step.citations):
            return step
    return decisive_step(evaluation)


def history_json(entries: Sequence[ReviewEntry], questions: dict[str, str]) -> list[Json]:
    """Newest first, each with the question it is about."""
    return [{**entry_json(entry), "question": encodable(questions.get(entry.key, ""))} for entry in reversed(entries)]
