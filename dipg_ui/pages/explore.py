"""The Explore page: layout and events. What the visitor asks is parsed, done to their session, and shown."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import gradio as gr

from dipg_ui.case_sets.files import ENDINGS, open_table
from dipg_ui.generation.base import Backend
from dipg_ui.pages import session as do
from dipg_ui.pages.actions import (
    Action,
    Ask,
    ChooseModel,
    Dismiss,
    ForgetUpload,
    OpenCase,
    OpenCompletion,
    OwnCase,
    Refresh,
    RefuseUpload,
    Repeat,
    Replay,
    SetThreshold,
    UseCompletion,
    parse_action,
    parse_asking,
    parse_generation,
)
from dipg_ui.pages.column_question import Columns, told_problems
from dipg_ui.pages.fields import InputRefused
from dipg_ui.pages.presenter import Message, Presenter
from dipg_ui.pages.session import Session
from dipg_ui.records import Completion, GenerationSettings
from dipg_ui.runner import Phase, Progress, generate
from dipg_ui.services import Services, StoredTrace
from dipg_ui.views.explore import Notice, UploadNote
from evaluator.cases import CaseFile
from evaluator.errors import EvaluatorError
from evaluator.types import Case

# Every generation holds a worker while it waits for its turn: the rest are for the events that take milliseconds.
MAX_GENERATIONS = 48
_CANVAS_SCRIPT = Path(__file__).with_name("canvas.js")
_FEED_SCRIPT = "watch('value', () => window.dipgReceive?.(props.value));"


@dataclass(frozen=True, slots=True)
class _Run:
    """One generation of one tab; `trace` where it is the replay of a stored one."""

    number: int
    stop: threading.Event
    case: Case
    settings: GenerationSettings
    backend: Backend
    trace: StoredTrace | None


class ExploreHandlers:
    """Gradio's events on the Explore page. Domain errors become a notice on the page here, and only here."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._present = Presenter(services)

    def show_page(self, session: Session, request: gr.Request) -> tuple[Message, Session]:
        """The first screen: what the permalink names, else the first case with its stored trace."""
        query = {key: str(value) for key, value in dict(request.query_params).items()}
        with session.lock:
            self._open(session, query.get("case", ""), query.get("completion", ""), query.get("run", ""))
            return self._present.everything(session), session

    def act(self, session: Session, event: gr.EventData) -> tuple[Message, Session]:
        with session.lock:
            before = self._present.revisions(session)
            try:
                self._do(session, parse_action(event._data))
            except InputRefused as refused:
                session.say(refused.notice)
            except EvaluatorError as error:
                session.say(Notice("This cannot be scored", str(error)))
            return self._present.since(session, before), session

    def start_generation(self, session: Session, event: gr.EventData) -> Generator[Message, None, None]:
        """One generation or replay for the case on screen: what was asked, then a message a frame."""
        with session.lock:
            run, first = self._begin(session, event._data)
        yield first
        if run is not None:
            yield from self._follow(session, run)

    def stop(self, session: Session, event: gr.EventData) -> None:
        session.stop_run(parse_asking(event._data))

    def upload(self, session: Session, path: str | None) -> tuple[Message, Session]:
        """Read the cases of an uploaded file, keep them for this visitor, and remove the file."""
        with session.lock:
            before = self._present.revisions(session)
            if path is not None:
                self._read_upload(session, Path(path))
            return self._present.since(session, before), session

    def _open(self, session: Session, case_id: str, key: str, run_id: str) -> None:
        """What a permalink names; where that is not here, a notice and the first case. The answers of runs that do
        not ship are looked up in the store."""
        try:
            elsewhere = run_id or all(trace.key != key for trace in self._services.traces_of(case_id))
            if not (key and elsewhere and do.open_stored(self._services, session, key, run_id)) and case_id:
                do.open_case(self._services, session, case_id)
                if key:
                    do.open_completion(self._services, session, key)
        except InputRefused as refused:
            session.say(refused.notice)
        notice = session.notice or _told(self._services.problems)
        if session.case is None and self._services.cases:
            do.open_case(self._services, session, next(iter(self._services.cases)))
        session.say(notice)

    def _do(self, session: Session, action: Action) -> None:
        match action:
            case OpenCase(case_id):
                do.open_case(self._services, session, case_id)
            case OpenCompletion(key):
                do.open_completion(self._services, session, key)
            case ChooseModel(model_id):
                session.model = model_id
                if (backend := self._services.backends.get(model_id)) is not None:
                    backend.load()
                session.page_rev += 1
            case SetThreshold(value):
                do.set_threshold(session, value)
            case OwnCase():
                do.add_own_case(session, action)
            case UseCompletion(text):
                do.use_completion(session, text)
            case RefuseUpload(name, size):
                said = f"{name:.120} has {size / 2**20:,.0f} MB; a file of cases may have up to 50 MB. Split it."
                session.say(Notice("The file is too large", said, "upload"))
            case Columns() as given:
                session.page_rev += 1
                if (file := session.question.answer(given)) is not None:
                    self._take_cases(session, file)
            case Dismiss():
                session.say(None)
            case ForgetUpload():
                session.forget_upload()
            case Refresh():
                session.page_rev += 1
            case Repeat():
                session.page_rev += 1
                session.result_rev += 1

    def _choose(self, session: Session, asked: Ask | Replay) -> tuple[Backend, StoredTrace | None]:
        """What is to answer for the case on screen; the trace where it is a stored one. Raises InputRefused."""
        case = session.case
        if case is None:
            raise InputRefused(Notice("There is no case to answer", "Choose a case first."))
        if isinstance(asked, Replay):
            trace = do.find_trace(self._services, session, case, asked.key)
        else:
            session.model = asked.model or session.model
            session.settings = asked.settings
            if (backend := self._services.backends.get(session.model or self._present.default_model)) is not None:
                return backend, None
            stored = self._services.stored_models.get(session.model)
            if stored is None:
                raise InputRefused(Notice("This model is not here", "Choose one from the list.", "model"))
            trace = stored.traces.get(case.id)
        if trace is None:
            raise InputRefused(Notice("This run holds no trace for this case", "Choose another model.", "model"))
        return self._services.replay(trace), trace

    def _begin(self, session: Session, payload: object) -> tuple[_Run | None, Message]:
        try:
            backend, trace = self._choose(session, parse_generation(payload))
        except InputRefused as refused:
            session.say(refused.notice)
            return None, self._present.page(session)
        assert session.case is not None  # noqa: S101 - _choose refuses without a case
        session.say(None)
        number, stop = session.begin_run(parse_asking(payload))
        run = _Run(number, stop, session.case, session.settings, backend, trace)
        return run, {**self._present.everything(session), **self._live(run, Progress(Phase.QUEUED))}

    def _follow(self, session: Session, run: _Run) -> Generator[Message, None, None]:
        snapshots = generate(run.backend, run.case, run.settings, run.stop)
        ended = False
        try:
            for progress in snapshots:
                with session.lock:
                    if session.run != run.number or self._services.stopping.is_set():
                        break
                    message = self._live(run, progress)
                    if progress.phase is Phase.DONE and progress.completion is not None:
                        self._keep(session, run, progress.completion)
                        message |= self._present.everything(session)
                yield message
            ended = True
        finally:
            run.stop.set()
            if ended:
                snapshots.close()
            else:
                # A closed tab ends this on the server's event loop, which must not wait for the model to let go.
                threading.Thread(target=snapshots.close, name="let-go", daemon=True).start()

    def _keep(self, session: Session, run: _Run, completion: Completion) -> None:
        try:
            shown = do.score(session, run.case, completion, run.trace)
        except EvaluatorError as error:
            session.say(Notice("This cannot be scored", str(error)))
            return
        if run.trace is None:
            do.keep_completion(session, completion)
        session.show_result(shown)

    def _live(self, run: _Run, progress: Progress) -> Message:
        return self._present.live(run.number, run.backend, run.case, progress, stored=run.trace is not None)

    def _read_upload(self, session: Session, path: Path) -> None:
        try:
            file = session.question.read(open_table(path))
        except EvaluatorError as error:
            session.say(Notice("The file cannot be read", str(error), "upload"))
            return
        finally:
            path.unlink(missing_ok=True)
        session.say(None)
        session.page_rev += 1
        if file is not None:
            self._take_cases(session, file)

    def _take_cases(self, session: Session, file: CaseFile) -> None:
        shipped = self._services.cases
        cases = [replace(case, id=f"own-{case.id}") if case.id in shipped else case for case in file.cases]
        kept = do.add_cases(session, cases)
        problems = told_problems(file)
        if kept < len(cases):
            problems.append(f"{len(cases) - kept:,} good cases were left out: a tab keeps {do.MAX_OWN_CASES} at most")
        session.upload = UploadNote(file.name, kept, tuple(problems))
        if kept:
            do.open_case(self._services, session, cases[0].id)
            session.say(None)


