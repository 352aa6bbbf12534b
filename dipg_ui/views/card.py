"""The evidence card: one case and one completion as a page of its own, to print on A4 and to save as one file.

It has no script and asks for nothing: every text is escaped where it is put in, style and fonts are inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from dipg_ui.judgements import ReviewEntry
from dipg_ui.store import StoredCompletion
from dipg_ui.views.card_text import context_html, folded, said
from dipg_ui.views.wording import match_label, protocol_title, tone_of, whole_percent
from evaluator.types import Case, Evaluation, Grounding, GroundingStatus, Step, Trace

if TYPE_CHECKING:
    from evaluator.evaluate import Assessment

NOT_CLINICAL = "For research and teaching. Not for clinical use: no verdict here replaces a clinician's judgement."
MAX_CITATIONS = 12
MAX_REVIEWS = 8
SIGNS = {"good": "✓", "caution": "!", "bad": "×", "review": "?"}


@dataclass(frozen=True, slots=True)
class CardPage:
    """`reviews` hold what every reviewer says now, newest first; `made` is the day of the card, `address` where it is,
    `save` the link that saves it ("" in the saved file); `style` is the whole style sheet."""

    stored: StoredCompletion
    assessment: Assessment
    reviews: Sequence[ReviewEntry]
    made: str
    version: str
    address: str
    save: str
    style: str


def card_html(page: CardPage) -> str:
    case = page.stored.case
    title = f"Evidence card: {case.id}"
    body = [
        _head(page),
        _section("Context", context_html(case.context, page.assessment.groundings), "context"),
        _section("Trace", trace_html(case, page.assessment.trace), "trace"),
        _section("Quotes", quotes_html(page.assessment.groundings), "quotes"),
        _section("Verdicts", verdicts_html(page.assessment.evaluations), "verdicts"),
        _section("Reviews", _reviews(page.reviews), "reviews"),
        _section("Where it comes from", _origin(page), "origin"),
        f"<footer>{escape(NOT_CLINICAL)}</footer>",
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{said(title)}</title><style>{page.style}</style></head>\n<body><main>{''.join(body)}</main></body></html>\n"
    )


def missing_html(style: str) -> str:
    """The page where there is no such completion."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>No such card</title>'
        f"<style>{style}</style></head><body><main><h1>There is no such answer</h1>"
        "<p>Its run may have been deleted, or the address is not whole.</p></main></body></html>\n"
    )


def _head(page: CardPage) -> str:
    save = f'<a class="save" href="{escape(page.save)}" download>Save as one file</a>' if page.save else ""
    return (
        f'<header><p class="over">Evidence card · {said(page.stored.case.id)} · {said(page.stored.case.category.value)}'
        f'{save}</p><p class="caveat">{escape(NOT_CLINICAL)}</p><h1>{said(page.stored.case.question)}</h1></header>'
    )


def _section(title: str, body: str, name: str) -> str:
    return f'<section class="{name}"><h2>{escape(title)}</h2>{body}</section>'


def trace_html(case: Case, trace: Trace) -> str:
    """What was thought, answered and expected, and the whole completion behind a fold."""
    think = trace.think.text.strip() if trace.think else ""
    answer = trace.answer.text.strip() if trace.answer else ""
    rows = [
        ("Think", folded(think, 700) if think else "<i>none</i>"),
        ("Answer", folded(answer, 1_200) if answer else "<i>The model gave no answer.</i>"),
        ("Expected", folded(case.expected, 700) if case.expected else "<i>none</i>"),
    ]
    if trace.issues:
        kinds = dict.fromkeys(issue.kind.value for issue in trace.issues)
        rows.append(("Form", said(", ".join(kinds))))
    whole = f"<details><summary>Completion as received</summary><pre>{said(trace.completion)}</pre></details>"
    return pairs_html(rows) + whole


def pairs_html(rows: Iterable[tuple[str, str]]) -> str:
    """Names, which are escaped here, with values that are HTML already."""
    return "<dl>" + "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in rows) + "</dl>"


def quotes_html(groundings: Sequence[Grounding]) -> str:
    """Every quote with its match and what was changed in it."""
    if not groundings:
        return "<p><i>The proof quotes nothing from the context.</i></p>"
    items = "".join(_quote(grounding) for grounding in groundings[:MAX_CITATIONS])
    more = len(groundings) - MAX_CITATIONS
    note = f"<p>{more:,} further quotes are in the completion as received.</p>" if more > 0 else ""
    return f"<ol>{items}</ol>{note}"


