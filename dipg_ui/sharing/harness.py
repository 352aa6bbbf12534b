"""A run as lm-evaluation-harness logs its samples (`--log_samples`): one JSON object an answer, with the keys, the
nesting and the fingerprints that version 0.4 writes, so that what reads its logs reads these."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

from dipg_ui.records import Message, RunInfo
from dipg_ui.sharing.opened import Answer, OpenedRun, prompt_of
from dipg_ui.sharing.scores import Scores
from dipg_ui.store.rows import case_to_json
from dipg_ui.views.charts.base import NAMES
from dipg_ui.views.offsets import encodable


def samples_name(info: RunInfo, task: str) -> str:
    """As the harness names it; its tools find task and date in the name."""
    date = "".join(c if c.isdigit() or c in "T.-" else "-" for c in info.created)[:40]
    return f"samples_{task}_{date}.jsonl"


def run_as_samples(opened: OpenedRun) -> bytes:
    """`doc_id` is the place of the case in its set; where cases were asked more than once, `repeat` tells the lines
    apart. A protocol that could not decide has null. Without the prompt that was asked, `arg_0` is empty."""
    scores = Scores(opened.judged())
    places = {case.id: place for place, case in enumerate(opened.run.cases)}
    lines = [_sample(answer, places[answer.case.id], scores, opened.run.info) for answer in opened.answers()]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode("utf-8")


def _sample(answer: Answer, place: int, scores: Scores, info: RunInfo) -> dict[str, object]:
    done, case = answer.completion, answer.case
    prompt = _chat(prompt_of(answer) or ())
    target = "" if case.expected is None else encodable(case.expected)
    doc = {name: encodable(value) if isinstance(value, str) else value for name, value in case_to_json(case).items()}
    text = encodable(done.text)
    values = {f"{name}_{key}": value for name in NAMES for key, value in scores.of(name, answer.row).items()}
    asked = {
        "until": [],
        "max_gen_toks": done.settings.max_new_tokens,
        "temperature": done.settings.temperature,
        "do_sample": done.settings.temperature > 0,
        "seed": done.settings.seed,
    }
    return {
        "doc_id": place,
        "doc": doc,
        "target": target,
        "arguments": {"gen_args_0": {"arg_0": prompt, "arg_1": asked if info.settings_known else {}}},
        "resps": [[text]],
        "filtered_resps": [text],
        "filter": "none",
        "metrics": list(values),
        "doc_hash": _hash(json.dumps(doc, indent=2, ensure_ascii=False)),
        "prompt_hash": _hash(prompt),
        "target_hash": _hash(target),
        "repeat": done.repeat,
        **values,
    }


def _chat(messages: Sequence[Message]) -> str:
    """As the harness passes a chat to a model behind an API: its messages as JSON in one text."""
    told = [{"role": each.role.value, "content": encodable(each.content)} for each in messages]
    return json.dumps(told, ensure_ascii=False) if told else ""


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8")).hexdigest()
