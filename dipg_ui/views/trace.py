"""A trace and its scores as JSON: while it is being written, and whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipg_ui.records import Completion, ModelInfo, Stage
from dipg_ui.views.differ import differ_sentence
from dipg_ui.views.offsets import Utf16, encodable, utf16_of, utf16_of_context
from dipg_ui.views.page import Json, settings_json
from dipg_ui.views.wording import (
    PROTOCOL_CREEDS,
    match_label,
    protocol_title,
    spoken_passage,
    summary_of,
    tone_of,
)
from evaluator.types import Evaluation, Grounding, Outcome, Section, Step

if TYPE_CHECKING:
    from dipg_ui.runner import LiveCitation, Progress
    from evaluator.evaluate import Assessment

MIN_RATE_SECONDS = 0.25

_FAILURES = {
    Stage.LOAD: "The model could not be used",
    Stage.PROMPT: "The case does not fit this model",
    Stage.GENERATE: "The model stopped before its end",
}


def live_json(progress: Progress, run: int, model: ModelInfo, context: str, *, stored: bool) -> Json:
    """One snapshot of a generation. `run` tells one generation from the next; `context` is that of the case."""
    here, there = utf16_of(progress.text), utf16_of_context(context)
    failure = progress.failure
    return {
        "run": run,
        "phase": progress.phase.value,
        "stored": stored,
        "text": encodable(progress.text),
        "sections": [
            {
                "kind": mark.kind.value,
                "start": here.at(mark.start),
                "end": None if mark.end is None else here.at(mark.end),
            }
            for mark in progress.sections
        ],
        "citations": [_live_citation(citation, here, there) for citation in progress.citations],
        "line": {
            "model": encodable(model.title),
            "device": encodable(model.device),
            "place": progress.place,
            "detail": encodable(progress.detail),
            "loaded": progress.loaded,
            "ttft": progress.seconds_to_first_token,
            "tokens": progress.tokens,
            "rate": _rate(progress.tokens, progress.seconds, progress.seconds_to_first_token),
            "seconds": round(progress.seconds, 2),
        },
        "error": None if failure is None else {"title": _FAILURES[failure.stage], "detail": encodable(failure.reason)},
    }


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a result comes from. `rev` grows with every change of it (also of the threshold); `key` is what a
    permalink calls the completion; `stored` says that it was recorded earlier, in the run `run` called `run_title` on
    `machine`."""

    rev: int
    key: str = ""
    stored: bool = False
    run_title: str | None = None
    machine: str | None = None
    run: str | None = None


def result_json(completion: Completion, assessment: Assessment, context: str, origin: Origin) -> Json:
    """A complete trace with its scores. `context` is that of the case."""
    trace = assessment.trace
    here, there = utf16_of(trace.completion), utf16_of_context(context)
    sections = [section for section in (trace.think, trace.proof, trace.answer) if section is not None]
    return {
        "rev": origin.rev,
        "stored": origin.stored,
        "completion": _completion(completion, origin),
        "text": encodable(trace.completion),
        "format": trace.format.value,
        "sections": [_section(section, here) for section in sections],
        "remarks": [here.span(span) for span in trace.remarks],
        "issues": [
            {
                "kind": issue.kind.value,
                "message": encodable(issue.message),
                **_bounds(here, issue.span.start, issue.span.end),
            }
            for issue in trace.issues
        ],
        "citations": [_citation(grounding, here, there) for grounding in assessment.groundings],
        "evaluations": [evaluation_json(evaluation) for evaluation in assessment.evaluations],
        "differ": encodable(differ_sentence(assessment)),
        "threshold": assessment.threshold,
        "review_needed": any(e.outcome is Outcome.NEEDS_REVIEW for e in assessment.evaluations),
    }


def _rate(tokens: int | None, seconds: float, first: float | None) -> float | None:
    """Tokens per second after the first one; None while it is too early to say."""
    if tokens is None or first is None or tokens < 2 or seconds - first < MIN_RATE_SECONDS:
        return None
    return round((tokens - 1) / (seconds - first), 1)


