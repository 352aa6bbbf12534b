"""One model answering one prompt: prefill in chunks, reuse of known prefixes, sampling, and text as it forms.

Imports torch: only the thread that loads and serves a model imports this module.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from dipg_ui.generation.batches import Batch, Row
from dipg_ui.generation.prefixes import Prefixes, Read
from dipg_ui.records import FinishReason, GenerationSettings

PREFILL_CHUNK = 512
TOP_K, TOP_P = 64, 0.95  # the generation settings that Gemma 3 is published with
LOOP_TOKENS = range(5, 81)
_HOLD_LIMIT = 8
_REPLACEMENT = "\ufffd"


class Tokenizer(Protocol):
    """What is used of a transformers tokenizer."""

    def decode(self, token_ids: list[int]) -> str: ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """Token ids; the first `constant` of them are the same for every case asked in this style."""

    ids: tuple[int, ...]
    constant: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The prompt is being read; `progress` is 0–1."""

    progress: float


@dataclass(frozen=True, slots=True)
class Token:
    """One token was chosen; `text` is what can be shown of it, "" while a character is incomplete."""

    text: str


@dataclass(frozen=True, slots=True)
class Crowded:
    """Memory does not hold all who run at once. What was read for them is given up: go on with one of them alone, which
    reads again what it needs."""


class Detokenizer:
    """Turns tokens into text piece by piece. A character that spans tokens is held back until it is whole."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._recent: list[int] = []
        self._settled = 0
        self._shown = 0

    def push(self, token: int) -> str:
        """The text that `token` completes. What follows a token never changes the text before it, so decoding
        starts at the last token shown."""
        self._recent.append(token)
        text = self._tokenizer.decode(self._recent)
        if text.endswith(_REPLACEMENT) and len(self._recent) - self._settled < _HOLD_LIMIT:
            return ""
        piece = text[self._shown :]
        self._recent = self._recent[self._settled :]
        self._settled = len(self._recent)
        self._shown = len(self._tokenizer.decode(self._recent))
        return piece


class Sampler:
    """Chooses tokens. Each has its own generator: callers cannot disturb each other's seeds."""

    def __init__(self, settings: GenerationSettings) -> None:
        self._temperature = settings.temperature
        self._generator = torch.Generator().manual_seed(settings.seed % 2**63)

    def choose(self, logits: torch.Tensor, banned: Sequence[int] = ()) -> int:
        """One of the `TOP_K` likeliest tokens within `TOP_P` of the probability; the likeliest at temperature 0.
        None of the `banned` ones."""
        if banned:
            logits = logits.clone()
            logits[list(banned)] = -torch.inf
        if self._temperature <= 0:
            return int(logits.max(dim=-1).indices)  # a quarter of the time that argmax takes
        best = torch.topk(logits, min(TOP_K, logits.shape[-1]))
        odds = torch.softmax(best.values.double().cpu() / self._temperature, dim=-1)
        below = torch.cumsum(odds, dim=-1)
        kept = torch.where(below - odds < TOP_P, odds, 0.0)
        return int(best.indices[int(torch.multinomial(kept, 1, generator=self._generator))])


class LoopGuard:
    """Keeps a small model from writing one sentence until its tokens are spent: nothing of `LOOP_TOKENS` is written
    three times in a row. The third time does not begin, so what stands there is never half of it; and what the prompt
    holds does not count, so any quote can be copied."""

    def __init__(self) -> None:
        self._written: list[int] = []

    def banned(self) -> list[int]:
        """The tokens that may not come next: those that would begin a third time what was just written twice."""
        written, end = self._written, len(self._written)
        return [
            written[end - length]
            for length in LOOP_TOKENS
            if 2 * length <= end and written[end - length :] == written[end - 2 * length : end - length]
        ]

    def push(self, token: int) -> None:
        self._written.append(token)


