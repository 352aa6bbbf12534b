"""Tagged completions: what counts as think, proof and answer, and what is said of odd markers."""

from __future__ import annotations

import pytest

from evaluator.parsing import parse_trace
from evaluator.parsing.names import TAG_NAMES
from evaluator.types import SectionKind, TraceFormat
from tests.unit.evaluator.parsing_reads import cited, issues, kinds, parts, raw, text_of

WELL_FORMED = "<think>\nplan\n</think>\n<proof>\n“54 Gy in 30 fractions”\n</proof>\n<answer>54 Gy</answer>"


def test_a_well_formed_trace_has_its_three_sections_and_no_issue() -> None:
    trace = parse_trace(WELL_FORMED)
    assert trace.format is TraceFormat.TAGS
    assert parts(trace) == ("\nplan\n", "\n“54 Gy in 30 fractions”\n", "54 Gy")
    assert trace.issues == ()
    assert cited(trace) == [("quoted", "54 Gy in 30 fractions")]
    assert trace.answer is not None
    assert trace.answer.closed
    assert raw(trace, trace.answer) == "54 Gy"


@pytest.mark.parametrize("kind", list(SectionKind))
def test_every_alias_opens_and_closes_its_section_in_any_letter_case(kind: SectionKind) -> None:
    for name in TAG_NAMES[kind]:
        trace = parse_trace(f"<{name.upper()}>it</{name.title()}>")
        section = {SectionKind.THINK: trace.think, SectionKind.PROOF: trace.proof, SectionKind.ANSWER: trace.answer}[
            kind
        ]
        assert section is not None, name
        assert (section.text, section.closed) == ("it", True)


@pytest.mark.parametrize("tag", ["< answer >", '<answer id="1" lang=en>', "<answer\n>", "<\tANSWER>"])
def test_white_space_and_attributes_in_a_tag_are_tolerated(tag: str) -> None:
    assert parts(parse_trace(f"{tag}yes</ answer >")) == (None, None, "yes")


@pytest.mark.parametrize(
    "text", ["a <answers> b", "dose < 5 and result > 3", "<result is below>", "<answer", "<b>bold</b>", "x <- answer"]
)
def test_what_is_not_quite_a_tag_opens_nothing(text: str) -> None:
    assert parts(parse_trace(text)) == (None, None, None)


def test_an_end_marker_of_another_name_of_the_same_part_closes_it_and_is_reported() -> None:
    trace = parse_trace("<think>a</analysis><answer>b</answer>")
    assert parts(trace) == ("a", None, "b")
    assert issues(trace) == [("end marker of another name", "</analysis>")]


def test_an_unclosed_section_ends_where_the_next_begins() -> None:
    trace = parse_trace("<think>plan\n<proof>“a b c”</proof>\n<answer>x</answer>")
    assert parts(trace) == ("plan\n", "“a b c”", "x")
    assert trace.think is not None
    assert not trace.think.closed
    assert issues(trace) == [("unclosed section", "<think>")]


def test_an_unclosed_last_section_runs_to_the_end() -> None:
    trace = parse_trace("<think>a</think><proof>b c d</proof><answer>54 Gy in")
    assert parts(trace) == ("a", "b c d", "54 Gy in")
    assert trace.answer is not None
    assert not trace.answer.closed


def test_a_marker_that_the_end_cuts_off_is_no_text_of_its_section() -> None:
    trace = parse_trace("<answer>45%\n</answ")
    assert parts(trace) == (None, None, "45%\n")
    assert issues(trace) == [("unclosed section", "<answer>")]


def test_an_empty_tag_is_an_empty_section() -> None:
    assert parts(parse_trace("<think>a</think><proof/><answer>b</answer>")) == ("a", "", "b")


def test_a_tag_mentioned_in_the_middle_of_a_line_of_reasoning_opens_nothing() -> None:
    trace = parse_trace(
        "<think>I will quote in <proof> tags, then write <answer>.</think>\n<proof>“a b c”</proof><answer>x</answer>"
    )
    assert parts(trace) == ("I will quote in <proof> tags, then write <answer>.", "“a b c”", "x")
    assert issues(trace) == [("tag mentioned inside think", "<proof>"), ("tag mentioned inside think", "<answer>")]


def test_a_marker_that_begins_a_line_of_unclosed_reasoning_counts() -> None:
    trace = parse_trace("<think>I will use <proof> tags.\n<proof>“a b c”</proof>\n<answer>x</answer>")
    assert parts(trace) == ("I will use <proof> tags.\n", "“a b c”", "x")
    assert ("tag mentioned inside think", "<proof>") in issues(trace)


