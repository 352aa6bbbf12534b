"""The runs that a visitor sees first: whole, and still about the cases and prompts that the app has."""

from __future__ import annotations

from pathlib import Path

import pytest

from dipg_ui.prompts import build_messages, prompt_hash
from dipg_ui.settings import ASSETS
from dipg_ui.store import load_run
from evaluator.cases import load_cases

RUNS = sorted((ASSETS / "runs").glob("*.jsonl"))
CASES = {case.id: case for case in load_cases(ASSETS / "cases" / "dipg.jsonl").cases}


def test_a_run_is_shipped() -> None:
    assert RUNS


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_a_recorded_run_covers_the_built_in_set_and_says_what_made_it(path: Path) -> None:
    loaded = load_run(path)
    run = loaded.run
    assert loaded.problems == ()
    ended = [completion.case_id for completion in run.completions] + [failure.case_id for failure in run.failures]
    assert sorted(ended) == sorted(CASES)
    assert run.info.machine
    assert {completion.model.revision for completion in run.completions} == {run.info.model.revision}
    assert {completion.settings for completion in run.completions} == {run.info.settings}


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_a_recorded_completion_answers_the_prompt_that_its_case_gets_today(path: Path) -> None:
    """Otherwise the trace on screen is of another text than the context beside it: record the run again."""
    changed = []
    for completion in load_run(path).run.completions:
        messages = build_messages(CASES[completion.case_id], completion.settings.style, examples=True)
        if prompt_hash(messages) != completion.prompt_hash:
            changed.append(completion.case_id)
    assert changed == []
