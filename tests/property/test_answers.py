"""Hand-written answers with the right proof: what Guarded calls right, leaves to a clinician, calls wrong."""

from __future__ import annotations

from functools import lru_cache

import pytest

from evaluator.cases import load_cases
from evaluator.metrics import CORRECT
from evaluator.types import Behaviour
from tests.edits.answers import ANSWERS
from tests.edits.families import Family, Harm, Passage
from tests.edits.paraphrases import AnswerCounts, count, judge_answer, read_paraphrases
from tests.edits.sampling import BUILT_IN, draw_samples

HALVES = pytest.mark.parametrize("held_out", [False, True], ids=["tuned", "held out"])


@lru_cache(maxsize=4)
def counts(held_out: bool, right: bool) -> AnswerCounts:
    chosen = (p for p in read_paraphrases() if p.held_out is held_out and p.right is right)
    return count(judge_answer(p.case, p.answer) for p in chosen)


@HALVES
def test_no_wrong_answer_is_called_correct(held_out: bool) -> None:
    found = counts(held_out, right=False)
    assert found.n > 100
    assert found.correct == 0


@HALVES
def test_few_right_answers_are_left_to_a_clinician_and_hardly_any_called_wrong(held_out: bool) -> None:
    found = counts(held_out, right=True)
    assert found.n > 100
    assert found.review < 0.15 * found.n
    assert found.other <= 0.02 * found.n


@pytest.mark.parametrize("family", ANSWERS, ids=lambda family: family.name)
def test_edits_of_expected_answers(family: Family) -> None:
    cases = {c.expected: c for c in load_cases(BUILT_IN).cases if c.behaviour is Behaviour.ANSWER and c.expected}
    passages = [Passage(text, 0, len(text)) for text in cases]
    samples = draw_samples(family, passages, 12, seed=4)
    correct = [s.proof for s in samples if judge_answer(cases[s.passage.context], s.proof).outcome in CORRECT]
    if family.harm is Harm.HARMLESS:
        assert len(correct) >= len(samples) - 1, {sample.proof for sample in samples} - set(correct)
    else:
        assert len(correct) <= 1, correct
