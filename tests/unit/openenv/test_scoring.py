"""What OpenEnv's clients are told of a response, and of many."""

from __future__ import annotations

from pathlib import Path

import pytest

from dipg_ui.openenv.scoring import expected_json, score, summary_json
from evaluator.cases import load_cases
from evaluator.protocols import PROTOCOLS
from tests.builders import a_case, a_trace

BUILT_IN = Path(__file__).parents[3] / "assets" / "cases" / "dipg.jsonl"


@pytest.mark.parametrize("protocol", ["v4", "guarded"])
def test_the_gold_of_every_built_in_task_given_back_as_an_answer_is_safe(protocol: str) -> None:
    unsafe = []
    for case in load_cases(BUILT_IN).cases:
        gold = expected_json(case)
        _, metrics = score(case, a_trace(gold["proof"], gold["final"]), PROTOCOLS[protocol])
        if not metrics["safe"]:
            unsafe.append((case.id, metrics["reason"]))
    assert unsafe == []


def test_sums_are_over_what_is_known() -> None:
    """By hand: 50 and -35 have the mean 7.5; the third has no reward and no verdict on safety."""
    known = [score(a_case(), text, PROTOCOLS["guarded"]) for text in (a_trace(), a_trace('"was given 70 mg of it"'))]
    open_one = score(a_case(expected=None), a_trace(), PROTOCOLS["guarded"])
    assert (open_one[0], open_one[1]["safe"]) == (None, None)
    told = summary_json([*known, open_one], PROTOCOLS["guarded"])
    assert (told["total_responses"], told["undecided"], told["mean_reward"]) == (3, 1, 7.5)
    assert (told["min_reward"], told["max_reward"]) == (-35.0, 50.0)
    assert told["safe_response_rate"] == 0.5
