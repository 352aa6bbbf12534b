"""Several answers written at once: what each gets is what it gets alone."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dipg_ui.records import FinishReason, GenerationSettings
from tests.tiny_models import save_tiny_model, tiny_tokenizer

WINDOW = 32  # of the sliding layers of the tiny models


@pytest.fixture(scope="module", params=["text only", "multimodal"])
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """In float32, where no two tokens are as good as equally likely."""
    import torch
    from transformers import AutoModelForCausalLM

    folder: Path = save_tiny_model(tmp_path_factory.mktemp("tiny"), multimodal=request.param == "multimodal")
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def a_decoder(model: Any, ends: tuple[int, ...] = ()) -> Any:
    from dipg_ui.generation.decoding import Decoder

    return Decoder(model, tiny_tokenizer(), ends, guard_loops=True)


@dataclass
class Asked:
    """A prompt of random tokens, how many tokens are wanted, when it comes and when it is given up."""

    length: int
    tokens: int = 12
    temperature: float = 0.0
    comes: int = 0
    goes: int = 10_000
    heard: list[Any] = field(default_factory=list)

    def run(self, decoder: Any) -> Any:
        import torch

        from dipg_ui.generation.decoding import Prompt

        generator = torch.Generator().manual_seed(self.length)
        ids = torch.randint(8, 400, (self.length,), generator=generator).tolist()
        settings = GenerationSettings(self.temperature, self.tokens, seed=self.length)
        return decoder.run(Prompt((2, *ids), self.length // 2), settings)


def alone(model: Any, asked: Asked, ends: tuple[int, ...] = ()) -> list[Any]:
    return [event for event in asked.run(a_decoder(model, ends)) if not is_reading(event)]


def is_reading(event: Any) -> bool:
    from dipg_ui.generation.decoding import Reading

    return isinstance(event, Reading)


def take_turns(decoder: Any, everyone: list[Asked]) -> None:
    """An event of each in turn, until all have ended."""
    runs = [None for _ in everyone]
    ended = set()
    for turn in itertools.count():
        for place, asked in enumerate(everyone):
            if place in ended or turn < asked.comes:
                continue
            runs[place] = runs[place] or asked.run(decoder)
            event = next(runs[place], None) if turn < asked.goes else None
            if event is None:
                runs[place].close()
                ended.add(place)
            elif not is_reading(event):
                asked.heard.append(event)
        if len(ended) == len(everyone):
            return


@pytest.mark.parametrize(
    "lengths",
    [(9, 9), (5, 12, 20), (WINDOW - 2, WINDOW - 1, WINDOW, WINDOW + 1), (100, 6, 61, 700), (120, 120, 45)],
    ids=str,
)
def test_rows_shorter_and_longer_than_the_window_get_the_tokens_they_get_alone(tiny: Any, lengths: tuple[int]) -> None:
    """Forty tokens: short rows pass the window while they are written."""
    everyone = [Asked(length, tokens=40) for length in lengths]
    take_turns(a_decoder(tiny), everyone)
    assert [asked.heard for asked in everyone] == [alone(tiny, asked) for asked in everyone]


def test_rows_that_come_later_and_end_earlier_change_nothing(tiny: Any) -> None:
    everyone = [
        Asked(70, tokens=50),
        Asked(8, tokens=10),
        Asked(20, tokens=60, comes=9),
        Asked(200, tokens=12, comes=15),
        Asked(31, tokens=40, temperature=1.3, comes=20),
    ]
    take_turns(a_decoder(tiny), everyone)
    assert [asked.heard for asked in everyone] == [alone(tiny, asked) for asked in everyone]
    assert all(asked.heard[-1] is FinishReason.LENGTH for asked in everyone)


def test_a_row_that_is_given_up_leaves_the_others_as_they_are(tiny: Any) -> None:
    decoder, everyone = a_decoder(tiny), [Asked(90, tokens=40, goes=12), Asked(10, tokens=30), Asked(50, tokens=30)]
    take_turns(decoder, everyone)
    assert len(everyone[0].heard) < 12
    assert [asked.heard for asked in everyone[1:]] == [alone(tiny, asked) for asked in everyone[1:]]
    assert decoder._rows == []
    assert decoder._batch._cache is None, "nothing is held for those who have gone"


def test_each_row_ends_at_its_own_end_token(tiny: Any) -> None:
    lengths = (40, 10, 25)
    decoder = a_decoder(tiny)
    runs = [tokens_of(decoder, Asked(length)) for length in lengths]
    ends = (runs[0][3], runs[1][7])
    everyone = [Asked(length) for length in lengths]
    take_turns(a_decoder(tiny, ends), everyone)
    assert [asked.heard for asked in everyone] == [alone(tiny, asked, ends) for asked in everyone]
    assert everyone[0].heard[-1] is FinishReason.END_OF_TEXT
    assert len(everyone[0].heard) <= 4


def tokens_of(decoder: Any, asked: Asked) -> list[int]:
    run, ids = asked.run(decoder), []
    for _ in run:
        ids = list(decoder._rows[0].ids[asked.length + 1 :]) if decoder._rows else ids
    return ids


def test_rows_that_are_written_together_share_their_steps(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes: list[tuple[int, int]] = []
    forward = tiny.forward

    def counted(*arguments: Any, **options: Any) -> Any:
        shapes.append(tuple(options["input_ids"].shape))
        return forward(*arguments, **options)

    decoder, everyone = a_decoder(tiny), [Asked(20), Asked(30), Asked(60)]
    monkeypatch.setattr(tiny, "forward", counted)
    take_turns(decoder, everyone)
    assert shapes.count((3, 1)) == 11
    assert shapes.count((1, 1)) <= 1


def test_where_memory_does_not_hold_two_they_are_written_one_after_the_other(
    tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory fails in the middle of a step, when half of the layers have grown."""
    import torch

    from dipg_ui.generation.decoding import Crowded

    everyone, failed = [Asked(60, tokens=20), Asked(12, tokens=20)], []
    expected = [alone(tiny, asked) for asked in everyone]
    last = tiny.get_decoder().layers[-1]
    forward = last.forward

    def small(states: Any, *arguments: Any, **options: Any) -> Any:
        if states.shape[0] > 1 and everyone[0].heard[5:]:
            failed.append(states.shape)
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(states, *arguments, **options)

    monkeypatch.setattr(last, "forward", small)
    decoder = a_decoder(tiny)
    runs = [asked.run(decoder) for asked in everyone]
    crowded = False
    while not crowded:
        for asked, run in zip(everyone, runs, strict=True):
            event = next(run)
            crowded = isinstance(event, Crowded)
            if crowded:
                break
            if not is_reading(event):
                asked.heard.append(event)
    assert len(failed) == 1
    assert all(row.cache is None for row in decoder._rows)
    for asked, run in zip(everyone, runs, strict=True):
        asked.heard += [event for event in run if not is_reading(event)]
    assert [asked.heard for asked in everyone] == expected


