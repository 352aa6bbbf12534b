import json
from dataclasses import replace
from typing import Any

import pytest

from dipg_ui.generation.base import ModelState, ModelStatus
from dipg_ui.plans import RunProgress
from dipg_ui.records import GenerationSettings, RunInfo, Stage
from dipg_ui.store import FailedRow, RunHead, RunOrigin, RunState
from dipg_ui.views.answers import Side
from dipg_ui.views.evaluate import CaseSet, form_json, progress_json, run_json
from dipg_ui.views.explore import ModelChoice, Notice, UploadNote
from dipg_ui.views.heads import heads_json, notice_json
from evaluator.types import Behaviour, Category
from tests.unit.views.builders import HOSTILE, MODEL, a_case
from tests.unit.views.scored import a_scored_run

TRACE = "<think>t</think><proof>“The dose is 54 Gy”</proof><answer>54 Gy</answer>"
INFO = RunInfo("r1", "Run", "2026-01-02T03:04:05+00:00", "set", "two cores", MODEL, GenerationSettings())


def sent(value: object) -> Any:
    """As the browser gets it."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8"))


def a_failure(reason: str, case_id: str = "c9") -> FailedRow:
    return FailedRow(8, 0, case_id, Category.DIRECT, Stage.GENERATE, reason, "", 1)


def a_side(*failures: FailedRow) -> Side:
    run = replace(a_scored_run([(a_case(), TRACE)]), failures=failures)
    return Side(run, ["What is the dose?"], ["Which dose?"] * len(failures))


def a_head(state: RunState, origin: RunOrigin = RunOrigin.GENERATED, *, done: int = 2, failed: int = 0) -> Any:
    return sent(heads_json([RunHead(INFO, origin, state, 5, done, failed)]))[0]


def test_a_set_tells_category_and_behaviour_of_each_case() -> None:
    cases = [a_case(category=Category.MISSING, behaviour=Behaviour.ABSTAIN), a_case(behaviour=None)]
    form = sent(form_json([CaseSet("s", "Set", cases)], [], None))
    [told] = form["sets"]
    names = [(form["categories"][c], form["behaviours"][b]) for c, b in told["cases"]]
    assert names == [("missing information", "abstain"), ("other", "")]


def test_a_model_that_cannot_be_used_is_listed_with_its_reason() -> None:
    choice = ModelChoice(MODEL, ModelStatus(ModelState.UNAVAILABLE, "No GPU was found."))
    [model] = sent(form_json([], [choice], None))["models"]
    assert (model["usable"], model["detail"]) == (False, "No GPU was found.")


def test_failures_are_rows_of_the_table_and_are_counted_by_reason() -> None:
    view = sent(run_json(a_side(a_failure("It broke."), a_failure("Too long."), a_failure("It broke."))))
    assert [row["reason"] for row in view["table"]["failures"]] == ["It broke.", "Too long.", "It broke."]
    assert [(each["reason"], each["n"]) for each in view["reasons"]] == [("It broke.", 2), ("Too long.", 1)]


def test_a_failure_is_never_a_score() -> None:
    view = sent(run_json(a_side(a_failure("It broke."))))
    assert len(view["columns"]["v4"]["rows"]) == 1
    assert view["charts"][0]["data"]["points"][0]["n"] == 1


def test_a_run_without_an_answer_has_no_chart() -> None:
    side = Side(replace(a_scored_run([(a_case(), TRACE)]), rows=(), failures=(a_failure("It broke."),)), [], ["Which?"])
    view = sent(run_json(side))
    assert (view["charts"], view["columns"]) == ([], None)
    assert len(view["table"]["failures"]) == 1


def test_what_is_known_is_not_sent_again() -> None:
    stamp = run_json(a_side())["stamp"]
    assert run_json(a_side(), str(stamp)) == {"stamp": stamp}
    assert "table" in run_json(a_side(a_failure("It broke.")), str(stamp))


@pytest.mark.parametrize(
    ("head", "going", "resumable", "retriable"),
    [
        (a_head(RunState.RUNNING), True, False, False),
        (a_head(RunState.STOPPED), False, True, False),
        (a_head(RunState.INTERRUPTED, failed=1), False, True, True),
        (a_head(RunState.FINISHED, done=4, failed=1), False, False, True),
        (a_head(RunState.FINISHED, done=5), False, False, False),
        (a_head(RunState.STOPPED, RunOrigin.IMPORTED, failed=1), False, False, False),
    ],
)
def test_a_run_says_what_can_be_done_with_it(head: Any, going: bool, resumable: bool, retriable: bool) -> None:
    assert (head["going"], head["resumable"], head["retriable"]) == (going, resumable, retriable)


def test_settings_that_nobody_told_are_not_made_up() -> None:
    head = RunHead(replace(INFO, settings_known=False), RunOrigin.IMPORTED, RunState.FINISHED, 1, 1, 0)
    assert sent(heads_json([head]))[0]["settings"] == "settings not given"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_stay_raw_and_encodable(text: str) -> None:
    info = replace(INFO, id=text, title=text, case_set=text, machine=text, model=replace(MODEL, title=text))
    head = RunHead(info, RunOrigin.IMPORTED, RunState.STOPPED, 1, 0, 0, text)
    progress = RunProgress(text, RunState.RUNNING, 1, 0, 0, case_id=text, detail=text)
    cases = [a_case(id="c")]
    form = form_json(
        [CaseSet(text, text, cases)],
        [ModelChoice(info.model, ModelStatus(ModelState.READY, text))],
        UploadNote(text, 1, (text,)),
    )
    told = sent(
        [
            heads_json([head]),
            progress_json(progress),
            form,
            notice_json(Notice(text, text)),
            run_json(a_side(a_failure(text, text))),
        ]
    )
    shown = told[0][0]["title"]
    assert len(shown) == len(text)
    assert [s for s in shown if s != "\ufffd"] == [c for c in text if not "\ud800" <= c <= "\udfff"]
    assert shown == told[0][0]["note"] == told[1]["detail"] == told[2]["upload"]["name"] == told[3]["title"]
    assert told[4]["table"]["failures"][0]["case"] == shown
