import json
from dataclasses import replace
from pathlib import Path

from dipg_ui.generation.base import ModelState
from dipg_ui.generation.replay import ReplayBackend
from dipg_ui.plans import RunPlan
from dipg_ui.records import GenerationSettings, Run, completion_key
from dipg_ui.services import Services, build_backends, build_services, read_cases, read_runs, server_endpoints
from dipg_ui.settings import Settings
from dipg_ui.store import RunOrigin, RunState, RunWriter
from evaluator.types import Outcome
from tests.builders import a_case, a_completion, a_run_info


def a_service(tmp_path: Path, *completions: str) -> Services:
    case = a_case()
    run = Run(a_run_info(), tuple(a_completion(text=text) for text in completions))
    return Services(Settings(data_dir=tmp_path, replay_rate=0), {case.id: case}, (run,), {})


def test_a_broken_case_file_costs_its_bad_rows_alone(tmp_path: Path) -> None:
    good = {"id": "good", "context": "c", "question": "q"}
    (tmp_path / "a.jsonl").write_text(json.dumps(good) + "\n{\n", encoding="utf-8")
    (tmp_path / "b.jsonl").write_bytes(b"\x00\xff\x00")
    cases, problems = read_cases(tmp_path)
    assert list(cases) == ["good"]
    assert any("a.jsonl" in problem and "line 2" in problem for problem in problems)
    assert any("b.jsonl" in problem for problem in problems)


def test_a_broken_run_file_leaves_the_others_and_the_newest_comes_first(tmp_path: Path) -> None:
    older, newer = a_run_info(), replace(a_run_info(), id="run-2", created="2026-05-01T00:00:00+00:00")
    for info in (older, newer):
        with RunWriter(tmp_path / f"{info.id}.jsonl", info) as run:
            run.add(a_completion())
    (tmp_path / "bad.jsonl").write_text("nothing of a run\n", encoding="utf-8")
    runs, problems = read_runs(tmp_path)
    assert [run.info.id for run in runs] == ["run-2", "run-1"]
    assert len(problems) == 1
    assert "bad.jsonl" in problems[0]


def test_folders_that_are_not_there_give_nothing(tmp_path: Path) -> None:
    assert read_cases(tmp_path / "none") == ({}, ())
    assert read_runs(tmp_path / "none") == ((), ())


def test_the_embedded_model_comes_first_and_one_that_cannot_run_says_why(tmp_path: Path) -> None:
    backends, problems = build_backends(Settings(data_dir=tmp_path, device="cpu"))
    embedded, gpu = backends.values()
    assert embedded.status().state is not ModelState.UNAVAILABLE
    assert gpu.status().state is ModelState.UNAVAILABLE
    assert "GPU" in gpu.status().detail
    assert problems == ()


def test_a_configured_server_is_listed_and_a_wrong_url_is_a_problem_by_name(tmp_path: Path) -> None:
    backends, _ = build_backends(Settings(data_dir=tmp_path, server_url="http://127.0.0.1:9/v1"))
    assert "server" in backends
    backends, problems = build_backends(Settings(data_dir=tmp_path, server_url="ftp://x"))
    assert "server" not in backends
    assert "DIPG_SERVER_URL" in problems[0]


def test_several_servers_share_the_model_and_each_may_have_its_key() -> None:
    settings = Settings(server_url="http://a/v1, http://b:8000/v1/ http://a/v1", server_key="one", server_places=3)
    assert [(each.url, each.key, each.parallel) for each in server_endpoints(settings)] == [
        ("http://a/v1", "one", 3),
        ("http://b:8000/v1", "one", 3),
    ]
    keyed = server_endpoints(replace(settings, server_key="one two"))
    assert [each.key for each in keyed] == ["one", "two"]


def test_keys_that_fit_no_servers_and_too_many_servers_are_problems(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, server_url="http://a/v1 http://b/v1", server_key="one two three")
    many = Settings(data_dir=tmp_path, server_url=" ".join(f"http://a{n}/v1" for n in range(17)))
    for wrong, said in ((settings, "2 servers and 3 keys"), (many, "17 servers are named")):
        backends, (problem,) = build_backends(wrong)
        assert "server" not in backends
        assert said in problem
        assert "three" not in problem


def test_the_key_of_a_completion_tells_texts_apart_and_stays_the_same() -> None:
    assert completion_key(a_completion()) == completion_key(a_completion())
    assert completion_key(a_completion(text="a")) != completion_key(a_completion(text="b"))
    assert completion_key(a_completion(text="\ud800"))


def test_a_stored_run_is_a_model_that_replays_its_trace(tmp_path: Path) -> None:
    services = a_service(tmp_path, "<answer>54 Gy</answer>")
    (stored,) = services.stored_models.values()
    assert stored.status.state is ModelState.READY
    trace = stored.traces["case-1"]
    told = "".join(getattr(event, "text", "") for event in services.replay(trace).stream((), trace.completion.settings))
    assert told == "<answer>54 Gy</answer>"


def test_outcomes_of_the_stored_traces_are_by_case_and_protocol(tmp_path: Path) -> None:
    by_case = a_service(tmp_path, "no tags at all").outcomes.by_case()
    assert by_case["case-1"]["v3"] is Outcome.FORMAT_ERROR


def test_what_ships_with_the_dashboard_is_read_without_a_problem(tmp_path: Path) -> None:
    services = build_services(Settings(data_dir=tmp_path))
    assert services.problems == ()
    assert services.cases
    for trace in services.traces:
        assert trace.completion.case_id in services.cases


def test_the_shipped_runs_are_in_the_store_with_the_cases_that_they_are_of(tmp_path: Path) -> None:
    for _ in range(2):  # a second start finds them there
        services = build_services(Settings(data_dir=tmp_path))
        assert [head.info.id for head in services.store.heads()] == [run.info.id for run in services.runs]
        services.store.close()
    run = services.runs[0]
    head, stored = services.store.head(run.info.id), services.store.load(run.info.id)
    assert (head.origin, head.state, head.left) == (RunOrigin.RECORDED, RunState.FINISHED, 0)
    assert stored.completions == run.completions
    assert all(services.cases[case.id] == case for case in stored.cases)
    assert (tmp_path / "runs.sqlite3").exists()
    services.store.close()


def test_a_store_that_cannot_be_opened_is_said_and_the_page_works_without(tmp_path: Path) -> None:
    (tmp_path / "runs.sqlite3").write_text("no database at all " * 100)
    services = build_services(Settings(data_dir=tmp_path))
    (problem,) = services.problems
    assert "not a database" in problem
    assert "kept only until the server stops" in problem
    assert [head.info.id for head in services.store.heads()] == [run.info.id for run in services.runs]
    services.store.close()


def test_a_stopping_server_starts_no_run_and_ends_those_at_work(tmp_path: Path) -> None:
    services = a_service(tmp_path, "x")
    backend = ReplayBackend(a_completion(), rate=0)
    services = Services(services.settings, services.cases, services.runs, {"tiny": backend})
    services.stop()
    run_id = services.run_queue.start(RunPlan((a_case(),), "set", "tiny", GenerationSettings()))
    services.run_queue.wait(10)
    assert (services.store.head(run_id).state, services.store.head(run_id).done) == (RunState.STOPPED, 0)
    services.store.close()
