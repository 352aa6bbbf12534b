"""Pieces of one sentence that only hold together."""

from __future__ import annotations

import pytest

from evaluator.grounding import ground_all
from evaluator.parsing import parse_trace
from evaluator.types import Grounding, GroundingStatus

CONTEXT = (
    "Cytology: no malignant cells. Class “diffuse midline glioma, H3 K27-altered”, calibrated score 0.98. "
    "He is alert, walks without help and has no headache. Dexamethasone 2 mg was given twice daily."
)
HELD = {GroundingStatus.EXACT, GroundingStatus.FUZZY}


def grounded(proof: str) -> tuple[Grounding, ...]:
    return ground_all(parse_trace(f"<proof>{proof}</proof><answer>-</answer>").citations, CONTEXT)


@pytest.mark.parametrize(
    "proof",
    [
        "He is alert, walks without\nhelp and has no\nheadache.",
        "Class “diffuse midline glioma, H3 K27-altered”, calibrated score 0.98.",
        "Cytology: no\nmalignant cells.",
        "He is alert, walks with-\nout help and has no headache.",
    ],
)
def test_a_sentence_cut_into_lines_holds_as_one(proof: str) -> None:
    groundings = grounded(proof)
    assert {grounding.status for grounding in groundings} <= HELD
    assert all(not grounding.alterations for grounding in groundings)


def test_each_piece_points_to_its_own_place() -> None:
    first, second, third = grounded("He is alert, walks without\nhelp and has no\nheadache.")
    shown = [CONTEXT[g.span.start : g.span.end] for g in (first, second, third) if g.span is not None]
    assert [text.rstrip(".") for text in shown] == ["He is alert, walks without", "help and has no", "headache"]


@pytest.mark.parametrize(
    "proof",
    [
        "He is alert, walks without\nhelp and has\nheadache.",
        "Class “diffuse hemispheric glioma”, calibrated score 0.98.",
        "He is alert, walks with help\nand has no headache.",
    ],
)
def test_pieces_that_do_not_make_a_sentence_of_the_source_do_not_hold(proof: str) -> None:
    assert not {grounding.status for grounding in grounded(proof)} <= HELD
