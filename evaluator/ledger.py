"""What the rules of a protocol work on, and the ledger in which they write down their steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluator.protocols import Protocol
from evaluator.types import Case, Evaluation, Flags, Grounding, Outcome, Step, Trace

RULE_TITLES = {
    "format": "Form",
    "stance": "Abstention or conflict",
    "refusal": "Refusal",
    "proof": "Proof given",
    "grounding": "Proof found in the context",
    "coverage": "Quotes chosen, not the whole text",
    "trace": "Proof supports the answer",
    "behaviour": "An answer was called for",
    "answer": "Expected answer",
}
"""The rules by their id, in the order in which they are applied."""

_CLIP = 90


@dataclass(frozen=True, slots=True)
class Material:
    """One trace with all that a rule may ask. `expected` is the answer part of the case's gold, None without one;
    `groundings` belong to the trace's citations, in order."""

    case: Case
    trace: Trace
    groundings: tuple[Grounding, ...]
    expected: str | None

    @property
    def proof(self) -> str:
        """The trimmed text of the proof, "" where there is none or where it is never closed."""
        section = self.trace.proof
        return section.text.strip() if section is not None and section.closed else ""


class Ledger:
    """Steps in the order in which the rules were applied; the reward is the sum of their points."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._steps: list[tuple[str, bool | None, float, str, tuple[int, ...]]] = []

    def note(self, rule: str, passed: bool | None, points: float, reason: str, citations: Sequence[int] = ()) -> None:
        """`passed` is None where the rule did not apply, or could not decide."""
        self._steps.append((rule, passed, points, reason, tuple(citations)))

    def close(self, outcome: Outcome, flags: Flags, decisive: str | None = None) -> Evaluation:
        """The evaluation. `decisive` names the rule that fixed the outcome; by default the last one applied."""
        rule = self._steps[-1][0] if decisive is None else decisive
        steps = tuple(
            Step(name, RULE_TITLES[name], passed, points, reason, name == rule, citations)
            for name, passed, points, reason, citations in self._steps
        )
        reward = None if outcome is Outcome.NEEDS_REVIEW else sum(step.points for step in steps)
        protocol = self._protocol
        return Evaluation(protocol.name, protocol.version, protocol.threshold, outcome, flags, reward, steps)


def quoted(text: str) -> str:
    """`text` on one line in quotation marks, cut to about ninety characters."""
    line = " ".join(text.split())
    return f"‘{line}’" if len(line) <= _CLIP else f"‘{line[: _CLIP - 1].rstrip()}…’"


def percent(similarity: float) -> str:
    """Rounded down, so that what misses a threshold never reads as if it had reached it."""
    return f"{int(similarity)} %"


def numbered(groundings: Sequence[Grounding]) -> str:
    """ "Proof 2", "Proofs 1 and 3", "Proofs 1, 2 and 5": the citations counted from 1."""
    numbers = [str(grounding.citation.index + 1) for grounding in groundings]
    if len(numbers) == 1:
        return f"Proof {numbers[0]}"
    return f"Proofs {', '.join(numbers[:-1])} and {numbers[-1]}"


def found_reason(grounding: Grounding, threshold: float) -> str:
    """Why one citation is enough, for the rules that ask for one."""
    name = numbered([grounding])
    if grounding.similarity >= 100.0:
        return f"{name} is in the context word for word."
    alike = f"{name} is {percent(grounding.similarity)} like a passage of the context; {percent(threshold)} is enough."
    if grounding.alterations:
        return f"{alike} This rule does not ask what was changed: {grounding.alterations[0].message}"
    return alike


def missing_reason(groundings: Sequence[Grounding], threshold: float) -> str:
    """Why none of the citations is enough, by the one that came closest."""
    if not groundings:
        return "The proof quotes nothing that could be looked up in the context."
    best = max(groundings, key=lambda grounding: grounding.similarity)
    closest = f"the closest passage is {percent(best.similarity)} alike, and {percent(threshold)} is asked"
    if best.similarity <= 0.0:
        closest = "nothing there resembles it"
    if len(groundings) == 1:
        return f"{numbered(groundings)} is not in the context: {quoted(best.citation.text)} – {closest}."
    return (
        f"None of the {len(groundings)} proofs is in the context; the nearest is "
        f"proof {best.citation.index + 1}, {quoted(best.citation.text)} – {closest}."
    )
