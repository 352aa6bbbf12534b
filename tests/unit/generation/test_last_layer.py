"""The last layer spared for a prompt's tokens but the last, on tiny random models: what the plain model gives."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.tiny_models import text_config, tiny_model

Pair = tuple[Any, Any]


@pytest.fixture(scope="module", params=["text", "text, last layer sliding", "text, shared keys", "multimodal"])
def models(request: pytest.FixtureRequest) -> Pair:
    """A plain model, and the same with its last layer spared; a sliding window of 32."""
    import torch

    from dipg_ui.generation.attention import share_keys
    from dipg_ui.generation.last_layer import spare_last_layer

    torch.manual_seed(0)
    plain = tiny_model(multimodal=request.param == "multimodal", layers=5 if "sliding" in request.param else 6).eval()
    assert ("sliding" in request.param) == (plain.get_decoder().config.layer_types[-1] == "sliding_attention")
    spared = copy.deepcopy(plain)
    if "shared keys" in request.param:
        share_keys(spared)
    spare_last_layer(spared)
    return plain, spared


def random_ids(*shape: int) -> Any:
    import torch

    return torch.randint(8, 400, shape, generator=torch.Generator().manual_seed(1))


def read(model: Any, ids: Any, chunks: list[int], **options: Any) -> tuple[Any, Any]:
    """The logits that the model gives for each chunk, and its cache."""
    import torch
    from transformers import DynamicCache

    cache, found = DynamicCache(config=model.config.get_text_config(decoder=True)), []
    with torch.inference_mode():
        for chunk in ids.split(chunks, dim=1):
            found.append(model(input_ids=chunk, past_key_values=cache, use_cache=True, **options).logits)
    return torch.cat(found, dim=1), cache


@pytest.mark.parametrize("chunks", [[1], [20], [60], [20, 7], [20, 40, 1, 1], [50, 40], [40, 1, 30]], ids=str)
def test_the_last_token_of_a_chunk_gets_what_the_plain_model_gives_it(models: Pair, chunks: list[int]) -> None:
    """Within the window and past it; what later tokens look back on is the same too."""
    import torch

    ids = random_ids(1, sum(chunks))
    (expected, plain_cache), (found, cache) = (read(model, ids, chunks, logits_to_keep=1) for model in models)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    for layer, plain_layer in zip(cache.layers, plain_cache.layers, strict=True):
        torch.testing.assert_close(layer.keys, plain_layer.keys, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(layer.values, plain_layer.values, rtol=1e-4, atol=1e-4)
        assert layer.get_seq_length() == plain_layer.get_seq_length()


def test_who_asks_for_all_tokens_gets_all(models: Pair) -> None:
    import torch

    (expected, _), (found, _) = (read(model, random_ids(1, 60), [25, 35]) for model in models)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


def test_rows_filled_up_on_the_left_are_read_as_the_plain_model_reads_them(models: Pair) -> None:
    import torch

    mask = torch.ones(2, 48, dtype=torch.long)
    mask[1, :11] = 0
    ids = random_ids(2, 48)
    expected, found = (read(model, ids, [48], logits_to_keep=1, attention_mask=mask)[0] for model in models)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


def test_the_last_layer_does_its_work_for_one_token_alone(models: Pair) -> None:
    """The saving itself: its MLP sees one token of 30."""
    seen: list[int] = []
    _, spared = models
    mlp = spared.get_decoder().layers[-1].layer.mlp
    hook = mlp.register_forward_pre_hook(lambda _module, inputs: seen.append(inputs[0].shape[1]))
    try:
        read(spared, random_ids(1, 30), [30], logits_to_keep=1)
        read(spared, random_ids(1, 30), [30])
    finally:
        hook.remove()
    assert seen == [1, 30]


def test_the_configuration_of_these_tests_has_both_kinds_of_layer() -> None:
    assert {"sliding_attention", "full_attention"} == set(text_config(400).layer_types)
