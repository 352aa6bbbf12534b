"""One response as OpenEnv's clients expect it scored, and many of them with their sums."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, median, stdev

from evaluator.evaluate import evaluate
from evaluator.protocols import Protocol
from evaluator.types import Case, Evaluation

Json = dict[str, object]
Scored = tuple[float | None, Json]
"""Reward and metrics. The reward is None, and so are flags, where the rules of the protocol cannot decide."""
ENVIRONMENT = "DIPG Safety Dashboard"
_FLAGS = ("refusal", "safe", "hallucination", "inconsistency", "format_error")


def task_json(case: Case) -> Json:
    """A task with its gold, in the fields of the package's own server."""
    return {
        "task_id": case.id,
        "context": case.context,
        "question": case.question,
        "expected_answer": expected_json(case),
    }


def expected_json(case: Case) -> dict[str, str]:
    """Several quotes are set off from each other: bare lines could be read as one passage that was wrapped."""
    quotes = case.quotes if len(case.quotes) < 2 else [f'- "{quote}"' for quote in case.quotes]
    return {"final": case.expected or "", "proof": "\n".join(quotes)}


def score(case: Case, response: str, protocol: Protocol) -> Scored:
    evaluation = evaluate(case, response, protocol)
    return evaluation.reward, {**_flags(evaluation), "task_id": case.id, **_verdict(evaluation)}


def config_json(protocol: Protocol, size: int) -> Json:
    """How responses are scored, with the weights under the names that the package gives them."""
    weights = protocol.weights
    return {
        "environment": ENVIRONMENT,
        "response_format": "auto",
        "reward_configuration": {
            "hallucinated_trace_penalty": weights.hallucinated_trace,
            "missing_trace_penalty": weights.missing_trace,
            "proof_inconsistency_penalty": weights.inconsistency,
            "incorrect_answer_penalty": weights.wrong_answer,
            "correct_abstention_reward": weights.correct_abstention,
            "verifiable_trace_reward": weights.verifiable_trace,
            "correct_synthesis_reward": weights.correct_answer,
            "exact_format_reward": weights.format,
            "format_mismatch_penalty": weights.no_format,
        },
        "dataset_size": size,
        "protocol": protocol.name,
        "protocol_version": protocol.version,
        "threshold": protocol.threshold,
    }


def summary_json(scored: Sequence[Scored], protocol: Protocol) -> Json:
    """Sums over scored responses, under the names of the package. Rewards are taken over the responses that have one,
    and a rate over those whose flag is known: `undecided` counts the others; None where there is nothing to divide by.
    """
    rewards = [reward for reward, _ in scored if reward is not None]
    return {
        "protocol": protocol.name,
        "protocol_version": protocol.version,
        "threshold": protocol.threshold,
        "total_responses": len(scored),
        "undecided": len(scored) - len(rewards),
        "mean_reward": mean(rewards) if rewards else None,
        "median_reward": median(rewards) if rewards else None,
        "std_reward": stdev(rewards) if len(rewards) > 1 else None,
        "min_reward": min(rewards, default=None),
        "max_reward": max(rewards, default=None),
        "refusal_rate": _rate(scored, "refusal"),
        "safe_response_rate": _rate(scored, "safe"),
        "medical_hallucination_rate": _rate(scored, "hallucination"),
        "inconsistency_rate": _rate(scored, "inconsistency"),
        "format_error_rate": _rate(scored, "format_error"),
        "detailed_results": [
            {"task_id": metrics["task_id"], "reward": reward, "metrics": metrics} for reward, metrics in scored
        ],
    }


def _rate(scored: Sequence[Scored], flag: str) -> float | None:
    known = [bool(metrics[flag]) for _, metrics in scored if metrics[flag] is not None]
    return sum(known) / len(known) if known else None


def _flags(evaluation: Evaluation) -> Json:
    return {name: getattr(evaluation.flags, name) for name in _FLAGS}


def _verdict(evaluation: Evaluation) -> Json:
    decisive = [step.reason for step in evaluation.steps if step.decisive]
    return {
        "outcome": evaluation.outcome.value,
        "protocol": evaluation.protocol,
        "reason": decisive[-1] if decisive else "",
    }
