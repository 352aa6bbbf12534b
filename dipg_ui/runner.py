"""The one path of a case: prompt, stream, parse, ground; live while the text arrives, and whole at its end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dipg_ui.records import CaseFailure, Completion
from evaluator.types import Grounding, SectionKind


class Phase(StrEnum):
    QUEUED = "queued"
    LOADING = "loading"
    READING = "reading"
    WRITING = "writing"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SectionMark:
    """Where a section of the growing completion stands; `end` is None while it is open."""

    kind: SectionKind
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class LiveCitation:
    """`closed` is False for the citation that is still being written: its grounding is tentative."""

    grounding: Grounding
    closed: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """A cumulative snapshot of one generation. The last one is DONE or STOPPED with a completion, or FAILED with
    a failure (and what was received in `text`). Times are seconds; `tokens` None where the server does not tell."""

    phase: Phase
    text: str = ""
    sections: tuple[SectionMark, ...] = ()
    citations: tuple[LiveCitation, ...] = ()
    place: int | None = None
    detail: str = ""
    loaded: float | None = None
    tokens: int | None = None
    seconds_to_first_token: float | None = None
    seconds: float = 0.0
    completion: Completion | None = None
    failure: CaseFailure | None = None
