"""Attention on the CPU, for a model whose query heads share their keys.

The query heads of a key head are laid behind one another, token by token, as the rows of one head. The keys are then
not copied for each of them, and scores and sums are two bf16 products, each at twice the speed of torch's fused kernel,
which reckons them in float32. The softmax between them is in float32, its result in bf16, as transformers' own eager
attention has it. The scores of one chunk of a prompt are held as a whole: a few megabytes.

Imports torch: only the thread that loads and serves a model imports this module.
"""

from __future__ import annotations

from typing import Any

import torch

from dipg_ui.generation.threads import all_threads

_NAME = "dipg_shared_keys"


def share_keys(model: Any) -> None:
    """Let a model of transformers that is loaded for sdpa attend so."""
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface

    AttentionInterface.register(_NAME, _attend)
    AttentionMaskInterface.register(_NAME, _mask)
    model.set_attn_implementation(_NAME)


def _attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    **options: Any,
) -> tuple[torch.Tensor, None]:
    """As transformers asks: `query` of shape (batch, heads, tokens, size), `key` and `value` with fewer heads and the
    tokens before them too, the mask of `_mask`. The result has shape (batch, tokens, heads, size)."""
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    batch, heads, tokens, size = query.shape
    if attention_mask is None and tokens > 1:  # nothing is before the prompt: each token looks at those before it
        with all_threads():
            plain: tuple[torch.Tensor, None] = sdpa_attention_forward(
                module, query, key, value, attention_mask, scaling=scaling, **options
            )
        return plain
    keys = key.shape[1]
    by_key = (batch, tokens, keys, heads // keys, size)
    rows = query.transpose(1, 2).reshape(by_key).transpose(1, 2).reshape(batch * keys, -1, size)
    scale = size**-0.5 if scaling is None else scaling
    across = key.flatten(0, 1).transpose(1, 2)
    with all_threads():
        if attention_mask is None:
            scores = torch.bmm(rows, across).mul_(scale)
        else:
            scores = torch.baddbmm(attention_mask.expand(-1, keys, -1, -1).flatten(0, 1), rows, across, alpha=scale)
        out = torch.bmm(torch.softmax(scores, dim=-1), value.flatten(0, 1))
    out = out.view(batch, keys, tokens, heads // keys, size).transpose(1, 2)
    return out.reshape(batch, tokens, heads, size), None


def _mask(*, q_length: int, dtype: torch.dtype, config: Any, **options: Any) -> torch.Tensor | None:
    """What is added to the scores: 0, or the lowest number where a token may not look; a row for each row of `_attend`.
    Not -inf: padding that may look nowhere would become NaN, which spreads."""
    from transformers.masking_utils import sdpa_mask

    seen: torch.Tensor | None = sdpa_mask(q_length=q_length, dtype=dtype, config=config, **options)
    if seen is None:
        return None
    added = torch.zeros(seen.shape, dtype=dtype, device=seen.device).masked_fill_(~seen, torch.finfo(dtype).min)
    return added.repeat_interleave(config.num_attention_heads // config.num_key_value_heads, dim=2)
