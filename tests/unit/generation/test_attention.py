"""Attention with shared keys, on tiny random models: what plain sdpa gives."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.tiny_models import text_config, tiny_tokenizer


@pytest.fixture(scope="module", params=[1, 2], ids=["one key head", "two key heads"])
def models(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """A model that attends plainly, and the same with shared keys; a sliding window of 32."""
    import torch
    from transformers import Gemma3ForCausalLM

    from dipg_ui.generation.attention import share_keys

    config = text_config(tiny_tokenizer().get_vocab_size())
    config.num_attention_heads, config.num_key_value_heads = 4, request.param
    torch.manual_seed(0)
    plain = Gemma3ForCausalLM._from_config(config, attn_implementation="sdpa").eval()
    shared = copy.deepcopy(plain)
    share_keys(shared)
    assert shared.config._attn_implementation != plain.config._attn_implementation
    return plain, shared


def logits_of(model: Any, ids: Any, chunks: list[int]) -> Any:
    """Of all positions, the prompt being read in `chunks`."""
    import torch
    from transformers import DynamicCache

    cache, found = DynamicCache(config=model.config), []
    with torch.inference_mode():
        for chunk in ids.split(chunks, dim=1):
            found.append(model(input_ids=chunk, past_key_values=cache, use_cache=True).logits)
    return torch.cat(found, dim=1)


@pytest.mark.parametrize(
    "chunks", [[20], [60], [20, 7], [20, 40], [50, 40], [40, 1, 1, 30], [1, 33, 2]], ids=lambda chunks: str(chunks)
)
def test_a_prompt_read_in_chunks_gives_what_plain_attention_gives(models: tuple[Any, Any], chunks: list[int]) -> None:
    """Within the window and past it, behind a prefix and without one."""
    import torch

    plain, shared = models
    ids = torch.randint(8, 400, (1, sum(chunks)), generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(logits_of(shared, ids, chunks), logits_of(plain, ids, chunks), rtol=1e-4, atol=1e-4)


def test_what_a_prompt_may_not_see_changes_nothing(models: tuple[Any, Any]) -> None:
    """A later token, and one that every layer's window has left behind but the whole-context layers see."""
    import torch

    _, shared = models
    ids = torch.randint(8, 400, (1, 30), generator=torch.Generator().manual_seed(2))
    other = ids.clone()
    other[0, 25] = 5
    before, after = logits_of(shared, ids, [10, 20]), logits_of(shared, other, [10, 20])
    torch.testing.assert_close(before[:, :25], after[:, :25])
    assert not torch.allclose(before[:, 25:], after[:, 25:])


def test_left_padded_rows_are_masked_as_plain_attention_masks_them(models: tuple[Any, Any]) -> None:
    import torch

    ids = torch.randint(8, 400, (2, 24), generator=torch.Generator().manual_seed(3))
    mask = torch.ones(2, 24, dtype=torch.long)
    mask[1, :9] = 0
    with torch.inference_mode():
        plain, shared = (model(input_ids=ids, attention_mask=mask).logits for model in models)
    torch.testing.assert_close(shared[0], plain[0], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(shared[1, 9:], plain[1, 9:], rtol=1e-4, atol=1e-4)
