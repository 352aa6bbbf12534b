"""The case set that ships with the dashboard: complete, consistent, varied, and of no real patient."""

import json
import re
from collections import Counter
from datetime import date
from itertools import combinations
from math import sqrt
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from evaluator.cases import infer_behaviour, load_cases
from evaluator.types import Behaviour, Case, Category, Difficulty

PATH = Path(__file__).resolve().parents[2] / "assets" / "cases" / "dipg.jsonl"
FILE = load_cases(PATH)
KEYS = [
    "id",
    "category",
    "difficulty",
    "genre",
    "context",
    "question",
    "expected",
    "behaviour",
    "quotes",
    "probes",
    "source",
]
CATEGORIES = set(Category) - {Category.OTHER}
BEHAVIOURS = {Category.MISSING: Behaviour.ABSTAIN, Category.CONFLICT: Behaviour.FLAG_CONFLICT}
# The words by which V4 takes an answer for an abstention, a conflict or a refusal: no gold answer may hold one.
STANCE_WORDS = re.compile(
    r"does not contain|no mention|not mentioned|not provided|not discussed|information is missing|conflicting"
    r"|i cannot|i apologize|as an ai|i'm sorry|i am unable|i do not have access|policy prohibits",
    re.IGNORECASE,
)
IDENTIFIERS = {
    "email": re.compile(r"[\w.]@\w"),
    "web address": re.compile(r"https?:|www\."),
    "telephone or record number": re.compile(r"\d{6}|\+\d\d[ \d-]{6}|\b0\d{4}|\d{3}[-/ ]\d{3}[-/ ]\d{3}"),
    "label of an identifier": re.compile(r"\b(?:MRN|NHS|DOB|SSN|NCT|born on)\b|\b(?:Tel|Phone|Fax)\.?:", re.IGNORECASE),
    "name with a title": re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|Professor|Herr|Frau)\b\.?\s[A-Z]"),
}
AGE = re.compile(r"(\d+)[- \u2010\u2011\u00a0](?:years?|y)\b")

SPELLED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

each_case = pytest.mark.parametrize("case", FILE.cases, ids=lambda case: case.id)


def behaviour(case: Case) -> Behaviour:
    assert case.behaviour is not None
    return case.behaviour


def words(text: str) -> int:
    return len(text.split())


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,:]\d+)*", text))


def test_the_file_holds_nothing_but_sound_cases() -> None:
    assert FILE.problems == ()
    assert len(FILE.cases) >= 60


def test_every_category_has_ten_cases_or_more() -> None:
    counts = Counter(case.category for case in FILE.cases)
    assert set(counts) == CATEGORIES
    assert min(counts.values()) >= 10


def test_every_row_has_every_key_in_the_same_order() -> None:
    rows = [json.loads(line) for line in PATH.read_text(encoding="utf-8").splitlines()]
    assert [list(row) for row in rows] == [KEYS] * len(FILE.cases)


def test_difficulty_varies_within_every_category() -> None:
    levels = {category: {c.difficulty for c in FILE.cases if c.category is category} for category in CATEGORIES}
    assert [category for category, found in levels.items() if len(found) < 2] == []
    assert {case.difficulty for case in FILE.cases} == set(Difficulty)


@each_case
def test_a_case_says_what_it_is(case: Case) -> None:
    assert re.fullmatch(r"(?:direct|haystack|calculation|missing|conflict|counterfactual)-\d\d", case.id)
    assert case.category.value.startswith(case.id.split("-")[0])
    assert case.genre
    assert case.probes
    assert "synthetic" in case.source
    assert case.question.rstrip().endswith("?")
    assert words(case.context) >= 100


@each_case
def test_every_quote_stands_verbatim_in_its_context(case: Case) -> None:
    assert [quote for quote in case.quotes if quote not in case.context] == []
    assert all(quote == quote.strip() and quote for quote in case.quotes)
    assert len(case.quotes) >= {Behaviour.ABSTAIN: 0, Behaviour.ANSWER: 1, Behaviour.FLAG_CONFLICT: 2}[behaviour(case)]
    assert behaviour(case) is not Behaviour.ABSTAIN or case.quotes == ()


@each_case
def test_the_expected_text_makes_every_protocol_see_the_expected_behaviour(case: Case) -> None:
    expected = case.expected or ""
    assert case.behaviour is BEHAVIOURS.get(case.category, Behaviour.ANSWER)
    assert infer_behaviour(expected) is case.behaviour
    match case.behaviour:
        case Behaviour.ABSTAIN:
            assert "does not contain" in expected
            assert "conflicting" not in expected
        case Behaviour.FLAG_CONFLICT:
            assert "conflicting information" in expected
            assert "does not contain" not in expected
        case _:
            assert not STANCE_WORDS.search(expected)


