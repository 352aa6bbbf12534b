"""A quote that the words around it take back is no evidence; plain prefaces and notes change nothing."""

from __future__ import annotations

import pytest

from evaluator.grounding import ground_all
from evaluator.parsing import parse_trace
from evaluator.types import GroundingStatus

SAID = "The tumour is growing again."
CONTEXT = f"MRI of 3 June. {SAID} The family was told by telephone on the same day."
HELD = {GroundingStatus.EXACT, GroundingStatus.FUZZY}


def holds(proof: str) -> bool:
    citations = parse_trace(f"<proof>{proof}</proof><answer>-</answer>").citations
    return bool(citations) and {g.status for g in ground_all(citations, CONTEXT)} <= HELD


@pytest.mark.parametrize(
    "frame",
    [
        'The context does not say: "{}"',
        '"{}" This is not stated in the report.',
        '"{}"\nThis is not stated.',
        'There is no evidence that "{}"',
        "There is no evidence that\n{}",
        'Not according to the report: "{}"',
        '"{}" cannot be found in the context.',
        'Wrong: "{}"',
        'It was suspected that "{}"',
        '"{}" (retracted)',
        "{} This is incorrect.",
    ],
)
def test_a_quote_that_is_taken_back_does_not_hold(frame: str) -> None:
    assert not holds(frame.format(SAID))


@pytest.mark.parametrize(
    "frame",
    [
        'The context says: "{}"',
        'No other relevant quote was found.\n"{}"',
        '"{}"\nNo other quote was found.',
        'First: "{}"',
        'As the letter puts it, "{}"',
        "The report makes clear that {}",
        '"{}" [1, 2]',
        "{} (1)",
        '"{}", according to the report',
        "{} [my underlining]",
        "> Direct evidence → “{}”",
        "<<{}>>",
        "<td>{}</td>",
    ],
)
def test_a_plain_frame_changes_nothing(frame: str) -> None:
    assert holds(frame.format(SAID))


def test_a_method_before_a_colon_is_part_of_what_is_said() -> None:
    context = "CT: collection of 2 mm behind the graft."
    citations = parse_trace("<proof>MRI: collection of 2 mm behind the graft.</proof><answer>-</answer>").citations
    assert not {g.status for g in ground_all(citations, context)} <= HELD
