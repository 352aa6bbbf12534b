"""Case files in our own schema: what is read, what is refused, and where the reader is told to look."""

import json
import time
from pathlib import Path

import pytest

from evaluator.cases import MAX_FILE_BYTES, MAX_ROWS, CaseFile, infer_behaviour, load_cases, parse_cases
from evaluator.errors import CaseFileError
from evaluator.protocols import V4
from evaluator.types import Behaviour, Case, Category, Difficulty

FULL = {
    "id": "direct-01",
    "category": "direct extraction",
    "difficulty": "easy",
    "genre": "clinic letter",
    "context": "She takes 4 mg dexamethasone.",
    "question": "Which dose?",
    "expected": "4 mg",
    "behaviour": "answer",
    "quotes": ["takes 4 mg"],
    "probes": "a dose",
    "source": "synthetic",
}
SMALL = {"context": "She takes 4 mg.", "question": "Which dose?"}


def a_line(**fields: object) -> str:
    return json.dumps({**SMALL, **fields})


def read(*lines: str) -> CaseFile:
    return parse_cases("\n".join(lines), "upload.jsonl")


def the_problems(*lines: str) -> list[str]:
    return [str(problem) for problem in read(*lines).problems]


def test_every_key_of_the_schema_is_read() -> None:
    assert read(json.dumps(FULL)).cases == (
        Case(
            id="direct-01",
            context="She takes 4 mg dexamethasone.",
            question="Which dose?",
            expected="4 mg",
            behaviour=Behaviour.ANSWER,
            quotes=("takes 4 mg",),
            category=Category.DIRECT,
            difficulty=Difficulty.EASY,
            probes="a dose",
            genre="clinic letter",
            source="synthetic",
        ),
    )


def test_context_and_question_are_enough() -> None:
    (case,) = read(a_line()).cases
    assert (case.expected, case.behaviour, case.quotes) == (None, None, ())
    assert (case.category, case.difficulty) == (Category.OTHER, Difficulty.MEDIUM)


def test_unknown_keys_are_let_be() -> None:
    found = read(a_line(id="a", completion="text", nested={"x": [1]}))
    assert [case.id for case in found.cases] == ["a"]
    assert found.problems == ()


def test_the_context_keeps_its_white_space() -> None:
    (case,) = read(a_line(context="  two\u00a0mg\r\n\tdaily \n")).cases
    assert case.context == "  two\u00a0mg\r\n\tdaily \n"


def test_a_missing_id_depends_on_the_texts_and_not_on_the_place() -> None:
    first, second = read(a_line(), a_line(question="Since when?")).cases
    again, before = read("", a_line(question="Since when?"), a_line()).cases
    assert (first.id, second.id) == (before.id, again.id)
    assert first.id != second.id


def test_a_number_may_serve_as_id() -> None:
    assert [case.id for case in read(a_line(id=7)).cases] == ["7"]


@pytest.mark.parametrize(
    ("expected", "behaviour"),
    [
        ("54 Gy", Behaviour.ANSWER),
        ("The context does not contain the dose.", Behaviour.ABSTAIN),
        ("There is No Mention of a biopsy.", Behaviour.ABSTAIN),
        ("The two reports give conflicting information.", Behaviour.FLAG_CONFLICT),
        ("I’m sorry, the dose is unclear.", Behaviour.ABSTAIN),
    ],
)
def test_the_behaviour_is_inferred_from_the_gold(expected: str, behaviour: Behaviour) -> None:
    assert [case.behaviour for case in read(a_line(expected=expected)).cases] == [behaviour]


def test_the_word_lists_are_those_of_v4() -> None:
    words = V4.words
    assert {infer_behaviour(f"So {phrase.upper()} here.") for phrase in words.abstention} == {Behaviour.ABSTAIN}
    assert {infer_behaviour(f"So {phrase} here.") for phrase in words.conflict} == {Behaviour.FLAG_CONFLICT}
    assert {infer_behaviour(f"So {phrase} here.") for phrase in words.refusal} == {Behaviour.ABSTAIN}


def test_a_stated_behaviour_is_not_second_guessed() -> None:
    (case,) = read(a_line(expected="No mention of pain.", behaviour="Flag_Conflict")).cases
    assert case.behaviour is Behaviour.FLAG_CONFLICT


