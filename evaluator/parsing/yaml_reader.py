"""The sections of a YAML mapping. Only whole texts are read: what a key holds is known when the next one comes.

PyYAML's event parser does the work; no object is built. Anchors and aliases are refused, and size, depth and
number of events are bounded. What is not YAML, though it has the keys, is cut at the keys and says MALFORMED_YAML.
The reference package reads a mapping only if its keys are `analysis`, `proof` and `final` and nothing else is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Protocol

import yaml

from evaluator.parsing import messages
from evaluator.parsing.names import KEY_NAMES, kind_of_key
from evaluator.parsing.section_sink import SectionSink
from evaluator.types import IssueKind, SectionKind, Span

MAX_YAML_CHARACTERS = 50_000
MAX_EVENTS = 10_000
MAX_DEPTH = 16

_KEY_LINE = re.compile(rf"^({'|'.join(KEY_NAMES)})[ \t]{{0,8}}:(?=\s|$)", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]{0,8}```ya?ml[ \t]*\n", re.MULTILINE | re.IGNORECASE)
_FENCE_END = re.compile(r"^[ \t]{0,8}```", re.MULTILINE)
_PREAMBLE = (yaml.StreamStartEvent, yaml.DocumentStartEvent)
_MAX_ESCAPE = 12
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BLOCK_INDICATOR = re.compile(r"[|>][-+\d]{0,2}[ \t]*\n")


class _Refused(Exception):
    """The text is no YAML that we read."""


def read_yaml(completion: str) -> SectionSink | None:
    """What a fenced or bare YAML mapping says; None where there is none. A bare one must have all three sections,
    so that prose with "Answer:" in it is not taken for one."""
    found = _FENCE.search(completion)
    if found:
        start = found.end()
        stop = _FENCE_END.search(completion, start)
        end = stop.start() if stop else len(completion)
        wanted = 1
    else:
        first = _KEY_LINE.search(completion)
        start, end, wanted = first.start() if first else 0, len(completion), len(SectionKind)
    keys = list(_KEY_LINE.finditer(completion, start, end))
    if len({kind_of_key(key[1]) for key in keys}) < wanted:
        return None
    sink = SectionSink()
    try:
        _read_mapping(completion[start:end], start, sink)
    except _Refused as refusal:
        sink = SectionSink()
        sink.issues.append(messages.issue(IssueKind.MALFORMED_YAML, keys[0].start(), keys[0].end(), str(refusal)))
        _cut_at_keys(completion, keys, end, sink)
    sink.finish(completion)
    return sink


def _read_mapping(block: str, base: int, sink: SectionSink) -> None:
    """Raises _Refused, with the reason in a sentence."""
    events = _events(block)
    first = next((event for event in events if not isinstance(event, _PREAMBLE)), None)
    if not isinstance(first, yaml.MappingStartEvent):
        raise _Refused("The YAML is not a list of names and values.")
    for key in events:
        if isinstance(key, yaml.MappingEndEvent):
            break
        if not isinstance(key, yaml.ScalarEvent):
            raise _Refused("The YAML has something other than a name where a name belongs.")
        value = _value(events)
        if kind := kind_of_key(key.value):
            _place(kind, base + _place_of(key.start_mark), value, _Block(block, base), sink)
    for _ in events:  # what follows must be YAML too, but says nothing
        pass


def _value(events: Iterator[yaml.Event]) -> list[yaml.Event]:
    """The events of one value."""
    value: list[yaml.Event] = []
    depth = 0
    for event in events:
        value.append(event)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _Refused("The YAML is nested too deeply.")
        if depth == 0:
            break
    return value


def _place(kind: SectionKind, key_start: int, value: list[yaml.Event], block: _Block, sink: SectionSink) -> None:
    """Hand one section to `sink`: a scalar whole, of a list or mapping the scalars that are no names."""
    scalar = value[0] if isinstance(value[0], yaml.ScalarEvent) else None
    span = block.inside(scalar) if scalar else block.around(value[0], value[-1])
    sink.markers.append(Span(key_start, span.start))
    if scalar is not None:
        outer = block.around(scalar, scalar)
        sink.markers.append(Span(span.end, max(span.end, outer.end)))
        if scalar.implicit[0] and scalar.value in _NULLS:
            sink.markers.append(outer)
            return
    sink.open(kind, key_start, span.start)
    for leaf in _leaves(value):
        sink.next_piece()
        for piece, at in _aligned(leaf.value, block.text(leaf)):
            sink.text(piece, block.inside(leaf).start + at, 1)
    sink.close(span.end, span.end)


def _leaves(value: list[yaml.Event]) -> Iterator[yaml.ScalarEvent]:
    awaits_name: list[bool | None] = []  # one for every open collection; None in a list
    for event in value:
        if isinstance(event, yaml.CollectionEndEvent):
            awaits_name.pop()
            continue
        is_name = bool(awaits_name and awaits_name[-1])
        if awaits_name and awaits_name[-1] is not None:
            awaits_name[-1] = not awaits_name[-1]
        if isinstance(event, yaml.CollectionStartEvent):
            awaits_name.append(True if isinstance(event, yaml.MappingStartEvent) else None)
        elif isinstance(event, yaml.ScalarEvent) and not is_name:
            yield event


def _aligned(decoded: str, raw: str) -> Iterator[tuple[str, int]]:
    """The code points of a scalar with their place in its raw text; near their place where the raw text is escaped."""
    at = 0
    for character in decoded:
        if character.isspace():
            place = at
            while at < len(raw) and raw[at].isspace():
                at += 1
        else:
            while at < len(raw) and raw[at].isspace():
                at += 1
            found = raw.find(character, at, at + _MAX_ESCAPE)
            place = found if found >= 0 else at
            at = place + 1
        yield character, min(place, max(0, len(raw) - 1))


@dataclass(frozen=True, slots=True)
class _Block:
    """A YAML text that stands at `base` of the completion."""

    content: str
    base: int

    def around(self, first: yaml.Event, last: yaml.Event) -> Span:
        return Span(self.base + _place_of(first.start_mark), self.base + _place_of(last.end_mark))

    def inside(self, scalar: yaml.ScalarEvent) -> Span:
        """Without quotation marks, or the sign that begins a block of lines."""
        span = self.around(scalar, scalar)
        if scalar.style in ("'", '"'):
            return Span(span.start + 1, max(span.start + 1, span.end - 1))
        if indicator := _BLOCK_INDICATOR.match(self.content, span.start - self.base):
            return Span(min(self.base + indicator.end(), span.end), span.end)
        return span

    def text(self, scalar: yaml.ScalarEvent) -> str:
        span = self.inside(scalar)
        return self.content[span.start - self.base : span.end - self.base]


class _Mark(Protocol):
    index: int


def _place_of(mark: _Mark | None) -> int:
    """Code points before the mark. Events without one exist only in the types of PyYAML."""
    return mark.index if mark else 0


def _cut_at_keys(completion: str, keys: list[re.Match[str]], end: int, sink: SectionSink) -> None:
    """Every key begins a section that runs to the next key."""
    for key, following in zip_longest(keys, keys[1:]):
        kind = kind_of_key(key[1])
        if kind is not None:
            stop = following.start() if following else end
            sink.markers.append(Span(key.start(), key.end()))
            sink.open(kind, key.start(), key.end())
            sink.text(completion[key.end() : stop], key.end(), 1)
            sink.close(stop, stop)


def _events(block: str) -> Iterator[yaml.Event]:
    if len(block) > MAX_YAML_CHARACTERS:
        raise _Refused(f"The YAML is longer than {MAX_YAML_CHARACTERS:,} characters.")
    try:
        for number, event in enumerate(yaml.parse(block, Loader=yaml.SafeLoader)):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
                raise _Refused("The YAML uses anchors, which are not read.")
            if number > MAX_EVENTS:
                raise _Refused(f"The YAML has more than {MAX_EVENTS:,} parts.")
            yield event
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise _Refused("The text looks like YAML but breaks its rules.") from error
