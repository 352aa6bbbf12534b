"""What holds for every text: the parser never raises, loses nothing, and does not care how the text is cut."""

from __future__ import annotations

import json
import re
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from evaluator.parsing import CitationClosed, SectionClosed, TraceEvent, TraceParser, parse_trace
from evaluator.types import IssueKind, Section, Span, Trace, TraceFormat

# fmt: off
FRAGMENTS = [
    "<think>", "</think>", "<proof>", "</proof>", "<answer>", "</answer>", "<analysis>", "</final>", "<proof/>",
    "< evidence id='1' >", "<", ">", "</", "<result is", "<|channel|>", "analysis", "<|message|>", "<|end|>", "final",
    "<|start|>assistant", "proof", "{", "}", "[", "]", ":", ",", '{"think": "', '"proof": ["', '", "', '"answer": ',
    '{"a": 1}', "null", "1e5", "{'answer': '", "\\u00e9", "\\ud83d\\ude00", "\\n", "\\", "think: ", "analysis: ",
    "\nproof: |\n  ", "\nfinal: ", "```yaml\n", "&a ", "*a", '"', "“", "”", "‘", "’", "'", "«", "»", "„", "\n", "\n\n",
    "\n- ", "\n1. ", "> ", "```", "```json\n", '\\"', '""', '"""', "a", "word ", "The trial states: ", "ONC201 30% ",
    "a line that is long enough to be wrapped into the next\n", ", ", ". ", "; ", " and ", "(Smith 2020)", "None",
    "\ud800", "\x00", "\t", "é", "😀", "\u2028", "\u202e", "…", " – ", "[1] ",
]
# fmt: on
ANY_TEXT = st.text(st.characters(), max_size=12)
COMPLETIONS = st.lists(st.sampled_from(FRAGMENTS) | ANY_TEXT, max_size=30).map("".join)
PROOFS = st.lists(st.sampled_from(FRAGMENTS[FRAGMENTS.index('"') :]), max_size=30).map("".join)

WORDS = st.lists(
    st.sampled_from(["dose", "54", "Gy", "≥", "tumour’s", "mg/m²", "“x”", "😀", "not"]), min_size=4, max_size=9
)
SENTENCES = WORDS.map(lambda words: "Finding " + " ".join(words) + " seen")


def read_in_pieces(text: str, cuts: list[int]) -> tuple[list[TraceEvent], Trace]:
    parser = TraceParser()
    events: list[TraceEvent] = []
    borders = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    for start, end in pairwise(borders):
        events += parser.feed(text[start:end])
        growing = parser.open_citation
        assert growing is None or 0 <= growing.span.start < growing.span.end <= end
    return events, parser.finish()


def sections(trace: Trace) -> list[Section]:
    return [section for section in (trace.think, trace.proof, trace.answer) if section is not None]


def uncovered(text: str, spans: list[Span]) -> str:
    """`text` with what the spans cover blanked out."""
    left = list(text)
    for span in spans:
        left[span.start : span.end] = " " * (span.end - span.start)
    return "".join(left)


@given(COMPLETIONS, st.lists(st.integers(0, 10_000), max_size=30))
@example("<proof>“a b c d” (p. 2)</proof>", list(range(40)))
@example('{"proof": "a \\ud83d\\ude00 b", "answer": "x"}', list(range(60)))
@settings(max_examples=300, deadline=None)
def test_neither_trace_nor_events_depend_on_how_the_text_is_cut(text: str, cuts: list[int]) -> None:
    assert read_in_pieces(text, cuts) == read_in_pieces(text, [])


@given(COMPLETIONS)
@settings(max_examples=300, deadline=None)
def test_one_character_at_a_time_is_the_same_as_all_at_once(text: str) -> None:
    assert read_in_pieces(text, list(range(len(text)))) == read_in_pieces(text, [])


@given(COMPLETIONS)
@settings(max_examples=300, deadline=None)
def test_the_trace_confirms_the_events(text: str) -> None:
    events, trace = read_in_pieces(text, [])
    assert trace == parse_trace(text)
    told = [event.citation for event in events if isinstance(event, CitationClosed)]
    assert list(trace.citations[: len(told)]) == told
    assert all(event.section in sections(trace) for event in events if isinstance(event, SectionClosed))