@pytest.mark.parametrize("key", ["answer", "final"])
def test_the_expected_answer_may_be_an_object(key: str) -> None:
    assert [case.expected for case in read(a_line(expected={key: "4 mg"})).cases] == ["4 mg"]


def test_an_expected_trace_is_read_for_its_answer() -> None:
    gold = "<think>" + "long " * 10_000 + "</think><proof>4 mg</proof><answer>\n4 mg\n</answer>"
    assert [case.expected for case in read(a_line(expected=gold)).cases] == ["4 mg"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"question": "Which dose?"}', "line 1, context: is missing"),
        ('{"context": "4 mg"}', "line 1, question: is missing"),
        (a_line(context=4), "line 1, context: must be text"),
        (a_line(context=None), "line 1, context: must be text"),
        (a_line(context=" \n"), "line 1, context: must not be empty"),
        (a_line(question=""), "line 1, question: must not be empty"),
        (a_line(question="?" * 10_001), "line 1, question: has 10,001 characters; 10,000 are allowed"),
        (a_line(expected=4), "line 1, expected: must be text"),
        (a_line(expected="4" * 20_001), "line 1, expected: has 20,001 characters; 20,000 are allowed"),
        (a_line(behaviour="guess"), "line 1, behaviour: must be one of answer, abstain, flag conflict"),
        (a_line(id=["a"]), "line 1, id: must be text"),
        (a_line(id="a\nb"), "line 1, id: must be up to 200 printable characters on one line"),
        (a_line(quotes="takes 4 mg"), "line 1, quotes: must be a list of texts"),
        (a_line(quotes=["takes", 4]), "line 1, quotes: must be a list of texts"),
        (a_line(quotes=["4 mg"] * 101), "line 1, quotes: holds 101 quotes; 100 are allowed"),
        ("[]4", "line 1: text after the end of the array; it was not read"),
        ("4", "line 1: must be an object"),
        ('"text"', "line 1: must be an object"),
        ("nonsense", "line 1: not valid JSON: Expecting value at column 1"),
        ('{"context": "a"} {"context": "b"}', "line 1: text after the end of the object, at column 17"),
        ('{"context": "a", "context": "b"}', "line 1: the key 'context' appears twice in one object"),
        ('{"id": ' + "9" * 5_000 + "}", "line 1: holds a number that is too long"),
        ("", "line 1: the file holds no cases"),
        (" \n\n\t", "line 1: the file holds no cases"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(line: str, problem: str) -> None:
    found = read(line)
    assert found.cases == ()
    assert [str(each) for each in found.problems] == [problem]
    assert {(each.file, each.kept) for each in found.problems} == {("upload.jsonl", False)}


def test_all_problems_of_a_row_are_said_at_once() -> None:
    assert the_problems('{"question": 3, "behaviour": "?"}') == [
        "line 1, context: is missing",
        "line 1, question: must be text",
        "line 1, behaviour: must be one of answer, abstain, flag conflict",
    ]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (
            {"category": "pharmacology"},
            "line 1, category: is none of direct extraction, haystack, calculation, missing information, "
            "conflicting sources, counterfactual context, other; taken as other",
        ),
        ({"difficulty": 3}, "line 1, difficulty: is none of easy, medium, hard; taken as medium"),
        ({"genre": 3}, "line 1, genre: must be text; it was not used"),
        ({"probes": "x" * 2_001}, "line 1, probes: has 2,001 characters; cut to 2,000"),
        ({"quotes": ["takes 4", "5 mg"]}, "line 1, quotes: quote 2 does not stand in the context"),
        ({"expected": "<answer> </answer>"}, "line 1, expected: is a trace without an answer; taken as none"),
    ],
)
def test_a_label_that_cannot_be_used_is_said_and_the_case_kept(fields: dict[str, object], problem: str) -> None:
    found = read(a_line(**fields))
    assert len(found.cases) == 1
    assert [(str(each), each.kept) for each in found.problems] == [(problem, True)]


def test_half_a_surrogate_pair_is_replaced_where_it_stands() -> None:
    found = read('{"context": "a \\ud83d b \\ud83d\\ude00", "question": "Which dose?"}')
    assert [case.context for case in found.cases] == ["a \ufffd b \U0001f600"]
    assert [str(each) for each in found.problems] == [
        "line 1, context: holds half of a surrogate pair, which was replaced by U+FFFD"
    ]


