"""One thread between the matrix products of a short step, all of them in the products and afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def two_threads() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def a_model(seen: list[tuple[str, int]], *, fails: bool = False) -> Any:
    import torch

    from dipg_ui.generation.threads import all_threads, share_products_alone

    class Model(torch.nn.Module):
        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            seen.append(("between", torch.get_num_threads()))
            with all_threads():
                seen.append(("product", torch.get_num_threads()))
                if fails:
                    raise RuntimeError("out of memory")
            seen.append(("between", torch.get_num_threads()))
            return input_ids

    model = Model()
    share_products_alone(model)
    return model


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize(("tokens", "between"), [(1, 2), (2, 1), (256, 1), (257, 2)])
def test_a_short_step_shares_its_products_alone(tokens: int, between: int) -> None:
    import torch

    seen: list[tuple[str, int]] = []
    a_model(seen)(input_ids=torch.zeros(1, tokens, dtype=torch.long))
    assert seen == [("between", between), ("product", 2), ("between", between)]
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_a_step_that_fails_leaves_all_threads_at_work() -> None:
    import torch

    from dipg_ui.generation.threads import all_threads

    with pytest.raises(RuntimeError, match="out of memory"):
        a_model([], fails=True)(input_ids=torch.zeros(1, 3, dtype=torch.long))
    assert torch.get_num_threads() == 2
    torch.set_num_threads(1)
    with all_threads():
        assert torch.get_num_threads() == 1, "no step has begun: nothing is to be changed"