@given(COMPLETIONS)
@settings(max_examples=150, deadline=None)
def test_spans_are_in_range_and_read_back(text: str) -> None:
    trace = parse_trace(text)
    assert trace.completion == text
    for span in [section.span for section in sections(trace)] + [found.span for found in trace.issues]:
        assert 0 <= span.start <= span.end <= len(text)
    for span in [citation.span for citation in trace.citations] + list(trace.remarks):
        assert trace.proof is not None
        assert trace.proof.span.start <= span.start < span.end <= trace.proof.span.end
    assert [citation.index for citation in trace.citations] == list(range(len(trace.citations)))
    if trace.format in (TraceFormat.TAGS, TraceFormat.CHANNELS):
        for section in sections(trace):
            assert text[section.span.start : section.span.end] == section.text
        for citation in trace.citations:
            quoted = re.sub(r"\n[ \t]*>{1,3}[ \t]*", "\n", text[citation.span.start : citation.span.end])
            assert citation.text in (quoted, text[citation.span.start : citation.span.end])


TAG = r"<[ \t]*/?[ \t]*[A-Za-z]+(?:\s[^<>]*|[ \t]*/)?>|</[A-Za-z]*[ \t]*$|<[A-Za-z]+[ \t]*$"
CHANNEL = r"<\|channel\|>[^\n]*?<\|message\|>|<\|start\|>(?:assistant)?|<\|end\|>"
FORM = {
    TraceFormat.TAGS: TAG,
    TraceFormat.CHANNELS: CHANNEL,
    TraceFormat.JSON: r"[{}\[\],:\"']|\b(?:think|proof|answer|analysis|final|trace)\b|null",
    TraceFormat.YAML: r"\b(?:think|proof|answer|analysis|final)[ \t]*:|[|>\"'~]|null",
}


@given(COMPLETIONS)
@settings(max_examples=300, deadline=None)
def test_every_character_is_in_a_section_an_issue_or_a_marker(text: str) -> None:
    trace = parse_trace(text)
    left = uncovered(text, [section.span for section in sections(trace)] + [found.span for found in trace.issues])
    form = re.compile(FORM[trace.format] + r"|```\w{0,12}")
    assert form.sub("", left).strip() == ""


BULLET_OR_FENCE = re.compile(r"\d{1,3}|[A-Za-z]|[ivx]{2,4}|json|yaml")


@given(PROOFS)
@settings(max_examples=300, deadline=None)
def test_every_word_of_a_proof_is_cited_or_remarked(proof: str) -> None:
    text = f"<proof>{proof}</proof>"
    trace = parse_trace(text)
    spans = [citation.span for citation in trace.citations] + list(trace.remarks)
    left = uncovered(text, [*spans, Span(0, 7), Span(len(text) - 8, len(text))])
    assert [word for word in re.findall(r"\w+", left) if not BULLET_OR_FENCE.fullmatch(word)] == []


@given(st.lists(SENTENCES, min_size=1, max_size=4), SENTENCES, SENTENCES)
@settings(max_examples=60, deadline=None)
def test_a_well_formed_trace_reads_back_in_every_format(evidence: list[str], think: str, answer: str) -> None:
    proof = "\n".join(f"- {sentence}" for sentence in evidence)
    members = {"analysis": think, "proof": proof, "final": answer}
    texts = [
        f"<think>{think}</think>\n<proof>{proof}</proof>\n<answer>{answer}</answer>",
        "".join(f"<|channel|>{name}<|message|>{value}<|end|>" for name, value in members.items()),
        json.dumps(members),
        json.dumps(members | {"proof": evidence}, ensure_ascii=False, indent=1),
        "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in members.items()),
        "```yaml\n" + "".join(f"{name}: |\n  " + value.replace("\n", "\n  ") + "\n" for name, value in members.items()),
    ]
    for text in texts:
        trace = parse_trace(text)
        assert trace.think is not None
        assert trace.answer is not None
        assert (trace.think.text.strip(), trace.answer.text.strip()) == (think, answer)
        assert [citation.text for citation in trace.citations] == evidence
        assert [found for found in trace.issues if found.kind is not IssueKind.TEXT_OUTSIDE] == []


@given(st.lists(SENTENCES, min_size=1, max_size=4), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_raw_span_of_a_json_citation_decodes_to_its_text(evidence: list[str], ascii_only: bool) -> None:
    trace = parse_trace(json.dumps({"proof": evidence, "answer": "x"}, ensure_ascii=ascii_only))
    for citation in trace.citations:
        raw = trace.completion[citation.span.start : citation.span.end]
        assert json.loads(f'"{raw}"') == citation.text


@given(st.text(st.characters(), max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_at_all_is_parsed(text: str) -> None:
    assert parse_trace(text).completion == text
