"""What claims nothing, and, more important, what must never be taken for it."""

from __future__ import annotations

import pytest

from tests.unit.evaluator.parsing_reads import cited, in_proof, remarked


@pytest.mark.parametrize(
    "preface",
    [
        "The context states:",
        "The context states that",
        "According to the trial abstract,",
        "Quote 1:",
        "**Quote 2:**",
        "Proof:",
        "Direct quote(s) from the context:",
        "Relevant passage -",
        "From the radiology report:",
        "Report A:",
        "The tumour board note says",
        "The discharge summary reads:",
        "Here is the relevant evidence from the text:",
        "The trial found that",
        "The authors concluded",
        "Additionally,",
        "and",
        "Line 3:",
        "[Context, paragraph 2]",
        "1.",
    ],
)
def test_a_plain_preface_before_a_quotation_is_a_remark(preface: str) -> None:
    trace = in_proof(f'{preface} "the dose was 54 Gy"')
    assert cited(trace) == [("quoted", "the dose was 54 Gy")]


@pytest.mark.parametrize(
    "note",
    [
        "(Smith 2020)",
        "(Smith et al., 2020)",
        "[Smith & Jones, 2020a]",
        "[Context, paragraph 2]",
        "– radiology report",
        "- Context",
        "(from the trial abstract)",
        "(p. 3)",
        "[1]",
        "(emphasis added).",
        "from the clinic letter.",
    ],
)
def test_a_source_note_after_a_quotation_is_a_remark(note: str) -> None:
    trace = in_proof(f'"the dose was 54 Gy" {note}')
    assert cited(trace) == [("quoted", "the dose was 54 Gy")]
    assert len(remarked(trace)) == 1


@pytest.mark.parametrize(
    "proof",
    [
        "None",
        "none.",
        "N/A",
        "(empty)",
        "[none]",
        '"None"',
        "No relevant quote",
        "No relevant quote found in the context.",
        '"No supporting quotes were found in the provided context."',
        "There is no evidence in the text.",
        "The context does not provide information to answer the question.",
        "Not applicable",
        "Not found.",
        "(no direct quote)",
    ],
)
def test_a_proof_that_says_there_is_none_is_a_remark(proof: str) -> None:
    trace = in_proof(proof)
    assert trace.citations == ()
    assert len(trace.remarks) == 1


@pytest.mark.parametrize(
    "claim",
    [
        "The dose was 60 Gy",
        "The report states 60 Gy",
        "The trial reports 45% response",
        "The trial states ≥ 5",
        "Report of metastasis",
        "The MRI report does not show tumour",
        "No tumour was found",
        "No evidence of progression",
        "No suitable clinical trial was identified",
        "No radiation guidelines are provided in the text",
        "Context contains only medical info",
        "First-line: ONC201",
        "First-line trial",
        "Second line",
        "Radiology shows progression",
        "The patient states that",
        "Temozolomide 2000",
        "(Temozolomide)",
        "(shows failure of continued ONC201)",
        "Response rate",
        "Median OS 13",
        "ACVR1: not identified",
        "The trial that closed",
        "Any specific information",
        "Results 45",
        "(115–155)",
        "[12, 14]",
        "Haemoglobin 101 (115–155)",
        "The board supported discharge",
        "Smith 2020",
        "H3 K27M",
        "α",
        "30%",
        "5 mg",
        "III",
    ],
)
@pytest.mark.parametrize("shape", ["{}", '"the dose was daily" {}', '{}: "the dose was daily"', "- {}."])
def test_a_claim_is_never_a_remark(claim: str, shape: str) -> None:
    trace = in_proof(shape.format(claim))
    said = " ".join(text for _, text in cited(trace)) + " "
    assert claim.split()[-1].strip("().") in said
    assert [text for kind, text in cited(trace) if kind == "line"] != []


def test_a_quoted_finding_that_something_was_not_identified_is_evidence() -> None:
    assert ("quoted", "not identified") in cited(in_proof('"not identified"'))


def test_a_preface_is_split_off_only_before_evidence_and_only_as_far_as_it_claims_nothing() -> None:
    trace = in_proof("The report states that the dose was 60 Gy, that is all.")
    assert cited(trace) == [("line", "the dose was 60 Gy, that is all.")]
    assert remarked(trace) == ["The report states that"]


def test_a_clause_is_a_preface_only_if_something_is_reported_in_it() -> None:
    assert cited(in_proof("The trial that closed enrolled forty.")) == [
        ("line", "The trial that closed enrolled forty.")
    ]