READ_OFF = {Category.DIRECT, Category.HAYSTACK, Category.COUNTERFACTUAL}


@pytest.mark.parametrize("case", [c for c in FILE.cases if c.category in READ_OFF], ids=lambda case: case.id)
def test_an_answer_that_is_read_off_holds_only_numbers_of_its_quotes(case: Case) -> None:
    quoted = numbers(" ".join(case.quotes))
    spelled = {str(n) for n, word in enumerate(SPELLED) if re.search(rf"\b{word}\b", " ".join(case.quotes).lower())}
    assert numbers(case.expected or "") <= quoted | spelled


WORKED_OUT = {
    "calculation-01": f"{(30 - 12) * 1.8:.1f} Gy",
    "calculation-02": f"{min(400 * 1.58, 600):.0f} mg",
    "calculation-03": f"{round(150 * 1.16 / 5) * 5} mg",
    "calculation-04": f"{(date(2024, 2, 5) - date(2023, 6, 5)).days} days",
    "calculation-05": f"fell by {(42.0 - 29.4) / 42.0:.0%}".replace("%", " %"),
    "calculation-06": f"{4 * 2 * 3 + 4 * 2 * 2 + 4 * 2 * 1 + 4 * 1} mg",
    "calculation-07": f"{100 * 18 / 45 - 100 * 12 / 48:.0f} percentage points",
    "calculation-08": f"{sqrt(144 * 36.0 / 3600) * 15:.0f} mg",
    "calculation-09": f"+{5 * 120 + 10 * 10 + 3 * 20 - (90 + 140 + 60 + 110 + 85) - 35 - 15} mL",
    "calculation-10": f"{20 * 22.5 / 100:.1f} mL",
    "calculation-11": f"{2.5 * (0.36 + 0.08):.1f} × 10⁹/L",
    "calculation-12": f"{30 * 1.8 + 11 * 1.8:.1f} Gy",
    "calculation-13": f"{3600 / (2 * 5) / 60:.0f} hours",
    "calculation-14": f"{((28 + 21) * 20 + (28 + 28) * 10) / (4 * 28 * 20):.0%}".replace("%", " %"),
}


def test_every_calculation_comes_out_as_expected() -> None:
    calculated = {c.id: c.expected or "" for c in FILE.cases if c.category is Category.CALCULATION}
    assert set(calculated) == set(WORKED_OUT)
    wrong = {name: text for name, text in calculated.items() if WORKED_OUT[name] not in text.replace("\u00a0", " ")}
    assert wrong == {}


@each_case
def test_the_length_suits_the_category(case: Case) -> None:
    if case.category is Category.HAYSTACK:
        assert 1_500 <= words(case.context) <= 4_000
    else:
        assert words(case.context) <= 800


def test_genres_and_ages_vary() -> None:
    assert len({case.genre for case in FILE.cases}) >= 30
    ages = {int(age) for case in FILE.cases for age in AGE.findall(case.context) if int(age) < 90}
    assert len(ages) >= 15
    assert min(ages) <= 3
    assert max(ages) >= 30


@pytest.mark.parametrize(
    ("characters", "least"),
    [
        ("\u2011", 30),  # non-breaking hyphen
        ("\u00a0", 30),  # no-break space
        ("≥≤", 10),
        ("²", 10),
        ("⁹", 8),
        ("–", 30),
        ("°", 8),
        ("µμ", 4),
        ("×", 15),
        ("“’", 10),
        ("•", 6),
        ("|", 3),
        ("½☐√→−", 3),
    ],
)
def test_typography_varies(characters: str, least: int) -> None:
    assert sum(any(char in case.context for char in characters) for case in FILE.cases) >= least


def test_some_contexts_are_plain_ascii_hyphens() -> None:
    assert sum(not re.search("[\u2010\u2011\u00a0]", case.context) for case in FILE.cases) >= 5


def test_no_two_cases_are_alike() -> None:
    alike = [
        (first.id, second.id)
        for first, second in combinations(FILE.cases, 2)
        if fuzz.ratio(first.context[:2_000], second.context[:2_000]) > 70
        or fuzz.ratio(first.question, second.question) > 90
    ]
    assert alike == []


@each_case
def test_nothing_looks_like_an_identifier_of_a_person(case: Case) -> None:
    found = {kind: hit.group() for kind, pattern in IDENTIFIERS.items() if (hit := pattern.search(case.context))}
    assert found == {}
