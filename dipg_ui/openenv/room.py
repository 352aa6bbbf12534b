"""The environment itself: tasks, protocols and their scoring, apart from how requests arrive."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from dipg_ui.openenv.desk import Client, Desk, NoTask, Seat
from dipg_ui.openenv.scoring import Json, config_json, expected_json, score
from dipg_ui.openenv.wire import DIPGAction, DIPGObservation, DIPGState, ResetRequest, Told
from evaluator.protocols import Protocol
from evaluator.types import Case


class Episodes:
    """What one client plays, one task after another: an OpenEnv environment. Not for two threads at once."""

    def __init__(self, desk: Desk, client: Client, protocol: Protocol) -> None:
        self._desk, self._protocol = desk, protocol
        self._seat = Seat(desk, client)
        self._case: Case | None = None
        self._order_known = False
        self._episode: str | None = None
        self._steps = 0

    def reset(self, asked: ResetRequest) -> Told:
        """Raises NoTask; then no task is at hand, so that the next step is scored against none."""
        self._case = None
        served = self._seat.serve(asked.task_id, asked.seed)
        self._case, self._order_known, self._steps = served.case, served.order_known, 0
        self._episode = asked.episode_id or uuid.uuid4().hex
        metrics: Json = {"task_id": served.case.id, "order_known": served.order_known}
        return Told(
            observation=DIPGObservation(
                context=served.case.context, question=served.case.question, metrics=metrics, task_id=served.case.id
            )
        )

    def step(self, action: DIPGAction) -> Told:
        """The response scored against the task that it names, else against that of the last reset. Raises NoTask."""
        case, order_known = self._case, self._order_known
        if action.task_id is not None:
            case, order_known = self._desk.get(action.task_id), True
        if case is None:
            raise NoTask("No task is at hand: reset first, or name the task in the action (task_id).")
        self._steps += 1
        return scored(case, action.llm_response, self._protocol, order_known=order_known)

    def state(self) -> DIPGState:
        case = self._case
        return DIPGState(
            episode_id=self._episode,
            step_count=self._steps,
            current_context=case.context if case else "",
            current_question=case.question if case else "",
            expected_answer=expected_json(case) if case else {},
            config=config_json(self._protocol, len(self._desk.cases)),
        )


def scored(case: Case, response: str, protocol: Protocol, *, order_known: bool) -> Told:
    reward, metrics = score(case, response, protocol)
    metrics = {**metrics, "order_known": order_known}
    return Told(observation=DIPGObservation(metrics=metrics, task_id=case.id), reward=reward, done=True)


def pair(cases: Mapping[str, Case], task_ids: list[str]) -> list[Case]:
    """The case of each id, in order. Raises NoTask naming the ids that are unknown or stand twice."""
    unknown = [task_id for task_id in task_ids if task_id not in cases]
    twice = sorted({task_id for task_id in task_ids if task_ids.count(task_id) > 1})
    told = [
        f"{what}: {', '.join(ids[:10])}{f' and {len(ids) - 10} more' if len(ids) > 10 else ''}"
        for what, ids in (("unknown task ids", unknown), ("task ids that stand twice", twice))
        if ids
    ]
    if told:
        raise NoTask(f"Nothing was scored. {'; '.join(told)}.")
    return [cases[task_id] for task_id in task_ids]
