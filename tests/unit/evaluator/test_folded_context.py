"""What is remembered of a context is bounded and changes nothing."""

from __future__ import annotations

from evaluator import folded_context
from evaluator.folded_context import fold_context, prepare_context
from evaluator.grounding import ground, ground_all
from evaluator.terms import atoms_of
from evaluator.types import Citation, CitationKind, GroundingStatus, Span

CONTEXT = " ".join(f"On day {day} the patient received {day} mg of dexamethasone twice daily." for day in range(1, 60))


def test_passages_read_again_are_what_they_were_and_only_so_many_are_kept() -> None:
    context = prepare_context(CONTEXT)
    spans = [(start, start + 60) for start in range(0, 2_400, 40)]
    for _ in range(2):
        for start, end in spans:
            assert context.atoms(start, end) == atoms_of(context.folded, start, end, context.abbreviations)
    assert len(context._passages) <= folded_context._MAX_PASSAGES < len(spans)


def test_a_long_passage_is_read_and_not_kept() -> None:
    context = prepare_context(CONTEXT)
    whole = context.atoms(0, len(context.folded.text))
    assert whole[-1].end == len(context.folded.text) - 1
    assert not context._passages


def test_an_abbreviation_of_one_context_is_none_of_another() -> None:
    given = prepare_context("The cranial pressure index (CPI) was reported.")
    other = prepare_context("The cranial pressure index was reported.")
    assert [atom.key for atom in given.atoms(4, 26)] == ["cpi"]
    assert [atom.surface for atom in other.atoms(4, 26)] == ["cranial", "pressure", "index"]


def cited(text: str, index: int = 0, start: int = 0) -> Citation:
    return Citation(index, text, Span(start, start + len(text)), CitationKind.QUOTED)


def test_a_quote_met_again_is_found_again_as_the_citation_that_it_is_there() -> None:
    right, wrong = (
        "On day 7 the patient received 7 mg of dexamethasone",
        "On day 7 the patient received 70 mg of dexametason",
    )
    first = ground_all([cited(right), cited(wrong, 1, 200)], CONTEXT)
    again = ground_all([cited(wrong, 0, 30), cited(right, 1, 400)], CONTEXT, threshold=100.0)
    assert [found.status for found in first] == [GroundingStatus.EXACT, GroundingStatus.ALTERED]
    assert [found.status for found in again] == [GroundingStatus.UNGROUNDED, GroundingStatus.EXACT]
    assert again == (ground(cited(wrong, 0, 30), CONTEXT, 100.0), ground(cited(right, 1, 400), CONTEXT, 100.0))


def test_only_so_many_quotes_are_remembered_and_no_long_one() -> None:
    quotes = [f"the patient received {dose} mg of dexamethasone daily" for dose in range(80)]
    for quote in quotes:
        ground_all([cited(quote)], CONTEXT)
    context = fold_context(CONTEXT)
    assert len(context._found) <= folded_context._MAX_QUOTES < len(quotes)
    assert context.remembered(quotes[-1]) is not None
    ground_all([cited(CONTEXT[:2_000])], CONTEXT)
    assert context.remembered(CONTEXT[:2_000]) is None
