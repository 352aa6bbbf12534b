"""Where no GPU is lent, the way through ZeroGPU's decoration gives what the model gives without it."""

from __future__ import annotations

from pathlib import Path

from dipg_ui.generation.base import Delta
from dipg_ui.generation.hub import HubSource
from dipg_ui.generation.local import LocalBackend, local_backends
from dipg_ui.prompts import build_messages
from dipg_ui.records import GenerationSettings, PromptStyle
from dipg_ui.settings import Settings, read_settings
from tests.builders import a_case
from tests.tiny_models import save_tiny_model


def answer(folder: Path, *, zero_gpu: bool) -> str:
    backend = LocalBackend(
        HubSource(Settings(device="cpu", gpu_model=str(folder), quantisation="bf16", zero_gpu=zero_gpu))
    )
    messages = build_messages(a_case(), PromptStyle.TAGS, examples=False)
    events = backend.stream(messages, GenerationSettings(temperature=1.5, max_new_tokens=12))
    return "".join(event.text for event in events if isinstance(event, Delta))


def test_a_lent_gpu_is_asked_for_the_same_answer(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "tiny")
    plain = answer(folder, zero_gpu=False)
    assert plain != ""
    assert answer(folder, zero_gpu=True) == plain


def test_zero_gpu_is_read_from_what_the_space_says() -> None:
    assert read_settings({"SPACES_ZERO_GPU": "true"}).zero_gpu
    assert not read_settings({"SPACE_ID": "someone/dipg"}).zero_gpu


def test_the_embedded_model_comes_first_where_no_gpu_is(tmp_path: Path) -> None:
    names = [backend.describe().id for backend in local_backends(Settings(data_dir=tmp_path, device="cpu"))]
    assert names == ["embedded", "gpu"]
