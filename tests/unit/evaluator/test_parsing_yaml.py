"""Completions in YAML: fenced or bare, and what is refused."""

from __future__ import annotations

import pytest

from evaluator.parsing import parse_trace
from evaluator.types import TraceFormat
from tests.unit.evaluator.parsing_reads import cited, issues, kinds, parts, raw


def test_a_bare_mapping_with_all_three_parts_is_a_trace() -> None:
    trace = parse_trace("analysis: plan it\nproof: the dose was 54 Gy\nfinal: 54 Gy\n")
    assert trace.format is TraceFormat.YAML
    assert parts(trace) == ("plan it", "the dose was 54 Gy", "54 Gy")
    assert trace.issues == ()


def test_block_and_quoted_scalars_are_decoded_and_citations_point_into_the_completion() -> None:
    trace = parse_trace(
        'think: |\n  one\n  two\nproof: |\n  “the dose was 54 Gy”\n  and none else\nanswer: "54 \\u2265 Gy"\n'
    )
    assert parts(trace) == ("one\ntwo\n", "“the dose was 54 Gy”\nand none else\n", "54 ≥ Gy")
    assert [raw(trace, citation) for citation in trace.citations] == ["the dose was 54 Gy", "and none else"]


def test_a_fenced_mapping_needs_one_part_only_and_prose_around_it_is_reported() -> None:
    trace = parse_trace("Here:\n```yaml\nanswer: yes it is\n```\nBye")
    assert parts(trace) == (None, None, "yes it is")
    assert issues(trace) == [("text outside sections", "Here:\n```yaml"), ("text outside sections", "```\nBye")]


def test_every_item_of_a_list_is_a_citation_of_its_own() -> None:
    trace = parse_trace('think: a\nproof:\n  - "the dose was 54 Gy"\n  - q: a second one\nanswer: x\n')
    assert cited(trace) == [("line", "the dose was 54 Gy"), ("line", "a second one")]


def test_an_empty_value_is_absence() -> None:
    assert parts(parse_trace("think: a\nproof:\nanswer: x\n")) == ("a", None, "x")


@pytest.mark.parametrize(
    "text", ["Answer: 30%", "answer: 30%", "proof: a\nanswer: b", "I think: yes\nproof: a\nfinal: b"]
)
def test_prose_with_a_label_is_no_mapping(text: str) -> None:
    trace = parse_trace(text)
    assert trace.format is TraceFormat.TAGS
    assert parts(trace) == (None, None, None)


def test_what_breaks_the_rules_of_yaml_is_cut_at_its_keys() -> None:
    trace = parse_trace('analysis: see: this\nproof: "a b c" (p. 2)\nfinal: x')
    assert trace.format is TraceFormat.YAML
    assert parts(trace) == (" see: this\n", ' "a b c" (p. 2)\n', " x")
    assert cited(trace) == [("quoted", "a b c")]
    assert "malformed YAML" in kinds(trace)


@pytest.mark.parametrize(
    "text",
    [
        "think: &a x\nproof: *a\nanswer: *a",
        "a: &a [x,x]\nb: &b [*a,*a]\nthink: *b\nproof: *b\nanswer: *b",
        "think: a\nanswer: b\nproof: " + "[" * 200 + "]" * 200,
        "think: a\nanswer: b\nproof:\n" + "- a\n" * 12_000,
        "think: a\nanswer: b\nproof: " + "a" * 60_000,
        'think: a\nanswer: b\nproof: "\\U99999999"',
        "think: a\nanswer: b\nproof: \x00\ud800",
    ],
)
def test_bombs_and_unreadable_characters_are_refused_without_loss(text: str) -> None:
    trace = parse_trace(text)
    assert "malformed YAML" in kinds(trace)
    assert trace.answer is not None
    assert trace.proof is not None
