"""The backend on tiny random checkpoints: real files, real threads, the classes that the published models have."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dipg_ui.generation.base import (
    ContextTooLong,
    Delta,
    Finished,
    GenerationError,
    ModelState,
    ModelUnavailable,
    StreamBroken,
    StreamEvent,
    Waiting,
)
from dipg_ui.generation.hub import HubSource
from dipg_ui.generation.loading import Loaded, Report
from dipg_ui.generation.local import LocalBackend, local_backends
from dipg_ui.prompts import build_messages
from dipg_ui.records import FinishReason, GenerationSettings, Message, ModelInfo, PromptStyle
from dipg_ui.settings import Settings
from tests.builders import a_case, a_model
from tests.tiny_models import save_tiny_model

LONG = GenerationSettings(temperature=1.5, max_new_tokens=2000)
SHORT = GenerationSettings(temperature=1.5, max_new_tokens=8)


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("checkpoints")
    return {
        "text only": save_tiny_model(folder / "tiny-text"),
        "multimodal": save_tiny_model(folder / "tiny-multimodal", multimodal=True),
    }


@pytest.fixture(scope="module")
def backend(checkpoints: dict[str, Path]) -> LocalBackend:
    """Shared: loading it once is enough."""
    return a_backend(checkpoints["text only"])


def a_backend(folder: Path, quantisation: str = "bf16") -> LocalBackend:
    return LocalBackend(HubSource(four_places(folder, quantisation)))


def four_places(folder: Path, quantisation: str = "bf16") -> Settings:
    return Settings(device="cpu", gpu_model=str(folder), quantisation=quantisation, places=4)


class _Exact(HubSource):
    """The model in float32: in bf16 a batch rounds otherwise than a row alone, and noise has many near ties."""

    def open(self, report: Report) -> Loaded:
        loaded = super().open(report)
        decoder: Any = loaded.decoder
        decoder._model.float()
        return loaded


@pytest.fixture(scope="module")
def exact(checkpoints: dict[str, Path]) -> LocalBackend:
    return LocalBackend(_Exact(four_places(checkpoints["text only"])))


@pytest.fixture(scope="module")
def narrow(checkpoints: dict[str, Path]) -> LocalBackend:
    """The same model with a single place."""
    settings = Settings(device="cpu", gpu_model=str(checkpoints["text only"]), quantisation="bf16")
    return LocalBackend(HubSource(settings))


def messages(context: str = "54 Gy in 30 fractions.") -> tuple[Message, ...]:
    return build_messages(a_case(context=context), PromptStyle.TAGS, examples=False)


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, Delta))


def told(events: list[StreamEvent]) -> tuple[str, FinishReason, int | None]:
    """What a caller gets: the text, why it ends and how many tokens it has."""
    assert isinstance(events[-1], Finished)
    return text_of(events), events[-1].reason, events[-1].completion_tokens


def until_delta(events: Iterator[StreamEvent]) -> Delta:
    return next(event for event in events if isinstance(event, Delta))


def wait_for(condition: Any, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("quantisation", ["nf4", "bf16"])
@pytest.mark.parametrize("shape", ["text only", "multimodal"])
def test_a_published_shape_loads_and_answers(checkpoints: dict[str, Path], shape: str, quantisation: str) -> None:
    model = a_backend(checkpoints[shape], quantisation)
    assert model.status().state is ModelState.IDLE
    events = list(model.stream(messages(), SHORT))
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.completion_tokens == 8
    assert finished.prompt_tokens is not None
    assert finished.prompt_tokens > 100
    assert 0 < (finished.seconds_to_first_token or 0) <= finished.seconds
    assert model.status().state is ModelState.READY
    assert model.describe().quantisation == {"nf4": "NF4, bf16 compute", "bf16": "bf16"}[quantisation]
    assert model.describe().revision == "local folder"


def test_nf4_really_packs_the_weights_in_four_bits(checkpoints: dict[str, Path]) -> None:
    source = HubSource(Settings(device="cpu", gpu_model=str(checkpoints["multimodal"]), quantisation="nf4"))
    model = source.open(lambda stage, progress: None).decoder._model
    kinds = {type(module).__name__ for name, module in model.named_modules() if name.endswith("q_proj")}
    assert kinds == {"Linear4bit"}


def test_a_checkpoint_that_lacks_a_weight_is_refused(checkpoints: dict[str, Path], tmp_path: Path) -> None:
    """transformers would fill the gap at random."""
    from safetensors.torch import load_file, save_file
    from transformers import Gemma3ForCausalLM

    from dipg_ui.generation.loading import load_checkpoint

    for path in checkpoints["text only"].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    weights = load_file(tmp_path / "model.safetensors")
    del weights["model.layers.3.mlp.up_proj.weight"]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    model = a_backend(tmp_path)
    with pytest.raises(ModelUnavailable, match=r"1 weights are missing, model\.layers\.3\.mlp\.up_proj\.weight"):
        list(model.stream(messages(), SHORT))
    assert model.status().state is ModelState.UNAVAILABLE
    with pytest.raises(ModelUnavailable, match="1 weights are missing"):
        load_checkpoint(Gemma3ForCausalLM, tmp_path, mapped=False)


def test_loading_can_be_tried_again_after_it_failed(checkpoints: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    model = a_backend(folder)
    with pytest.raises(ModelUnavailable):
        list(model.stream(messages(), SHORT))
    for path in checkpoints["text only"].iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    assert isinstance(list(model.stream(messages(), SHORT))[-1], Finished)


def test_loading_shows_in_the_status_and_happens_once(checkpoints: dict[str, Path]) -> None:
    model = a_backend(checkpoints["text only"])
    model.load()
    model.load()
    assert model.status().state is ModelState.LOADING
    workers = [thread for thread in threading.enumerate() if thread is model._worker]
    wait_for(lambda: model.status().state is ModelState.READY)
    assert len(workers) == 1
    model.load()
    assert model.status().state is ModelState.READY


def test_a_seed_gives_the_same_text_again_and_another_seed_another(backend: LocalBackend) -> None:
    hot = GenerationSettings(temperature=1.0, max_new_tokens=24, seed=5)
    first = text_of(list(backend.stream(messages(), hot)))
    assert text_of(list(backend.stream(messages(), hot))) == first
    assert text_of(list(backend.stream(messages(), GenerationSettings(1.0, 24, seed=6)))) != first


def test_greedy_decoding_knows_no_seed(backend: LocalBackend) -> None:
    texts = {text_of(list(backend.stream(messages(), GenerationSettings(0.0, 16, seed=seed)))) for seed in (1, 2)}
    assert len(texts) == 1


def test_tokens_are_counted_as_they_come(backend: LocalBackend) -> None:
    counts = [event.tokens for event in backend.stream(messages(), SHORT) if isinstance(event, Delta)]
    assert counts == sorted(counts)
    assert counts[-1] <= 8


def test_stopping_frees_the_model_within_a_token(backend: LocalBackend) -> None:
    with closing(backend.stream(messages(), LONG)) as events:
        until_delta(events)
    began = time.monotonic()
    assert isinstance(list(backend.stream(messages(), SHORT))[-1], Finished)
    assert time.monotonic() - began < 5, "2,000 tokens would take longer"


def test_stopping_while_the_prompt_is_read_frees_the_model(backend: LocalBackend) -> None:
    context = "the dose was 54 Gy " * 500
    with closing(backend.stream(messages(context), LONG)) as events:
        reading = next(event for event in events if isinstance(event, Waiting) and (event.progress or 1) < 0.5)
    assert reading.detail == "reading the prompt"
    assert isinstance(list(backend.stream(messages(), SHORT))[-1], Finished)


def test_three_callers_are_answered_in_the_order_they_came(narrow: LocalBackend) -> None:
    streams = [narrow.stream(messages(), GenerationSettings(1.5, 40, seed=seed)) for seed in range(3)]
    places = [next(stream) for stream in streams]
    assert [event.place for event in places if isinstance(event, Waiting)] == [0, 1, 2]
    ended: list[int] = []

    def read(number: int) -> None:
        for _ in streams[number]:
            pass
        ended.append(number)

    threads = [threading.Thread(target=read, args=(number,)) for number in (2, 1, 0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert ended == [0, 1, 2]


def test_one_who_leaves_the_queue_lets_the_next_move_up(narrow: LocalBackend) -> None:
    first, second, third = (narrow.stream(messages(), LONG) for _ in range(3))
    until_delta(first)
    assert next(second) == Waiting(1, "1 ahead")
    assert next(third) == Waiting(2, "2 ahead")
    second.close()
    assert next(third) == Waiting(1, "1 ahead")
    first.close()
    until_delta(third)
    third.close()


def test_waiting_callers_are_not_left_in_silence(narrow: LocalBackend) -> None:
    first, second = narrow.stream(messages(), LONG), narrow.stream(messages(), LONG)
    until_delta(first)
    next(second)
    for _ in range(3):
        began = time.monotonic()
        assert next(second) == Waiting(1, "1 ahead")
        assert time.monotonic() - began < 2, "a quarter of a second, and a busy machine"
    second.close()
    first.close()


def together(backend: LocalBackend, asked: list[tuple[str, GenerationSettings]]) -> list[list[StreamEvent]]:
    """The events of callers who ask at the same time, each in a thread of its own."""
    heard: list[list[StreamEvent]] = [[] for _ in asked]

    def ask(place: int) -> None:
        context, settings = asked[place]
        heard[place].extend(backend.stream(messages(context), settings))

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(len(asked))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return heard


def test_callers_who_come_together_hear_what_they_hear_alone(exact: LocalBackend) -> None:
    """More of them than there are places, of different lengths, greedy and drawn."""
    asked = [
        (f"Letter {place}: 54 Gy. " * (1 + place), GenerationSettings((place % 2) * 1.2, 10 + 5 * place, seed=place))
        for place in range(exact.parallel + 2)
    ]
    alone = [told(list(exact.stream(messages(context), settings))) for context, settings in asked]
    assert [told(events) for events in together(exact, asked)] == alone
    assert len(set(alone)) == len(alone)


def test_a_model_answers_as_many_at_once_as_it_has_places_and_the_others_see_their_place(backend: LocalBackend) -> None:
    streams = [backend.stream(messages(), LONG) for _ in range(backend.parallel + 2)]
    for stream in streams[: backend.parallel]:
        until_delta(stream)
    assert [next(stream) for stream in streams[backend.parallel :]] == [
        Waiting(backend.parallel, f"{backend.parallel} ahead"),
        Waiting(backend.parallel + 1, f"{backend.parallel + 1} ahead"),
    ]
    streams[3].close()
    until_delta(streams[backend.parallel])
    for stream in streams:
        stream.close()


def test_one_who_stops_does_not_disturb_those_who_are_answered_beside_him(exact: LocalBackend) -> None:
    hot = GenerationSettings(1.2, 60, seed=3)
    alone = text_of(list(exact.stream(messages(), hot)))
    other = exact.stream(messages("The MRI of June shows no growth."), LONG)
    until_delta(other)
    events = exact.stream(messages(), hot)
    text = until_delta(events).text
    other.close()
    assert text + text_of(list(events)) == alone


class _Small(_Exact):
    """A model whose memory holds no batch; `failures` counts the steps that found it so."""

    failures = 0

    def open(self, report: Report) -> Loaded:
        import torch

        loaded = super().open(report)
        decoder: Any = loaded.decoder
        last = decoder._model.model.layers[-1]
        forward = last.forward

        def small(states: Any, *arguments: Any, **options: Any) -> Any:
            if states.shape[0] > 1:
                self.failures += 1
                raise torch.OutOfMemoryError("CUDA out of memory")
            return forward(states, *arguments, **options)

        last.forward = small
        return loaded


def test_where_memory_does_not_hold_a_batch_callers_are_answered_one_after_the_other(
    checkpoints: dict[str, Path],
) -> None:
    source = _Small(four_places(checkpoints["text only"]))
    model = LocalBackend(source)
    asked = [(f"Letter {place}: 54 Gy.", GenerationSettings(0.0, 30)) for place in range(4)]
    alone = [told(list(model.stream(messages(context), settings))) for context, settings in asked]
    assert [told(events) for events in together(model, asked)] == alone
    assert 1 <= source.failures <= 3, "once they are found to be too many, they are not tried together again"


def test_a_case_that_is_too_long_fails_alone(backend: LocalBackend) -> None:
    with closing(backend.stream(messages(), LONG)) as other:
        until_delta(other)
        with pytest.raises(ContextTooLong):
            list(backend.stream(messages("54 Gy " * 20_000), SHORT))
        until_delta(other)


def test_a_caller_who_goes_away_before_the_first_event_holds_nothing(backend: LocalBackend) -> None:
    backend.stream(messages(), LONG).close()
    assert isinstance(list(backend.stream(messages(), SHORT))[-1], Finished)


def test_a_context_that_is_too_long_is_said_before_anything_is_generated(backend: LocalBackend) -> None:
    context = "54 Gy " * 20_000
    with pytest.raises(ContextTooLong) as caught:
        list(backend.stream(messages(context), SHORT))
    limit = backend.describe().context_tokens - 8
    assert caught.value.limit == limit
    assert caught.value.tokens > 60_000
    assert f"{caught.value.tokens - limit:,} more" in str(caught.value)
    assert isinstance(list(backend.stream(messages(), SHORT))[-1], Finished)


@pytest.mark.parametrize("text", ["\x00\x01", "\ud800 lone", "‮reversed", "${x} `y` </script>", "x" * 3000, ""])
def test_hostile_contexts_are_text(backend: LocalBackend, text: str) -> None:
    assert isinstance(list(backend.stream(messages(text), SHORT))[-1], Finished)


class _ScriptedDecoder:
    """Stands where a model would: says what it is told to, or fails."""

    def __init__(self, pieces: list[str | Exception]) -> None:
        self._pieces = pieces

    def run(self, prompt: object, settings: GenerationSettings) -> Iterator[object]:
        from dipg_ui.generation.decoding import Reading, Token

        yield Reading(1.0)
        for piece in itertools.islice(self._pieces, settings.max_new_tokens):
            if isinstance(piece, Exception):
                raise piece
            yield Token(piece)
        yield FinishReason.LENGTH


class _ScriptedSource:
    needs_examples = True
    places = 1

    def __init__(self, pieces: list[str | Exception], error: Exception | None = None) -> None:
        self._pieces = pieces
        self._error = error

    def describe(self) -> ModelInfo:
        return a_model()

    def problem(self) -> str | None:
        return None

    def open(self, report: Report) -> Loaded:
        from dipg_ui.generation.decoding import Prompt

        if self._error is not None:
            raise self._error
        decoder: Any = _ScriptedDecoder(self._pieces)
        return Loaded(a_model(), decoder, lambda messages: Prompt((1, 2, 3), 1), stops=("\nDocument:",))


def scripted(pieces: list[str | Exception], settings: GenerationSettings | None = None) -> list[StreamEvent]:
    return list(LocalBackend(_ScriptedSource(pieces)).stream(messages(), settings or GenerationSettings()))


def test_generation_stops_when_the_answer_closes() -> None:
    events = scripted(["<answer>", "54 Gy", "</", "answer", ">", "\n", "more"])
    assert text_of(events) == "<answer>54 Gy</answer>"
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.completion_tokens) == (FinishReason.ANSWER_CLOSED, 5)


@pytest.mark.parametrize(
    ("style", "pieces"),
    [
        (PromptStyle.JSON, ['{"think": "{a}", ', '"answer": "54"', "}", "\n{"]),
        (PromptStyle.CHANNELS, ["<|channel|>final<|message|>", "54 Gy", "<|end|>", "<|channel|>"]),
    ],
)
def test_generation_stops_at_the_end_of_other_styles(style: PromptStyle, pieces: list[str | Exception]) -> None:
    events = scripted(pieces, GenerationSettings(style=style))
    assert text_of(events) == "".join(str(piece) for piece in pieces[:3])
    assert isinstance(events[-1], Finished)
    assert events[-1].reason is FinishReason.ANSWER_CLOSED


@pytest.mark.parametrize("pieces", [["no tags", "\n\nDoc", "ument:"], ["Doc", "ument:"]])
def test_a_model_that_begins_a_case_of_its_own_is_stopped(pieces: list[str | Exception]) -> None:
    events = scripted([*pieces, " another case"])
    assert text_of(events) == "".join(str(piece) for piece in pieces)
    assert isinstance(events[-1], Finished)
    assert events[-1].reason is FinishReason.END_OF_TEXT


def test_a_failure_in_the_worker_reaches_the_caller_and_the_model_is_free_again() -> None:
    model = LocalBackend(_ScriptedSource(["some", RuntimeError("CUDA error: an illegal address")]))
    for _ in range(2):
        received: list[StreamEvent] = []
        with pytest.raises(StreamBroken, match="illegal address"):
            received.extend(model.stream(messages(), GenerationSettings()))
        assert text_of(received) == "some"


def test_running_out_of_memory_comes_with_a_hint() -> None:
    model = LocalBackend(_ScriptedSource([RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")]))
    with pytest.raises(GenerationError, match=r"out of memory\. Ask for a shorter context"):
        list(model.stream(messages(), GenerationSettings()))


def test_a_loader_that_breaks_fails_every_caller_who_waits() -> None:
    model = LocalBackend(_ScriptedSource([], error=RuntimeError("bad file")))
    failures: list[str] = []

    def ask() -> None:
        try:
            list(model.stream(messages(), GenerationSettings()))
        except ModelUnavailable as error:
            failures.append(str(error))

    callers = [threading.Thread(target=ask) for _ in range(3)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(10)
    assert failures == ["Loading failed: bad file"] * 3
    assert model.status().state is ModelState.UNAVAILABLE


def test_places_are_the_models_own_choice_unless_they_are_set_and_one_on_a_lent_gpu(tmp_path: Path) -> None:
    def places(settings: Settings) -> list[int]:
        return [backend.parallel for backend in local_backends(settings)]

    assert places(Settings(data_dir=tmp_path, device="cpu")) == [8, 1]
    assert places(Settings(data_dir=tmp_path, device="cpu", places=3)) == [3, 3]
    assert HubSource(Settings(places=3, zero_gpu=True)).places == 1


def test_a_machine_without_a_gpu_lists_the_gpu_model_with_the_reason(tmp_path: Path) -> None:
    _, gpu = local_backends(Settings(data_dir=tmp_path, gpu_model="unsloth/gemma-3-4b-it", device="cpu"))
    assert gpu.status().state is ModelState.UNAVAILABLE
    assert "GPU" in gpu.status().detail
    with pytest.raises(ModelUnavailable, match="GPU"):
        list(gpu.stream(messages(), SHORT))


def test_a_model_that_is_not_downloaded_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dipg_ui.generation.hub.cuda_is_likely", lambda: True)
    _, gpu = local_backends(Settings(data_dir=tmp_path, gpu_model="nobody/no-such-model"))
    assert gpu.status().state is ModelState.UNAVAILABLE
    assert "hf download nobody/no-such-model" in gpu.status().detail
    assert "DIPG_ALLOW_DOWNLOAD" in gpu.status().detail


def test_a_model_in_the_hubs_cache_is_described_with_its_commit(
    checkpoints: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    snapshot = tmp_path / "models--someone--tiny" / "snapshots" / commit
    snapshot.mkdir(parents=True)
    (tmp_path / "models--someone--tiny" / "refs").mkdir()
    (tmp_path / "models--someone--tiny" / "refs" / "main").write_text(commit, encoding="ascii")
    (snapshot / "config.json").write_bytes((checkpoints["text only"] / "config.json").read_bytes())
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.file_download.HF_HUB_CACHE", str(tmp_path), raising=False)
    source = HubSource(Settings(gpu_model="someone/tiny"))
    assert source.describe().revision == commit
    assert source.describe().title == "tiny"
    assert json.loads((snapshot / "config.json").read_text(encoding="utf-8"))["model_type"] == "gemma3_text"


def test_describing_models_loads_no_torch() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from dipg_ui.settings import Settings; from dipg_ui.generation.local import local_backends;"
        "[(b.describe(), b.status()) for b in local_backends(Settings())];"
        "print(sorted({'torch', 'transformers', 'gradio'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_weights_that_are_read_are_those_that_are_mapped(checkpoints: dict[str, Path]) -> None:
    import torch
    from transformers import Gemma3ForCausalLM

    from dipg_ui.generation.loading import load_checkpoint

    mapped, read = (
        load_checkpoint(Gemma3ForCausalLM, checkpoints["text only"], mapped=m, dtype=torch.bfloat16)
        for m in (True, False)
    )
    expected, found = mapped.state_dict(), read.state_dict()
    assert expected.keys() == found.keys()
    assert all(torch.equal(found[name], weight) for name, weight in expected.items())
    assert read.config._attn_implementation == "sdpa"
    assert not read.training
