"""Stored runs read back as records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, exists, func, or_, select

from dipg_ui.records import CaseFailure, Completion, ModelInfo, Run, RunInfo
from dipg_ui.store.errors import UnknownRun
from dipg_ui.store.heads import RunHead, RunOrigin, RunState
from dipg_ui.store.leases import is_free
from dipg_ui.store.rows import (
    AnyRow,
    case_from_row,
    completion_from_row,
    failure_from_row,
    info_from_row,
    model_from_row,
)
from dipg_ui.store.schema import cases, completions, contexts, failures, models, run_cases, runs
from evaluator.types import Case

_OWNED = frozenset({RunState.QUEUED, RunState.RUNNING})
_REPEATS = 10_000
"""Over any number of repeats, so that a case and its repeat make one number."""


@dataclass(frozen=True, slots=True)
class StoredCompletion:
    """A completion with its own case as it was, and the head of its run."""

    key: str
    position: int
    case: Case
    completion: Completion
    info: RunInfo


@dataclass(frozen=True, slots=True)
class PendingCase:
    """A case of a run that has not ended yet."""

    position: int
    repeat: int
    case: Case


def read_heads(connection: Connection, run_id: str | None = None) -> tuple[RunHead, ...]:
    """The heads of all runs, newest first, or of one."""
    slot = failures.c.position * _REPEATS + failures.c.repeat
    totals = _counts(connection, select(run_cases.c.run_id, func.count()), run_cases.c.run_id, run_id)
    done = _counts(connection, select(completions.c.run_id, func.count()), completions.c.run_id, run_id)
    lost = select(failures.c.run_id, func.count(func.distinct(slot))).where(~_completed())
    failed = _counts(connection, lost, failures.c.run_id, run_id)
    known = read_models(connection)
    query = select(runs).order_by(runs.c.created.desc(), runs.c.id)
    found = connection.execute(query if run_id is None else query.where(runs.c.id == run_id)).all()
    return tuple(
        RunHead(
            info=info_from_row(row, known[row.model_hash]),
            origin=RunOrigin(row.origin),
            state=state_of(row),
            total=totals.get(row.id, 0) * row.repeats,
            done=done.get(row.id, 0),
            failed=failed.get(row.id, 0),
            note=row.note,
        )
        for row in found
    )


def _counts(connection: Connection, query: Select[str, int], run: Column[str], run_id: str | None) -> dict[str, int]:
    """What a query counts, by run: of all runs, or of one."""
    if run_id is not None:
        query = query.where(run == run_id)
    return {row[0]: row[1] for row in connection.execute(query.group_by(run))}


def state_of(row: AnyRow) -> RunState:
    """The state of a row of `runs`; one that is owned by nobody any more was interrupted."""
    state = RunState(row.state)
    return RunState.INTERRUPTED if state in _OWNED and is_free(row.owner, row.lease_until) else state


def _completed() -> ColumnElement[bool]:
    """Whether a failure was made good by a completion of the same run, case and repeat."""
    return exists().where(
        completions.c.run_id == failures.c.run_id,
        completions.c.position == failures.c.position,
        completions.c.repeat == failures.c.repeat,
    )


def run_row(connection: Connection, run_id: str) -> AnyRow:
    """Raises UnknownRun."""
    row = connection.execute(select(runs).where(runs.c.id == run_id)).first()
    if row is None:
        raise UnknownRun(f"There is no stored run {run_id!r}.")
    return row


def read_models(connection: Connection) -> dict[str, ModelInfo]:
    return {row.hash: model_from_row(row) for row in connection.execute(select(models))}


def read_cases(connection: Connection, run_id: str, positions: Sequence[int] | None = None) -> dict[int, Case]:
    """The cases of a run by position, in order, all of them or those at `positions`; equal contexts are one object."""
    mine = run_cases.c.run_id == run_id
    if positions is not None:
        mine = and_(mine, run_cases.c.position.in_(positions))
    query = (
        select(run_cases.c.position, cases)
        .join(cases, cases.c.hash == run_cases.c.case_hash)
        .where(mine)
        .order_by(run_cases.c.position)
    )
    wanted = select(cases.c.context_hash).join(run_cases, run_cases.c.case_hash == cases.c.hash)
    texts = select(contexts).where(contexts.c.hash.in_(wanted.where(mine)))
    told = {row.hash: row.text for row in connection.execute(texts)}
    return {row.position: case_from_row(row, told[row.context_hash]) for row in connection.execute(query)}


def read_questions(connection: Connection, run_id: str) -> dict[int, str]:
    """The questions of a run by position: without their contexts, which may be long."""
    query = (
        select(run_cases.c.position, cases.c.question)
        .join(cases, cases.c.hash == run_cases.c.case_hash)
        .where(run_cases.c.run_id == run_id)
        .order_by(run_cases.c.position)
    )
    return {row.position: row.question for row in connection.execute(query)}


def read_run(connection: Connection, run_id: str) -> Run:
    """A whole run with texts and cases: completions and failures by position, repeat and attempt."""
    row = run_row(connection, run_id)
    known, own = read_models(connection), read_cases(connection, run_id)
    order = (completions.c.position, completions.c.repeat)
    ended = connection.execute(select(completions).where(completions.c.run_id == run_id).order_by(*order))
    return Run(
        info=info_from_row(row, known[row.model_hash]),
        completions=tuple(completion_from_row(r, own[r.position].id, known[r.model_hash]) for r in ended),
        failures=read_failures(connection, run_id, own),
        cases=tuple(own.values()),
    )


def read_failures(connection: Connection, run_id: str, own: Mapping[int, Case]) -> tuple[CaseFailure, ...]:
    query = select(failures).where(failures.c.run_id == run_id)
    rows = connection.execute(query.order_by(failures.c.position, failures.c.repeat, failures.c.id))
    return tuple(failure_from_row(row, own[row.position].id) for row in rows)


def read_pending(connection: Connection, run_id: str, *, retry_failed: bool) -> tuple[PendingCase, ...]:
    """What of a run has not ended, repeat by repeat; the cases that failed too, if they are to be tried again."""
    row, own = run_row(connection, run_id), read_cases(connection, run_id)
    tables = (completions,) if retry_failed else (completions, failures)
    ended = {
        (found.position, found.repeat)
        for table in tables
        for found in connection.execute(select(table.c.position, table.c.repeat).where(table.c.run_id == run_id))
    }
    return tuple(
        PendingCase(position, repeat, case)
        for repeat in range(row.repeats)
        for position, case in own.items()
        if (position, repeat) not in ended
    )


def read_completion(connection: Connection, key: str, run_id: str | None = None) -> StoredCompletion | None:
    """The completion of this key, of one run or of the newest that has it."""
    query = (
        select(completions)
        .join(runs, runs.c.id == completions.c.run_id)
        .where(completions.c.key == key, *([] if run_id is None else [completions.c.run_id == run_id]))
        .order_by(runs.c.created.desc(), completions.c.position, completions.c.repeat)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    known, head = read_models(connection), run_row(connection, row.run_id)
    case = _read_case(connection, row.run_id, row.position)
    completion = completion_from_row(row, case.id, known[row.model_hash])
    return StoredCompletion(key, row.position, case, completion, info_from_row(head, known[head.model_hash]))


def first_key(connection: Connection, run_id: str) -> str | None:
    """The key of the completion that was stored first of a run."""
    query = select(completions.c.key).where(completions.c.run_id == run_id).order_by(completions.c.id).limit(1)
    return connection.scalar(query)


def _read_case(connection: Connection, run_id: str, position: int) -> Case:
    query = (
        select(cases, contexts.c.text.label("context"))
        .join(run_cases, run_cases.c.case_hash == cases.c.hash)
        .join(contexts, contexts.c.hash == cases.c.context_hash)
        .where(run_cases.c.run_id == run_id, run_cases.c.position == position)
    )
    row = connection.execute(query).one()
    return case_from_row(row, row.context)


def _asked() -> ColumnElement[bool]:
    """That a row of `run_cases` is the one of a completion."""
    return and_(run_cases.c.run_id == completions.c.run_id, run_cases.c.position == completions.c.position)


def search_keys(connection: Connection, run_id: str, words: str) -> frozenset[str]:
    """The keys of the completions of which the text, the question, the context, the expected answer or the case's id
    holds every one of `words`; capitals count as small letters (in SQLite those of ASCII)."""
    query = (
        select(completions.c.key)
        .join(run_cases, _asked())
        .join(cases, cases.c.hash == run_cases.c.case_hash)
        .join(contexts, contexts.c.hash == cases.c.context_hash)
        .where(completions.c.run_id == run_id)
    )
    places = (completions.c.text, cases.c.question, contexts.c.text, cases.c.expected, cases.c.case_id)
    for word in words.split():
        pattern = "%" + "".join(f"/{c}" if c in "%_/" else c for c in word) + "%"
        query = query.where(or_(*(place.ilike(pattern, escape="/") for place in places)))
    return frozenset(connection.scalars(query))
