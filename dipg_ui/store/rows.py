"""Values as table rows and JSON, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import blake2s
from typing import Any

from sqlalchemy import Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

from dipg_ui.records import (
    CaseFailure,
    Completion,
    FinishReason,
    ModelInfo,
    RunInfo,
    Stage,
    completion_key,
    settings_from_json,
)
from dipg_ui.store.schema import cases, contexts, models
from evaluator.types import Behaviour, Case, Category, Difficulty

Json = dict[str, object]
AnyRow = Row[*tuple[Any, ...]]


def digest(value: object) -> str:
    """The same for equal JSON values only; code points that UTF-8 cannot carry count too."""
    told = json.dumps(value, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return blake2s(told, digest_size=16).hexdigest()


def put_new(connection: Connection, table: Table, rows: list[Json]) -> None:
    """Insert the rows whose primary key is not there yet."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(table).on_conflict_do_nothing(), rows)
    else:
        connection.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)


def put_model(connection: Connection, model: ModelInfo) -> str:
    """The hash under which a model is stored."""
    fields = asdict(model)
    key = digest(fields)
    put_new(connection, models, [{"hash": key, **fields}])
    return key


def put_cases(connection: Connection, given: tuple[Case, ...]) -> list[str]:
    """The hashes under which cases are stored, in order."""
    texts: dict[str, Json] = {}
    rows: dict[str, Json] = {}
    keys: list[str] = []
    for case in given:
        fields = case_to_json(case)
        key, context = digest(fields), digest(case.context)
        keys.append(key)
        if key not in rows:
            texts[context] = {"hash": context, "text": case.context}
            del fields["context"]
            rows[key] = {"hash": key, "case_id": fields.pop("id"), "context_hash": context, **fields}
    put_new(connection, contexts, list(texts.values()))
    put_new(connection, cases, list(rows.values()))
    return keys


def case_to_json(case: Case) -> Json:
    return {**asdict(case), "quotes": list(case.quotes)}


def case_from_json(value: object) -> Case:
    """The inverse of `case_to_json`. Raises ValueError naming the field that is missing or of the wrong type."""
    if not isinstance(value, Mapping):
        raise ValueError("case must be an object")
    quotes = value.get("quotes")
    if not isinstance(quotes, list) or not all(isinstance(quote, str) for quote in quotes):
        raise ValueError("quotes must be a list of texts")
    told = {name: _text(value, name) for name in ("id", "context", "question", "probes", "genre", "source")}
    return Case(
        **told,
        expected=_text(value, "expected") if value.get("expected") is not None else None,
        behaviour=Behaviour(_text(value, "behaviour")) if value.get("behaviour") is not None else None,
        quotes=tuple(quotes),
        category=Category(_text(value, "category")),
        difficulty=Difficulty(_text(value, "difficulty")),
    )


def _text(row: Mapping[Any, object], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key} must be text")
    return value


def case_from_row(row: AnyRow, context: str) -> Case:
    """`row` holds the columns of `cases`."""
    return Case(
        id=row.case_id,
        context=context,
        question=row.question,
        expected=row.expected,
        behaviour=None if row.behaviour is None else Behaviour(row.behaviour),
        quotes=tuple(row.quotes),
        category=Category(row.category),
        difficulty=Difficulty(row.difficulty),
        probes=row.probes,
        genre=row.genre,
        source=row.source,
    )


def model_from_row(row: AnyRow) -> ModelInfo:
    """`row` holds the columns of `models`."""
    return ModelInfo(row.id, row.title, row.name, row.revision, row.device, row.quantisation, row.context_tokens)


def info_from_row(row: AnyRow, model: ModelInfo) -> RunInfo:
    """`row` holds the columns of `runs`."""
    return RunInfo(
        id=row.id,
        title=row.title,
        created=row.created,
        case_set=row.case_set,
        machine=row.machine,
        model=model,
        settings=settings_from_json(row.settings),
        repeats=row.repeats,
        settings_known=row.settings_known,
    )


def completion_row(run_id: str, position: int, completion: Completion, model_hash: str) -> Json:
    return {
        "run_id": run_id,
        "position": position,
        "repeat": completion.repeat,
        "key": completion_key(completion),
        "text": completion.text,
        "model_hash": model_hash,
        "settings": asdict(completion.settings),
        "prompt_hash": completion.prompt_hash,
        "started": completion.started,
        "finish": completion.finish.value,
        "prompt_tokens": completion.prompt_tokens,
        "completion_tokens": completion.completion_tokens,
        "seconds_to_first_token": completion.seconds_to_first_token,
        "seconds": completion.seconds,
    }


def completion_from_row(row: AnyRow, case_id: str, model: ModelInfo) -> Completion:
    """`row` holds the columns of `completions`."""
    return Completion(
        case_id=case_id,
        text=row.text,
        model=model,
        settings=settings_from_json(row.settings),
        prompt_hash=row.prompt_hash,
        started=row.started,
        finish=FinishReason(row.finish),
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        seconds_to_first_token=row.seconds_to_first_token,
        seconds=row.seconds,
        repeat=row.repeat,
    )


def failure_row(run_id: str, position: int, failure: CaseFailure) -> Json:
    return {
        "run_id": run_id,
        "position": position,
        "repeat": failure.repeat,
        "stage": failure.stage.value,
        "reason": failure.reason,
        "partial": failure.partial,
    }


def failure_from_row(row: AnyRow, case_id: str) -> CaseFailure:
    """`row` holds the columns of `failures`."""
    return CaseFailure(case_id, Stage(row.stage), row.reason, row.partial, row.repeat)
