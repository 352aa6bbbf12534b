"""Decoding on tiny random models: the real classes of transformers, weights of noise."""

from __future__ import annotations

from typing import Any

import pytest

from dipg_ui.records import FinishReason, GenerationSettings
from tests.tiny_models import save_tiny_model, tiny_tokenizer

GREEDY = GenerationSettings(temperature=0, max_new_tokens=12)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Any:
    import torch
    from transformers import Gemma3ForCausalLM

    folder = save_tiny_model(tmp_path_factory.mktemp("tiny"))
    return Gemma3ForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def a_decoder(model: Any, ends: tuple[int, ...] = ()) -> Any:
    from dipg_ui.generation.decoding import Decoder

    return Decoder(model, tiny_tokenizer(), ends)


def a_prompt(length: int, constant: int = 1, seed: int = 0) -> Any:
    import torch

    from dipg_ui.generation.decoding import Prompt

    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(8, 400, (length,), generator=generator).tolist()
    return Prompt((2, *ids), constant)


def tokens_of(decoder: Any, prompt: Any, settings: GenerationSettings) -> tuple[str, int, FinishReason]:
    from dipg_ui.generation.decoding import Token

    text, count, reason = "", 0, None
    for event in decoder.run(prompt, settings):
        if isinstance(event, Token):
            text += event.text
            count += 1
        if isinstance(event, FinishReason):
            reason = event
    assert reason is not None
    return text, count, reason


def bare_generate(model: Any, ids: tuple[int, ...], count: int) -> list[int]:
    import torch

    out = model.generate(
        input_ids=torch.tensor([list(ids)]), max_new_tokens=count, do_sample=False, eos_token_id=None, pad_token_id=0
    )
    return list(out[0, len(ids) :].tolist())


