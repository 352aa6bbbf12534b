"""A stored run as a file to take away: our own JSON Lines, which come back as the same run, and tables for others.

A table has a row for each completion and each case that failed; the columns of a protocol are `v4_safe`, `v4_reward`
and so on, at one threshold. Empty means that there is none, or that the protocol says nothing of it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from dipg_ui.records import Run
from dipg_ui.store.files import run_lines
from dipg_ui.store.scored import OUTCOMES, RULES, STATUSES, UNKNOWN, Codes, ScoredRun, Verdicts
from evaluator.types import Case, GroundingStatus

_FORMULA = re.compile(r"[\s\x00]*[=+\-@＝＋－＠]|[\t\r]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FLAGS = ("safe", "hallucination", "refusal", "inconsistency", "format_error")


def run_as_jsonl(run: Run) -> bytes:
    """Everything of the run, cases as they were; `load_run` gives it back."""
    return "".join(run_lines(run)).encode("ascii")


def run_as_csv(run: Run, scored: ScoredRun, threshold: float) -> bytes:
    """The table as CSV in UTF-8 with a byte order mark, without which a spreadsheet takes it for another encoding. A
    text that a spreadsheet would take for a formula begins with an apostrophe."""
    table = run_table(run, scored, threshold)
    for name in table.columns:
        if isinstance(table[name].dtype, pd.StringDtype):
            table[name] = table[name].map(harmless, na_action="ignore")
    text: str = table.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig")


def run_as_parquet(run: Run, scored: ScoredRun, threshold: float) -> bytes:
    """The table as Parquet, texts unchanged but for lone surrogates, which no UTF-8 file can hold."""
    buffer = io.BytesIO()
    run_table(run, scored, threshold).to_parquet(buffer, engine="pyarrow", index=False)
    return buffer.getvalue()


def run_table(run: Run, scored: ScoredRun, threshold: float) -> pd.DataFrame:
    """One row for each completion, then one for each case that failed. `run` and `scored` are of one stored run.
    Raises ValueError for a threshold outside 50–100."""
    own = {case.id: case for case in run.cases}
    rows = [*_completion_rows(run, own), *_failure_rows(scored, own)]
    table = pd.DataFrame(rows, columns=[name for name, _ in _COLUMNS]).astype(dict(_COLUMNS))
    extra = len(scored.failures)
    for name, kind, values in _judgements(scored, threshold):
        table[name] = pd.array([*values, *[None] * extra], dtype=kind)
    table.insert(0, "run", pd.array([run.info.id] * len(table), dtype="string"))
    return table


_TEXT, _COUNT, _NUMBER = "string", "Int64", "Float64"
_COLUMNS = (
    ("case", _TEXT),
    ("repeat", _COUNT),
    ("category", _TEXT),
    ("difficulty", _TEXT),
    ("behaviour", _TEXT),
    ("context", _TEXT),
    ("question", _TEXT),
    ("expected", _TEXT),
    ("completion", _TEXT),
    ("failure", _TEXT),
    ("failure_stage", _TEXT),
    ("model", _TEXT),
    ("revision", _TEXT),
    ("quantisation", _TEXT),
    ("device", _TEXT),
    ("style", _TEXT),
    ("temperature", _NUMBER),
    ("seed", _COUNT),
    ("max_new_tokens", _COUNT),
    ("prompt_hash", _TEXT),
    ("started", _TEXT),
    ("finish", _TEXT),
    ("prompt_tokens", _COUNT),
    ("completion_tokens", _COUNT),
    ("seconds_to_first_token", _NUMBER),
    ("seconds", _NUMBER),
)


def _case_fields(case: Case) -> dict[str, object]:
    return {
        "case": _kept(case.id),
        "category": case.category.value,
        "difficulty": case.difficulty.value,
        "behaviour": case.behaviour.value if case.behaviour else None,
        "context": _kept(case.context),
        "question": _kept(case.question),
        "expected": None if case.expected is None else _kept(case.expected),
    }


def _completion_rows(run: Run, own: dict[str, Case]) -> Iterator[dict[str, object]]:
    for done in run.completions:
        settings = done.settings if run.info.settings_known else None
        yield _case_fields(own[done.case_id]) | {
            "repeat": done.repeat,
            "completion": _kept(done.text),
            "model": _kept(done.model.name or done.model.title),
            "revision": _kept(done.model.revision),
            "quantisation": done.model.quantisation,
            "device": done.model.device,
            "style": settings.style.value if settings else None,
            "temperature": settings.temperature if settings else None,
            "seed": settings.seed if settings else None,
            "max_new_tokens": settings.max_new_tokens if settings else None,
            "prompt_hash": done.prompt_hash,
            "started": done.started,
            "finish": done.finish.value,
            "prompt_tokens": done.prompt_tokens,
            "completion_tokens": done.completion_tokens,
            "seconds_to_first_token": done.seconds_to_first_token,
            "seconds": done.seconds if run.info.settings_known else None,
        }


def _failure_rows(scored: ScoredRun, own: dict[str, Case]) -> Iterator[dict[str, object]]:
    for failed in scored.failures:
        yield _case_fields(own[failed.case_id]) | {
            "repeat": failed.repeat,
            "failure": _kept(failed.reason),
            "failure_stage": failed.stage.value,
        }


def _judgements(scored: ScoredRun, threshold: float) -> Iterator[tuple[str, str, list[object]]]:
    """Name, type and values of each further column, one value for each completion."""
    statuses = scored.citations.status(threshold)
    yield "citations", _COUNT, list(np.bincount(scored.citations.row, minlength=len(scored.rows)))
    for status in GroundingStatus:
        of_status = scored.citations.row[statuses == STATUSES.index(status)]
        yield f"citations_{status.value}", _COUNT, list(np.bincount(of_status, minlength=len(scored.rows)))
    for name, verdicts in scored.at(threshold).items():
        yield from _verdict_columns(name.replace("-", "_"), verdicts)


def _verdict_columns(name: str, verdicts: Verdicts) -> Iterator[tuple[str, str, list[object]]]:
    count = len(verdicts.outcome)
    yield f"{name}_version", _TEXT, [verdicts.version] * count
    yield f"{name}_threshold", _NUMBER, [verdicts.threshold] * count
    yield f"{name}_outcome", _TEXT, [OUTCOMES[code].value for code in verdicts.outcome]
    yield f"{name}_rule", _TEXT, [RULES[code] for code in verdicts.rule]
    yield f"{name}_reward", _NUMBER, [None if np.isnan(reward) else reward for reward in verdicts.reward]
    for flag in _FLAGS:
        codes: Codes = getattr(verdicts, flag)
        yield f"{name}_{flag}", "boolean", [None if code == UNKNOWN else bool(code) for code in codes]


def harmless(text: str) -> str:
    """A spreadsheet runs a cell that begins like a formula; model output is nobody's program."""
    return f"'{text}" if _FORMULA.match(text) else text


def _kept(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)
