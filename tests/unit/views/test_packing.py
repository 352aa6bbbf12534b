"""Packed columns come back as they were."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipg_ui.views.packing import SKIP, pack_codes, pack_kinds, pack_rows
from tests.unit.views.unpacking import codes, column, rows


def sent(value: object) -> Any:
    """As the browser gets it."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8"))


@given(st.lists(st.integers(0, 20_000), unique=True).map(sorted))
def test_rows_come_back(told: list[int]) -> None:
    assert rows(sent(pack_rows(np.array(told, np.int64)))) == told


@pytest.mark.parametrize("told", [[], [0], [SKIP - 1], [SKIP], [SKIP + 1], [2 * SKIP], [0, SKIP + 1], [3, 9_999]])
def test_rows_about_a_long_gap_come_back(told: list[int]) -> None:
    assert rows(pack_rows(np.array(told, np.int64))) == told


def test_many_rows_take_about_a_character_each() -> None:
    assert len(pack_rows(np.arange(10_000))) == 10_000
    assert len(pack_rows(np.arange(0, 10_000, 40))) == 250


@given(st.lists(st.integers(0, 2_000)))
def test_codes_come_back(told: list[int]) -> None:
    assert codes(sent(pack_codes(np.array(told, np.int64)))) == told


VALUES = st.tuples(st.integers(0, 11), st.sampled_from([None, -50.0, -4.5, 0.0, 30.0]), st.integers(-1, 1))


@given(st.lists(VALUES))
def test_columns_of_few_values_come_back(told: list[tuple[int, float | None, int]]) -> None:
    outcome, reward, flag = ([row[place] for row in told] for place in range(3))
    columns = {
        "outcome": np.array(outcome, np.int8),
        "reward": np.array([np.nan if value is None else value for value in reward], np.float64),
        "flag": np.array(flag, np.int8),
    }
    packed = sent(pack_kinds(columns))
    assert column(packed, "outcome") == outcome
    assert column(packed, "reward") == reward
    assert column(packed, "flag") == flag
    assert len(packed["kinds"]["outcome"]) == len(set(told))