@pytest.mark.parametrize("length", [5, 100, 700])
def test_greedy_decoding_gives_the_tokens_that_transformers_generates(tiny: Any, length: int) -> None:
    """Shorter than the sliding window, longer than it, and longer than a prefill chunk."""
    from dipg_ui.generation.decoding import Detokenizer

    prompt = a_prompt(length, constant=length // 2)
    expected = Detokenizer(tiny_tokenizer())
    text = "".join(expected.push(token) for token in bare_generate(tiny, prompt.ids, 12))
    assert tokens_of(a_decoder(tiny), prompt, GREEDY) == (text, 12, FinishReason.LENGTH)


def test_a_known_prefix_gives_the_same_tokens_as_reading_everything(tiny: Any) -> None:
    """The prefix is longer than the sliding window, where a cut-back cache would have forgotten its start."""
    first, second = a_prompt(200, constant=120), a_prompt(200, constant=120)
    second = type(second)((*first.ids[:120], *a_prompt(60, seed=1).ids), 120)
    warmed = a_decoder(tiny)
    tokens_of(warmed, first, GREEDY)
    assert tokens_of(warmed, second, GREEDY) == tokens_of(a_decoder(tiny), second, GREEDY)


def test_asking_the_same_again_reads_nothing(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    decoder, prompt = a_decoder(tiny), a_prompt(90, constant=40)
    steps: list[int] = []
    real_step = decoder._step
    monkeypatch.setattr(decoder, "_step", lambda ids, cache: steps.append(len(ids)) or real_step(ids, cache))
    first = tokens_of(decoder, prompt, GREEDY)
    assert steps[:2] == [40, 51]
    steps.clear()
    assert tokens_of(decoder, prompt, GREEDY) == first
    assert steps == [1] * 11, "the first token comes from what is kept, each other from one step"


def test_a_kept_prefix_is_not_changed_by_those_who_continue_it(tiny: Any) -> None:
    decoder, prompt = a_decoder(tiny), a_prompt(50, constant=50)
    texts = {tokens_of(decoder, prompt, GREEDY) for _ in range(3)}
    assert len(texts) == 1


def test_a_kept_prefix_shares_what_grows_and_copies_what_is_written_over(tiny: Any) -> None:
    import torch
    from transformers import DynamicCache, StaticCache

    from dipg_ui.generation.prefixes import Prefixes, Read

    states = torch.ones(1, 1, 3, 32)
    for cache, shared in ((DynamicCache(config=tiny.config), True), (StaticCache(tiny.config, max_cache_len=8), False)):
        for layer in range(tiny.config.num_hidden_layers):
            cache.update(states, states, layer)
        prefixes = Prefixes()
        prefixes.keep((1, 2, 3), Read(3, cache, None))
        first, second = prefixes.best((1, 2, 3, 4)), prefixes.best((1, 2, 3, 5))
        assert first is not None
        assert second is not None
        assert (first.cache.layers[0].keys.data_ptr() == second.cache.layers[0].keys.data_ptr()) is shared
        first.cache.update(2 * states, 2 * states, 0)
        assert int(second.cache.get_seq_length(0)) == int(cache.get_seq_length(0)) == 3
        assert torch.equal(second.cache.layers[0].keys[:, :, :3], states)


def test_an_old_prefix_makes_room(tiny: Any) -> None:
    from dipg_ui.generation.prefixes import Prefixes, Read

    prefixes = Prefixes(kept=2)
    for start in (10, 20, 30):
        prefixes.keep((start,), Read(1, None, None))
    assert prefixes.best((10, 1)) is None
    assert prefixes.best((20, 1)) is not None
    prefixes.keep((40,), Read(1, None, None))
    assert prefixes.best((30, 1)) is None, "the one used last stays"
    assert prefixes.best((20, 1)) is not None


def test_a_prefix_that_differs_in_one_token_is_not_used() -> None:
    from dipg_ui.generation.prefixes import Prefixes, Read

    prefixes = Prefixes()
    prefixes.keep((1, 2, 3), Read(3, None, None))
    assert prefixes.best((1, 2, 4, 5)) is None
    assert prefixes.best((1, 2)) is None


def test_a_long_prompt_is_read_in_chunks_that_can_be_stopped_between(tiny: Any) -> None:
    from dipg_ui.generation.decoding import Reading

    decoder = a_decoder(tiny)
    events = decoder.run(a_prompt(1500, constant=100), GREEDY)
    assert next(events) == Reading(100 / 1501)
    assert next(events) == Reading(612 / 1501)
    events.close()


def test_an_end_token_ends_the_text_and_is_not_part_of_it(tiny: Any) -> None:
    prompt = a_prompt(30)
    ids = bare_generate(tiny, prompt.ids, 12)
    _, count, reason = tokens_of(a_decoder(tiny, ends=(ids[0],)), prompt, GREEDY)
    assert (count, reason) == (0, FinishReason.END_OF_TEXT)


def test_a_seed_gives_the_same_text_whatever_another_caller_samples_between(tiny: Any) -> None:
    import torch

    hot = GenerationSettings(temperature=1.5, max_new_tokens=16, seed=7)
    alone = tokens_of(a_decoder(tiny), a_prompt(40), hot)
    decoder, pieces = a_decoder(tiny), []
    for event in decoder.run(a_prompt(40), hot):
        torch.rand(3)
        pieces.append(getattr(event, "text", ""))
        tokens_of(decoder, a_prompt(9, seed=3), GenerationSettings(temperature=1.5, max_new_tokens=2, seed=1))
    assert "".join(pieces) == alone[0]
    assert tokens_of(a_decoder(tiny), a_prompt(40), GenerationSettings(1.5, 16, seed=8)) != alone


def test_sampling_follows_temperature_top_k_and_top_p() -> None:
    """Odds by hand: logits 0 and ln 3 give 1 : 3 at temperature 1 and 1 : 9 at one half."""
    import math

    import torch

    from dipg_ui.generation.decoding import Sampler

    def share(logits: list[float], temperature: float, token: int) -> float:
        sampler = Sampler(GenerationSettings(temperature=temperature, seed=1))
        drawn = [sampler.choose(torch.tensor(logits)) for _ in range(2000)]
        return drawn.count(token) / 2000

    assert share([0.0, math.log(3)], 1.0, 1) == pytest.approx(0.75, abs=0.04)
    assert share([0.0, math.log(3)], 0.5, 1) == pytest.approx(0.9, abs=0.03)
    assert share([0.0, 5.0], 1.0, 0) == 0, "the likeliest alone holds more than 95 percent"
    flat = [0.0] * 64 + [-1e-3] * 200
    sampler = Sampler(GenerationSettings(temperature=1.0, seed=1))
    assert max(sampler.choose(torch.tensor(flat)) for _ in range(500)) < 64


def test_the_first_of_the_likeliest_is_taken_at_temperature_0() -> None:
    import torch

    from dipg_ui.generation.decoding import Sampler

    logits = torch.zeros(100_000, dtype=torch.bfloat16)
    logits[[40_000, 40_001, 99_999]] = 3.0
    assert Sampler(GenerationSettings(temperature=0.0)).choose(logits) == 40_000


def test_seeds_of_any_size_are_accepted() -> None:
    import torch

    from dipg_ui.generation.decoding import Sampler

    for seed in (-1, 2**64 + 3, 0):
        assert Sampler(GenerationSettings(seed=seed)).choose(torch.zeros(3)) in {0, 1, 2}


@pytest.mark.parametrize("text", ["54 Gy ≥ 2 mg/m²", "née 😀👩🏽‍⚕️ K27M‑mutant", "日本語のテキスト", "a\u202fb\u00a0c"])
def test_text_comes_out_whole_when_its_characters_span_tokens(text: str) -> None:
    from dipg_ui.generation.decoding import Detokenizer

    tokenizer = tiny_tokenizer()
    detokenizer = Detokenizer(tokenizer)
    pieces = [detokenizer.push(token) for token in tokenizer.encode(text).ids]
    assert "".join(pieces) == text
    assert not any("\ufffd" in piece for piece in pieces)
    assert len(pieces) > len(text), "some characters do span tokens here"


def test_bytes_that_never_become_a_character_do_not_hold_text_back_for_ever() -> None:
    from dipg_ui.generation.decoding import Detokenizer

    tokenizer = tiny_tokenizer()
    detokenizer = Detokenizer(tokenizer)
    broken = tokenizer.token_to_id("<0xE2>")
    text = "".join(detokenizer.push(broken) for _ in range(20))
    text += "".join(detokenizer.push(token) for token in tokenizer.encode("54 Gy").ids)
    assert text.endswith("54 Gy")


def test_what_is_kept_is_given_up_when_memory_runs_out(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    decoder, prompt = a_decoder(tiny), a_prompt(40, constant=20)
    expected = tokens_of(decoder, prompt, GREEDY)
    assert decoder._prefixes.best(prompt.ids) is not None

    def full(*arguments: object, **options: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(tiny, "forward", full)
        with pytest.raises(torch.OutOfMemoryError):
            tokens_of(decoder, a_prompt(50, constant=20, seed=2), GREEDY)
    assert decoder._prefixes.best(prompt.ids) is None
    assert tokens_of(decoder, prompt, GREEDY) == expected


def test_a_passage_is_written_twice_and_does_not_begin_a_third_time() -> None:
    from dipg_ui.generation.decoding import LoopGuard

    guard, passage = LoopGuard(), [11, 12, 13, 14, 15, 16]
    for token in (7, 8, *passage, *passage):
        assert token not in guard.banned()
        guard.push(token)
    assert guard.banned() == [11]
    guard.push(99)
    assert guard.banned() == []
    for token in passage:
        guard.push(token)
    assert guard.banned() == [], "what stands between breaks the row"


def test_a_short_passage_may_be_written_often() -> None:
    from dipg_ui.generation.decoding import LoopGuard

    guard = LoopGuard()
    for token in [21, 22] * 4:
        assert guard.banned() == []
        guard.push(token)


def test_a_model_that_repeats_itself_is_led_out_of_its_loop(tiny: Any) -> None:
    """With nothing added on the way from embedding to head, each token alone decides the next: it has to circle."""
    import copy

    from dipg_ui.generation.decoding import LOOP_TOKENS, Decoder, Token

    circling = copy.deepcopy(tiny)
    for name, weight in circling.named_parameters():
        if "o_proj" in name or "down_proj" in name:
            weight.data.zero_()
    settings = GenerationSettings(temperature=0, max_new_tokens=60)
    loops = {}
    for guarded in (False, True):
        decoder = Decoder(circling, tiny_tokenizer(), (), guard_loops=guarded)
        tokens = [event.text for event in decoder.run(a_prompt(30), settings) if isinstance(event, Token)]
        loops[guarded] = [
            (start, length)
            for length in LOOP_TOKENS
            for start in range(len(tokens) - 3 * length + 1)
            if tokens[start : start + length] * 3 == tokens[start : start + 3 * length]
        ]
    assert loops[False] != []
    assert loops[True] == []
