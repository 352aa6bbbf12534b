"""`python -m evaluator score FOLDER`: each shard gets its scores, all get one summary, every engine tells alike."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evaluator.evaluate import assess
from evaluator.metrics import Tally
from evaluator.protocols import PROTOCOLS
from tests.builders import a_case, a_trace
from tests.unit.evaluator.test_cli import ROOT
from tests.unit.evaluator.test_cli_jobs import COMMAND, LINES

ROWS = [
    {"id": "one", "context": "The dose was 54 Gy.", "question": "Dose?", "completion": a_trace('"dose was 54 Gy"')},
    {"id": "two", "context": "The dose was 54 Gy.", "question": "Dose?", "completion": "nothing", "expected": "54 Gy"},
    {"id": "bad", "context": "", "question": "Dose?", "completion": "nothing", "expected": None},
]
PATIENCE = 300


def score(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)


def a_folder(path: Path, shards: int, lines: list[bytes]) -> Path:
    path.mkdir()
    for n in range(shards):
        (path / f"part-{n}.jsonl").write_bytes(b"".join(lines[n:] + lines[:n]))
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_each_shard_is_scored_as_it_is_alone_and_the_summary_is_over_all(tmp_path: Path) -> None:
    folder, out = a_folder(tmp_path / "in", 2, LINES), tmp_path / "out"
    done = score(folder, "--out", out)
    assert done.returncode == 1  # some lines are bad
    together = contents(out)
    assert sorted(together) == ["part-0.jsonl", "part-1.jsonl", "summary.json"]
    for n in range(2):
        alone = tmp_path / f"alone-{n}.jsonl"
        told = score(folder / f"part-{n}.jsonl", "--out", alone, "--json")
        assert together[f"part-{n}.jsonl"] == alone.read_bytes()
        # Every shard holds the same lines in another order: the whole is twice each.
        own = json.loads(told.stdout)["summary"]
        whole = json.loads(together["summary.json"])["summary"]
        assert whole["skipped"] == 2 * own["skipped"]
        assert whole["protocols"]["v4"]["rates"]["safe"]["hits"] == 2 * own["protocols"]["v4"]["rates"]["safe"]["hits"]
        assert f"part-{n}.jsonl: line" in done.stderr
    assert whole["shards"] == {"scored": 2, "failed": {}}


def test_a_parquet_shard_is_scored_as_the_same_lines_are(tmp_path: Path) -> None:
    for name in ("lines", "table"):
        (tmp_path / name).mkdir()
    lines = (json.dumps({key: value for key, value in row.items() if value is not None}) + "\n" for row in ROWS)
    (tmp_path / "lines" / "x.jsonl").write_text("".join(lines), encoding="utf-8")
    pq.write_table(pa.Table.from_pylist([{"expected": None, **row} for row in ROWS]), tmp_path / "table" / "x.parquet")
    told = [score(tmp_path / name, "--out", tmp_path / f"{name}-out") for name in ("lines", "table")]
    assert [each.returncode for each in told] == [1, 1]
    assert "line 3 skipped: context" in told[1].stderr
    scored = (tmp_path / "table-out" / "x.parquet.jsonl").read_text()
    assert scored == (tmp_path / "lines-out" / "x.jsonl").read_text()
    assert [json.loads(line)["id"] for line in scored.splitlines()] == ["one", "two"]


def test_a_shard_that_cannot_be_read_is_named_and_the_others_are_scored(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "in", 1, LINES)
    (folder / "broken.parquet").write_bytes(b"PAR1 is how it begins and that is all")
    (folder / "other.jsonl").write_bytes("{}".encode("utf-16"))
    done = score(folder, "--out", tmp_path / "out", "--json")
    assert done.returncode == 2
    failed = json.loads(done.stdout)["summary"]["shards"]["failed"]
    assert sorted(failed) == ["broken.parquet", "other.jsonl"]
    assert "Parquet" in failed["broken.parquet"]
    assert sorted(contents(tmp_path / "out")) == ["part-0.jsonl", "summary.json"]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("names", "out", "told"),
    [
        (["a.jsonl"], "", "name it with --out"),
        (["a.jsonl"], "in", "the folder that is being read"),
        (["notes.txt"], "out", "no .jsonl and no .parquet"),
        (["a.parquet", "a.parquet.jsonl"], "out", "would share the file of scores a.parquet.jsonl"),
    ],
)
def test_folders_of_no_use_are_refused(tmp_path: Path, names: list[str], out: str, told: str) -> None:
    (tmp_path / "in").mkdir()
    for name in names:
        (tmp_path / "in" / name).write_bytes(LINES[0])
    done = score(tmp_path / "in", *(["--out", tmp_path / out] if out else []))
    assert done.returncode == 2
    assert told in done.stderr
    assert contents(tmp_path / "in") == dict.fromkeys(names, LINES[0])


def test_counts_travel_as_numbers_and_come_back(tmp_path: Path) -> None:
    tally = Tally()
    for text in (a_trace(), a_trace('"received 59 Gy in 30 fractions"', "59 Gy"), "no form"):
        for evaluation in assess(a_case(), text, tuple(PROTOCOLS.values())).evaluations:
            tally.add(evaluation)
    assert Tally.of_counts(json.loads(json.dumps(tally.counts()))).summary() == tally.summary()
    with pytest.raises(ValueError, match="no such outcome"):
        Tally.of_counts({**tally.counts(), "outcome:no such outcome": 1})


def kill_one_at_work(out: Path) -> Path:
    """Kill a worker in the middle of a shard: the file it is writing bears its number. Returns what it left."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for part in out.glob(".*.part"):
            if part.stat().st_size:
                os.kill(int(part.name.split(".")[-2]), signal.SIGKILL)
                if part.exists():  # it had not just ended
                    return part
        time.sleep(0.01)
    raise AssertionError("no worker began")


@pytest.mark.slow
def test_a_cluster_of_which_a_worker_is_killed_scores_as_one_process_does(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    folder = a_folder(tmp_path / "in", 6, LINES * 40)
    alone = score(folder, "--out", tmp_path / "alone", "--jobs", "1")
    out = tmp_path / "spread"
    out.mkdir()
    env = {key: value for key, value in os.environ.items() if key != "RAY_ADDRESS"}
    command = [*COMMAND, str(folder), "--out", str(out), "--engine", "ray", "--jobs", "2"]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        try:
            left = kill_one_at_work(out)
            told, remarks = run.communicate(timeout=PATIENCE)
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
    assert left.name.startswith(".part-")
    assert (run.returncode, told) == (alone.returncode, alone.stdout), remarks
    assert remarks.endswith(alone.stderr)
    assert "Traceback" not in remarks
    assert contents(out) == contents(tmp_path / "alone")


def test_without_ray_it_is_said_what_to_install(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "in", 1, LINES)
    hidden = "import sys; sys.modules['ray'] = None; from evaluator.__main__ import main; sys.exit(main(sys.argv[1:]))"
    command = [COMMAND[0], "-c", hidden, "score", str(folder), "--out", str(tmp_path / "out"), "--engine", "ray"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 2
    assert "requirements-ray.txt" in done.stderr


@pytest.mark.slow
def test_a_cluster_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    folder = a_folder(tmp_path / "in", 1, LINES)
    done = score(folder, "--out", tmp_path / "out", "--engine", "ray", "--address", "127.0.0.1:9")
    assert done.returncode == 2
    assert "Ray: " in done.stderr
    assert "Traceback" not in done.stderr
