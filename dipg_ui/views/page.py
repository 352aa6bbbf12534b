"""The part of the Explore page that changes seldom, as JSON: cases, the case on screen, models, settings, notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dipg_ui.generation.base import ModelState, ModelStatus
from dipg_ui.records import GenerationSettings, ModelInfo
from dipg_ui.views.offsets import encodable
from dipg_ui.views.wording import tone_of
from evaluator.types import Case, Outcome

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model of the picker. `stored` marks one that replays recorded completions."""

    info: ModelInfo
    status: ModelStatus
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to the user. `field` names the input it belongs to ("context", "question", "expected", "upload",
    "completion", "model", "temperature", "max_new_tokens", "seed"), None for the page as a whole."""

    title: str
    detail: str = ""
    field: str | None = None
    error: bool = True


@dataclass(frozen=True, slots=True)
class UploadNote:
    """What became of an uploaded file: its name, how many cases were kept, and what was wrong with the others."""

    name: str
    kept: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageState:
    """All of the page that changes seldom. `rev` grows with every change; `cases` comes from `case_summaries`;
    `own` says that the case on screen was typed in or uploaded by this user."""

    rev: int
    cases: Sequence[Json]
    case: Case | None
    models: Sequence[ModelChoice]
    model: str
    settings: GenerationSettings
    threshold: float
    own: bool = False
    notice: Notice | None = None
    upload: UploadNote | None = None


def case_summaries(cases: Sequence[Case], outcomes: Mapping[str, Mapping[str, Outcome]]) -> list[Json]:
    """One entry a case for the list. `outcomes` maps case id to protocol name to the last outcome."""
    return [_summary(case, outcomes.get(case.id)) for case in cases]


def page_json(page: PageState) -> Json:
    """The part of the page that changes seldom."""
    return {
        "rev": page.rev,
        "cases": list(page.cases),
        "case": None if page.case is None else _case(page.case, page.own),
        "models": [model_json(choice) for choice in page.models],
        "model": page.model,
        "settings": settings_json(page.settings),
        "threshold": page.threshold,
        "notice": None if page.notice is None else _notice(page.notice),
        "upload": None if page.upload is None else _upload(page.upload),
    }


def _summary(case: Case, outcomes: Mapping[str, Outcome] | None) -> Json:
    return {
        "id": encodable(case.id),
        "title": encodable(case.question.strip()[:240]),
        "category": case.category.value,
        "behaviour": None if case.behaviour is None else case.behaviour.value,
        "difficulty": case.difficulty.value,
        "genre": encodable(case.genre),
        "words": len(case.context.split()),
        "outcome": None
        if outcomes is None
        else {name: {"label": outcome.value, "tone": tone_of(outcome).value} for name, outcome in outcomes.items()},
    }


def _case(case: Case, own: bool) -> Json:
    return {
        "id": encodable(case.id),
        "context": encodable(case.context),
        "question": encodable(case.question),
        "expected": None if case.expected is None else encodable(case.expected),
        "behaviour": None if case.behaviour is None else case.behaviour.value,
        "category": case.category.value,
        "difficulty": case.difficulty.value,
        "probes": encodable(case.probes),
        "genre": encodable(case.genre),
        "own": own,
    }


def model_json(choice: ModelChoice) -> Json:
    status = choice.status
    return {
        "id": choice.info.id,
        "title": encodable(choice.info.title),
        "detail": encodable(status.detail),
        "trouble": encodable(status.trouble),
        "name": encodable(choice.info.name),
        "device": encodable(choice.info.device),
        "state": status.state.value,
        "progress": status.progress,
        "usable": status.state is not ModelState.UNAVAILABLE,
        "stored": choice.stored,
    }


def settings_json(settings: GenerationSettings) -> Json:
    return {
        "temperature": settings.temperature,
        "max_new_tokens": settings.max_new_tokens,
        "seed": settings.seed,
        "style": settings.style.value,
    }


def _notice(notice: Notice) -> Json:
    return {
        "tone": "error" if notice.error else "info",
        "title": encodable(notice.title),
        "detail": encodable(notice.detail),
        "field": notice.field,
    }


def _upload(note: UploadNote) -> Json:
    return {"name": encodable(note.name), "kept": note.kept, "problems": [encodable(text) for text in note.problems]}
