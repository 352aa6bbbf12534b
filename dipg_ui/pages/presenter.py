"""From a session to the messages that the page draws. A message holds what changed: page, live, result, run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dipg_ui.generation.base import Backend
from dipg_ui.pages.session import Session
from dipg_ui.records import completion_key
from dipg_ui.runner import Progress
from dipg_ui.services import Services
from dipg_ui.views.explore import (
    ModelChoice,
    Origin,
    PageState,
    case_summaries,
    live_json,
    page_json,
    result_json,
)
from evaluator.protocols import DEFAULT_THRESHOLD
from evaluator.types import Case

Message = dict[str, object]


@dataclass(frozen=True, slots=True)
class Revisions:
    page: int
    result: int
    run: int


class Presenter:
    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def default_model(self) -> str:
        return next(iter(self._services.backends), "")

    def revisions(self, session: Session) -> Revisions:
        return Revisions(session.page_rev, session.result_rev, session.run)

    def page(self, session: Session) -> Message:
        return {"run": session.run, "page": self._page(session)}

    def everything(self, session: Session) -> Message:
        return {**self.page(session), "result": self._result(session)}

    def since(self, session: Session, before: Revisions) -> Message:
        """What changed since `before`; a run that ended because the screen turned elsewhere is taken off it."""
        message: Message = {"run": session.run}
        if session.page_rev != before.page:
            message["page"] = self._page(session)
        if session.result_rev != before.result:
            message["result"] = self._result(session)
        if session.run != before.run:
            message["live"] = None
        return message

    def live(self, run: int, backend: Backend, case: Case, progress: Progress, *, stored: bool) -> Message:
        return {"run": run, "live": live_json(progress, run, backend.describe(), case.context, stored=stored)}

    def _page(self, session: Session) -> Message:
        state = PageState(
            rev=session.page_rev,
            cases=self._summaries(session),
            case=session.case,
            models=self._models(),
            model=session.model or self.default_model,
            settings=session.settings,
            threshold=DEFAULT_THRESHOLD if session.threshold is None else session.threshold,
            own=session.case is not None and session.case.id in session.own,
            notice=session.notice,
            upload=session.upload,
        )
        asked = session.question.to_json()
        return {**page_json(state), "completions": self._completions(session), "columns": asked}

    def _result(self, session: Session) -> Message | None:
        shown, case = session.shown, session.case
        if shown is None or case is None:
            return None
        run = shown.trace.run if shown.trace else None
        origin = Origin(
            rev=session.result_rev,
            key=shown.key,
            stored=run is not None,
            run_title=run.title if run else None,
            machine=run.machine if run else None,
            run=run.id if run else None,
        )
        return result_json(shown.completion, shown.assessment, case.context, origin)

    @cached_property
    def _shipped(self) -> dict[str, Message]:
        summaries = case_summaries(list(self._services.cases.values()), self._services.outcomes.by_case())
        return {str(summary["id"]): summary for summary in summaries}

    def _summaries(self, session: Session) -> list[Message]:
        """This visitor's own cases first, newest on top; then the shipped ones with this visitor's last outcomes."""
        mine = case_summaries(list(reversed(session.own.values())), session.outcomes)
        seen = [self._services.cases[key] for key in session.outcomes if key in self._services.cases]
        newer = {str(summary["id"]): summary for summary in case_summaries(seen, session.outcomes)}
        hidden = session.own.keys()
        return [*mine, *(newer.get(key, shipped) for key, shipped in self._shipped.items() if key not in hidden)]

    def _models(self) -> list[ModelChoice]:
        generating = [ModelChoice(each.describe(), each.status()) for each in self._services.backends.values()]
        stored = [ModelChoice(each.info, each.status, stored=True) for each in self._services.stored_models.values()]
        return generating + stored

    def _completions(self, session: Session) -> list[Message]:
        """The traces there are of the case on screen: the stored ones, then this visitor's, oldest first."""
        if session.case is None:
            return []
        traces = list(self._services.traces_of(session.case.id))
        on_screen = session.shown.trace if session.shown else None
        if on_screen is not None and all(trace.key != on_screen.key for trace in traces):
            traces.append(on_screen)  # it came from a run that does not ship
        stored = [{"id": trace.key, "title": trace.run.title, "stored": True} for trace in traces]
        mine = [
            {"id": completion_key(each), "title": f"{each.model.title}, {each.started[11:16]} UTC", "stored": False}
            for each in session.completions.values()
            if each.case_id == session.case.id
        ]
        return [*stored, *mine]
