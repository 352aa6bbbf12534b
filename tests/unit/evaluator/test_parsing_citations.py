"""The passages of a proof: quotations of every kind, lines, lists, and what no mark may hide."""

from __future__ import annotations

import pytest

from evaluator.parsing.passages import MAX_CITATION_CHARACTERS, MAX_CITATIONS
from tests.unit.evaluator.parsing_reads import cited, in_proof, issues, kinds, raw, remarked


@pytest.mark.parametrize(
    "quotation",
    [
        '"the dose was 54 Gy"',
        "“the dose was 54 Gy”",
        "„the dose was 54 Gy“",
        "„the dose was 54 Gy”",
        "“the dose was 54 Gy“",
        '“the dose was 54 Gy"',
        "«the dose was 54 Gy»",
        "« the dose was 54 Gy »",
        "»the dose was 54 Gy«",
        "‹the dose was 54 Gy›",
        "‘the dose was 54 Gy’",
        "'the dose was 54 Gy'",
        "「the dose was 54 Gy」",
        '\\"the dose was 54 Gy\\"',
        '""the dose was 54 Gy""',
        '"""the dose was 54 Gy"""',
        '"\nthe dose was 54 Gy\n"',
        '**"the dose was 54 Gy"**',
        '("the dose was 54 Gy")',
        '- "the dose was 54 Gy"',
        '1. "the dose was 54 Gy",',
        '[1] "the dose was 54 Gy";',
        "> the dose was 54 Gy",
        '> "the dose was 54 Gy"',
        "```\nthe dose was 54 Gy\n```",
        "```text\nthe dose was 54 Gy\n```",
        "```the dose was 54 Gy```",
        '```\n"the dose was 54 Gy"\n```',
        '"the dose was 54 Gy,"',
    ],
)
def test_a_quotation_is_cited_without_its_marks(quotation: str) -> None:
    trace = in_proof(quotation)
    assert cited(trace) == [("quoted", "the dose was 54 Gy")]
    assert raw(trace, trace.citations[0]) == "the dose was 54 Gy"
    assert issues(trace) == []


@pytest.mark.parametrize(
    "bullet", ["", "- ", "* ", "• ", "– ", "1. ", "12) ", "(3) ", "a) ", "b. ", "iv) ", "[1] ", "- 2. "]
)
def test_a_line_is_cited_without_its_bullet(bullet: str) -> None:
    trace = in_proof(f"\n  {bullet}The dose was 54 Gy;\n{bullet}It was given daily.\n")
    assert cited(trace) == [("line", "The dose was 54 Gy"), ("line", "It was given daily.")]


def test_several_quotations_on_a_line_are_several_citations() -> None:
    trace = in_proof('"a b c", "d e f"; “g h i” and "j k l"')
    assert [text for _, text in cited(trace)] == ["a b c", "d e f", "g h i", "j k l"]
    assert remarked(trace) == ["and"]


def test_adjacent_quotations_without_a_space_are_two() -> None:
    assert [text for _, text in cited(in_proof('"a b c.""d e f."'))] == ["a b c.", "d e f."]


def test_a_quotation_may_span_lines() -> None:
    assert cited(in_proof('"the dose\nwas 54 Gy\n\nin total"')) == [("quoted", "the dose\nwas 54 Gy\n\nin total")]


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        ('"the note says \\"no\\" here"', 'the note says \\"no\\" here'),
        ('"the note says ""no"" here"', 'the note says ""no"" here'),
        ('"the note says "no" here"', 'the note says "no" here'),
        ("“the note says “no” here”", "the note says “no” here"),
        ("“the note says ‘no’ here”", "the note says ‘no’ here"),
        ("'the patient's dose was 54 Gy'", "the patient's dose was 54 Gy"),
        ("‘the patients’ doses were 54 Gy’", "the patients’ doses were 54 Gy"),
    ],
)
def test_marks_within_a_quotation_belong_to_it(proof: str, text: str) -> None:
    assert cited(in_proof(proof)) == [("quoted", text)]


@pytest.mark.parametrize(
    "line",
    [
        "The patient's tumour wasn't larger.",
        "The patients' tumours grew.",
        "A lesion of 5\" in the '90s.",
        "Grade 3 per O'Brien's 5' scale.",
        'The "DIPG" protocol gave 54 Gy.',
        'The response was "partial".',
    ],
)
def test_apostrophes_inches_and_terms_do_not_break_a_line(line: str) -> None:
    assert cited(in_proof(line)) == [("line", line)]


def test_a_fabricated_sentence_beside_a_quotation_is_a_citation() -> None:
    trace = in_proof('"The dose was 54 Gy." The tumour vanished. "It was given daily."')
    assert cited(trace) == [
        ("quoted", "The dose was 54 Gy."),
        ("line", "The tumour vanished."),
        ("quoted", "It was given daily."),
    ]


def test_an_introduction_that_claims_something_is_a_citation() -> None:
    trace = in_proof('The dose was 60 Gy: "It was given daily."')
    assert cited(trace) == [("line", "The dose was 60 Gy"), ("quoted", "It was given daily.")]


def test_a_preface_before_unquoted_evidence_is_split_from_it() -> None:
    trace = in_proof("The context states: The dose was 54 Gy.\nAccording to the trial abstract, it was given daily.")
    assert cited(trace) == [("line", "The dose was 54 Gy."), ("line", "it was given daily.")]
    assert remarked(trace) == ["The context states:", "According to the trial abstract,"]


