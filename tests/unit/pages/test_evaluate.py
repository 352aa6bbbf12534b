"""The Evaluate page's handlers: real store, real queue, a server of the tests' own as the model."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import pytest

from dipg_ui.generation.server import Endpoint as Address
from dipg_ui.generation.server import ServerBackend
from dipg_ui.pages import sides
from dipg_ui.pages.evaluate import EvaluateHandlers, EvaluateSession
from dipg_ui.pages.fields import InputRefused
from dipg_ui.pages.run_actions import Start, make_plan, parse_request
from dipg_ui.records import GenerationSettings
from dipg_ui.services import Services
from dipg_ui.settings import Settings
from dipg_ui.store import RunOrigin
from dipg_ui.store.exports import run_as_jsonl
from evaluator.types import Behaviour, Category
from tests.browser.endpoint import Endpoint
from tests.builders import a_run
from tests.unit.test_openenv_cases import TASK, answering
from tests.unit.views.builders import a_case
from tests.unit.views.unpacking import column

CONTEXT = "The boy received 54 Gy in 30 fractions."
TRACE = "<think>t</think><proof>“received 54 Gy in 30 fractions”</proof><answer>54 Gy</answer>"
CASES = {
    case.id: case
    for case in (
        a_case(CONTEXT, id="c1", category=Category.DIRECT, behaviour=Behaviour.ANSWER),
        a_case(CONTEXT, id="c2", category=Category.DIRECT, behaviour=Behaviour.ABSTAIN),
        a_case(CONTEXT, id="c3", category=Category.MISSING, behaviour=Behaviour.ABSTAIN),
    )
}
FORM = {"case_set": "built-in", "model": "server", "n": 3, "repeats": 1, "temperature": 0.0, "seed": 1}


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    served = Endpoint()
    served.say(TRACE)
    yield served
    served.close()


@pytest.fixture
def services(tmp_path: Path, endpoint: Endpoint) -> Iterator[Services]:
    backend = ServerBackend(Address(endpoint.url, "", ""))
    made = Services(Settings(data_dir=tmp_path), CASES, (), {"server": backend})
    backend.load()
    yield made
    made.stop()
    endpoint.release()
    made.run_queue.wait(10)


@pytest.fixture
def handlers(services: Services) -> EvaluateHandlers:
    return EvaluateHandlers(services)


def page(message: dict[str, str]) -> Any:
    return json.loads(message["message"])


def act(handlers: EvaluateHandlers, session: EvaluateSession | None = None, **payload: object) -> Any:
    return page(handlers.act(session or EvaluateSession(), cast(gr.EventData, SimpleNamespace(_data=payload))))


def until_ended(handlers: EvaluateHandlers, run: str) -> Any:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        shown = act(handlers, action="show", run=run)
        if shown["progress"]["state"] not in {"queued", "running"} and not any(h["going"] for h in shown["heads"]):
            return shown
        time.sleep(0.05)
    raise AssertionError("the run did not end")


def test_on_arrival_there_are_sets_and_models_to_choose_from(handlers: EvaluateHandlers) -> None:
    message, _ = handlers.show_page(EvaluateSession(), cast(gr.Request, SimpleNamespace(query_params={})))
    shown = page(message)
    assert [each["id"] for each in shown["form"]["sets"]] == ["built-in"]
    assert len(shown["form"]["sets"][0]["cases"]) == 3
    assert [each["id"] for each in shown["form"]["models"]] == ["server"]
    assert (shown["heads"], shown["run"]) == ([], "")


def test_a_run_asks_every_case_and_each_answer_is_a_row(handlers: EvaluateHandlers) -> None:
    started = act(handlers, action="start", **FORM)
    assert started["started"] is True
    shown = until_ended(handlers, started["run"])
    assert (shown["progress"]["done"], shown["progress"]["total"]) == (3, 3)
    assert shown["view"]["table"]["case"] == ["c1", "c2", "c3"]
    assert len(column(shown["view"]["columns"]["guarded"], "safe")) == 3
    assert [chart["id"] for chart in shown["view"]["charts"]] == ["rates", "rewards"]


def test_what_the_page_has_is_not_sent_again_and_a_light_look_has_no_answers(handlers: EvaluateHandlers) -> None:
    shown = until_ended(handlers, act(handlers, action="start", **FORM)["run"])
    again = act(handlers, action="show", run=shown["run"], known=shown["view"]["stamp"])
    assert again["view"] == {"stamp": shown["view"]["stamp"]}
    assert "view" not in act(handlers, action="show", run=shown["run"], light=True)


def test_a_stopped_run_goes_on_from_what_is_stored(handlers: EvaluateHandlers, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=20)
    run = act(handlers, action="start", **FORM)["run"]
    assert endpoint.asked.wait(10)
    act(handlers, action="stop", run=run)
    endpoint.release()
    stopped = until_ended(handlers, run)
    assert stopped["progress"]["state"] == "stopped"
    assert stopped["heads"][0]["resumable"] is True
    endpoint.say(TRACE)
    act(handlers, action="resume", run=run)
    assert until_ended(handlers, run)["progress"]["done"] == 3


def test_failures_are_told_by_reason_and_can_be_tried_again(handlers: EvaluateHandlers, endpoint: Endpoint) -> None:
    endpoint.say(TRACE, hold_after=20, breaks=True)
    run = act(handlers, action="start", **{**FORM, "n": 2})["run"]
    shown = until_ended(handlers, run)
    assert shown["progress"]["failed"] == sum(each["n"] for each in shown["view"]["reasons"]) == 2
    assert [each["case"] for each in shown["view"]["table"]["failures"]] == ["c1", "c2"]
    endpoint.say(TRACE)
    act(handlers, action="retry", run=run)
    again = until_ended(handlers, run)
    assert (again["progress"]["done"], again["view"]["table"]["failures"]) == (2, [])


def test_words_are_sought_in_the_answers_themselves(handlers: EvaluateHandlers) -> None:
    run = until_ended(handlers, act(handlers, action="start", **FORM)["run"])["run"]
    found = act(handlers, action="search", run=run, words="received 54 Gy")["found"]
    assert (found["words"], len(found["keys"])) == ("received 54 Gy", 3)
    assert act(handlers, action="search", run=run, words="carboplatin")["found"]["keys"] == []


def test_a_page_is_told_how_far_the_scoring_is_instead_of_waiting_for_it(
    handlers: EvaluateHandlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sides, "SLICE_SECONDS", 0)
    handlers._services.store.add_run(a_run(*["no tags"] * 60), RunOrigin.IMPORTED)
    told = [act(handlers, action="show", run="run-1") for _ in range(2)]
    assert told[0]["scoring"] == {"run": "run-1", "done": 50, "total": 60, "again": False}
    assert "view" not in told[0]
    assert "scoring" not in told[1]
    assert len(told[1]["view"]["table"]["case"]) == 60


def test_a_deleted_run_is_gone(handlers: EvaluateHandlers) -> None:
    run = until_ended(handlers, act(handlers, action="start", **FORM)["run"])["run"]
    assert act(handlers, action="delete", run=run)["heads"] == []


def test_a_run_that_cannot_be_started_is_a_notice(handlers: EvaluateHandlers) -> None:
    shown = act(handlers, action="start", **{**FORM, "model": "no-such-model"})
    assert shown["notice"]["title"] == "The run cannot be started"
    assert "no-such-model" in shown["notice"]["detail"]
    assert act(handlers, action="start", **{**FORM, "case_set": "uploaded"})["notice"]["tone"] == "error"


def test_an_uploaded_set_is_this_tabs_own_and_can_be_run(handlers: EvaluateHandlers, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps({"id": "m1", "context": CONTEXT, "question": "Which dose?"}) + "\n{broken\n")
    session = EvaluateSession()
    message, _ = handlers.upload(session, str(file))
    sets = page(message)["form"]["sets"]
    assert [(each["id"], each["title"], each["shared"]) for each in sets][1] == ("uploaded", "mine.jsonl", False)
    assert "line 2" in page(message)["form"]["upload"]["problems"][0]
    assert not file.exists()
    run = act(handlers, session, action="start", **{**FORM, "case_set": "uploaded", "n": 1})["run"]
    assert until_ended(handlers, run)["view"]["table"]["case"] == ["m1"]
    other, _ = handlers.show_page(EvaluateSession(), cast(gr.Request, SimpleNamespace(query_params={})))
    assert len(page(other)["form"]["sets"]) == 1


def test_a_file_with_other_columns_is_shown_first_and_used_when_they_are_chosen(
    handlers: EvaluateHandlers, tmp_path: Path
) -> None:
    file = tmp_path / "theirs.csv"
    file.write_text(f'passage,query,remark\n"{CONTEXT}",Which dose?,54 Gy\n,none,\n')
    session = EvaluateSession()
    message, _ = handlers.upload(session, str(file))
    asked = page(message)["form"]["columns"]
    assert not file.exists()
    assert len(page(message)["form"]["sets"]) == 1
    assert [each["name"] for each in asked["columns"]] == ["passage", "query", "remark"]
    assert asked["columns"][1]["sample"] == "Which dose?"
    assert asked["chosen"] == {"context": "passage", "question": "query"}
    assert (asked["kept"], asked["looked"], asked["rows"]) == (1, 2, 2)
    assert asked["preview"] == [{"context": CONTEXT, "question": "Which dose?", "expected": ""}]
    chosen = {"context": "passage", "question": "query", "expected": "remark"}
    shown = act(handlers, session, action="map_columns", columns=chosen)["form"]["columns"]
    assert shown["preview"][0]["expected"] == "54 Gy"
    missing = act(handlers, session, action="map_columns", columns={"question": "query"})["form"]["columns"]
    assert (missing["missing"], missing["kept"], missing["preview"]) == (["context"], 0, [])
    refused = act(handlers, session, action="use_columns", columns={"question": "query"})
    assert refused["notice"]["title"] == "These cases cannot be read yet"
    used = act(handlers, session, action="use_columns", columns=chosen)["form"]
    assert used["columns"] is None
    assert [(each["title"], len(each["cases"])) for each in used["sets"]][1:] == [("theirs.csv", 1)]
    assert used["upload"]["problems"] == ["line 3, context: is missing"]
    run = act(handlers, session, action="start", **{**FORM, "case_set": "uploaded", "n": 1})["run"]
    assert until_ended(handlers, run)["progress"]["done"] == 1


def test_a_file_that_is_let_be_leaves_the_sets_as_they_were(handlers: EvaluateHandlers, tmp_path: Path) -> None:
    file = tmp_path / "theirs.csv"
    file.write_text("a,b\n1,2\n")
    session = EvaluateSession()
    message, _ = handlers.upload(session, str(file))
    assert page(message)["form"]["columns"]["missing"] == ["context", "question"]
    dropped = act(handlers, session, action="drop_columns")["form"]
    assert (dropped["columns"], len(dropped["sets"])) == (None, 1)
    again = act(handlers, session, action="use_columns", columns={"context": "a", "question": "b"})
    assert again["notice"]["tone"] == "error"


def test_columns_that_are_no_names_are_refused(handlers: EvaluateHandlers) -> None:
    for columns in ([1], "context", {"context": {"a": 1}}):
        assert act(handlers, action="map_columns", columns=columns)["notice"]["tone"] == "error"


def test_a_data_set_of_the_hub_is_not_fetched_without_leave(handlers: EvaluateHandlers) -> None:
    shown = act(handlers, action="fetch_set", id="no-such-owner/no-such-set")
    assert shown["notice"]["title"] == "The data set cannot be used"
    assert "DIPG_ALLOW_DOWNLOAD=1" in shown["notice"]["detail"]
    assert "is no data set of the hub" in act(handlers, action="fetch_set", id="../../x")["notice"]["detail"]


def test_the_tasks_of_an_openenv_server_become_a_set(handlers: EvaluateHandlers) -> None:
    session = EvaluateSession()
    with answering({"tasks": [TASK]}) as address:
        shown = act(handlers, session, action="fetch_set", id=address)
    name = address.removeprefix("openenv:http://")
    assert (shown["notice"]["tone"], shown["notice"]["detail"]) != ("error", "")
    assert [(each["title"], len(each["cases"])) for each in shown["form"]["sets"]][1:] == [(name, 1)]
    refused = act(handlers, session, action="fetch_set", id="openenv:http://127.0.0.1:9")
    assert refused["notice"]["title"] == "The data set cannot be used"


def test_a_page_that_others_can_reach_asks_no_server_that_a_visitor_names(services: Services) -> None:
    shared = Services(Settings(data_dir=services.settings.data_dir, host="0.0.0.0"), CASES, (), services.backends)  # noqa: S104 - as a setting, no bind
    with answering({"tasks": [TASK]}) as address:
        shown = act(EvaluateHandlers(shared), action="fetch_set", id=address)
    assert "DIPG_OPENENV_URL" in shown["notice"]["detail"]


def test_an_exported_run_comes_back(handlers: EvaluateHandlers, services: Services, tmp_path: Path) -> None:
    run = until_ended(handlers, act(handlers, action="start", **FORM)["run"])["run"]
    file = tmp_path / "run.jsonl"
    file.write_bytes(run_as_jsonl(services.store.load(run)))
    act(handlers, action="delete", run=run)
    shown = page(handlers.import_runs(EvaluateSession(), str(file)))
    assert shown["notice"]["detail"].startswith("1 run with 3 answers")
    assert shown["heads"][0]["origin"] == "imported"
    assert len(shown["view"]["table"]["case"]) == 3
    assert not file.exists()


def test_a_file_that_is_no_run_is_refused_by_name(handlers: EvaluateHandlers, tmp_path: Path) -> None:
    file = tmp_path / "scan.jsonl"
    file.write_bytes(b"\x89PNG\xff")
    assert "scan.jsonl" in page(handlers.import_runs(EvaluateSession(), str(file)))["notice"]["detail"]


def a_start(**changes: Any) -> Start:
    values = {"case_set": "s", "category": "", "behaviour": "", "n": 99, "repeats": 1, "model": "m", "title": ""}
    return Start(**{**values, "settings": GenerationSettings(), **changes})


def test_a_plan_holds_the_part_that_was_chosen_and_says_so() -> None:
    cases = list(CASES.values())
    whole = make_plan(a_start(n=3), "Set", cases)
    assert (len(whole.cases), whole.case_set) == (3, "Set")
    part = make_plan(a_start(category="direct extraction", behaviour="abstain"), "Set", cases)
    assert ([case.id for case in part.cases], part.case_set) == (["c2"], "Set (direct extraction, abstain)")
    few = make_plan(a_start(n=1, behaviour="abstain"), "Set", cases)
    assert ([case.id for case in few.cases], few.case_set) == (["c2"], "Set (abstain, first 1)")
    with pytest.raises(InputRefused):
        make_plan(a_start(category="haystack"), "Set", cases)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {"action": "unknown"},
        {"action": "start"},
        {"action": "start", **FORM, "n": 0},
        {"action": "start", **FORM, "repeats": 1000},
        {"action": "start", **FORM, "temperature": 9},
        {"action": "search"},
    ],
)
def test_what_the_page_does_not_send_is_refused(payload: object) -> None:
    with pytest.raises(InputRefused):
        parse_request(payload)
