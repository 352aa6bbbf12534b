"""From a completion to what every protocol makes of it: one parse, one grounding, all protocols."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from evaluator.grounding import ground_all, regrade
from evaluator.guarded import evaluate_guarded
from evaluator.ledger import Material
from evaluator.parsing import parse_trace
from evaluator.protocols import DEFAULT_THRESHOLD, PROTOCOLS, Protocol, Rules, get_protocol
from evaluator.published import evaluate_published
from evaluator.sharegpt import gold_answer
from evaluator.strict import evaluate_strict
from evaluator.types import Case, Evaluation, Grounding, Trace

DEFAULT: tuple[Protocol, ...] = tuple(PROTOCOLS.values())

_RULES: Mapping[Rules, Callable[[Material, Protocol], Evaluation]] = {
    Rules.STRICT: evaluate_strict,
    Rules.PUBLISHED: evaluate_published,
    Rules.GUARDED: evaluate_guarded,
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """A trace with its groundings, graded at `threshold` (50–100), and one evaluation per protocol, in their order.
    A protocol without an adjustable threshold keeps its own: its evaluation says which."""

    trace: Trace
    groundings: tuple[Grounding, ...]
    evaluations: tuple[Evaluation, ...]
    threshold: float


def assess(
    case: Case, completion: str, protocols: Sequence[Protocol] = DEFAULT, threshold: float | None = None
) -> Assessment:
    """What `protocols` make of a completion of `case`; `threshold` None is each protocol's own. Never raises for
    what a model may write; raises ValueError for a threshold outside 50–100."""
    graded_at = DEFAULT_THRESHOLD if threshold is None else threshold
    chosen = [protocol.at(threshold) for protocol in protocols]
    trace = parse_trace(completion)
    groundings = ground_all(trace.citations, case.context, graded_at)
    return Assessment(trace, groundings, _evaluate(case, trace, groundings, chosen), graded_at)


def reassess(case: Case, assessment: Assessment, threshold: float) -> Assessment:
    """The same trace judged at another threshold by the same protocols, without parsing or searching again.

    Raises ValueError for a threshold outside 50–100.
    """
    chosen = [get_protocol(evaluation.protocol).at(threshold) for evaluation in assessment.evaluations]
    groundings = tuple(regrade(grounding, threshold) for grounding in assessment.groundings)
    evaluations = _evaluate(case, assessment.trace, groundings, chosen)
    return replace(assessment, groundings=groundings, evaluations=evaluations, threshold=threshold)


def evaluate(case: Case, completion: str, protocol: Protocol) -> Evaluation:
    """What one protocol makes of a completion of `case`."""
    threshold = protocol.threshold if protocol.adjustable else None
    return assess(case, completion, (protocol,), threshold).evaluations[0]


def _evaluate(
    case: Case, trace: Trace, groundings: tuple[Grounding, ...], protocols: Sequence[Protocol]
) -> tuple[Evaluation, ...]:
    expected = None if case.expected is None else gold_answer(case.expected) or None
    material = Material(case, trace, groundings, expected)
    return tuple(_RULES[protocol.rules](material, protocol) for protocol in protocols)
