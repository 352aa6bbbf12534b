"""Cases written as conversations, in the newer form with tags and the older one with headings."""

import json

import pytest

from evaluator.cases import CaseFile, parse_cases
from evaluator.sharegpt import gold_answer
from evaluator.types import Behaviour, Category, Difficulty

TAGGED = "<context>\nShe takes 4 mg.\n</context>\n\n<question>\nWhich dose?\n</question>"
HEADED = "**CONTEXT:**\nShe takes 4 mg.\n\n**REQUEST:**\nWhich dose?"
TRACE = "<think>\nIt says.\n</think>\n\n<proof>\n“She takes 4 mg.”\n</proof>\n\n<answer>\n4 mg\n</answer>"


def converse(user: str, gold: str | None = TRACE, **more: object) -> CaseFile:
    messages = [{"role": "user", "content": user}]
    if gold is not None:
        messages.append({"role": "assistant", "content": gold})
    return parse_cases(json.dumps({"messages": messages, **more}), "sharegpt.jsonl")


def told(found: CaseFile) -> list[str]:
    return [str(problem) for problem in found.problems]


@pytest.mark.parametrize(
    "user",
    [
        TAGGED,
        HEADED,
        "You are careful. Use only the context.\n" + TAGGED + "\nThink first.",
        "<CONTEXT>She takes 4 mg.</CONTEXT><Question>Which dose?</Question>",
        "<question>Which dose?</question>\n<context>She takes 4 mg.</context>",
        "<context>She takes 4 mg.</context><question>Which dose?",
        HEADED + "\n\n**REASONING STEPS:**\n1. Read.\nPROOF:\nShe takes",
        "Be brief.\n\n**Context:** She takes 4 mg. **Request:** Which dose?",
    ],
)
def test_context_question_and_answer_are_found(user: str) -> None:
    found = converse(user)
    (case,) = found.cases
    assert (case.context, case.question, case.expected) == ("She takes 4 mg.", "Which dose?", "4 mg")
    assert (case.behaviour, case.category) == (Behaviour.ANSWER, Category.OTHER)
    assert found.problems == ()


def test_tags_quoted_in_the_context_do_not_cut_it_short() -> None:
    user = "<context>Write </context> and <question> tags.</context><question>Which tags?</question>"
    (case,) = converse(user).cases
    assert (case.context, case.question) == ("Write </context> and <question> tags.", "Which tags?")


@pytest.mark.parametrize(
    ("gold", "expected"),
    [
        ("54 Gy\n", "54 Gy"),
        ("<think>The <answer> comes last.</think><answer>54 Gy</answer>", "54 Gy"),
        ("<reasoning>x</reasoning><evidence>y</evidence><conclusion>54 Gy</conclusion>", "54 Gy"),
        ("<answer>54 Gy", "54 Gy"),
        ("<|channel|>analysis<|message|>x<|end|><|channel|>final<|message|>54 Gy<|end|>", "54 Gy"),
        ("below <5 mg", "below <5 mg"),
    ],
)
def test_the_gold_is_read_for_its_answer(gold: str, expected: str) -> None:
    assert gold_answer(gold) == expected
    assert [case.expected for case in converse(TAGGED, gold).cases] == [expected]


@pytest.mark.parametrize(
    ("gold", "behaviour"),
    [
        ("<answer>The text does not contain the dose.</answer>", Behaviour.ABSTAIN),
        ("<think>no mention of a rash</think><answer>4 mg</answer>", Behaviour.ANSWER),
        ("<answer>The notes hold conflicting information.</answer>", Behaviour.FLAG_CONFLICT),
    ],
)
def test_the_behaviour_is_that_of_the_answer_alone(gold: str, behaviour: Behaviour) -> None:
    assert [case.behaviour for case in converse(TAGGED, gold).cases] == [behaviour]


def test_a_conversation_without_gold_is_a_case_without_an_expected_answer() -> None:
    (case,) = converse(TAGGED, None).cases
    assert (case.expected, case.behaviour) == (None, None)


def test_metadata_gives_id_difficulty_type_and_source() -> None:
    metadata = {"id": "5454", "type": "haystack", "source": "a generator", "difficulty": "hard", "timestamp": "now"}
    (case,) = converse(TAGGED, metadata=metadata).cases
    assert (case.id, case.probes, case.source, case.difficulty) == (
        "5454",
        "haystack",
        "a generator",
        Difficulty.HARD,
    )


def test_an_id_is_made_of_the_texts_where_there_is_none() -> None:
    (first,), (second,) = converse(TAGGED).cases, converse(HEADED).cases
    assert first.id == second.id
    assert first.id.startswith("case-")


def test_the_older_names_of_the_keys_are_known() -> None:
    turns = [
        {"from": "system", "value": "Be brief."},
        {"from": "human", "value": TAGGED},
        {"from": "gpt", "value": TRACE},
    ]
    (case,) = parse_cases(json.dumps({"conversations": turns}), "x.jsonl").cases
    assert (case.context, case.expected) == ("She takes 4 mg.", "4 mg")


def test_a_second_question_is_said_not_to_be_read() -> None:
    turns = [{"role": "user", "content": TAGGED}, {"role": "assistant", "content": "4 mg"}] * 2
    found = parse_cases(json.dumps({"messages": turns}), "x.jsonl")
    assert len(found.cases) == 1
    assert told(found) == ["line 1, messages: hold 2 questions; only the first was read"]


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        (4, "must be a list of messages"),
        ([], "hold no message of a user"),
        (["hello"], "message 1 must be an object with role and content"),
        ([{"content": "x"}], "message 1 has no role"),
        ([{"role": "user", "content": [{"text": "x"}]}], "the content of message 1 must be text"),
        ([{"role": "assistant", "content": "x"}], "hold no message of a user"),
        (
            [{"role": "user", "content": "Which dose?"}],
            "the user message holds neither <context>…</context> nor **CONTEXT:** …",
        ),
        ([{"role": "user", "content": "<context>a"}], "the user message opens <context> and does not close it"),
        (
            [{"role": "user", "content": "<context>a</context> b"}],
            "the user message holds no <question>…</question>",
        ),
        (
            [{"role": "user", "content": "**CONTEXT:** a"}],
            "the user message holds no **REQUEST:** after its **CONTEXT:**",
        ),
    ],
)
def test_a_conversation_that_is_no_case_says_why(messages: object, problem: str) -> None:
    found = parse_cases(json.dumps({"messages": messages}), "x.jsonl")
    assert found.cases == ()
    assert told(found) == [f"line 1, messages: {problem}"]


def test_an_empty_context_in_tags_is_named_as_such() -> None:
    found = converse("<context> </context><question>Which dose?</question>")
    assert told(found) == ["line 1, context: must not be empty"]


def test_metadata_of_another_kind_is_said_and_the_case_kept() -> None:
    found = converse(TAGGED, metadata="x")
    assert len(found.cases) == 1
    assert told(found) == ["line 1, metadata: must be an object; it was not used"]


def test_our_own_keys_win_over_messages() -> None:
    found = converse(TAGGED, context="Other.", question="What?")
    assert [case.context for case in found.cases] == ["Other."]
