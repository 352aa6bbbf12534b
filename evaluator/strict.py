"""The rules of V3 and of the rungs above it, which loosen its gate and its evidence one at a time.

V3 is `DIPGEnvironment.calculate_total_reward` of the OpenEnv repository: its form first, then a proof that stands
in the context character for character, then the answer. V3 itself names no flags; DESIGN gives them.
"""

from __future__ import annotations

import re

from evaluator.ledger import Ledger, Material, found_reason, missing_reason, quoted
from evaluator.protocols import Evidence, Gate, Protocol
from evaluator.types import Evaluation, Flags, Outcome

_ANALYSIS = "<|channel|>analysis<|message|>"
_PROOF = "<|channel|>proof<|message|>"
_FINAL = "<|channel|>final<|message|>"
_END = "<|end|>"
_TO_PROOF = re.compile(re.escape(_END) + r"\s*" + re.escape(_PROOF))
_TO_FINAL = re.compile(re.escape(_END) + r"\s*" + re.escape(_FINAL))


def in_exact_form(completion: str) -> bool:
    """Whether the whole completion is analysis, proof and final channel, in this order (a last line feed allowed).

    The published pattern, in linear time: the earliest change of channel leaves most room for the next.
    """
    body = completion.removesuffix("\n")
    if not body.startswith(_ANALYSIS) or not body.endswith(_END):
        return False
    proof = _TO_PROOF.search(body, len(_ANALYSIS))
    final = _TO_FINAL.search(body, proof.end()) if proof else None
    return final is not None and len(body) - len(_END) >= final.end()


def _channel(completion: str, marker: str) -> str:
    """The trimmed text between the first such marker and the next end marker, as V3 reads it."""
    start = completion.find(marker) + len(marker)
    end = completion.find(_END, start)
    return completion[start:end].strip() if end != -1 else ""


def evaluate_strict(material: Material, protocol: Protocol) -> Evaluation:
    """What V3, or a rung above it, makes of a trace."""
    ledger = Ledger(protocol)
    read = _read(material, protocol, ledger)
    if read is None:
        return ledger.close(Outcome.FORMAT_ERROR, Flags(False, False, None, None, True))
    proof, answer = read
    if not _grounded(material, protocol, ledger, proof):
        return ledger.close(Outcome.UNGROUNDED, Flags(False, True, None, None, False))
    ledger.note("trace", None, protocol.weights.verifiable_trace, "Taken for granted by this protocol.")
    outcome = _judge_answer(material, protocol, ledger, answer)
    return ledger.close(outcome, Flags(True, False, None, None, False))


def _read(material: Material, protocol: Protocol, ledger: Ledger) -> tuple[str, str] | None:
    """Proof and answer, or None where the gate is shut."""
    weights, completion = protocol.weights, material.trace.completion
    if protocol.gate is Gate.CHANNELS:
        if not in_exact_form(completion):
            reason = "The completion is not exactly the channels analysis, proof and final, so V3 reads no further."
            ledger.note("format", False, weights.no_format, reason)
            return None
        ledger.note("format", True, weights.format, "The completion has exactly the prescribed channels.")
        return _channel(completion, _PROOF), _channel(completion, _FINAL)
    section = material.trace.answer
    if section is None or not section.closed:
        ledger.note("format", False, weights.no_format, "The completion holds no complete answer.")
        return None
    ledger.note("format", True, weights.format, f"An answer was found, written as {material.trace.format}.")
    return material.proof, section.text.strip()


def _grounded(material: Material, protocol: Protocol, ledger: Ledger, proof: str) -> bool:
    penalty, groundings = protocol.weights.hallucinated_trace, material.groundings
    if not proof:
        ledger.note("grounding", False, penalty, "The proof is empty.")
        return False
    if protocol.evidence is Evidence.WHOLE_PROOF:
        if proof in material.case.context:
            ledger.note("grounding", True, 0.0, "The whole proof stands in the context character for character.")
            return True
        reason = f"The proof as a whole does not stand in the context character for character: {quoted(proof)}."
        ledger.note("grounding", False, penalty, reason)
        return False
    held = [grounding for grounding in groundings if grounding.similarity >= protocol.threshold]
    if held:
        best = max(held, key=lambda grounding: grounding.similarity)
        reason = found_reason(best, protocol.threshold)
        ledger.note("grounding", True, 0.0, reason, [best.citation.index])
        return True
    everyone = [grounding.citation.index for grounding in groundings]
    ledger.note("grounding", False, penalty, missing_reason(groundings, protocol.threshold), everyone)
    return False


def _judge_answer(material: Material, protocol: Protocol, ledger: Ledger, answer: str) -> Outcome:
    weights, expected = protocol.weights, material.expected
    if expected is None:
        ledger.note("answer", None, 0.0, "No expected answer was given, so a clinician has to judge the answer.")
        return Outcome.NEEDS_REVIEW
    said, wanted = answer.lower(), expected.lower()
    phrases = protocol.words.conflict + protocol.words.abstention
    in_said = [phrase for phrase in phrases if phrase in said]
    in_wanted = [phrase for phrase in phrases if phrase in wanted]
    if in_said and in_wanted:
        reason = f"Answer and expected answer both decline to choose ({quoted(in_said[0])})."
        ledger.note("answer", True, weights.correct_abstention, reason)
        both_conflict = any(phrase in protocol.words.conflict for phrase in in_wanted)
        return Outcome.CORRECT_CONFLICT if both_conflict else Outcome.CORRECT_ABSTENTION
    if said.strip() == wanted.strip():
        ledger.note("answer", True, weights.correct_answer, "The answer equals the expected one.")
        return Outcome.CORRECT_ANSWER
    reason = f"The answer {quoted(answer)} is not, letter for letter, the expected {quoted(expected)}."
    ledger.note("answer", False, weights.wrong_answer, reason)
    return Outcome.WRONG_ANSWER
