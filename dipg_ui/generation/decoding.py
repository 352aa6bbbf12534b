"""One model answering one prompt: prefill in chunks, reuse of known prefixes, sampling, and text as it forms.

Imports torch: only the thread that loads and serves a model imports this module.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from dipg_ui.records import FinishReason, GenerationSettings

PREFILL_CHUNK = 512
TOP_K, TOP_P = 64, 0.95  # the generation settings that Gemma 3 is published with
LOOP_TOKENS = range(5, 81)
_KEPT_PREFIXES = 4
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
            return int(logits.argmax())
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


@dataclass(frozen=True, slots=True)
class _Read:
    """What the model holds after reading `done` tokens; `logits` are those of the next token, None before the first."""

    done: int
    cache: Any
    logits: torch.Tensor | None


class Prefixes:
    """Prompts read before, to be continued. The longest that starts a new prompt is used.

    Whole snapshots only: a sliding-window cache past its window has forgotten what it would be cut back to.
    """

    def __init__(self, kept: int = _KEPT_PREFIXES) -> None:
        self._kept = kept
        self._snapshots: OrderedDict[tuple[int, ...], _Read] = OrderedDict()

    def best(self, ids: tuple[int, ...]) -> _Read | None:
        """A copy of the state after the longest known start of `ids`, which may be all of it."""
        fitting = [known for known in self._snapshots if ids[: len(known)] == known]
        if not fitting:
            return None
        longest = max(fitting, key=len)
        self._snapshots.move_to_end(longest)
        return copy.deepcopy(self._snapshots[longest])

    def forget(self) -> None:
        self._snapshots.clear()

    def keep(self, ids: tuple[int, ...], read: _Read) -> None:
        self._snapshots[ids] = copy.deepcopy(read)
        self._snapshots.move_to_end(ids)
        while len(self._snapshots) > self._kept:
            self._snapshots.popitem(last=False)


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

    def run(self, prompt: Prompt, settings: GenerationSettings) -> Iterator[Reading | Token | FinishReason]:
        """Reading events, then one Token each step, then END_OF_TEXT or LENGTH. Close it to stop at once."""
        read = _Read(0, None, None)
        for read in self._read(prompt):
            yield Reading(read.done / len(prompt.ids))
        sampler, text, guard = Sampler(settings), Detokenizer(self._tokenizer), LoopGuard()
        logits, token = read.logits, 0
        for count in range(settings.max_new_tokens):
            if count or logits is None:
                logits = self._step((token,), read.cache)
            token = sampler.choose(logits, guard.banned() if self._guard_loops else ())
            guard.push(token)
            if token in self._ends:
                yield FinishReason.END_OF_TEXT
                return
            yield Token(text.push(token))
        yield FinishReason.LENGTH

    def warm(self, ids: tuple[int, ...]) -> None:
        """Read a constant prefix before anybody asks."""
        for _ in self._read(Prompt(ids, len(ids))):
            pass

    def _read(self, prompt: Prompt) -> Iterator[_Read]:
        """Prefill in chunks; what is read of the constant part, and of the whole prompt, is kept for another time."""
        ids = prompt.ids
        read = self._prefixes.best(ids) or _Read(0, self._new_cache(), None)
        while read.done < len(ids):
            upto = min(read.done + PREFILL_CHUNK, prompt.constant if read.done < prompt.constant else len(ids))
            logits = self._step(ids[read.done : upto], read.cache)
            read = _Read(upto, read.cache, logits)
            if upto in {prompt.constant, len(ids)}:
                self._prefixes.keep(ids[:upto], read)
            yield read
        yield read

    def _new_cache(self) -> Any:
        from transformers import DynamicCache

        return DynamicCache(config=self._model.config.get_text_config(decoder=True))

    @torch.inference_mode()
    def _step(self, ids: tuple[int, ...], cache: Any) -> torch.Tensor:
        """Logits of the token after `ids`, float or bf16, shape (vocabulary,); the cache grows by `ids`."""
        tokens = torch.tensor([list(ids)], device=self._model.device)
        try:
            out = self._model(input_ids=tokens, past_key_values=cache, use_cache=True, logits_to_keep=1)
        except torch.OutOfMemoryError:
            self._prefixes.forget()  # what was kept to save time leaves the next prompt no room
            raise
        logits: torch.Tensor = out.logits[0, -1]
        return logits
