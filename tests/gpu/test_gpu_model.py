"""The local path on a real CUDA device, with a tiny checkpoint of the published multimodal shape."""

from __future__ import annotations

import importlib.util
from contextlib import closing
from pathlib import Path

import pytest

from dipg_ui.generation.base import Delta, Finished
from dipg_ui.generation.hub import HubSource
from dipg_ui.generation.local import LocalBackend
from dipg_ui.prompts import build_messages
from dipg_ui.records import GenerationSettings, Message, PromptStyle
from dipg_ui.settings import Settings
from tests.builders import a_case
from tests.tiny_models import save_tiny_model


def _no_cuda() -> str | None:
    if importlib.util.find_spec("torch") is None:
        return "torch is not installed"
    import torch

    return None if torch.cuda.is_available() else "no CUDA device on this machine"


pytestmark = [pytest.mark.gpu, pytest.mark.skipif(_no_cuda() is not None, reason=str(_no_cuda()))]


def messages() -> tuple[Message, ...]:
    return build_messages(a_case(), PromptStyle.TAGS, examples=False)


@pytest.mark.parametrize("quantisation", ["nf4", "bf16"])
def test_a_multimodal_checkpoint_answers_on_the_gpu(tmp_path: Path, quantisation: str) -> None:
    import torch

    folder = save_tiny_model(tmp_path, multimodal=True)
    backend = LocalBackend(HubSource(Settings(gpu_model=str(folder), quantisation=quantisation)))
    events = list(backend.stream(messages(), GenerationSettings(max_new_tokens=8)))
    assert isinstance(events[-1], Finished)
    assert backend.describe().device == torch.cuda.get_device_name(0)


def test_stopping_frees_the_gpu_for_the_next_caller(tmp_path: Path) -> None:
    backend = LocalBackend(HubSource(Settings(gpu_model=str(save_tiny_model(tmp_path)), quantisation="bf16")))
    with closing(backend.stream(messages(), GenerationSettings(1.5, 1000))) as events:
        next(event for event in events if isinstance(event, Delta))
    after = list(backend.stream(messages(), GenerationSettings(max_new_tokens=4)))
    assert isinstance(after[-1], Finished)


def test_greedy_text_is_that_of_the_cpu(tmp_path: Path) -> None:
    """In float arithmetic of another device the first tokens agree; later ones may drift."""
    folder = save_tiny_model(tmp_path)
    texts = []
    for device in ("cpu", "cuda"):
        backend = LocalBackend(HubSource(Settings(device=device, gpu_model=str(folder), quantisation="bf16")))
        events = list(backend.stream(messages(), GenerationSettings(temperature=0.0, max_new_tokens=2)))
        texts.append("".join(event.text for event in events if isinstance(event, Delta)))
    assert texts[0] == texts[1]
