"""Files whose columns somebody else named, and files of CSV."""

from __future__ import annotations

import pytest

from evaluator.case_columns import ColumnMap, apply_columns, column_names, guess_columns, is_known, parse_columns
from evaluator.cases import CaseFile, cases_of, parse_cases, read_table
from evaluator.errors import CaseFileError
from evaluator.types import Behaviour, Difficulty


def mapped(text: str, columns: str, name: str = "a.jsonl") -> CaseFile:
    return cases_of(read_table(text, name), parse_columns([columns]))


def test_columns_are_read_under_the_names_that_were_chosen() -> None:
    row = '{"passage": "54 Gy was given.", "query": "Which dose?", "gold": "54 Gy", "n": 7}'
    (case,) = mapped(row, "context=passage, question=query,expected=gold,id=n").cases
    assert (case.context, case.question, case.expected, case.id) == ("54 Gy was given.", "Which dose?", "54 Gy", "7")


def test_a_column_that_is_used_is_not_read_as_the_field_of_its_own_name() -> None:
    row = {"source": "54 Gy was given.", "question": "Which dose?", "context": "not this", "level": "hard"}
    named = apply_columns(row, ColumnMap((("context", "source"), ("question", "question"))))
    assert named == {"context": "54 Gy was given.", "question": "Which dose?", "level": "hard"}


def test_quotes_under_another_name_stay_a_list() -> None:
    row = '{"p": "54 Gy was given. It was well borne.", "query": "Dose?", "cites": ["54 Gy", "well borne"]}'
    assert mapped(row, "context=p,question=query,quotes=cites").cases[0].quotes == ("54 Gy", "well borne")


def test_nested_columns_and_lists_of_texts_are_read() -> None:
    row = (
        '{"pubid": 21645374, "question": "Do mitochondria play a role?", "context": {"contexts": ["One.", "Two."]},'
        ' "answers": {"text": ["yes", "yes it does"], "answer_start": [3]}}'
    )
    table = read_table(row, "squad.jsonl")
    assert table.columns == (
        *("pubid", "question", "context", "context.contexts"),
        *("answers", "answers.text", "answers.answer_start"),
    )
    (case,) = cases_of(table, table.guess).cases
    assert (case.id, case.context, case.expected) == ("21645374", "One.\n\nTwo.", "yes")


@pytest.mark.parametrize(
    ("columns", "guessed"),
    [
        (("Passage", "Query", "Gold_Answer"), "context=Passage,question=Query,expected=Gold_Answer"),
        (("document", "claim", "label"), "context=document,question=claim"),
        (("instruction", "input", "output"), "context=input,question=instruction,expected=output"),
        (("context", "query"), "context=context,question=query"),
        (("title", "body"), ""),
    ],
)
def test_likely_columns_are_guessed_by_name(columns: tuple[str, ...], guessed: str) -> None:
    assert str(guess_columns(columns)) == guessed


def test_one_column_is_guessed_for_one_field_only() -> None:
    assert str(guess_columns(("text", "question"))) == "context=text,question=question"
    columns = [column for _, column in guess_columns(("content", "prompt", "answer", "response")).pairs]
    assert len(columns) == len(set(columns))


def test_our_columns_and_conversations_need_no_map() -> None:
    assert is_known(("question", "context", "extra"))
    assert is_known(("messages",))
    assert not is_known(("context", "query"))


@pytest.mark.parametrize("text", ["context", "context=", "=a", "nonsense=a", "context=a,context=b"])
def test_a_map_that_cannot_be_understood_is_an_error(text: str) -> None:
    with pytest.raises(CaseFileError):
        parse_columns([text])


def test_a_row_without_the_column_is_a_problem_of_its_field() -> None:
    file = mapped('{"passage": "54 Gy.", "query": "Dose?"}\n{"passage": "50 Gy."}', "context=passage,question=query")
    assert len(file.cases) == 1
    assert str(file.problems[0]) == "line 2, question: is missing"


def test_thousands_of_columns_and_endless_names_are_bounded() -> None:
    names = column_names([{f"column {n}": 1 for n in range(5_000)}, {"x" * 10_000: 1}])
    assert len(names) == 200
    assert column_names([{"x" * 10_000: 1, "y": {"z" * 10_000: 1}}]) == ("y",)


def test_csv_is_read_with_its_head_as_names() -> None:
    text = 'id,context,question,expected,difficulty\nc1,"He said ""no"",\nthen left.",What did he say?,,hard\n'
    file = parse_cases(text, "a.csv")
    (case,) = file.cases
    assert (case.id, case.context) == ("c1", 'He said "no",\nthen left.')
    assert (case.expected, case.difficulty) == (None, Difficulty.HARD)
    assert file.problems == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_in_the_head(delimiter: str) -> None:
    rows = (["context", "question", "expected"], ["A 1,5 mg dose", "Dose", "I cannot answer: no mention of it"])
    text = "\ufeff" + "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    (case,) = parse_cases(text.encode(), "a.CSV").cases
    assert (case.context, case.behaviour) == ("A 1,5 mg dose", Behaviour.ABSTAIN)


def test_csv_tells_the_line_of_a_bad_record() -> None:
    text = 'context,question\n,q1\n"two\nlines",q\n\nc,q,more\n,q2\n'
    file = parse_cases(text, "a.csv")
    assert [str(problem) for problem in file.problems] == [
        "line 2, context: is missing",
        "line 6: has 3 cells under 2 columns",
        "line 7, context: is missing",
    ]


def test_lists_in_csv_are_json_or_one_text() -> None:
    text = 'context,question,quotes\n54 Gy was given.,q,"[""54 Gy"", ""given""]"\n50 Gy was given.,q,50 Gy\n'
    assert [case.quotes for case in parse_cases(text, "a.csv").cases] == [("54 Gy", "given"), ("50 Gy",)]


def test_conversations_in_csv_are_read() -> None:
    text = 'messages\n"[{""role"": ""user"", ""content"": ""<context>54 Gy.</context><question>Dose?</question>""}]"\n'
    (case,) = parse_cases(text, "a.csv").cases
    assert (case.context, case.question) == ("54 Gy.", "Dose?")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "context",
        "context,question",
        '"',
        "a\x00b,c\n1,2",
        '"unclosed,question\n' * 50,
        ",,,\n1,2,3",
        "\ufeff",
    ],
)
def test_csv_that_holds_no_cases_is_no_fault(text: str) -> None:
    file = parse_cases(text, "a.csv")
    assert file.cases == ()


def test_a_column_named_twice_is_refused() -> None:
    with pytest.raises(CaseFileError, match="names the column context twice"):
        parse_cases("context,question,context\na,b,c\n", "a.csv")


def test_a_long_cell_of_csv_is_read() -> None:
    (case,) = parse_cases(f"context,question\n{'word ' * 100_000},q\n", "a.csv").cases
    assert len(case.context) > 400_000
