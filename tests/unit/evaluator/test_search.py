"""Where a window is looked for first changes the time it takes, never what is found."""

from __future__ import annotations

from evaluator.search import encode, find_windows

SENTENCE = (
    "The multidisciplinary meeting agreed that radiotherapy begins within one week, that dexamethasone is weaned as "
    "soon as the symptoms allow, and that the family is offered a second biopsy at progression."
)
OTHER = "Nothing of this is said by the letters of the ward, which tell of a fall, a fracture and a plaster cast. "


def test_a_window_is_found_that_shares_no_stretch_with_the_quote() -> None:
    worn = "".join("#" if place % 9 == 4 else letter for place, letter in enumerate(SENTENCE))
    nearest = find_windows(encode(worn), encode(f"{OTHER}{SENTENCE} {OTHER}"))[0]
    assert (nearest.start, nearest.end) == (len(OTHER), len(OTHER) + len(SENTENCE))
    assert nearest.distance == worn.count("#")


def test_a_window_is_found_that_is_further_away_than_a_close_one() -> None:
    worn = "".join("#" if place % 5 in (1, 3) and place > 20 else letter for place, letter in enumerate(SENTENCE))
    nearest = find_windows(encode(worn), encode(f"{OTHER}{SENTENCE} {OTHER}"))[0]
    assert nearest.distance == worn.count("#") > 63
