"""A run as one document that stands alone: what came of it, how that was found, and the evidence, to open without a
connection, to print and to send. No script, nothing fetched; every text is escaped where it is put in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from html import escape

from dipg_ui.records import Run
from dipg_ui.views.answers import MAX_REASON
from dipg_ui.views.card import NOT_CLINICAL, pairs_html
from dipg_ui.views.card_text import said
from dipg_ui.views.charts.base import NAMES, Judged, plural, points
from dipg_ui.views.charts.rates import rates_chart
from dipg_ui.views.method import LIMITS, STATISTICS, WEIGHT_TITLES, answer_words, threshold_words
from dipg_ui.views.report_answers import MAX_WORST, Evidence, answers_html, evidence_html, unsafe_rows, worst_html
from dipg_ui.views.report_results import (
    agreement_html,
    categories_html,
    outcomes_html,
    quotes_charts_html,
    rates_html,
    reading_html,
    rewards_html,
    rungs_html,
    sweep_html,
)
from dipg_ui.views.wording import PROTOCOL_TITLES
from evaluator.protocols import PROTOCOLS, Weights

POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
MAX_REASONS = 20
_SYNTHETIC = "synthetic"
_STATISTICS_HERE = ("Rates", "Agreement of two protocols", "Repeats", "Threshold")


@dataclass(frozen=True, slots=True)
class ReportPage:
    """`run` and `judged` are of one stored run; `evidence` maps a row of it to its answer, as many as are to be had;
    `made` is the day of the report, `software` names and versions, `style` the whole style sheet."""

    run: Run
    judged: Judged
    evidence: Mapping[int, Evidence]
    made: str
    software: Sequence[tuple[str, str]]
    style: str


def report_html(page: ReportPage) -> str:
    """The document. It is under 5 MB whatever the run holds: evidence that finds no room is left out, and counted."""
    info, judged = page.run.info, page.judged
    sections = [
        _section("What was run", _facts(page), "facts"),
        *(_results(page) if judged.n else ['<section><p class="reading">No answer is stored yet.</p></section>']),
        _failures(page.run),
        _section("How it was judged", _method(), "method"),
        _section("Limits", _list(_limits(page.run)), "limits"),
        _section("Versions", pairs_html((name, said(text)) for name, text in page.software), "versions"),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="content-security-policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{said(f'Run report: {info.title[:120]}')}</title><style>{page.style}</style></head>\n<body><main>"
        f"{_head(page)}{''.join(sections)}<footer>{escape(NOT_CLINICAL)}</footer></main></body></html>\n"
    )


def _head(page: ReportPage) -> str:
    info, judged = page.run.info, page.judged
    reading = rates_chart(judged).reading if judged.n else ""
    return (
        f'<header><p class="over">Run report · {said(page.made)} · {said(info.case_set)}</p>'
        f'<p class="caveat">{escape(NOT_CLINICAL)}</p><h1>{said(info.title)}</h1>'
        f'<p class="lead">{said(reading)}</p><p class="lead">{said(_origin_of_cases(page.run))}</p></header>'
    )


def _origin_of_cases(run: Run) -> str:
    """A reader who sees no more than this page must not take invented letters for real ones, nor the other way."""
    marked = _synthetic(run)
    if marked == len(run.cases):
        return "Every case is synthetic: no text here is of a real patient."
    unknown = plural(len(run.cases) - marked, "case")
    return f"{unknown} of {len(run.cases):,} not marked as synthetic: treat what they hold as you would a patient's."


def _synthetic(run: Run) -> int:
    """How many cases say of themselves that they are."""
    return sum(_SYNTHETIC in case.source.lower() for case in run.cases)


def _limits(run: Run) -> list[str]:
    """Those of the method; what is said of the built-in cases only where it holds."""
    invented = _synthetic(run) == len(run.cases)
    return [text for text in LIMITS if invented or _SYNTHETIC not in text]


def _section(title: str, body: str, name: str) -> str:
    return f'<section class="{name}"><h2>{escape(title)}</h2>{body}</section>'


def _list(texts: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{said(text)}</li>" for text in texts) + "</ul>"


def _facts(page: ReportPage) -> str:
    run, judged = page.run, page.judged
    info, model, settings = run.info, run.info.model, run.info.settings
    hashes = sorted({done.prompt_hash for done in run.completions})
    tokens = sum(done.completion_tokens or 0 for done in run.completions)
    seconds = sum(done.seconds for done in run.completions)
    ends = Counter(done.finish.value for done in run.completions)
    repeats = f", each asked {info.repeats:,} times" if info.repeats > 1 else ""
    prompts = f"fingerprint {hashes[0]}" if len(hashes) == 1 else f"{len(hashes):,} prompts, each with its fingerprint"
    told = [
        ("Cases", f"{info.case_set}: {plural(len(run.cases), 'case')}{repeats}"),
        ("Answers", f"{judged.n:,} of {judged.run.total:,}; {plural(len(judged.run.failures), 'case')} not scored"),
        ("Model", f"{model.name or model.title}, revision {model.revision or 'not told'}"),
        ("Device", f"{model.device}, {model.quantisation}; {info.machine}"),
        (
            "Settings",
            f"temperature {settings.temperature:g}, seed {settings.seed}, up to {settings.max_new_tokens:,} new tokens"
            if info.settings_known
            else "not given",
        ),
        ("Prompt", f"{settings.style.value}; {prompts}" if info.settings_known else "not given"),
        ("Generated", f"{info.created}; {tokens:,} tokens in {seconds:,.0f} s, answer by answer"),
        ("Ended", ", ".join(f"{reason} {n:,}" for reason, n in ends.most_common())),
        ("Run", info.id),
    ]
    return pairs_html((name, said(text)) for name, text in told)


def _results(page: ReportPage) -> list[str]:
    judged = page.judged
    asked = {case.id: case.question for case in page.run.cases}
    questions = [asked.get(row.case_id, "") for row in judged.run.rows]
    return [
        _section("What the protocols say", rates_html(judged), "rates"),
        _section("Outcomes", outcomes_html(judged), "outcomes"),
        _section("The worst answers", _worst(judged, page.evidence), "worsts"),
        _section("Rewards", rewards_html(judged), "rewards"),
        _section("From V3 to Guarded", rungs_html(judged), "rungs"),
        _section("By category", categories_html(judged), "categories"),
        _section("Quotes", quotes_charts_html(judged), "all-quotes"),
        _section("Threshold", sweep_html(judged), "sweep"),
        _section("Where protocols part", agreement_html(judged), "agreement"),
        _section("Every answer", _answers(judged, questions, page.evidence), "every"),
    ]


def _worst(judged: Judged, evidence: Mapping[int, Evidence]) -> str:
    unsafe = unsafe_rows(judged)
    told = (
        f"Guarded calls {plural(unsafe, 'answer')} of {judged.n:,} not safe. First come those that V4 lets pass, then "
        f"the lowest rewards; {min(MAX_WORST, unsafe)} are shown."
    )
    return reading_html(told) + worst_html(judged, evidence)


def _answers(judged: Judged, questions: Sequence[str], evidence: Mapping[int, Evidence]) -> str:
    folds = evidence_html(judged, evidence)
    bare = judged.n - len(folds)
    told = (
        f"Opens to the evidence; {plural(bare, 'answer')}, the best judged, came without for want of room."
        if bare
        else ""
    )
    return reading_html(told or "Every line opens to its evidence.") + answers_html(judged, questions, folds)


def _failures(run: Run) -> str:
    if not run.failures:
        return ""
    counted = Counter((failed.stage.value, failed.reason[:MAX_REASON]) for failed in run.failures)
    items = "".join(
        f"<li>{n:,} at {said(stage)}: {said(reason)}</li>" for (stage, reason), n in counted.most_common(MAX_REASONS)
    )
    more = f"<p>and {len(counted) - MAX_REASONS:,} further reasons</p>" if len(counted) > MAX_REASONS else ""
    return _section("Not scored", f"<ul>{items}</ul>{more}", "failed")


def _method() -> str:
    protocols = "".join(
        f"<article><h3>{said(PROTOCOL_TITLES[each.name])} <small>version {said(each.version)}</small></h3>"
        f"<p>{said(each.description)}</p>"
        + pairs_html(
            (name, said(text))
            for name, text in (
                ("Form", each.gate.value),
                ("Evidence", each.evidence.value),
                ("Threshold", threshold_words(each)),
                ("Answer", answer_words(each)),
                ("Source", each.source),
            )
        )
        + "</article>"
        for each in PROTOCOLS.values()
    )
    head = "".join(f"<th>{said(PROTOCOL_TITLES[name])}</th>" for name in NAMES)
    weights = "".join(
        f"<tr><th>{said(WEIGHT_TITLES[field.name])}</th>"
        + "".join(f"<td>{points(getattr(each.weights, field.name))}</td>" for each in PROTOCOLS.values())
        + "</tr>"
        for field in fields(Weights)
    )
    statistics = pairs_html((title, said(text)) for title, text in STATISTICS if title in _STATISTICS_HERE)
    return (
        f'<div class="columns">{protocols}</div><h3>Points</h3><div class="wide" tabindex="0"><table><thead><tr>'
        f"<th>What is paid for</th>{head}</tr></thead><tbody>{weights}</tbody></table></div>"
        f"<h3>Figures</h3>{statistics}"
    )
