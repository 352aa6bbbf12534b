"""Completions in JSON: whole, fenced, after prose, truncated, and as carelessly as models write it."""

from __future__ import annotations

import json

import pytest

from evaluator.parsing import TraceParser, parse_trace
from evaluator.parsing.names import EXTRA_KEYS, TAG_NAMES
from evaluator.types import SectionKind, TraceFormat
from tests.unit.evaluator.parsing_reads import cited, issues, kinds, parts, raw

WHOLE = {"think": "plan", "proof": "“54 Gy in 30 fractions”", "answer": "54 Gy"}


def test_a_json_object_has_the_three_sections_and_no_issue() -> None:
    trace = parse_trace(json.dumps(WHOLE, ensure_ascii=False, indent=2))
    assert trace.format is TraceFormat.JSON
    assert parts(trace) == ("plan", "“54 Gy in 30 fractions”", "54 Gy")
    assert trace.issues == ()


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "```\n{}\n```", "  {}  "])
def test_a_fence_around_the_object_is_no_text_outside(fence: str) -> None:
    trace = parse_trace(fence.replace("{}", json.dumps(WHOLE)))
    assert parts(trace)[2] == "54 Gy"
    assert trace.issues == ()


def test_prose_around_the_object_is_reported() -> None:
    trace = parse_trace('Here it is: {"answer": "x"} Good luck.')
    assert parts(trace) == (None, None, "x")
    assert issues(trace) == [("text outside sections", "Here it is:"), ("text outside sections", "Good luck.")]


@pytest.mark.parametrize("kind", list(SectionKind))
def test_every_alias_names_its_section(kind: SectionKind) -> None:
    for name in TAG_NAMES[kind] + EXTRA_KEYS[kind]:
        trace = parse_trace(json.dumps({name: "it"}))
        found = {SectionKind.THINK: 0, SectionKind.PROOF: 1, SectionKind.ANSWER: 2}[kind]
        assert parts(trace)[found] == "it", name


def test_keys_may_be_capitalised_and_spaced() -> None:
    assert parts(parse_trace('{"Final Answer": "x"}')) == (None, None, "x")


def test_section_text_is_decoded_and_spans_are_raw() -> None:
    trace = parse_trace('{"proof": "dose \\u2265 54 Gy \\"total\\"", "answer": "\\ud83d\\ude00\\n\\/"}')
    assert parts(trace) == (None, 'dose ≥ 54 Gy "total"', "😀\n/")
    assert trace.proof is not None
    assert raw(trace, trace.proof) == 'dose \\u2265 54 Gy \\"total\\"'


def test_a_citation_maps_back_across_escapes() -> None:
    trace = parse_trace('{"proof": "See: \\u201cdose \\u2265 54 Gy \\ud83d\\ude00 here\\u201d, p. 2"}')
    assert cited(trace) == [("quoted", "dose ≥ 54 Gy 😀 here")]
    assert raw(trace, trace.citations[0]) == "dose \\u2265 54 Gy \\ud83d\\ude00 here"


def test_every_item_of_a_list_is_a_citation_of_its_own() -> None:
    trace = parse_trace('{"proof": ["the dose was 54 Gy", "a second\\ndose", 3.5], "answer": "x"}')
    assert cited(trace) == [("line", "the dose was 54 Gy"), ("line", "a second"), ("line", "dose"), ("line", "3.5")]
    assert parts(trace)[1] == "the dose was 54 Gy\na second\ndose\n3.5"
    assert [raw(trace, citation) for citation in trace.citations[:2]] == ["the dose was 54 Gy", "a second"]


def test_the_values_of_inner_objects_are_evidence_and_their_keys_are_not() -> None:
    trace = parse_trace('{"proof": [{"quote": "the dose was 54 Gy", "source": "Context, paragraph 2"}]}')
    assert cited(trace) == [("line", "the dose was 54 Gy")]
    assert [trace.completion[span.start : span.end] for span in trace.remarks] == ["Context, paragraph 2"]


def test_numbers_and_truth_values_are_text_and_null_is_absence() -> None:
    trace = parse_trace('{"think": true, "proof": null, "answer": 30.50}')
    assert parts(trace) == ("true", None, "30.50")
    assert issues(trace) == []


