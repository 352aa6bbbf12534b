"""Scores medical answers that quote their source: parse, ground, judge by three protocols.

    from evaluator import Case, assess
    assessment = assess(Case("1", context, question, expected), completion)

Names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluator.errors import EvaluatorError
    from evaluator.evaluate import Assessment, assess, reassess
    from evaluator.metrics import Rate, Summary, summarise
    from evaluator.protocols import PROTOCOLS, RUNGS, Protocol
    from evaluator.types import Case, Evaluation, Grounding, Outcome, Trace

__all__ = [
    "PROTOCOLS",
    "RUNGS",
    "Assessment",
    "Case",
    "Evaluation",
    "EvaluatorError",
    "Grounding",
    "Outcome",
    "Protocol",
    "Rate",
    "Summary",
    "Trace",
    "assess",
    "reassess",
    "summarise",
]

_HOME = {
    "EvaluatorError": "errors",
    **dict.fromkeys(("Assessment", "assess", "reassess"), "evaluate"),
    **dict.fromkeys(("Rate", "Summary", "summarise"), "metrics"),
    **dict.fromkeys(("PROTOCOLS", "RUNGS", "Protocol"), "protocols"),
    **dict.fromkeys(("Case", "Evaluation", "Grounding", "Outcome", "Trace"), "types"),
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