def test_reasoning_without_end_on_one_line_gives_up_the_sections_it_swallowed() -> None:
    trace = parse_trace("<think>plan <proof>“a b c”</proof> so <answer>x</answer>")
    assert parts(trace) == ("plan ", "“a b c”", "x")
    assert cited(trace) == [("quoted", "a b c")]
    assert issues(trace) == [("unclosed section", "<think>"), ("text outside sections", "so")]


def test_reasoning_cut_off_after_a_mention_stays_reasoning() -> None:
    trace = parse_trace("<think>I will use <proof> tags and then")
    assert parts(trace) == ("I will use <proof> tags and then", None, None)


def test_a_proof_written_within_ended_reasoning_is_used_where_there_is_no_other() -> None:
    trace = parse_trace("<think>It says <proof>“a b c”</proof> so x.</think><answer>x</answer>")
    assert parts(trace) == ("It says <proof>“a b c”</proof> so x.", "“a b c”", "x")
    assert ("nested section", "“a b c”") in issues(trace)


def test_a_proof_mentioned_in_reasoning_gives_way_to_the_real_one() -> None:
    trace = parse_trace("<think>Format: <proof>“draft”</proof>.</think><proof>“a b c”</proof><answer>x</answer>")
    assert text_of(trace.proof) == "“a b c”"


def test_the_first_complete_section_counts_and_a_repeated_one_is_reported_whole() -> None:
    trace = parse_trace("<answer>a</answer> <answer>b</answer><proof>c d e</proof><proof>f g h</proof>")
    assert parts(trace) == (None, "c d e", "a")
    assert cited(trace) == [("line", "c d e")]
    repeated = [place for kind, place in issues(trace) if kind == "repeated section"]
    assert repeated == ["<answer>b</answer>", "<proof>f g h</proof>"]


def test_sections_in_another_order_are_reported() -> None:
    trace = parse_trace("<answer>a</answer><think>b</think><proof>c</proof>")
    assert parts(trace) == ("b", "c", "a")
    assert issues(trace) == [("sections out of order", "a")]


def test_an_end_marker_without_start_is_reported() -> None:
    trace = parse_trace("<think>a</think></proof><answer>b</answer>")
    assert issues(trace) == [("end marker without start", "</proof>")]


def test_reasoning_whose_start_marker_stood_in_the_prompt_is_recognised() -> None:
    trace = parse_trace("The plan.\n</think><answer>b</answer>")
    assert parts(trace) == ("The plan.\n", None, "b")
    assert issues(trace) == [("end marker without start", "</think>")]


def test_an_answer_that_holds_a_proof_keeps_its_whole_text() -> None:
    trace = parse_trace("<think>t</think><answer>30% <proof>“a b c”</proof> indeed</answer>")
    assert parts(trace) == ("t", "“a b c”", "30% <proof>“a b c”</proof> indeed")
    assert ("nested section", "<answer>") in issues(trace)


def test_evidence_after_a_section_nested_in_the_proof_is_still_evidence() -> None:
    trace = parse_trace("<proof>“a b c” <answer>x</answer> Fabricated claim here.</proof>")
    assert cited(trace) == [("quoted", "a b c"), ("line", "Fabricated claim here.")]


def test_text_after_a_section_that_ended_an_unclosed_proof_is_no_evidence() -> None:
    trace = parse_trace("<proof>“a b c” <answer>x</answer> Hope this helps!")
    assert parts(trace) == (None, "“a b c” ", "x")
    assert cited(trace) == [("quoted", "a b c")]
    assert ("text outside sections", "Hope this helps!") in issues(trace)


def test_a_section_begun_twice_goes_on_and_its_inner_marker_is_no_evidence() -> None:
    trace = parse_trace("<proof>“a b c”\n<proof>“d e f”</proof><answer>x</answer>")
    assert cited(trace) == [("quoted", "a b c"), ("quoted", "d e f")]
    assert ("nested section", "<proof>") in issues(trace)


def test_text_outside_the_sections_is_reported_piece_by_piece() -> None:
    trace = parse_trace("Sure!\n<think>a</think>\nNow:\n<answer>b</answer>\n Bye. ")
    assert issues(trace) == [
        ("text outside sections", "Sure!"),
        ("text outside sections", "Now:"),
        ("text outside sections", "Bye."),
    ]


def test_a_code_fence_around_the_trace_is_no_text_outside() -> None:
    assert issues(parse_trace("```xml\n<think>a</think>\n<answer>b</answer>\n```")) == []