def test_a_source_note_after_unquoted_evidence_is_split_from_it() -> None:
    trace = in_proof("The dose was 54 Gy (Smith 2020).\nIt was given daily – radiology report\n[2] Once (p. 3)")
    assert [text for _, text in cited(trace)] == ["The dose was 54 Gy", "It was given daily", "Once"]
    assert remarked(trace) == ["(Smith 2020).", "radiology report", "(p. 3)"]


def test_evidence_after_a_source_note_stays_evidence() -> None:
    trace = in_proof('"The dose was 54 Gy" (Smith 2020). The tumour vanished.')
    assert cited(trace) == [("quoted", "The dose was 54 Gy"), ("line", "The tumour vanished.")]


def test_a_wrapped_sentence_is_one_citation() -> None:
    sentence = "The dose of radiotherapy was fifty-four gray in thirty\nfractions over six weeks."
    assert cited(in_proof(sentence + "\nIt was given daily.")) == [("line", sentence), ("line", "It was given daily.")]


@pytest.mark.parametrize(
    "lines",
    [
        "median survival 13 months\nresponse rate 30 percent",
        "The dose of radiotherapy was fifty-four gray in all.\nnext to nothing else was given",
        "The dose of radiotherapy was fifty-four gray in thirty\na) once daily",
        "The dose of radiotherapy was fifty-four gray in thirty\n\nfractions over six weeks",
        "The dose of radiotherapy was fifty-four gray in thirty\nFractions were daily",
    ],
)
def test_lines_that_are_no_wrap_are_citations_of_their_own(lines: str) -> None:
    assert len(in_proof(lines).citations) == 2


def test_a_wrapped_block_quote_is_one_citation_without_its_marks() -> None:
    trace = in_proof("> The dose of radiotherapy was fifty-four gray in thirty\n> fractions.\n> It was daily.")
    assert cited(trace) == [
        ("quoted", "The dose of radiotherapy was fifty-four gray in thirty\nfractions."),
        ("quoted", "It was daily."),
    ]


@pytest.mark.parametrize("text", ["The dose … was 54 Gy", "The dose [...] was 54 Gy", "...the dose ... was 54 Gy..."])
def test_an_ellipsis_does_not_end_a_citation(text: str) -> None:
    assert cited(in_proof(f'"{text}"')) == [("quoted", text)]
    assert cited(in_proof(text)) == [("line", text)]


def test_a_mark_without_partner_ends_with_its_line_and_is_reported() -> None:
    trace = in_proof('"The dose was 54 Gy.\nIt was daily.\n"The tumour grew."')
    assert cited(trace) == [
        ("quoted", "The dose was 54 Gy."),
        ("line", "It was daily."),
        ("quoted", "The tumour grew."),
    ]
    assert issues(trace) == [("quotation mark without partner", '"')]


def test_a_quotation_that_never_ends_does_not_swallow_the_proof() -> None:
    trace = in_proof("“The dose was 54 Gy.\nThe tumour vanished.\nIt was daily.")
    assert [text for _, text in cited(trace)] == ["The dose was 54 Gy.", "The tumour vanished.", "It was daily."]


def test_blocks_of_a_fence_are_passages_of_their_own() -> None:
    trace = in_proof('```\nThe dose was\n54 Gy.\n\n- It was daily.\n"The tumour grew."\n```')
    assert [text for _, text in cited(trace)] == ["The dose was\n54 Gy.", "It was daily.", "The tumour grew."]


def test_a_fence_without_end_hides_nothing() -> None:
    assert [text for _, text in cited(in_proof("```\nThe dose was 54 Gy.\n\nIt was daily."))] == [
        "The dose was 54 Gy.",
        "It was daily.",
    ]


@pytest.mark.parametrize("proof", ["", "  \n ", '""', "“”", "...", "- \n* ", "—", "``````", '" "'])
def test_a_proof_without_a_word_has_no_citation(proof: str) -> None:
    trace = in_proof(proof)
    assert trace.citations == ()


def test_indices_and_spans_are_in_order() -> None:
    trace = in_proof('"a b c" Then this. \n- "d e f"\n- last one')
    assert [citation.index for citation in trace.citations] == [0, 1, 2, 3]
    assert all(raw(trace, citation) == citation.text for citation in trace.citations)


def test_the_number_of_citations_is_bounded_and_the_rest_is_said_to_be_unchecked() -> None:
    trace = in_proof("A finding.\n" * (MAX_CITATIONS + 500))
    assert len(trace.citations) == MAX_CITATIONS
    assert kinds(trace) == ["too long"]


def test_a_passage_over_the_bound_is_cited_in_pieces_that_cover_it() -> None:
    proof = "x" * (2 * MAX_CITATION_CHARACTERS + 5)
    trace = in_proof(proof)
    assert [len(citation.text) for citation in trace.citations] == [MAX_CITATION_CHARACTERS, MAX_CITATION_CHARACTERS, 5]
    assert "".join(citation.text for citation in trace.citations) == proof
    assert kinds(trace) == ["too long"]


def test_a_line_that_opens_a_quotation_of_its_own_ends_one_without_partner() -> None:
    trace = in_proof('"The dose was 54 Gy.\n“It was daily.”\nThe tumour grew."')
    assert cited(trace) == [
        ("quoted", "The dose was 54 Gy."),
        ("quoted", "It was daily."),
        ("line", "The tumour grew."),
    ]


def test_a_line_does_not_wrap_into_a_block_quote() -> None:
    trace = in_proof("The dose of radiotherapy was fifty-four gray in thirty\n> fractions were daily")
    assert [kind for kind, _ in cited(trace)] == ["line", "quoted"]


def test_a_mark_after_a_digit_opens_no_quotation() -> None:
    line = 'A 5"wide lesion of the left pons, 6" long.'
    assert cited(in_proof(line)) == [("line", line)]
