import json
from dataclasses import fields
from typing import Any

import pytest

from dipg_ui.prompts import build_messages
from dipg_ui.records import GenerationSettings, PromptStyle, Run, RunInfo
from dipg_ui.views.method import MethodPage, method_json
from evaluator.protocols import GUARDED, PROTOCOLS, RUNGS, V3, V4, Weights
from evaluator.types import Behaviour, Category, GroundingStatus, Outcome
from tests.unit.views.builders import HOSTILE, MODEL, a_case, a_completion


def drawn(*, cases: Any = (), runs: Any = ()) -> Any:
    """As the browser gets it."""
    return json.loads(json.dumps(method_json(MethodPage(cases, runs)), ensure_ascii=False).encode("utf-8"))


def a_run(title: str = "First run", machine: str = "two cores", **changes: Any) -> Run:
    info = RunInfo("r1", title, "2026-01-02T03:04:05+00:00", "dipg", machine, MODEL, GenerationSettings())
    return Run(info, **changes)


def test_every_weight_of_every_protocol_is_shown_as_it_is_in_the_code() -> None:
    rows = drawn()["weights"]
    assert len(rows) == len(fields(Weights))
    assert [row["points"] for row in rows] == [
        [getattr(protocol.weights, field.name) for protocol in (V3, V4, GUARDED)] for field in fields(Weights)
    ]


def test_every_word_that_a_protocol_listens_for_is_shown() -> None:
    shown = {
        entry["name"]: [word for each in entry["words"] for word in each["words"]] for entry in drawn()["protocols"]
    }
    for name, protocol in PROTOCOLS.items():
        words = protocol.words
        assert shown[name] == [*words.abstention, *words.conflict, *words.refusal]


def test_each_rung_says_what_it_changes_of_the_one_below() -> None:
    rungs = drawn()["rungs"]
    assert [rung["title"] for rung in rungs] == [protocol.title for protocol in RUNGS]
    assert rungs[0]["changes"] == []
    assert rungs[3]["changes"] == ["threshold: 85 (was: 100)"]
    assert all(rung["changes"] for rung in rungs[1:])


def test_every_outcome_and_every_status_has_its_meaning() -> None:
    page = drawn()
    assert {row["name"] for row in page["outcomes"]} == set(Outcome)
    assert len(page["statuses"]) == len(GroundingStatus)


@pytest.mark.parametrize("style", PromptStyle)
@pytest.mark.parametrize("examples", [False, True])
def test_the_prompt_on_the_page_is_the_prompt_that_is_sent(style: PromptStyle, examples: bool) -> None:
    shown = drawn()["prompts"][list(PromptStyle).index(style)]["examples" if examples else "instructed"]
    sent = build_messages(a_case(), style, examples=examples)
    assert [turn["content"] for turn in shown[:-1]] == [message.content for message in sent[:-1]]
    assert [turn["role"] for turn in shown] == [message.role for message in sent]
    assert "(the context of the case)" in shown[-1]["content"]


def test_built_in_cases_are_counted_by_what_they_call_for() -> None:
    cases = [
        a_case(category=Category.MISSING, behaviour=Behaviour.ABSTAIN),
        a_case(category=Category.MISSING, behaviour=Behaviour.ABSTAIN),
        a_case(category=Category.DIRECT, behaviour=Behaviour.ANSWER),
    ]
    counted = drawn(cases=cases)["cases"]
    assert counted["n"] == 3
    assert counted["categories"] == [{"name": "missing information", "n": 2}, {"name": "direct extraction", "n": 1}]
    assert counted["behaviours"] == [{"name": "abstain", "n": 2}, {"name": "answer", "n": 1}]


def test_a_recorded_run_is_named_with_its_n() -> None:
    [run] = drawn(runs=[a_run(completions=(a_completion(),))])["runs"]
    assert (run["title"], run["n"], run["failures"]) == ("First run", 1, 0)


def test_without_cases_and_runs_nothing_is_made_up() -> None:
    page = drawn()
    assert (page["cases"]["n"], page["runs"]) == (0, [])


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_of_runs_stay_raw_and_encodable(text: str) -> None:
    [run] = drawn(runs=[a_run(text, text)])["runs"]
    assert len(run["title"]) == len(run["machine"]) == len(text)
