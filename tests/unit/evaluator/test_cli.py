"""`python -m evaluator score` as a user runs it: a process of its own, on real files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest

from tests.builders import CONTEXT, a_trace

ROOT = Path(__file__).resolve().parents[3]
Json = dict[str, object]


def score(*arguments: str | Path, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-W", "error", "-m", "evaluator", "score", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, timeout=60, check=False)


def a_line(**fields: object) -> bytes:
    row = {
        "id": "a",
        "context": CONTEXT,
        "question": "What total dose was given?",
        "expected": "54 Gy in 30 fractions",
        "completion": a_trace(),
    }
    return json.dumps({key: value for key, value in (row | fields).items() if value is not ...}).encode() + b"\n"


def write(folder: Path, *lines: bytes) -> Path:
    path = folder / "in.jsonl"
    path.write_bytes(b"".join(lines))
    return path


def read(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_bytes().decode("utf-8").splitlines()]


def part(value: object, *keys: str | int) -> object:
    for key in keys:
        value = cast("Mapping[object, object] | Sequence[object]", value)[key]  # type: ignore[index]
    return value


def test_each_line_gets_its_scores_and_the_file_its_summary(tmp_path: Path) -> None:
    wrong = a_line(id="b", expected={"answer": "54 Gy in 30 fractions"}, completion=a_trace('"received 50 Gy in 30"'))
    source, out = write(tmp_path, a_line(), wrong), tmp_path / "out.jsonl"
    done = score(source, "--out", out)
    assert (done.returncode, done.stderr) == (0, b"")
    first, second = read(out)
    assert (first["id"], second["id"]) == ("a", "b")
    assert part(first, "citations", 0, "text") == "received 54 Gy in 30 fractions"
    assert part(first, "citations", 0, "status") == "exact"
    start, end = cast("list[int]", part(first, "citations", 0, "span"))
    assert CONTEXT[start:end] == "received 54 Gy in 30 fractions"
    assert part(first, "protocols", "v4", "outcome") == "correct answer"
    assert part(first, "protocols", "v4", "reward") == 50.0
    assert part(first, "protocols", "v4", "flags") == {
        "safe": True,
        "hallucination": False,
        "refusal": False,
        "inconsistency": False,
        "format_error": False,
    }
    assert part(second, "citations", 0, "alterations", 0, "kind") == "number"
    assert part(second, "protocols", "guarded", "outcome") == "altered quote"
    assert part(second, "protocols", "guarded", "steps", -1, "decisive") is True
    table = done.stdout.decode()
    assert "safe" in table
    assert "50.0 % of 2" in table  # Guarded: one of two is safe
    assert "-10.0 of 2" in table  # V3: both fail its gate


def test_only_the_protocols_asked_for_are_applied_once_each(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    done = score(write(tmp_path, a_line()), "--protocol", "guarded", "v4", "guarded", "--out", out)
    assert done.returncode == 0
    assert list(cast("Json", read(out)[0]["protocols"])) == ["guarded", "v4"]


def test_the_threshold_decides_what_is_found(tmp_path: Path) -> None:
    near = a_line(completion=a_trace('"recieved 54 Gy in 30 fractions"'))
    outcomes = []
    for threshold in ("85", "100"):
        out = tmp_path / f"{threshold}.jsonl"
        assert score(write(tmp_path, near), "--threshold", threshold, "--out", out).returncode == 0
        outcomes.append(part(read(out)[0], "protocols", "v4", "outcome"))
    assert outcomes == ["correct answer", "ungrounded"]


def test_json_on_standard_output_is_the_lines_and_then_the_summary(tmp_path: Path) -> None:
    done = score(write(tmp_path, a_line(), a_line(id="b")), "--json", "--protocol", "v4")
    rows = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert [row.get("id") for row in rows] == ["a", "b", None]
    v4 = part(rows[-1], "summary", "protocols", "v4")
    assert part(v4, "n") == 2
    assert part(v4, "rates", "safe", "value") == 1.0
    assert part(v4, "mean_reward") == 50.0
    assert part(v4, "outcomes") == {"correct answer": 2}


def test_json_with_a_file_of_scores_is_the_summary_alone(tmp_path: Path) -> None:
    done = score(write(tmp_path, a_line()), "--json", "--out", tmp_path / "out.jsonl")
    assert list(json.loads(done.stdout)) == ["summary"]


def test_standard_input_is_read(tmp_path: Path) -> None:
    done = score("-", "--json", "--protocol", "v4", stdin=b"\xef\xbb\xbf" + a_line())
    assert (done.returncode, json.loads(done.stdout.splitlines()[0])["id"]) == (0, "a")


BAD = {
    "not JSON": (b'{"id": \n', "not valid JSON"),
    "not an object": (b"[1, 2]\n", "must be an object"),
    "no completion": (a_line(completion=...), "completion: is missing"),
    "completion of another type": (a_line(completion=7), "completion: must be text"),
    "no context": (a_line(context=...), "context: is missing"),
    "a context over its bound": (a_line(context="x" * 2_200_000), "2 MB"),
    "expected of another type": (a_line(expected=[1]), "expected: must be text"),
    "not UTF-8": (b'{"id": "\xff"}\n', "not UTF-8"),
    "nested too deeply": (b"[" * 200_000 + b"\n", "nested too deeply"),
    "an endless number": (b'{"id": ' + b"9" * 5_000 + b"}\n", "number that is too long"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_reported_with_its_number_and_skipped(tmp_path: Path, name: str) -> None:
    line, message = BAD[name]
    out = tmp_path / "out.jsonl"
    done = score(write(tmp_path, a_line(), line, b"\n", a_line(id="c")), "--out", out, "--protocol", "v4")
    assert done.returncode == 1
    assert done.stderr.decode().startswith("line 2 skipped: ")
    assert message in done.stderr.decode()
    assert [row["id"] for row in read(out)] == ["a", "c"]
    assert "1 line was skipped." in done.stdout.decode()


def test_a_line_of_34_megabytes_is_skipped_without_losing_the_next(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    done = score(write(tmp_path, b"x" * 34_000_000 + b"\n", a_line(id="next")), "--out", out)
    assert (done.returncode, [row["id"] for row in read(out)]) == (1, ["next"])
    assert done.stderr.decode().splitlines() == ["line 1 skipped: is longer than 32 MB"]


def test_hostile_text_is_scored_and_written_as_valid_utf_8(tmp_path: Path) -> None:
    nasty = "\ud800 </script><img onerror=x> ${a} `b` \u202e\u0000\u2028\u0085 end"
    line = a_line(completion=a_trace(f'"{nasty}"', nasty), context=CONTEXT + nasty)
    out = tmp_path / "out.jsonl"
    done = score(write(tmp_path, line), "--out", out)
    assert done.returncode == 0
    assert len(out.read_bytes().splitlines()) == 1
    assert len(out.read_bytes().decode("utf-8").splitlines()) == 1
    assert "\ufffd" in str(part(read(out)[0], "citations", 0, "text"))


def test_a_case_without_an_expected_answer_needs_review(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert score(write(tmp_path, a_line(expected=...)), "--out", out).returncode == 0
    assert part(read(out)[0], "protocols", "v4", "outcome") == "needs review"
    assert part(read(out)[0], "protocols", "v4", "reward") is None


def test_an_empty_file_has_a_summary_without_values(tmp_path: Path) -> None:
    done = score(write(tmp_path), "--protocol", "v4")
    assert done.returncode == 0
    assert "–" in done.stdout.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ("absent.jsonl",),
        (".",),
        ("in.jsonl", "--out", "absent/out.jsonl"),
        ("in.jsonl", "--out", "in.jsonl"),
        ("in.jsonl", "--threshold", "20"),
        ("in.jsonl", "--threshold", "nan"),
        ("in.jsonl", "--protocol", "v5"),
        ("utf16.jsonl",),
        (),
    ],
)
def test_what_cannot_be_used_ends_with_status_2_and_a_reason(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    content = a_line()
    write(tmp_path, content)
    (tmp_path / "utf16.jsonl").write_text("{}", encoding="utf-16")
    done = score(*(tmp_path / a if a.endswith("jsonl") or a == "." else a for a in arguments))
    assert done.returncode == 2
    assert done.stderr.strip()
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "in.jsonl").read_bytes() == content


def test_a_reader_that_stops_early_is_no_error_to_see(tmp_path: Path) -> None:
    source = write(tmp_path, *[a_line(id=str(number)) for number in range(300)])
    command = f"{sys.executable} -m evaluator score {source} --json --protocol v4 | head -n 1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert json.loads(done.stdout)["id"] == "0"
    assert done.stderr == b""


def test_importing_the_package_is_cheap_and_pulls_in_nothing() -> None:
    program = (
        "import sys, time; start = time.perf_counter(); import evaluator; spent = time.perf_counter() - start\n"
        "heavy = {'rapidfuzz', 'edlib', 'yaml', 'pandas', 'numpy', 'torch', 'gradio'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert evaluator.assess is not None and evaluator.Case is not None\n"
        "print(spent)"
    )
    command = [sys.executable, "-c", program]
    spent = [
        float(subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=True).stdout) for _ in range(3)
    ]
    assert min(spent) < 0.15  # the machine may be busy; it is not so three times
