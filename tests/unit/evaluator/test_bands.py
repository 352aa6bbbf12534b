"""The bands of a trace by hand: where a verdict changes, and where it does not."""

from __future__ import annotations

from dataclasses import replace

from evaluator.bands import Banded, judge_bands, scoring_version
from evaluator.protocols import RUNGS
from evaluator.types import Behaviour, Outcome
from tests.builders import a_case, a_trace

NEAR = '"The patient received 54 Gy in thirty fractions to the pons"'
ABSTAINS = "The context does not contain this information."


def bands_of(protocol: str, text: str, **case: object) -> Banded:
    _, banded = judge_bands(replace(a_case(), **case), text)  # type: ignore[arg-type]  # one field a time
    return next(each for each in banded if each.protocol == protocol)


def similarity_of(text: str) -> float:
    (grounding,) = judge_bands(a_case(), text)[0].groundings
    assert 50 < grounding.similarity < 100
    return grounding.similarity


def test_a_near_quote_flips_the_verdict_at_its_own_similarity() -> None:
    text = a_trace(NEAR)
    edge = similarity_of(text)
    below, above = bands_of("fuzzy", text).bands
    assert (below.low, below.high, above.low, above.high) == (0.0, edge, edge, 100.0)
    assert (below.flags.safe, above.flags.safe) == (True, False)
    assert (above.outcome, above.rule) == (Outcome.UNGROUNDED, "grounding")
    assert bands_of("fuzzy", text).at(edge) == below, "a quote that reaches the threshold counts"
    assert bands_of("fuzzy", text).at(edge + 0.1) == above


def test_an_outcome_that_stays_is_two_bands_where_a_flag_changes() -> None:
    text = a_trace(NEAR, ABSTAINS)
    below, above = bands_of("guarded", text, expected=ABSTAINS, behaviour=Behaviour.ABSTAIN).bands
    assert below.outcome is above.outcome is Outcome.CORRECT_ABSTENTION
    assert below.high == similarity_of(text)
    assert (below.flags.hallucination, above.flags.hallucination) == (False, True)


def test_a_verdict_that_no_threshold_changes_is_one_band() -> None:
    two_words = f'{NEAR}\n"no evidence of leptomeningeal spread"'
    for protocol in ("v4", "fuzzy"):
        (band,) = bands_of(protocol, a_trace(two_words)).bands
        assert (band.low, band.high, band.flags.safe) == (0.0, 100.0, True)
    (band,) = bands_of("guarded", "no tags").bands
    assert (band.outcome, band.rule, band.reward) == (Outcome.FORMAT_ERROR, "format", -50.0)


def test_a_protocol_without_a_threshold_of_its_own_has_one_band() -> None:
    _, banded = judge_bands(a_case(), a_trace(NEAR))
    assert [each.protocol for each in banded] == [protocol.name for protocol in RUNGS]
    assert [len(each.bands) for each in banded if each.protocol in {"v3", "v3-ungated", "exact-citation"}] == [1, 1, 1]


def test_the_scoring_version_is_one_for_all_and_short() -> None:
    assert scoring_version() == scoring_version()
    assert len(scoring_version()) == 16
