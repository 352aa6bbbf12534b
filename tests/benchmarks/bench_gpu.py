"""What Gemma 3 4B would do on this GPU: random weights of the real configuration time the same as real ones.

    python tests/benchmarks/bench_gpu.py [--json] [--tokens 64] [--tiny]

Says plainly that it was not run where there is no CUDA device. `--tiny` runs the same code on a tiny model on the
CPU, to test it; its figures mean nothing. The model is written to a temporary folder (9 GB) and loaded the way the
app loads it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from dipg_ui.generation.local import prepare_environment  # noqa: E402 - found through the path set above
from dipg_ui.records import GenerationSettings  # noqa: E402
from dipg_ui.settings import Settings  # noqa: E402
from tests.tiny_models import save_tiny_model, tiny_tokenizer  # noqa: E402

# google/gemma-3-4b-it, config.json (public); what is not named here is the default of the classes.
TEXT = {
    "vocab_size": 262208,
    "hidden_size": 2560,
    "intermediate_size": 10240,
    "num_hidden_layers": 34,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "head_dim": 256,
    "query_pre_attn_scalar": 256,
    "sliding_window": 1024,
    "max_position_embeddings": 131072,
}
VISION = {
    "hidden_size": 1152,
    "intermediate_size": 4304,
    "num_hidden_layers": 27,
    "num_attention_heads": 16,
    "image_size": 896,
    "patch_size": 14,
}
PROMPTS = (500, 1500, 3000)
BATCHES = (1, 4, 8)
OWN_TOKENS = 200  # of a case beside the constant prompt, where the prefix is known


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, so that a tiny run takes the same path."""

    device: str
    tokens: int
    prompts: Sequence[int] = PROMPTS
    batches: Sequence[int] = BATCHES
    rounds: int = 3
    compiled: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    quantisation: str
    name: str
    value: float
    unit: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--tiny", action="store_true", help="a tiny model on the CPU, to test this script")
    arguments = parser.parse_args()
    prepare_environment(Settings())
    import torch

    if not arguments.tiny and not torch.cuda.is_available():
        print("not run: no CUDA device")
        return
    with tempfile.TemporaryDirectory() as folder:
        if arguments.tiny:
            save_tiny_model(Path(folder), multimodal=True)
            plan = Plan("cpu", 4, prompts=(50,), batches=(1, 2), rounds=1, compiled=False)
        else:
            save_random_4b(Path(folder))
            plan = Plan("cuda:0", arguments.tokens)
        figures = list(measure(Path(folder), plan))
    device = "CPU, tiny model: no figure means anything" if arguments.tiny else torch.cuda.get_device_name(0)
    if arguments.json:
        print(json.dumps({"device": device, "figures": [asdict(figure) for figure in figures]}, indent=2))
        return
    print(device)
    for figure in figures:
        print(f"{figure.quantisation:<5} {figure.name:<52} {figure.value:>9.4g} {figure.unit}")


def save_random_4b(folder: Path) -> None:
    """The real configuration with weights of noise, made on the GPU, where four thousand million take seconds."""
    import torch
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration

    config = Gemma3Config(text_config=TEXT, vision_config=VISION, mm_tokens_per_image=256)
    torch.manual_seed(0)
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device("cuda"):
            model = Gemma3ForConditionalGeneration(config)
    finally:
        torch.set_default_dtype(default)
    model.save_pretrained(folder)
    del model
    torch.cuda.empty_cache()


def measure(folder: Path, plan: Plan) -> Iterator[Figure]:
    import torch
    from transformers import AutoModelForCausalLM

    from dipg_ui.generation.hub import nf4_config
    from dipg_ui.generation.loading import load_checkpoint

    for quantisation in ("bf16", "nf4"):
        options: dict[str, Any] = {"dtype": torch.bfloat16, "device_map": {"": plan.device}}
        if quantisation == "nf4":
            options["quantization_config"] = nf4_config()
        began = time.monotonic()
        model = load_checkpoint(AutoModelForCausalLM, folder, **options)
        yield Figure(quantisation, "loading", time.monotonic() - began, "s")
        if plan.device != "cpu":
            yield Figure(quantisation, "memory of the weights", torch.cuda.memory_allocated() / 1e9, "GB")
        yield from _app_figures(model, quantisation, plan)
        yield from _batch_figures(model, quantisation, plan)
        if plan.compiled and quantisation == "bf16":  # bitsandbytes cannot be compiled
            yield _compiled_figure(model, plan)
        del model
        if plan.device != "cpu":
            torch.cuda.empty_cache()


