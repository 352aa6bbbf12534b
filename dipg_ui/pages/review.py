"""The Review page: what its script asks, checked, and answered from the store.

The script asks with plain requests, not with Gradio's events: an event that is lost with its connection is lost
silently, and a judgement must not be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import gradio as gr

from dipg_ui.judgements import (
    HUB_MARK,
    MAX_DRAFT,
    MAX_REASON,
    Circumstances,
    ReviewEntry,
    judgement_from_json,
    reviewer_name,
)
from dipg_ui.pages.actions import MAX_THRESHOLD, MIN_THRESHOLD
from dipg_ui.pages.canvas import build_canvas
from dipg_ui.pages.fields import InputRefused, read_number, read_object, read_text
from dipg_ui.pages.sides import Sides
from dipg_ui.queues import DEFAULT_SAMPLE, MAX_SAMPLE, MAX_SEED, QueueAsk, QueueKind, queue_of
from dipg_ui.services import Services, offers_hub_login
from dipg_ui.store import Backlog, ReviewConflict, Saving, ScoredRun, Seat, StoredCompletion, UnknownRun, latest
from dipg_ui.views.agreement import Reviewed, agreement_json
from dipg_ui.views.explore import Notice
from dipg_ui.views.heads import heads_json, notice_json, scoring_json
from dipg_ui.views.page import Json
from dipg_ui.views.review import blind_json, entry_json, history_json, quotes_of, reveal_json
from dipg_ui.views.review_labels import Scale
from evaluator.evaluate import assess
from evaluator.parsing import parse_trace
from evaluator.protocols import DEFAULT_THRESHOLD

_E = TypeVar("_E", bound=StrEnum)

MAX_ID = 200
MAX_NONCE = 64
MAX_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Place:
    """Who is at which completion; `teaching` asks to see the protocols from the start."""

    seat: Seat
    stored: StoredCompletion
    teaching: bool


class LoggedOut(Exception):
    """Who asks does so in a name that a login gives, and is not logged in, or not any more."""


class ReviewHandlers:
    """`answer` may raise StoreError where the store cannot be used just now: the script then asks again."""

    def __init__(self, services: Services) -> None:
        self._store = services.store
        self._hub_login = offers_hub_login(services.settings)
        self._reviews = services.store.reviews
        self._sides = Sides(services.store)
        self._acts: Mapping[str, Callable[[Mapping[str, object]], Json]] = {
            "ping": lambda _: {},
            "open": self._open,
            "item": self._item,
            "draft": self._draft,
            "save": self._save,
            "undo": self._undo,
            "history": self._history,
            "agreement": self._agreement,
        }

    def answer(self, payload: object, user: str | None = None) -> Json:
        """What the script asked for; {"notice": …} where it is refused. `user` is who is logged in, None where nobody
        is: then a reviewer is the name that was typed. Raises LoggedOut."""
        try:
            row = {**read_object(payload), "user": user or ""}
            if user is not None:
                row["reviewer"] = _own_name(row, user)
            elif self._hub_login:
                _refuse_marked(row)
            act = self._acts.get(str(row.get("action")))
            if act is None:
                raise InputRefused(Notice("The page asked for something unknown"))
            return act(row)
        except InputRefused as refused:
            return {"notice": notice_json(refused.notice)}
        except ReviewConflict as error:
            return {"notice": notice_json(Notice("Not saved", str(error))), "conflict": True}
        except (UnknownRun, ValueError) as error:
            return {"notice": notice_json(Notice("This cannot be done", str(error)))}

    def _open(self, row: Mapping[str, object]) -> Json:
        heads = [head for head in self._store.heads() if head.done]
        wanted, reviewer = read_text(row, "run", ""), read_text(row, "reviewer", "")
        run = next((head.info.id for head in heads if head.info.id == wanted), heads[0].info.id if heads else "")
        shown: Json = {"heads": heads_json(heads), "run": run, "user": read_text(row, "user", "")}
        if wanted and run != wanted:
            said = f"There is no run “{wanted:.80}” with an answer; another one is shown."
            shown["notice"] = notice_json(Notice("This run is not here", said, error=False))
        if run:
            side = self._sides.get_soon(run)
            if isinstance(side, Backlog):
                shown["scoring"] = scoring_json(run, side)
            else:
                shown["queue"] = self._queue(run, side.run, _queue_ask(row), reviewer)
        return shown

    def _queue(self, run: str, scored: ScoredRun, asked: QueueAsk, reviewer: str) -> Json:
        name = reviewer_name(reviewer) if reviewer.strip() else ""
        judged = latest(self._reviews.entries(run, reviewer=name), blind=False) if name else {}
        begun = self._reviews.drafts(run, name) if name else frozenset()
        return {
            "kind": asked.kind.value,
            "n": asked.n,
            "seed": asked.seed,
            "title": asked.title,
            "total": len(scored.rows),
            "items": [
                {"key": key, "judged": (name, key) in judged, "begun": key in begun} for key in queue_of(scored, asked)
            ],
        }

    def _item(self, row: Mapping[str, object]) -> Json:
        place = self._place(row)
        if place.teaching:
            self._reviews.show(place.seat)
        entries = self._reviews.entries(place.seat.run, place.seat.key, place.seat.reviewer)
        shown: Json = {
            "item": blind_json(place.stored),
            "mine": entry_json(entries[-1]) if entries else None,
            "history": [entry_json(entry) for entry in entries],
            "draft": self._reviews.draft(place.seat),
            "reveal": None,
        }
        if self._reviews.is_shown(place.seat):
            shown["reveal"] = self._reveal(place.stored, entries[-1] if entries else None)
        return shown

    def _draft(self, row: Mapping[str, object]) -> Json:
        place, draft = self._place(row), row.get("draft")
        if draft is not None and len(json.dumps(draft)) > MAX_DRAFT:
            raise InputRefused(Notice("The draft is too long to be kept on the server", "Shorten the note."))
        return {"kept": self._reviews.keep_draft(place.seat, draft, int(read_number(row, "base", 0, 2**31, 0)))}

    def _save(self, row: Mapping[str, object]) -> Json:
        place = self._place(row)
        quotes = quotes_of(parse_trace(place.stored.completion.text))
        judgement = judgement_from_json(row.get("judgement"), quotes)
        saving = _saving(row, place.teaching)
        if saving.base and not saving.reason.strip():
            raise InputRefused(Notice("Say why you change it", "The first judgement is kept beside it.", "reason"))
        return self._kept(place, self._reviews.save(place.seat, judgement, saving))

    def _undo(self, row: Mapping[str, object]) -> Json:
        place = self._place(row)
        return self._kept(place, self._reviews.undo(place.seat, _saving(row, place.teaching)))

    def _kept(self, place: Place, entry: ReviewEntry) -> Json:
        entries = self._reviews.entries(place.seat.run, place.seat.key, place.seat.reviewer)
        return {
            "mine": entry_json(entry),
            "history": [entry_json(each) for each in entries],
            "reveal": self._reveal(place.stored, entry),
        }

    def _reveal(self, stored: StoredCompletion, entry: ReviewEntry | None) -> Json:
        assessment = assess(stored.case, stored.completion.text, threshold=DEFAULT_THRESHOLD)
        return reveal_json(stored, assessment, entry.judgement if entry else None)

    def _history(self, row: Mapping[str, object]) -> Json:
        run, name = read_text(row, "run"), reviewer_name(read_text(row, "reviewer"))
        side = self._sides.get_soon(run)
        if isinstance(side, Backlog):
            return {"scoring": scoring_json(run, side), "run": run}
        questions = {each.key: text for each, text in zip(side.run.rows, side.questions, strict=True)}
        return {"history": history_json(self._reviews.entries(run, reviewer=name), questions), "run": run}

    def _agreement(self, row: Mapping[str, object]) -> Json:
        run, blind = read_text(row, "run"), row.get("blind") is not False
        asker = read_text(row, "reviewer", "").strip()
        side = self._sides.get_soon(run)
        if isinstance(side, Backlog):
            return {"scoring": scoring_json(run, side), "run": run}
        reviewed = Reviewed(
            run=side.run,
            held=latest(self._reviews.entries(run), blind=blind),
            questions=side.questions,
            scale=_member(Scale, read_text(row, "scale", Scale.OVERALL.value)),
            threshold=read_number(row, "threshold", MIN_THRESHOLD, MAX_THRESHOLD, DEFAULT_THRESHOLD),
            blind=blind,
            asker=reviewer_name(asker) if asker else "",
        )
        return {"agreement": agreement_json(reviewed), "run": run}

    def _place(self, row: Mapping[str, object]) -> Place:
        run, key = read_text(row, "run"), read_text(row, "key")
        reviewer = reviewer_name(read_text(row, "reviewer"))
        stored = self._store.find(key, run) if len(run) <= MAX_ID and len(key) <= MAX_ID else None
        if stored is None:
            raise InputRefused(Notice("This answer is not here", "The run may have been deleted."))
        return Place(Seat(run, key, reviewer), stored, row.get("teaching") is True)


def _own_name(row: Mapping[str, object], user: str) -> str:
    """The login's name. What another reviewer judged in this browser and could not send yet is not taken for it."""
    given = row.get("reviewer")
    if row.get("action") not in {"open", "ping"} and given != user:
        said = f"You are logged in as {user}; this was judged as {given!s:.60}, who must log in to send it."
        raise InputRefused(Notice("This is another reviewer's", said))
    return user


