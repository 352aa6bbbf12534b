from __future__ import annotations

import threading

from dipg_ui.generation.turns import Turns


class _Caller:
    pass


def test_callers_are_served_in_the_order_they_came() -> None:
    turns: Turns[_Caller] = Turns()
    callers = [_Caller() for _ in range(3)]
    for caller in callers:
        turns.join(caller)
    served = []
    for _ in callers:
        served.append(turns.serve())
        turns.done(served[-1])
    assert served == callers


def test_the_caller_being_served_counts_for_those_behind() -> None:
    turns: Turns[_Caller] = Turns()
    first, second, third = _Caller(), _Caller(), _Caller()
    for caller in (first, second, third):
        turns.join(caller)
    turns.serve()
    assert [turns.ahead(caller) for caller in (first, second, third)] == [0, 1, 2]
    turns.done(first)
    assert [turns.ahead(caller) for caller in (second, third)] == [0, 1]


def test_one_who_leaves_lets_the_others_move_up() -> None:
    turns: Turns[_Caller] = Turns()
    first, second, third = _Caller(), _Caller(), _Caller()
    for caller in (first, second, third):
        turns.join(caller)
    turns.leave(second)
    assert turns.ahead(third) == 1
    assert turns.serve() is first
    turns.done(first)
    assert turns.serve() is third


def test_the_caller_being_served_cannot_be_overtaken_by_leaving() -> None:
    turns: Turns[_Caller] = Turns()
    first, second = _Caller(), _Caller()
    turns.join(first)
    turns.join(second)
    turns.serve()
    turns.leave(first)
    assert turns.ahead(second) == 1
    turns.done(first)
    assert turns.serve() is second


def test_equal_callers_are_told_apart() -> None:
    turns: Turns[str] = Turns()
    one, other = "".join(["a", "b"]), "".join(["a", "b"])
    turns.join(one)
    turns.join(other)
    turns.leave(one)
    assert turns.serve() is other


def test_the_server_waits_for_a_caller() -> None:
    turns: Turns[_Caller] = Turns()
    served: list[_Caller] = []
    server = threading.Thread(target=lambda: served.append(turns.serve()))
    server.start()
    server.join(0.05)
    assert server.is_alive()
    caller = _Caller()
    turns.join(caller)
    server.join(5)
    assert served == [caller]


def test_dismissing_empties_the_line_and_says_who_was_in_it() -> None:
    turns: Turns[_Caller] = Turns()
    callers = (_Caller(), _Caller())
    for caller in callers:
        turns.join(caller)
    turns.serve()
    assert turns.dismiss() == callers
    late = _Caller()
    turns.join(late)
    assert turns.serve() is late
