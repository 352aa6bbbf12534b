import json

import pytest

from dipg_ui.generation.base import ModelState, ModelStatus
from dipg_ui.records import GenerationSettings
from dipg_ui.views.explore import ModelChoice, Notice, PageState, UploadNote, case_summaries, page_json
from evaluator.types import Outcome
from tests.unit.views.builders import HOSTILE, MODEL, a_case


def a_page(**changes: object) -> PageState:
    values: dict[str, object] = {
        "rev": 1,
        "cases": [],
        "case": None,
        "models": [],
        "model": "small",
        "settings": GenerationSettings(),
        "threshold": 85.0,
    }
    return PageState(**{**values, **changes})  # type: ignore[arg-type]  # the tests name the fields they change


def test_a_case_without_outcomes_says_so() -> None:
    [summary] = case_summaries([a_case()], {})
    assert summary["outcome"] is None
    assert summary["words"] == 5


def test_outcomes_carry_their_words_and_their_tone() -> None:
    outcomes = {"c1": {"v4": Outcome.CORRECT_ANSWER, "guarded": Outcome.ALTERED_QUOTE}}
    [summary] = case_summaries([a_case()], outcomes)
    assert summary["outcome"] == {
        "v4": {"label": "correct answer", "tone": "good"},
        "guarded": {"label": "altered quote", "tone": "bad"},
    }


def test_an_unavailable_model_is_listed_with_its_reason_and_cannot_be_used() -> None:
    reason = "No GPU was found."
    page = page_json(a_page(models=[ModelChoice(MODEL, ModelStatus(ModelState.UNAVAILABLE, reason))]))
    [model] = page["models"]  # type: ignore[misc]  # JSON is typed as object
    assert (model["usable"], model["detail"], model["state"]) == (False, reason, "unavailable")


def test_a_page_without_a_case_has_none() -> None:
    assert page_json(a_page())["case"] is None


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_raw_and_encodable(text: str) -> None:
    case = a_case(text, question=text, expected=text, probes=text, genre=text)
    notice = Notice(text, text, "context")
    state = a_page(case=case, cases=case_summaries([case], {}), notice=notice, upload=UploadNote(text, 1, (text,)))
    page = json.loads(json.dumps(page_json(state), ensure_ascii=False).encode("utf-8"))
    shown = page["case"]["context"]
    assert len(shown) == len(text)
    assert [s for s in shown if s != "\ufffd"] == [c for c in text if not "\ud800" <= c <= "\udfff"]
    assert page["notice"]["title"] == page["upload"]["problems"][0] == shown