def _quote(grounding: Grounding) -> str:
    status = grounding.status
    label = match_label(grounding)
    if status in {GroundingStatus.FUZZY, GroundingStatus.ALTERED}:
        label += f", {whole_percent(grounding.similarity)} % alike"
    told = [alteration.message for alteration in grounding.alterations] or [grounding.reason]
    return (
        f'<li class="is-{status.value}"><q>{folded(grounding.citation.text, 400)}</q> '
        f"<b>{said(label)}</b><span> {said(' '.join(told))}</span></li>"
    )


def verdicts_html(evaluations: Sequence[Evaluation]) -> str:
    """The protocols side by side, each with its steps."""
    return '<div class="columns">' + "".join(_verdict(each) for each in evaluations) + "</div>"


def _verdict(evaluation: Evaluation) -> str:
    tone = tone_of(evaluation.outcome).value
    reward = reward_words(evaluation.reward)
    steps = "".join(_step(step) for step in evaluation.steps)
    return (
        f'<article class="is-{tone}"><h3>{said(protocol_title(evaluation.protocol))} '
        f"<small>version {said(evaluation.version)}, threshold {evaluation.threshold:g} %</small></h3>"
        f'<p class="outcome"><span class="sign">{SIGNS[tone]}</span> {said(evaluation.outcome.value.capitalize())}'
        f"<small> reward {reward}</small></p><ol>{steps}</ol></article>"
    )


def reward_words(reward: float | None) -> str:
    return "not decided" if reward is None else f"{reward:+g}".replace("-", "−")


def _step(step: Step) -> str:
    sign = "·" if step.passed is None else "✓" if step.passed else "×"
    decisive = ' class="decisive"' if step.decisive else ""
    return f'<li{decisive}><span class="sign">{sign}</span> <b>{said(step.title)}</b> {said(step.reason)}</li>'


def _reviews(reviews: Sequence[ReviewEntry]) -> str:
    if not reviews:
        return "<p><i>Nobody has judged this answer yet.</i></p>"
    rows = "".join(_review(entry) for entry in reviews[:MAX_REVIEWS])
    more = len(reviews) - MAX_REVIEWS
    note = f"<p>and {more:,} more</p>" if more > 0 else ""
    head = "".join(f"<th>{name}</th>" for name in ("Reviewer", "Answer", "Quotes", "Confidence", "Note", "When"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}"


def _review(entry: ReviewEntry) -> str:
    judgement = entry.judgement
    if judgement is None:
        return ""
    quotes = "; ".join(
        f"{quote.index + 1} {quote.support.value}" + (f" ({quote.what})" if quote.what else "")
        for quote in judgement.quotes
    )
    how = "blind" if entry.blind else "teaching" if entry.circumstances.teaching else "not blind"
    when = f"{entry.written[:10]}, version {entry.version}, {how}"
    confidence = judgement.confidence.value if judgement.confidence else "–"
    texts = (entry.reviewer, judgement.answer.value, quotes or "none", confidence, judgement.note[:600] or "–", when)
    return "<tr>" + "".join(f"<td>{said(text)}</td>" for text in texts) + "</tr>"


def _origin(page: CardPage) -> str:
    done, info = page.stored.completion, page.stored.info
    model, settings = done.model, done.settings
    told = [
        ("Model", f"{model.name or model.title}, revision {model.revision or 'not told'}"),
        ("Device", f"{model.device}, {model.quantisation}"),
        ("Settings", _settings(page)),
        ("Prompt", f"{settings.style.value}, hash {done.prompt_hash}" if info.settings_known else "not given"),
        ("Generated", f"{done.started}, ended: {done.finish.value}"),
        ("Run", f"{info.title} ({info.id}), {info.machine}"),
        ("Completion", page.stored.key),
        ("Dashboard", f"version {page.version}; card of {page.made}"),
        ("Address", page.address),
    ]
    return pairs_html((name, said(text)) for name, text in told)


def _settings(page: CardPage) -> str:
    settings = page.stored.completion.settings
    if not page.stored.info.settings_known:
        return "not given"
    return f"temperature {settings.temperature:g}, seed {settings.seed}, at most {settings.max_new_tokens} new tokens"
