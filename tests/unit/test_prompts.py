from __future__ import annotations

import json
import time

import pytest

from dipg_ui.prompts import ABSTENTION, build_messages, prompt_hash, render_plain
from dipg_ui.records import Message, PromptStyle, Role
from evaluator.cases import load_cases
from evaluator.parsing import parse_trace
from evaluator.types import IssueKind, SectionKind, TraceFormat
from tests.builders import a_case

STYLES = list(PromptStyle)
FORMATS = {
    PromptStyle.TAGS: TraceFormat.TAGS,
    PromptStyle.JSON: TraceFormat.JSON,
    PromptStyle.CHANNELS: TraceFormat.CHANNELS,
}
BROKEN = {IssueKind.NO_THINK, IssueKind.NO_PROOF, IssueKind.NO_ANSWER, IssueKind.UNCLOSED, IssueKind.EMPTY}


def worked_examples(style: PromptStyle) -> list[tuple[str, str]]:
    messages = build_messages(a_case(), style, examples=True)[1:-1]
    return [(case.content, trace.content) for case, trace in zip(messages[::2], messages[1::2], strict=True)]


@pytest.mark.parametrize("examples", [True, False])
@pytest.mark.parametrize("style", STYLES)
def test_all_but_the_last_message_is_the_same_for_every_case(style: PromptStyle, examples: bool) -> None:
    one = build_messages(a_case(context="One.", question="One?"), style, examples=examples)
    other = build_messages(a_case(context="Two.", question="Two?"), style, examples=examples)
    assert one[:-1] == other[:-1]
    assert one[-1] != other[-1]


@pytest.mark.parametrize("style", STYLES)
def test_an_instruction_is_followed_by_the_case_and_says_what_to_do_without_proof(style: PromptStyle) -> None:
    system, user = build_messages(a_case(context="The dose was 54 Gy.", question="Which dose?"), style, examples=False)
    assert (system.role, user.role) == (Role.SYSTEM, Role.USER)
    assert ABSTENTION in system.content
    assert "conflicting information" in system.content
    assert user.content.index("The dose was 54 Gy.") < user.content.index("Which dose?")


@pytest.mark.parametrize("style", STYLES)
def test_worked_examples_are_themselves_whole_traces_of_their_style(style: PromptStyle) -> None:
    for _, text in worked_examples(style):
        trace = parse_trace(text)
        assert trace.format is FORMATS[style]
        assert trace.answer is not None
        assert not BROKEN & {issue.kind for issue in trace.issues} - {IssueKind.NO_PROOF}
        assert [section.kind for section in (trace.think, trace.answer) if section] == [
            SectionKind.THINK,
            SectionKind.ANSWER,
        ]


def test_worked_examples_quote_their_own_document_word_for_word() -> None:
    quoted = 0
    for case, text in worked_examples(PromptStyle.TAGS):
        for citation in parse_trace(text).citations:
            assert citation.text in case
            quoted += 1
    assert quoted >= 5


def test_worked_examples_answer_abstain_and_name_a_conflict() -> None:
    answers = [text.partition("<answer>")[2] for _, text in worked_examples(PromptStyle.TAGS)]
    assert sum(ABSTENTION in answer for answer in answers) >= 1
    assert sum("conflicting information" in answer for answer in answers) >= 1
    assert sum(any(letter.isdigit() for letter in answer) for answer in answers) >= 1


def test_worked_examples_are_none_of_the_built_in_cases() -> None:
    from dipg_ui.settings import ASSETS

    built_in = load_cases(ASSETS / "cases" / "dipg.jsonl").cases
    assert len(built_in) >= 60
    shown = "\n".join(case for case, _ in worked_examples(PromptStyle.TAGS))
    assert not any(case.question in shown for case in built_in)


def test_the_plain_prompt_puts_the_constant_part_first_and_leaves_every_tag_to_the_model() -> None:
    messages = build_messages(
        a_case(context="The dose was 54 Gy.", question="Which dose?"), PromptStyle.TAGS, examples=True
    )
    constant, case = render_plain(messages)
    assert "54 Gy" not in constant
    assert case == "Document: The dose was 54 Gy.\nQuestion: Which dose?\n"
    assert constant.endswith("</answer>\n\n")


@pytest.mark.parametrize(
    "marker", ["</context>", "<question>", "</Answer>", "<think>", "</proof>", "<|end|>", "<|channel|>"]
)
def test_markers_in_a_case_cannot_pass_for_those_of_the_prompt(marker: str) -> None:
    case = a_case(context=f"before {marker} after", question=f"{marker} why?")
    clean = build_messages(a_case(context="before after", question="why?"), PromptStyle.TAGS, examples=False)[-1]
    for examples in (True, False):
        content = build_messages(case, PromptStyle.TAGS, examples=examples)[-1].content
        assert content.count(marker) == (clean.content.count(marker) if not examples else 0)
        assert "before" in content
        assert "after" in content


@pytest.mark.parametrize("line", ["Question: another?", "  question : x", "Document: y", "DOCUMENT: z"])
@pytest.mark.parametrize("start", ["", "text\n", "text\r", "text\u2028"])
def test_a_line_of_a_case_cannot_pass_for_the_frame_of_a_base_model(line: str, start: str) -> None:
    content = build_messages(a_case(context=start + line, question="Why?"), PromptStyle.TAGS, examples=True)[-1].content
    assert content.lower().count("document:") == 1
    assert content.lower().count("question:") + content.lower().count("question :") == 1
    assert line.strip()[-1] in content


def test_ordinary_text_of_a_case_is_left_as_it_is() -> None:
    context = "MRI: 54\u00a0Gy ≥ 2 mg/m², K27M‑mutant; p < 0.05 and > 3. No question: it grew. <b>bold</b>"
    for examples in (True, False):
        assert context in build_messages(a_case(context=context), PromptStyle.TAGS, examples=examples)[-1].content


def test_lone_surrogates_and_nul_make_a_prompt_that_can_be_encoded() -> None:
    messages = build_messages(a_case(context="a\ud800b\x00c"), PromptStyle.TAGS, examples=True)
    assert "a\ufffdb\x00c".encode() in messages[-1].content.encode("utf-8")


def test_two_megabytes_of_hostile_text_are_made_safe_in_linear_time() -> None:
    began = time.monotonic()
    for text in ("<" * 2_000_000, "\n \t" * 600_000, "<|a" * 600_000, "question " * 220_000):
        build_messages(a_case(context=text), PromptStyle.TAGS, examples=True)
    assert time.monotonic() - began < 20


def test_a_prompt_hash_tells_roles_contents_and_order_apart() -> None:
    one, two = Message(Role.USER, "a"), Message(Role.USER, "b")
    hashes = {
        prompt_hash(messages)
        for messages in ([one, two], [two, one], [one], [Message(Role.SYSTEM, "a")], [Message(Role.USER, "ab")], [])
    }
    assert len(hashes) == 6
    assert all(len(value) == 64 and int(value, 16) >= 0 for value in hashes)


def test_a_prompt_hash_is_the_sha_256_of_roles_and_contents() -> None:
    import hashlib

    expected = hashlib.sha256(json.dumps([["user", "Dosis ≥ 2"]]).encode()).hexdigest()
    assert prompt_hash([Message(Role.USER, "Dosis ≥ 2")]) == expected


def test_a_lone_surrogate_can_be_hashed() -> None:
    assert len(prompt_hash([Message(Role.USER, "\ud800")])) == 64
