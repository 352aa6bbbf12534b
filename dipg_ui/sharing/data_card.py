"""The card of a run's data set repository: what the Hub reads in its head, and what a reader must know beneath."""

from __future__ import annotations

import json
import re
from html import escape

from dipg_ui.records import RunInfo
from dipg_ui.settings import VERSION
from dipg_ui.sharing.opened import OpenedRun
from dipg_ui.views.card import NOT_CLINICAL
from dipg_ui.views.charts.base import NAMES, RATES, between, flag, mean_reward, of_n, plural, points, rate_of
from dipg_ui.views.offsets import encodable
from dipg_ui.views.wording import PROTOCOL_TITLES
from evaluator.protocols import PROTOCOLS

ANSWERS, RUN, REPORT, SAMPLES = "answers.parquet", "run.jsonl", "report.html", "samples.jsonl"
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~$>-])")
_MAX = 200
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def data_card(opened: OpenedRun, *, synthetic: bool) -> str:
    """Markdown with a YAML head. `synthetic` says that every case is."""
    info = opened.run.info
    origin = "Every case is synthetic." if synthetic else "Not every case is marked as synthetic."
    return "\n".join(
        [
            _head(opened, synthetic=synthetic),
            f"# {_plain(info.title)}",
            "",
            f"**{NOT_CLINICAL}** {origin}",
            "",
            f"{plural(len(opened.run.cases), 'case')} of the set {_plain(info.case_set)}, answered by a model, "
            f"each quote checked against its source and each answer judged under {len(NAMES)} protocols by the DIPG "
            f"Safety Dashboard {VERSION}.",
            "",
            *_facts(info),
            "",
            *_figures(opened),
            "",
            "## Files",
            "",
            f"- `{ANSWERS}`: a row for each answer, with case, completion and what each protocol makes of it.",
            f"- `{RUN}`: the whole run; the dashboard's Evaluate page imports it as the same run.",
            f"- `{REPORT}`: the run to read and to print, charts and evidence inside; opens without a connection.",
            f"- `{SAMPLES}`: the answers in the form of lm-evaluation-harness's logged samples.",
            "",
        ]
    )


def _head(opened: OpenedRun, *, synthetic: bool) -> str:
    """YAML in which every text is JSON, which YAML reads: no text of a run can add a line."""
    n = len(opened.run.completions)
    size = next((name for bound, name in _SIZES if n < bound), "n>1M")
    tags = ["medical", "safety", "evaluation", "grounding", *(["synthetic"] if synthetic else [])]
    return "\n".join(
        [
            "---",
            f"pretty_name: {json.dumps(encodable(opened.run.info.title[:_MAX]))}",
            f"tags: {json.dumps(tags)}",
            f"size_categories: {json.dumps([size])}",
            'configs: [{"config_name": "default", "data_files": "' + ANSWERS + '"}]',
            "---",
            "",
        ]
    )


def _facts(info: RunInfo) -> list[str]:
    settings = info.settings
    asked = (
        f"temperature {settings.temperature:g}, seed {settings.seed}, up to {settings.max_new_tokens} new tokens, "
        f"prompt style {settings.style.value}"
        if info.settings_known
        else "not given"
    )
    model = f"{info.model.name or info.model.title}, revision {info.model.revision or 'not told'}"
    return [
        "| | |",
        "|---|---|",
        f"| Model | {_plain(model)} |",
        f"| Device | {_plain(f'{info.model.device}, {info.model.quantisation}; {info.machine}')} |",
        f"| Settings | {asked} |",
        f"| Generated | {_plain(info.created)} |",
        f"| Run | {_plain(info.id)} |",
    ]


def _figures(opened: OpenedRun) -> list[str]:
    judged = opened.judged()
    if not judged.n:
        return ["No answer is stored yet."]
    versions = ", ".join(f"{PROTOCOL_TITLES[name]} version {PROTOCOLS[name].version}" for name in NAMES)
    rows = [
        f"| {name} | "
        + " | ".join(
            f"{of_n(rate)} ({between(rate)})" if rate.n else "does not say"
            for rate in (rate_of(name, flag(judged.verdicts[each], name)) for each in NAMES)
        )
        + " |"
        for name in RATES
    ]
    means = [mean_reward(judged.verdicts[name]) for name in NAMES]
    rows.append("| mean reward | " + " | ".join(f"{points(mean)} (n = {n:,})" for mean, n in means) + " |")
    return [
        "## Results",
        "",
        f"Counts with Wilson 95 % intervals, at a threshold of {judged.threshold:g} %; {versions}.",
        "",
        f"| | {' | '.join(PROTOCOL_TITLES[name] for name in NAMES)} |",
        f"|---|{'--:|' * len(NAMES)}",
        *rows,
    ]


def _plain(text: str) -> str:
    """One line in which nothing is markup."""
    line = " ".join(encodable(text)[:_MAX].split())
    return _MARKUP.sub(r"\\\1", escape(line, quote=False))
