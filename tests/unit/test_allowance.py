"""How much a caller may ask."""

from __future__ import annotations

import pytest

from dipg_ui import allowance
from dipg_ui.allowance import Allowance


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_so_much_at_once_then_as_time_goes_by() -> None:
    clock = Clock()
    allowed = Allowance(3, 3 / 60, clock)
    assert [allowed.spend("ada") for _ in range(3)] == [0, 0, 0]
    assert allowed.spend("ada") == pytest.approx(20)
    clock.now += 19.9
    assert allowed.spend("ada") == pytest.approx(0.1)
    clock.now += 0.2
    assert allowed.spend("ada") == 0
    assert allowed.spend("ada") > 0


def test_each_caller_has_its_own_and_a_long_rest_saves_up_no_more_than_that() -> None:
    clock = Clock()
    allowed = Allowance(2, 2 / 60, clock)
    allowed.spend("ada")
    clock.now += 10_000
    assert [allowed.spend(caller) for caller in ("ada", "ada", "bob", "bob")] == [0, 0, 0, 0]
    assert all(allowed.spend(caller) > 0 for caller in ("ada", "bob"))


def test_what_is_dearer_than_the_burst_passes_when_all_is_there() -> None:
    allowed = Allowance(10, 0.001, Clock())
    assert allowed.spend("ada", 15) == 0
    assert allowed.spend("ada", 1) > 0


def test_a_caller_can_be_in_debt_and_not_without_end() -> None:
    allowed = Allowance(10, 0.001, Clock())
    allowed.charge("ada", 12)
    assert allowed.spend("ada", 0) == pytest.approx(2_000)
    allowed.charge("ada", 10_000)
    assert allowed.spend("ada", 0) == pytest.approx(10_000)
    assert allowed.spend("bob", 0) == 0


def test_callers_without_number_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MAX_CALLERS", 3)
    allowed = Allowance(1, 1 / 60, Clock())
    for caller in "abcd":
        allowed.spend(caller)
    assert len(allowed._left) == 3
    assert allowed.spend("d") > 0
