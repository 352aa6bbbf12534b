"""The Evaluate page: runs are started, watched, stopped and gone on with; what came of them is shown."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import gradio as gr

from dipg_ui.case_sets.files import ENDINGS, open_table
from dipg_ui.case_sets.hub import hub_for_page, open_hub_set, parse_hub_set
from dipg_ui.openenv_cases import check_allowed, fetch_cases, is_openenv
from dipg_ui.pages.canvas import bind, build_canvas
from dipg_ui.pages.column_question import MAX_SHOWN_PROBLEMS, ColumnQuestion, Columns, told_problems
from dipg_ui.pages.fields import InputRefused, is_nudge
from dipg_ui.pages.run_actions import (
    FetchSet,
    RefuseFile,
    RunRequest,
    Search,
    Show,
    Start,
    Steer,
    Steering,
    make_plan,
    parse_request,
)
from dipg_ui.pages.sides import Sides
from dipg_ui.run_queue import RunRefused
from dipg_ui.services import Services
from dipg_ui.store import Backlog, RunFileError, RunOrigin, StoreError
from dipg_ui.store.imports import read_runs_file
from dipg_ui.views.evaluate import CaseSet, form_json, progress_json, run_json
from dipg_ui.views.explore import ModelChoice, Notice, UploadNote
from dipg_ui.views.heads import heads_json, notice_json, scoring_json
from evaluator.cases import CaseFile, CaseTable
from evaluator.errors import EvaluatorError
from evaluator.types import Case

BUILT_IN, UPLOADED = "built-in", "uploaded"

Message = dict[str, str]
Reply = dict[str, object]


class EvaluateSession:
    """What one tab brought, and what it is asked about it. Handlers hold `lock` while they change it.

    Not a dataclass: Gradio would turn that into a dict, field by field, for every visitor.
    """

    def __init__(self) -> None:
        self.uploaded: tuple[Case, ...] = ()
        self.note: UploadNote | None = None
        self.question = ColumnQuestion()
        self.lock = threading.RLock()

    def __deepcopy__(self, memo: object) -> EvaluateSession:
        """A fresh one: Gradio copies the initial value for each visitor, and a lock cannot be copied."""
        return EvaluateSession()


class EvaluateHandlers:
    """Gradio's events on the Evaluate page. Errors of the domain become a notice on the page here, and only here."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._sides = Sides(services.store)

    def show_page(self, session: EvaluateSession, request: gr.Request) -> tuple[Message, EvaluateSession]:
        run = str(dict(request.query_params).get("run", ""))
        with session.lock:
            return self._answer(session, RunRequest(Show(), run, "", 0), form=True), session

    def act(self, session: EvaluateSession, event: gr.EventData) -> Message:
        if is_nudge(event._data):
            return _message({})
        with session.lock:
            try:
                asked = parse_request(event._data)
            except InputRefused as refused:
                return _message({"notice": notice_json(refused.notice)})
            return self._answer(session, asked)

    def upload(self, session: EvaluateSession, path: str | None) -> tuple[Message, EvaluateSession]:
        """Read the cases of an uploaded file, keep them for this tab, and remove the file."""
        with session.lock:
            notice = None if path is None else self._read_cases(session, Path(path))
            return _message({"form": self._form(session), "notice": notice_json(notice)}), session

    def import_runs(self, session: EvaluateSession, path: str | None) -> Message:
        """Store the runs of an uploaded file, for everybody, and remove the file."""
        if path is None:
            return _message({})
        run, notice = self._read_runs(Path(path))
        with session.lock:
            reply: Reply = {}
            if run:
                reply = self._show(run, "", light=False)
            return _message({**reply, "notice": notice_json(notice)})

    def _answer(self, session: EvaluateSession, asked: RunRequest, *, form: bool = False) -> Message:
        reply: Reply = {"asked": asked.asked, "form": self._form(session)} if form else {"asked": asked.asked}
        run, notice = asked.run, None
        try:
            run = self._do(session, asked, reply)
        except InputRefused as refused:
            notice = refused.notice
        except (RunRefused, StoreError) as error:
            notice = Notice(_REFUSALS.get(type(asked.action), "This did not work"), str(error))
        try:
            light = isinstance(asked.action, Show) and asked.action.light
            reply |= self._show(run, asked.known, light=light)
        except StoreError as error:
            notice = Notice("The runs cannot be read", str(error))
        if notice is not None:
            reply["notice"] = notice_json(notice)
        return _message(reply)

    def _do(self, session: EvaluateSession, asked: RunRequest, reply: Reply) -> str:
        """Returns the run that is to be on screen."""
        queue, store = self._services.run_queue, self._services.store
        match asked.action:
            case Start() as start:
                reply["started"] = True
                return queue.start(make_plan(start, *self._chosen(session, start.case_set)))
            case Steer(Steering.STOP):
                queue.stop(asked.run)
            case Steer(Steering.RESUME):
                queue.resume(asked.run)
            case Steer(Steering.RETRY):
                queue.resume(asked.run, retry_failed=True)
            case Steer(Steering.DELETE):
                store.delete(asked.run)
                return ""
            case Search(words):
                reply["found"] = {"words": words, "keys": sorted(store.search(asked.run, words))}
            case RefuseFile(name, size):
                said = f"{name:.120} has {size / 2**20:,.0f} MB; a file may have up to 50 MB. Split it."
                raise InputRefused(Notice("The file is too large", said, "upload"))
            case FetchSet(set_id):
                name = self._fetch(session, set_id)
                reply |= {"form": self._form(session), "notice": notice_json(Notice("Fetched:", name, error=False))}
            case Columns() as given:
                if (file := session.question.answer(given)) is not None:
                    self._use(session, file)
                reply["form"] = self._form(session)
            case Show():
                pass
        return asked.run

    def _show(self, wanted: str, known: str, *, light: bool) -> Reply:
        heads = self._services.store.heads()
        ids = [head.info.id for head in heads]
        run = wanted if wanted in ids else next(iter(ids), "")
        shown: Reply = {"heads": heads_json(heads), "run": run}
        if wanted and run != wanted:
            text = f"There is no run “{wanted:.80}”."
            shown["notice"] = notice_json(Notice("This run is not here", text, error=False))
        if run:
            shown["progress"] = progress_json(self._services.run_queue.progress(run))
            if not light:
                side = self._sides.get_soon(run)
                if isinstance(side, Backlog):
                    shown["scoring"] = scoring_json(run, side)
                else:
                    shown["view"] = run_json(side, known)
        return shown

    def _form(self, session: EvaluateSession) -> Reply:
        models = [ModelChoice(each.describe(), each.status()) for each in self._services.backends.values()]
        asked = session.question.to_json()
        return {**form_json(self._sets(session), models, session.note), "columns": asked}

    def _sets(self, session: EvaluateSession) -> list[CaseSet]:
        sets = [CaseSet(BUILT_IN, "Built-in cases", tuple(self._services.cases.values()))]
        if session.uploaded and session.note is not None:
            sets.append(CaseSet(UPLOADED, session.note.name, session.uploaded, shared=False))
        return sets

    def _chosen(self, session: EvaluateSession, set_id: str) -> tuple[str, tuple[Case, ...]]:
        for each in self._sets(session):
            if each.id == set_id:
                return each.title, tuple(each.cases)
        raise InputRefused(Notice("This set is not here", "An uploaded set is kept only while its tab is open."))

    def _read_cases(self, session: EvaluateSession, path: Path) -> Notice | None:
        try:
            self._take(session, open_table(path))
        except EvaluatorError as error:
            return Notice("The file cannot be read", str(error), "upload")
        finally:
            path.unlink(missing_ok=True)
        return None

    def _fetch(self, session: EvaluateSession, set_id: str) -> str:
        """Take the cases of a data set of the hub, or of an OpenEnv server. Returns what they are called."""
        settings = self._services.settings
        try:
            if is_openenv(set_id):
                check_allowed(set_id, settings)
                file = fetch_cases(set_id)
                self._use(session, file)
                return file.name
            table = open_hub_set(parse_hub_set(set_id), hub_for_page(settings))
        except EvaluatorError as error:
            raise InputRefused(Notice("The data set cannot be used", str(error))) from error
        self._take(session, table)
        return table.name

    def _take(self, session: EvaluateSession, table: CaseTable) -> None:
        if (file := session.question.read(table)) is not None:
            self._use(session, file)

    def _use(self, session: EvaluateSession, file: CaseFile) -> None:
        session.question.drop()
        if file.cases:
            session.uploaded = file.cases
        session.note = UploadNote(file.name, len(file.cases), tuple(told_problems(file)))

    def _read_runs(self, path: Path) -> tuple[str, Notice]:
        """The id of the first run that was stored, "" for none, and what became of the file."""
        try:
            file = read_runs_file(path.read_bytes(), path.name, self._services.cases)
            ids = [self._services.store.add_run(run, RunOrigin.IMPORTED) for run in file.runs]
        except (OSError, RunFileError, StoreError) as error:
            return "", Notice("The file cannot be imported", str(error), "upload")
        finally:
            path.unlink(missing_ok=True)
        told = "; ".join(file.problems[:MAX_SHOWN_PROBLEMS])
        answers = sum(len(run.completions) for run in file.runs)
        said = f"{len(ids):,} run{'' if len(ids) == 1 else 's'} with {answers:,} answers. {told}".strip()
        return ids[0] if ids else "", Notice(f"{path.name} was imported", said, error=False)


_REFUSALS = {Start: "The run cannot be started", Steer: "This cannot be done to the run"}


def _message(value: Reply) -> Message:
    return {"message": json.dumps(value, ensure_ascii=False, separators=(",", ":"))}


def build_evaluate_page(services: Services, blocks: gr.Blocks) -> None:
    """Lay out the page inside the route of `blocks` at hand, and bind its events."""
    handlers = EvaluateHandlers(services)
    session = gr.State(EvaluateSession())
    canvas = build_canvas("evaluate")
    with gr.Column(visible="hidden", elem_id="dipg-upload"):  # the page has buttons of its own, which press these
        cases = gr.UploadButton("Upload cases", file_types=list(ENDINGS), type="filepath")
        runs = gr.UploadButton("Import a run", file_types=[".jsonl", ".json"], type="filepath")
    bind(canvas.act, handlers.act, [session], [canvas])
    bind(cases.upload, handlers.upload, [session, cases], [canvas, session])
    bind(runs.upload, handlers.import_runs, [session, runs], [canvas])
    bind(blocks.load, handlers.show_page, [session], [canvas, session])
