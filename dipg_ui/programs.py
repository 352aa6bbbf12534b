"""What a program may ask for, whichever way it comes in: by Gradio's API or by the Model Context Protocol.

A program sees what every visitor of the pages sees and no more: the built-in cases and the stored runs, which are kept
for everybody who uses the server. It does not see the cases and completions of a tab, nor drafts of reviews, and it
cannot delete, import or review. Every call counts against the allowance of its caller, who is known by address.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from math import ceil

from dipg_ui.allowance import Allowance
from dipg_ui.generation.base import Backend, ModelState
from dipg_ui.pages.actions import MAX_COMPLETION_CHARACTERS, MAX_THRESHOLD, MIN_THRESHOLD, parse_settings
from dipg_ui.pages.fields import InputRefused, read_number, read_text
from dipg_ui.pages.run_actions import MAX_CASES, MAX_REPEATS, MAX_TITLE, Start, make_plan
from dipg_ui.run_queue import RunRefused
from dipg_ui.runner import Phase, Progress, generate
from dipg_ui.services import Services
from dipg_ui.store import StoreError
from dipg_ui.views.charts.base import judge
from dipg_ui.views.offsets import encodable
from dipg_ui.views.page import Json
from dipg_ui.views.programs import (
    assessment_json,
    case_json,
    completion_json,
    head_json,
    rates_json,
    run_progress_json,
)
from evaluator.cases import check_text, make_case
from evaluator.evaluate import assess
from evaluator.types import Case

MAX_PAGE = 500
MAX_ACTIVE_RUNS = 8
MAX_RUN_ANSWERS = 10_000
_SET_TITLE = "Built-in cases"
_FAR = 10**9
_SECOND_COST = 8.0
"""Of a second of scoring, since a hostile text may take ten: in the long run one caller gets a quarter of a place."""
_PACE_SECONDS = 0.5

Row = Mapping[str, object]


class ProgramRefused(Exception):
    """What was asked cannot be done; the text says why and names the field."""


@dataclass(frozen=True, slots=True)
class Allowances:
    """How often one caller may look, score, generate and start runs."""

    look: Allowance = field(default_factory=lambda: Allowance(240, 240 / 60))
    score: Allowance = field(default_factory=lambda: Allowance(120, 120 / 60))
    generate: Allowance = field(default_factory=lambda: Allowance(20, 20 / 60))
    run: Allowance = field(default_factory=lambda: Allowance(10, 10 / 3_600))


class Programs:
    """Every method takes who asks and a row of fields of which no type is sure yet, and raises ProgramRefused."""

    def __init__(self, services: Services, allowances: Allowances | None = None) -> None:
        self._services = services
        self._allow = allowances or Allowances()

    def list_cases(self, caller: str, row: Row) -> Json:
        with _Asked(caller, self._allow.look):
            category, behaviour = read_text(row, "category", ""), read_text(row, "behaviour", "")
            chosen = [
                case
                for case in self._services.cases.values()
                if category in ("", case.category.value)
                and behaviour in ("", case.behaviour.value if case.behaviour else "")
            ]
            start, end = _page(row)
            return {"total": len(chosen), "cases": [case_json(case, whole=False) for case in chosen[start:end]]}

    def show_case(self, caller: str, row: Row) -> Json:
        with _Asked(caller, self._allow.look):
            return case_json(self._known(read_text(row, "case")), whole=True)

    def score(self, caller: str, row: Row) -> Json:
        with _Asked(caller, self._allow.score):
            completion = read_text(row, "completion")
            if len(completion) > MAX_COMPLETION_CHARACTERS:
                raise ProgramRefused(
                    f"completion has {len(completion):,} characters; {MAX_COMPLETION_CHARACTERS:,} are allowed."
                )
            threshold = read_number(row, "threshold", MIN_THRESHOLD, MAX_THRESHOLD, 85.0)
            case = self._case(row)
            began = time.monotonic()
            try:
                return assessment_json(case, assess(case, completion, threshold=threshold))
            finally:
                self._allow.score.charge(caller, (time.monotonic() - began) * _SECOND_COST)

    def list_models(self, caller: str, _row: Row) -> Json:
        with _Asked(caller, self._allow.look):
            return {"models": [_model(each) for each in self._services.backends.values()]}

    def generate(self, caller: str, row: Row) -> Generator[Json, None, None]:
        """What is written so far a few times a second, at last the completion with its verdicts."""
        with _Asked(caller, self._allow.generate):
            case, settings = self._case(row), parse_settings(row)
            backend = self._model(read_text(row, "model", ""))
        snapshots = generate(backend, case, settings, self._services.stopping)
        ended, told, since = False, None, 0.0
        try:
            for progress in snapshots:
                now = time.monotonic()
                if progress.phase != told or now - since >= _PACE_SECONDS:
                    told, since = progress.phase, now
                    yield _written(case, progress)
            ended = True
        finally:
            if not ended:
                # A caller that left ends this on the server's event loop, which must not wait for the model to let go.
                threading.Thread(target=snapshots.close, name="let-go", daemon=True).start()

    def start_run(self, caller: str, row: Row) -> Json:
        with _Asked(caller, self._allow.run):
            cases = list(self._services.cases.values())
            n = int(read_number(row, "n", 1, MAX_CASES, min(MAX_CASES, max(1, len(cases)))))
            repeats = int(read_number(row, "repeats", 1, MAX_REPEATS, 1))
            if min(n, len(cases)) * repeats > MAX_RUN_ANSWERS:
                raise ProgramRefused(f"n times repeats: at most {MAX_RUN_ANSWERS:,} answers in a run.")
            queue = self._services.run_queue
            if len(queue.active()) >= MAX_ACTIVE_RUNS:
                raise ProgramRefused(f"{MAX_ACTIVE_RUNS} runs are at work or waiting. Try again when one has ended.")
            start = Start(
                case_set="",
                category=read_text(row, "category", ""),
                behaviour=read_text(row, "behaviour", ""),
                n=n,
                repeats=repeats,
                model=self._model(read_text(row, "model", "")).describe().id,
                settings=parse_settings(row),
                title=read_text(row, "title", "").strip()[:MAX_TITLE],
            )
            return {"run": queue.start(make_plan(start, _SET_TITLE, cases))}

    def stop_run(self, caller: str, row: Row) -> Json:
        """As anybody can on the page."""
        with _Asked(caller, self._allow.look):
            run = read_text(row, "run")
            self._services.run_queue.stop(run)
            return {"run": run, "progress": run_progress_json(self._services.run_queue.progress(run))}

    def list_runs(self, caller: str, row: Row) -> Json:
        with _Asked(caller, self._allow.look):
            heads = self._services.store.heads()
            start, end = _page(row)
            return {"total": len(heads), "runs": [head_json(head) for head in heads[start:end]]}

    def run_summary(self, caller: str, row: Row) -> Json:
        with _Asked(caller, self._allow.look):
            run = read_text(row, "run")
            threshold = read_number(row, "threshold", MIN_THRESHOLD, MAX_THRESHOLD, 85.0)
            store = self._services.store
            # Asked first: a run that is told as finished is then told whole.
            progress = run_progress_json(self._services.run_queue.progress(run))
            told = head_json(store.head(run))
            judged = judge(store.scored(run), threshold)
            return {**told, "progress": progress, "threshold": threshold, "protocols": rates_json(judged)}

    def _case(self, row: Row) -> Case:
        """A built-in case by its id, or one of texts that the program brings."""
        known = read_text(row, "case", "")
        context, question = read_text(row, "context", ""), read_text(row, "question", "")
        expected = read_text(row, "expected", "")
        if known:
            if context or question or expected:
                raise ProgramRefused("Give either case, or context and question.")
            return self._known(known)
        problems = check_text(context, question, expected)
        if problems:
            raise ProgramRefused(" ".join(f"{each.field} {each.message}." for each in problems))
        return make_case(context, question, expected or None)

    def _known(self, case_id: str) -> Case:
        case = self._services.cases.get(case_id)
        if case is None:
            raise ProgramRefused(f"There is no case {case_id!r:.80}.")
        return case

    def _model(self, model: str) -> Backend:
        backends = self._services.backends
        if not model and backends:
            return next(iter(backends.values()))
        if model not in backends:
            raise ProgramRefused(f"There is no model {model!r:.80}; there are {', '.join(backends) or 'none'}.")
        return backends[model]


class _Asked:
    """Takes from the caller's allowance, and turns the errors of the domain into the one that programs know."""

    def __init__(self, caller: str, allowance: Allowance) -> None:
        self._caller, self._allowance = caller, allowance

    def __enter__(self) -> None:
        wait = self._allowance.spend(self._caller)
        if wait:
            raise ProgramRefused(f"Too many requests. Try again in {ceil(wait)} s.")

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, InputRefused):
            notice = error.notice
            raise ProgramRefused(f"{notice.title}. {notice.detail}".strip()) from error
        if isinstance(error, RunRefused | StoreError):
            raise ProgramRefused(str(error)) from error


def _page(row: Row) -> tuple[int, int]:
    start = int(read_number(row, "offset", 0, _FAR, 0))
    return start, start + int(read_number(row, "limit", 1, MAX_PAGE, 100))


def _model(backend: Backend) -> Json:
    info, status = backend.describe(), backend.status()
    return {
        "model": info.id,
        "title": info.title,
        "name": info.name,
        "device": info.device,
        "state": status.state.value,
        "usable": status.state is not ModelState.UNAVAILABLE,
        "detail": status.detail,
    }


def _written(case: Case, progress: Progress) -> Json:
    told: Json = {
        "phase": progress.phase.value,
        "text": encodable(progress.text),
        "place": progress.place,
        "detail": progress.detail,
        "tokens": progress.tokens,
    }
    if progress.phase is Phase.FAILED:
        raise ProgramRefused(progress.detail or "The model failed.")
    if progress.completion is None:
        return told
    done = progress.completion
    return {**told, "completion": completion_json(done), "assessment": assessment_json(case, assess(case, done.text))}
