"""The parser while the text arrives: events, what is open, and the promise that pieces do not matter."""

from __future__ import annotations

import pytest

from evaluator.parsing import CitationClosed, SectionClosed, SectionOpened, TraceEvent, TraceParser, parse_trace
from evaluator.types import SectionKind, Trace

TEXT = (
    "<think>I will use <proof> tags.\nplan</think>\n<proof>\nThe context states: “the dose was 54 Gy” (p. 2).\n"
    "- It was given daily over six weeks to every patient of\nthe cohort\n</proof>\n<answer>54 Gy</answer>\n"
)


def feed(text: str, size: int) -> tuple[list[TraceEvent], Trace]:
    parser = TraceParser()
    events = [event for at in range(0, len(text), size) for event in parser.feed(text[at : at + size])]
    return events, parser.finish()


def test_events_come_in_the_order_of_the_text() -> None:
    events, trace = feed(TEXT, 1)
    assert trace.think is not None
    assert trace.proof is not None
    assert trace.answer is not None
    assert events == [
        SectionOpened(SectionKind.THINK, 7),
        SectionClosed(trace.think),
        SectionOpened(SectionKind.PROOF, trace.proof.span.start),
        CitationClosed(trace.citations[0]),
        CitationClosed(trace.citations[1]),
        SectionClosed(trace.proof),
        SectionOpened(SectionKind.ANSWER, trace.answer.span.start),
        SectionClosed(trace.answer),
    ]


CHANNELS = (
    "<|start|>assistant<|channel|>analysis<|message|>plan<|end|><|start|>assistant<|channel|>proof to=x <|message|>"
    "“the dose was 54 Gy”<|end|><|start|>assistant<|channel|>final<|message|>54 Gy<|return|>"
)
JSON = (
    'Sure:\n```json\n{"think": "a\\n\\"b\\"", "proof": ["the dose \\u2265 54 Gy", "\\ud83d\\ude00 c d"], '
    '"answer": 54}\n```'
)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 10_000])
@pytest.mark.parametrize("text", [TEXT, CHANNELS, JSON])
def test_the_size_of_the_pieces_changes_nothing(text: str, size: int) -> None:
    events, trace = feed(text, size)
    assert trace == parse_trace(text)
    assert events == feed(text, len(text))[0]
    assert trace.answer is not None
    assert trace.proof is not None


def test_the_open_section_and_the_growing_citation_are_visible() -> None:
    parser = TraceParser()
    assert parser.open_section is None
    parser.feed("<think>plan")
    assert parser.open_section == (SectionKind.THINK, 7)
    parser.feed("</think><proof>The context states: “the dose")
    assert parser.open_section == (SectionKind.PROOF, 26)
    assert parser.open_citation is not None
    assert (parser.open_citation.index, parser.open_citation.text) == (0, "the dose")
    assert (parser.open_citation.span.start, parser.open_citation.span.end) == (47, 55)
    parser.feed(" was 54 Gy”</proof>")
    assert parser.open_section is None
    assert parser.open_citation is None
    assert [citation.text for citation in parser.citations] == ["the dose was 54 Gy"]


def test_a_preface_that_is_being_written_is_no_open_citation() -> None:
    parser = TraceParser()
    parser.feed("<proof>The context states")
    assert parser.open_citation is None


def test_a_quotation_closes_a_few_characters_after_its_mark_not_at_the_end_of_the_line() -> None:
    parser = TraceParser()
    events = parser.feed('<proof>"the dose was 54 Gy" and then')
    assert any(isinstance(event, CitationClosed) for event in events)


def test_text_that_may_still_become_a_marker_is_held_back() -> None:
    parser = TraceParser()
    parser.feed("<proof>the dose was 54 Gy</pro")
    assert parser.open_citation is not None
    assert parser.open_citation.text == "the dose was 54 Gy"


def test_finish_may_be_asked_twice_and_then_nothing_more_is_taken() -> None:
    parser = TraceParser()
    parser.feed("<answer>x")
    assert parser.finish() is parser.finish()
    with pytest.raises(RuntimeError):
        parser.feed("y")


def test_nothing_fed_is_an_empty_completion() -> None:
    assert TraceParser().finish() == parse_trace("")
