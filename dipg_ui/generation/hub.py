"""A chat model of the Hugging Face hub, or of a folder, for a GPU: 4-bit NF4 through bitsandbytes, or bf16.

Loading it makes no network call unless downloads are allowed. On a CPU a folder may be loaded, slowly, if
DIPG_DEVICE asks for it: that is how the path is tested where there is no GPU.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from dipg_ui.generation.base import ModelUnavailable
from dipg_ui.generation.loading import Loaded, Report, cuda_is_likely, load_checkpoint, missing_modules, use_cpus
from dipg_ui.generation.zero import LentDecoder
from dipg_ui.records import ModelInfo
from dipg_ui.settings import Settings

CONTEXT_TOKENS = 16_384
_FILES = ["*.json", "*.safetensors", "*.jinja", "*.model"]


class HubSource:
    """A chat model of the Hugging Face hub or a folder, for a GPU: NF4 through bitsandbytes, or bf16."""

    needs_examples = False

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._name = settings.gpu_model
        self._nf4 = settings.quantisation != "bf16"
        self.places = 1 if settings.zero_gpu else settings.places or 1
        """One unless asked for more: what several at once gain has not been measured on a GPU. A lent GPU serves one
        answer, in a process of its own."""

    def describe(self) -> ModelInfo:
        folder = self._folder()
        return ModelInfo(
            id="gpu",
            title=Path(self._name).name,
            name=self._name,
            revision=_revision(folder),
            device="CPU" if self._settings.device == "cpu" else "GPU",
            quantisation="NF4, bf16 compute" if self._nf4 else "bf16",
            context_tokens=CONTEXT_TOKENS,
        )

    def problem(self) -> str | None:
        modules = ("torch", "transformers", "accelerate", *(("bitsandbytes",) if self._nf4 else ()))
        return missing_modules(*modules) or self._no_gpu() or self._not_here()

    def _no_gpu(self) -> str | None:
        if self._settings.device == "cpu":
            return None if Path(self._name).is_dir() else "This model needs a GPU, and DIPG_DEVICE is cpu."
        if self._settings.zero_gpu or cuda_is_likely():
            return None
        return (
            "This model needs an NVIDIA GPU and a torch built for CUDA; this machine has none. "
            "Use the embedded model, or a server that has one (DIPG_SERVER_URL)."
        )

    def _not_here(self) -> str | None:
        if self._folder() or self._settings.allow_download:
            return None
        return (
            f"{self._name} is not in the local cache, and downloads are off: run `hf download {self._name}` once, "
            "or start with DIPG_ALLOW_DOWNLOAD=1."
        )

    def open(self, report: Report) -> Loaded:
        report("starting torch", 0.0)
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        from dipg_ui.generation.decoding import Decoder
        from dipg_ui.generation.encoding import ChatEncoder

        on_cpu = self._settings.device == "cpu"
        if on_cpu:
            use_cpus()
        elif not torch.cuda.is_available():
            raise ModelUnavailable("torch finds no CUDA device: check the driver and that torch is built for CUDA.")
        folder = self._folder() or self._download(report)
        report("loading the tokenizer", 0.3)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        report("loading the weights", 0.4)
        options: dict[str, Any] = {"dtype": torch.bfloat16, "device_map": {"": "cpu" if on_cpu else "cuda:0"}}
        if self._nf4:
            options["quantization_config"] = nf4_config()
        model = load_checkpoint(AutoModelForCausalLM, folder, **options)
        info = self.describe()
        if not on_cpu:
            info = replace(info, device=torch.cuda.get_device_name(0))
        decoder = Decoder(model, tokenizer.backend_tokenizer, _end_tokens(model))
        return Loaded(info, LentDecoder(decoder) if self._settings.zero_gpu else decoder, ChatEncoder(tokenizer))

    def _folder(self) -> Path | None:
        """Where the files lie already: a folder of this name, or the hub's cache."""
        if Path(self._name).is_dir():
            return Path(self._name)
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

        try:
            return Path(snapshot_download(self._name, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError, OSError):
            return None

    def _download(self, report: Report) -> Path:
        if not self._settings.allow_download:
            raise ModelUnavailable(self._not_here() or "")
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError

        report(f"downloading {self._name} (several GB)", None)
        token = self._settings.hf_token or None
        try:
            return Path(snapshot_download(self._name, allow_patterns=_FILES, token=token))
        except (HfHubHTTPError, OSError) as error:
            raise ModelUnavailable(f"{self._name} could not be downloaded: {error}") from error


def _revision(folder: Path | None) -> str:
    """The commit, which is the folder's name in the hub's cache."""
    if folder is None:
        return "not downloaded"
    return folder.name if folder.parent.name == "snapshots" else "local folder"


def nf4_config() -> Any:
    """NF4 with double quantisation and bf16 arithmetic, as the published tutorial loads the model."""
    import torch
    from transformers import BitsAndBytesConfig

    config_class: Any = BitsAndBytesConfig  # untyped
    return config_class(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


def _end_tokens(model: Any) -> list[int]:
    """Gemma 3 ends a turn with another token than a text: its generation settings name both."""
    ends = model.generation_config.eos_token_id
    ends = model.config.get_text_config(decoder=True).eos_token_id if ends is None else ends
    return list(ends) if isinstance(ends, list | tuple) else [ends]