def test_other_keys_are_text_outside() -> None:
    trace = parse_trace('{"id": [1, {"answer": "no"}], "answer": "x", "confidence": 0.9}')
    assert parts(trace) == (None, None, "x")
    assert issues(trace) == [
        ("text outside sections", '"id": [1, {"answer": "no"}]'),
        ("text outside sections", '"confidence": 0.9'),
    ]


def test_the_first_of_two_keys_for_one_section_counts() -> None:
    trace = parse_trace('{"proof": "a b c", "source": "d e f"}')
    assert parts(trace) == (None, "a b c", None)
    assert cited(trace) == [("line", "a b c")]
    assert issues(trace) == [("repeated section", '"source": "d e f"')]


def test_a_truncated_object_keeps_what_came() -> None:
    trace = parse_trace('{"think": "plan", "proof": "the dose was 54')
    assert parts(trace) == ("plan", "the dose was 54", None)
    assert trace.proof is not None
    assert not trace.proof.closed
    assert cited(trace) == [("line", "the dose was 54")]
    assert "malformed JSON" in kinds(trace)


def test_a_truncated_object_shows_its_sections_while_it_streams() -> None:
    parser = TraceParser()
    parser.feed('```json\n{"think": "plan", "proof": "the dose was 54')
    assert parser.open_section is not None
    assert parser.open_section.kind is SectionKind.PROOF
    assert parser.open_citation is not None
    assert parser.open_citation.text == "the dose was 54"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('{"answer": "line one\nline two"}', "line one\nline two"),
        ('{"answer": "he said "no" twice"}', 'he said "no" twice'),
        ('{"answer": "he said "no", then left"}', 'he said "no", then left'),
        ('{"answer": "5 \\mu g"}', "5 \\mu g"),
        ('{"think": "a" "answer": "x"}', "x"),
        ('{"think": "a"\n"answer": "x"}', "x"),
        ('{"think": "a", "answer": "x",}', "x"),
        ("{'answer': 'the patient's dose'}", "the patient's dose"),
        ('{answer: "x"}', "x"),
        ('{"answer": unknown}', "unknown"),
        ('{"answer": "x"', "x"),
        ('```json\n{"answer": "x"\n```', "x"),
        ('{"answer": ["x"}', "x"),
    ],
)
def test_careless_json_is_salvaged_and_said_to_be_malformed(text: str, answer: str) -> None:
    trace = parse_trace(text)
    assert parts(trace)[2] == answer
    assert "malformed JSON" in kinds(trace)


def test_malformed_json_is_reported_once() -> None:
    assert kinds(parse_trace('{"answer": "a\nb\nc" "think": oops')).count("malformed JSON") == 1


def test_brackets_nested_beyond_the_bound_do_no_harm() -> None:
    trace = parse_trace('{"proof": ' + "[" * 10_000)
    assert parts(trace)[0] is None
    assert "malformed JSON" in kinds(trace)


def test_an_object_that_is_no_trace_does_not_hide_the_tags_behind_it() -> None:
    trace = parse_trace('{"a": 1}\n<answer>x</answer>')
    assert trace.format is TraceFormat.TAGS
    assert parts(trace) == (None, None, "x")
    assert issues(trace) == [("text outside sections", '{"a": 1}')]


def test_an_object_without_end_that_is_no_trace_does_not_hide_the_tags_in_it() -> None:
    assert parts(parse_trace('{"a": "<answer>x</answer>')) == (None, None, "x")


def test_json_within_a_tagged_section_is_plain_text() -> None:
    trace = parse_trace('<think>t</think><answer>{"answer": "x"}</answer>')
    assert parts(trace) == ("t", None, '{"answer": "x"}')


def test_a_citation_that_begins_and_ends_with_an_escape_covers_both() -> None:
    trace = parse_trace('{"proof": ["x", "\\u03b1 is a \\u03b2", "\\u00e9\\u00e9 \\ud83d\\ude00\\u00e9"]}')
    assert [raw(trace, citation) for citation in trace.citations] == [
        "x",
        "\\u03b1 is a \\u03b2",
        "\\u00e9\\u00e9 \\ud83d\\ude00\\u00e9",
    ]
