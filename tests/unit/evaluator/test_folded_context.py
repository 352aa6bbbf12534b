"""What is remembered of a context is bounded and changes nothing."""

from __future__ import annotations

from evaluator import folded_context
from evaluator.folded_context import prepare_context
from evaluator.terms import atoms_of

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
