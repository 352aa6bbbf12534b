"""A run as a file: our own form comes back as the same run, a table says what the store says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from dipg_ui.records import GenerationSettings, PromptStyle, Run
from dipg_ui.store import RunOrigin, RunStore
from dipg_ui.store.exports import run_as_csv, run_as_jsonl, run_as_parquet
from dipg_ui.store.imports import read_runs_file
from evaluator.evaluate import evaluate
from evaluator.protocols import RUNGS
from tests.builders import a_failure, a_run, a_trace
from tests.unit.store.test_runs import ODD

TEXTS = (
    a_trace(),
    '=HYPERLINK("http://evil")',
    "\n -2+3\x00",
    ODD.replace("\ud800 \udfff ", ""),
    a_trace('"no, ""quotes"""'),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    made = RunStore(f"sqlite:///{tmp_path / 'runs.sqlite3'}")
    yield made
    made.close()


def stored(store: RunStore, run: Run) -> Run:
    return store.load(store.add_run(run, RunOrigin.IMPORTED))


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def a_mixed_run() -> Run:
    run = a_run(*TEXTS)
    settings = GenerationSettings(temperature=0.0, max_new_tokens=7, seed=2**60, style=PromptStyle.JSON)
    again = replace(run.completions[0], settings=settings, prompt_tokens=None, text="\ud800 x", repeat=1)
    failures = (replace(a_failure("case-2", "=1+1"), repeat=1), replace(a_failure("case-2", "=2+2"), repeat=1))
    info = replace(run.info, repeats=2, settings_known=True)
    return replace(run, info=info, completions=(*run.completions, again), failures=failures)


def test_our_own_form_comes_back_as_the_same_run_and_the_same_bytes(store: RunStore, tmp_path: Path) -> None:
    run = stored(store, a_mixed_run())
    data = run_as_jsonl(run)
    read = read_runs_file(data, "run.jsonl")
    assert (read.runs, read.problems) == ((run,), ())
    other = RunStore(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    assert run_as_jsonl(other.load(other.add_run(read.runs[0], RunOrigin.IMPORTED))) == data
    other.close()


def test_a_run_made_here_that_comes_back_from_its_file_is_the_same_run(store: RunStore) -> None:
    made = a_run("text")
    lease = store.create(made.info, made.cases)
    lease.keep(0, made.completions[0])
    lease.release(store.head("run-1").state)
    (back,) = read_runs_file(run_as_jsonl(store.load("run-1")), "run.jsonl").runs
    assert store.add_run(back, RunOrigin.IMPORTED) == "run-1"
    assert len(store.heads()) == 1


def test_a_table_says_what_scoring_says(store: RunStore) -> None:
    run = stored(store, a_mixed_run())
    told = rows(run_as_csv(run, store.scored("run-1"), 70.0))
    assert len(told) == len(run.completions) + 1
    own = {case.id: case for case in run.cases}
    for row, completion in zip(told, run.completions, strict=False):
        for protocol in RUNGS:
            right = evaluate(own[completion.case_id], completion.text, protocol.at(70.0))
            name = protocol.name.replace("-", "_")
            assert row[f"{name}_outcome"] == right.outcome.value
            assert row[f"{name}_reward"] == ("" if right.reward is None else str(right.reward))
            assert row[f"{name}_safe"] == ("" if right.flags.safe is None else str(right.flags.safe))
            assert row[f"{name}_threshold"] == str(right.threshold)
    first = told[0]
    names = ("run", "case", "repeat", "citations", "citations_exact", "citations_altered")
    assert [first[name] for name in names] == ["run-1", "case-1", "0", "1", "1", "0"]
    again = [told[1][name] for name in ("repeat", "seed", "temperature", "style", "prompt_tokens", "completion")]
    assert again == ["1", str(2**60), "0.0", "json", "", "\ufffd x"]
    assert (told[-1]["failure_stage"], told[-1]["failure"], told[-1]["v4_safe"]) == ("generate", "'=2+2", "")


def test_a_spreadsheet_runs_no_text_of_a_model(store: RunStore) -> None:
    run = stored(store, a_mixed_run())
    told = [row["completion"] for row in rows(run_as_csv(run, store.scored("run-1"), 85.0))]
    assert '\'=HYPERLINK("http://evil")' in told
    assert "'\n -2+3\x00" in told
    assert a_trace() in told
    assert not any(text.lstrip().startswith(("=", "+", "-", "@")) for text in told)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A1", "\t=1", "\r=1", " =1", "\n=1", "＝1", "＠x", "\ttext"])
def test_every_beginning_of_a_formula_is_disarmed(store: RunStore, text: str) -> None:
    run = stored(store, a_run(text))
    (row,) = rows(run_as_csv(run, store.scored("run-1"), 85.0))
    assert row["completion"] == f"'{text}"


def test_parquet_keeps_texts_and_types(store: RunStore) -> None:
    run = stored(store, a_mixed_run())
    table = pq.read_table(io.BytesIO(run_as_parquet(run, store.scored("run-1"), 85.0)))
    types = {field.name: str(field.type) for field in table.schema}
    assert (types["seed"], types["v4_safe"], types["v4_reward"], types["completion"]) == (
        "int64",
        "bool",
        "double",
        types["run"],
    )
    told = table.to_pylist()
    assert [row["completion"] for row in told[:-1]] == [c.text.replace("\ud800", "\ufffd") for c in run.completions]
    assert told[-1]["completion"] is None
    assert told[-1]["failure"] == "=2+2"


def test_what_other_software_did_not_say_is_empty(store: RunStore) -> None:
    run = a_run(a_trace())
    run = stored(store, replace(run, info=replace(run.info, settings_known=False)))
    (row,) = rows(run_as_csv(run, store.scored("run-1"), 85.0))
    assert (row["temperature"], row["seed"], row["style"], row["seconds"]) == ("", "", "", "")


def test_a_run_of_nothing_yet_is_a_table_of_nothing(store: RunStore) -> None:
    run = stored(store, replace(a_run("x"), completions=()))
    scored = store.scored("run-1")
    assert rows(run_as_csv(run, scored, 85.0)) == []
    assert pd.read_parquet(io.BytesIO(run_as_parquet(run, scored, 85.0))).empty
