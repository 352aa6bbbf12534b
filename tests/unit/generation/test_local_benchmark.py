"""The GPU benchmark takes the same path at tiny size on the CPU, so that it works where a GPU is at hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import bench_gpu
from tests.tiny_models import save_tiny_model


def test_every_figure_of_the_gpu_benchmark_is_measured_at_tiny_size(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path, multimodal=True)
    plan = bench_gpu.Plan("cpu", 3, prompts=(40,), batches=(1, 2), rounds=1, compiled=False)
    figures = list(bench_gpu.measure(folder, plan))
    assert {figure.quantisation for figure in figures} == {"bf16", "nf4"}
    assert len(figures) == 2 * (1 + 3 + 2)
    assert all(figure.value > 0 for figure in figures)


def test_the_configuration_is_the_size_that_the_model_is_named_for() -> None:
    """4.3 thousand million weights, 0.4 of them to see with."""
    import torch
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration

    config = Gemma3Config(text_config=bench_gpu.TEXT, vision_config=bench_gpu.VISION, mm_tokens_per_image=256)
    with torch.device("meta"):
        model = Gemma3ForConditionalGeneration(config)
    assert sum(weight.numel() for weight in model.parameters()) == pytest.approx(4.3e9, rel=0.01)


def test_without_a_gpu_the_benchmark_says_that_it_was_not_run() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    out = subprocess.run([sys.executable, bench_gpu.__file__], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "not run: no CUDA device"
