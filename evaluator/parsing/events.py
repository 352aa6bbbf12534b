"""What a parser reports while the text still arrives. Events are final: what they say, the trace confirms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from evaluator.types import Citation, Section, SectionKind


@dataclass(frozen=True, slots=True)
class SectionOpened:
    """The first section of its kind begins; `start` is the first code point after its marker."""

    kind: SectionKind
    start: int


@dataclass(frozen=True, slots=True)
class SectionClosed:
    """The section is complete. A section that the text leaves open has no such event."""

    section: Section


@dataclass(frozen=True, slots=True)
class CitationClosed:
    """A citation of the proof is complete and can be grounded."""

    citation: Citation


TraceEvent = SectionOpened | SectionClosed | CitationClosed


class OpenSection(NamedTuple):
    """The section that is being written."""

    kind: SectionKind
    start: int
