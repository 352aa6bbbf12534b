"""How a case file may be written: encodings, arrays, objects over several lines, and hostile nesting."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.cases import CaseFile, parse_cases
from evaluator.errors import CaseFileError

CASE = '{"id": "a", "context": "5 mg/m² ≥ 3 days 🙂", "question": "Which dose?"}'


def a_case(name: str) -> dict[str, str]:
    return {"id": name, "context": "4 mg", "question": "Which dose?"}


def ids(found: CaseFile) -> list[str]:
    return [case.id for case in found.cases]


def told(found: CaseFile) -> list[str]:
    return [str(problem) for problem in found.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str) -> None:
    found = parse_cases(CASE.encode(encoding), "x.jsonl")
    assert [case.context for case in found.cases] == ["5 mg/m² ≥ 3 days 🙂"]
    assert found.problems == ()


def test_utf_16_is_read_in_either_byte_order() -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert ids(parse_cases(mark + CASE.encode(encoding), "x.jsonl")) == ["a"]


def test_text_may_begin_with_a_byte_order_mark() -> None:
    assert ids(parse_cases("\ufeff" + CASE, "x.jsonl")) == ["a"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"context": "5 mg/m\xb2"}', r"^x\.jsonl is not UTF-8 text: byte 19 cannot be read"),
        (b'\xef\xbb\xbf{"context": "5 mg/m\xb2"}', "byte 22 cannot be read"),
        (b"\xff\xfe{\x00\x00\xd8}\x00", r"not UTF-16-LE text: byte 4 cannot be read"),
        (b"\xff\xfe{\x00}", "byte 4 cannot be read"),
        (b"x" * 1_234_567 + b"\xff", "byte 1,234,567 cannot be read"),
    ],
)
def test_the_first_byte_that_is_not_text_is_named(data: bytes, message: str) -> None:
    with pytest.raises(CaseFileError, match=message):
        parse_cases(data, "x.jsonl")


def test_an_array_is_read_with_the_lines_of_its_elements() -> None:
    text = json.dumps([a_case("a"), 4, a_case("b") | {"context": 3}, a_case("c")], indent=1)
    found = parse_cases(text, "x.json")
    assert ids(found) == ["a", "c"]
    assert told(found) == ["line 7: must be an object", "line 8, context: must be text"]
    assert found.rows == 4


def test_an_empty_array_holds_no_cases() -> None:
    assert told(parse_cases("\n[ ]\n", "x.json")) == ["line 1: the file holds no cases"]


@pytest.mark.parametrize(
    ("rest", "problem"),
    [
        (",\n", "line 2: the array is not closed: the file may be cut off"),
        ("\n", "line 2: the array is not closed: the file may be cut off"),
        ('\n{"id": "b"}]', "line 2: a comma is missing; the file was not read from here on"),
        (
            ',\n{"id": }, {}]',
            "line 2: not valid JSON: Expecting value at line 2, column 8; the file was not read from here on",
        ),
        ("]\n\nmore", "line 3: text after the end of the array; it was not read"),
    ],
)
def test_a_broken_array_keeps_what_came_before(rest: str, problem: str) -> None:
    found = parse_cases("[" + json.dumps(a_case("a")) + rest, "x.json")
    assert ids(found) == ["a"]
    assert told(found) == [problem]


def test_objects_may_spread_over_lines() -> None:
    text = "\n" + json.dumps(a_case("a"), indent=2) + "\n" + json.dumps({"id": "b"}, indent=2)
    found = parse_cases(text, "x.json")
    assert ids(found) == ["a"]
    assert told(found) == ["line 7, context: is missing", "line 7, question: is missing"]


def test_a_bad_first_line_does_not_spoil_the_rest() -> None:
    found = parse_cases('{"id": "x", "context": \n' + CASE, "x.jsonl")
    assert ids(found) == ["a"]
    assert told(found) == ["line 1: not valid JSON: Expecting value at column 23"]


@pytest.mark.parametrize("bracket", ["[", '{"a":', '{"context":['])
def test_deep_nesting_is_a_problem_and_no_crash(bracket: str) -> None:
    found = parse_cases(bracket * 200_000, "x.jsonl")
    assert found.cases == ()
    assert len(found.problems) == 1
    deep_line = '{"id":' * 100_000
    assert ids(parse_cases(deep_line + "\n" + CASE, "x.jsonl")) == ["a"]


def test_nesting_that_can_be_read_is_never_walked() -> None:
    deep = "[" * 400 + "]" * 400
    found = parse_cases('{"id": %s, "context": %s, "quotes": %s, "extra": %s}' % (deep, deep, deep, deep), "x.jsonl")  # noqa: UP031
    assert [problem.field for problem in found.problems] == ["context", "question", "id", "quotes"]


def nonsense(name: str) -> str:
    """Made when it is needed: a megabyte in a test's name helps no one."""
    match name:
        case "tags":
            return json.dumps({"messages": [{"role": "user", "content": "<context>" * 300_000}]})
        case "headings":
            return json.dumps({"messages": [{"role": "user", "content": "**CONTEXT:** **REQUEST:**" * 100_000}]})
        case "keys":
            return "{" + ",".join(f'"{n}":0' for n in range(200_000)) + ',"199999":0}'
        case "ids":
            return '{"messages":"' * 300_000
        case _:
            return {"lines": "\n", "spaces": " \n", "array": "[ "}[name] * 2_000_000


@pytest.mark.parametrize("name", ["tags", "headings", "keys", "ids", "lines", "spaces", "array"])
def test_large_nonsense_is_done_with_soon(name: str) -> None:
    text = nonsense(name)
    began = time.process_time()
    assert parse_cases(text, "x.jsonl").cases == ()
    assert time.process_time() - began < 5


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ROWS = st.dictionaries(
    st.sampled_from(
        ["id", "context", "question", "expected", "behaviour", "quotes", "category", "genre", "messages", "metadata"]
    ),
    st.sampled_from(["a", "answer", "<context>a</context><question>b</question>", "\ud800"]) | JSON_VALUES,
)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet='[]{}":,\\u8 \n\r\ufeff', max_size=60))
def test_whatever_the_bytes_reading_ends_in_cases_problems_or_a_named_error(data: bytes | str) -> None:
    try:
        found = parse_cases(data, "x.jsonl")
    except CaseFileError as error:
        assert str(error).startswith("x.jsonl")  # noqa: PT017 - any outcome but a crash is fine
    else:
        assert found.cases or found.problems


@settings(max_examples=200, deadline=None)
@given(st.lists(ROWS | JSON_VALUES, max_size=5))
def test_whatever_the_rows_each_is_a_case_or_a_problem(rows: list[object]) -> None:
    found = parse_cases("".join(f" {json.dumps(row)}\n" for row in ["first", *rows]), "x.jsonl")
    refused = {problem.line for problem in found.problems if not problem.kept}
    assert found.rows == len(rows) + 1
    assert len(found.cases) + len(refused) == found.rows
    for case in found.cases:
        assert (case.context + case.question + (case.expected or "") + case.id + case.probes).encode("utf-8")
