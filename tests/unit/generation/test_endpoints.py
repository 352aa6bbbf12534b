"""Several servers of one model: who is asked, who rests, and what is said of it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from dipg_ui.generation.base import Delta, ModelState, ModelUnavailable
from dipg_ui.generation.endpoints import Endpoint, Endpoints, Refused
from dipg_ui.generation.server import ServerBackend
from dipg_ui.records import GenerationSettings
from tests.unit.generation.scripted import (
    ASK,
    Handler,
    a_closed_port,
    a_server,
    an_endpoint,
    at,
    settled,
    text_of,
    well,
)

ANSWER = "<answer>54 Gy"


def test_requests_go_where_the_fewest_are_under_way() -> None:
    release = threading.Event()

    def held(handler: Handler) -> None:
        assert release.wait(60)
        well(handler)

    with a_server(held) as (first, one), a_server(held) as (second, other):
        backend = ServerBackend(an_endpoint(first, parallel=4), an_endpoint(second, parallel=4))
        assert backend.parallel == 8
        with ThreadPoolExecutor(6) as pool:
            asked = [pool.submit(text_of, backend) for _ in range(6)]
            deadline = time.monotonic() + 20
            while len(one.asked) + len(other.asked) < 6 and time.monotonic() < deadline:
                time.sleep(0.02)
            assert (len(one.asked), len(other.asked)) == (3, 3)
            assert [report.under_way for report in backend.reports()] == [3, 3]
            release.set()
            assert [each.result(30)[0] for each in asked] == [ANSWER] * 6
        assert [report.under_way for report in backend.reports()] == [0, 0]


def test_one_that_is_down_is_named_and_the_others_go_on() -> None:
    down = f"http://127.0.0.1:{a_closed_port()}/v1"
    with a_server(well) as (url, handler):
        backend = ServerBackend(an_endpoint(down, rest_seconds=30.0), an_endpoint(url))
        assert settled(backend).state is ModelState.READY
        assert [text_of(backend)[0] for _ in range(3)] == [ANSWER] * 3
        status = backend.status()
    detail = status.detail
    assert "1 of 2 servers" in detail
    assert detail.endswith(status.trouble)
    assert f"{at(down)} cannot be reached" in detail
    assert "Asked again in" in detail
    assert len(handler.asked) == 3


def test_one_that_comes_back_is_used_again() -> None:
    port = a_closed_port()
    with a_server(well) as (url, _):
        backend = ServerBackend(an_endpoint(f"http://127.0.0.1:{port}/v1", rest_seconds=0.1), an_endpoint(url))
        assert text_of(backend)[0] == ANSWER
        with a_server(well, port=port) as (_, again):
            deadline = time.monotonic() + 30
            while not again.asked and time.monotonic() < deadline:
                assert text_of(backend)[0] == ANSWER
                time.sleep(0.05)
            assert again.asked
        assert all(report.up and not report.reason for report in backend.reports())


def test_a_case_whose_server_dies_before_the_first_word_is_answered_by_another() -> None:
    def dies(handler: Handler) -> None:
        handler.reset()

    with a_server(dies) as (first, handler), a_server(well) as (second, _):
        backend = ServerBackend(an_endpoint(first, rest_seconds=30.0), an_endpoint(second))
        with ThreadPoolExecutor(6) as pool:
            texts = list(pool.map(lambda _: text_of(backend)[0], range(12)))
    assert texts == [ANSWER] * 12
    assert 1 <= len(handler.asked) <= 8


def test_one_that_is_busy_is_spared_while_another_is_not() -> None:
    def busy(handler: Handler) -> None:
        handler.begin(429, Retry_After="120")

    with a_server(busy) as (first, handler), a_server(well) as (second, _):
        backend = ServerBackend(an_endpoint(first), an_endpoint(second))
        assert [text_of(backend)[0] for _ in range(6)] == [ANSWER] * 6
    assert len(handler.asked) == 1


def test_one_that_serves_another_model_is_not_asked() -> None:
    with a_server(well) as (first, _), a_server(well, models=("other",)) as (second, handler):
        backend = ServerBackend(an_endpoint(first), an_endpoint(second))
        assert [text_of(backend)[0] for _ in range(4)] == [ANSWER] * 4
        assert "does not serve tiny; it lists other" in backend.status().detail
    assert handler.asked == []


def test_when_all_are_down_the_model_cannot_be_used_and_all_reasons_are_given() -> None:
    down = [f"http://127.0.0.1:{a_closed_port()}/v1" for _ in range(2)]
    backend = ServerBackend(*(an_endpoint(url, tries=2, rest_seconds=5.0) for url in down))
    assert settled(backend).state is ModelState.UNAVAILABLE
    with pytest.raises(ModelUnavailable) as raised:
        list(backend.stream(ASK, GenerationSettings()))
    for url in down:
        assert f"{at(url)} cannot be reached" in str(raised.value)
    assert backend.status().state is ModelState.UNAVAILABLE


def test_a_server_that_was_restarted_is_waited_for() -> None:
    port = a_closed_port()
    backend = ServerBackend(an_endpoint(f"http://127.0.0.1:{port}/v1", rest_seconds=0.5, tries=8))
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(text_of, backend)
        deadline = time.monotonic() + 20
        while not backend.reports()[0].reason and time.monotonic() < deadline:
            time.sleep(0.02)
        with a_server(well, port=port):
            assert asked.result(60)[0] == ANSWER


def test_leaving_in_mid_answer_gives_the_place_back() -> None:
    def speaks_on(handler: Handler) -> None:
        handler.begin()
        handler.say("<think>")
        handler.hold()

    with a_server(speaks_on) as (url, _):
        backend = ServerBackend(an_endpoint(url, parallel=1))
        for _ in range(3):
            with closing(backend.stream(ASK, GenerationSettings())) as stream:
                assert any(isinstance(event, Delta) for event in stream)
        assert backend.reports()[0].under_way == 0


def test_requests_that_fail_together_count_as_one_fault_and_one_request_tries_what_failed() -> None:
    endpoint = Endpoint("http://x/v1", rest_seconds=0.2)
    pool = Endpoints([endpoint])
    seats = []
    for caller in range(4):
        pool.join(caller)
        seats.append(pool.take(caller, 5))
    for seat in seats:
        assert seat is not None
        pool.failed(endpoint, seat.taken, Refused("busy", down=False))
        pool.give(seat)
    assert 0 < pool.reports()[0].again <= 0.2
    pool.join("trial")
    pool.join("second")
    trial = pool.take("trial", 5)
    assert trial is not None
    assert pool.take("second", 0.05) is None
    pool.accepted(endpoint, trial.taken)
    assert pool.take("second", 5) is not None
    assert pool.reports()[0].reason == ""


def test_neither_key_nor_password_is_shown() -> None:
    endpoint = Endpoint("http://user:password@x:8000/v1", key="secret")
    assert "secret" not in repr(endpoint)
    assert endpoint.where == "x:8000"
