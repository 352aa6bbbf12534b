"""The passages that a proof offers as evidence, read from text that arrives in pieces.

Quotations are citations, and so is every line or list item of text outside quotation marks, unless it claims
nothing (see `remarks`). A line break inside a sentence is a wrap, not an end. A short term in quotation marks in
the middle of a sentence belongs to that sentence. An ellipsis does not end a citation: grounding splits there.
"""

from __future__ import annotations

import re

from evaluator.parsing.fences import fenced_passages
from evaluator.parsing.lines import OpenLine, begins_with_quotation, first_passage
from evaluator.parsing.offsets import OffsetMap
from evaluator.parsing.passages import Beside, Passages
from evaluator.parsing.quotes import (
    BLOCK_QUOTE,
    FAMILY_OF,
    FENCE,
    MarkFamily,
    OpenQuote,
    closes_quote,
    doubles_quote,
    nests_quote,
    opens_quote,
)
from evaluator.parsing.remarks import claims_nothing
from evaluator.types import Citation, CitationKind, IssueKind

MAX_QUOTE_LINES = 24
MAX_SINGLE_QUOTE_LINES = 4
"""A quotation mark whose partner is further away than this is taken to have none."""

_SPECIAL = re.compile(r"[\n\\`\"“”„‟＂'‘’‚‛«»‹›「」『』]")
_LONGEST_NAME = 24
_LOOK_AHEAD = 8
_LOOK_AHEAD_AT = {"\n": 24, "`": 24}


