"""Reading the fields of what the browser sends: JSON that anybody may have written."""

from __future__ import annotations

from collections.abc import Mapping

from dipg_ui.views.explore import Notice


class InputRefused(Exception):
    """What was asked cannot be done; `notice` says why, and at which field."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.title)
        self.notice = notice


def read_object(payload: object) -> Mapping[str, object]:
    if not isinstance(payload, Mapping):
        raise InputRefused(Notice("The page sent something unreadable"))
    return payload


def read_text(row: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = row.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise InputRefused(Notice("The page sent something unreadable", f"{key} must be text."))
    return value


def read_number(row: Mapping[str, object], key: str, low: float, high: float, default: float | None = None) -> float:
    value = row.get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        what = key.replace("_", " ")
        raise InputRefused(Notice(f"{what.capitalize()} is out of range", f"It must be {low:g} to {high:g}.", key))
    return float(value)


def is_nudge(payload: object) -> bool:
    """Whether the page only asks for an answer that got lost on its way: any event makes Gradio deliver it."""
    return isinstance(payload, Mapping) and payload.get("action") == "nudge"
