import json
from typing import Any

import pytest

from dipg_ui.records import CaseFailure, Stage
from dipg_ui.runner import LiveCitation, Phase, Progress, SectionMark
from dipg_ui.views.explore import Origin, live_json, result_json
from dipg_ui.views.offsets import encodable
from evaluator.evaluate import assess, reassess
from evaluator.types import Alteration, AlterationKind, DiffKind, DiffRun, GroundingStatus, Outcome, SectionKind, Span
from tests.unit.views.builders import (
    HOSTILE,
    MODEL,
    a_case,
    a_completion,
    a_grounding,
    an_assessment,
    an_evaluation,
)


def sent(value: object) -> Any:
    """As the browser gets it."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8"))


def unit_slice(text: str, start: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def test_passages_and_quotes_land_on_the_right_characters_among_emoji_and_hard_hyphens() -> None:
    case = a_case("😀😀 H3 K27‑altered glioma 🧠 was treated with 54 Gy in 30 fractions.", expected="54 Gy")
    text = "<think>🙂</think><proof>“was treated with 54 Gy in 30 fractions”</proof><answer>54 Gy 🙂</answer>"
    result = sent(result_json(a_completion(text), assess(case, text), case.context, Origin(1)))
    [citation] = result["citations"]
    assert unit_slice(case.context, *citation["span"]) == "was treated with 54 Gy in 30 fractions"
    assert unit_slice(text, citation["start"], citation["end"]) == "was treated with 54 Gy in 30 fractions"
    assert [unit_slice(text, s["start"], s["end"]) for s in result["sections"]][2] == "54 Gy 🙂"


def test_an_alteration_points_into_the_context_in_units() -> None:
    alteration = Alteration(AlterationKind.NUMBER, "50", "54", Span(0, 2), Span(2, 4), "It says 50.")
    grounding = a_grounding(
        "50 Gy",
        Span(2, 7),
        GroundingStatus.ALTERED,
        similarity=90.0,
        alterations=(alteration,),
        diff=(DiffRun(DiffKind.CHANGED, "50", "54"), DiffRun(DiffKind.SAME, " Gy", " Gy")),
    )
    result = sent(result_json(a_completion(), an_assessment("50 Gy", (grounding,)), "😀 54 Gy", Origin(1)))
    [citation] = result["citations"]
    assert citation["alterations"][0]["context_start"] == 3
    assert citation["spoken"] == "proof 1, altered, 90 percent"
    assert [run["kind"] for run in citation["diff"]] == ["changed", "same"]


@pytest.mark.parametrize(
    ("status", "label", "spoken"),
    [
        (GroundingStatus.EXACT, "exact match", "proof 1, exact match"),
        (GroundingStatus.FUZZY, "near match", "proof 1, near match, 91 percent"),
        (GroundingStatus.UNGROUNDED, "not found", "proof 1, not found"),
        (GroundingStatus.UNSCORABLE, "too short to judge", "proof 1, too short to judge"),
    ],
)
def test_a_citation_is_named_and_spoken_in_words(status: GroundingStatus, label: str, spoken: str) -> None:
    grounding = a_grounding("x y z", Span(0, 5), status, similarity=91.2)
    result = sent(result_json(a_completion(), an_assessment("x y z", (grounding,)), "x y z", Origin(1)))
    assert (result["citations"][0]["label"], result["citations"][0]["spoken"]) == (label, spoken)


def test_a_similarity_just_short_of_a_hundred_is_not_spoken_as_a_hundred() -> None:
    grounding = a_grounding("x y z", Span(0, 5), GroundingStatus.ALTERED, similarity=99.8)
    result = sent(result_json(a_completion(), an_assessment("x y z", (grounding,)), "x y z", Origin(1)))
    assert result["citations"][0]["spoken"] == "proof 1, altered, 99 percent"


def test_a_quote_that_is_altered_by_its_cut_alone_is_said_to_be() -> None:
    case = a_case("He was given 4 mg. It is not true that he was given 8 mg.")
    text = '<think>-</think><proof>"he was given 8 mg"</proof><answer>8 mg.</answer>'
    [shown] = sent(result_json(a_completion(text), assess(case, text), case.context, Origin(1)))["citations"]
    assert shown["status"] == "altered"
    assert shown["label"] == "altered by its cut"
    assert shown["spoken"] == "proof 1, altered by its cut, 99 percent"


def test_an_undecided_evaluation_asks_for_review_and_has_no_reward() -> None:
    undecided = an_evaluation("guarded", Outcome.NEEDS_REVIEW, reward=None)
    result = sent(result_json(a_completion(), an_assessment("", (), undecided), "", Origin(1)))
    assert result["review_needed"] is True
    assert (result["evaluations"][0]["tone"], result["evaluations"][0]["reward"]) == ("review", None)


def test_a_stored_result_says_when_and_where_it_was_recorded() -> None:
    origin = Origin(3, "k", stored=True, run_title="First run", machine="two cores", run="run-1")
    result = sent(result_json(a_completion(), an_assessment(), "", origin))
    assert result["stored"] is True
    head = result["completion"]
    assert (head["id"], head["machine"], head["run_title"], head["run"]) == ("k", "two cores", "First run", "run-1")
    assert head["started"].startswith("2025-01-02")


def test_tokens_per_second_do_not_count_the_wait_for_the_first() -> None:
    result = sent(result_json(a_completion(), an_assessment(), "", Origin(1)))
    assert result["completion"]["rate"] == 10.0  # 20 tokens in the 2 seconds after the first


def test_another_threshold_changes_what_is_shown_of_the_same_trace() -> None:
    case = a_case("Dexamethasone was tapered over two weeks because the gait had improved a lot.")
    text = "<proof>“Dexamethasone was tapered over weeks because gait improved”</proof><answer>tapered</answer>"
    strict = reassess(case, assess(case, text), 100)
    labels = [
        sent(result_json(a_completion(text), each, case.context, Origin(1)))["threshold"]
        for each in (assess(case, text), strict)
    ]
    assert labels == [85.0, 100]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_completions_stay_raw_and_encodable(text: str) -> None:
    completion = f"<think>{text}</think><proof>“{text}”</proof><answer>{text}</answer>"
    grounding = a_grounding(text, Span(7, 7 + len(text)), reason=text, diff=(DiffRun(DiffKind.CHANGED, text, text),))
    assessment = an_assessment(completion, (grounding,), an_evaluation("guarded", Outcome.REFUSAL, text))
    context = f"before {text} after"
    result = sent(result_json(a_completion(completion), assessment, context, Origin(1, text, True, text, text, text)))
    assert len(result["text"]) == len(completion)
    assert result["citations"][0]["text"] == result["citations"][0]["diff"][0]["source"] == encodable(text)
    live = sent(live_json(Progress(Phase.WRITING, completion, detail=text), 1, MODEL, context, stored=False))
    assert live["text"] == result["text"]


def test_a_growing_trace_counts_in_units_and_leaves_the_open_section_open() -> None:
    text = "<think>😀</think><proof>“is 54"
    citation = a_grounding("is 54", Span(4, 9), citation=a_grounding("is 54", None).citation)
    marks = (SectionMark(SectionKind.THINK, 7, 8), SectionMark(SectionKind.PROOF, 23, None))
    progress = Progress(Phase.WRITING, text, marks, (LiveCitation(citation, closed=False),), tokens=5)
    live = sent(live_json(progress, 2, MODEL, "😀 x is 54", stored=False))
    assert live["sections"] == [
        {"kind": "think", "start": 7, "end": 9},
        {"kind": "proof", "start": 24, "end": None},
    ]
    assert live["citations"][0]["span"] == [5, 10]
    assert live["citations"][0]["closed"] is False
    assert live["line"]["rate"] is None


def test_a_failure_keeps_what_was_received_and_says_what_failed() -> None:
    failure = CaseFailure("c1", Stage.GENERATE, "The server went away.", "so far")
    live = sent(live_json(Progress(Phase.FAILED, "so far", failure=failure), 1, MODEL, "", stored=False))
    assert live["text"] == "so far"
    assert live["error"] == {"title": "The model stopped before its end", "detail": "The server went away."}


def test_a_stopped_run_has_no_error() -> None:
    assert sent(live_json(Progress(Phase.STOPPED, "x"), 1, MODEL, "", stored=False))["error"] is None
