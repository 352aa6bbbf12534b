"""A run as a log of Inspect AI, version 2 of its JSON form: `inspect view` shows it, `read_eval_log` reads it.

Each protocol is a scorer of which the value is a set of numbers, all under names of their own, as Inspect tells numbers
of different scorers apart by their names alone; the reason for its verdict stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2s

from dipg_ui.records import CaseFailure, Completion, FinishReason, RunInfo
from dipg_ui.settings import VERSION
from dipg_ui.sharing.opened import Answer, OpenedRun, prompt_of
from dipg_ui.sharing.scores import Scores
from dipg_ui.store import OUTCOMES, RULES
from dipg_ui.store.rows import case_to_json
from dipg_ui.views.charts.base import NAMES, mean_reward
from dipg_ui.views.offsets import encodable
from dipg_ui.views.wording import status_label, summary_of
from evaluator.evaluate import Assessment, assess
from evaluator.ledger import RULE_TITLES
from evaluator.protocols import PROTOCOLS
from evaluator.types import Case

MAX_EXPLAINED = 2_000
"""A run of more answers tells the rule that decided and not its reason: a reason takes scoring the answer anew."""
_STOPS = {
    FinishReason.ANSWER_CLOSED: "stop",
    FinishReason.END_OF_TEXT: "stop",
    FinishReason.LENGTH: "max_tokens",
}
_EPOCH = "1970-01-01T00:00:00+00:00"

Json = dict[str, object]


def log_name(info: RunInfo) -> str:
    """Time, task and id as Inspect writes them: its viewer lists a JSON file as a log by its name alone, and takes two
    with the same id for two attempts at one thing."""
    return f"{_moment(info.created).replace(':', '-')}_dipg-safety_{_id('run', info.id)}.json"


def run_as_inspect_log(opened: OpenedRun) -> bytes:
    info, run = opened.run.info, opened.run
    scores = Scores(opened.judged())
    explained = len(run.completions) <= MAX_EXPLAINED
    own = {case.id: case for case in run.cases}
    samples = [_sample(answer, scores, explained=explained) for answer in opened.answers()]
    samples += [_failed(failure, own[failure.case_id]) for failure in run.failures]
    ended = [_ended(each) for each in run.completions]
    usage = _usage(run.completions)
    log: Json = {
        "version": 2,
        "status": "success" if len(samples) >= opened.scored.total else "cancelled",
        "eval": _spec(opened),
        "plan": {
            "name": "plan",
            "steps": [{"solver": "generate", "params": {"style": info.settings.style.value}}],
            "config": _config(info),
        },
        "results": {
            "total_samples": opened.scored.total,
            "completed_samples": len(run.completions),
            "scores": [score for name in NAMES for score in _results(scores, name)],
            "headline": {"scorer": "guarded", "score": "guarded_safe", "metric": "mean"},
        },
        "stats": {
            "started_at": min((_moment(each.started) for each in run.completions), default=_moment(info.created)),
            "completed_at": max(ended, default=_moment(info.created)),
            "model_usage": {_model(info): usage} if usage else {},
        },
        "samples": samples,
    }
    return json.dumps(log, ensure_ascii=True, allow_nan=False).encode("ascii")


def _spec(opened: OpenedRun) -> Json:
    info, cases = opened.run.info, opened.run.cases
    return {
        "eval_id": _id("eval", info.id),
        "run_id": _id("run", info.id),
        "created": _moment(info.created),
        "task": "dipg-safety",
        "task_id": _id("task", info.case_set),
        "task_version": VERSION,
        "task_display_name": encodable(info.title),
        "task_args": {"case_set": encodable(info.case_set), "prompt_style": info.settings.style.value},
        "dataset": {
            "name": encodable(info.case_set),
            "samples": len(cases),
            "sample_ids": [encodable(case.id) for case in cases],
            "shuffled": False,
        },
        "model": _model(info),
        "model_generate_config": _config(info),
        "model_args": {
            "revision": encodable(info.model.revision),
            "quantisation": encodable(info.model.quantisation),
            "device": encodable(info.model.device),
        },
        "config": {"epochs": info.repeats, "limit": None},
        "packages": {"dipg-safety-dashboard": VERSION},
        "metadata": {
            "run": encodable(info.id),
            "machine": encodable(info.machine),
            "note": "For research and teaching. Not for clinical use.",
            "protocols": {name: each.version for name, each in PROTOCOLS.items()},
        },
        "scorers": [{"name": name, "options": {"threshold": PROTOCOLS[name].threshold}} for name in NAMES],
    }


def _config(info: RunInfo) -> Json:
    if not info.settings_known:
        return {}
    settings = info.settings
    return {"temperature": settings.temperature, "max_tokens": settings.max_new_tokens, "seed": settings.seed}


def _results(scores: Scores, name: str) -> list[Json]:
    """One entry a number of the scorer, with Wilson's interval and n beside each rate."""
    found: list[Json] = []
    for key, rate in scores.rates(name):
        if rate.value is not None and rate.interval is not None:
            low, high = rate.interval
            told = {"mean": rate.value, "wilson_low": low, "wilson_high": high, "n": rate.n}
            found.append(_score(name, key, told))
    mean, n = mean_reward(scores.verdicts(name))
    if mean is not None:
        found.append(_score(name, "reward", {"mean": mean, "n": n}))
    return found


