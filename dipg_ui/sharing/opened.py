"""A stored run with what every protocol makes of it, opened to be written in another form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dipg_ui.prompts import build_messages, prompt_hash
from dipg_ui.records import Completion, Message, Run, completion_key
from dipg_ui.store import RunStore, ScoredRun
from dipg_ui.views.charts.base import Judged, judge
from evaluator.protocols import DEFAULT_THRESHOLD
from evaluator.types import Case


@dataclass(frozen=True, slots=True)
class Answer:
    """A completion with its case, and its `row` in the columns."""

    row: int
    case: Case
    completion: Completion


@dataclass(frozen=True, slots=True, eq=False)
class OpenedRun:
    """`run.completions` run parallel to the rows of `scored`."""

    run: Run
    scored: ScoredRun

    def judged(self) -> Judged:
        return judge(self.scored, DEFAULT_THRESHOLD)

    def answers(self) -> Iterator[Answer]:
        own = {case.id: case for case in self.run.cases}
        for row, done in enumerate(self.run.completions):
            yield Answer(row, own[done.case_id], done)


def open_run(store: RunStore, run_id: str) -> OpenedRun:
    """A run at work may grow between the two readings: what is not scored yet is left out. Raises StoreError."""
    scored = store.scored(run_id)
    run = store.load(run_id)
    known = {row.key for row in scored.rows}
    done = tuple(completion for completion in run.completions if completion_key(completion) in known)
    return OpenedRun(replace(run, completions=done), scored)


def prompt_of(answer: Answer) -> tuple[Message, ...] | None:
    """What was asked, where today's prompts still give the text that the stored fingerprint is of; None where the
    prompt was another one, as in a run of other software."""
    for examples in (True, False):
        messages = build_messages(answer.case, answer.completion.settings.style, examples=examples)
        if prompt_hash(messages) == answer.completion.prompt_hash:
            return messages
    return None