def _refuse_marked(row: Mapping[str, object]) -> None:
    """Such a name is had by signing in and by nothing else."""
    name = read_text(row, "reviewer", "").strip()
    if name and reviewer_name(name).startswith(HUB_MARK):
        raise LoggedOut


def _queue_ask(row: Mapping[str, object]) -> QueueAsk:
    return QueueAsk(
        kind=_member(QueueKind, read_text(row, "kind", QueueKind.ALL.value)),
        n=int(read_number(row, "n", 1, MAX_SAMPLE, DEFAULT_SAMPLE)),
        seed=int(read_number(row, "seed", 0, MAX_SEED, 0)),
    )


def _saving(row: Mapping[str, object], teaching: bool) -> Saving:
    nonce, reason = read_text(row, "nonce"), read_text(row, "reason", "")
    if not 8 <= len(nonce) <= MAX_NONCE or not nonce.isascii():
        raise InputRefused(Notice("The page sent something unreadable", "A saving must be named."))
    if len(reason) > MAX_REASON:
        raise InputRefused(Notice("The reason is too long", f"It may have up to {MAX_REASON} characters.", "reason"))
    seconds = None if row.get("seconds") is None else read_number(row, "seconds", 0, MAX_SECONDS)
    queue = _queue_ask(row).title
    return Saving(int(read_number(row, "base", 0, 2**31, 0)), nonce, reason, Circumstances(queue, seconds, teaching))


def _member(members: type[_E], value: str) -> _E:
    try:
        return members(value)
    except ValueError:
        raise InputRefused(Notice("The page asked for something unknown", f"There is no {value!r:.80}.")) from None


def build_review_page(services: Services, blocks: gr.Blocks) -> None:  # noqa: ARG001 - the form of every page
    """Lay out the page inside the route of `blocks` at hand; its script asks for everything else."""
    build_canvas("review")
