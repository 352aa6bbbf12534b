"""Linear layers with int8 weights on the CPU: half the bytes per token of bf16, and decoding is bound by bytes.

Reading a prompt is bound by arithmetic instead, so the bf16 weights stay too, for many tokens at once, packed for that
where torch can (`packed`).

Uses `torch._weight_int8pack_mm`, which is private: `int8_works` says whether this torch has it and whether it agrees
with `F.linear`, and nothing here is used where it does not.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from dipg_ui.generation.packed import gated_product, pack, packing_works, product
from dipg_ui.generation.threads import all_threads

_WORST_ERROR = 0.02
_MANY_ROWS = 16
"""The kernel reads each weight once a row: good for a token at a time, half as fast as bf16 for a prompt, which is read
with the weights as they were."""


class Int8Linear(nn.Module):
    """A bias-free linear layer: int8 weights, one bf16 scale per output row, bf16 in and out.

    `packs` if the bf16 weights are to be packed: where `packing_works` and nobody else needs them as they are."""

    packed: torch.Tensor
    scale: torch.Tensor
    weight: torch.Tensor

    def __init__(self, weight: torch.Tensor, *, packs: bool = False) -> None:
        super().__init__()
        packed, scale = _quantise(weight)
        self.register_buffer("packed", packed, persistent=False)
        self.register_buffer("scale", scale, persistent=False)
        self.register_buffer("weight", pack(weight) if packs else weight, persistent=False)
        self.out_features, self.in_features = weight.shape
        self._of_many = product if packs else functional.linear

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x.reshape(-1, self.in_features)
        with all_threads():
            if len(rows) > _MANY_ROWS:
                out = self._of_many(rows, self.weight)
            else:
                out = torch._weight_int8pack_mm(rows, self.packed, self.scale)
        return out.view(*x.shape[:-1], self.out_features)


class Int8MLP(nn.Module):
    """Gemma's MLP, whose gate is a gelu by tanh. For a token at a time gate and up are one product, for many the gate
    is part of the products."""

    packed: torch.Tensor
    scale: torch.Tensor
    gate: torch.Tensor
    up: torch.Tensor

    def __init__(self, plain: Any, *, packs: bool) -> None:
        super().__init__()
        gate, up, down = (layer.weight.detach() for layer in (plain.gate_proj, plain.up_proj, plain.down_proj))
        packed, scales = zip(_quantise(gate), _quantise(up), strict=True)
        self.register_buffer("packed", torch.cat(packed), persistent=False)
        self.register_buffer("scale", torch.cat(scales), persistent=False)
        self.register_buffer("gate", pack(gate) if packs else gate, persistent=False)
        self.register_buffer("up", pack(up) if packs else up, persistent=False)
        self.down = Int8Linear(down, packs=packs)
        self._packs = packs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.down(self._opened(x.reshape(-1, x.shape[-1])))
        return out.view(x.shape)

    def _opened(self, rows: torch.Tensor) -> torch.Tensor:
        with all_threads():
            if len(rows) <= _MANY_ROWS:
                gate, up = torch._weight_int8pack_mm(rows, self.packed, self.scale).chunk(2, dim=-1)
            elif self._packs:
                return gated_product(rows, self.gate, self.up)
            else:
                gate, up = functional.linear(rows, self.gate), functional.linear(rows, self.up)
        return functional.gelu(gate, approximate="tanh") * up


def _quantise(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """int8 weights, and the bf16 scale of each row."""
    packed, scale = torch.empty_like(weight, dtype=torch.int8), torch.empty(len(weight))
    for start in range(0, len(weight), 1024):  # a slice at a time: the head alone is 671 MB in float32
        rows = slice(start, start + 1024)
        part = weight[rows].float()
        scale[rows] = (part.abs().amax(dim=1) / 127).clamp_min(1e-8)
        packed[rows] = (part / scale[rows, None]).round_().clamp_(-127, 127).to(torch.int8)
    return packed, scale.to(torch.bfloat16)


def int8_works() -> bool:
    """Whether the private kernel is there and the layer agrees with `F.linear` for one row and for many."""
    if not hasattr(torch, "_weight_int8pack_mm"):
        return False
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(96, 64, generator=generator).to(torch.bfloat16)
    layer = Int8Linear(weight)
    for rows in (1, 40):
        x = torch.randn(rows, 64, generator=generator).to(torch.bfloat16)
        expected = functional.linear(x.float(), weight.float())
        try:
            found = layer(x).float()
        except (RuntimeError, NotImplementedError, TypeError):
            return False
        if not bool(((found - expected).norm() / expected.norm()) < _WORST_ERROR):
            return False
    return True


def to_int8(model: Any) -> None:
    """Replace every bias-free linear layer of a bf16 Gemma 3 on the CPU, the head included, in place.

    A head tied to the embedding gets an int8 copy of its own beside the weight that both share.
    """
    from transformers.models.gemma3.modeling_gemma3 import Gemma3MLP

    packs, embedding = packing_works(), model.get_input_embeddings().weight
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, Gemma3MLP) and child.config.hidden_activation == "gelu_pytorch_tanh":
                setattr(module, name, Int8MLP(child, packs=packs))
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear) and [key for key, _ in child.named_parameters()] == ["weight"]:
                shared = child.weight is embedding
                setattr(module, name, Int8Linear(child.weight.detach(), packs=packs and not shared))
