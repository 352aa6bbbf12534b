"""Norms in fewer steps: the numbers of the plain ones."""

from __future__ import annotations

import copy

import pytest


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("shape", [(1, 150, 640), (2, 1, 640), (1, 4, 30, 640)])
def test_a_short_norm_gives_what_the_plain_one_gives(dtype: str, shape: tuple[int, ...]) -> None:
    import torch
    from torch import nn
    from transformers.models.gemma3.modeling_gemma3 import Gemma3RMSNorm

    from dipg_ui.generation.norms import shorten_norms

    generator = torch.Generator().manual_seed(0)
    plain = nn.Sequential(Gemma3RMSNorm(640, eps=1e-6)).to(getattr(torch, dtype))
    plain[0].weight.data.copy_(torch.randn(640, generator=generator) / 2)
    short = copy.deepcopy(plain)
    shorten_norms(short)
    x = torch.randn(shape, generator=generator).mul(3).to(getattr(torch, dtype))
    before = x.clone()
    with torch.inference_mode():
        torch.testing.assert_close(short(x), plain(x))
    assert torch.equal(x, before)
    assert type(short[0]) is not type(plain[0])
