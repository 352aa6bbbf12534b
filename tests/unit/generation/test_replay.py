from __future__ import annotations

from dipg_ui.generation.base import Delta, Finished
from dipg_ui.generation.replay import ReplayBackend
from dipg_ui.records import GenerationSettings
from tests.builders import a_completion


def test_a_replay_tells_the_stored_text_to_the_last_character() -> None:
    stored = a_completion(text="<think>\n  a\u202f54\u00a0Gy\t</think>\n\n<answer>" + "x" * 100 + "</answer> \n")
    events = list(ReplayBackend(stored, rate=0).stream((), GenerationSettings()))
    assert "".join(e.text for e in events if isinstance(e, Delta)) == stored.text
    assert events[-1] == Finished(stored.finish, 500, 40, 0.2, 1.5)


def test_a_replay_is_described_as_the_model_that_wrote_it() -> None:
    stored = a_completion(text="x")
    assert ReplayBackend(stored, rate=40).describe() == stored.model
