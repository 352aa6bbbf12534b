"""What the Evaluate page asks for: the browser's JSON, checked and turned into values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dipg_ui.pages.actions import parse_settings
from dipg_ui.pages.column_question import Columns, Step, parse_columns
from dipg_ui.pages.fields import InputRefused, read_number, read_object, read_text
from dipg_ui.plans import RunPlan
from dipg_ui.records import GenerationSettings
from dipg_ui.views.explore import Notice
from evaluator.types import Case

MAX_CASES = 100_000
MAX_REPEATS = 100
MAX_TITLE = 120
MAX_WORDS = 200
MAX_ID = 300


@dataclass(frozen=True, slots=True)
class Show:
    """Only look: nothing changes. A `light` look is at how far the run is, without its answers."""

    light: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """`case_set` is the id of a set, `category` and `behaviour` narrow it ("" for all), `n` is how many cases of what
    is left are asked, from the first."""

    case_set: str
    category: str
    behaviour: str
    n: int
    repeats: int
    model: str
    settings: GenerationSettings
    title: str


class Steering(StrEnum):
    STOP = "stop"
    RESUME = "resume"
    RETRY = "retry"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Steer:
    """Do something to the run on screen."""

    how: Steering


@dataclass(frozen=True, slots=True)
class Search:
    """Which answers hold these words in text, context, question or expected answer."""

    words: str


@dataclass(frozen=True, slots=True)
class RefuseFile:
    """The browser did not send a file because of its size in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class FetchSet:
    """A data set of the hub, by the id that somebody typed."""

    id: str


RunAction = Show | Start | Steer | Search | RefuseFile | FetchSet | Columns


@dataclass(frozen=True, slots=True)
class RunRequest:
    """`run` is the one on screen, `known` the stamp of the table that the page has, `asked` numbers the requests."""

    action: RunAction
    run: str
    known: str
    asked: int


def parse_request(payload: object) -> RunRequest:
    """Raises InputRefused for anything that the page itself does not send, naming the field that is out of range."""
    row = read_object(payload)
    return RunRequest(
        _action(row),
        read_text(row, "run", ""),
        read_text(row, "known", ""),
        int(read_number(row, "asked", 0, 2**31, 0)),
    )


def _action(row: Mapping[str, object]) -> RunAction:
    name = row.get("action")
    if name == "show":
        return Show(light=row.get("light") is True)
    if name == "start":
        return _start(row)
    if name in set(Steering):
        return Steer(Steering(str(name)))
    if name == "search":
        return Search(read_text(row, "words")[:MAX_WORDS])
    if name == "refuse_file":
        return RefuseFile(read_text(row, "name"), int(read_number(row, "size", 0, math.inf)))
    if name == "fetch_set":
        return FetchSet(read_text(row, "id")[:MAX_ID])
    if name in set(Step):
        return parse_columns(row)
    raise InputRefused(Notice("The page asked for something unknown", f"There is no action {name!r:.80}."))


def _start(row: Mapping[str, object]) -> Start:
    return Start(
        case_set=read_text(row, "case_set"),
        category=read_text(row, "category", ""),
        behaviour=read_text(row, "behaviour", ""),
        n=int(read_number(row, "n", 1, MAX_CASES)),
        repeats=int(read_number(row, "repeats", 1, MAX_REPEATS, 1)),
        model=read_text(row, "model"),
        settings=parse_settings(row),
        title=read_text(row, "title", "").strip()[:MAX_TITLE],
    )


def make_plan(asked: Start, name: str, cases: Sequence[Case]) -> RunPlan:
    """`name` and `cases` are those of the set. Raises InputRefused where nothing is left of it."""
    chosen = [
        case
        for case in cases
        if asked.category in ("", case.category.value)
        and asked.behaviour in ("", case.behaviour.value if case.behaviour else "")
    ]
    if not chosen:
        raise InputRefused(Notice("No case is left to ask", "Choose another part of the set.", "n"))
    part = "" if len(chosen) <= asked.n == len(cases) else _part(asked, len(chosen))
    return RunPlan(
        cases=tuple(chosen[: asked.n]),
        case_set=name + part,
        model=asked.model,
        settings=asked.settings,
        repeats=asked.repeats,
        title=asked.title,
    )


def _part(asked: Start, left: int) -> str:
    """What of a set was asked, in words."""
    told = [each for each in (asked.category, asked.behaviour) if each]
    if asked.n < left:
        told.append(f"first {asked.n:,}")
    return f" ({', '.join(told)})" if told else ""
