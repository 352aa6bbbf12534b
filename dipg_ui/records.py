"""What the dashboard remembers: models, settings, completions, failures and runs, as frozen values.

`to_json` / `from_json` of a record are inverse; the keys are the field names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import blake2s
from math import isfinite

from evaluator.types import Case

_MAX_INTEGER = 2**63 - 1
"""What a database keeps."""


class PromptStyle(StrEnum):
    """Which markers the prompt asks the model to use. CHANNELS and JSON exist so that V3 can be tested fairly."""

    TAGS = "tags"
    JSON = "json"
    CHANNELS = "channels"


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class GenerationSettings:
    """Defaults are those of the published tutorial. `temperature` 0 is greedy decoding, and then `seed` is moot."""

    temperature: float = 0.3
    max_new_tokens: int = 512
    seed: int = 0
    style: PromptStyle = PromptStyle.TAGS


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What generates. `id` is the key used in settings and URLs; the rest is stored with every completion."""

    id: str
    title: str
    name: str
    revision: str
    device: str
    quantisation: str
    context_tokens: int


class FinishReason(StrEnum):
    ANSWER_CLOSED = "answer closed"
    END_OF_TEXT = "end of text"
    LENGTH = "length"
    CANCELLED = "cancelled"
    UNKNOWN = "not told"


@dataclass(frozen=True, slots=True)
class Completion:
    """The raw text of one case with all that is needed to judge or repeat it. Times are in seconds;
    `started` is ISO 8601 in UTC; counts are None where the server did not tell them. `repeat` counts from 0 where a
    run asks for a case more than once; `settings` hold the seed that this repeat was given."""

    case_id: str
    text: str
    model: ModelInfo
    settings: GenerationSettings
    prompt_hash: str
    started: str
    finish: FinishReason
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds_to_first_token: float | None
    seconds: float
    repeat: int = 0

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def completion_key(completion: Completion) -> str:
    """What a permalink calls a completion: the same text of the same model for the same case has the same key."""
    told = "\0".join((completion.model.id, completion.case_id, completion.started, completion.text))
    if completion.repeat:
        told += f"\0{completion.repeat}"
    return blake2s(told.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


class Stage(StrEnum):
    """Where a case failed."""

    LOAD = "load"
    PROMPT = "prompt"
    GENERATE = "generate"


@dataclass(frozen=True, slots=True)
class CaseFailure:
    """A case that was not scored. `partial` is the text received before the failure, `repeat` as in Completion."""

    case_id: str
    stage: Stage
    reason: str
    partial: str = ""
    repeat: int = 0

    def to_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The head of a run: one case set, one model, one set of settings, each case asked `repeats` times; the seed of
    repeat r is that of the settings plus r. `settings_known` is False for a run of other software that does not say."""

    id: str
    title: str
    created: str
    case_set: str
    machine: str
    model: ModelInfo
    settings: GenerationSettings
    repeats: int = 1
    settings_known: bool = True

    def to_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Run:
    """`cases` are the cases as they were when the run was made; empty where its file does not hold them."""

    info: RunInfo
    completions: tuple[Completion, ...] = ()
    failures: tuple[CaseFailure, ...] = ()
    cases: tuple[Case, ...] = ()


def _mapping(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{what} must be an object")
    return value


def _text(row: Mapping[str, object], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key} must be text")
    return value


def _number(row: Mapping[str, object], key: str) -> float:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{key} must be a number")
    return float(value)


def _integer(row: Mapping[str, object], key: str) -> int:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MAX_INTEGER:
        raise ValueError(f"{key} must be a whole number")
    return value


def _optional(row: Mapping[str, object], key: str) -> float | None:
    return None if row.get(key) is None else _number(row, key)


def _count(row: Mapping[str, object], key: str) -> int | None:
    return None if row.get(key) is None else _integer(row, key)


def model_from_json(value: object) -> ModelInfo:
    """Raises ValueError naming the field that is missing or of the wrong type."""
    row = _mapping(value, "model")
    return ModelInfo(
        id=_text(row, "id"),
        title=_text(row, "title"),
        name=_text(row, "name"),
        revision=_text(row, "revision"),
        device=_text(row, "device"),
        quantisation=_text(row, "quantisation"),
        context_tokens=_integer(row, "context_tokens"),
    )


def settings_from_json(value: object) -> GenerationSettings:
    """Raises ValueError naming the field that is missing or of the wrong type."""
    row = _mapping(value, "settings")
    return GenerationSettings(
        temperature=_number(row, "temperature"),
        max_new_tokens=_integer(row, "max_new_tokens"),
        seed=_integer(row, "seed"),
        style=PromptStyle(_text(row, "style")),
    )


def completion_from_json(value: object) -> Completion:
    """Raises ValueError naming the field that is missing or of the wrong type."""
    row = _mapping(value, "completion")
    return Completion(
        case_id=_text(row, "case_id"),
        text=_text(row, "text"),
        model=model_from_json(row.get("model")),
        settings=settings_from_json(row.get("settings")),
        prompt_hash=_text(row, "prompt_hash"),
        started=_text(row, "started"),
        finish=FinishReason(_text(row, "finish")),
        prompt_tokens=_count(row, "prompt_tokens"),
        completion_tokens=_count(row, "completion_tokens"),
        seconds_to_first_token=_optional(row, "seconds_to_first_token"),
        seconds=_number(row, "seconds"),
        repeat=_count(row, "repeat") or 0,
    )


def failure_from_json(value: object) -> CaseFailure:
    """Raises ValueError naming the field that is missing or of the wrong type."""
    row = _mapping(value, "failure")
    return CaseFailure(
        case_id=_text(row, "case_id"),
        stage=Stage(_text(row, "stage")),
        reason=_text(row, "reason"),
        partial=_text(row, "partial"),
        repeat=_count(row, "repeat") or 0,
    )


def run_info_from_json(value: object) -> RunInfo:
    """Raises ValueError naming the field that is missing or of the wrong type."""
    row = _mapping(value, "run")
    return RunInfo(
        id=_text(row, "id"),
        title=_text(row, "title"),
        created=_text(row, "created"),
        case_set=_text(row, "case_set"),
        machine=_text(row, "machine"),
        model=model_from_json(row.get("model")),
        settings=settings_from_json(row.get("settings")),
        repeats=_count(row, "repeats") or 1,
        settings_known=row.get("settings_known") is not False,
    )