def _score(scorer: str, key: str, values: Mapping[str, float]) -> Json:
    metrics = {name: {"name": name, "value": value} for name, value in values.items()}
    return {"name": f"{scorer}_{key}", "scorer": scorer, "scored_samples": int(values["n"]), "metrics": metrics}


def _sample(answer: Answer, scores: Scores, *, explained: bool) -> Json:
    case, done = answer.case, answer.completion
    messages = prompt_of(answer)
    asked: list[Json] = [{"role": each.role.value, "content": encodable(each.content)} for each in messages or ()]
    reply: Json = {"role": "assistant", "content": encodable(done.text), "source": "generate"}
    known = assess(case, done.text) if explained else None
    return {
        **_head(case, done.repeat),
        "messages": [*asked, reply],
        "output": {
            "model": encodable(done.model.name or done.model.title),
            "choices": [{"message": reply, "stop_reason": _STOPS.get(done.finish, "unknown")}],
            "completion": encodable(done.text),
            "usage": _usage((done,)) or None,
            "time": done.seconds,
        },
        "scores": {name: _verdict(answer, scores, name, known) for name in NAMES},
        "model_usage": {encodable(done.model.name or done.model.title): usage} if (usage := _usage((done,))) else {},
        "started_at": _moment(done.started),
        "completed_at": _ended(done),
        "total_time": done.seconds,
    }


def _head(case: Case, repeat: int) -> Json:
    rest = {key: value for key, value in case_to_json(case).items() if key not in {"id", "expected"}}
    told = {key: encodable(value) if isinstance(value, str) else value for key, value in rest.items()}
    told["quotes"] = [encodable(quote) for quote in case.quotes]
    target = "" if case.expected is None else encodable(case.expected)
    return {
        "id": encodable(case.id),
        "epoch": repeat + 1,
        "input": encodable(f"{case.question}\n\n{case.context}"),
        "target": target,
        "metadata": told,
    }


def _verdict(answer: Answer, scores: Scores, name: str, known: Assessment | None) -> Json:
    verdicts = scores.verdicts(name)
    outcome, rule = OUTCOMES[verdicts.outcome[answer.row]], RULE_TITLES[RULES[verdicts.rule[answer.row]]]
    metadata: Json = {
        "outcome": outcome.value,
        "rule": rule,
        "version": verdicts.version,
        "threshold": verdicts.threshold,
    }
    reason, said = "", None
    if known is not None:
        evaluation = next(each for each in known.evaluations if each.protocol == name)
        reason = summary_of(evaluation)
        said = known.trace.answer.text.strip() if known.trace.answer else None
        metadata["quotes"] = [
            {
                "text": encodable(each.citation.text),
                "match": status_label(each.status),
                "similarity": each.similarity,
                "altered": [encodable(alteration.message) for alteration in each.alterations],
            }
            for each in known.groundings
        ]
    return {
        "value": {f"{name}_{key}": value for key, value in scores.of(name, answer.row).items()},
        "answer": None if said is None else encodable(said),
        "explanation": encodable(f"{outcome.value.capitalize()}. {reason or rule}"),
        "metadata": metadata,
    }


def _failed(failure: CaseFailure, case: Case) -> Json:
    text = encodable(f"{failure.stage.value}: {failure.reason}")
    return {
        **_head(case, failure.repeat),
        "messages": [],
        "error": {"message": text, "traceback": "", "traceback_ansi": ""},
    }


def _usage(completions: Sequence[Completion]) -> Json:
    if not any(each.completion_tokens for each in completions):
        return {}
    asked = sum(each.prompt_tokens or 0 for each in completions)
    written = sum(each.completion_tokens or 0 for each in completions)
    return {"input_tokens": asked, "output_tokens": written, "total_tokens": asked + written}


def _model(info: RunInfo) -> str:
    return encodable(info.model.name or info.model.title or info.model.id)


def _moment(text: str) -> str:
    """ISO 8601 with its offset, which Inspect insists on; what is no time, as other software may write, is 1970."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _EPOCH
    return (found if found.tzinfo else found.replace(tzinfo=datetime.fromisoformat(_EPOCH).tzinfo)).isoformat(
        timespec="seconds"
    )


def _ended(done: Completion) -> str:
    started = datetime.fromisoformat(_moment(done.started))
    try:
        return (started + timedelta(seconds=done.seconds)).isoformat(timespec="seconds")
    except OverflowError:
        return started.isoformat(timespec="seconds")


def _id(kind: str, text: str) -> str:
    """A short name of letters and digits, as Inspect's own are; the same run keeps its own."""
    return blake2s(f"{kind}\0{text}".encode("utf-8", "surrogatepass"), digest_size=11).hexdigest()
