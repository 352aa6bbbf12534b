"""Reviews as a file: the whole history, one entry a row, with all that is needed to analyse it elsewhere.

An entry holds who said what, when and why, whether it was blind, and whether it is the one that holds now; beside it
case and completion, and the outcome of each protocol. Citations are numbered from 1 in the CSV, as on the page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dipg_ui.judgements import MAX_QUOTES, ReviewEntry
from dipg_ui.records import Completion, Run, completion_key
from dipg_ui.store.exports import harmless
from dipg_ui.store.reviews import latest
from dipg_ui.store.scored import OUTCOMES, RULES, UNKNOWN, ScoredRun
from evaluator.parsing import parse_trace
from evaluator.types import Case

Row = dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class ReviewedRun:
    """A stored run with the history of what was said of it, oldest first."""

    run: Run
    scored: ScoredRun
    entries: Sequence[ReviewEntry]
    threshold: float


def reviews_as_jsonl(reviewed: ReviewedRun) -> bytes:
    """One entry a line, citations with their text."""
    return "".join(json.dumps(row, ensure_ascii=True) + "\n" for row in _rows(reviewed)).encode("ascii")


def reviews_as_csv(reviewed: ReviewedRun) -> bytes:
    """The same as a table in UTF-8 with a byte order mark; a text that a spreadsheet would take for a formula begins
    with an apostrophe."""
    rows = [_flat(row) for row in _rows(reviewed)]
    table = pd.DataFrame([{name: _cell(value) for name, value in row.items()} for row in rows], columns=_columns(rows))
    text: str = table.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig", "replace")


def _columns(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row)) or list(_FIRST)


_FIRST = ("run", "key", "reviewer", "version", "written", "answer")


def _cell(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value


def _rows(reviewed: ReviewedRun) -> list[Row]:
    cases = {case.id: case for case in reviewed.run.cases}
    done = {completion_key(completion): completion for completion in reviewed.run.completions}
    now, blind = latest(reviewed.entries, blind=False), latest(reviewed.entries, blind=True)
    verdicts = _verdicts(reviewed)
    return [
        {
            **_entry(entry),
            "holds": now.get((entry.reviewer, entry.key)) is entry,
            "holds_blind": blind.get((entry.reviewer, entry.key)) is entry,
            **_judged(entry, done.get(entry.key)),
            **_asked(done.get(entry.key), cases),
            "threshold": reviewed.threshold,
            "protocols": verdicts.get(entry.key, {}),
        }
        for entry in reviewed.entries
    ]


def _entry(entry: ReviewEntry) -> Row:
    return {
        "run": entry.run,
        "key": entry.key,
        "reviewer": entry.reviewer,
        "version": entry.version,
        "written": entry.written,
        "blind": entry.blind,
        "teaching": entry.circumstances.teaching,
        "queue": entry.circumstances.queue,
        "seconds": entry.circumstances.seconds,
        "reason": entry.reason,
        "undoes": entry.undoes,
    }


def _judged(entry: ReviewEntry, completion: Completion | None) -> Row:
    judgement = entry.judgement
    if judgement is None:
        return {"withdrawn": True, "answer": None, "confidence": None, "note": "", "quotes": []}
    texts = [citation.text for citation in parse_trace(completion.text).citations[:MAX_QUOTES]] if completion else []
    return {
        "withdrawn": False,
        "answer": judgement.answer.value,
        "confidence": None if judgement.confidence is None else judgement.confidence.value,
        "note": judgement.note,
        "quotes": [
            {
                "number": quote.index + 1,
                "support": quote.support.value,
                "what": quote.what,
                "text": texts[quote.index] if quote.index < len(texts) else "",
            }
            for quote in judgement.quotes
        ],
    }


def _asked(completion: Completion | None, cases: Mapping[str, Case]) -> Row:
    case = None if completion is None else cases.get(completion.case_id)
    return {
        "case": case.id if case else "",
        "category": case.category.value if case else "",
        "difficulty": case.difficulty.value if case else "",
        "behaviour": case.behaviour.value if case and case.behaviour else None,
        "context": case.context if case else "",
        "question": case.question if case else "",
        "expected": case.expected if case else None,
        "completion": completion.text if completion else "",
        "repeat": completion.repeat if completion else None,
        "model": completion.model.name or completion.model.title if completion else "",
        "revision": completion.model.revision if completion else "",
        "prompt_hash": completion.prompt_hash if completion else "",
    }


def _verdicts(reviewed: ReviewedRun) -> dict[str, Row]:
    found: dict[str, Row] = {row.key: {} for row in reviewed.scored.rows}
    for name, verdicts in reviewed.scored.at(reviewed.threshold).items():
        for at, row in enumerate(reviewed.scored.rows):
            safe = int(verdicts.safe[at])
            found[row.key][name] = {
                "version": verdicts.version,
                "outcome": OUTCOMES[verdicts.outcome[at]].value,
                "safe": None if safe == UNKNOWN else bool(safe),
                "rule": RULES[verdicts.rule[at]],
            }
    return found


def _flat(row: Row) -> Row:
    """One level: `quote_1_support`, `v4_outcome` and so on."""
    flat: Row = {}
    for name, value in row.items():
        if name == "quotes" and isinstance(value, list):
            for quote in value:
                flat |= {f"quote_{quote['number']}_{each}": quote[each] for each in ("support", "what", "text")}
        elif name == "protocols" and isinstance(value, dict):
            for protocol, told in value.items():
                flat |= {f"{protocol.replace('-', '_')}_{each}": said for each, said in told.items()}
        else:
            flat[name] = value
    return flat
