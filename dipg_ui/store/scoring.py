"""What the protocols make of stored completions, kept beside them and made anew when the rules have changed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, delete, func, insert, select

from dipg_ui.store.database import Database
from dipg_ui.store.reading import read_cases
from dipg_ui.store.rows import Json
from dipg_ui.store.schema import citations, completions, evaluations, scorings
from evaluator.bands import Banded, judge_bands, scoring_version
from evaluator.types import Case, Grounding

_CHUNK = 50
"""Completions scored between two writes: a kill loses that much work and no result."""


@dataclass(frozen=True, slots=True)
class _Scored:
    completion_id: int
    groundings: tuple[Grounding, ...]
    banded: tuple[Banded, ...]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What of a run is not scored by today's rules: `left` of `total` completions. `again` says that other rules have
    scored it before."""

    left: int
    total: int
    again: bool


def read_backlog(connection: Connection, run_id: str) -> Backlog:
    mine = completions.c.run_id == run_id
    left = len(unscored_ids(connection, run_id))
    older = scorings.c.scoring.is_distinct_from(scoring_version())
    query = select(scorings.c.completion_id).join(completions, completions.c.id == scorings.c.completion_id)
    again = left > 0 and connection.scalar(query.where(mine, older).limit(1)) is not None
    return Backlog(left, connection.scalar(select(func.count()).where(mine)) or 0, again)


def unscored_ids(connection: Connection, run_id: str) -> list[int]:
    """The completions that were never scored, or by other rules than today's."""
    query = (
        select(completions.c.id)
        .outerjoin(scorings, scorings.c.completion_id == completions.c.id)
        .where(completions.c.run_id == run_id, scorings.c.scoring.is_distinct_from(scoring_version()))
        .order_by(completions.c.id)
    )
    return list(connection.scalars(query))


def score_missing(
    database: Database,
    run_id: str,
    report: Callable[[int, int], None] | None = None,
    seconds: float = math.inf,
) -> int:
    """Score what `unscored_ids` names; `report` is told how many of how many are done. No chunk is begun after
    `seconds`, but for the first one. Returns how many are left."""
    until = time.monotonic() + seconds
    with database.read() as connection:
        ids = unscored_ids(connection, run_id)
    for start in range(0, len(ids), _CHUNK):
        if start and time.monotonic() >= until:
            return len(ids) - start
        chunk = ids[start : start + _CHUNK]
        with database.read() as connection:
            texts = connection.execute(_texts(chunk)).all()
            own = read_cases(connection, run_id, [row.position for row in texts])
        scored = [_score(row.id, own[row.position], row.text) for row in texts]
        _keep(database, scored)
        if report is not None:
            report(start + len(chunk), len(ids))
    return 0


def score_one(database: Database, run_id: str, position: int, repeat: int, case: Case) -> None:
    """Score the completion of one case that has just ended."""
    place = (completions.c.run_id == run_id, completions.c.position == position, completions.c.repeat == repeat)
    with database.read() as connection:
        row = connection.execute(select(completions.c.id, completions.c.text).where(*place)).one()
    _keep(database, [_score(row.id, case, row.text)])


def _texts(ids: Sequence[int]) -> Select[tuple[int, int, str]]:
    return select(completions.c.id, completions.c.position, completions.c.text).where(completions.c.id.in_(ids))


def _score(completion_id: int, case: Case, text: str) -> _Scored:
    assessment, banded = judge_bands(case, text)
    return _Scored(completion_id, assessment.groundings, tuple(banded))


def _keep(database: Database, scored: Sequence[_Scored]) -> None:
    """Replace what was stored; another process that scored the same meanwhile is left to stand."""
    version = scoring_version()
    with database.write() as connection:
        asked = [each.completion_id for each in scored]
        query = select(completions.c.id).where(completions.c.id.in_(asked))
        there = set(connection.scalars(query.order_by(completions.c.id).with_for_update()))
        done = select(scorings.c.completion_id).where(
            scorings.c.completion_id.in_(asked), scorings.c.scoring == version
        )
        fresh = there - set(connection.scalars(done))
        chosen = [each for each in scored if each.completion_id in fresh]
        if not chosen:
            return
        for table in (citations, evaluations, scorings):
            connection.execute(delete(table).where(table.c.completion_id.in_(fresh)))
        connection.execute(insert(scorings), [{"completion_id": i, "scoring": version} for i in sorted(fresh)])
        connection.execute(insert(evaluations), [row for each in chosen for row in _evaluation_rows(each)])
        cited = [row for each in chosen for row in _citation_rows(each)]
        if cited:
            connection.execute(insert(citations), cited)


def _evaluation_rows(scored: _Scored) -> list[Json]:
    return [
        {
            "completion_id": scored.completion_id,
            "protocol": banded.protocol,
            "band": number,
            "version": banded.version,
            "low": band.low,
            "high": band.high,
            "outcome": band.outcome.value,
            "safe": band.flags.safe,
            "hallucination": band.flags.hallucination,
            "refusal": band.flags.refusal,
            "inconsistency": band.flags.inconsistency,
            "format_error": band.flags.format_error,
            "reward": band.reward,
            "rule": band.rule,
        }
        for banded in scored.banded
        for number, band in enumerate(banded.bands)
    ]


def _citation_rows(scored: _Scored) -> list[Json]:
    return [
        {
            "completion_id": scored.completion_id,
            "number": number,
            "similarity": grounding.similarity,
            "lowest": grounding.status.value,
            "alterations": len(grounding.alterations),
            "kinds": ", ".join(sorted({alteration.kind.value for alteration in grounding.alterations})),
        }
        for number, grounding in enumerate(scored.groundings)
    ]
