"""Cases of an OpenEnv server: what is read of a good one, and what is said of one that is down, strange or hostile."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from dipg_ui.openenv_cases import check_allowed, fetch_cases, is_openenv, server_name
from dipg_ui.settings import Settings, read_settings
from evaluator.errors import CaseFileError
from evaluator.types import Behaviour
from tests.builders import CONTEXT, a_trace

TASK = {
    "task_id": "7",
    "context": CONTEXT,
    "question": "What total dose was given?",
    "expected_answer": {"final": a_trace(), "proof": "Dexamethasone 2 mg was given twice daily."},
}
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


def an_answer(body: object) -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HEAD + b"content-length: %d\r\n\r\n" % len(data) + data


@contextmanager
def serving(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that reads a request and then does with the connection what it is told."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):
                        connection.recv(65_536)
                        behave(connection)

        threading.Thread(target=answer, daemon=True).start()
        yield f"openenv:http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def answering(body: object) -> Iterator[str]:
    data = an_answer(body)
    with serving(lambda connection: connection.sendall(data)) as address:
        yield address


def test_a_task_becomes_a_case_with_its_gold_answer_and_proof() -> None:
    with answering({"tasks": [TASK]}) as address:
        file = fetch_cases(address)
        assert file.name == server_name(address)
    (case,) = file.cases
    assert (case.id, case.context, case.question) == ("7", CONTEXT, "What total dose was given?")
    assert (case.expected, case.behaviour) == ("54 Gy in 30 fractions", Behaviour.ANSWER)
    assert case.quotes == ("Dexamethasone 2 mg was given twice daily.",)
    assert file.problems == ()


def test_tasks_that_are_no_cases_are_listed_by_their_place() -> None:
    tasks = [TASK, "text", {**TASK, "context": ""}, TASK, {**TASK, "task_id": "8", "expected_answer": None}]
    with answering({"tasks": tasks}) as address:
        file = fetch_cases(address)
    assert [case.id for case in file.cases] == ["7", "8"]
    assert [problem.line for problem in file.problems] == [2, 3, 4]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>hello</html>", "no JSON"),
        (b"[" * 200_000, "no JSON"),
        ([1, 2], "no list of tasks"),
        ({"tasks": "all"}, "no list of tasks"),
        ({"tasks": []}, "has no tasks"),
    ],
)
def test_an_answer_of_another_kind_is_told(body: object, said: str) -> None:
    with answering(body) as address, pytest.raises(CaseFileError, match=said):
        fetch_cases(address)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "host:port/env"),
        (b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n", "status 500"),
        (b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/x\r\ncontent-length: 0\r\n\r\n", "status 302"),
        (HEAD + b"content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}", "compressed"),
        (HEAD + b"content-length: 500\r\n\r\n{", "broke off"),
        (b"SSH-2.0-OpenSSH\r\n", "broke off"),
    ],
)
def test_a_server_that_is_no_environment_is_told(head: bytes, said: str) -> None:
    with serving(lambda connection: connection.sendall(head)) as address, pytest.raises(CaseFileError, match=said):
        fetch_cases(address)


def test_a_server_that_is_down_is_told_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(CaseFileError, match=rf"Nothing answers at 127\.0\.0\.1:{port}.*Start the server"):
        fetch_cases(f"openenv:http://127.0.0.1:{port}")


def test_a_silent_server_is_not_waited_for_without_end() -> None:
    ended = threading.Event()
    with serving(lambda _: ended.wait(30) and None) as address:
        with pytest.raises(CaseFileError, match="is silent"):
            fetch_cases(address, silent_seconds=0.3)
        ended.set()


@pytest.mark.parametrize("begin", [b"HTTP/1.1 200 OK\r\nx-slow: ", HEAD + b"content-length: 900\r\n\r\n"])
def test_a_server_that_drips_is_left_after_the_time_for_the_whole(begin: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(begin)
        for _ in range(600):
            connection.sendall(b"1")
            time.sleep(0.05)

    with serving(drip) as address, pytest.raises(CaseFileError, match="takes too long"):
        fetch_cases(address, silent_seconds=20, whole_seconds=1)


def test_more_than_the_bound_is_not_read() -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"\r\n")
        while True:
            connection.sendall(b" " * 65_536)

    with serving(pour) as address, pytest.raises(CaseFileError, match="more than 1 MB"):
        fetch_cases(address, max_bytes=2**20)


@pytest.mark.parametrize(
    "address",
    [
        "openenv:",
        "openenv:localhost:8000",
        "openenv:ftp://host",
        "openenv:file:///etc/passwd",
        "openenv:http://host:99999",
        "openenv:http://[::1",
        "openenv:http://user:word@host",
        "openenv:http://host/?x=1",
        "openenv:http://host/a\nb",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_asked(address: str) -> None:
    assert is_openenv(address)
    with pytest.raises(CaseFileError, match="openenv:http://host:port"):
        fetch_cases(address)


def test_a_visitor_of_a_shared_page_may_have_only_the_named_server_asked() -> None:
    named = read_settings({"DIPG_HOST": "10.1.2.3", "DIPG_OPENENV_URL": "http://gym:8000/"})
    check_allowed("openenv:http://gym:8000", named)
    for settings in (named, read_settings({"SPACE_ID": "a/b"}), read_settings({"SPACE_ID": "a/b", "DIPG_HOST": "::1"})):
        with pytest.raises(CaseFileError, match="DIPG_OPENENV_URL"):
            check_allowed("openenv:http://169.254.169.254", settings)


def test_on_a_page_for_its_own_machine_any_server_may_be_asked() -> None:
    check_allowed("openenv:http://gym:8000", Settings())
