"""Gemma's norms in fewer steps: a step of the model has a hundred of them, and each reads and writes little.

Imports torch: only the thread that loads and serves a model imports this module.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


def shorten_norms(model: nn.Module) -> None:
    """Replace every norm of a Gemma 3, in place."""
    from transformers.models.gemma3.modeling_gemma3 import Gemma3RMSNorm

    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, Gemma3RMSNorm):
                setattr(module, name, _Norm(child))


class _Norm(nn.Module):
    """In float32, as the plain one; its weights are made ready once, and each step but the first is in place."""

    weight: torch.Tensor

    def __init__(self, plain: Any) -> None:
        super().__init__()
        self.register_buffer("weight", 1.0 + plain.weight.detach().float(), persistent=False)
        self._eps = plain.eps

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = x.to(torch.float32, copy=True)
        square = torch.linalg.vector_norm(out, dim=-1, keepdim=True).square_().div_(x.shape[-1])
        return out.mul_(square.add_(self._eps).rsqrt_()).mul_(self.weight).to(x.dtype)
