"""Bounds on what one address may ask and on open connections."""

from __future__ import annotations

from dipg_ui.openenv.pace import Connections, Pace


def test_an_address_waits_once_it_has_spent_its_share_and_others_do_not() -> None:
    pace = Pace(burst=10, per_second=0.001)
    assert [pace.spend("a", 5), pace.spend("a", 5)] == [0, 0]
    assert 4_000 < pace.spend("a", 5) <= 5_000
    assert pace.spend("b", 5) == 0


def test_a_request_dearer_than_the_burst_passes_when_all_is_there() -> None:
    pace = Pace(burst=10, per_second=0.001)
    assert pace.spend("a", 15) == 0
    assert pace.spend("a", 1) > 0


def test_an_address_can_be_in_debt_and_not_without_end() -> None:
    pace = Pace(burst=10, per_second=0.001)
    pace.charge("a", 12)
    assert 1_000 < pace.spend("a", 0) <= 2_000
    pace.charge("a", 10_000)
    assert 9_000 < pace.spend("a", 0) <= 10_000
    assert pace.spend("b", 0) == 0


def test_more_connections_than_there_is_room_for_are_refused() -> None:
    open_ones = Connections(most=3, most_of_one=2, silent_seconds=60)
    first = open_ones.open("a")
    assert first is not None
    assert open_ones.open("a") is not None
    assert open_ones.open("a") is None
    assert open_ones.open("b") is not None
    assert open_ones.open("c") is None
    open_ones.close(first)
    assert open_ones.open("c") is not None


def test_the_connection_that_is_silent_longest_makes_room_for_a_new_one() -> None:
    open_ones = Connections(most=2, most_of_one=2, silent_seconds=0)
    first, second = open_ones.open("a"), open_ones.open("b")
    assert first is not None
    assert second is not None
    first.touch()
    assert open_ones.open("c") is not None
    assert (first.ended.is_set(), second.ended.is_set()) == (False, True)
    assert len(open_ones) == 2