def _told(problems: Sequence[str]) -> Notice | None:
    if not problems:
        return None
    more = f" and {len(problems) - 3:,} more" if len(problems) > 3 else ""
    return Notice("Not everything could be set up", "; ".join(problems[:3]) + more, error=False)


def build_explore_page(services: Services, blocks: gr.Blocks) -> None:
    """Lay out the page inside `blocks`, which must be the context at hand, and bind its events."""
    handlers = ExploreHandlers(services)
    session = gr.State(Session())
    canvas = gr.HTML(
        {},
        html_template='<div class="dipg" id="dipg-root"></div>',
        js_on_load=_CANVAS_SCRIPT.read_text(encoding="utf-8"),
        head='<script src="dipg/explore.js"></script>',
        apply_default_css=False,
        elem_id="dipg-canvas",
    )
    feed = gr.HTML({}, html_template="<i></i>", js_on_load=_FEED_SCRIPT, visible="hidden", elem_id="dipg-feed")
    with gr.Column(visible="hidden", elem_id="dipg-upload"):  # the page has a button of its own, which presses this
        file = gr.UploadButton("Upload cases", file_types=list(ENDINGS), type="filepath")
    quiet = partial(_bind, show_progress="hidden", trigger_mode="multiple", api_visibility="private")
    quiet(canvas.act, handlers.act, [session], [canvas, session])
    quiet(canvas.stop, handlers.stop, [session], None)
    quiet(canvas.generate, handlers.start_generation, [session], [feed], concurrency_limit=MAX_GENERATIONS)
    quiet(file.upload, handlers.upload, [session, file], [canvas, session])
    quiet(blocks.load, handlers.show_page, [session], [canvas, session])


def _bind(
    event: Callable[..., object],
    handler: Callable[..., object],
    inputs: Sequence[gr.Component],
    outputs: Sequence[gr.Component] | None,
    **options: object,
) -> None:
    event(handler, inputs, outputs, **{"concurrency_limit": None, **options})
