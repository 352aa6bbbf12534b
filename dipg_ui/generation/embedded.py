"""The embedded model: Gemma 3 270M on the CPU."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dipg_ui.generation import weights
from dipg_ui.generation.loading import Loaded, Report, load_checkpoint, missing_modules, use_cpus
from dipg_ui.prompts import DOCUMENT, QUESTION, build_messages
from dipg_ui.records import ModelInfo, PromptStyle
from evaluator.types import Case

PLACES = 8
"""A step costs the reading of the weights, and it is done once for all answers (tests/benchmarks/bench_batches.py)."""
CONTEXT_TOKENS = 10_240  # of the model's 32,768: a 4,000-word case fits, and a CPU is not busy for minutes


class EmbeddedSource:
    """Gemma 3 270M from its package, on the CPU. A base model: it needs worked examples."""

    needs_examples = True

    def __init__(self, data_dir: Path, quantisation: str = "auto", places: int = 0) -> None:
        """`quantisation` is "auto" or "int8" (bf16 where the kernel does not work here), or "bf16". `places` is how
        many answers are written at once, 0 for `PLACES`."""
        self.places = places or PLACES
        self._data_dir = data_dir
        self._int8 = quantisation in {"auto", "int8"}

    def describe(self) -> ModelInfo:
        return ModelInfo(
            id="embedded",
            title="Gemma 3 270M",
            name=weights.PACKAGE,
            revision=weights.package_version() or "not installed",
            device="CPU",
            quantisation="int8" if self._int8 else "bf16",
            context_tokens=CONTEXT_TOKENS,
        )

    def problem(self) -> str | None:
        missing = missing_modules("torch", "transformers", "tokenizers")
        return missing or (None if weights.package_version() else weights.missing_package())

    def open(self, report: Report) -> Loaded:
        report("starting torch", 0.0)
        import torch
        from tokenizers import Tokenizer
        from transformers import Gemma3ForCausalLM

        from dipg_ui.generation.attention import share_keys
        from dipg_ui.generation.decoding import Decoder
        from dipg_ui.generation.encoding import PlainEncoder
        from dipg_ui.generation.int8 import int8_works, to_int8
        from dipg_ui.generation.last_layer import spare_last_layer
        from dipg_ui.generation.norms import shorten_norms
        from dipg_ui.generation.threads import share_products_alone

        use_cpus()
        folder = weights.converted_model(self._data_dir, report)
        report("loading the tokenizer", 0.2)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        report("loading the weights", 0.4)
        model = load_checkpoint(Gemma3ForCausalLM, folder, mapped=False, dtype=torch.bfloat16)
        share_keys(model)
        shorten_norms(model)
        spare_last_layer(model)
        info = self.describe()
        if self._int8 and int8_works():
            report("packing the weights as int8", 0.7)
            to_int8(model)
            share_products_alone(model)
        else:
            info = replace(info, quantisation="bf16")
        report("reading the worked examples", 0.9)
        encode = PlainEncoder(tokenizer, model.config.bos_token_id)
        decoder = Decoder(model, tokenizer, [model.config.eos_token_id], guard_loops=True)
        prompt = encode(build_messages(Case("", "", ""), PromptStyle.TAGS, examples=True))
        decoder.warm(prompt.ids[: prompt.constant])
        return Loaded(info, decoder, encode, stops=(f"\n{DOCUMENT}", f"\n{QUESTION}"))
