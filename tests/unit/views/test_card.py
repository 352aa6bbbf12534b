"""The evidence card: what it marks, what it says, and that no text of a model or a reviewer becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dipg_ui.judgements import AnswerLabel, Circumstances, Confidence, Judgement, QuoteJudgement, ReviewEntry, Support
from dipg_ui.records import RunInfo
from dipg_ui.store import StoredCompletion
from dipg_ui.views.card import MAX_CITATIONS, NOT_CLINICAL, CardPage, card_html
from dipg_ui.views.card_text import WHOLE_CONTEXT, context_html, marks_of, said
from evaluator.evaluate import assess
from evaluator.types import Case, GroundingStatus, Span
from tests.builders import CONTEXT, a_completion, a_run_info, a_trace
from tests.unit.views.builders import HOSTILE, a_grounding

HARMLESS_TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "section", "footer", "article", "h1", "h2",
    "h3", "p", "dl", "div", "dt", "dd", "ol", "li", "q", "b", "i", "small", "span", "mark", "sup", "a", "details",
    "summary", "pre", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
HARMLESS_ATTRIBUTES = {"lang", "charset", "name", "content", "class", "title", "href", "download"}


class Reader(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.marked: list[str] = []
        self._in_mark = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        if tag == "mark":
            self.marked.append("")
        self._in_mark = tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._in_mark = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_mark:
            self.marked[-1] += data


def a_stored(text: str, case: Case | None = None) -> StoredCompletion:
    case = case or Case("case-1", CONTEXT, "What total dose was given?", "54 Gy in 30 fractions")
    info: RunInfo = a_run_info()
    return StoredCompletion("k" * 12, 0, case, a_completion(text=text, case_id=case.id), info)


def an_entry(note: str = "", what: str = "", reviewer: str = "Dr Ada") -> ReviewEntry:
    judgement = Judgement((QuoteJudgement(0, Support.ALTERED, what),), AnswerLabel.UNSAFE, Confidence.LOW, note)
    return ReviewEntry(
        "run-1", "k", reviewer, 2, judgement, "", None, True, "2026-03-04T05:06:07+00:00", Circumstances()
    )


def a_card(stored: StoredCompletion, *reviews: ReviewEntry, save: str = "?save=1") -> str:
    done = assess(stored.case, stored.completion.text)
    return card_html(CardPage(stored, done, reviews, "2026-11-24", "0.1.0", "http://here/card/run-1/k", save, "p{}"))


def test_the_card_holds_all_that_makes_a_verdict_traceable() -> None:
    text = a_trace('"received 59 Gy in 30 fractions"', "59 Gy")
    page = Reader(a_card(a_stored(text), an_entry("Twice the dose.", "59, not 54")))
    for told in (
        "What total dose was given?", CONTEXT[:40], "Twice the dose.", "Look for the dose.", "59 Gy",
        "altered, ", "V3", "V4", "Guarded", "Altered quote", "Dr Ada", "unsafe", "59, not 54", "blind",
        "54 Gy in 30 fractions", "tiny-test-model, revision rev-1", "cpu, bf16",
        "temperature 0.3, seed 0, at most 512 new tokens",
        f"hash {'0' * 64}", "2026-01-02T03:04:05+00:00", "A run (run-1)", "k" * 12, "version 0.1.0",
        "http://here/card/run-1/k", "threshold 85 %",
    ):  # fmt: skip
        assert told in page.text, told
    assert page.text.count(NOT_CLINICAL) == 2
    assert "received 54 Gy in 30 fractions" in page.marked[0]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_becomes_markup_wherever_it_stands(hostile: str) -> None:
    case = Case(hostile, f"{CONTEXT} {hostile}", hostile, hostile[:2_000], probes=hostile)
    texts = (hostile, a_trace(f'"{hostile[:2_000]}"', hostile[:2_000]), a_trace(f'"{CONTEXT[:40]}"', hostile[:2_000]))
    for text in texts:
        stored = a_stored(text, case)
        model = replace(stored.completion.model, name=hostile, revision=hostile, device=hostile)
        stored = replace(
            stored,
            completion=replace(stored.completion, model=model),
            info=replace(stored.info, title=hostile, machine=hostile),
        )
        card = a_card(stored, an_entry(hostile[:4_000], hostile[:300], hostile[:60]))
        page = Reader(card)
        assert page.tags <= HARMLESS_TAGS
        assert page.attributes <= HARMLESS_ATTRIBUTES
        assert page.links == ["?save=1"]
        card.encode("utf-8")
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", card)


def test_the_saved_card_leads_nowhere() -> None:
    page = Reader(a_card(a_stored(a_trace()), save=""))
    assert page.links == []
    assert "Save as one file" not in page.text


def test_crossing_passages_are_split_and_each_stretch_names_its_quotes() -> None:
    context = "abcdefghij"
    first = a_grounding("abcdef", Span(0, 6))
    second = a_grounding("defghi", Span(3, 9), GroundingStatus.FUZZY)
    told = [(mark.start, mark.end, len(mark.groundings)) for mark in marks_of(context, [first, second])]
    assert told == [(0, 3, 1), (3, 6, 2), (6, 9, 1), (9, 10, 0)]
    assert "".join(context[mark.start : mark.end] for mark in marks_of(context, [first, second])) == context


def test_what_was_not_found_is_not_marked() -> None:
    lost = a_grounding("abc", Span(0, 3), GroundingStatus.UNGROUNDED)
    assert "<mark" not in context_html("abcdefghij", [lost])


def test_a_long_context_is_cut_around_its_passages_at_word_ends_and_kept_whole_behind_a_fold() -> None:
    sentence = "The expansile pontine lesion was measured again at this visit. "
    context = sentence * 60 + "ONC201 was given at 625 mg once weekly. " + sentence * 60
    start = context.index("ONC201")
    page = Reader(context_html(context, [a_grounding("ONC201 was given", Span(start, start + 16))]))
    assert len(context) > WHOLE_CONTEXT
    printed, _, whole = page.text.partition("Whole context")
    assert "ONC201 was given" in printed
    assert len(printed) < 800
    assert context in whole.replace("1 at 625", " at 625")
    for piece in re.split(r"\[… [\d,]+ characters …\]", printed):
        for word in piece.replace("given1", "given").split():
            assert word in context.split(), word
    counted = sum(int(found.replace(",", "")) for found in re.findall(r"\[… ([\d,]+) characters …\]", printed))
    shown = len(re.sub(r"\s*\[… [\d,]+ characters …\]\s*", "", printed).replace("given1", "given").strip())
    assert counted + shown == pytest.approx(len(context), abs=4)


def test_endless_quotes_are_counted_and_not_all_printed() -> None:
    quotes = "\n".join(f'- "invented sentence number {n} of a model"' for n in range(60))
    page = Reader(a_card(a_stored(a_trace(quotes))))
    assert f"{60 - MAX_CITATIONS} further quotes" in page.text


def test_an_answer_without_quotes_or_reviews_says_so() -> None:
    page = Reader(a_card(a_stored(a_trace("", "I cannot answer based on the provided context."))))
    assert "quotes nothing from the context" in page.text
    assert "Nobody has judged" in page.text


def test_characters_that_no_page_may_hold_are_replaced_and_not_lost() -> None:
    assert said("a\x00b\x1b<\ud800") == "a\ufffdb\ufffd&lt;\ufffd"
