"""The server backend against real sockets that misbehave, by accident or on purpose."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from dipg_ui.generation.asking import retry_after
from dipg_ui.generation.base import Delta, ModelState, ModelUnavailable, StreamBroken, Waiting
from dipg_ui.generation.server import ServerBackend
from dipg_ui.records import GenerationSettings
from tests.unit.generation.scripted import ASK, KEY, Behaviour, Handler, a_server, an_endpoint, settled, text_of, well


def stalls(handler: Handler) -> None:
    handler.begin()
    handler.say("<think>half")
    handler.hold()


def drips_comments(handler: Handler) -> None:
    """Bytes keep coming, words do not."""
    handler.begin()
    handler.say("<think>half")
    for _ in range(600):
        handler.wfile.write(b": still here\n\n")
        time.sleep(0.05)


def drips_nothing(handler: Handler) -> None:
    """Events keep coming, and say nothing."""
    handler.begin()
    handler.say("<think>half")
    for _ in range(600):
        handler.say("")
        time.sleep(0.05)


def thinks_and_resets(handler: Handler) -> None:
    """What it thought is work done, though no text of it came."""
    handler.begin()
    handler.event({"choices": [{"delta": {"reasoning_content": "hm"}}]})
    handler.reset()


def resets(handler: Handler) -> None:
    handler.begin()
    handler.say("<think>half")
    handler.reset()


def ends_early(handler: Handler) -> None:
    handler.begin()
    handler.say("<think>half")


def speaks_nonsense(handler: Handler) -> None:
    handler.begin()
    handler.wfile.write(b"data: {not json\n\n")


def speaks_lists(handler: Handler) -> None:
    handler.begin()
    handler.event([1, 2])


def nests_deeply(handler: Handler) -> None:
    handler.begin()
    handler.wfile.write(b"data: " + b"[" * 200_000 + b"\n\n")


def reports_a_fault(handler: Handler) -> None:
    handler.begin()
    handler.event({"error": {"message": "out of\nmemory"}})


def sends_a_huge_line(handler: Handler) -> None:
    handler.begin()
    handler.wfile.write(b"data: ")
    for _ in range(40):
        handler.wfile.write(b"x" * 100_000)


def says_too_much(handler: Handler) -> None:
    handler.begin()
    while True:
        handler.say("word " * 20_000)


def sends_a_page(handler: Handler) -> None:
    handler.begin(Content_Type="text/html; charset=utf-8")
    handler.wfile.write(b"<html>Please log in</html>")


def packs_its_answer(handler: Handler) -> None:
    handler.begin(Content_Encoding="gzip")
    handler.wfile.write(gzip.compress(b"data: " + b"x" * 50_000_000))


def gives_up(handler: Handler) -> None:
    handler.begin()
    handler.say("<think>half", "abort")


def dislikes_the_request(handler: Handler) -> None:
    handler.begin(400, Content_Type="application/json")
    handler.wfile.write(b'{"error": {"message": "maximum context length is 4096 tokens"}}')


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (stalls, "silent for too long"),
        (drips_comments, "silent for too long"),
        (drips_nothing, "silent for too long"),
        (thinks_and_resets, "ended the stream before the answer did"),
        (resets, "ended the stream before the answer did"),
        (ends_early, "ended the stream before the answer did"),
        (speaks_nonsense, "not JSON"),
        (speaks_lists, "not an object"),
        (nests_deeply, "not JSON"),
        (reports_a_fault, "out of memory"),
        (sends_a_huge_line, "too large"),
        (says_too_much, "more than 1,000,000 characters"),
        (sends_a_page, "answered with text/html, not with a stream"),
        (packs_its_answer, "packed as gzip"),
        (gives_up, "gave the answer up"),
        (dislikes_the_request, "answered 400: maximum context length"),
    ],
)
def test_a_misbehaving_server_is_a_failure_in_words_and_is_not_asked_again(behaviour: Behaviour, said: str) -> None:
    with a_server(behaviour) as (url, handler):
        with pytest.raises(StreamBroken, match=said) as raised:
            list(ServerBackend(an_endpoint(url, stall_seconds=0.7)).stream(ASK, GenerationSettings()))
        assert len(handler.asked) == 1
    assert KEY not in str(raised.value)


def test_what_was_received_before_a_fault_is_handed_on() -> None:
    with a_server(resets) as (url, _):
        got: list[object] = []
        with pytest.raises(StreamBroken):
            got.extend(until_fault(ServerBackend(an_endpoint(url)), got))
    assert [event.text for event in got if isinstance(event, Delta)] == ["<think>half"]


def until_fault(backend: ServerBackend, got: list[object]) -> Iterator[object]:
    for event in backend.stream(ASK, GenerationSettings()):
        got.append(event)
    yield from ()


def test_an_answer_that_is_whole_stands_whatever_follows_it() -> None:
    def fails_at_the_end(handler: Handler) -> None:
        handler.begin()
        handler.say("54 Gy", "stop")
        handler.reset()

    def lingers(handler: Handler) -> None:
        handler.begin()
        handler.say("54 Gy", "stop")
        handler.hold()

    for behaviour in (fails_at_the_end, lingers):
        with a_server(behaviour) as (url, _):
            text, finished = text_of(ServerBackend(an_endpoint(url, stall_seconds=0.5)))
        assert (text, finished.completion_tokens) == ("54 Gy", None)


def test_a_server_that_drips_is_given_up_after_the_time_for_the_whole_answer() -> None:
    def drips(handler: Handler) -> None:
        handler.begin()
        while True:
            handler.say("a")
            time.sleep(0.1)

    with a_server(drips) as (url, handler):
        with pytest.raises(StreamBroken, match=r"took longer than 1\.5 s"):
            list(ServerBackend(an_endpoint(url, total_seconds=1.5)).stream(ASK, GenerationSettings()))
        assert handler.dropped.wait(20)


def test_silence_before_the_first_word_is_given_up_and_not_waited_for_twice() -> None:
    def silent_before_its_head(handler: Handler) -> None:
        handler.hold()

    def silent_after_it(handler: Handler) -> None:
        handler.begin()
        handler.event({"choices": [{"delta": {"role": "assistant"}}]})
        handler.hold()

    for behaviour in (silent_before_its_head, silent_after_it):
        with a_server(behaviour) as (url, handler):
            with pytest.raises(StreamBroken, match=r"no word in 0\.6 s"):
                list(ServerBackend(an_endpoint(url, first_seconds=0.6)).stream(ASK, GenerationSettings()))
            assert len(handler.asked) == 1
            assert handler.dropped.wait(20)


def test_the_first_word_may_take_longer_than_those_after_it() -> None:
    """A server that reads a long prompt has already sent its head, and says who speaks."""

    def reads_first(handler: Handler) -> None:
        handler.begin()
        handler.event({"choices": [{"delta": {"role": "assistant"}}]})
        time.sleep(1.5)
        well_from_here(handler)

    with a_server(reads_first) as (url, _):
        assert text_of(ServerBackend(an_endpoint(url, stall_seconds=0.7)))[0] == "54 Gy"


def test_a_model_that_thinks_aside_is_not_silent() -> None:
    def thinks(handler: Handler) -> None:
        handler.begin()
        for _ in range(9):
            handler.event({"choices": [{"delta": {"reasoning_content": "hm"}}]})
            time.sleep(0.4)
        well_from_here(handler)

    with a_server(thinks) as (url, _):
        text = text_of(ServerBackend(an_endpoint(url, stall_seconds=3.0, first_seconds=3.0)))[0]
    assert text == "54 Gy"


def well_from_here(handler: Handler) -> None:
    handler.say("54 Gy", "stop")
    handler.wfile.write(b"data: [DONE]\n\n")


def busy(status: int, times: int, **headers: str) -> Behaviour:
    def behaviour(handler: Handler) -> None:
        if len(type(handler).asked) <= times:
            handler.begin(status, Content_Type="application/json", **headers)
            handler.wfile.write(b'{"error": {"message": "too busy"}}')
        else:
            well(handler)

    return behaviour


def let_go(*words: str) -> Behaviour:
    """As llama-cpp-python does by default with an answer under way when another is asked for."""

    def behaviour(handler: Handler) -> None:
        if len(type(handler).asked) > 1:
            return well(handler)
        handler.begin()
        handler.event({"choices": [{"delta": {"role": "assistant"}, "finish_reason": None}]})
        for word in words:
            handler.say(word)
        handler.wfile.write(b"data: [DONE]\n\n")
        return None

    return behaviour


def test_a_stream_that_ends_in_order_and_says_no_reason_is_no_answer() -> None:
    with a_server(let_go("The dose")) as (url, _), pytest.raises(StreamBroken, match="before the answer did"):
        text_of(ServerBackend(an_endpoint(url)))


def test_one_that_ends_so_before_a_word_is_asked_for_again() -> None:
    with a_server(let_go()) as (url, handler):
        assert text_of(ServerBackend(an_endpoint(url)))[0] == "<answer>54 Gy"
        assert len(handler.asked) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(status: int) -> None:
    with a_server(busy(status, times=3)) as (url, handler):
        backend = ServerBackend(an_endpoint(url))
        assert text_of(backend)[0] == "<answer>54 Gy"
        assert len(handler.asked) == 4
        assert backend.status().state is ModelState.READY


def test_a_server_that_stays_busy_is_a_failure_after_so_many_tries() -> None:
    with a_server(busy(503, times=99)) as (url, handler):
        backend = ServerBackend(an_endpoint(url, tries=3))
        with pytest.raises(StreamBroken, match=r"answered 503: too busy Given up after 3 tries"):
            list(backend.stream(ASK, GenerationSettings()))
    assert len(handler.asked) == 3


def test_a_busy_server_is_left_alone_as_long_as_it_asks_for() -> None:
    with a_server(busy(429, times=1, Retry_After="2")) as (url, handler):
        began = time.monotonic()
        events = list(ServerBackend(an_endpoint(url)).stream(ASK, GenerationSettings()))
        assert time.monotonic() - began >= 2
    assert any(isinstance(event, Waiting) and "asked again in" in event.detail for event in events)
    assert len(handler.asked) == 2


def test_a_server_that_asks_for_a_long_rest_gets_it_and_the_case_fails_at_once() -> None:
    with a_server(busy(429, times=9, Retry_After="86400")) as (url, handler):
        backend = ServerBackend(an_endpoint(url))
        for _ in range(2):
            with pytest.raises(StreamBroken, match="answered 429"):
                list(backend.stream(ASK, GenerationSettings()))
    assert len(handler.asked) == 1


def test_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert retry_after("7") == 7
    assert retry_after(format_datetime(now + timedelta(seconds=90), usegmt=True), now) == 90
    assert retry_after(format_datetime(now - timedelta(days=9), usegmt=True), now) == 0
    for nonsense in ("", "soon", "-3", "1e9", "٣", "9" * 400, "Mon, 99 Foo"):
        wait = retry_after(nonsense, now)
        assert wait is None or wait <= 1e9


def test_a_connection_that_ends_before_the_first_word_is_tried_again() -> None:
    def resets_twice(handler: Handler) -> None:
        if len(type(handler).asked) < 3:
            handler.reset()
        else:
            well(handler)

    with a_server(resets_twice) as (url, handler):
        assert text_of(ServerBackend(an_endpoint(url)))[0] == "<answer>54 Gy"
    assert len(handler.asked) == 3


def test_a_redirect_is_not_followed_and_the_key_stays_here() -> None:
    with a_server(well) as (elsewhere, other):

        def redirects(handler: Handler) -> None:
            handler.begin(307, Location=f"{elsewhere}/chat/completions")

        with a_server(redirects) as (url, handler):
            with pytest.raises(ModelUnavailable, match=r"a redirect to 127\.0\.0\.1") as raised:
                list(ServerBackend(an_endpoint(url)).stream(ASK, GenerationSettings()))
            assert len(handler.asked) == 1
        assert other.asked == other.keys == []
    assert KEY not in str(raised.value)


def test_a_key_that_is_not_accepted_ends_the_run_and_is_not_repeated() -> None:
    def refuses(handler: Handler) -> None:
        handler.begin(401, Content_Type="application/json")
        handler.wfile.write(f'{{"error": {{"message": "Incorrect key: {KEY}"}}}}'.encode())

    with a_server(refuses) as (url, handler):
        backend = ServerBackend(an_endpoint(url))
        with pytest.raises(ModelUnavailable, match="DIPG_SERVER_KEY") as raised:
            list(backend.stream(ASK, GenerationSettings()))
        assert backend.status().state is ModelState.UNAVAILABLE
    assert KEY not in str(raised.value) + backend.status().detail
    assert len(handler.asked) == 1


def test_a_list_of_models_that_never_ends_is_given_up() -> None:
    def endless(handler: Handler) -> None:
        handler.begin(Content_Type="application/json")
        for _ in range(600):
            handler.wfile.write(b" ")
            time.sleep(0.05)

    with a_server(well, listing=endless) as (url, _):
        status = settled(ServerBackend(an_endpoint(url, connect_seconds=0.5)))
    assert status.state is ModelState.UNAVAILABLE
    assert "no answer in 0.5 s" in status.detail
