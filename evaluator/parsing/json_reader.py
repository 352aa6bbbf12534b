"""The sections of a JSON object that arrives in pieces, lenient where models are careless.

The values of the keys in `names` are the sections; where two keys name one section the first counts. Unlike the
reference package, which parses the object whole or not at all, this reader keeps what it can of a malformed or
truncated object and says MALFORMED_JSON; and it keeps the first of two keys in the text, not the first in a fixed
order of names.

A list or object as value: its strings and numbers are the text, one a line, each a passage of its own; the keys of
inner objects are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from evaluator.parsing import messages
from evaluator.parsing.json_strings import MAX_ESCAPE_CHARACTERS, MAX_LOOK_AHEAD, RUN, decode_escape, ends_string
from evaluator.parsing.names import kind_of_key
from evaluator.parsing.section_sink import SectionSink
from evaluator.types import IssueKind, SectionKind, Span

_WHITE_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\s,:{}\[\]\"']+")
_LITERAL = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")


class _Expect(Enum):
    KEY = auto()
    COLON = auto()
    VALUE = auto()
    COMMA = auto()


@dataclass(slots=True)
class _String:
    delimiter: str
    start: int
    is_key: bool
    parts: list[str] = field(default_factory=list)


class JsonReader:
    """Reads one object, from its brace on. `ended` once its last brace was read."""

    def __init__(self) -> None:
        self.sink = SectionSink()
        self.ended = False
        self._malformed = False
        self._after_comma = False
        self._containers: list[str] = []
        self._expect = _Expect.VALUE
        self._string: _String | None = None
        self._word: _String | None = None
        self._key_start = 0
        self._kind: SectionKind | None = None
        self._member_open = False

    @property
    def committed(self) -> bool:
        """Whether the object holds a section: only then is it a trace."""
        return self.sink.any_section

    def advance(self, buffer: str, index: int, base: int, final: bool) -> int:
        """Read on from `buffer[index]`, which stands at `base + index`; returns how far it came."""
        while index < len(buffer) and not self.ended:
            if self._string is not None:
                reached = self._read_string(self._string, buffer, index, base, final)
                if reached == index:
                    break
                index = reached
            elif space := _WHITE_SPACE.match(buffer, index):
                self._end_word(base + index)
                index = space.end()
            elif word := _WORD.match(buffer, index):
                self._read_word(word[0], base + index)
                index = word.end()
            else:
                self._end_word(base + index)
                self._read_sign(buffer[index], base + index)
                index += 1
        return index

    def finish(self, completion: str) -> None:
        """No more text: an object without its last brace is malformed, what it says so far counts."""
        self._end_word(len(completion))
        if not self.ended:
            self._complain(len(completion), len(completion), "The JSON object has no end.")
        self.sink.finish(completion)

    # Strings

    def _read_string(self, string: _String, buffer: str, index: int, base: int, final: bool) -> int:
        """One step within a string; returns `index` itself where it must wait for more text."""
        plain_to = self._plain_text(string.delimiter, buffer, index, base, final)
        if plain_to > index:
            self._put(string, buffer[index:plain_to], base + index, 1)
            return plain_to
        character = buffer[index]
        if character == "\\":
            window = buffer[index : index + MAX_ESCAPE_CHARACTERS]
            if not final and len(window) < MAX_ESCAPE_CHARACTERS:
                return index
            decoded, width, valid = decode_escape(window)
            if not valid:
                self._complain(base + index, base + index + width, "A backslash in the JSON stands for nothing.")
            self._put(string, decoded, base + index, width)
            return index + width
        if character != string.delimiter:
            self._complain(base + index, base + index + 1, "A line break or control character stands bare in the JSON.")
            self._put(string, character, base + index, 1)
            return index + 1
        if self._ends_string(buffer, index, final) is None:
            return index
        self._end_string(string, base + index)
        return index + 1

    def _plain_text(self, delimiter: str, buffer: str, index: int, base: int, final: bool) -> int:
        """How far the text goes on that stands for itself, quotation marks that lack their backslash among it."""
        while index < len(buffer):
            if run := RUN[delimiter].match(buffer, index):
                index = run.end()
            elif buffer[index] == delimiter and self._ends_string(buffer, index, final) is False:
                self._complain(base + index, base + index + 1, "A quotation mark within the JSON text is not escaped.")
                index += 1
            else:
                break
        return index

    def _ends_string(self, buffer: str, index: int, final: bool) -> bool | None:
        return ends_string(buffer[index + 1 : index + 1 + MAX_LOOK_AHEAD], self._in_object(), final)

    def _put(self, string: _String, text: str, at: int, width: int) -> None:
        if string.is_key:
            string.parts.append(text)
        elif self._member_open:
            self.sink.text(text, at, width)

    def _end_string(self, string: _String, at: int) -> None:
        self._string = None
        if string.is_key:
            self._end_key("".join(string.parts), string.start)
        else:
            self._end_value(at)

    def _end_key(self, key: str, start: int) -> None:
        self._expect = _Expect.COLON
        if len(self._containers) == 1:
            self._key_start = start
            self._kind = kind_of_key(key)

    # Numbers, literals, and words that should have stood in quotation marks

    def _read_word(self, word: str, at: int) -> None:
        self._after_comma = False
        if self._word is None:
            is_key = self._expect is _Expect.KEY
            if self._expect not in (_Expect.KEY, _Expect.VALUE):
                self._complain(at, at + 1, "A comma or colon is missing in the JSON.")
                return
            self._word = _String("", at, is_key)
        self._word.parts.append(word)

    def _end_word(self, at: int) -> None:
        word, self._word = self._word, None
        if word is None:
            return
        text = "".join(word.parts)
        if word.is_key or not _LITERAL.fullmatch(text):
            self._complain(word.start, at, "A word in the JSON lacks its quotation marks.")
        if word.is_key:
            self._end_key(text, word.start)
        elif text == "null":
            if len(self._containers) == 1 and self._kind is not None:
                self.sink.markers.append(Span(self._key_start, at))
                self._kind = None
            self._expect = _Expect.COMMA
        else:
            self._begin_value(word.start)
            if self._member_open:
                self.sink.text(text, word.start, 1)
            self._end_value(at, delimiter=0)

    # Signs

    def _read_sign(self, sign: str, at: int) -> None:
        if sign in "{[":
            self._open_container(sign, at)
        elif sign in "}]":
            self._close_container(sign, at)
        elif sign == ",":
            self._read_comma(at)
            return
        elif sign == ":":
            if self._expect is not _Expect.COLON:
                self._complain(at, at + 1, "A colon stands in the wrong place in the JSON.")
            self._expect = _Expect.VALUE
        else:
            self._open_string(sign, at)
        self._after_comma = False

    def _open_string(self, mark: str, at: int) -> None:
        if mark == "'" or self._expect in (_Expect.COMMA, _Expect.COLON):
            self._complain(at, at + 1, "The JSON lacks a comma, a colon or a proper quotation mark here.")
        is_key = self._in_object() and self._expect in (_Expect.KEY, _Expect.COMMA)
        if not is_key:
            self._begin_value(at + 1)
        self._string = _String(mark, at, is_key)

    def _open_container(self, sign: str, at: int) -> None:
        if not self._containers:
            self.sink.markers.append(Span(at, at + 1))
        elif self._expect in (_Expect.KEY, _Expect.COLON):
            self._complain(at, at + 1, "A bracket stands in the wrong place in the JSON.")
            return
        elif len(self._containers) == 1:
            self._begin_value(at + 1)
        self._containers.append(sign)
        self._expect = _Expect.KEY if sign == "{" else _Expect.VALUE

    def _close_container(self, sign: str, at: int) -> None:
        opened = self._containers.pop()
        if self._after_comma:
            self._complain(at, at + 1, "A comma of the JSON has nothing after it.")
        if (opened == "{") != (sign == "}"):
            self._complain(at, at + 1, "A bracket of the JSON has no partner.")
        if not self._containers:
            self.sink.markers.append(Span(at, at + 1))
            self.ended = True
            return
        self._end_value(at)

    def _read_comma(self, at: int) -> None:
        if self._expect is not _Expect.COMMA:
            self._complain(at, at + 1, "A comma stands in the wrong place in the JSON.")
        if len(self._containers) == 1:
            self.sink.markers.append(Span(at, at + 1))
        self._expect = _Expect.KEY if self._in_object() else _Expect.VALUE
        self._after_comma = True

    # Members of the outer object

    def _begin_value(self, start: int) -> None:
        """A value begins; at the outer level, with the key of a section, the section begins with it."""
        if len(self._containers) == 1 and self._kind is not None and not self._member_open:
            self.sink.markers.append(Span(self._key_start, start))
            self.sink.open(self._kind, self._key_start, start)
            self._member_open = True
        elif self._member_open:
            self.sink.next_piece()

    def _end_value(self, at: int, delimiter: int = 1) -> None:
        self._expect = _Expect.COMMA
        if len(self._containers) > 1 or not self._member_open:
            return
        self._member_open = False
        self._kind = None
        self.sink.markers.append(Span(at, at + delimiter))
        self.sink.close(at, at + delimiter)

    def _in_object(self) -> bool:
        return bool(self._containers) and self._containers[-1] == "{"

    def _complain(self, start: int, end: int, message: str) -> None:
        """Once: the rest of a malformed object is often a consequence."""
        if not self._malformed:
            self._malformed = True
            self.sink.issues.append(messages.issue(IssueKind.MALFORMED_JSON, start, end, message))
