"""The hand-written answers to the built-in cases, each with the proof that its case expects, as whole completions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evaluator.cases import load_cases
from evaluator.evaluate import evaluate
from evaluator.metrics import CORRECT
from evaluator.protocols import PROTOCOLS
from evaluator.types import Case, Evaluation, Outcome
from tests.edits.sampling import BUILT_IN

_FILE = Path(__file__).parent / "paraphrases.jsonl"
GUARDED = PROTOCOLS["guarded"]


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """An answer in other words, `right` or wrong. `held_out` are those of every second case: the rules were not tuned
    on them."""

    case: Case
    answer: str
    right: bool
    held_out: bool


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """What became of answers: called correct, left to a clinician, or called anything else."""

    correct: int
    review: int
    other: int

    @property
    def n(self) -> int:
        return self.correct + self.review + self.other


def read_paraphrases() -> Iterator[Paraphrase]:
    cases = {case.id: case for case in load_cases(BUILT_IN).cases}
    for index, line in enumerate(_FILE.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        for right in (True, False):
            for answer in row["correct" if right else "wrong"]:
                yield Paraphrase(cases[row["case"]], answer, right, held_out=index % 2 == 1)


def completion_of(case: Case, answer: str) -> str:
    """A whole trace with the quotes that the case expects."""
    proof = "\n".join(f'"{quote}"' for quote in case.quotes)
    return f"<think>Look it up.</think>\n<proof>{proof}</proof>\n<answer>{answer}</answer>"


def judge_answer(case: Case, answer: str) -> Evaluation:
    """What Guarded makes of an answer that comes with the right proof."""
    return evaluate(case, completion_of(case, answer), GUARDED)


def count(evaluations: Iterator[Evaluation]) -> AnswerCounts:
    correct = review = other = 0
    for evaluation in evaluations:
        correct += evaluation.outcome in CORRECT
        review += evaluation.outcome is Outcome.NEEDS_REVIEW
        other += evaluation.outcome not in CORRECT | {Outcome.NEEDS_REVIEW}
    return AnswerCounts(correct, review, other)
