"""The markers of tagged and channelled completions, found in text that arrives in pieces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from evaluator.parsing.names import CHANNEL_ENDS, kind_of_key, kind_of_tag, may_become_tag
from evaluator.types import SectionKind, TraceFormat

MAX_MARKER_CHARACTERS = 160


class Sign(Enum):
    START = auto()
    END = auto()
    EMPTY = auto()
    NOISE = auto()
    OBJECT = auto()


@dataclass(frozen=True, slots=True)
class Marker:
    """`kind` is None for noise such as `<|start|>assistant` and for a channel that is no part of a trace.
    EMPTY is `<proof/>`: start and end at once. OBJECT is the brace of a JSON object."""

    sign: Sign
    kind: SectionKind | None
    name: str
    length: int
    format: TraceFormat


_TAG = re.compile(r"<[ \t]{0,4}(/?)[ \t]{0,4}([A-Za-z]{1,12})(\s[^<>]*|[ \t]*/)?>")
_TAG_NAME = re.compile(r"<[ \t]{0,4}/?[ \t]{0,4}([A-Za-z]{0,12})")
_CUT_OFF = re.compile(r"<(/?)([A-Za-z]{0,12})[ \t]{0,4}")
_CHANNEL = re.compile(
    r"<\|channel\|>[ \t]{0,8}(\w{1,24})(?:[^<>\n]{0,64}<\|constrain\|>\w{0,16})?[^<>\n]{0,64}<\|message\|>"
)
_OPENING = re.compile(r"<\|start\|>(?:(?:assistant|system|developer|user|tool)(?![A-Za-z]))?")
_OBJECT = re.compile(r"\{\s{0,80}(?:([\"'])([^\"'\\\n]{1,64})\1|(\w{1,24}))\s{0,40}:")
_OBJECT_BEGINNING = re.compile(r"\{\s{0,80}(?:[\"'](?:[^\"'\\\n]{0,64}(?:[\"']\s{0,40})?)?|\w{1,24}\s{0,40})?")
CANDIDATE = re.compile(r"<(?=[ \t/]{0,9}(?:[A-Za-z|]|\Z))|\{(?=\s{0,80}(?:[\"'\w]|\Z))")
"""Where a marker may begin; the look-ahead only spares the closer look, `undecided` and `read_marker` decide."""
_CHANNEL_WORDS = ("<|channel|>", "<|start|>", *CHANNEL_ENDS)


def read_marker(text: str, at: int, formats: frozenset[TraceFormat], line_head: bool) -> Marker | None:
    """The marker of one of `formats` that begins at `text[at]`, one of `<` and `{`; None where it is plain text.

    Ask `undecided` first where more text may follow.
    """
    if text[at] == "{":
        return _read_object(text, at, line_head) if TraceFormat.JSON in formats else None
    if TraceFormat.CHANNELS in formats and text.startswith("<|", at):
        return _read_channel(text, at)
    if TraceFormat.TAGS in formats:
        return _read_tag(text, at)
    return None


def undecided(text: str, at: int, formats: frozenset[TraceFormat]) -> bool:
    """Whether more text is needed to say if a marker begins at `text[at]`. False for good after
    MAX_MARKER_CHARACTERS, so that what is held back stays bounded."""
    window = text[at : at + MAX_MARKER_CHARACTERS]
    if len(window) >= MAX_MARKER_CHARACTERS:
        return False
    if window[0] == "{":
        beginning = _OBJECT_BEGINNING.match(window)
        return TraceFormat.JSON in formats and beginning is not None and beginning.end() == len(window)
    if window == "<":
        return True
    if window.startswith("<|"):
        return TraceFormat.CHANNELS in formats and _channel_undecided(window)
    return TraceFormat.TAGS in formats and _tag_undecided(window)


def is_cut_off(text: str, at: int) -> bool:
    """Whether `text`, to which nothing will be added, ends within a tag that begins at `at`: "</ans", "<proof"."""
    found = _CUT_OFF.fullmatch(text, at)
    if found is None:
        return False
    return may_become_tag(found[2]) if found[1] else kind_of_tag(found[2]) is not None


def _read_tag(text: str, at: int) -> Marker | None:
    found = _TAG.match(text, at, at + MAX_MARKER_CHARACTERS)
    kind = kind_of_tag(found[2]) if found else None
    if found is None or kind is None:
        return None
    rest = (found[3] or "").strip()
    if rest not in ("", "/") and "=" not in rest:
        return None  # "< result is below >" is prose; attributes have an equals sign
    sign = Sign.END if found[1] else Sign.EMPTY if rest.endswith("/") else Sign.START
    return Marker(sign, kind, found[2].lower(), found.end() - at, TraceFormat.TAGS)


def _tag_undecided(window: str) -> bool:
    found = _TAG_NAME.match(window)
    if found is None:
        return False
    if found.end() == len(window):
        return may_become_tag(found[1])
    return kind_of_tag(found[1]) is not None and ">" not in window and "<" not in window[1:]


def _read_channel(text: str, at: int) -> Marker | None:
    end = at + MAX_MARKER_CHARACTERS
    if found := _CHANNEL.match(text, at, end):
        return Marker(Sign.START, kind_of_tag(found[1]), found[1].lower(), found.end() - at, TraceFormat.CHANNELS)
    if found := _OPENING.match(text, at, end):
        return Marker(Sign.NOISE, None, "start", found.end() - at, TraceFormat.CHANNELS)
    for word in CHANNEL_ENDS:
        if text.startswith(word, at):
            return Marker(Sign.END, None, "end", len(word), TraceFormat.CHANNELS)
    return None


def _channel_undecided(window: str) -> bool:
    if any(word.startswith(window) for word in _CHANNEL_WORDS):
        return window not in CHANNEL_ENDS
    if window.startswith("<|channel|>"):
        return "<|message|>" not in window and "\n" not in window
    if window.startswith("<|start|>"):
        return window.removeprefix("<|start|>").isalpha() and len(window) < 20
    return False


def _read_object(text: str, at: int, line_head: bool) -> Marker | None:
    found = _OBJECT.match(text, at, at + MAX_MARKER_CHARACTERS)
    if found is None:
        return None
    key = found[2] or found[3]
    begins_line = line_head and found[2] is not None
    return Marker(Sign.OBJECT, None, key, 1, TraceFormat.JSON) if begins_line or kind_of_key(key) else None
