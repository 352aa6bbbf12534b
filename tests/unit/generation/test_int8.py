"""int8 weights, and bf16 ones packed for a prompt, on tiny random models: close to the plain model in float32."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.tiny_models import tiny_model

WORST_ERROR = 0.05


@pytest.fixture(scope="module", params=["text", "multimodal"])
def plain(request: pytest.FixtureRequest) -> Any:
    """In bf16. Milder noise than usual: with it each layer adds a little, as in a real model."""
    import torch

    torch.manual_seed(0)
    model = tiny_model(multimodal=request.param == "multimodal").eval()
    for weight in model.parameters():
        weight.data.mul_(0.5)
    return model.to(torch.bfloat16)


@pytest.fixture(scope="module", params=[True, False], ids=["packed", "not packed"])
def int8(request: pytest.FixtureRequest, plain: Any) -> Any:
    from dipg_ui.generation import int8

    if request.param and not int8.packing_works():
        pytest.skip("this torch has no packed products")
    model = copy.deepcopy(plain)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(int8, "packing_works", lambda: request.param)
        int8.to_int8(model)
    return model


def error(found: Any, expected: Any) -> float:
    return float((found.float() - expected).norm() / expected.norm())


@pytest.mark.parametrize("shape", [(1, 1), (1, 16), (1, 17), (1, 70), (3, 1), (3, 20)], ids=str)
def test_logits_are_close_to_those_of_the_plain_model(plain: Any, int8: Any, shape: tuple[int, int]) -> None:
    """One token and many, a batch too, some of whose rows are filled up on the left."""
    import torch

    ids = torch.randint(8, 400, shape, generator=torch.Generator().manual_seed(1))
    mask = torch.ones(shape, dtype=torch.long)
    if shape[0] > 1 and shape[1] > 1:
        mask[1, :7] = 0
    with torch.inference_mode():
        expected = copy.deepcopy(plain).float()(input_ids=ids, attention_mask=mask).logits[:, -1]
        found = int8(input_ids=ids, attention_mask=mask).logits[:, -1]
        rounded = plain(input_ids=ids, attention_mask=mask).logits[:, -1]
    assert found.shape == expected.shape
    assert error(found, expected) < WORST_ERROR
    if ids.numel() > 16:
        assert error(found, expected) < 1.5 * error(rounded, expected), "many tokens are read in bf16"


def test_every_linear_layer_of_the_language_model_is_replaced(int8: Any) -> None:
    from torch import nn

    assert not [name for name, layer in int8.get_decoder().named_modules() if type(layer) is nn.Linear]
    assert type(int8.lm_head) is not nn.Linear


def test_an_embedding_shared_with_the_head_stays_as_it_is() -> None:
    import torch

    from dipg_ui.generation.int8 import to_int8

    model = tiny_model().to(torch.bfloat16).eval()
    model.lm_head.weight = model.get_input_embeddings().weight
    before, ids = model.get_input_embeddings().weight.detach().clone(), torch.tensor([[2, 9, 11]])
    to_int8(model)
    assert torch.equal(model.get_input_embeddings().weight, before)
    assert not model.lm_head.weight.is_mkldnn, "packed it would be a second copy"
    with torch.inference_mode():
        states = model.get_decoder()(input_ids=ids).last_hidden_state
        found = model(input_ids=ids).logits
    expected = states.float() @ before.float().T
    assert error(found, expected) < WORST_ERROR


@pytest.mark.parametrize("rows", [1, 16, 17, 300])
def test_an_mlp_whose_gate_is_no_gelu_by_tanh_keeps_its_own(rows: int) -> None:
    import torch
    from transformers import Gemma3ForCausalLM

    from dipg_ui.generation.int8 import Int8MLP, to_int8
    from tests.tiny_models import text_config

    config = text_config(400)
    config.hidden_activation = "silu"
    torch.manual_seed(0)
    model = Gemma3ForCausalLM(config).to(torch.bfloat16).eval()
    mlp = model.get_decoder().layers[0].mlp
    x = torch.randn(rows, 64, generator=torch.Generator().manual_seed(2)).to(torch.bfloat16)
    with torch.inference_mode():
        expected = copy.deepcopy(mlp).float()(x.float())
        to_int8(model)
        assert error(mlp(x), expected) < WORST_ERROR
    assert model.get_decoder().layers[0].mlp is mlp
    assert not isinstance(mlp, Int8MLP)


def test_packed_products_are_found_wanting_where_they_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate that keeps a torch out whose private products mean something else."""
    from dipg_ui.generation import packed

    if not packed.packing_works():
        pytest.skip("this torch has no packed products")
    right = packed.gated_product
    monkeypatch.setattr(packed, "gated_product", lambda rows, gate, up: right(rows, up, gate))
    assert not packed.packing_works()
    monkeypatch.setattr(packed, "gated_product", right)
    monkeypatch.setattr(packed, "product", lambda rows, weight: right(rows, weight, weight))
    assert not packed.packing_works()
