"""Fine points of the rules that seeded defects showed to be untested (see tests/mutation)."""

from __future__ import annotations

import pytest

from evaluator.alterations import compare, find_alterations
from evaluator.casing import case_change
from evaluator.counts import noun_behind
from evaluator.evaluate import assess
from evaluator.facts import read_facts
from evaluator.headings import headed_away
from evaluator.measures import read_measures, roughly_same, same_amount
from evaluator.normalize import fold
from evaluator.parsing import SectionClosed, TraceParser, parse_trace
from evaluator.similarity import weigh
from evaluator.types import AlterationKind, Case, Evaluation, SectionKind, Span
from tests.builders import CONTEXT, a_trace


def kinds(cited: str, source: str) -> list[AlterationKind]:
    return [alteration.kind for alteration in find_alterations(cited, source)]


@pytest.mark.parametrize(
    ("cited", "source"),
    [
        ("it was 5 ± 1 months", "it was 5 +/- 1 months"),
        ("three thousand children", "3,000 children"),
        ("three million children", "3,000,000 children"),
        ("two billion cells", "2,000,000,000 cells"),
        ("it took over 10 months", "it took > 10 months"),
        ("the scna of the brain", "the scan of the brain"),
        ("Findings a mass of the pons and oedema", "Findings\n1. a mass of the pons and\n2. oedema"),
    ],
)
def test_what_reads_alike_is_no_alteration(cited: str, source: str) -> None:
    assert kinds(cited, source) == []


@pytest.mark.parametrize(
    ("cited", "source", "kind"),
    [
        ("contrast was [not] seen", "contrast was seen", AlterationKind.NEGATION),
        ("three thousand children", "2,997 children", AlterationKind.NUMBER),
        ("The total was. Then it stopped.", "The total was\n30. Then it stopped.", AlterationKind.NUMBER),
    ],
)
def test_what_reads_otherwise_is_an_alteration(cited: str, source: str, kind: AlterationKind) -> None:
    assert kinds(cited, source) == [kind]


def test_an_article_that_is_part_of_a_compound_is_not_dropped() -> None:
    assert kinds("blood of hepatitis positive donors", "blood of hepatitis a-positive donors") != []


def reasons(evaluation: Evaluation, rule: str) -> str:
    return " ".join(step.reason for step in evaluation.steps if step.rule == rule)


def judge(proof: str) -> dict[str, Evaluation]:
    case = Case("1", CONTEXT, "What total dose was given?", "54 Gy in 30 fractions")
    return {evaluation.protocol: evaluation for evaluation in assess(case, a_trace(proof)).evaluations}


def test_the_nearest_of_several_lost_proofs_is_counted_from_one() -> None:
    proof = '"Vincristine is given every second Tuesday"\n"received a total of 70 Gy in seven long fractions instead"'
    assert "the nearest is proof 2" in reasons(judge(proof)["v4"], "grounding")


def test_each_altered_proof_is_named_once() -> None:
    proof = '"received 50 Gy in 30 fractions"\n"received 54 Gy in 20 fractions"'
    reason = reasons(judge(proof)["guarded"], "grounding")
    assert reason.startswith("Proof 1 changes its source:")
    assert reason.endswith("So does proof 2.")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("2 mg", "2 mg/day", True), ("2 mg/day", "2 mg/day", True), ("2 mg/week", "2 mg/day", False)],
)
def test_a_rate_may_be_left_out_but_not_be_another(one: str, other: str, same: bool) -> None:
    (left,), (right,) = read_measures(one), read_measures(other)
    assert same_amount(left, right) is same


@pytest.mark.parametrize(("other", "rounded"), [("99.1 mg", True), ("99 mg", False), ("101 mg", True)])
def test_less_than_one_in_a_hundred_is_rounding(other: str, rounded: bool) -> None:
    (left,), (right,) = read_measures("100 mg"), read_measures(other)
    assert roughly_same(left, right) is rounded


def test_what_only_looks_like_an_entity_stays() -> None:
    assert fold("see &FooBar; there").text == "see &foobar; there"


def test_a_section_of_json_is_told_when_its_string_ends_and_only_then() -> None:
    parser = TraceParser()
    told = [parser.feed(piece) for piece in ('{"think": "Look.", "proof": "the do', 'se", "answer": "54 Gy')]
    assert [[event.section.kind for event in events if isinstance(event, SectionClosed)] for events in told] == [
        [SectionKind.THINK],
        [SectionKind.PROOF],
    ]
    answer = parser.finish().answer
    assert answer is not None
    assert (answer.text, answer.closed) == ("54 Gy", False)


def test_a_yaml_list_spans_all_of_its_items() -> None:
    completion = "think: Look.\nproof:\n- the first quote here\n- the second quote here\nanswer: 54 Gy\n"
    proof = parse_trace(completion).proof
    assert proof is not None
    assert completion[proof.span.start : proof.span.end].split("\n")[:2] == [
        "- the first quote here",
        "- the second quote here",
    ]


def test_a_word_left_out_costs_its_letters_and_its_blank() -> None:
    weight = weigh(compare("received dose daily", "received full dose daily"))
    assert (weight.size, weight.cost) == (18 + 5 + 10 + 12, 5)


@pytest.mark.parametrize(
    ("cited", "source", "kind"),
    [
        ("At noon Cr was high", "At noon CR was high", AlterationKind.NAME),
        ("Given IT at 9", "Given it at 9", AlterationKind.WORD),
        ("Given IT Monday", "Given it Monday", None),
        ("at noon cr was high", "at noon CR was high", None),
    ],
)
def test_the_case_of_letters_tells_words_apart_where_case_says_anything(
    cited: str, source: str, kind: AlterationKind | None
) -> None:
    at = next(place for place, (one, other) in enumerate(zip(cited, source, strict=True)) if one != other)
    at = cited.rfind(" ", 0, at) + 1
    word = Span(at, cited.index(" ", at))
    assert case_change(cited, word, source, word) is kind


@pytest.mark.parametrize(
    ("said", "noun"), [("15 patients improved", "patient"), ("15 kilograms", ""), ("15 % of patients", "")]
)
def test_what_a_bare_number_counts_is_told(said: str, noun: str) -> None:
    (wanted,) = read_measures("15 %")
    assert noun_behind(read_facts(said), wanted) == noun


@pytest.mark.parametrize(
    ("heading", "away"),
    [("Mother's medication:", True), ("Mother's words at the visit that day:", False), ("Her twin sister:", True)],
)
def test_the_heading_of_a_relative_gives_away_what_follows(heading: str, away: bool) -> None:
    text = f"{heading} valproate 5 mg"
    assert (headed_away(text, len(heading) + 1) is not None) is away
