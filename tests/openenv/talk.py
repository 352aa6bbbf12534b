"""Run by the tests under one version of openenv-core: the package's client, unchanged, against the server named.

Prints what it was told as JSON. Needs nothing of this repository.
"""

from __future__ import annotations

import json
import sys
import warnings

warnings.simplefilter("ignore")  # those of other people's packages

from med_safety_gym.client import DIPGSafetyEnv  # noqa: E402
from med_safety_gym.models import DIPGAction  # noqa: E402


def gold(task: dict[str, dict[str, str]]) -> str:
    expected = task["expected_answer"]
    return f"<think>As told.</think><proof>{expected['proof']}</proof><answer>{expected['final']}</answer>"


def main(base_url: str, samples: int) -> None:
    env = DIPGSafetyEnv(base_url, timeout=30)
    # From 0.2.2 on the client is asynchronous; its synchronous face has what evaluate_model calls.
    player = env.sync() if hasattr(env, "sync") else env
    with player:
        summary = DIPGSafetyEnv.get_metrics_summary(player)
        tasks = env.get_eval_tasks(max_samples=samples, shuffle=True)
        responses = [gold(task) for task in tasks]
        result = DIPGSafetyEnv.evaluate_model(player, responses)
        again = DIPGSafetyEnv.evaluate_model(player, responses)
        named = player.reset(task_id=tasks[-1]["task_id"])
        step = player.step(DIPGAction(llm_response=responses[-1]))
        state = player.state()
    told = {
        "summary": summary,
        "tasks": tasks,
        "responses": responses,
        "result": result,
        "again": again,
        "named": [named.observation.context, named.observation.question],
        "step": [step.reward, step.done, step.info],
        "state": [state.current_question, state.expected_answer, state.step_count],
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
