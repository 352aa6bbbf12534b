"""How often a caller may ask."""

from __future__ import annotations

import pytest

from dipg_ui import allowance
from dipg_ui.allowance import Allowance, Spent


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_so_many_calls_at_once_then_one_for_each_share_of_the_time() -> None:
    clock = Clock()
    allowed = Allowance(3, 60, clock)
    for _ in range(3):
        allowed.take("ada")
    with pytest.raises(Spent) as spent:
        allowed.take("ada")
    assert spent.value.seconds == 20
    clock.now += 19.9
    with pytest.raises(Spent, match="in 1 s"):
        allowed.take("ada")
    clock.now += 0.2
    allowed.take("ada")
    with pytest.raises(Spent):
        allowed.take("ada")


def test_each_caller_has_its_own_and_a_long_rest_saves_up_no_more_than_that() -> None:
    clock = Clock()
    allowed = Allowance(2, 60, clock)
    allowed.take("ada")
    clock.now += 10_000
    for caller in ("ada", "ada", "bob", "bob"):
        allowed.take(caller)
    for caller in ("ada", "bob"):
        with pytest.raises(Spent):
            allowed.take(caller)


def test_callers_without_number_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MAX_CALLERS", 3)
    allowed = Allowance(1, 60, Clock())
    for caller in "abcd":
        allowed.take(caller)
    assert len(allowed._left) == 3
    with pytest.raises(Spent):
        allowed.take("d")
