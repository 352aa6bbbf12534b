"""A stored run says at every threshold what scoring it would say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dipg_ui.records import Run, RunInfo, completion_key
from dipg_ui.settings import ASSETS
from dipg_ui.store import (
    ALTERATIONS,
    OUTCOMES,
    RULES,
    STATUSES,
    UNKNOWN,
    Backlog,
    RunOrigin,
    RunState,
    RunStore,
    ScoredRun,
    Verdicts,
    load_run,
    scoring,
)
from dipg_ui.store.columns import LoadedColumns
from evaluator.cases import load_cases
from evaluator.evaluate import Assessment, assess, reassess
from evaluator.protocols import PROTOCOLS, RUNGS
from evaluator.types import AlterationKind, Evaluation, GroundingStatus
from tests.builders import a_case, a_completion, a_failure, a_run, a_run_info, a_trace, at_repeat

NEAR = '"the patient received 50 Gy in 30 fractions to the pons"'
TEXTS = (
    a_trace(),
    a_trace(NEAR, "50 Gy"),
    a_trace('"vincristine was given"', "The context does not contain it."),
    "no tags",
    a_trace(f'{NEAR}\n"Dexamethasone 2 mg was given daily"\n"an"', "54 Gy in 30 fractions"),
)


def flag(value: bool | None) -> int:
    return UNKNOWN if value is None else int(value)


def said(verdicts: Verdicts, row: int) -> tuple[object, ...]:
    reward = float(verdicts.reward[row])
    flags = (verdicts.safe, verdicts.hallucination, verdicts.refusal, verdicts.inconsistency, verdicts.format_error)
    return (
        verdicts.protocol,
        verdicts.version,
        verdicts.threshold,
        OUTCOMES[verdicts.outcome[row]],
        *(int(each[row]) for each in flags),
        None if np.isnan(reward) else reward,
        RULES[verdicts.rule[row]],
    )


def right(evaluation: Evaluation) -> tuple[object, ...]:
    flags = evaluation.flags
    return (
        evaluation.protocol,
        evaluation.version,
        evaluation.threshold,
        evaluation.outcome,
        *(flag(f) for f in (flags.safe, flags.hallucination, flags.refusal, flags.inconsistency, flags.format_error)),
        evaluation.reward,
        next(step.rule for step in reversed(evaluation.steps) if step.decisive),
    )


def check(scored: ScoredRun, assessments: list[Assessment], threshold: float) -> None:
    """`assessments` belong to the rows and were made at the threshold, for every rung."""
    at = scored.at(threshold)
    assert list(at) == [protocol.name for protocol in RUNGS]
    for row, assessment in enumerate(assessments):
        assert [said(verdicts, row) for verdicts in at.values()] == [right(each) for each in assessment.evaluations]
    cited = [(row, grounding) for row, each in enumerate(assessments) for grounding in each.groundings]
    told = scored.citations
    assert told.row.tolist() == [row for row, _ in cited]
    assert told.index.tolist() == [grounding.citation.index for _, grounding in cited]
    assert told.similarity.tolist() == [grounding.similarity for _, grounding in cited]
    assert [STATUSES[code] for code in told.status(threshold)] == [grounding.status for _, grounding in cited]
    assert told.alterations.tolist() == [len(grounding.alterations) for _, grounding in cited]
    for kind in ALTERATIONS:
        assert told.has_kind(kind).tolist() == [kind in {a.kind for a in g.alterations} for _, g in cited]


def test_a_stored_run_says_what_scoring_says(store: RunStore) -> None:
    run = a_run(*TEXTS)
    store.add_run(run, RunOrigin.IMPORTED)
    scored = store.scored("run-1")
    assert [row.key for row in scored.rows] == [completion_key(completion) for completion in run.completions]
    for threshold in (50.0, 66.6, 85.0, 92.5, 100.0):
        texts = zip(run.cases, TEXTS, strict=True)
        check(scored, [assess(case, text, RUNGS, threshold) for case, text in texts], threshold)
    kinds = scored.citations.has_kind(AlterationKind.NUMBER)
    assert kinds.any()
    assert STATUSES[scored.citations.lowest[-1]] is GroundingStatus.UNSCORABLE


@pytest.mark.slow
def test_the_recorded_run_says_what_scoring_says_at_every_whole_threshold(tmp_path: Path) -> None:
    store = RunStore(f"sqlite:///{tmp_path / 'runs.sqlite3'}")
    known = {case.id: case for case in load_cases(ASSETS / "cases" / "dipg.jsonl").cases}
    run = load_run(ASSETS / "runs" / "gemma-3-270m.jsonl").run
    run = replace(run, cases=tuple(known[completion.case_id] for completion in run.completions))
    scored = store.scored(store.add_run(run, RunOrigin.RECORDED))
    done = [assess(known[c.case_id], c.text, RUNGS, 50.0) for c in run.completions]
    for threshold in range(50, 101):
        made = [reassess(case, each, float(threshold)) for case, each in zip(run.cases, done, strict=True)]
        check(scored, made, float(threshold))
    store.close()


@pytest.mark.parametrize("threshold", [49.9, 100.1, float("nan")])
def test_a_threshold_that_is_none_is_refused(store: RunStore, threshold: float) -> None:
    store.add_run(a_run(a_trace()), RunOrigin.IMPORTED)
    with pytest.raises(ValueError, match="between 50 and 100"):
        store.scored("run-1").at(threshold)


def test_rows_tell_of_their_case_and_stand_by_position_then_repeat(store: RunStore) -> None:
    lease = store.create(a_run_info(repeats=2), (a_case(id="a"), a_case(id="b", expected=None)))
    empty = store.scored("run-1")
    assert (empty.rows, empty.total, len(empty.at(85)["v4"].safe)) == ((), 4, 0)
    lease.keep(1, a_completion(text="b0", case_id="b"))
    lease.keep(0, at_repeat(a_completion(text=a_trace(), case_id="a"), 1))
    first = store.scored("run-1")
    assert [(row.case_id, row.repeat) for row in first.rows] == [("a", 1), ("b", 0)]
    lease.keep(0, a_completion(text="a0", case_id="a"))
    lease.keep(1, replace(a_failure("b"), repeat=1))
    lease.keep(1, replace(a_failure("b", "again"), repeat=1))
    grown = store.scored("run-1")
    assert [(row.case_id, row.repeat, row.seed) for row in grown.rows] == [("a", 0, 0), ("a", 1, 1), ("b", 0, 0)]
    assert [row.expected for row in grown.rows] == [True, True, False]
    assert [(failed.case_id, failed.reason, failed.attempts) for failed in grown.failures] == [("b", "again", 2)]
    assert len(first.rows) == 2, "what was handed out does not change"
    lease.release(RunState.STOPPED)
    fresh = RunStore(store._database._place)
    for threshold in (50.0, 85.0):
        for name, verdicts in grown.at(threshold).items():
            assert [said(verdicts, n) for n in range(3)] == [
                said(fresh.scored("run-1").at(threshold)[name], n) for n in range(3)
            ]
    fresh.close()


def test_an_opened_run_that_did_not_change_is_the_same_object(store: RunStore) -> None:
    store.add_run(a_run(a_trace()), RunOrigin.IMPORTED)
    assert store.scored("run-1") is store.scored("run-1")


def test_what_other_rules_scored_is_scored_anew(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add_run(a_run(*TEXTS), RunOrigin.IMPORTED)
    monkeypatch.setattr(scoring, "scoring_version", lambda: "the rules of last year")
    store.score("run-1")
    with store._database.write() as connection:
        connection.exec_driver_sql("UPDATE evaluations SET outcome = 'refusal', safe = NULL, version = 'old'")
    monkeypatch.undo()
    assert store.unscored("run-1") == len(TEXTS)
    told: list[tuple[int, int]] = []
    store.score("run-1", lambda done, total: told.append((done, total)))
    assert told == [(len(TEXTS), len(TEXTS))]
    assert store.unscored("run-1") == 0
    scored = store.scored("run-1")
    check(scored, [assess(c, t, RUNGS, 85.0) for c, t in zip(a_run(*TEXTS).cases, TEXTS, strict=True)], 85.0)
    with store._database.read() as connection:
        versions = set(connection.exec_driver_sql("SELECT DISTINCT protocol, version FROM evaluations").all())
    assert {tuple(row) for row in versions} == {(protocol.name, protocol.version) for protocol in RUNGS}


def test_scoring_that_takes_long_is_done_in_parts_and_says_what_is_left(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add_run(a_run(*[f"no tags {number}" for number in range(120)]), RunOrigin.IMPORTED)
    assert store.scored_within("run-1", 0) == Backlog(left=70, total=120, again=False)
    monkeypatch.setattr(scoring, "scoring_version", lambda: "the rules of last year")
    store.score("run-1")
    monkeypatch.undo()
    told = [store.scored_within("run-1", 0) for _ in range(3)]
    assert told[:2] == [Backlog(left=70, total=120, again=True), Backlog(left=20, total=120, again=True)]
    assert isinstance(told[2], ScoredRun)
    assert len(told[2].rows) == 120


def test_evaluations_are_stored_with_their_protocols_version_and_readable(store: RunStore) -> None:
    store.add_run(a_run(a_trace()), RunOrigin.IMPORTED)
    store.score("run-1")
    query = "SELECT version, outcome, safe, reward, low, high FROM evaluations WHERE protocol = 'guarded'"
    with store._database.read() as connection:
        rows = connection.exec_driver_sql(query).all()
    assert [tuple(row) for row in rows] == [(PROTOCOLS["guarded"].version, "correct answer", True, 50.0, 0.0, 100.0)]


def test_no_more_runs_are_kept_open_than_the_bound(store: RunStore) -> None:
    for number in range(10):
        run: RunInfo = a_run_info(f"run-{number}")
        store.add_run(Run(run, (a_completion(text=f"{number}"),), (), (a_case(),)), RunOrigin.IMPORTED)
        store.scored(run.id)
    assert len(store._opened) == 8
    assert len(store.scored("run-0").rows) == 1


def test_a_completion_that_is_not_scored_yet_holds_back_those_after_it(store: RunStore) -> None:
    """One may be kept between the scoring of a run and its reading; columns of unequal length would be the end."""
    cases = tuple(a_case(id=f"case-{n}") for n in range(3))
    lease = store.create(a_run_info(), cases)
    for position, case in enumerate(cases):
        lease.keep(position, a_completion(text=f"{position}", case_id=case.id))
    columns = LoadedColumns("run-1")
    for scored, seen in ((0, 1), (2, 1), (1, 3)):
        store.score_one("run-1", scored, 0, cases[scored])
        with store._database.read() as connection:
            read = columns.read(connection)
        assert [row.case_id for row in read.rows] == [case.id for case in cases[:seen]]
        assert all(len(verdicts.safe) == seen for verdicts in read.at(85.0).values())
    lease.release(RunState.STOPPED)


def test_a_reader_sees_one_state_of_the_database(store: RunStore) -> None:
    store.add_run(a_run("one"), RunOrigin.IMPORTED)
    count = "SELECT COUNT(*) FROM runs"
    with store._database.read() as connection:
        before = connection.exec_driver_sql(count).scalar()
        store.add_run(a_run("two", id="run-2"), RunOrigin.IMPORTED)
        assert connection.exec_driver_sql(count).scalar() == before == 1
    assert len(store.heads()) == 2