def _place(grounding: Grounding, there: Utf16) -> Json:
    return {
        "status": grounding.status.value,
        "label": match_label(grounding),
        "similarity": round(grounding.similarity, 1),
        "span": None if grounding.span is None else there.span(grounding.span),
        "parts": [there.span(part) for part in grounding.parts],
        "spoken": spoken_passage(grounding),
    }


def _live_citation(citation: LiveCitation, here: Utf16, there: Utf16) -> Json:
    cited = citation.grounding.citation
    return {
        "index": cited.index,
        **_bounds(here, cited.span.start, cited.span.end),
        "closed": citation.closed,
        **_place(citation.grounding, there),
    }


def _citation(grounding: Grounding, here: Utf16, there: Utf16) -> Json:
    cited = grounding.citation
    return {
        "index": cited.index,
        "text": encodable(cited.text),
        **_bounds(here, cited.span.start, cited.span.end),
        **_place(grounding, there),
        "reason": encodable(grounding.reason),
        "covers_context": grounding.covers_context,
        "diff": [
            {"kind": run.kind.value, "cited": encodable(run.cited), "source": encodable(run.source)}
            for run in grounding.diff
        ],
        "alterations": [
            {
                "kind": alteration.kind.value,
                "cited": encodable(alteration.cited),
                "source": encodable(alteration.source),
                "message": encodable(alteration.message),
                "context_start": there.at(alteration.context_span.start),
                "context_end": there.at(alteration.context_span.end),
            }
            for alteration in grounding.alterations
        ],
    }


def _section(section: Section, here: Utf16) -> Json:
    return {
        "kind": section.kind.value,
        **_bounds(here, section.span.start, section.span.end),
        "text": encodable(section.text),
        "closed": section.closed,
    }


def evaluation_json(evaluation: Evaluation) -> Json:
    return {
        "protocol": evaluation.protocol,
        "version": evaluation.version,
        "title": protocol_title(evaluation.protocol),
        "creed": PROTOCOL_CREEDS.get(evaluation.protocol, ""),
        "outcome": evaluation.outcome.value,
        "label": evaluation.outcome.value.capitalize(),
        "tone": tone_of(evaluation.outcome).value,
        "safe": evaluation.flags.safe,
        "reward": evaluation.reward,
        "summary": encodable(summary_of(evaluation)),
        "steps": [_step(step) for step in evaluation.steps],
    }


def _step(step: Step) -> Json:
    return {
        "rule": step.rule,
        "title": encodable(step.title),
        "passed": step.passed,
        "points": step.points,
        "reason": encodable(step.reason),
        "decisive": step.decisive,
        "citations": list(step.citations),
    }


def _completion(completion: Completion, origin: Origin) -> Json:
    return {
        "id": encodable(origin.key),
        "case": encodable(completion.case_id),
        "model": {
            "id": completion.model.id,
            "title": encodable(completion.model.title),
            "name": encodable(completion.model.name),
            "device": encodable(completion.model.device),
            "quantisation": completion.model.quantisation,
        },
        "settings": settings_json(completion.settings),
        "started": completion.started,
        "finish": completion.finish.value,
        "prompt_tokens": completion.prompt_tokens,
        "completion_tokens": completion.completion_tokens,
        "ttft": completion.seconds_to_first_token,
        "seconds": completion.seconds,
        "rate": _rate(completion.completion_tokens, completion.seconds, completion.seconds_to_first_token),
        "prompt_hash": completion.prompt_hash,
        "run": None if origin.run is None else encodable(origin.run),
        "run_title": None if origin.run_title is None else encodable(origin.run_title),
        "machine": None if origin.machine is None else encodable(origin.machine),
    }


def _bounds(text: Utf16, start: int, end: int) -> Json:
    return {"start": text.at(start), "end": text.at(end)}
