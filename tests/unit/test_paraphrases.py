"""The hand-written answers: three right and three wrong ones for each built-in case."""

from __future__ import annotations

import json
from pathlib import Path

from evaluator.cases import load_cases

ROOT = Path(__file__).parents[2]
CASES = load_cases(ROOT / "assets" / "cases" / "dipg.jsonl").cases
ROWS = [json.loads(line) for line in (ROOT / "tests/edits/paraphrases.jsonl").read_text(encoding="utf-8").splitlines()]


def test_each_case_has_three_right_and_three_wrong_answers_of_its_own():
    assert [row["case"] for row in ROWS] == [case.id for case in CASES]
    for row in ROWS:
        assert set(row) == {"case", "correct", "wrong"}
        assert len(row["correct"]) == len(row["wrong"]) == 3, row["case"]
        texts = [text.strip().casefold() for text in (*row["correct"], *row["wrong"])]
        assert all(texts), row["case"]
        assert len(set(texts)) == 6, row["case"]


def test_no_right_answer_repeats_the_expected_one():
    expected = {case.id: _plain(case.expected or "") for case in CASES}
    assert [row["case"] for row in ROWS if expected[row["case"]] in map(_plain, row["correct"])] == []


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()
