"""What the page asks for: the browser's JSON, checked and turned into values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dipg_ui.records import GenerationSettings, PromptStyle
from dipg_ui.views.explore import Notice

MAX_COMPLETION_CHARACTERS = 2_000_000
MAX_NEW_TOKENS = 4_096
MAX_TEMPERATURE = 2.0
MAX_SEED = 2**31 - 1
MIN_THRESHOLD, MAX_THRESHOLD = 50.0, 100.0


class InputRefused(Exception):
    """What was asked cannot be done; `notice` says why, and at which field."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.title)
        self.notice = notice


@dataclass(frozen=True, slots=True)
class OpenCase:
    id: str


@dataclass(frozen=True, slots=True)
class OpenCompletion:
    key: str


@dataclass(frozen=True, slots=True)
class ChooseModel:
    id: str


@dataclass(frozen=True, slots=True)
class SetThreshold:
    """`value` is a similarity, 50–100."""

    value: float


@dataclass(frozen=True, slots=True)
class OwnCase:
    context: str
    question: str
    expected: str


@dataclass(frozen=True, slots=True)
class UseCompletion:
    text: str


@dataclass(frozen=True, slots=True)
class RefuseUpload:
    """The browser did not send a file because of its size in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Dismiss:
    pass


@dataclass(frozen=True, slots=True)
class ForgetUpload:
    pass


@dataclass(frozen=True, slots=True)
class Refresh:
    """Say again what changes by itself: the models."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Say everything again: an answer may be lost."""


Action = (
    OpenCase
    | OpenCompletion
    | ChooseModel
    | SetThreshold
    | OwnCase
    | UseCompletion
    | RefuseUpload
    | Dismiss
    | ForgetUpload
    | Refresh
    | Repeat
)


@dataclass(frozen=True, slots=True)
class Ask:
    """Generate for the case on screen. `model` may be a stored run, which is replayed."""

    model: str
    settings: GenerationSettings


@dataclass(frozen=True, slots=True)
class Replay:
    """Tell one stored completion again."""

    key: str


def parse_action(payload: object) -> Action:
    """Raises InputRefused for anything that the page itself does not send."""
    row = _object(payload)
    match row.get("action"):
        case "open_case":
            return OpenCase(_text(row, "id"))
        case "open_completion":
            return OpenCompletion(_text(row, "id"))
        case "choose_model":
            return ChooseModel(_text(row, "id"))
        case "set_threshold":
            return SetThreshold(_number(row, "value", MIN_THRESHOLD, MAX_THRESHOLD))
        case "own_case":
            return OwnCase(_text(row, "context"), _text(row, "question"), _text(row, "expected", ""))
        case "use_completion":
            return UseCompletion(_completion(row))
        case "refuse_upload":
            return RefuseUpload(_text(row, "name"), int(_number(row, "size", 0, math.inf)))
        case "dismiss":
            return Dismiss()
        case "forget_upload":
            return ForgetUpload()
        case "refresh":
            return Refresh()
        case "repeat":
            return Repeat()
        case other:
            raise InputRefused(Notice("The page asked for something unknown", f"There is no action {other!r:.80}."))


def parse_generation(payload: object) -> Ask | Replay:
    """Raises InputRefused naming the field that is out of range."""
    row = _object(payload)
    if row.get("action") == "replay":
        return Replay(_text(row, "completion"))
    style = _text(row, "style", PromptStyle.TAGS.value)
    if style not in set(PromptStyle):
        raise InputRefused(Notice("Unknown prompt style", f"{style:.80} is not one of {', '.join(PromptStyle)}."))
    default = GenerationSettings()
    settings = GenerationSettings(
        temperature=_number(row, "temperature", 0.0, MAX_TEMPERATURE, default.temperature),
        max_new_tokens=int(_number(row, "max_new_tokens", 1, MAX_NEW_TOKENS, default.max_new_tokens)),
        seed=int(_number(row, "seed", 0, MAX_SEED, default.seed)),
        style=PromptStyle(style),
    )
    return Ask(_text(row, "model", ""), settings)


def parse_asking(payload: object) -> int:
    """The number of the asking that a Generate or a Stop means; 0 where the page did not tell."""
    asked = payload.get("asked") if isinstance(payload, Mapping) else None
    return asked if isinstance(asked, int) else 0


def _object(payload: object) -> Mapping[str, object]:
    if not isinstance(payload, Mapping):
        raise InputRefused(Notice("The page sent something unreadable"))
    return payload


def _text(row: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = row.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise InputRefused(Notice("The page sent something unreadable", f"{key} must be text."))
    return value


def _number(row: Mapping[str, object], key: str, low: float, high: float, default: float | None = None) -> float:
    value = row.get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        what = key.replace("_", " ")
        raise InputRefused(Notice(f"{what.capitalize()} is out of range", f"It must be {low:g} to {high:g}.", key))
    return float(value)


def _completion(row: Mapping[str, object]) -> str:
    text = _text(row, "text")
    if not text.strip():
        raise InputRefused(Notice("There is nothing to score", "Paste what a model answered.", "completion"))
    if len(text) > MAX_COMPLETION_CHARACTERS:
        said = f"It has {len(text):,} characters; {MAX_COMPLETION_CHARACTERS:,} are allowed."
        raise InputRefused(Notice("The completion is too long", said, "completion"))
    return text
