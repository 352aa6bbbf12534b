"""Reads the trace that a model wrote: think, proof and answer, the citations of the proof, and what is odd about
its form. Reports and never judges; no text is lost and no text makes it fail."""

from evaluator.parsing.events import CitationClosed, OpenSection, SectionClosed, SectionOpened, TraceEvent
from evaluator.parsing.trace import TraceParser, parse_trace

__all__ = [
    "CitationClosed",
    "OpenSection",
    "SectionClosed",
    "SectionOpened",
    "TraceEvent",
    "TraceParser",
    "parse_trace",
]
