"""What one visitor's tab holds, and how their actions change it. Nothing here is shared between visitors."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from dipg_ui.pages.actions import OwnCase
from dipg_ui.pages.column_question import ColumnQuestion
from dipg_ui.pages.fields import InputRefused
from dipg_ui.records import Completion, FinishReason, GenerationSettings, ModelInfo, completion_key
from dipg_ui.services import Services, StoredTrace
from dipg_ui.store import StoreError
from dipg_ui.views.explore import Notice, UploadNote
from evaluator.cases import check_text, make_case
from evaluator.evaluate import Assessment, assess, reassess
from evaluator.types import Case, Outcome

MAX_OWN_CASES = 300
MAX_OWN_CHARACTERS = 20_000_000
MAX_COMPLETIONS = 40
MAX_COMPLETION_CHARACTERS_KEPT = 10_000_000

_FIELD_TITLES = {"context": "The context", "question": "The question", "expected": "The expected answer"}
_PASTED = ModelInfo("pasted", "Pasted text", "pasted", "", "", "", 0)


@dataclass(frozen=True, slots=True)
class Shown:
    """The scored trace on screen. `trace` is None for one of this visitor's own."""

    key: str
    completion: Completion
    assessment: Assessment
    trace: StoredTrace | None = None


class Session:
    """One tab. `page_rev` and `result_rev` grow with every change of what they count; `run` numbers the
    generations of this tab, and grows too when the screen turns to something else, so that what a superseded
    generation still sends can be told and dropped. Handlers hold `lock` while they change anything.

    Not a dataclass: Gradio would turn that into a dict, field by field, for every visitor.
    """

    def __init__(self) -> None:
        self.case: Case | None = None
        self.own: dict[str, Case] = {}
        self.completions: dict[str, Completion] = {}
        self.outcomes: dict[str, dict[str, Outcome]] = {}
        self.shown: Shown | None = None
        self.model = ""
        self.settings = GenerationSettings()
        self.threshold: float | None = None
        self.notice: Notice | None = None
        self.upload: UploadNote | None = None
        self.question = ColumnQuestion()
        self.page_rev = 0
        self.result_rev = 0
        self.run = 0
        self.stop = threading.Event()
        self.asked = 0
        self.stopped = 0
        self.lock = threading.RLock()

    def __deepcopy__(self, memo: object) -> Session:
        """A fresh session: Gradio copies the initial value for each visitor, and a lock cannot be copied."""
        return Session()

    def show_case(self, case: Case, shown: Shown | None) -> None:
        self.end_run()
        self.case = case
        self.show_result(shown)
        self.page_rev += 1

    def show_result(self, shown: Shown | None) -> None:
        """Put a scored trace on screen. `outcomes` remembers what came of this visitor's own, for the case list."""
        self.shown = shown
        self.result_rev += 1
        self.page_rev += 1
        if shown is not None and shown.trace is None:
            outcomes = {each.protocol: each.outcome for each in shown.assessment.evaluations}
            self.outcomes[shown.completion.case_id] = outcomes

    def say(self, notice: Notice | None) -> None:
        if self.notice != notice:
            self.notice = notice
            self.page_rev += 1

    def forget_upload(self) -> None:
        """Take the note on an upload off the screen; its cases stay."""
        self.upload = None
        self.page_rev += 1

    def begin_run(self, asked: int = 0) -> tuple[int, threading.Event]:
        """The number of a new run and the event that stops it. The run before it, if any, is stopped, and the
        trace on screen makes room: should this one be stopped or fail, what it wrote is not shown beside another."""
        self.end_run()
        self.stop = threading.Event()
        self.asked = asked
        if 0 < asked <= self.stopped:
            self.stop.set()
        self.show_result(None)
        return self.run, self.stop

    def stop_run(self, asked: int = 0) -> None:
        """Stop the run of asking number `asked`, also where it has not begun yet."""
        self.stopped = max(self.stopped, asked)
        if asked == 0 or asked >= self.asked:
            self.stop.set()

    def end_run(self) -> None:
        self.stop.set()
        self.run += 1


def find_case(services: Services, session: Session, case_id: str) -> Case | None:
    return session.own.get(case_id) or services.cases.get(case_id)


def score(session: Session, case: Case, completion: Completion, trace: StoredTrace | None = None) -> Shown:
    key = trace.key if trace else completion_key(completion)
    return Shown(key, completion, assess(case, completion.text, threshold=session.threshold), trace)


def open_case(services: Services, session: Session, case_id: str) -> None:
    """Show a case with this visitor's newest trace of it, else the newest stored one. Raises InputRefused."""
    case = find_case(services, session, case_id)
    if case is None:
        raise InputRefused(_unknown("case", case_id))
    session.say(None)
    mine = [completion for completion in session.completions.values() if completion.case_id == case.id]
    stored = services.traces_of(case.id)
    if mine:
        session.show_case(case, score(session, case, mine[-1]))
    elif stored:
        session.show_case(case, score(session, case, stored[0].completion, stored[0]))
    else:
        session.show_case(case, None)


