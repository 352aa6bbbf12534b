"""The parser against the quotes and contexts of the built-in cases, as a model would copy them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evaluator.parsing.remarks import claims_nothing, leading_remark, trailing_remark
from evaluator.types import CitationKind
from tests.unit.evaluator.parsing_reads import in_proof

ROWS = [json.loads(line) for line in Path("assets/cases/dipg.jsonl").read_text("utf-8").splitlines()]
QUOTES = [quote for row in ROWS for quote in row["quotes"]]
SENTENCES = [
    sentence.strip()
    for row in ROWS
    for sentence in re.split(r"(?<=[.;:!?])\s+|\n+", row["context"])
    if sentence.strip()
]
EDGES = " .,;|–"


@pytest.mark.parametrize("shape", ['"{}"', "“{}”", "'{}'", '- "{}"', "{}", "1. {}"])
def test_every_gold_quote_comes_back_as_one_citation(shape: str) -> None:
    for quote in QUOTES:
        trace = in_proof(shape.format(quote))
        assert [citation.text.strip(EDGES) for citation in trace.citations] == [quote.strip(EDGES)]
        quoted = CitationKind.LINE if shape in ("{}", "1. {}") else CitationKind.QUOTED
        assert trace.citations[0].kind is quoted


def test_of_real_sentences_only_headings_and_bare_denials_are_remarks() -> None:
    remarks = {sentence for sentence in SENTENCES if claims_nothing(sentence.strip(" .,:;"))}
    assert len(SENTENCES) > 3_000
    assert all(len(remark.split()) <= 6 for remark in remarks)
    assert not [remark for remark in remarks if re.search(r"\d\s?(?:mg|Gy|%|months|cm|mm|days|years)", remark)]


def test_of_real_sentences_nothing_but_a_preface_is_split_off() -> None:
    heads = {sentence[: leading_remark(sentence)] for sentence in SENTENCES}
    tails = {sentence[trailing_remark(sentence) :] for sentence in SENTENCES}
    assert all(re.fullmatch(r"(?:.{1,40} that |\(\d\) |)", head) for head in heads)
    assert tails == {""}
