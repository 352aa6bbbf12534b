"""Stored runs as entries of a list."""

from __future__ import annotations

from collections.abc import Sequence

from dipg_ui.records import RunInfo
from dipg_ui.store import Backlog, RunHead, RunOrigin, RunState
from dipg_ui.views.explore import Notice
from dipg_ui.views.offsets import encodable
from dipg_ui.views.page import Json

_ORIGINS = {
    RunOrigin.RECORDED: "recorded",
    RunOrigin.IMPORTED: "imported",
    RunOrigin.GENERATED: "run here",
}
_GOING = frozenset({RunState.QUEUED, RunState.RUNNING})
_RESUMABLE = frozenset({RunState.STOPPED, RunState.INTERRUPTED})


def heads_json(heads: Sequence[RunHead]) -> list[Json]:
    return [_head(head) for head in heads]


def notice_json(notice: Notice | None) -> Json | None:
    if notice is None:
        return None
    return {
        "tone": "error" if notice.error else "info",
        "title": encodable(notice.title),
        "detail": encodable(notice.detail),
        "field": notice.field,
    }


def scoring_json(run_id: str, backlog: Backlog) -> Json:
    """How far the scoring of a run is."""
    return {
        "run": encodable(run_id),
        "done": backlog.total - backlog.left,
        "total": backlog.total,
        "again": backlog.again,
    }


def _head(head: RunHead) -> Json:
    info = head.info
    mine = head.origin is RunOrigin.GENERATED
    return {
        "id": encodable(info.id),
        "title": encodable(info.title),
        "model": encodable(info.model.title),
        "machine": encodable(info.machine),
        "created": info.created,
        "case_set": encodable(info.case_set),
        "origin": _ORIGINS[head.origin],
        "state": head.state.value,
        "settings": _settings(info),
        "total": head.total,
        "done": head.done,
        "failed": head.failed,
        "note": encodable(head.note),
        "going": head.state in _GOING,
        "resumable": mine and head.state in _RESUMABLE and head.left > 0,
        "retriable": mine and head.state not in _GOING and head.failed > 0,
    }


def _settings(info: RunInfo) -> str:
    if not info.settings_known:
        return "settings not given"
    told = info.settings
    repeats = f", {info.repeats} repeats" if info.repeats > 1 else ""
    return f"temperature {told.temperature:g}, seed {told.seed}, prompt {told.style.value}{repeats}"
