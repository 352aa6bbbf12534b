"""The Compare page: what is asked is read, the runs are fetched, and the view is shown.

The page comes with Gradio's event; what its script asks then comes by `compare_routes`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import gradio as gr

from dipg_ui.pages.actions import MAX_THRESHOLD, MIN_THRESHOLD
from dipg_ui.pages.canvas import bind, build_canvas
from dipg_ui.pages.fields import InputRefused, read_number, read_object, read_text
from dipg_ui.pages.sides import Sides
from dipg_ui.services import Services
from dipg_ui.store import Backlog, RunHead, StoreError
from dipg_ui.views.compare import Comparison, compare_json
from dipg_ui.views.explore import Notice
from dipg_ui.views.heads import heads_json, notice_json, scoring_json
from dipg_ui.views.page import Json
from evaluator.protocols import DEFAULT_THRESHOLD

Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """`run` and `other` are ids of runs, "" for none; `known` is the stamp of the table that the page has;
    `asked` numbers the page's requests. `follow`: the page only looks whether the runs have grown."""

    run: str = ""
    other: str = ""
    threshold: float = DEFAULT_THRESHOLD
    known: str = ""
    asked: int = 0
    follow: bool = False


def parse_asked(payload: object) -> Asked:
    """Raises InputRefused for anything that the page itself does not send."""
    row = read_object(payload)
    return Asked(
        run=read_text(row, "run", ""),
        other=read_text(row, "other", ""),
        threshold=read_number(row, "threshold", MIN_THRESHOLD, MAX_THRESHOLD, DEFAULT_THRESHOLD),
        known=read_text(row, "known", ""),
        asked=int(read_number(row, "asked", 0, 2**31, 0)),
        follow=row.get("follow") is True,
    )


def parse_query(query: Mapping[str, str]) -> Asked:
    """What an address asks for; a threshold that is none is left at its default."""
    try:
        threshold = float(query.get("threshold", ""))
    except ValueError:
        threshold = DEFAULT_THRESHOLD
    inside = MIN_THRESHOLD <= threshold <= MAX_THRESHOLD
    return Asked(query.get("run", ""), query.get("with", ""), round(threshold) if inside else DEFAULT_THRESHOLD)


class CompareHandlers:
    """They keep nothing of who asks: what is on screen stands in the address."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._sides = Sides(services.store)

    def show_page(self, request: gr.Request) -> Message:
        asked = parse_query({key: str(value) for key, value in dict(request.query_params).items()})
        return {"message": json.dumps(self._answer(asked), ensure_ascii=False, separators=(",", ":"))}

    def answer(self, payload: object) -> Json:
        """What the script asked for; {"notice": …} where it is refused."""
        try:
            return self._answer(parse_asked(payload))
        except InputRefused as refused:
            return {"notice": notice_json(refused.notice)}

    def _answer(self, asked: Asked) -> Json:
        try:
            return self._compare(asked)
        except StoreError as error:
            return {"notice": notice_json(Notice("The runs cannot be read", str(error))), "asked": asked.asked}

    def _compare(self, asked: Asked) -> Json:
        heads = self._services.store.heads()
        known = {head.info.id: head for head in heads}
        missing = [each for each in (asked.run, asked.other) if each and each not in known]
        run = asked.run if asked.run in known else _default_run(heads)
        other = asked.other if asked.other in known and asked.other != run else ""
        answer: Json = {
            "heads": heads_json(heads),
            "run": run,
            "other": other,
            "threshold": asked.threshold,
            "asked": asked.asked,
            "notice": notice_json(_unknown(missing[0])) if missing else None,
        }
        if run and known[run].done:
            answer |= self._view(run, other if other and known[other].done else "", asked)
        return answer

    def _view(self, run: str, other: str, asked: Asked) -> Json:
        """The charts of the runs, or how far they are scored."""
        first = self._sides.get_soon(run)
        if isinstance(first, Backlog):
            return {"scoring": scoring_json(run, first)}
        second = self._sides.get_soon(other) if other else None
        if isinstance(second, Backlog):
            return {"scoring": scoring_json(other, second)}
        comparison = Comparison(first, second, asked.threshold)
        unchanged = asked.follow and comparison.stamp == asked.known
        return {"view": {"stamp": asked.known} if unchanged else compare_json(comparison, asked.known)}


def _default_run(heads: tuple[RunHead, ...]) -> str:
    """The newest run that holds an answer."""
    return next((head.info.id for head in heads if head.done), heads[0].info.id if heads else "")


def _unknown(run_id: str) -> Notice:
    return Notice("This run is not here", f"There is no run “{run_id:.80}”; another one is shown.", error=False)


def build_compare_page(services: Services, blocks: gr.Blocks) -> None:
    """Lay out the page inside the route of `blocks` at hand, and bind its events."""
    handlers = CompareHandlers(services)
    canvas = build_canvas("compare", asks="dipg/compare")
    bind(blocks.load, handlers.show_page, None, [canvas])