def open_completion(services: Services, session: Session, key: str) -> None:
    """Show a trace of the case on screen. Raises InputRefused for a key that is not of this case and visitor."""
    case = session.case
    if case is None:
        raise InputRefused(_unknown("trace", key))
    trace = next((trace for trace in services.traces_of(case.id) if trace.key == key), None)
    completion = trace.completion if trace else session.completions.get(key)
    if completion is None or completion.case_id != case.id:
        raise InputRefused(_unknown("trace", key))
    session.end_run()
    session.show_result(score(session, case, completion, trace))


def open_stored(services: Services, session: Session, key: str, run_id: str) -> bool:
    """Show a trace of any stored run, with its case as it was then; False where there is none of this key. `run_id`
    "" means the newest run that has it."""
    try:
        found = services.store.find(key, run_id or None)
    except StoreError:
        return False
    if found is None:
        return False
    trace = StoredTrace(key, found.completion, found.info)
    session.say(None)
    session.show_case(found.case, score(session, found.case, found.completion, trace))
    return True


def find_trace(services: Services, session: Session, case: Case, key: str) -> StoredTrace | None:
    """A stored trace of the case on screen: of a run that ships, or the one that is shown."""
    trace = next((trace for trace in services.traces_of(case.id) if trace.key == key), None)
    if trace is None and session.shown is not None and session.shown.key == key:
        return session.shown.trace
    return trace


def set_threshold(session: Session, value: float) -> None:
    """Score the trace on screen again at another threshold; its groundings are kept, so nothing is searched."""
    session.threshold = value
    shown = session.shown
    if shown is None or session.case is None:
        session.page_rev += 1
        return
    again = reassess(session.case, shown.assessment, value)
    session.shown = Shown(shown.key, shown.completion, again, shown.trace)
    session.result_rev += 1


def add_own_case(session: Session, typed: OwnCase) -> None:
    """Make a typed case the one on screen. Raises InputRefused naming the first field that is wrong."""
    problems = check_text(typed.context, typed.question, typed.expected)
    if problems:
        first = problems[0]
        said = [f"{_FIELD_TITLES.get(p.field, p.field)} {p.message}." for p in problems]
        raise InputRefused(Notice(said[0].rstrip("."), " ".join(said[1:]), first.field))
    case = make_case(typed.context, typed.question, typed.expected or None)
    if add_cases(session, [case]) == 0:
        raise InputRefused(_full("context"))
    session.say(None)
    session.show_case(case, None)


def add_cases(session: Session, cases: Iterable[Case]) -> int:
    """Keep as many as this visitor has room for; returns how many that was. The same id replaces what it named."""
    kept = 0
    used = sum(len(case.context) for case in session.own.values())
    for case in cases:
        used += len(case.context)
        if len(session.own) >= MAX_OWN_CASES or used > MAX_OWN_CHARACTERS:
            break
        session.own[case.id] = case
        kept += 1
    session.page_rev += 1
    return kept


def use_completion(session: Session, text: str) -> None:
    """Score pasted text against the case on screen. Raises InputRefused where there is none."""
    if session.case is None:
        raise InputRefused(Notice("There is no case to score against", "Choose a case first.", "completion"))
    completion = Completion(
        case_id=session.case.id,
        text=text,
        model=_PASTED,
        settings=session.settings,
        prompt_hash="",
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        finish=FinishReason.END_OF_TEXT,
        prompt_tokens=None,
        completion_tokens=None,
        seconds_to_first_token=None,
        seconds=0.0,
    )
    session.say(None)
    session.end_run()
    keep_completion(session, completion)
    session.show_result(score(session, session.case, completion))


def keep_completion(session: Session, completion: Completion) -> None:
    """Remember a completion for this visitor; the oldest go where there are too many or they are too long."""
    session.completions[completion_key(completion)] = completion
    while len(session.completions) > 1 and (
        len(session.completions) > MAX_COMPLETIONS
        or sum(len(kept.text) for kept in session.completions.values()) > MAX_COMPLETION_CHARACTERS_KEPT
    ):
        session.completions.pop(next(iter(session.completions)))


def _unknown(what: str, key: str) -> Notice:
    said = f"There is no {what} “{key:.80}” here. Cases and traces of your own are kept only while their tab is open."
    return Notice(f"This {what} was not found", said, error=False)


def _full(field_name: str) -> Notice:
    said = f"A tab keeps at most {MAX_OWN_CASES} cases of your own; a new tab starts empty."
    return Notice("There is no room for another case", said, field_name)
