"""The handlers of the page, called as Gradio calls them."""

import asyncio
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import ClassVar, cast

import gradio as gr
import pytest

from dipg_ui.dashboard import build_dashboard
from dipg_ui.endpoints import ENDPOINTS
from dipg_ui.generation.base import Delta, ModelState, ModelStatus, StreamEvent
from dipg_ui.pages.explore import ExploreHandlers
from dipg_ui.pages.session import Session
from dipg_ui.records import GenerationSettings, Message, ModelInfo, Run
from dipg_ui.services import Services
from dipg_ui.settings import Settings
from tests.builders import a_case, a_completion, a_model, a_run_info


class Chatterbox:
    """A model that never ends by itself; `freed` tells that its stream was closed."""

    needs_examples = False

    def __init__(self) -> None:
        self.freed = False

    def describe(self) -> ModelInfo:
        return a_model()

    def status(self) -> ModelStatus:
        return ModelStatus(ModelState.READY)

    def load(self) -> None:
        pass

    def stream(self, messages: Sequence[Message], settings: GenerationSettings) -> Generator[StreamEvent, None, None]:
        try:
            while True:
                time.sleep(0.01)
                yield Delta("word ")
        finally:
            self.freed = True


@pytest.fixture
def model() -> Chatterbox:
    return Chatterbox()


@pytest.fixture
def services(tmp_path: Path, model: Chatterbox) -> Services:
    run = Run(a_run_info(), (a_completion(),))
    cases = {case_id: a_case(id=case_id) for case_id in ("case-1", "case-2")}
    return Services(Settings(data_dir=tmp_path, replay_rate=0), cases, (run,), {"tiny": model})


def an_event(**payload: object) -> gr.EventData:
    return gr.EventData(None, payload)


def phases(messages: Sequence[dict[str, object]]) -> list[object]:
    return [cast(dict[str, object], message["live"])["phase"] for message in messages if message.get("live")]


def test_a_replay_ends_with_page_and_result_and_keeps_no_new_trace(services: Services) -> None:
    handlers, session = ExploreHandlers(services), Session()
    handlers.act(session, an_event(action="open_case", id="case-1"))
    told = list(handlers.start_generation(session, an_event(action="generate", model="stored-run-1", asked=1)))
    assert phases(told)[0] == "queued"
    assert phases(told)[-1] == "done"
    assert cast(dict[str, object], told[-1]["result"])["stored"] is True
    assert session.completions == {}


def test_closing_the_tab_frees_the_model_without_waiting_for_it(services: Services, model: Chatterbox) -> None:
    handlers, session = ExploreHandlers(services), Session()
    handlers.act(session, an_event(action="open_case", id="case-1"))
    told = handlers.start_generation(session, an_event(action="generate", model="tiny", asked=1))
    assert "writing" in phases([next(told) for _ in range(4)])
    told.close()
    deadline = time.monotonic() + 1
    while not model.freed and time.monotonic() < deadline:
        time.sleep(0.01)
    assert model.freed


def test_stop_ends_with_what_was_received_and_without_a_result(services: Services, model: Chatterbox) -> None:
    handlers, session = ExploreHandlers(services), Session()
    handlers.act(session, an_event(action="open_case", id="case-1"))
    told = handlers.start_generation(session, an_event(action="generate", model="tiny", asked=1))
    messages = [next(told) for _ in range(3)]
    handlers.stop(session, an_event(action="stop", asked=1))
    messages += list(told)
    last = cast(dict[str, object], messages[-1]["live"])
    assert last["phase"] == "stopped"
    assert str(last["text"]).startswith("word ")
    assert "result" not in messages[-1]
    assert model.freed


def test_a_run_that_was_superseded_sends_nothing_more(services: Services, model: Chatterbox) -> None:
    handlers, session = ExploreHandlers(services), Session()
    handlers.act(session, an_event(action="open_case", id="case-1"))
    told = handlers.start_generation(session, an_event(action="generate", model="tiny", asked=1))
    next(told)
    message, _ = handlers.act(session, an_event(action="open_case", id="case-2"))
    assert message["live"] is None
    assert list(told) == []


def test_a_stopping_server_ends_the_run(services: Services) -> None:
    handlers, session = ExploreHandlers(services), Session()
    handlers.act(session, an_event(action="open_case", id="case-1"))
    told = handlers.start_generation(session, an_event(action="generate", model="tiny", asked=1))
    next(told)
    services.stop()
    assert list(told) == []


