"""What the page asks for: the browser's JSON, checked and turned into values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dipg_ui.pages.column_question import Columns, Step, parse_columns
from dipg_ui.pages.fields import InputRefused, read_number, read_object, read_text
from dipg_ui.records import GenerationSettings, PromptStyle
from dipg_ui.views.explore import Notice

MAX_COMPLETION_CHARACTERS = 2_000_000
MAX_NEW_TOKENS = 4_096
MAX_TEMPERATURE = 2.0
MAX_SEED = 2**31 - 1
MIN_THRESHOLD, MAX_THRESHOLD = 50.0, 100.0


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
    Columns
    | OpenCase
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
    row = read_object(payload)
    match row.get("action"):
        case "open_case":
            return OpenCase(read_text(row, "id"))
        case "open_completion":
            return OpenCompletion(read_text(row, "id"))
        case "choose_model":
            return ChooseModel(read_text(row, "id"))
        case "set_threshold":
            return SetThreshold(read_number(row, "value", MIN_THRESHOLD, MAX_THRESHOLD))
        case "own_case":
            return OwnCase(read_text(row, "context"), read_text(row, "question"), read_text(row, "expected", ""))
        case "use_completion":
            return UseCompletion(_completion(row))
        case "refuse_upload":
            return RefuseUpload(read_text(row, "name"), int(read_number(row, "size", 0, math.inf)))
        case "dismiss":
            return Dismiss()
        case "forget_upload":
            return ForgetUpload()
        case "refresh":
            return Refresh()
        case "repeat":
            return Repeat()
        case str(step) if step in set(Step):
            return parse_columns(row)
        case other:
            raise InputRefused(Notice("The page asked for something unknown", f"There is no action {other!r:.80}."))


def parse_generation(payload: object) -> Ask | Replay:
    """Raises InputRefused naming the field that is out of range."""
    row = read_object(payload)
    if row.get("action") == "replay":
        return Replay(read_text(row, "completion"))
    return Ask(read_text(row, "model", ""), parse_settings(row))


def parse_settings(row: Mapping[str, object]) -> GenerationSettings:
    """What is not given keeps its default. Raises InputRefused naming the field that is out of range."""
    style = read_text(row, "style", PromptStyle.TAGS.value)
    if style not in set(PromptStyle):
        raise InputRefused(Notice("Unknown prompt style", f"{style:.80} is not one of {', '.join(PromptStyle)}."))
    default = GenerationSettings()
    return GenerationSettings(
        temperature=read_number(row, "temperature", 0.0, MAX_TEMPERATURE, default.temperature),
        max_new_tokens=int(read_number(row, "max_new_tokens", 1, MAX_NEW_TOKENS, default.max_new_tokens)),
        seed=int(read_number(row, "seed", 0, MAX_SEED, default.seed)),
        style=PromptStyle(style),
    )


def parse_asking(payload: object) -> int:
    """The number of the asking that a Generate or a Stop means; 0 where the page did not tell."""
    asked = payload.get("asked") if isinstance(payload, Mapping) else None
    return asked if isinstance(asked, int) else 0


def _completion(row: Mapping[str, object]) -> str:
    text = read_text(row, "text")
    if not text.strip():
        raise InputRefused(Notice("There is nothing to score", "Paste what a model answered.", "completion"))
    if len(text) > MAX_COMPLETION_CHARACTERS:
        said = f"It has {len(text):,} characters; {MAX_COMPLETION_CHARACTERS:,} are allowed."
        raise InputRefused(Notice("The completion is too long", said, "completion"))
    return text
