"""Completions in channels, as V3 wants them."""

from __future__ import annotations

from evaluator.parsing import parse_trace
from evaluator.types import TraceFormat
from tests.unit.evaluator.parsing_reads import cited, issues, parts

WELL_FORMED = (
    "<|channel|>analysis<|message|>plan<|end|>\n"
    "<|channel|>proof<|message|>“a b c”<|end|>\n"
    "<|channel|>final<|message|>x<|end|>"
)


def test_three_channels_are_the_three_sections() -> None:
    trace = parse_trace(WELL_FORMED)
    assert trace.format is TraceFormat.CHANNELS
    assert parts(trace) == ("plan", "“a b c”", "x")
    assert cited(trace) == [("quoted", "a b c")]
    assert trace.issues == ()


def test_the_start_token_and_the_return_token_are_markers() -> None:
    trace = parse_trace(
        "<|channel|>analysis<|message|>plan<|end|>"
        "<|start|>assistant<|channel|>proof<|message|>“a b c”<|end|>"
        "<|start|>assistant<|channel|>final<|message|>x<|return|>"
    )
    assert parts(trace) == ("plan", "“a b c”", "x")
    assert trace.issues == ()


def test_a_channel_without_end_ends_where_the_next_begins() -> None:
    trace = parse_trace("<|channel|>analysis<|message|>plan<|channel|>final<|message|>x<|end|>")
    assert parts(trace) == ("plan", None, "x")
    assert trace.think is not None
    assert not trace.think.closed
    assert issues(trace) == [("unclosed section", "<|channel|>analysis<|message|>")]


def test_a_channel_of_another_name_is_text_outside() -> None:
    trace = parse_trace("<|channel|>commentary to=x<|message|>call<|end|><|channel|>final<|message|>x<|end|>")
    assert parts(trace) == (None, None, "x")
    assert issues(trace) == [("text outside sections", "call")]


def test_tags_within_channels_are_plain_text() -> None:
    trace = parse_trace("<|channel|>final<|message|><answer>x</answer><|end|>")
    assert parts(trace) == (None, None, "<answer>x</answer>")


def test_channel_tokens_within_tags_are_plain_text() -> None:
    assert parts(parse_trace("<answer>a <|end|> b</answer>")) == (None, None, "a <|end|> b")


def test_an_end_token_where_nothing_is_open_is_reported() -> None:
    trace = parse_trace("<|channel|>final<|message|>x<|end|><|end|>")
    assert issues(trace) == [("end marker without start", "<|end|>")]


def test_a_second_message_in_a_channel_is_a_repetition() -> None:
    trace = parse_trace("<|channel|>final<|message|>x<|end|><|channel|>final<|message|>y<|end|>")
    assert parts(trace) == (None, None, "x")
    assert issues(trace) == [("repeated section", "<|channel|>final<|message|>y<|end|>")]