def test_missing_parts_are_issues_and_no_verdict() -> None:
    trace = parse_trace("I do not know.")
    assert parts(trace) == (None, None, None)
    assert kinds(trace) == ["text outside sections", "no think", "no proof", "no answer"]


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_an_empty_completion_says_only_that(text: str) -> None:
    assert kinds(parse_trace(text)) == ["empty"]


@pytest.mark.parametrize("text", ["\x00<answer>\x00</answer>\ud800", "\u202e<proof>\u202d", "&lt;answer&gt;"])
def test_odd_characters_pass_through_unchanged(text: str) -> None:
    assert parse_trace(text).completion == text


def test_a_megabyte_without_a_line_break_is_read() -> None:
    trace = parse_trace("<answer>" + "x" * 1_000_000 + "</answer>")
    assert trace.answer is not None
    assert len(trace.answer.text) == 1_000_000


def test_what_follows_the_bound_of_a_completion_is_kept_and_said_to_be_unread() -> None:
    text = "<answer>a</answer>" + " " * 2_000_000 + "<proof>b</proof>"
    trace = parse_trace(text)
    assert trace.completion == text
    assert trace.proof is None
    unread = next(found for found in trace.issues if found.kind == "too long")
    assert (unread.span.start, unread.span.end) == (2_000_000, len(text))


def test_the_list_of_issues_is_bounded_and_the_last_one_covers_the_rest() -> None:
    trace = parse_trace("</answer>" * 3_000)
    assert len(trace.issues) == 1_001
    assert trace.issues[-1].kind == "too long"
    assert trace.issues[-1].span.end == len(trace.completion)


def test_an_unclosed_proof_that_begins_again_runs_to_the_end_with_all_its_evidence() -> None:
    trace = parse_trace("<proof>“a b c” <answer>x</answer> d e f <proof>“g h i”")
    assert parts(trace)[1] == "“a b c” <answer>x</answer> d e f <proof>“g h i”"
    assert cited(trace) == [("quoted", "a b c"), ("line", "d e f"), ("quoted", "g h i")]


def test_evidence_on_two_sides_of_a_nested_section_is_two_citations() -> None:
    trace = parse_trace("<proof>“a b c” <answer>x</answer> d e f <think>y</think> g h i</proof>")
    assert cited(trace) == [("quoted", "a b c"), ("line", "d e f"), ("line", "g h i")]


def test_an_empty_pair_of_markers_mentioned_in_unclosed_reasoning_is_no_section() -> None:
    text = "<think>I will use <proof></proof> tags and"
    assert parts(parse_trace(text)) == (text.removeprefix("<think>"), None, None)


def test_reasoning_without_start_marker_begins_before_an_object_that_is_no_trace() -> None:
    assert parts(parse_trace('{"a": 1} plan\n</think><answer>x</answer>')) == ('{"a": 1} plan\n', None, "x")


def test_a_marker_within_the_proof_separates_the_evidence_around_it() -> None:
    trace = parse_trace("<proof>a b c <proof>d e f </think> g h i</proof>")
    assert cited(trace) == [("line", "a b c"), ("line", "d e f"), ("line", "g h i")]


def test_the_end_of_a_proof_counts_within_reasoning_that_began_in_it() -> None:
    trace = parse_trace("<proof>“a b c” <think>hm</proof><answer>x</answer>")
    assert parts(trace) == ("hm</proof>", "“a b c” <think>hm", "x")


def test_markers_of_another_name_nested_in_the_proof_do_not_end_it() -> None:
    trace = parse_trace(
        "<proof><quote>“a b c”</quote>\n<quote>Fabricated claim here.</quote></proof><answer>x</answer>"
    )
    assert cited(trace) == [("quoted", "a b c"), ("line", "Fabricated claim here.")]
    assert trace.proof is not None
    assert trace.proof.closed


def test_reasoning_goes_on_after_a_pair_of_its_other_names() -> None:
    trace = parse_trace("<think>a <analysis>b</analysis> c</think><answer>x</answer>")
    assert parts(trace) == ("a <analysis>b</analysis> c", None, "x")


def test_an_inner_end_marker_ends_the_section_where_no_other_comes() -> None:
    trace = parse_trace("<answer>x <conclusion>y</conclusion> Bye.")
    assert parts(trace) == (None, None, "x <conclusion>y")
    assert trace.answer is not None
    assert trace.answer.closed
    assert issues(trace) == [
        ("nested section", "<conclusion>"),
        ("end marker of another name", "</conclusion>"),
        ("text outside sections", "Bye."),
    ]
