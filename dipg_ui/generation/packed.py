"""bf16 matrix products for the rows of a prompt, with what follows a product done while its result is at hand.

oneDNN lays the weights of a product out anew each time; here it is done once. Laid out weights serve for nothing else.

Uses `torch.ops.mkldnn`, which is private (torch's own compiler writes such calls): `packing_works` says whether this
torch has it and whether it agrees with plain torch, and nothing here is used where it does not.
"""

from __future__ import annotations

import torch
from torch.nn import functional

_WORST_ERROR = 0.02


def pack(weight: torch.Tensor) -> torch.Tensor:
    packed: torch.Tensor = torch.ops.mkldnn._reorder_linear_weight(weight)
    return packed


def product(rows: torch.Tensor, packed: torch.Tensor) -> torch.Tensor:
    """As `F.linear`."""
    out: torch.Tensor = torch.ops.mkldnn._linear_pointwise(rows, packed, None, "none", [], "")
    return out


def gated_product(rows: torch.Tensor, gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
    """`gelu(rows @ gate) * (rows @ up)`, gelu by tanh, in float32 up to the two results."""
    pointwise = torch.ops.mkldnn._linear_pointwise
    out: torch.Tensor = pointwise.binary(rows, pointwise(rows, gate, None, "gelu", [], "tanh"), up, None, "mul")
    return out


def packing_works() -> bool:
    """Whether the private products are there and agree with plain torch, for more rows than one and other sizes."""
    generator = torch.Generator().manual_seed(0)
    rows, gate, up = (torch.randn(n, 96, generator=generator).to(torch.bfloat16) / 4 for n in (40, 80, 80))
    through_gate, through_up = (functional.linear(rows.float(), weight.float()) for weight in (gate, up))
    expected = functional.gelu(through_gate, approximate="tanh") * through_up
    try:
        found, plain = gated_product(rows, pack(gate), pack(up)), product(rows, pack(up))
    except (RuntimeError, NotImplementedError, TypeError, AttributeError):
        return False
    return _agree(found, expected) and _agree(plain, through_up)


def _agree(found: torch.Tensor, expected: torch.Tensor) -> bool:
    return bool((found.float() - expected).norm() / expected.norm() < _WORST_ERROR)
