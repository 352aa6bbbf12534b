"""What every local model needs to be loaded: a source that knows it, the checks that are cheap, the loaded model.

Nothing here imports torch before `load_checkpoint` or `use_cpus` runs: the page asks what is available first.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dipg_ui.generation.base import ModelUnavailable
from dipg_ui.records import Message, ModelInfo

if TYPE_CHECKING:
    from dipg_ui.generation.decoding import Decoder, Prompt
    from dipg_ui.generation.zero import LentDecoder

MAX_THREADS = 16  # a 270M step has no use for more

Report = Callable[[str, float | None], None]
"""Called with the stage in a few words and its progress, 0–1 or None."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory. A completion that writes one of `stops` has begun a case of its own: it is over."""

    info: ModelInfo
    decoder: Decoder | LentDecoder
    encode: Callable[[Sequence[Message]], Prompt]
    stops: tuple[str, ...] = ()


class Source(Protocol):
    """A model that could be loaded."""

    @property
    def needs_examples(self) -> bool: ...

    @property
    def places(self) -> int:
        """How many answers the model, once loaded, writes at once. Cheap."""

    def describe(self) -> ModelInfo:
        """As far as known before loading. Cheap."""

    def problem(self) -> str | None:
        """Why the model cannot be used here and what to do, None where nothing speaks against it. Cheap."""

    def open(self, report: Report) -> Loaded:
        """Load now. Raises ModelUnavailable."""


def missing_modules(*names: str) -> str | None:
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if not missing:
        return None
    return f"Not installed: {', '.join(missing)}. Run `pip install {' '.join(missing)}` and start again."


def cuda_is_likely() -> bool:
    """Whether loading on CUDA is worth a try: the driver's device is there and torch is no CPU build.

    Does not ask torch, whose import takes seconds, nor the driver, which must not start before a fork.
    """
    try:
        if importlib.metadata.version("torch").endswith("+cpu"):
            return False
    except importlib.metadata.PackageNotFoundError:
        return False
    devices = (Path("/dev/nvidiactl"), Path("/dev/dxg"))
    return any(device.exists() for device in devices) or shutil.which("nvidia-smi") is not None


def use_cpus() -> None:
    """Let torch use the CPUs that this process really has, which in a container is fewer than the machine's."""
    import torch

    torch.set_num_threads(min(torch.get_num_threads(), _cpus(), MAX_THREADS))


def quiet() -> None:
    """Keep progress bars and advice of transformers off the console: the page shows the progress."""
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()


def load_checkpoint(model_class: Any, folder: Path, *, mapped: bool = True, **options: Any) -> Any:
    """A model of `folder` ready to answer. Raises ModelUnavailable where weights are missing: transformers would
    fill them at random and say so in a log alone.

    Not `mapped` if weights are going to be replaced: of a mapped file all stays in memory as long as one is in use."""
    quiet()
    try:
        source = {"pretrained_model_name_or_path": folder, "local_files_only": True} if mapped else _read(folder)
        model, found = model_class.from_pretrained(
            **source, output_loading_info=True, attn_implementation="sdpa", **options
        )
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelUnavailable(f"The model in {folder} cannot be loaded: {reason}") from error
    if found["missing_keys"] or found["mismatched_keys"]:
        missing = sorted(str(key) for key in (*found["missing_keys"], *found["mismatched_keys"]))
        raise ModelUnavailable(
            f"The model in {folder} is incomplete: {len(missing)} weights are missing, {missing[0]} among them."
        )
    return model.eval()


def _read(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file
    from transformers import AutoConfig

    return {
        "pretrained_model_name_or_path": None,
        "config": AutoConfig.from_pretrained(folder, local_files_only=True),
        "state_dict": load_file(folder / "model.safetensors", backend="pread"),
    }


def _cpus() -> int:
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return cpus
    return cpus if quota == "max" else max(1, min(cpus, round(int(quota) / int(period))))
