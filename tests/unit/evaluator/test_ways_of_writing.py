"""One thing written in ways that alignment does not know."""

import pytest

from evaluator.grounding import ground
from evaluator.types import Citation, CitationKind, GroundingStatus, Span

HELD = {GroundingStatus.EXACT, GroundingStatus.FUZZY}
ALIKE = (
    ("The serum is kept at −20 °C in the cellar.", "The serum is kept at minus 20 °C in the cellar."),
    ("The change was (−12 %) on the second film.", "The change was (- 12 %) on the second film."),
    ("The magnet of 3 T is in the new building.", "The magnet of 3 tesla is in the new building."),
    ("The nearest unit with a bed is 40 km away.", "The nearest unit with a bed is 40 kilometres away."),
    ("The score was 14 of 15 after the third dose.", "The score was 14 out of 15 after the third dose."),
    ("The doses ranged from 5 to 15 mg in the group.", "The doses ranged 5–15 mg in the group."),
    ("The volume fell by one third.", "The volume fell by a third."),
    ("Her height was on the 75th centile in May.", "Her height was on the 75th percentile in May."),
    ("A value of 1.1 × 10⁻³ was read on the map.", "A value of 1.1 × 10-3 was read on the map."),
)
UNLIKE = (
    ("The serum is kept at 20 °C in the cellar.", "The serum is kept at minus 20 °C in the cellar."),
    ("The serum is kept at −20 °C in the cellar.", "The serum is kept at minus 80 °C in the cellar."),
    ("The magnet of 3 T is in the new building.", "The magnet of 7 tesla is in the new building."),
    ("The magnet of 3 T is in the new building.", "The magnet of 3 kilohertz is in the new building."),
    ("The score was 14 of 15 after the third dose.", "The score was 15 out of 14 after the third dose."),
    ("The doses ranged from 5 to 15 mg in the group.", "The doses ranged 5–50 mg in the group."),
    ("The volume fell from one third.", "The volume fell by a third."),
    ("A value of 1.1 × 10⁻³ was read on the map.", "A value of 1.1 × 10-6 was read on the map."),
    ("A value of 1.1 × 10³ was read on the map.", "A value of 1.1 × 10-3 was read on the map."),
    ("Baclofen – 5 mg at night for the spasms.", "Baclofen -5 mg at night for the spasms."),
)


def status(source: str, quote: str) -> GroundingStatus:
    citation = Citation(0, quote, Span(0, len(quote)), CitationKind.QUOTED)
    return ground(citation, f"Clinic letter.\n{source}\nThe family agreed.").status


@pytest.mark.parametrize(("source", "quote"), ALIKE)
def test_what_is_only_written_in_another_way_holds(source: str, quote: str) -> None:
    assert status(source, quote) in HELD


@pytest.mark.parametrize(("source", "quote"), UNLIKE)
def test_what_says_something_else_does_not(source: str, quote: str) -> None:
    assert status(source, quote) not in HELD
