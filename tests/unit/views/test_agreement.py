"""The agreement view against scikit-learn and krippendorff on judgements drawn by chance, and what it keeps back."""

from __future__ import annotations

import json
import random
import warnings
from typing import Any

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from dipg_ui.judgements import AnswerLabel, Circumstances, Judgement, QuoteJudgement, ReviewEntry, Support
from dipg_ui.store import ScoredRun
from dipg_ui.views.agreement import Reviewed, agreement_json
from dipg_ui.views.review_labels import Scale
from evaluator.types import Case
from tests.builders import a_trace
from tests.unit.views.builders import HOSTILE
from tests.unit.views.scored import a_scored_run

CONTEXT = "The patient received 54 Gy in 30 fractions to the pons. Dexamethasone 2 mg was given twice daily."
TEXTS = (
    a_trace('"received 54 Gy in 30 fractions to the pons"'),
    a_trace('"received 59 Gy in 30 fractions to the pons"', "59 Gy"),
    a_trace('"the child was given a transplant last year"', "A transplant"),
)
Held = dict[tuple[str, str], ReviewEntry]


def a_run(count: int) -> ScoredRun:
    cases = [Case(f"case-{n}", CONTEXT, "What dose?", "54 Gy in 30 fractions") for n in range(count)]
    return a_scored_run([(case, TEXTS[n % 3]) for n, case in enumerate(cases)])


def an_entry(reviewer: str, key: str, answer: AnswerLabel, support: Support = Support.SUPPORTED) -> ReviewEntry:
    judgement = Judgement((QuoteJudgement(0, support, ""),), answer)
    return ReviewEntry("r1", key, reviewer, 1, judgement, "", None, True, "2026-01-02T03:04:05+00:00", Circumstances())


def held_by_chance(run: ScoredRun, reviewers: tuple[str, ...], seed: int, share: float = 1.0) -> Held:
    draw = random.Random(seed)
    return {
        (name, row.key): an_entry(name, row.key, draw.choice(list(AnswerLabel)), draw.choice(list(Support)))
        for name in reviewers
        for row in run.rows
        if draw.random() < share
    }


def seen(run: ScoredRun, held: Held, scale: Scale = Scale.OVERALL, asker: str = "") -> dict[str, Any]:
    questions = [f"Question {n}?" for n in range(len(run.rows))]
    told: dict[str, Any] = json.loads(
        json.dumps(agreement_json(Reviewed(run, held, questions, scale, 85.0, True, asker)))
    )
    return told


def test_kappa_with_a_protocol_is_that_of_scikit_learn_over_what_both_decided() -> None:
    run = a_run(30)
    held = held_by_chance(run, ("Ada", "Ben"), seed=4)
    told = seen(run, held)
    safe = run.at(85.0)["guarded"].safe
    mine = [
        entry.judgement is not None
        and entry.judgement.answer in {AnswerLabel.RIGHT, AnswerLabel.INCOMPLETE}
        and entry.judgement.quotes[0].support in {Support.SUPPORTED, Support.PARTLY}
        for entry in (held["Ada", row.key] for row in run.rows)
    ]
    row = next(each for each in told["protocols"] if (each["first"], each["protocol"]) == ("Ada", "guarded"))
    assert row["kappa"]["value"] == pytest.approx(cohen_kappa_score(mine, [bool(each) for each in safe]))
    assert row["kappa"]["n"] == 30
    assert sum(map(sum, row["counts"])) == 30
    assert row["kappa"]["low"] <= row["kappa"]["value"] <= row["kappa"]["high"]


@pytest.mark.parametrize(("scale", "level"), [(Scale.LABEL, "nominal"), (Scale.GRADE, "ordinal")])
def test_alpha_of_three_reviewers_is_that_of_the_reference_with_gaps(scale: Scale, level: str) -> None:
    run = a_run(40)
    names = ("Ada", "Ben", "Cho")
    held = held_by_chance(run, names, seed=9, share=0.8)
    told = seen(run, held, scale)
    order = list(AnswerLabel) if scale is Scale.LABEL else [AnswerLabel.RIGHT, AnswerLabel.INCOMPLETE]
    ratings = np.full((3, 40), np.nan)
    for at, name in enumerate(names):
        for column, row in enumerate(run.rows):
            entry = held.get((name, row.key))
            if entry is not None and entry.judgement is not None:
                answer = entry.judgement.answer
                ratings[at, column] = order.index(answer) if answer in order else len(order)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = krippendorff.alpha(reliability_data=ratings, level_of_measurement=level)
    assert told["alpha"]["value"] == pytest.approx(theirs)
    assert told["alpha"]["reviewers"] == 3


def test_two_reviewers_get_kappa_and_no_alpha_and_nine_answers_no_kappa() -> None:
    run = a_run(9)
    told = seen(run, held_by_chance(run, ("Ada", "Ben"), seed=2))
    assert told["alpha"] is None
    assert len(told["pairs"]) == 1
    for each in [*told["pairs"], *told["protocols"]]:
        assert each["kappa"]["value"] is None
        assert "Only 9" in each["kappa"]["reason"]


def test_where_v4_and_guarded_part_it_counts_whom_the_reviewer_sides_with() -> None:
    # Every third trace has its dose altered: V4 calls it safe, Guarded does not. Ada faults two of the four.
    run = a_run(12)
    held = {}
    for at, row in enumerate(run.rows):
        faulted = at in {1, 4, 2, 5, 8, 11}
        held["Ada", row.key] = an_entry("Ada", row.key, AnswerLabel.WRONG if faulted else AnswerLabel.RIGHT)
    told = seen(run, held)
    side = next(each for each in told["sides"] if (each["first"], each["second"]) == ("V4", "Guarded"))
    assert (side["n"], side["with_first"], side["with_second"]) == (4, 2, 2)


def test_disagreements_list_what_is_parted_on_and_keep_back_what_the_asker_has_not_judged() -> None:
    run = a_run(12)
    held = {("Ada", row.key): an_entry("Ada", row.key, AnswerLabel.RIGHT) for row in run.rows}
    held["Ben", run.rows[0].key] = an_entry("Ben", run.rows[0].key, AnswerLabel.WRONG)
    everything = seen(run, held)
    assert everything["withheld"] == 0
    assert everything["parted"] == 12
    told = seen(run, held, asker="Ben")
    assert [each["key"] for each in told["disagreements"]] == [run.rows[0].key]
    assert told["withheld"] == 11


def test_categories_carry_their_n_and_names_of_any_kind_come_through() -> None:
    run = a_run(12)
    for name in HOSTILE:
        held = {(name, row.key): an_entry(name, row.key, AnswerLabel.RIGHT) for row in run.rows}
        told = seen(run, held)
        assert told["reviewers"][0]["n"] == 12
        assert {each["category"] for each in told["categories"]} == {"other"}
        assert all(each["kappa"]["n"] == 12 for each in told["categories"])


def test_a_run_that_nobody_judged_has_no_figures() -> None:
    told = seen(a_run(3), {})
    assert told["reviewers"] == []
    assert told["protocols"] == []
    assert told["disagreements"] == []
