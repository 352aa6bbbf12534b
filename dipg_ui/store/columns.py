"""A stored run read into columns; what was read once is kept, so that a growing run costs only what is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, and_, func, select

from dipg_ui.records import FinishReason, Stage
from dipg_ui.store.reading import read_models, run_row
from dipg_ui.store.rows import AnyRow, info_from_row
from dipg_ui.store.schema import cases, citations, completions, evaluations, failures, run_cases
from dipg_ui.store.scored import (
    ALTERATIONS,
    OUTCOMES,
    RULES,
    STATUSES,
    UNKNOWN,
    BandColumns,
    CitationColumns,
    FailedRow,
    RunRow,
    ScoredRun,
)
from dipg_ui.store.scoring import unscored_ids
from evaluator.protocols import RUNGS
from evaluator.types import Behaviour, Category, Difficulty

_OUTCOME = {outcome.value: code for code, outcome in enumerate(OUTCOMES)}
_RULE = {rule: code for code, rule in enumerate(RULES)}
_STATUS = {status.value: code for code, status in enumerate(STATUSES)}
_PROTOCOL = {protocol.name: code for code, protocol in enumerate(RUNGS)}
_FLAG = {None: UNKNOWN, False: 0, True: 1}
_KIND = {kind.value: 1 << code for code, kind in enumerate(ALTERATIONS)}

_FLAGS = ("safe", "hallucination", "refusal", "inconsistency", "format_error")
_BAND_TYPES: Mapping[str, type[np.generic]] = {
    "completion_id": np.int64,
    "protocol": np.int8,
    "low": np.float64,
    "high": np.float64,
    "outcome": np.int8,
    **dict.fromkeys(_FLAGS, np.int8),
    "reward": np.float64,
    "rule": np.int8,
}
_CITATION_TYPES: Mapping[str, type[np.generic]] = {
    "completion_id": np.int64,
    "index": np.int32,
    "similarity": np.float64,
    "lowest": np.int8,
    "alterations": np.int32,
    "kinds": np.int32,
}

Columns = dict[str, NDArray[Any]]


class LoadedColumns:
    """What was read of one run so far, in the order of its completions' ids. Not for two threads at once."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._forget()

    def _forget(self) -> None:
        self._ids: list[int] = []
        self._rows: list[RunRow] = []
        self._bands = _empty(_BAND_TYPES)
        self._citations = _empty(_CITATION_TYPES)
        self._scored: ScoredRun | None = None
        self._failed = -1

    def read(self, connection: Connection) -> ScoredRun:
        """The run as it is now, up to the first completion that is not scored yet. Raises UnknownRun."""
        if self._is_changed(connection):
            self._forget()
        unscored = unscored_ids(connection, self._run_id)
        new = [completions.c.run_id == self._run_id, completions.c.id > (self._ids[-1] if self._ids else 0)]
        if unscored:
            new.append(completions.c.id < unscored[0])
        fresh = connection.execute(_row_query().where(*new)).all()
        failed = connection.execute(_failed_query(self._run_id)).scalar_one()
        if self._scored is not None and not fresh and failed == self._failed:
            return self._scored
        self._ids += [row.id for row in fresh]
        self._rows += [_run_row(row) for row in fresh]
        self._bands = _join(self._bands, _read_bands(connection, new))
        self._citations = _join(self._citations, _read_citations(connection, new))
        self._scored, self._failed = self._assemble(connection), failed
        return self._scored

    def _is_changed(self, connection: Connection) -> bool:
        """Whether completions that were read are gone: the run was deleted, and came again under its id."""
        if not self._ids:
            return False
        there = (completions.c.run_id == self._run_id, completions.c.id <= self._ids[-1])
        counted = connection.execute(select(func.count(), func.min(completions.c.id)).where(*there)).one()
        return tuple(counted) != (len(self._ids), self._ids[0])

    def _assemble(self, connection: Connection) -> ScoredRun:
        row = run_row(connection, self._run_id)
        asked = select(func.count()).where(run_cases.c.run_id == self._run_id)
        order = sorted(range(len(self._rows)), key=lambda n: (self._rows[n].position, self._rows[n].repeat))
        places = np.empty(len(order), np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        ids = np.array(self._ids, np.int64)
        return ScoredRun(
            info=info_from_row(row, read_models(connection)[row.model_hash]),
            total=connection.execute(asked).scalar_one() * row.repeats,
            rows=tuple(self._rows[n] for n in order),
            failures=_read_failures(connection, self._run_id),
            bands=_band_columns(self._bands, places, ids),
            citations=_citation_columns(self._citations, places, ids),
        )


def _empty(types: Mapping[str, type[np.generic]]) -> Columns:
    return {name: np.empty(0, dtype) for name, dtype in types.items()}


def _join(old: Columns, new: Columns) -> Columns:
    return {name: np.concatenate([column, new[name]]) for name, column in old.items()}


def _columns(rows: Sequence[AnyRow], types: Mapping[str, type[np.generic]], codes: Mapping[str, Any]) -> Columns:
    """`rows` with fields in the order of `types`; `codes` say how a field is counted."""
    if not rows:
        return _empty(types)
    told = zip(types.items(), zip(*rows, strict=True), strict=True)
    return {
        name: np.array([codes[name][value] for value in values] if name in codes else values, dtype)
        for (name, dtype), values in told
    }


def _read_bands(connection: Connection, new: Sequence[ColumnElement[bool]]) -> Columns:
    fields = [evaluations.c[name] for name in _BAND_TYPES]
    query = (
        select(*fields)
        .join(completions, completions.c.id == evaluations.c.completion_id)
        .where(evaluations.c.protocol.in_(_PROTOCOL), *new)
    )
    codes: dict[str, Any] = {"protocol": _PROTOCOL, "outcome": _OUTCOME, "rule": _RULE} | dict.fromkeys(_FLAGS, _FLAG)
    return _columns(connection.execute(query).all(), _BAND_TYPES, codes)


def _read_citations(connection: Connection, new: Sequence[ColumnElement[bool]]) -> Columns:
    told = citations.c
    query = (
        select(told.completion_id, told.number, told.similarity, told.lowest, told.alterations, told.kinds)
        .join(completions, completions.c.id == told.completion_id)
        .where(*new)
    )
    rows = connection.execute(query).all()
    kinds = {each: sum(_KIND[kind] for kind in each.split(", ") if kind) for each in {row.kinds for row in rows}}
    return _columns(rows, _CITATION_TYPES, {"lowest": _STATUS, "kinds": kinds})


def _band_columns(loaded: Columns, places: NDArray[np.int32], ids: NDArray[np.int64]) -> dict[str, BandColumns]:
    row = places[np.searchsorted(ids, loaded["completion_id"])]
    found: dict[str, BandColumns] = {}
    for protocol in RUNGS:
        chosen = np.flatnonzero(loaded["protocol"] == _PROTOCOL[protocol.name])
        chosen = chosen[np.lexsort((loaded["low"][chosen], row[chosen]))]
        told = {name: loaded[name][chosen] for name in ("low", "high", "outcome", *_FLAGS, "reward", "rule")}
        found[protocol.name] = BandColumns(protocol.name, protocol.version, row=row[chosen], **told)
    return found


def _citation_columns(loaded: Columns, places: NDArray[np.int32], ids: NDArray[np.int64]) -> CitationColumns:
    row = places[np.searchsorted(ids, loaded["completion_id"])]
    order = np.lexsort((loaded["index"], row))
    told = {name: loaded[name][order] for name in _CITATION_TYPES if name != "completion_id"}
    return CitationColumns(row=row[order], **told)


def _row_query() -> Any:
    told = completions.c
    fields = (told.id, told.key, told.position, told.repeat, told.finish, told.settings, told.completion_tokens)
    of_case = (cases.c.case_id, cases.c.category, cases.c.difficulty, cases.c.behaviour)
    return (
        select(*fields, told.seconds, *of_case, cases.c.expected.is_not(None).label("expected"))
        .join(run_cases, and_(run_cases.c.run_id == told.run_id, run_cases.c.position == told.position))
        .join(cases, cases.c.hash == run_cases.c.case_hash)
        .order_by(told.id)
    )


def _run_row(row: AnyRow) -> RunRow:
    return RunRow(
        key=row.key,
        position=row.position,
        repeat=row.repeat,
        case_id=row.case_id,
        category=Category(row.category),
        difficulty=Difficulty(row.difficulty),
        behaviour=None if row.behaviour is None else Behaviour(row.behaviour),
        expected=bool(row.expected),
        finish=FinishReason(row.finish),
        seed=row.settings["seed"],
        completion_tokens=row.completion_tokens,
        seconds=row.seconds,
    )


def _failed_query(run_id: str) -> Any:
    return select(func.coalesce(func.max(failures.c.id), 0)).where(failures.c.run_id == run_id)


def _read_failures(connection: Connection, run_id: str) -> tuple[FailedRow, ...]:
    """The last attempt at each case that has no completion."""
    told = failures.c
    place = and_(
        completions.c.run_id == told.run_id,
        completions.c.position == told.position,
        completions.c.repeat == told.repeat,
    )
    query = (
        select(told.position, told.repeat, told.stage, told.reason, told.partial, cases.c.case_id, cases.c.category)
        .join(run_cases, and_(run_cases.c.run_id == told.run_id, run_cases.c.position == told.position))
        .join(cases, cases.c.hash == run_cases.c.case_hash)
        .outerjoin(completions, place)
        .where(told.run_id == run_id, completions.c.id.is_(None))
        .order_by(told.position, told.repeat, told.id)
    )
    last: dict[tuple[int, int], FailedRow] = {}
    for row in connection.execute(query):
        slot = (row.position, row.repeat)
        attempts = last[slot].attempts + 1 if slot in last else 1
        last[slot] = FailedRow(
            row.position,
            row.repeat,
            row.case_id,
            Category(row.category),
            Stage(row.stage),
            row.reason,
            row.partial,
            attempts,
        )
    return tuple(last.values())
