"""A run as lm-evaluation-harness logs samples, held against a line that the real package wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from dipg_ui.prompts import build_messages, prompt_hash
from dipg_ui.records import PromptStyle, Run
from dipg_ui.sharing import harness
from dipg_ui.sharing.forms import run_file
from dipg_ui.store import RunOrigin, temporary_store
from tests.builders import a_run, a_trace
from tests.unit.views.builders import HOSTILE

WRITTEN_BY_IT: dict[str, Any] = json.loads(
    r"""{"doc_id": 0, "doc": {"id": "a", "context": "c ü", "question": "q?", "expected": "e"}, "target": "e",
    "arguments": {"gen_args_0": {"arg_0": "[{\"role\": \"user\", \"content\": \"c ü q?\"}]",
    "arg_1": {"until": [], "max_gen_toks": 12, "temperature": 0.3}}}, "resps": [["say"]], "filtered_resps": ["say"],
    "filter": "none", "metrics": ["exact_match"],
    "doc_hash": "3e87e0e76296aadd49759e7bed2f91295b25eb5e30d579380f546d7c2e7fddfd",
    "prompt_hash": "fd3c42e0bc5315e2c3ddc90a6a5524db5599d04c74daf0732ccf63d25d253ae5",
    "target_hash": "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea", "exact_match": 0.0}"""
)
"""lm_eval 0.4.13: `simple_evaluate` with a chat template over a task of one document, then
`EvaluationTracker.save_results_samples`."""


def samples(run: Run) -> tuple[str, list[dict[str, Any]]]:
    store = temporary_store()
    file = run_file(store, store.add_run(run, RunOrigin.IMPORTED), "lm-eval")
    return file.name, [json.loads(line) for line in file.data.decode("utf-8").split("\n") if line]


def shape(value: object) -> object:
    """The nesting and the types of a value, without what it says."""
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def test_a_line_has_the_keys_the_nesting_and_the_fingerprints_of_the_real_package() -> None:
    run = a_run(a_trace(), a_trace('"received 59 Gy in 30 fractions"', "59 Gy"))
    fingerprint = prompt_hash(build_messages(run.cases[0], PromptStyle.TAGS, examples=True))
    run = replace(run, completions=(replace(run.completions[0], prompt_hash=fingerprint), run.completions[1]))
    name, (first, second) = samples(run)
    assert name == "samples_built-in_2026-01-02T03-04-05-00-00.jsonl"
    own = {key: value for key, value in first.items() if key not in first["metrics"] and key != "repeat"}
    theirs = {key: value for key, value in WRITTEN_BY_IT.items() if key not in WRITTEN_BY_IT["metrics"]}
    assert list(own) == list(theirs)
    for key in ("doc_id", "target", "resps", "filtered_resps", "filter", "doc_hash", "prompt_hash", "target_hash"):
        assert shape(own[key]) == shape(theirs[key]), key
    assert set(WRITTEN_BY_IT["arguments"]["gen_args_0"]["arg_1"]) <= set(first["arguments"]["gen_args_0"]["arg_1"])
    assert [first["v4_safe"], second["v4_safe"], second["guarded_safe"], first["v3_refusal"]] == [1.0, 1.0, 0.0, None]
    asked = json.loads(first["arguments"]["gen_args_0"]["arg_0"])
    assert asked[-1]["role"] == "user"
    assert "What total dose was given?" in asked[-1]["content"]
    assert second["arguments"]["gen_args_0"]["arg_0"] == ""  # its fingerprint is of another prompt than today's
    assert (second["doc_id"], second["resps"]) == (1, [[run.completions[1].text]])


def test_the_fingerprints_are_computed_as_it_computes_them() -> None:
    doc, prompt = WRITTEN_BY_IT["doc"], WRITTEN_BY_IT["arguments"]["gen_args_0"]["arg_0"]
    assert harness._hash(json.dumps(doc, indent=2, ensure_ascii=False)) == WRITTEN_BY_IT["doc_hash"]
    assert harness._hash(prompt) == WRITTEN_BY_IT["prompt_hash"]
    assert harness._hash(WRITTEN_BY_IT["target"]) == WRITTEN_BY_IT["target_hash"]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_a_model_wrote_is_one_line_and_utf8(hostile: str) -> None:
    run = a_run(hostile)
    info = replace(run.info, case_set=hostile, created=hostile[:500])
    name, lines = samples(replace(run, info=info, cases=(replace(run.cases[0], question=hostile, expected=None),)))
    assert len(lines) == 1
    assert lines[0]["resps"] == [[hostile.replace("\ud800", "\ufffd").replace("\udfff", "\ufffd")]]
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
