"""Case files of every form, and data sets of the hub from a server that speaks as the hub does."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from dipg_ui.case_sets import files as case_files
from dipg_ui.case_sets import hub as case_hub
from dipg_ui.case_sets.files import open_table
from dipg_ui.case_sets.hub import Hub, HubSet, choose_files, hub_for_page, open_hub_set, parse_hub_set
from dipg_ui.settings import Settings
from evaluator.cases import cases_of
from evaluator.errors import CaseFileError
from tests.unit.hub import COMMIT, REPO, a_hub

ROW = {
    "messages": [
        {"role": "user", "content": "<context>54 Gy was given.</context>\n<question>Which dose?</question>"},
        {"role": "assistant", "content": "<think>t</think><proof>54 Gy</proof><answer>54 Gy</answer>"},
    ],
    "metadata": {"difficulty": "easy", "type": "direct"},
}
EVAL = json.dumps(ROW).encode()
TOKEN = "hf_abc"  # noqa: S105 - of no one


@pytest.fixture(autouse=True)
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests of this process may have told the hub's client to stay offline."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def as_parquet(path: Path, rows: list[dict[str, object]]) -> Path:
    parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


def test_parquet_is_read_with_nested_columns_and_without_pictures(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {**ROW, "scan": b"\x89PNG", "picture": {"bytes": b"\x89PNG", "path": "a.png"}},
        {"messages": None, "metadata": None, "scan": None, "picture": None},
    ]
    table = open_table(as_parquet(tmp_path / "a.parquet", rows))
    assert table.columns == ("messages", "metadata", "metadata.difficulty", "metadata.type")
    file = cases_of(table)
    assert [(case.context, case.expected, case.probes) for case in file.cases] == [
        ("54 Gy was given.", "54 Gy", "direct")
    ]
    assert [problem.line for problem in file.problems if not problem.kept] == [2, 2]


def test_what_only_calls_itself_parquet_is_refused_by_name(tmp_path: Path) -> None:
    for content in (b"", b"PAR1", b"PAR1" + b"\x00" * 200 + b"PAR1", b'{"context": "c"}'):
        path = tmp_path / "a.parquet"
        path.write_bytes(content)
        with pytest.raises(CaseFileError, match=r"a\.parquet cannot be read as Parquet"):
            open_table(path)


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_files, "MAX_PARQUET_BYTES", 1_000_000)
    path = as_parquet(tmp_path / "a.parquet", [{"context": "word " * 10_000, "question": "q"}] * 200)
    assert path.stat().st_size < 100_000
    with pytest.raises(CaseFileError, match="unpacks to more than"):
        open_table(path)


def test_which_column_of_other_names_is_which_is_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("passage,query\n54 Gy.,Dose?\n")
    assert str(open_table(path).guess) == "context=passage,question=query"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("owner/name", HubSet("owner/name")),
        (" hf:owner/name@v1.0/test ", HubSet("owner/name", "v1.0", "test")),
        ("owner/name/my.jsonl", HubSet("owner/name", "", "my.jsonl")),
        (f"https://huggingface.co/datasets/{REPO}/", HubSet(REPO)),
    ],
)
def test_an_id_names_owner_revision_and_split(text: str, wanted: HubSet) -> None:
    assert parse_hub_set(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        *("", "name", "hf:", "../../etc/passwd", "owner/..", "owner/../x", "a/b/c/d", "owner/name@../x", "owner/na me"),
        *("https://evil.example/owner/name", "owner/name?x=1", "owner/name#", "owner//name", "o/n--m", "o/n.git"),
        *("owner/näme", "owner/name\n/x", "file:///etc/passwd", "o/" + "n" * 500),
    ],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(CaseFileError, match="is no data set of the hub"):
        parse_hub_set(text)


@pytest.mark.parametrize(
    ("files", "split", "chosen"),
    [
        (["data.jsonl", "README.md"], "", ["data.jsonl"]),
        (["data/train.csv", "data/test.csv"], "", ["data/test.csv"]),
        (["data/train.csv", "data/test.csv"], "train", ["data/train.csv"]),
        (["a.jsonl", "a.parquet"], "", ["a.parquet"]),
        (["one.jsonl", "two.jsonl"], "two.jsonl", ["two.jsonl"]),
        (["dataset_infos.json", "x.jsonl"], "", ["x.jsonl"]),
        (
            [f"data/test-0000{n}-of-00002.parquet" for n in range(2)] + ["data/train-00000-of-00001.parquet"],
            "",
            [f"data/test-0000{n}-of-00002.parquet" for n in range(2)],
        ),
    ],
)
def test_the_files_of_a_split_are_found(files: list[str], split: str, chosen: list[str]) -> None:
    assert choose_files(files, split) == tuple(chosen)


@pytest.mark.parametrize(
    ("files", "split", "said"),
    [
        (["one.jsonl", "two.jsonl"], "", "several files may be meant: one.jsonl, two.jsonl"),
        ([f"test-{n:05}-of-00101.csv" for n in range(101)], "", "is in 101 parts; 100 are allowed"),
        (["train.csv"], "dev", "it has no split dev; there are train.csv"),
        (["model.safetensors", "README.md"], "", "holds no file"),
        (["../../x.jsonl", "/etc/x.jsonl", "a/../b.jsonl"], "", "holds no file"),
    ],
)
def test_a_split_that_is_not_plain_is_said(files: list[str], split: str, said: str) -> None:
    with pytest.raises(CaseFileError, match=said):
        choose_files(files, split)


def test_a_data_set_is_fetched_once_and_then_read_without_the_hub(tmp_path: Path) -> None:
    files = {"README.md": b"# cases", "data/test.jsonl": EVAL, "data/train.jsonl": b"{}"}
    wanted = parse_hub_set(f"hf:{REPO}")
    with a_hub(files) as (url, handler):
        online = Hub(allow_download=True, token=TOKEN, endpoint=url, cache=tmp_path)
        (case,) = cases_of(open_hub_set(wanted, online)).cases
        assert (case.context, case.question, case.expected) == ("54 Gy was given.", "Which dose?", "54 Gy")
        assert handler.asked[0] == f"/api/datasets/{REPO}"
        assert {path.rpartition("/")[2] for path in handler.asked[1:]} == {"test.jsonl"}
        assert set(handler.tokens) == {f"Bearer {TOKEN}"}
        fetched = len(handler.asked)
        assert open_hub_set(wanted, Hub(cache=tmp_path)).rows == open_hub_set(wanted, online).rows
        assert not any(path.endswith("train.jsonl") for path in handler.asked[fetched:])
    gone = Hub(allow_download=True, endpoint=url, cache=tmp_path)
    assert len(open_hub_set(wanted, gone).rows) == 1


def test_a_revision_can_be_named(tmp_path: Path) -> None:
    with a_hub({"test.jsonl": EVAL}) as (url, handler):
        table = open_hub_set(HubSet(REPO, COMMIT), Hub(allow_download=True, endpoint=url, cache=tmp_path))
        assert len(table.rows) == 1
        assert handler.asked[0].endswith(f"/revision/{COMMIT}")
        with pytest.raises(CaseFileError, match="has no revision v9"):
            open_hub_set(HubSet(REPO, "v9"), Hub(allow_download=True, endpoint=url, cache=tmp_path))


def test_without_leave_nothing_is_fetched_and_the_next_step_is_said(tmp_path: Path) -> None:
    with a_hub({"test.jsonl": EVAL}) as (url, handler):
        with pytest.raises(CaseFileError, match=r"downloads are off\. Start with DIPG_ALLOW_DOWNLOAD=1"):
            open_hub_set(HubSet(REPO), Hub(endpoint=url, cache=tmp_path))
        assert handler.asked == []
    with pytest.raises(CaseFileError, match="`hf download --repo-type dataset no-such-owner/no-such-set`"):
        open_hub_set(HubSet("no-such-owner/no-such-set"), Hub())


def test_a_hub_that_cannot_be_reached_is_said_with_the_next_step(tmp_path: Path) -> None:
    hub = Hub(allow_download=True, endpoint="http://127.0.0.1:9", cache=tmp_path)
    with pytest.raises(CaseFileError, match=r"could not be fetched .*use a file"):
        open_hub_set(HubSet(REPO), hub)


def test_visitors_of_a_shared_page_have_neither_the_operators_token_nor_cache(tmp_path: Path) -> None:
    own = Settings(data_dir=tmp_path, hf_token=TOKEN, allow_download=True)
    assert hub_for_page(own) == Hub(allow_download=True, token=TOKEN)
    anonymous = Hub(allow_download=True, cache=tmp_path / "public-sets")
    assert hub_for_page(replace(own, host="0.0.0.0")) == anonymous  # noqa: S104 - as a setting, no bind
    assert hub_for_page(replace(own, on_space=True)) == anonymous


def test_nothing_is_fetched_onto_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_hub, "FREE_BYTES", 2**62)
    with a_hub({"test.jsonl": EVAL}) as (url, handler):
        with pytest.raises(CaseFileError, match="too little room"):
            open_hub_set(HubSet(REPO), Hub(allow_download=True, endpoint=url, cache=tmp_path))
        assert len(handler.asked) == 1


def test_one_data_set_is_fetched_at_a_time(tmp_path: Path) -> None:
    with case_hub._FETCHING, pytest.raises(CaseFileError, match="Another data set is being fetched"):
        open_hub_set(HubSet(REPO), Hub(cache=tmp_path))


def test_a_data_set_that_is_not_there_is_said(tmp_path: Path) -> None:
    with a_hub({}) as (url, _), pytest.raises(CaseFileError, match="is not on the hub, or is private"):
        open_hub_set(HubSet("no/such"), Hub(allow_download=True, endpoint=url, cache=tmp_path))


def test_files_that_are_too_large_are_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"test-0000{n}-of-00003.jsonl": EVAL for n in range(3)}
    with a_hub(files) as (url, handler):
        hub = Hub(allow_download=True, endpoint=url, cache=tmp_path)
        monkeypatch.setattr(case_hub, "MAX_FILE_BYTES", len(EVAL) - 1)
        with pytest.raises(CaseFileError, match="a file of cases may have up to 50 MB"):
            open_hub_set(HubSet(REPO), hub)
        monkeypatch.setattr(case_hub, "MAX_FILE_BYTES", len(EVAL))
        monkeypatch.setattr(case_hub, "MAX_SET_BYTES", len(EVAL) * 2)
        with pytest.raises(CaseFileError, match="are allowed"):
            open_hub_set(HubSet(REPO), hub)
        assert len(handler.asked) == 2
        monkeypatch.setattr(case_hub, "MAX_SET_BYTES", len(EVAL) * 3)
        assert len(open_hub_set(HubSet(REPO), hub).rows) == 3
