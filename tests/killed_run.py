"""A run that is made to be killed: a model of a few milliseconds, and each case told once it is on disk."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from random import Random

from dipg_ui.engine import Result, Watcher, work_off
from dipg_ui.generation.base import Delta, Finished, StreamEvent
from dipg_ui.generation.replay import ReplayBackend
from dipg_ui.records import Completion, FinishReason, GenerationSettings, Message, completion_key
from dipg_ui.store import RunStore
from tests.builders import a_completion, a_trace


class Steady(ReplayBackend):
    """Answers every case in a few milliseconds with a text that only this case and seed get."""

    def __init__(self, lanes: int) -> None:
        super().__init__(a_completion(), rate=0)
        self._lanes = lanes
        self._random = Random()

    @property
    def parallel(self) -> int:
        return 2 * self._lanes  # of which a run takes half

    def stream(self, messages: Sequence[Message], settings: GenerationSettings) -> Generator[StreamEvent, None, None]:
        case = messages[-1].content.rpartition("Question ")[2].split("?")[0]
        for piece in (a_trace(answer=f"case {case}, seed {settings.seed}"), " " * self._random.randrange(3)):
            time.sleep(self._random.uniform(0.0, 0.004))
            yield Delta(piece)
        yield Finished(FinishReason.ANSWER_CLOSED, 100, 20, 0.001, 0.004)


def work(url: str, run_id: str, lanes: int, say: Callable[[object], None]) -> None:
    """Go on with the run; says "claimed", then case, repeat and key of each completion once on disk, then "ended"."""
    store = RunStore(url)
    lease = store.claim(run_id)
    say("claimed")

    def kept(result: Result) -> None:
        assert isinstance(result, Completion)
        say((result.case_id, result.repeat, completion_key(result)))

    work_off(store, Steady(lanes), lease, Watcher(kept=kept))
    say("ended")
    store.close()
