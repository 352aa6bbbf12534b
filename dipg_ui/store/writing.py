"""Runs put into the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

from sqlalchemy import Connection, delete, insert, select, update

from dipg_ui.records import CaseFailure, Completion, Run
from dipg_ui.store.errors import StoreError
from dipg_ui.store.heads import RunOrigin, RunState
from dipg_ui.store.reading import read_run
from dipg_ui.store.rows import (
    Json,
    case_to_json,
    completion_row,
    digest,
    failure_row,
    put_cases,
    put_model,
)
from dipg_ui.store.schema import cases, completions, contexts, failures, run_cases, runs

MAX_REPEATS = 1_000


def insert_head(connection: Connection, run: Run, origin: RunOrigin, state: RunState, told: str = "") -> None:
    """The head of a run and its cases, not what came of them. `told` is the digest of what an imported run holds.

    Raises StoreError where the run would ask nothing, or two cases have one id.
    """
    info, own = run.info, run.cases
    if not own:
        raise StoreError("A run needs at least one case.")
    if len({case.id for case in own}) < len(own):
        raise StoreError("Two cases of the run have the same id.")
    if not 1 <= info.repeats <= MAX_REPEATS:
        raise StoreError(f"A run asks every case at least once and at most {MAX_REPEATS:,} times.")
    row = asdict(info)
    row |= {"settings": asdict(info.settings), "model_hash": put_model(connection, info.model), "origin": origin.value}
    row |= {"digest": told, "state": state.value, "note": "", "owner": "", "lease_until": 0.0, "stop_asked": False}
    del row["model"]
    connection.execute(insert(runs).values(row))
    keys = put_cases(connection, own)
    places = [{"run_id": info.id, "position": n, "case_hash": key} for n, key in enumerate(keys)]
    connection.execute(insert(run_cases), places)


def insert_whole_run(connection: Connection, run: Run, origin: RunOrigin) -> str:
    """A run that ended elsewhere, with its cases. Returns its id: another one where the id belongs to another run; the
    same run again changes nothing, and a recorded run replaces an older recording.

    Raises StoreError where a completion has no case of its own in the run, or comes twice.
    """
    positions = {case.id: position for position, case in enumerate(run.cases)}
    _check_ends(run, positions)
    told = digest(_content(run))
    if (same := _find_same(connection, run.info.id, told)) is not None:
        return same
    if origin is RunOrigin.RECORDED:
        old = select(runs.c.id).where(runs.c.id == run.info.id, runs.c.origin == origin.value)
        if connection.execute(old).first() is not None:
            delete_run(connection, run.info.id)
    run = replace(run, info=replace(run.info, id=_free_id(connection, run.info.id)))
    ended = {(c.case_id, c.repeat) for c in run.completions} | {(f.case_id, f.repeat) for f in run.failures}
    whole = len(ended) == len(run.cases) * run.info.repeats
    insert_head(connection, run, origin, RunState.FINISHED if whole else RunState.STOPPED, told)
    _insert_ends(connection, positions, run)
    return run.info.id


def _find_same(connection: Connection, run_id: str, told: str) -> str | None:
    """The run that holds the same: one that was imported before, or was made here and comes back from its file."""
    same = connection.execute(select(runs.c.id).where(runs.c.digest == told)).first()
    if same is not None:
        return str(same.id)
    own = connection.execute(select(runs.c.id).where(runs.c.id == run_id, runs.c.digest == "")).first()
    return run_id if own is not None and digest(_content(read_run(connection, run_id))) == told else None


def _content(run: Run) -> Json:
    """All that a run says, but for its id, which may be taken here."""
    return {
        "info": {**run.info.to_json(), "id": ""},
        "cases": [case_to_json(case) for case in run.cases],
        "completions": [completion.to_json() for completion in run.completions],
        "failures": [failure.to_json() for failure in run.failures],
    }


def _check_ends(run: Run, positions: Mapping[str, int]) -> None:
    seen: set[tuple[str, int]] = set()
    for completion in run.completions:
        place = (completion.case_id, completion.repeat)
        if place in seen:
            raise StoreError(f"The case {completion.case_id!r} has two completions for one repeat.")
        seen.add(place)
    ends: list[Completion | CaseFailure] = [*run.completions, *run.failures]
    for ended in ends:
        if ended.case_id not in positions:
            raise StoreError(f"The case {ended.case_id!r} is not in the run, so what was said to it is not scored.")
        if not 0 <= ended.repeat < run.info.repeats:
            raise StoreError(f"The case {ended.case_id!r} has a repeat {ended.repeat} of {run.info.repeats}.")


def _free_id(connection: Connection, wanted: str) -> str:
    taken = set(connection.scalars(select(runs.c.id).where(runs.c.id.startswith(wanted, autoescape=True))))
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    return name


def _insert_ends(connection: Connection, positions: Mapping[str, int], run: Run) -> None:
    run_id = run.info.id
    hashes = {model: put_model(connection, model) for model in {c.model for c in run.completions}}
    rows = [completion_row(run_id, positions[c.case_id], c, hashes[c.model]) for c in run.completions]
    if rows:
        connection.execute(insert(completions), rows)
    if run.failures:
        connection.execute(insert(failures), [failure_row(run_id, positions[f.case_id], f) for f in run.failures])


def insert_end(connection: Connection, run_id: str, position: int, ended: Completion | CaseFailure) -> None:
    """One case that ended. The first completion says which model the run really has: a server may name it late."""
    if isinstance(ended, CaseFailure):
        connection.execute(insert(failures), failure_row(run_id, position, ended))
        return
    key = put_model(connection, ended.model)
    first = select(completions.c.id).where(completions.c.run_id == run_id).limit(1)
    if connection.execute(first).first() is None:
        connection.execute(update(runs).where(runs.c.id == run_id).values(model_hash=key))
    connection.execute(insert(completions), completion_row(run_id, position, ended, key))


def delete_run(connection: Connection, run_id: str) -> None:
    """Remove a run, and the cases and contexts that no other run asked about."""
    connection.execute(delete(runs).where(runs.c.id == run_id))
    connection.execute(delete(cases).where(cases.c.hash.not_in(select(run_cases.c.case_hash))))
    connection.execute(delete(contexts).where(contexts.c.hash.not_in(select(cases.c.context_hash))))
