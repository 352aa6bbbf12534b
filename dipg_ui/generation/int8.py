"""Linear layers with int8 weights on the CPU: half the bytes per token of bf16, and decoding is bound by bytes.

Reading a prompt is bound by arithmetic instead, so the bf16 weights stay too, for many tokens at once.

Uses `torch._weight_int8pack_mm`, which is private: `int8_works` says whether this torch has it and whether it agrees
with `F.linear`, and nothing here is used where it does not.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from dipg_ui.generation.threads import all_threads

_WORST_ERROR = 0.02
_MANY_ROWS = 16
"""The kernel reads each weight once a row: good for a token at a time, half as fast as bf16 for a prompt, which is read
with the weights as they were."""


class Int8Linear(nn.Module):
    """A bias-free linear layer: int8 weights, one bf16 scale per output row, bf16 in and out."""

    packed: torch.Tensor
    scale: torch.Tensor
    weight: torch.Tensor

    def __init__(self, weight: torch.Tensor) -> None:
        super().__init__()
        scale = (weight.abs().amax(dim=1).float() / 127).clamp_min(1e-8)
        packed = torch.empty_like(weight, dtype=torch.int8)
        for start in range(0, len(weight), 8192):  # a slice at a time: the head alone is 671 MB in float32
            rows = slice(start, start + 8192)
            packed[rows] = (weight[rows].float() / scale[rows, None]).round_().clamp_(-127, 127).to(torch.int8)
        self.register_buffer("packed", packed, persistent=False)
        self.register_buffer("scale", scale.to(torch.bfloat16), persistent=False)
        self.register_buffer("weight", weight, persistent=False)
        self.out_features, self.in_features = weight.shape

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x.reshape(-1, self.in_features)
        with all_threads():
            if len(rows) > _MANY_ROWS:
                out = functional.linear(rows, self.weight)
            else:
                out = torch._weight_int8pack_mm(rows, self.packed, self.scale)
        return out.view(*x.shape[:-1], self.out_features)


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


def to_int8(model: nn.Module) -> None:
    """Replace every bias-free linear layer of a bf16 model on the CPU, the head included, in place.

    A head tied to the embedding gets an int8 copy of its own beside the weight that both share.
    """
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear) and [key for key, _ in child.named_parameters()] == ["weight"]:
                setattr(module, name, Int8Linear(child.weight.detach()))
