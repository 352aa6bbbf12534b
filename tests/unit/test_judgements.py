"""What a browser may send as a judgement, and what is refused with which sentence."""

from __future__ import annotations

import pytest

from dipg_ui.judgements import (
    MAX_NAME,
    MAX_NOTE,
    MAX_QUOTES,
    MAX_WHAT,
    AnswerLabel,
    Confidence,
    Judgement,
    QuoteJudgement,
    Support,
    judgement_from_json,
    reviewer_name,
)


def a_row(**changes: object) -> dict[str, object]:
    return {
        "quotes": [{"index": 0, "support": "supported"}, {"index": 1, "support": "altered", "what": " 4 mg, not 2 "}],
        "answer": "right but incomplete",
        "confidence": "low",
        "note": "The taper is left out.",
        **changes,
    }


def test_a_judgement_is_read_and_written_back() -> None:
    judgement = judgement_from_json(a_row(), 2)
    assert judgement == Judgement(
        (QuoteJudgement(0, Support.SUPPORTED), QuoteJudgement(1, Support.ALTERED, "4 mg, not 2")),
        AnswerLabel.INCOMPLETE,
        Confidence.LOW,
        "The taper is left out.",
    )
    assert judgement_from_json(judgement.to_json(), 2) == judgement


@pytest.mark.parametrize(
    ("changes", "quotes", "sentence"),
    [
        ({"answer": None}, 2, "answer is not judged"),
        ({"answer": "fine"}, 2, "answer is not judged"),
        ({}, 3, "Each of the 3 quotes"),
        ({"quotes": [{"index": 1, "support": "supported"}]}, 1, "Each of the 1"),
        ({"quotes": [{"index": 0, "support": "supported"}] * 2}, 2, "Each of the 2"),
        ({"quotes": [{"index": 0}]}, 1, "Quote 1 is not judged"),
        ({"quotes": [{"index": 0, "support": "altered", "what": "  "}]}, 1, "Say what is altered in quote 1"),
        ({"quotes": [{"index": 0, "support": "altered", "what": "x" * (MAX_WHAT + 1)}]}, 1, "301 characters"),
        ({"quotes": [{"index": True, "support": "supported"}]}, 1, "numbered"),
        ({"quotes": "all"}, 0, "list"),
        ({"quotes": [7]}, 1, "object"),
        ({"note": "x" * (MAX_NOTE + 1)}, 2, "4,001 characters"),
        ({"note": 7}, 2, "text"),
        ({"confidence": "sure"}, 2, "confidence"),
    ],
)
def test_what_is_no_judgement_is_refused_with_a_sentence(
    changes: dict[str, object], quotes: int, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        judgement_from_json(a_row(**changes), quotes)
    with pytest.raises(ValueError, match="object"):
        judgement_from_json([1], quotes)


def test_of_endless_quotes_the_first_fifty_are_judged() -> None:
    quotes = [{"index": index, "support": "not supported"} for index in range(MAX_QUOTES)]
    assert len(judgement_from_json(a_row(quotes=quotes), 900).quotes) == MAX_QUOTES
    with pytest.raises(ValueError, match="Each of the 50"):
        judgement_from_json(a_row(quotes=[*quotes, {"index": MAX_QUOTES, "support": "supported"}]), 900)


def test_a_name_has_one_form_however_it_was_typed() -> None:
    assert reviewer_name("  Dr\u00a0 Ame\u0301lie \t Roux\u202e\x00 ") == "Dr Am\u00e9lie Roux"
    for bad in ("", "   ", "\u202e\u200b", "x" * (MAX_NAME + 1)):
        with pytest.raises(ValueError, match="name"):
            reviewer_name(bad)
