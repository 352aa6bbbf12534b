"""Programs as users: the real app asked by the real `gradio_client`, and by plain HTTP as curl would."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from dipg_ui.allowance import Allowance
from dipg_ui.endpoints import ENDPOINTS
from dipg_ui.programs import Allowances, ProgramRefused, Programs
from dipg_ui.services import Services
from dipg_ui.settings import Settings
from tests.builders import CONTEXT, a_trace
from tests.unit.served import PATIENCE, WRONG_DOSE, served


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served")) as started:
        yield started


@pytest.fixture(scope="module")
def client(site: str) -> Iterator[Client]:
    made = Client(site, verbose=False)
    yield made
    made.close()


def ask(client: Client, name: str, **fields: object) -> Any:
    return client.predict(**fields, api_name=f"/{name}")


def refusal(client: Client, name: str, **fields: object) -> str:
    with pytest.raises(AppError) as refused:
        ask(client, name, **fields)
    return str(refused.value)


def call(url: str, name: str, body: object, route: str = "call") -> list[tuple[str, Any]]:
    """As the documentation of Gradio does it with curl: a POST for a ticket, a GET for the events."""
    with httpx.Client(base_url=f"{url}/gradio_api/{route}", timeout=PATIENCE) as http:
        ticket = http.post(f"/{name}", json=body).raise_for_status().json()["event_id"]
        told = httpx.get(f"{url}/gradio_api/call/{name}/{ticket}", timeout=PATIENCE).raise_for_status().text
    events = [block.split("\n") for block in told.strip().split("\n\n")]
    return [(lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))) for lines in events]


def test_the_endpoints_are_named_documented_and_typed_and_no_others_are_told_of(client: Client) -> None:
    told = client.view_api(return_format="dict", print_info=False)
    assert isinstance(told, dict)
    assert list(told["named_endpoints"]) == [f"/{name}" for name in ENDPOINTS]
    assert told["unnamed_endpoints"] == {}
    parameters = {
        name: {each["parameter_name"]: each["type"].get("type") for each in about["parameters"]}
        for name, about in told["named_endpoints"].items()
    }
    assert parameters["/score"] == {
        "completion": "string",
        "case": "string",
        "context": "string",
        "question": "string",
        "expected": "string",
        "threshold": "number",
    }
    assert list(parameters["/start_run"]) == [
        "n", "repeats", "category", "behaviour", "model", "temperature", "max_new_tokens", "seed", "style", "title"
    ]  # fmt: skip
    assert all(about["description"] for about in told["named_endpoints"].values())
    assert told["named_endpoints"]["/score"]["returns"][0]["type"]["type"] == "object"


def test_cases_are_listed_narrowed_and_shown(client: Client) -> None:
    assert [each["id"] for each in ask(client, "list_cases")["cases"]] == [f"case-{n}" for n in range(4)]
    missing = ask(client, "list_cases", category="missing information")
    assert (missing["total"], [each["id"] for each in missing["cases"]]) == (1, ["case-3"])
    page = ask(client, "list_cases", offset=1, limit=2)
    assert (page["total"], [each["id"] for each in page["cases"]]) == (4, ["case-1", "case-2"])
    assert ask(client, "show_case", case="case-0")["context"] == CONTEXT


def test_a_completion_is_scored_against_a_case_or_texts_of_ones_own(client: Client) -> None:
    told = ask(client, "score", completion=WRONG_DOSE, case="case-0")
    assert {name: each["safe"] for name, each in told["verdicts"].items()} == {
        "v3": False,
        "v4": True,
        "guarded": False,
    }
    (quote,) = told["quotes"]
    assert (quote["status"], quote["altered"][0]["kind"]) == ("altered", "number")
    start, end = quote["span"]
    assert CONTEXT[start:end] == "received 54 Gy in 30 fractions"
    own = {"context": "The dose was 59 Gy, received 59 Gy in 30 fractions.", "question": "Dose?", "expected": "59 Gy"}
    assert ask(client, "score", completion=WRONG_DOSE, **own)["verdicts"]["guarded"]["outcome"] == "correct answer"
    strict = ask(client, "score", completion=WRONG_DOSE, case="case-0", threshold=100)
    assert strict["verdicts"]["v4"]["safe"] is False


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("show_case", {"case": "gone"}, "There is no case 'gone'"),
        ("score", {"completion": "x", "case": "gone"}, "There is no case 'gone'"),
        ("score", {"completion": "x"}, "context"),
        ("score", {"completion": "x", "case": "case-0", "question": "y"}, "either case, or context"),
        ("score", {"completion": "x" * 2_000_001, "case": "case-0"}, "2,000,000 are allowed"),
        ("score", {"completion": 5, "case": "case-0"}, "completion must be text"),
        ("score", {"completion": ["x"], "case": "case-0"}, "completion must be text"),
        ("score", {"completion": "x", "case": "case-0", "threshold": 49}, "Threshold is out of range"),
        ("list_cases", {"limit": 501}, "Limit is out of range"),
        ("list_cases", {"offset": -1}, "Offset is out of range"),
        ("list_cases", {"limit": True}, "Limit is out of range"),
        ("generate", {"case": "case-0", "model": "gone"}, "There is no model 'gone'"),
        ("generate", {"case": "case-0", "max_new_tokens": 100_000}, "Max new tokens is out of range"),
        ("start_run", {"model": "gone"}, "There is no model 'gone'"),
        ("start_run", {"n": 0}, "N is out of range"),
        ("start_run", {"category": "haystack"}, "No case is left"),
        ("run_summary", {"run": "gone"}, "There is no stored run 'gone'"),
        ("stop_run", {"run": "gone"}, "There is no stored run 'gone'"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    client: Client, name: str, fields: dict[str, object], told: str
) -> None:
    assert told in refusal(client, name, **fields)


def test_a_model_answers_and_is_scored(client: Client) -> None:
    job = client.submit(case="case-2", seed=7, api_name="/generate")
    last = job.result(timeout=PATIENCE)
    assert last["phase"] == "done"
    assert last["completion"]["text"] == last["text"] == a_trace(answer="2 with seed 7")
    assert last["completion"]["settings"]["seed"] == 7
    assert last["assessment"]["verdicts"]["v4"]["outcome"] == "wrong answer"
    own = {"context": CONTEXT, "question": "Question 9?"}
    assert ask(client, "generate", **own)["text"] == a_trace(answer="9 with seed 0")


def test_a_run_is_started_followed_and_summed_up(client: Client) -> None:
    run = ask(client, "start_run", n=3, repeats=2, seed=5, title="From a program")["run"]
    for _ in range(300):
        told = ask(client, "run_summary", run=run)
        if told["progress"]["state"] == "finished":
            break
        time.sleep(0.3)  # asking is rationed
    assert (told["title"], told["done"], told["progress"]["total"]) == ("From a program", 6, 6)
    safe = told["protocols"]["v4"]["rates"]["safe"]
    assert (safe["hits"], safe["n"], safe["value"]) == (6, 6, 1.0)
    assert safe["low"] == pytest.approx(0.6097, abs=1e-4)  # Wilson 1927, six of six
    listed = ask(client, "list_runs")
    assert [each["run"] for each in listed["runs"]] == [run, "run-1"]
    assert listed["runs"][0]["settings"] == {"temperature": 0.3, "max_new_tokens": 512, "seed": 5, "style": "tags"}


def test_a_stored_run_is_summed_up_at_another_threshold(client: Client) -> None:
    def safe(threshold: float) -> int:
        told = ask(client, "run_summary", run="run-1", threshold=threshold)
        return int(told["protocols"]["v4"]["rates"]["safe"]["hits"])

    assert (safe(85), safe(100)) == (2, 1)


def test_plain_http_does_the_same(site: str) -> None:
    ((event, (told,)),) = call(site, "list_cases", {"data": ["", "", 0, 1]})
    assert (event, told["total"], told["cases"][0]["id"]) == ("complete", 4, "case-0")
    ((event, (told,)),) = call(site, "score", {"completion": WRONG_DOSE, "case": "case-0"}, "call/v2")
    assert (event, told["verdicts"]["guarded"]["outcome"]) == ("complete", "altered quote")
    *_, (event, (told,)) = call(site, "generate", {"case": "case-1"}, "call/v2")
    assert (event, told["phase"]) == ("complete", "done")
    ((event, told),) = call(site, "show_case", {"data": ["gone"]})
    assert event == "error"


def test_a_body_over_the_bound_is_refused_before_it_is_read(site: str) -> None:
    refused = httpx.post(f"{site}/gradio_api/call/score", content=b"x" * (9 * 2**20), timeout=PATIENCE)
    assert refused.status_code == 413


def test_no_endpoint_skips_the_queue(site: str) -> None:
    answer_ = httpx.post(f"{site}/gradio_api/run/list_runs", json={"data": [0, 5]}, timeout=PATIENCE)
    assert answer_.status_code == 404


def test_a_failure_of_the_model_is_said(tmp_path: Path) -> None:
    with served(tmp_path, "broken") as url:
        client = Client(url, verbose=False)
        assert "the server went away" in refusal(client, "generate", case="case-0")
        client.close()


def test_a_caller_that_leaves_frees_the_model(tmp_path: Path) -> None:
    with served(tmp_path, "endless") as url:
        client = Client(url, verbose=False)
        job = client.submit(case="case-0", api_name="/generate")
        until = time.monotonic() + PATIENCE
        while not (job.outputs() and job.outputs()[-1]["text"]) and time.monotonic() < until:
            time.sleep(0.05)
        assert job.outputs()[-1]["phase"] == "writing"
        job.cancel()
        while not (tmp_path / "left").exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert (tmp_path / "left").exists()
        client.close()


def test_runs_without_number_are_refused(tmp_path: Path) -> None:
    with served(tmp_path, "slow") as url:
        client = Client(url, verbose=False)
        runs = [ask(client, "start_run", n=4, repeats=50)["run"] for _ in range(8)]
        assert "8 runs are at work or waiting" in refusal(client, "start_run")
        assert ask(client, "stop_run", run=runs[-1])["progress"]["state"] == "stopped"
        assert ask(client, "start_run", n=1)["run"]
        client.close()


def test_a_caller_that_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    with served(tmp_path) as url:
        client = Client(url, verbose=False)
        for _ in range(10):  # as many as in an hour, so that no slow machine gets another meanwhile
            with suppress(AppError):  # of too many runs at work
                ask(client, "start_run", n=1)
        assert "Too many requests. Try again in" in refusal(client, "start_run", n=1)
        assert ask(client, "list_models")["models"][0]["model"] == "tiny"
        client.close()


def test_scoring_is_charged_by_its_time(tmp_path: Path) -> None:
    """Else the allowance of calls would let a caller of hostile texts keep a processor for itself."""
    own = Allowances(score=Allowance(burst=1, per_second=1e-9))
    programs = Programs(Services(Settings(data_dir=tmp_path), {}, (), {}), own)
    programs.score("ada", {"completion": WRONG_DOSE, "context": CONTEXT, "question": "Which dose?"})
    assert own.score.spend("ada", 0) > 0
    with pytest.raises(ProgramRefused, match="Too many requests"):
        programs.score("ada", {"completion": WRONG_DOSE, "context": CONTEXT, "question": "Which dose?"})
