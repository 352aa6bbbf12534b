"""What goes over the wire: OpenEnv's messages with the fields of the DIPG environment, and our batch evaluation."""

from __future__ import annotations

import json
import re
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

MAX_RESPONSE_CHARACTERS = 200_000
MAX_EVALUATIONS = 1_000
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
_MAX_TOLD = 5

_SURROGATE = re.compile("[\ud800-\udfff]")


def _repair(value: object) -> object:
    """Half of a surrogate pair, which JSON can carry and UTF-8 cannot, becomes U+FFFD."""
    return _SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value


Response = Annotated[str, BeforeValidator(_repair), StringConstraints(max_length=MAX_RESPONSE_CHARACTERS)]
TaskId = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class DIPGAction(Wire):
    """`llm_response` is one completion. `task_id` says which task it answers; over plain HTTP it has to."""

    llm_response: Response
    task_id: TaskId | None = None


class DIPGObservation(Wire):
    """The case at a reset; empty texts and `metrics` after a step, as the environment of the package gives them."""

    context: str = ""
    question: str = ""
    metrics: dict[str, object] = Field(default_factory=dict)
    task_id: str = ""


class Told(Wire):
    """What a reset or a step answers."""

    observation: DIPGObservation
    reward: float | None = None
    done: bool = False


class DIPGState(Wire):
    """The challenge at hand, and in `config` how it is scored."""

    episode_id: str | None = None
    step_count: int = 0
    current_context: str = ""
    current_question: str = ""
    expected_answer: dict[str, str] = Field(default_factory=dict)
    config: dict[str, object] = Field(default_factory=dict)


class ResetRequest(Wire):
    task_id: TaskId | None = None
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    episode_id: Annotated[str, StringConstraints(max_length=255)] | None = None


class StepRequest(Wire):
    action: DIPGAction


class Answered(Wire):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    task_id: TaskId
    response: Response


class EvaluateRequest(Wire):
    """Responses with the ids of their tasks: nothing is paired by order. `threshold` (50–100) is of similarity."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    evaluations: Annotated[list[Answered], Field(min_length=1, max_length=MAX_EVALUATIONS)]
    threshold: Annotated[float, Field(ge=50, le=100)] | None = None


_Form = TypeVar("_Form", bound=Wire)


def read_json(text: str | bytes) -> dict[str, object]:
    """An object written as JSON; nothing at all counts as an empty one. Raises ValueError."""
    try:
        value = json.loads(text) if text else {}
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("must be a JSON object")
    return value


def read_form(form: type[_Form], data: object) -> _Form:
    """Raises ValueError."""
    return form.model_validate(data)


def told_problem(error: ValueError) -> str:
    """What is wrong, without a word of the input in it: that may be long and is not ours."""
    if not isinstance(error, ValidationError):
        return str(error)
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    told = [f"{'.'.join(str(part)[:40] for part in each['loc']) or 'message'}: {each['msg']}" for each in problems]
    more = f"; and {len(told) - _MAX_TOLD} more" if len(told) > _MAX_TOLD else ""
    return "; ".join(told[:_MAX_TOLD]) + more