def test_a_step_that_fails_half_way_spoils_nobody_elses_text(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    survivor, failures = Asked(12, tokens=20), []
    last = tiny.get_decoder().layers[-1]
    forward = last.forward

    def faulty(*arguments: Any, **options: Any) -> Any:
        if failures:
            raise failures.pop()
        return forward(*arguments, **options)

    monkeypatch.setattr(last, "forward", faulty)
    decoder = a_decoder(tiny)
    failing, surviving = Asked(60, tokens=20).run(decoder), survivor.run(decoder)
    for _ in range(8):
        next(failing)
        survivor.heard += [event for event in [next(surviving)] if not is_reading(event)]
    failures.append(RuntimeError("a fault"))
    with pytest.raises(RuntimeError, match="a fault"):
        list(failing)
    survivor.heard += [event for event in surviving if not is_reading(event)]
    assert survivor.heard == alone(tiny, survivor)


def test_a_model_of_another_kind_answers_each_in_its_turn(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    everyone, decoder = [Asked(60), Asked(12)], a_decoder(tiny)
    monkeypatch.setattr(decoder, "_together", False)
    monkeypatch.setattr(decoder, "_step_of", None)
    take_turns(decoder, everyone)
    assert [asked.heard for asked in everyone] == [alone(tiny, asked) for asked in everyone]