class CitationScanner:
    """Feed it the decoded text of one proof. What it adds to `passages` is final and does not depend on how the
    text was cut into pieces: no decision looks further ahead than a fixed number of code points."""

    def __init__(self, offsets: OffsetMap) -> None:
        """`offsets` must know every code point before it is fed."""
        self.passages = Passages(offsets)
        self._buffer = ""
        self._base = 0
        self._index = 0
        self._previous = ""
        self._quote: OpenQuote | None = None
        self._line = OpenLine()
        self._line_start = 0
        self._line_has_quote = False
        self._behind_sentence = False
        self._behind_field = False

    @property
    def open_citation(self) -> Citation | None:
        """The passage that is still being written, as far as it came; None between passages."""
        if self._quote is not None:
            return self.passages.draft(self._quote.start, self._quote.text(), CitationKind.QUOTED)
        return self.passages.draft(*self._line.passage())

    def feed(self, text: str) -> None:
        self._buffer = self._buffer[self._index :] + text
        self._base += self._index
        self._index = 0
        self._advance(final=False)

    def break_off(self) -> None:
        """End whatever is open: the next piece of text has nothing to do with what came before."""
        self._advance(final=True)
        while self._quote is not None:
            self._abandon(self._quote)
            self._advance(final=True)
        self._flush()
        self._begin_line()
        self._previous = ""

    def _advance(self, final: bool) -> None:
        while self._index < len(self._buffer):
            if self.passages.full:
                self._drop()
                return
            found = _SPECIAL.search(self._buffer, self._index)
            stop = found.start() if found else len(self._buffer)
            self._take(stop - self._index)
            if found is None:
                return
            reach = _LOOK_AHEAD_AT.get(found[0], _LOOK_AHEAD)
            window = self._buffer[stop : stop + reach]
            if not final and len(window) < reach:
                return
            if self._quote is not None:
                self._step_in_quote(self._quote, window)
            elif found[0] == "\n":
                self._end_line(window[1:])
            else:
                self._step_in_line(window)

    def _drop(self) -> None:
        """The bound on citations is reached: forget what is open and what comes."""
        self._quote = None
        self._line.clear()
        self._index = len(self._buffer)

    def _take(self, count: int) -> None:
        """Move `count` code points from the buffer into what is open."""
        if not count:
            return
        piece = self._buffer[self._index : self._index + count]
        if self._quote is not None:
            self._quote.parts.append(piece)
        else:
            self._line.extend(piece, self._base + self._index, not self._line_has_quote)
        self._skip(count)

    def _skip(self, count: int) -> None:
        self._index += count
        self._previous = self._buffer[self._index - 1]

    # In a line outside quotation marks

    def _step_in_line(self, window: str) -> None:
        if window[0] == "`":
            fence = FENCE.match(window)
            self._open(MarkFamily.FENCE, fence.end(), escaped=False) if fence else self._take(1)
            return
        escaped = window[0] == "\\" and window[1:2] in {'"', "'"}
        mark, following = (window[1], window[2:]) if escaped else (window[0], window[1:])
        line_head = self._line.is_head() and not self._line_has_quote
        if mark not in FAMILY_OF or not opens_quote(self._previous, mark, following[:1], line_head):
            self._take(1)
            return
        run = 1
        if mark == '"' and not escaped:
            run = len(window) - len(window.lstrip('"'))
        if run == 2 and not window[2:3].isalnum():
            self._take(2)  # an empty quotation
        else:
            self._open(FAMILY_OF[mark], run + escaped, escaped)

    def _end_line(self, following: str) -> None:
        if self._line.count_on(following):
            self._flush()
            self._skip(1)
            self._begin_line()
            self._line.numbered = True
        elif self._line.wraps_into(following, self._base + self._index - self._line_start):
            self._take(1)
            self._line_start = self._base + self._index
            if mark := BLOCK_QUOTE.match(following):
                self._take(mark.end())
        else:
            self._flush()
            self._skip(1)
            self._begin_line()

    def _begin_line(self) -> None:
        self._line_start = self._base + self._index
        self._line_has_quote = self._behind_sentence = self._behind_field = False

    def _flush(self, *, leads: bool = False) -> None:
        """End the open line; `leads` says that a quotation follows on it."""
        if self._line:
            start, text, kind = self._line.passage()
            heading = self._line.heading()
            beside = leads or self._line_has_quote or text.rstrip().endswith(":")
            self._line.clear()
            kind = CitationKind.LINE if leads else kind  # a preface within a block quote is no quote
            between = leads and self._line_has_quote and text.rstrip().endswith((":", ")", "]"))
            self.passages.add(start, text, kind, Beside(beside, self._behind_sentence, between, heading))

    # In a quotation

    def _open(self, family: MarkFamily, length: int, escaped: bool) -> None:
        at = self._base + self._index
        mark = self._buffer[self._index : self._index + length]
        self._quote = OpenQuote(family, mark, at, at + length, escaped)
        self._skip(length)

    def _step_in_quote(self, quote: OpenQuote, window: str) -> None:
        mark, following = window[0], window[1:]
        if mark == "\n":
            quote.lines += 1
            if _is_abandoned(quote, following):
                self._abandon(quote)
            else:
                self._take(1)
        elif mark == "\\":
            if quote.escaped and following[:1] == quote.mark[-1]:
                self._close(quote, 2)
            else:
                self._take(min(2, len(window)))
        elif FAMILY_OF[mark] is not quote.family or quote.escaped:
            self._take(1)
        elif quote.family is MarkFamily.FENCE:
            self._close(quote, 3) if following.startswith("``") else self._take(1)
        else:
            self._step_at_mark(quote, mark, following)

    def _step_at_mark(self, quote: OpenQuote, mark: str, following: str) -> None:
        run = 1 + len(following) - len(following.lstrip('"')) if mark == '"' else 1
        if len(quote.mark) > 1:
            self._close(quote, len(quote.mark)) if run >= len(quote.mark) else self._take(run)
        elif doubles_quote(quote, self._previous, run, following[1:2]):
            quote.doubled = not quote.doubled
            self._take(2)
        elif nests_quote(quote, self._previous, mark, following):
            quote.depth += 1
            self._take(1)
        elif not closes_quote(quote, self._previous, mark, following):
            self._take(1)
        elif quote.depth > 1:
            quote.depth -= 1
            self._take(1)
        else:
            self._close(quote, 1)

    def _close(self, quote: OpenQuote, length: int) -> None:
        text = quote.text()
        self._quote = None
        if quote.family is MarkFamily.FENCE:
            self._add_fenced(quote.start, text)
        elif self._line.has_term(text):
            self._line.extend(quote.mark + text, quote.mark_start, from_head=False)
            self._take(length)
            return
        elif self._names_field(text, length):
            self._flush(leads=True)
            self.passages.remark(quote.start, text)
            self._behind_field = True
            self._line_has_quote = True
            self._skip(length)
            return
        else:
            self._flush(leads=True)
            self.passages.add(quote.start, text, CitationKind.QUOTED, Beside(field=self._behind_field))
            self._behind_field = False
            self._behind_sentence = text.rstrip()[-1:] in (".", "!", "?")
        self._line_has_quote = True
        self._skip(length)

    def _names_field(self, text: str, length: int) -> bool:
        """Whether a quotation is the name of a field of a record: `"quote": …`."""
        behind = self._buffer[self._index + length : self._index + length + 2].lstrip()
        return behind[:1] == ":" and len(text) <= _LONGEST_NAME and claims_nothing(text, alone=False)

    def _add_fenced(self, start: int, text: str) -> None:
        self._flush(leads=True)
        for at, block in fenced_passages(start, text):
            if self.passages.full:
                break
            self.passages.add(at, block, CitationKind.QUOTED)

    def _abandon(self, quote: OpenQuote) -> None:
        """The partner of an opening mark is missing. Its line is a passage, what follows is read anew; an
        apostrophe taken for a quotation mark goes back to its line."""
        text = quote.text()
        line = text if quote.family is MarkFamily.FENCE else first_passage(text)
        self._quote = None
        if quote.family is MarkFamily.SINGLE:
            self._line.extend(quote.mark + line, quote.mark_start, not self._line_has_quote)
        elif quote.family is MarkFamily.FENCE:
            self._add_fenced(quote.start, text)
        else:
            self._flush(leads=True)
            self.passages.add(quote.start, line, CitationKind.QUOTED)
            message = "A quotation mark has no partner."
            self.passages.report(IssueKind.UNBALANCED_QUOTE, quote.mark_start, len(quote.mark), message)
            self._line_has_quote = True
        self._go_back(quote.start + len(line), text[len(line) :])
        self._previous = (quote.mark + line)[-1]

    def _go_back(self, position: int, text: str) -> None:
        """Return to decoded `position`, from where `text` leads up to the present place."""
        if position >= self._base:
            self._index = position - self._base
        else:
            self._buffer = text + self._buffer[self._index :]
            self._base, self._index = position, 0


def _is_abandoned(quote: OpenQuote, following: str) -> bool:
    """Whether, at a line break, the partner of the opening mark must be given up."""
    if quote.family is MarkFamily.FENCE:
        return False
    limit = MAX_SINGLE_QUOTE_LINES if quote.family is MarkFamily.SINGLE else MAX_QUOTE_LINES
    return quote.lines >= limit or begins_with_quotation(following)
