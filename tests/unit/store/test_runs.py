"""What is stored comes back as it was, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dipg_ui.records import Run, completion_key
from dipg_ui.store import RunOrigin, RunState, RunStore, StoreError, UnknownRun
from evaluator.types import Behaviour, Case, Category, Difficulty
from tests.builders import a_case, a_completion, a_failure, a_run, a_run_info, a_trace, at_repeat

ODD = "café \U0001f9e0 \u2011 \x00 \x01 \x010000 \ud800 \udfff <b> %_' \\u0000 \u2028"


def test_a_run_comes_back_as_it_was(store: RunStore) -> None:
    case = Case(
        "ödd/1",
        f"Context {ODD}",
        f"Question {ODD}",
        expected=ODD,
        behaviour=Behaviour.FLAG_CONFLICT,
        quotes=("one", ODD),
        category=Category.CONFLICT,
        difficulty=Difficulty.HARD,
        probes="p",
        genre="g",
        source="s",
    )
    bare = Case("bare", "c", "q")
    completion = replace(a_completion(text=ODD, case_id=bare.id), started=ODD, prompt_hash=ODD)
    silent = replace(
        completion, prompt_tokens=None, completion_tokens=None, seconds_to_first_token=None, case_id=case.id
    )
    failure = replace(a_failure(bare.id, ODD), repeat=1, partial=ODD)
    run = Run(replace(a_run_info(repeats=2), created=ODD), (silent, completion), (failure,), (case, bare))
    assert store.add_run(run, RunOrigin.IMPORTED) == "run-1"
    assert store.load("run-1") == run


def test_a_context_that_cases_share_is_stored_once(store: RunStore) -> None:
    cases = tuple(a_case(id=str(n)) for n in range(3))
    store.add_run(Run(a_run_info(), cases=cases), RunOrigin.IMPORTED)
    told = store.load("run-1").cases
    assert told == cases
    assert told[0].context is told[1].context is told[2].context
    assert store.questions("run-1") == {place: case.question for place, case in enumerate(cases)}


def test_heads_count_what_ended_and_the_newest_comes_first(store: RunStore) -> None:
    older = a_run(a_trace(), a_trace(), a_trace())
    older = replace(older, completions=older.completions[:1], failures=(a_failure("case-2"), a_failure("case-2")))
    newer = replace(a_run_info("run-2"), created="2026-05-01T00:00:00+00:00")
    store.add_run(older, RunOrigin.IMPORTED)
    store.add_run(Run(newer, (a_completion(),), (), (a_case(),)), RunOrigin.RECORDED)
    second, first = store.heads()
    assert (second.info, second.origin, second.state, second.left) == (newer, RunOrigin.RECORDED, RunState.FINISHED, 0)
    assert (first.total, first.done, first.failed, first.left, first.state) == (3, 1, 1, 1, RunState.STOPPED)
    assert store.head("run-1") == first


def test_a_failure_that_was_made_good_is_kept_but_not_counted(store: RunStore) -> None:
    run = a_run(a_trace())
    store.add_run(replace(run, failures=(a_failure("case-1"),)), RunOrigin.IMPORTED)
    assert (store.head("run-1").done, store.head("run-1").failed) == (1, 0)
    assert store.load("run-1").failures == (a_failure("case-1"),)
    assert store.scored("run-1").failures == ()


@pytest.mark.parametrize("asked", ["load", "head", "scored", "delete", "ask_stop", "claim"])
def test_a_run_that_is_not_there_is_named(store: RunStore, asked: str) -> None:
    with pytest.raises(UnknownRun, match="no stored run 'none'"):
        getattr(store, asked)("none")


def test_a_completion_is_found_by_its_key_with_its_own_case(store: RunStore) -> None:
    run = a_run("first", "second")
    store.add_run(run, RunOrigin.IMPORTED)
    found = store.find(completion_key(run.completions[1]))
    assert found is not None
    assert (found.case, found.completion, found.info, found.position) == (run.cases[1], run.completions[1], run.info, 1)
    assert store.find("nothing") is None
    assert store.find(completion_key(run.completions[1]), "another") is None


def test_repeats_of_one_answer_have_keys_of_their_own() -> None:
    assert completion_key(a_completion()) != completion_key(at_repeat(a_completion(), 1))


def test_search_wants_every_word_somewhere_in_the_case_or_its_completion(store: RunStore) -> None:
    run = a_run("54 Gy were given, 100% sure", "no dose", "54 mg_kg")
    store.add_run(run, RunOrigin.IMPORTED)
    keys = [completion_key(completion) for completion in run.completions]
    assert store.search("run-1", "WERE sure") == {keys[0]}
    assert store.search("run-1", "100%") == {keys[0]}
    assert store.search("run-1", "mg_kg") == {keys[2]}
    assert store.search("run-1", "visit 2.") == {keys[1]}
    assert store.search("run-1", "case-3 mg") == {keys[2]}
    assert store.search("run-1", "") == set(keys)
    assert store.search("run-1", "nowhere") == set()


def test_the_same_run_again_changes_nothing(store: RunStore) -> None:
    run = a_run("one")
    store.add_run(run, RunOrigin.IMPORTED)
    assert store.add_run(run, RunOrigin.IMPORTED) == "run-1"
    assert store.add_run(replace(run, info=replace(run.info, id="other name")), RunOrigin.IMPORTED) == "run-1"
    assert len(store.heads()) == 1


def test_another_run_of_the_same_id_gets_one_of_its_own(store: RunStore) -> None:
    store.add_run(a_run("one"), RunOrigin.IMPORTED)
    assert store.add_run(a_run("two"), RunOrigin.IMPORTED) == "run-1-2"
    assert store.add_run(a_run("three"), RunOrigin.IMPORTED) == "run-1-3"
    assert store.load("run-1").completions[0].text == "one"


def test_a_newer_recording_takes_the_place_of_the_old_one_alone(store: RunStore) -> None:
    store.add_run(a_run("old"), RunOrigin.RECORDED)
    before = store.scored("run-1")
    assert store.add_run(a_run("new", "more"), RunOrigin.RECORDED) == "run-1"
    assert store.load("run-1") == a_run("new", "more")
    assert (len(before.rows), len(store.scored("run-1").rows)) == (1, 2)
    store.add_run(a_run("mine", id="mine"), RunOrigin.IMPORTED)
    assert store.add_run(a_run("shipped", id="mine"), RunOrigin.RECORDED) == "mine-2"


def test_a_completion_without_its_own_case_is_refused_and_nothing_is_stored(store: RunStore) -> None:
    run = a_run("one", "two")
    with pytest.raises(StoreError, match="'case-2' is not in the run"):
        store.add_run(replace(run, cases=run.cases[:1]), RunOrigin.IMPORTED)
    assert store.heads() == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cases": ()}, "at least one case|not in the run"),
        ({"completions": (a_completion(), a_completion())}, "two completions"),
        ({"completions": (at_repeat(a_completion(), 1),)}, "repeat 1 of 1"),
        ({"cases": (a_case(), a_case(question="another?"))}, "same id"),
        ({"info": a_run_info(repeats=0)}, "at least once|repeat 0 of 0"),
    ],
)
def test_a_run_that_does_not_add_up_is_refused(store: RunStore, changed: dict[str, object], said: str) -> None:
    run = Run(a_run_info(), (a_completion(),), (), (a_case(),))
    with pytest.raises(StoreError, match=said):
        store.add_run(replace(run, **changed), RunOrigin.IMPORTED)  # type: ignore[arg-type]  # one field a time


def test_deleting_a_run_leaves_the_others_and_no_text_of_its_own(store: RunStore) -> None:
    store.add_run(a_run("kept"), RunOrigin.IMPORTED)
    other = a_run("private", "text", id="run-2")
    store.add_run(other, RunOrigin.IMPORTED)
    store.scored("run-2")
    store.delete("run-2")
    assert store.load("run-1") == a_run("kept")
    assert store.find(completion_key(other.completions[0])) is None
    with store._database.read() as connection:  # what is left can be asked of the tables alone
        left = {row[0] for row in connection.exec_driver_sql("SELECT text FROM contexts")}
        counts = [
            connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}").scalar()  # noqa: S608 - names of our own
            for table in ("cases", "completions", "evaluations", "citations", "scorings")
        ]
    assert left == {a_run("kept").cases[0].context}
    assert counts == [1, 1, 0, 0, 0]
