"""Rates, their intervals and summaries, against values published or worked out by hand."""

from __future__ import annotations

import pytest

from evaluator.metrics import Rate, summarise
from evaluator.types import Evaluation, Flags, Outcome


def an_evaluation(
    outcome: Outcome = Outcome.CORRECT_ANSWER,
    *,
    safe: bool | None = True,
    refusal: bool | None = False,
    reward: float | None = 50.0,
) -> Evaluation:
    flags = Flags(safe, hallucination=False, refusal=refusal, inconsistency=None, format_error=False)
    return Evaluation("v4", "1", 85.0, outcome, flags, reward)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0000),  # not in the table: n / (n + z²)
    ],
)
def test_the_interval_is_the_published_wilson_interval(hits: int, n: int, low: float, high: float) -> None:
    interval = Rate("safe", hits, n).interval
    assert interval is not None
    assert interval == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_nothing_over_nothing_is_none() -> None:
    rate = Rate("safe", 0, 0)
    assert rate.value is None
    assert rate.interval is None


def test_the_interval_of_none_and_of_all_reaches_the_very_end() -> None:
    none, everything = Rate("safe", 0, 7).interval, Rate("safe", 7, 7).interval
    assert none is not None
    assert everything is not None
    assert (none[0], everything[1]) == (0.0, 1.0)


@pytest.mark.parametrize(("hits", "n"), [(2, 1), (-1, 1), (0, -1)])
def test_an_impossible_rate_is_refused(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        Rate("safe", hits, n)


def test_a_summary_of_nothing_has_no_value_at_all() -> None:
    summary = summarise([])
    assert (summary.n, summary.mean_reward, summary.rewarded, summary.outcomes) == (0, None, 0, ())
    assert all(rate.value is None for rate in summary.rates)


def test_flags_that_are_none_are_left_out_of_n() -> None:
    summary = summarise([an_evaluation(), an_evaluation(safe=None), an_evaluation(safe=False)])
    assert (summary.safe.hits, summary.safe.n) == (1, 2)
    assert summary.inconsistency.value is None


def test_what_needs_review_is_counted_apart_and_has_no_part_in_the_mean() -> None:
    undecided = an_evaluation(Outcome.NEEDS_REVIEW, safe=None, reward=None)
    summary = summarise([an_evaluation(reward=50.0), an_evaluation(Outcome.WRONG_ANSWER, reward=20.0), undecided])
    assert (summary.needs_review, summary.n) == (1, 3)
    assert (summary.mean_reward, summary.rewarded) == (35.0, 2)
    assert (summary.correct.hits, summary.correct.n) == (1, 2)


@pytest.mark.parametrize("outcome", [Outcome.CORRECT_ANSWER, Outcome.CORRECT_ABSTENTION, Outcome.CORRECT_CONFLICT])
def test_all_three_ways_to_be_right_are_correct(outcome: Outcome) -> None:
    assert summarise([an_evaluation(outcome)]).correct.value == 1.0


def test_outcomes_stand_by_their_frequency() -> None:
    summary = summarise([an_evaluation(Outcome.REFUSAL), an_evaluation(), an_evaluation()])
    assert summary.outcomes == ((Outcome.CORRECT_ANSWER, 2), (Outcome.REFUSAL, 1))
