"""Bounds on open connections."""

from __future__ import annotations

from dipg_ui.openenv.connections import Connections


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
