"""The Compare page's handlers on a real store."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import pytest

from dipg_ui.pages import sides
from dipg_ui.pages.compare import CompareHandlers, parse_asked, parse_query
from dipg_ui.pages.fields import InputRefused
from dipg_ui.records import GenerationSettings, Run, RunInfo
from dipg_ui.services import Services
from dipg_ui.settings import Settings
from dipg_ui.store import RunOrigin
from evaluator.types import Case
from tests.unit.views.builders import MODEL, a_case, a_completion
from tests.unit.views.unpacking import codes

CASE = a_case("The boy received 54 Gy in 30 fractions.", id="c1", question="Which dose?", expected="54 Gy")
OTHER = replace(CASE, id="c2", question="How many fractions?", expected="30")
TRACE = "<think>t</think><proof>“received 54 Gy in 30 fractions”</proof><answer>54 Gy</answer>"


def a_run(run_id: str, cases: tuple[Case, ...] = (CASE, OTHER), answered: int = 2) -> Run:
    info = RunInfo(
        run_id, f"Run {run_id}", f"2026-01-02T03:04:0{run_id[-1]}+00:00", "t", "m", MODEL, GenerationSettings()
    )
    done = tuple(
        a_completion(TRACE, case_id=case.id, started=f"2026-01-02T03:04:0{run_id[-1]}+00:00")
        for case in cases[:answered]
    )
    return Run(info, done, (), cases)


@pytest.fixture
def handlers(tmp_path: Path) -> CompareHandlers:
    services = Services(Settings(data_dir=tmp_path), {}, (), {})
    for number in ("r1", "r2"):
        services.store.add_run(a_run(number), RunOrigin.IMPORTED)
    services.store.add_run(a_run("empty-3", answered=0), RunOrigin.IMPORTED)
    return CompareHandlers(services)


def page(message: dict[str, str]) -> Any:
    return json.loads(message["message"])


def act(handlers: CompareHandlers, **payload: object) -> Any:
    return json.loads(json.dumps(handlers.answer({"action": "compare", **payload})))


def test_without_a_query_the_newest_run_with_an_answer_is_shown(handlers: CompareHandlers) -> None:
    shown = page(handlers.show_page(cast(gr.Request, SimpleNamespace(query_params={}))))
    assert [head["id"] for head in shown["heads"]] == ["empty-3", "r2", "r1"]
    assert (shown["run"], shown["other"], shown["threshold"]) == ("r2", "", 85.0)
    assert len(shown["view"]["table"]["case"]) == 2


def test_an_address_restores_runs_and_threshold(handlers: CompareHandlers) -> None:
    query = {"run": "r1", "with": "r2", "threshold": "92"}
    shown = page(handlers.show_page(cast(gr.Request, SimpleNamespace(query_params=query))))
    assert (shown["run"], shown["other"], shown["view"]["threshold"]) == ("r1", "r2", 92)
    assert codes(shown["view"]["columns"]["other"]["guarded"]) != [0, 0]


@pytest.mark.parametrize("threshold", ["", "x", "nan", "49", "101", "1e9"])
def test_a_threshold_that_is_none_is_left_at_its_default(threshold: str) -> None:
    assert parse_query({"threshold": threshold}).threshold == 85.0


def test_an_unknown_run_is_said_and_another_one_shown(handlers: CompareHandlers) -> None:
    shown = act(handlers, run="gone", other="r1")
    assert "gone" in shown["notice"]["detail"]
    assert (shown["run"], shown["other"]) == ("r2", "r1")


def test_a_run_without_answers_has_no_charts(handlers: CompareHandlers) -> None:
    shown = act(handlers, run="empty-3")
    assert shown["run"] == "empty-3"
    assert "view" not in shown


def test_a_page_is_told_how_far_the_scoring_is_instead_of_waiting_for_it(
    handlers: CompareHandlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sides, "SLICE_SECONDS", 0)
    cases = tuple(replace(CASE, id=f"case-{number}") for number in range(120))
    for run in ("r5", "r6"):
        handlers._services.store.add_run(a_run(run, cases, answered=120), RunOrigin.IMPORTED)
    told = [act(handlers, run="r5", other="r6") for _ in range(5)]
    assert [each.get("scoring") for each in told] == [
        {"run": "r5", "done": 50, "total": 120, "again": False},
        {"run": "r5", "done": 100, "total": 120, "again": False},
        {"run": "r6", "done": 50, "total": 120, "again": False},
        {"run": "r6", "done": 100, "total": 120, "again": False},
        None,
    ]
    assert ["view" in each for each in told] == [False, False, False, False, True]


def test_a_run_is_not_compared_with_itself(handlers: CompareHandlers) -> None:
    assert act(handlers, run="r1", other="r1")["other"] == ""


def test_a_table_that_is_known_is_not_sent_again(handlers: CompareHandlers) -> None:
    first = act(handlers, run="r1")
    again = act(handlers, run="r1", threshold=90, known=first["view"]["stamp"])
    assert "table" not in again["view"]
    assert again["view"]["threshold"] == 90


def test_a_page_that_follows_a_run_gets_nothing_where_it_has_not_grown(handlers: CompareHandlers) -> None:
    stamp = act(handlers, run="r1")["view"]["stamp"]
    again = act(handlers, run="r1", known=stamp, follow=True)
    assert again["view"] == {"stamp": stamp}
    assert [head["going"] for head in again["heads"]] == [False] * 3
    assert "table" in act(handlers, run="r2", known=stamp, follow=True)["view"]


@pytest.mark.parametrize("payload", [None, [], {"threshold": 12}, {"threshold": "x"}, {"run": 7}, {"asked": -1}])
def test_what_the_page_does_not_send_is_refused(payload: object) -> None:
    with pytest.raises(InputRefused):
        parse_asked(payload)


def test_a_refusal_is_a_notice(handlers: CompareHandlers) -> None:
    assert act(handlers, threshold=12)["notice"]["tone"] == "error"


def test_a_case_of_another_text_under_the_same_id_is_not_paired(handlers: CompareHandlers) -> None:
    changed = a_run("r4", (replace(CASE, question="Which drug?"), OTHER))
    handlers._services.store.add_run(changed, RunOrigin.IMPORTED)
    shown = act(handlers, run="r1", other="r4")
    assert [code == 0 for code in codes(shown["view"]["columns"]["other"]["guarded"])] == [True, False]