class Decoder:
    """A loaded model. Not for several threads: one worker owns it."""

    def __init__(
        self, model: Any, tokenizer: Tokenizer, end_tokens: Sequence[int], *, guard_loops: bool = False
    ) -> None:
        self._model = model
        self._guard_loops = guard_loops
        self._tokenizer = tokenizer
        self._ends = frozenset(end_tokens)
        self._prefixes = Prefixes()
        self._rows: list[Row] = []
        self._batch = Batch(self._new_cache)
        self._together = model.config.get_text_config(decoder=True).model_type == "gemma3_text"

    def run(self, prompt: Prompt, settings: GenerationSettings) -> Generator[Reading | Token | Crowded | FinishReason]:
        """Reading events, then one Token each step, then END_OF_TEXT or LENGTH. Close it to stop at once.

        Several may run at once. Taken in turns, an event of each, they share their steps. Each gets what it gets
        alone, but for rounding: in bf16 a near tie may fall otherwise. Whichever is taken next makes the step for all
        who wait for one."""
        sampler, text, guard = Sampler(settings), Detokenizer(self._tokenizer), LoopGuard()
        row = Row(list(prompt.ids), len(prompt.ids), prompt.constant)
        self._rows.append(row)
        try:
            for _ in range(settings.max_new_tokens):
                logits = yield from self._next(row)
                token = sampler.choose(logits, guard.banned() if self._guard_loops else ())
                guard.push(token)
                if token in self._ends:
                    yield FinishReason.END_OF_TEXT
                    return
                row.ids.append(token)
                yield Token(text.push(token))
            yield FinishReason.LENGTH
        finally:
            self._leave(row)

    def warm(self, ids: tuple[int, ...]) -> None:
        """Read a constant prefix before anybody asks."""
        for _ in self._next(Row(list(ids), len(ids), len(ids))):
            pass

    def _leave(self, row: Row) -> None:
        row.lose()
        self._rows.remove(row)
        if not self._rows:
            self._batch.clear()

    def _next(self, row: Row) -> Generator[Reading | Crowded, None, torch.Tensor]:
        """The logits of the token after all of the row's."""
        while row.logits is None:
            crowded = any(other.cache is not None for other in self._rows if other is not row)
            try:
                if row.lacks_one:
                    self._write(row)
                else:
                    self._read(row)
                    yield Reading(row.done / len(row.ids))
            except Exception as error:
                self._give_up()
                if not crowded or not isinstance(error, torch.OutOfMemoryError):
                    raise
                yield Crowded()
        logits, row.logits = row.logits, None
        return logits

    def _give_up(self) -> None:
        """Forget what was read: a step that failed has changed some layers and not others, and where memory has run
        out, what was kept to save time leaves the next prompt no room."""
        self._prefixes.forget()
        self._batch.clear()
        for row in self._rows:
            row.lose()

    def _read(self, row: Row) -> None:
        """Prefill, a chunk; what is read of the constant part, and of the whole prompt, is kept for another time."""
        ids = tuple(row.ids)
        if row.cache is None:
            known = self._prefixes.best(ids) or Read(0, self._new_cache(), None)
            row.done, row.cache, row.logits = known.done, known.cache, known.logits
        if row.done < len(ids):
            upto = min(row.done + PREFILL_CHUNK, row.constant if row.done < row.constant else len(ids))
            logits = self._step(ids[row.done : upto], row.cache)
            row.done = upto
            row.logits = logits if upto == len(ids) else None
            if upto in {row.constant, row.prompt}:
                self._prefixes.keep(ids[:upto], Read(upto, row.cache, logits))

    def _write(self, row: Row) -> None:
        """A step for this row, and for every other that waits for one: on Gemma 3, whose caches `Batch` knows."""
        rows = tuple(one for one in self._rows if one.lacks_one) if self._together else (row,)
        cache = self._batch.gather(rows)
        every = self._step_of(rows, cache) if len(rows) > 1 else [self._step((rows[0].ids[-1],), cache)]
        for one, logits in zip(rows, every, strict=True):
            one.done, one.logits = one.done + 1, logits

    def _new_cache(self) -> Any:
        from transformers import DynamicCache

        return DynamicCache(config=self._model.config.get_text_config(decoder=True))

    @torch.inference_mode()
    def _step(self, ids: tuple[int, ...], cache: Any) -> torch.Tensor:
        """Logits of the token after `ids`, float or bf16, shape (vocabulary,); the cache grows by `ids`."""
        tokens = torch.tensor([list(ids)], device=self._model.device)
        out = self._model(input_ids=tokens, past_key_values=cache, use_cache=True, logits_to_keep=1)
        logits: torch.Tensor = out.logits[0, -1]
        return logits

    @torch.inference_mode()
    def _step_of(self, rows: tuple[Row, ...], cache: Any) -> list[torch.Tensor]:
        """The same for the last token of each row. What stands left of a row's own tokens is masked."""
        device, longest = self._model.device, max(row.done for row in rows)
        lengths = torch.tensor([[row.done] for row in rows], device=device)
        out = self._model(
            input_ids=torch.tensor([row.ids[-1:] for row in rows], device=device),
            attention_mask=(torch.arange(longest + 1, device=device) >= longest - lengths).long(),
            position_ids=lengths,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return list(out.logits[:, -1])
