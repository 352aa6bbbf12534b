"""What holds of grounding for any text."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from evaluator.grounding import ground, regrade
from evaluator.normalize import fold
from evaluator.types import Citation, CitationKind, Grounding, GroundingStatus, Span

_CLINICAL = (
    "the tumour of pons was treated with 54 Gy in 30 fractions, and steroids; mg/m² ≥ 3 H3 K27M‑altered “stable” "
    "months (OS) 11.2 no not 10⁹/L naïve ﬁbre grade IV twice daily — 中文 😀 A. b) if unless"
)
_PLAIN = "tumour pons treated radiotherapy children weeks survival steroid family gait nurse letter"
WORDS = st.sampled_from(_CLINICAL.split())
SENTENCES = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)
PLAIN = st.lists(st.sampled_from(_PLAIN.split()), min_size=6, max_size=40)
ANYTHING = st.text(max_size=120)


def a_citation(text: str) -> Citation:
    return Citation(0, text, Span(0, len(text)), CitationKind.QUOTED)


def check_ranges(grounding: Grounding, context: str) -> None:
    assert 0.0 <= grounding.similarity <= 100.0
    for span in (*grounding.parts, *((grounding.span,) if grounding.span else ())):
        assert 0 <= span.start <= span.end <= len(context)
    for alteration in grounding.alterations:
        cited, source = alteration.citation_span, alteration.context_span
        assert 0 <= cited.start <= cited.end <= len(grounding.citation.text)
        assert 0 <= source.start <= source.end <= len(context)
        assert grounding.citation.text[cited.start : cited.end] == alteration.cited
        assert alteration.message.endswith(".")
    if grounding.diff:
        assert "".join(run.cited for run in grounding.diff) == grounding.citation.text


@given(words=PLAIN, start=st.integers(0, 35), size=st.integers(3, 20))
def test_a_verbatim_run_of_plain_words_is_exact_and_reads_back(words: list[str], start: int, size: int) -> None:
    quote = " ".join(words[start : start + size])
    assume(len(quote.split()) >= 3)
    context = " ".join(words)
    grounding = ground(a_citation(quote), context)
    assert grounding.status is GroundingStatus.EXACT
    assert grounding.span is not None
    assert context[grounding.span.start : grounding.span.end] == quote


@given(before=SENTENCES, quote=SENTENCES, after=SENTENCES)
def test_a_verbatim_run_of_any_words_is_found_where_it_stands(before: str, quote: str, after: str) -> None:
    context = f"{before} {quote} {after}"
    grounding = ground(a_citation(quote), context)
    assume(any(c.isalnum() for c in quote))
    assert grounding.status is not GroundingStatus.UNGROUNDED
    assert grounding.span is not None
    assert not any(alteration.cited for alteration in grounding.alterations), "nothing that was quoted differs"


@given(quote=ANYTHING, context=ANYTHING)
def test_any_text_is_grounded_without_error_and_in_range(quote: str, context: str) -> None:
    check_ranges(ground(a_citation(quote), context), context)


@given(quote=SENTENCES, context=SENTENCES)
def test_clinical_looking_text_is_grounded_in_range(quote: str, context: str) -> None:
    check_ranges(ground(a_citation(quote), context), context)


@given(quote=SENTENCES, context=SENTENCES, first=st.floats(50, 100), second=st.floats(50, 100))
def test_regrading_equals_grounding_at_the_new_threshold(quote: str, context: str, first: float, second: float) -> None:
    citation = a_citation(quote)
    assert regrade(ground(citation, context, first), second) == ground(citation, context, second)


@given(text=st.text(max_size=200))
def test_every_folded_character_leads_back_into_the_original(text: str) -> None:
    folded = fold(text)
    last = 0
    for position in range(len(folded.text)):
        span = folded.original_span(position, position + 1)
        assert 0 <= span.start < span.end <= len(text)
        assert span.start >= last
        last = span.start
