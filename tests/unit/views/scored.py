"""A scored run from texts, through the real rules: what the store makes of a stored one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dipg_ui.records import FinishReason, GenerationSettings, RunInfo
from dipg_ui.store import (
    ALTERATIONS,
    OUTCOMES,
    RULES,
    STATUSES,
    UNKNOWN,
    BandColumns,
    CitationColumns,
    RunRow,
    ScoredRun,
)
from evaluator.bands import Band, Banded, judge_bands
from evaluator.types import Case, Grounding
from tests.unit.views.builders import MODEL

_FLAGS = ("safe", "hallucination", "refusal", "inconsistency", "format_error")


def a_scored_run(answered: Sequence[tuple[Case, str]], run_id: str = "r1", title: str = "First run") -> ScoredRun:
    """One completion a pair; a case that comes again is a repeat."""
    info = RunInfo(run_id, title, "2026-01-02T03:04:05+00:00", "tests", "two cores", MODEL, GenerationSettings())
    seen: dict[str, int] = {}
    rows, banded, groundings = [], [], []
    for position, (case, text) in enumerate(answered):
        repeat = seen.get(case.id, 0)
        seen[case.id] = repeat + 1
        lowest, bands = judge_bands(case, text)
        rows.append(_row(case, position, repeat, run_id))
        banded.append({each.protocol: each for each in bands})
        groundings.append(lowest.groundings)
    columns = {name: _bands([each[name] for each in banded]) for name in (banded[0] if banded else {})}
    return ScoredRun(info, len(rows), tuple(rows), (), columns, _citations(groundings))


def _row(case: Case, position: int, repeat: int, run_id: str) -> RunRow:
    return RunRow(
        key=f"{run_id.encode('ascii', 'ignore').decode()}-{position}",
        position=position,
        repeat=repeat,
        case_id=case.id,
        category=case.category,
        difficulty=case.difficulty,
        behaviour=case.behaviour,
        expected=case.expected is not None,
        finish=FinishReason.ANSWER_CLOSED,
        seed=repeat,
        completion_tokens=21,
        seconds=3.0,
    )


def _bands(of_rows: Sequence[Banded]) -> BandColumns:
    flat: list[tuple[int, Band]] = [(row, band) for row, banded in enumerate(of_rows) for band in banded.bands]
    flags: Mapping[str, list[bool | None]] = {name: [getattr(band.flags, name) for _, band in flat] for name in _FLAGS}
    codes = {name: np.array([UNKNOWN if f is None else int(f) for f in each], np.int8) for name, each in flags.items()}
    return BandColumns(
        protocol=of_rows[0].protocol,
        version=of_rows[0].version,
        row=np.array([row for row, _ in flat], np.int32),
        low=np.array([band.low for _, band in flat]),
        high=np.array([band.high for _, band in flat]),
        outcome=np.array([OUTCOMES.index(band.outcome) for _, band in flat], np.int8),
        reward=np.array([np.nan if band.reward is None else band.reward for _, band in flat]),
        rule=np.array([RULES.index(band.rule) for _, band in flat], np.int8),
        **codes,
    )


def _citations(groundings: Sequence[Sequence[Grounding]]) -> CitationColumns:
    flat = [(row, grounding) for row, each in enumerate(groundings) for grounding in each]
    kinds = [sum({1 << ALTERATIONS.index(a.kind) for a in grounding.alterations}) for _, grounding in flat]
    return CitationColumns(
        row=np.array([row for row, _ in flat], np.int32),
        index=np.array([grounding.citation.index for _, grounding in flat], np.int32),
        similarity=np.array([grounding.similarity for _, grounding in flat], np.float64),
        lowest=np.array([STATUSES.index(grounding.status) for _, grounding in flat], np.int8),
        alterations=np.array([len(grounding.alterations) for _, grounding in flat], np.int32),
        kinds=np.array(kinds, np.int32),
    )