def _app_figures(model: Any, quantisation: str, plan: Plan) -> Iterator[Figure]:
    """The app's own decoder, one caller: first token without and with a known prefix, then the pace."""
    from dipg_ui.generation.decoding import Decoder, Prompt

    for length in plan.prompts:
        own = min(OWN_TOKENS, length // 2)
        cold, warm, pace = [], [], []
        for number in range(plan.rounds + 1):
            constant = _ids(model, length - own, seed=1000 + number)
            decoder = Decoder(model, tiny_tokenizer(), [])
            first, _ = _time(decoder, Prompt((*constant, *_ids(model, own, seed=number)), len(constant)), plan)
            again, step = _time(decoder, Prompt((*constant, *_ids(model, own, seed=~number)), len(constant)), plan)
            if number:  # the first round warms the device up
                cold.append(first)
                warm.append(again)
                pace.append(step)
        yield Figure(quantisation, f"first token, {length} tokens, nothing known", statistics.median(cold), "s")
        known = f"first token, {length} tokens, {length - own} of them known"
        yield Figure(quantisation, known, statistics.median(warm), "s")
        yield Figure(
            quantisation, f"eager decoding in the app after {length} tokens", 1 / statistics.median(pace), "tok/s"
        )


def _time(decoder: Any, prompt: Any, plan: Plan) -> tuple[float, float]:
    """Seconds to the first token, and seconds a token after it."""
    from dipg_ui.generation.decoding import Token

    began, times = time.monotonic(), []
    for event in decoder.run(prompt, GenerationSettings(temperature=0.0, max_new_tokens=plan.tokens)):
        if isinstance(event, Token):
            times.append(time.monotonic())
    return times[0] - began, (times[-1] - times[0]) / (len(times) - 1)


def _batch_figures(model: Any, quantisation: str, plan: Plan) -> Iterator[Figure]:
    for batch in plan.batches:
        seconds = _generate(model, batch, plan)
        yield Figure(quantisation, f"eager generate, batch of {batch}, whole", batch * plan.tokens / seconds, "tok/s")


def _compiled_figure(model: Any, plan: Plan) -> Figure:
    """A static cache makes transformers compile the step by itself on CUDA; the first rounds pay for it."""
    for _ in range(2):
        _generate(model, 1, plan, cache_implementation="static")
    seconds = _generate(model, 1, plan, cache_implementation="static")
    return Figure("bf16", "compiled generate with a static cache, batch of 1", plan.tokens / seconds, "tok/s")


def _generate(model: Any, batch: int, plan: Plan, **options: Any) -> float:
    """Median seconds of a whole `generate` of `plan.tokens` after the shortest prompt."""
    import torch

    length = plan.prompts[0]
    ids = torch.tensor([_ids(model, length, seed=row) for row in range(batch)], device=plan.device)
    seconds = []
    for _ in range(plan.rounds):
        began = time.monotonic()
        model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=plan.tokens,
            min_new_tokens=plan.tokens,
            pad_token_id=0,
            **options,
        )
        if plan.device != "cpu":
            torch.cuda.synchronize()
        seconds.append(time.monotonic() - began)
    return statistics.median(seconds)


def _ids(model: Any, count: int, seed: int) -> tuple[int, ...]:
    """Random ids that are no control token and no image."""
    import torch

    top = model.config.get_text_config(decoder=True).vocab_size - 100
    generator = torch.Generator().manual_seed(seed % 2**32)
    return tuple(torch.randint(10, top, (count,), generator=generator).tolist())


if __name__ == "__main__":
    main()
