"""Which task a client is given, with the tasks that it fetched, and when it is given none."""

from __future__ import annotations

import pytest

from dipg_ui.openenv.desk import MAX_CLIENTS, Client, Desk, NoTask, Seat
from tests.builders import a_case

ALONE, HERE = Client("ada", session=True), Client("10.0.0.7")


def a_desk(n: int = 6) -> Desk:
    return Desk({f"case-{i}": a_case(id=f"case-{i}") for i in range(n)}, seed=3)


def ids(desk: Desk, client: Client, count: int | None = None, *, shuffle: bool = True) -> list[str]:
    return [case.id for case in desk.fetch(client, count, shuffle=shuffle)]


def served(seat: Seat, n: int) -> list[str]:
    return [seat.serve().case.id for _ in range(n)]


@pytest.mark.parametrize("client", [ALONE, HERE])
def test_resets_follow_the_tasks_that_were_fetched(client: Client) -> None:
    desk = a_desk()
    fetched = ids(desk, client, 4)
    seat = Seat(desk, client)
    assert served(seat, 4) == fetched
    assert fetched != ids(desk, client, 4, shuffle=False)


def test_a_second_model_is_asked_the_same_tasks_from_the_top() -> None:
    desk = a_desk()
    fetched = ids(desk, HERE, 3)
    assert served(Seat(desk, HERE), 6) == fetched * 2


def test_two_clients_behind_one_address_that_shuffle_get_the_same_order() -> None:
    desk = a_desk()
    first, second = ids(desk, HERE), ids(desk, HERE)
    one, other = Seat(desk, HERE), Seat(desk, HERE)
    mixed = [(one.serve().case.id, other.serve().case.id) for _ in first]
    assert [a for a, _ in mixed] == first
    assert [b for _, b in mixed] == second


def test_an_order_is_called_unsure_once_other_tasks_were_fetched_from_the_address() -> None:
    desk = a_desk()
    ids(desk, HERE, 3)
    assert Seat(desk, HERE).serve().order_known
    last = ids(desk, HERE, 4, shuffle=False)
    seat = Seat(desk, HERE)
    first = seat.serve()
    assert (first.case.id, first.order_known) == (last[0], False)


def test_a_connection_in_the_middle_of_its_list_is_refused_a_task_of_another_one() -> None:
    desk = a_desk()
    ids(desk, HERE, 4)
    seat = Seat(desk, HERE)
    seat.serve()
    ids(desk, HERE, 5)
    with pytest.raises(NoTask, match="sessions/NAME"):
        seat.serve()


def test_a_session_begins_the_tasks_that_it_fetched_last_at_once() -> None:
    desk = a_desk()
    ids(desk, ALONE, 4)
    seat = Seat(desk, ALONE)
    seat.serve()
    again = ids(desk, ALONE, 4)
    assert served(seat, 4) == again


def test_sessions_keep_their_own_order_and_shuffle_anew() -> None:
    desk = a_desk(40)
    orders = [ids(desk, ALONE), ids(desk, Client("bob", session=True)), ids(desk, ALONE)]
    assert len({tuple(order) for order in orders}) == 3
    assert served(Seat(desk, ALONE), 40) == orders[2]


def test_a_named_task_and_a_seed_leave_the_order_as_it_is() -> None:
    desk = a_desk()
    fetched = ids(desk, ALONE)
    seat = Seat(desk, ALONE)
    assert seat.serve(task_id="case-3").case.id == "case-3"
    assert seat.serve(seed=11).case == seat.serve(seed=11).case
    assert seat.serve().case.id == fetched[0]


def test_without_fetching_all_tasks_come_and_no_order_is_claimed() -> None:
    seat = Seat(a_desk(3), HERE)
    first = seat.serve()
    assert not first.order_known
    assert [first.case.id, *served(seat, 3)] == ["case-0", "case-1", "case-2", "case-0"]


def test_an_unknown_task_and_an_empty_set_are_told() -> None:
    with pytest.raises(NoTask, match="no task 'nowhere'"):
        Seat(a_desk(), HERE).serve(task_id="nowhere")
    with pytest.raises(NoTask, match="no tasks"):
        Seat(a_desk(0), HERE).serve()


def test_what_was_fetched_long_ago_makes_room() -> None:
    desk = a_desk()
    ids(desk, ALONE)
    for n in range(MAX_CLIENTS):
        ids(desk, Client(f"other-{n}", session=True), 1)
    assert desk.last_fetched(ALONE) is None
    assert desk.last_fetched(Client("other-1", session=True)) is not None
