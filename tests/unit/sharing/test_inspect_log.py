"""A run as a log of Inspect AI, read by the real package, which lives in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dipg_ui.prompts import build_messages, prompt_hash
from dipg_ui.records import PromptStyle, Run
from dipg_ui.sharing import inspect_log
from dipg_ui.sharing.forms import run_file
from dipg_ui.store import RunOrigin, temporary_store
from tests.builders import a_failure, a_run, a_trace, at_repeat
from tests.unit.views.builders import HOSTILE

INSPECT = Path(os.environ.get("DIPG_INSPECT_PYTHON", str(Path(sys.prefix) / "inspect" / "bin" / "python")))
READER = Path(__file__).with_name("read_inspect_log.py")
needs_inspect = pytest.mark.skipif(not INSPECT.exists(), reason="no Inspect AI here: `make test` installs it")


def a_log(run: Run, folder: Path) -> Path:
    store = temporary_store()
    file = run_file(store, store.add_run(run, RunOrigin.IMPORTED), "inspect")
    store.close()
    path = folder / file.name
    path.write_bytes(file.data)
    return path


def read_back(folder: Path) -> list[Mapping[str, Any]]:
    env = {**os.environ, "HOME": str(folder), "INSPECT_TELEMETRY": ""}
    done = subprocess.run(
        [str(INSPECT), str(READER), str(folder)], env=env, cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found: list[Mapping[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


@needs_inspect
def test_the_real_package_reads_samples_scores_prompts_and_failures(tmp_path: Path) -> None:
    run = a_run(a_trace(), a_trace('"received 59 Gy in 30 fractions"', "59 Gy"), a_trace())
    hashes = [prompt_hash(build_messages(case, PromptStyle.TAGS, examples=False)) for case in run.cases]
    first, second, _ = run.completions
    done = (replace(first, prompt_hash=hashes[0]), second, replace(at_repeat(first, 1), prompt_hash=hashes[0]))
    run = replace(run, info=replace(run.info, repeats=2), completions=done, failures=(a_failure("case-3"),))
    a_log(run, tmp_path)
    (log,) = read_back(tmp_path)
    assert (log["task"], log["status"], log["model"]) == ("dipg-safety", "cancelled", "tiny-test-model")
    assert (log["epochs"], log["total"], log["summaries"]) == (2, 6, 4)
    assert sorted(log["ids"]) == [["case-1", 1], ["case-1", 2], ["case-2", 1], ["case-3", 1]]
    place = log["ids"].index(["case-2", 1])
    values = log["values"][place]
    assert (values["v4"]["v4_safe"], values["guarded"]["guarded_safe"], values["v3"]["v3_refusal"]) == (1, 0, None)
    assert log["explanations"][place].startswith("Altered quote. ")
    assert log["completions"][place] == second.text
    assert log["roles"][log["ids"].index(["case-1", 1])] == ["system", "user", "assistant"]
    assert log["roles"][place] == ["assistant"]  # its fingerprint is of another prompt than today's
    assert log["scores"]["guarded_safe"] == pytest.approx(2 / 3)
    assert set(log["stops"]) == {"stop"}
    assert log["errors"][log["ids"].index(["case-3", 1])] == "generate: silent"
    assert log["target"] == "54 Gy in 30 fractions"


@needs_inspect
def test_the_real_package_reads_whatever_a_model_wrote(tmp_path: Path) -> None:
    run = a_run(*HOSTILE, *(a_trace(f'"{text[:500]}"', text[:500]) for text in HOSTILE))
    model = replace(run.info.model, name=HOSTILE[0], revision=HOSTILE[5])
    info = replace(run.info, id=HOSTILE[4], title=HOSTILE[1], case_set=HOSTILE[5], created="yesterday", model=model)
    cases = tuple(replace(case, question=HOSTILE[5], expected=None) for case in run.cases)
    a_log(replace(run, info=info, cases=cases), tmp_path)
    (log,) = read_back(tmp_path)
    assert log["status"] == "success"
    assert len(log["completions"]) == 2 * len(HOSTILE)
    assert "\ufffd lone \ufffd" in log["completions"]


def test_a_long_run_tells_rules_instead_of_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = a_run(a_trace('"received 59 Gy in 30 fractions"', "59 Gy"))
    monkeypatch.setattr(inspect_log, "MAX_EXPLAINED", 0)
    log = json.loads(a_log(run, tmp_path).read_bytes())
    assert log["samples"][0]["scores"]["guarded"]["explanation"] == "Altered quote. Proof found in the context"