def test_what_cannot_be_asked_becomes_a_notice(services: Services) -> None:
    handlers, session = ExploreHandlers(services), Session()
    (message,) = handlers.start_generation(session, an_event(action="generate", model="tiny"))
    assert "no case" in str(message["page"])
    handlers.act(session, an_event(action="open_case", id="case-2"))
    (message,) = handlers.start_generation(session, an_event(action="generate", model="stored-run-1"))
    assert "no trace for this case" in str(message["page"])
    (message,) = handlers.start_generation(session, an_event(action="generate", model="gone"))
    assert "not here" in str(message["page"])
    message, _ = handlers.act(session, an_event(action="unheard of"))
    assert "unheard of" in str(message["page"])


def test_moving_the_threshold_sends_the_result_alone(services: Services) -> None:
    handlers, session = ExploreHandlers(services), Session()
    handlers.act(session, an_event(action="open_case", id="case-1"))
    message, _ = handlers.act(session, an_event(action="set_threshold", value=60))
    assert "page" not in message
    assert cast(dict[str, object], message["result"])["threshold"] == 60


def test_an_upload_is_read_kept_and_removed(services: Services, tmp_path: Path) -> None:
    handlers, session = ExploreHandlers(services), Session()
    file = tmp_path / "mine.jsonl"
    file.write_text('{"id": "case-1", "context": "c", "question": "Mine?"}\n{"id": 3}\n', encoding="utf-8")
    message, _ = handlers.upload(session, str(file))
    assert not file.exists()
    assert list(session.own) == ["own-case-1"]
    upload = cast(dict[str, dict[str, object]], message["page"])["upload"]
    assert upload["kept"] == 1
    assert "line 2" in str(upload["problems"])


def test_a_file_with_other_columns_is_asked_about_first_and_its_cases_come_when_they_are_chosen(
    services: Services, tmp_path: Path
) -> None:
    handlers, session = ExploreHandlers(services), Session()
    handlers.act(session, an_event(action="open_case", id="case-1"))
    file = tmp_path / "theirs.csv"
    file.write_text("passage,query,remark\nA letter.,Mine?,54 Gy\n,none,\n")
    message, _ = handlers.upload(session, str(file))
    page = cast(dict[str, dict[str, object]], message["page"])
    assert not file.exists()
    assert page["columns"]["chosen"] == {"context": "passage", "question": "query"}
    assert (page["upload"], page["case"]["id"], session.own) == (None, "case-1", {})
    chosen = {"context": "passage", "question": "query", "expected": "remark"}
    message, _ = handlers.act(session, an_event(action="map_columns", columns=chosen))
    preview = cast(dict[str, dict[str, list[dict[str, str]]]], message["page"])["columns"]["preview"]
    assert preview == [{"context": "A letter.", "question": "Mine?", "expected": "54 Gy"}]
    message, _ = handlers.act(session, an_event(action="use_columns", columns={"question": "query"}))
    assert "Choose the columns that are needed" in str(message["page"])
    message, _ = handlers.act(session, an_event(action="use_columns", columns=chosen))
    page = cast(dict[str, dict[str, object]], message["page"])
    assert (page["columns"], page["notice"], page["upload"]["kept"]) == (None, None, 1)
    assert (page["case"]["question"], page["case"]["expected"]) == ("Mine?", "54 Gy")


def test_a_file_that_is_let_be_changes_nothing(services: Services, tmp_path: Path) -> None:
    handlers, session = ExploreHandlers(services), Session()
    file = tmp_path / "theirs.csv"
    file.write_text("a,b\n1,2\n")
    handlers.upload(session, str(file))
    message, _ = handlers.act(session, an_event(action="drop_columns"))
    page = cast(dict[str, object], message["page"])
    assert (page["columns"], page["upload"], session.own) == (None, None, {})


def test_no_event_of_the_page_is_a_public_endpoint_but_those_for_programs(services: Services) -> None:
    async def build() -> gr.Blocks:
        return build_dashboard(services)

    # Within a running loop: without one Gradio makes several and never closes them.
    functions = asyncio.run(build()).fns.values()
    public = [function.api_name for function in functions if function.api_visibility != "private"]
    assert sorted(map(str, public)) == sorted(ENDPOINTS)
    assert len(functions) == 12 + len(ENDPOINTS)


def test_what_could_not_be_set_up_is_told_on_arrival(services: Services) -> None:
    broken = Services(services.settings, services.cases, services.runs, services.backends, ("DIPG_SERVER_URL: bad",))
    message, session = ExploreHandlers(broken).show_page(Session(), cast(gr.Request, _Request()))
    assert session.case is not None
    assert "DIPG_SERVER_URL: bad" in str(message["page"])


class _Request:
    """As much of a request as the handler reads."""

    query_params: ClassVar[dict[str, str]] = {}
