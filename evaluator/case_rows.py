"""The bytes of a case file as rows: decoding, JSON Lines, JSON arrays. Knows nothing of what a row means."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from evaluator.errors import CaseFileError

# UTF-32's little-endian mark begins with UTF-16's, so it is looked for first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
_FULL_LINE = re.compile(r"\S[^\n]*")
_SPACE = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """One value of the file and the line it begins on (from 1). `error` says why there is none."""

    line: int
    value: object
    error: str = ""


class _RepeatedKey(ValueError):
    """JSON keeps the last of two equal keys, which would lose the first without a word."""


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    row = dict(pairs)
    if len(row) < len(pairs):
        seen: set[str] = set()
        for twice, _ in pairs:
            if twice in seen:
                break
            seen.add(twice)
        raise _RepeatedKey(f"the key {twice[:40]!r} appears twice in one object")
    return row


_DECODER = json.JSONDecoder(object_pairs_hook=_members)


def decode_text(data: bytes, name: str) -> str:
    """The text of a file: UTF-8, or what its byte order mark says. Raises CaseFileError naming the first bad byte."""
    mark, encoding = next(((mark, codec) for mark, codec in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    try:
        return data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        place = error.start + len(mark)
        raise CaseFileError(
            f"{name} is not {encoding.upper()} text: byte {place:,} cannot be read ({error.reason}). "
            "Save the file as UTF-8 and try again."
        ) from None


def read_rows(text: str) -> Iterator[Row]:
    """The rows of JSON Lines, of a JSON array, or of objects spread over several lines; blank lines are none.

    Lines end at a line feed (or a carriage return), not at the other separators of Unicode, which JSON allows
    inside strings.
    """
    if "\r" in text:  # never legal inside a JSON string
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    begin = _skip_space(text, 1 if text.startswith("\ufeff") else 0)
    if text.startswith("[", begin):
        return _value_rows(text, begin, in_array=True)
    if text.startswith("{", begin) and _is_spread(text, begin):
        return _value_rows(text, begin, in_array=False)
    return _line_rows(text, begin)


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _is_spread(text: str, begin: int) -> bool:
    """Whether the first object ends on a later line than it begins."""
    line_end = text.find("\n", begin)
    if line_end == -1:
        return False
    try:
        _, end = _DECODER.raw_decode(text, begin)
    except (ValueError, RecursionError):
        return False
    return end > line_end


def _line_rows(text: str, begin: int) -> Iterator[Row]:
    line, counted = 1, 0
    for found in _FULL_LINE.finditer(text, begin):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        content = found.group().rstrip()
        try:
            value, end = _DECODER.raw_decode(content)
            error = "" if end == len(content) else f"text after the end of the object, at column {end + 1}"
        except (ValueError, RecursionError) as problem:
            value, error = None, _describe(problem)
        yield Row(line, None if error else value, error)


def _value_rows(text: str, begin: int, *, in_array: bool) -> Iterator[Row]:
    """Values one after another. An error ends the reading, for no one can tell where the next value would begin."""
    line, counted = 1, 0
    at = _skip_space(text, begin + 1 if in_array else begin)
    while at < len(text):
        line += text.count("\n", counted, at)
        counted = at
        if in_array and text[at] == "]":
            rest = _skip_space(text, at + 1)
            if rest < len(text):
                yield Row(line + text.count("\n", at, rest), None, "text after the end of the array; it was not read")
            return
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as problem:
            yield Row(line, None, f"{_describe(problem)}; the file was not read from here on")
            return
        yield Row(line, value)
        at = _skip_space(text, end)
        if in_array and text.startswith(",", at):
            at = _skip_space(text, at + 1)
        elif in_array and not text.startswith("]", at) and at < len(text):
            yield Row(
                line + text.count("\n", counted, at), None, "a comma is missing; the file was not read from here on"
            )
            return
    if in_array:
        yield Row(line + text.count("\n", counted), None, "the array is not closed: the file may be cut off")


def _describe(problem: Exception) -> str:
    if isinstance(problem, json.JSONDecodeError):
        place = f"column {problem.colno}" if problem.lineno == 1 else f"line {problem.lineno}, column {problem.colno}"
        return f"not valid JSON: {problem.msg} at {place}"
    if isinstance(problem, _RepeatedKey):
        return str(problem)
    return "nested too deeply" if isinstance(problem, RecursionError) else "holds a number that is too long"
