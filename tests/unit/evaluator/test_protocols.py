"""The protocols as data: the numbers and word lists that were published, and the rungs between."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from evaluator.errors import UnknownProtocol
from evaluator.protocols import PROTOCOLS, RUNGS, AnswerCheck, Evidence, Gate, get_protocol


def test_the_three_protocols_stand_in_the_order_of_their_publication() -> None:
    assert list(PROTOCOLS) == ["v3", "v4", "guarded"]
    assert all(name == protocol.name for name, protocol in PROTOCOLS.items())


def test_the_mapping_of_protocols_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        PROTOCOLS["v5"] = PROTOCOLS["v4"]  # type: ignore[index]


def test_v3_pays_the_defaults_of_its_server() -> None:
    weights = PROTOCOLS["v3"].weights
    assert (weights.format, weights.no_format) == (10.0, -10.0)
    assert (weights.hallucinated_trace, weights.verifiable_trace) == (-25.0, 10.0)
    assert (weights.correct_abstention, weights.correct_answer, weights.wrong_answer) == (15.0, 10.0, -20.0)
    assert sum(map(bool, astuple(weights))) == 7


def test_v4_pays_the_defaults_of_its_package() -> None:
    weights = PROTOCOLS["v4"].weights
    assert (weights.format, weights.no_format) == (10.0, -50.0)
    assert (weights.abstention, weights.conflict, weights.correct_abstention) == (10.0, 10.0, 10.0)
    assert (weights.over_abstention, weights.false_conflict) == (-15.0, -15.0)
    assert (weights.missing_trace, weights.missing_answer) == (-20.0, -15.0)
    assert (weights.hallucinated_trace, weights.hallucination) == (-25.0, -20.0)
    assert (weights.no_hallucination, weights.verifiable_trace, weights.inconsistency) == (15.0, 5.0, -15.0)
    assert (weights.correct_answer, weights.wrong_answer) == (20.0, -10.0)


def test_guarded_pays_the_points_of_v4() -> None:
    assert PROTOCOLS["guarded"].weights == PROTOCOLS["v4"].weights


def test_v4_asks_85_of_a_quote_and_80_of_an_answer() -> None:
    v4 = PROTOCOLS["v4"]
    assert (v4.threshold, v4.answer_threshold) == (85.0, 80.0)


def test_v3_has_no_threshold_to_move() -> None:
    v3 = PROTOCOLS["v3"]
    assert v3.at(60.0) is v3
    assert PROTOCOLS["v4"].at(60.0).threshold == 60.0


@pytest.mark.parametrize("threshold", [49.9, 100.1, float("nan")])
def test_a_threshold_outside_50_to_100_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="between 50 and 100"):
        PROTOCOLS["v4"].at(threshold)


def test_each_rung_changes_one_rule_of_the_one_before() -> None:
    v3, ungated, exact, fuzzy, v4, guarded = RUNGS
    assert (v3.gate, ungated.gate) == (Gate.CHANNELS, Gate.ANSWER)
    assert (ungated.evidence, exact.evidence) == (Evidence.WHOLE_PROOF, Evidence.ANY_CITATION)
    assert (exact.threshold, fuzzy.threshold) == (100.0, 85.0)
    assert (fuzzy.answer_check, v4.answer_check) == (AnswerCheck.EQUAL, AnswerCheck.SIMILAR)
    assert (v4.evidence, guarded.evidence) == (Evidence.ANY_CITATION, Evidence.EVERY_CITATION)
    assert (RUNGS[0], RUNGS[4], RUNGS[5]) == tuple(PROTOCOLS.values())


def test_every_protocol_says_what_it_is() -> None:
    for protocol in RUNGS:
        assert protocol.title
        assert protocol.source
        assert protocol.version
        assert protocol.description.endswith(".")


def test_a_rung_is_found_by_its_name() -> None:
    assert get_protocol("fuzzy").title == "Fuzzy"


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownProtocol, match=r"'v5'.*v3.*v4.*guarded"):
        get_protocol("v5")
