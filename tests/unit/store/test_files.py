from __future__ import annotations

from pathlib import Path

import pytest

from dipg_ui.records import CaseFailure, Run, Stage
from dipg_ui.store import RunFileError, RunWriter, load_run
from tests.builders import a_completion, a_run_info


def test_a_run_reads_back_as_it_was_written(tmp_path: Path) -> None:
    completion = a_completion(text="caf\u00e9 \U0001f9e0 \u2011 \x00 \ud800 <b>")
    failure = CaseFailure("case-2", Stage.GENERATE, "silent", partial="<think>")
    with RunWriter(tmp_path / "run.jsonl", a_run_info()) as writer:
        writer.add(completion)
        writer.add(failure)
    loaded = load_run(tmp_path / "run.jsonl")
    assert loaded.run == Run(a_run_info(), (completion,), (failure,))
    assert loaded.problems == ()


def test_each_completion_is_on_disk_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with RunWriter(path, a_run_info()) as writer:
        writer.add(a_completion())
        assert len(load_run(path).run.completions) == 1


def test_a_torn_last_line_is_a_problem_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with RunWriter(path, a_run_info()) as writer:
        writer.add(a_completion())
        writer.add(a_completion(case_id="case-2"))
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    loaded = load_run(path)
    assert [c.case_id for c in loaded.run.completions] == ["case-1"]
    assert "run.jsonl, line 3" in loaded.problems[0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"kind": "completion", "case_id": 3}', "case_id must be text"),
        ('{"kind": "sonnet"}', "kind must be"),
        ("[]", "kind must be"),
        ("[" * 100_000, "line 2"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "run.jsonl"
    with RunWriter(path, a_run_info()):
        pass
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    assert said in load_run(path).problems[0]


def test_a_file_without_a_head_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RunFileError, match=r"x\.jsonl"):
        load_run(tmp_path / "x.jsonl")
    (tmp_path / "x.jsonl").write_text("{}")
    with pytest.raises(RunFileError, match="no head"):
        load_run(tmp_path / "x.jsonl")