def test_a_context_is_bounded_by_its_bytes() -> None:
    fits = "é" * (1024 * 1024)
    assert len(read(a_line(context=fits)).cases) == 1
    assert the_problems(a_line(context=fits + "x")) == [
        "line 1, context: has 2,097,153 bytes; 2,097,152 (2 MB) are allowed"
    ]


def test_the_second_case_of_an_id_is_refused_and_names_the_first() -> None:
    found = read(a_line(id="a"), "", a_line(id="a", question="Since when?"), a_line(id="b"))
    assert [(case.id, case.question) for case in found.cases] == [("a", "Which dose?"), ("b", "Which dose?")]
    assert [str(each) for each in found.problems] == ["line 3, id: a is already the case of line 1"]


def test_a_label_of_a_refused_row_is_not_said_to_be_kept() -> None:
    found = read(a_line(id="a"), a_line(id="a", genre=3), a_line(genre=3, context=""))
    assert [(each.line, each.field, each.kept) for each in found.problems] == [
        (2, "genre", False),
        (2, "id", False),
        (3, "context", False),
        (3, "genre", False),
    ]


def test_the_same_case_twice_without_an_id_is_kept_once_and_said() -> None:
    found = read(a_line(), a_line())
    assert len(found.cases) == 1
    assert str(found.problems[0]).endswith("is already the case of line 1")


def test_the_summary_counts_and_names_the_place() -> None:
    found = read(a_line(id="a"), "", a_line(context=3), "oops", a_line(id="b"))
    assert found.summary == (
        "upload.jsonl: 2 of 4 cases kept; line 3, context: must be text; "
        "line 4: not valid JSON: Expecting value at column 1"
    )


def test_the_summary_of_a_good_file_is_one_clause() -> None:
    assert read(a_line()).summary == "upload.jsonl: 1 of 1 case kept"


def test_the_summary_lists_fifty_problems_and_counts_the_rest() -> None:
    found = read(*["oops"] * 60)
    assert len(found.problems) == 60
    assert found.summary.count("not valid JSON") == 50
    assert found.summary.endswith("; and 10 more problems")


def test_every_full_line_is_a_case_or_a_problem() -> None:
    lines = [a_line(id=str(n)) if n % 3 else f"bad {n}" for n in range(1, 40)]
    found = read(*lines)
    told = {problem.line for problem in found.problems} | {int(case.id) for case in found.cases}
    assert told == set(range(1, 40))
    assert found.rows == 39


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\u000b"])
def test_only_line_feeds_end_a_line(separator: str) -> None:
    line = json.dumps(SMALL | {"context": f"4{separator}mg"}, ensure_ascii=False)
    found = read(line.replace("\\u000b", separator))
    assert found.rows == 1


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_may_end_as_on_any_machine(end: str) -> None:
    found = parse_cases(end.join([a_line(id="a"), "bad", a_line(id="b")]), "x.jsonl")
    assert [case.id for case in found.cases] == ["a", "b"]
    assert [problem.line for problem in found.problems] == [2]


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "my cases.jsonl"
    path.write_text(a_line(id="a") + "\n", encoding="utf-8")
    found = load_cases(path)
    assert (found.name, [case.id for case in found.cases]) == ("my cases.jsonl", ["a"])


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match=r"^none\.jsonl is not a file"):
        load_cases(tmp_path / "none.jsonl")
    with pytest.raises(CaseFileError, match="is not a file"):
        load_cases(tmp_path)


def test_a_file_over_the_bound_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(CaseFileError, match=r"large\.jsonl is 200\.0 MB; a file of cases may have up to 50 MB"):
        load_cases(path)


def test_content_over_the_bound_is_refused() -> None:
    with pytest.raises(CaseFileError, match="50 MB"):
        parse_cases(b" " * (MAX_FILE_BYTES + 1), "x.jsonl")


def test_rows_over_the_bound_are_not_read_and_that_is_said() -> None:
    began = time.process_time()
    found = parse_cases(a_line() + "\n" + "4\n" * 5_000_000, "x.jsonl")
    assert time.process_time() - began < 5
    assert (found.rows, found.cut) == (MAX_ROWS, True)
    assert str(found.problems[-1]) == "line 100,001: not read from here on: over 100,000 rows"
    assert found.summary.startswith("x.jsonl: 1 of over 100,000 cases kept; ")
    assert not parse_cases("4\n" * MAX_ROWS, "x.jsonl").cut
