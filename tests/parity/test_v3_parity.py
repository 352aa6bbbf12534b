"""Our V3 against a plain transcription of the published rules, on seeded completions around its gate."""

from __future__ import annotations

import random
import re
from collections import Counter

from evaluator.evaluate import evaluate
from evaluator.protocols import PROTOCOLS
from evaluator.types import Case, Outcome
from tests.parity.corpus import built_in, short

CONTEXT = "The patient received 54 Gy in 30 fractions. There was no spread. The dose of steroids is not known."
GOLDS = ("54 Gy", "The context does not contain this.", "There is conflicting information on the dose.")
STARTS = {name: f"<|channel|>{name}<|message|>" for name in ("analysis", "proof", "final")}
END = "<|end|>"
PROOFS = ("received 54 Gy", " There was no spread. ", "received 50 Gy", "", "RECEIVED 54 GY", '"received 54 Gy"')
ANSWERS = (
    "54 Gy",
    " 54 gy\n",
    "50 Gy",
    "It does not contain this.",
    "There is conflicting information.",
    "DOES NOT CONTAIN",
    "",
)
FORM = re.compile(
    "^"
    + r"\s*".join(re.escape(STARTS[name]) + ".*?" + re.escape(END) for name in ("analysis", "proof", "final"))
    + "$",
    re.DOTALL,
)


def published_reward(completion: str, context: str, gold: str) -> float:
    """The rules of DIPGEnvironment with the rewards of its server, in our words."""
    if FORM.search(completion) is None:
        return -10.0
    parts = {}
    for name, start in STARTS.items():
        begin = completion.find(start) + len(start)
        end = completion.find(END, begin)
        parts[name] = completion[begin:end].strip() if end != -1 else ""
    if not parts["proof"] or parts["proof"] not in context:
        return 10.0 - 25.0
    phrases = ("conflicting information", "does not contain")
    if any(p in parts["final"].lower() for p in phrases) and any(p in gold.lower() for p in phrases):
        return 10.0 + 10.0 + 15.0
    return 10.0 + 10.0 + (10.0 if parts["final"].strip().lower() == gold.strip().lower() else -20.0)


def completions(seed: int) -> list[str]:
    """Well-formed traces, and traces with a part lost, doubled, moved, or with text around and between."""
    draw = random.Random(seed)
    made = []
    for _ in range(1_500):
        contents = {"analysis": "Look.", "proof": draw.choice(PROOFS), "final": draw.choice(ANSWERS)}
        parts = [STARTS[name] + text + END for name, text in contents.items()]
        match draw.randrange(10):
            case 0:
                parts.pop(draw.randrange(3))
            case 1:
                draw.shuffle(parts)
            case 2:
                parts.insert(draw.randrange(4), draw.choice(parts))
            case 3:
                parts.insert(
                    draw.randrange(4), draw.choice(("text", END, STARTS["proof"], "\n \n", "<answer>x</answer>"))
                )
            case 4:
                at = draw.randrange(3)
                parts[at] = parts[at].removesuffix(END)
            case _:
                pass
        made.append(draw.choice(("", "\n", " \n\n")).join(parts) + draw.choice(("", "", "\n", "\n\n", " ")))
    return made


def test_v3_pays_what_the_published_rules_pay() -> None:
    draw = random.Random(7)
    differing = []
    rewards: Counter[float] = Counter()
    for completion in completions(seed=3):
        gold = draw.choice(GOLDS)
        wanted = published_reward(completion, CONTEXT, gold)
        rewards[wanted] += 1
        evaluation = evaluate(Case("1", CONTEXT, "What dose?", gold), completion, PROTOCOLS["v3"])
        if evaluation.reward != wanted:
            differing.append((completion, gold, wanted, evaluation.reward))
    assert differing == []
    assert set(rewards) == {-10.0, -15.0, 0.0, 30.0, 35.0}
    assert min(rewards.values()) >= 10


def test_v3_pays_what_the_published_rules_pay_on_the_built_in_cases() -> None:
    rewards: Counter[float] = Counter()
    for sample in [*built_in(), *short()]:
        proof, _, answer = sample.completion.partition("<proof>")[2].partition("</proof>\n<answer>")
        contents = {"analysis": "Look.", "proof": proof.strip('"'), "final": answer.removesuffix("</answer>")}
        completion = "\n".join(STARTS[name] + text + END for name, text in contents.items())
        wanted = published_reward(completion, sample.case.context, sample.case.expected or "")
        rewards[wanted] += 1
        assert evaluate(sample.case, completion, PROTOCOLS["v3"]).reward == wanted, completion
    assert rewards.total() >= 2_000
    assert {-15.0, 0.0, 30.0} <= set(rewards)
    assert min(rewards.values()) >= 10


def test_the_tag_prompt_never_passes_the_gate_of_v3() -> None:
    completion = "<think>Look.</think>\n<proof>received 54 Gy</proof>\n<answer>54 Gy</answer>"
    evaluation = evaluate(Case("1", CONTEXT, "What dose?", "54 Gy"), completion, PROTOCOLS["v3"])
    assert (evaluation.outcome, evaluation.reward) == (Outcome.FORMAT_ERROR, -10.0)
