"""From messages to tokens. What a case says is always plain text to the model, never one of its control tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dipg_ui.generation.decoding import Prompt
from dipg_ui.prompts import render_plain
from dipg_ui.records import Message

_SLOT = "\ue000{}\ue001"  # private-use characters: no template holds them


class PlainEncoder:
    """For a base model: worked examples and the case as running text after one start token."""

    def __init__(self, tokenizer: Any, start: int) -> None:
        self._tokenizer = tokenizer
        self._start = start

    def __call__(self, messages: Sequence[Message]) -> Prompt:
        constant, case = render_plain(messages)
        first = (self._start, *encode_plain(self._tokenizer, constant))
        return Prompt((*first, *encode_plain(self._tokenizer, case)), len(first))


class ChatEncoder:
    """For a model with a chat template: the template's own text may hold control tokens, contents may not."""

    def __init__(self, tokenizer: Any) -> None:
        self._chat = tokenizer
        self._tokenizer = tokenizer.backend_tokenizer

    def __call__(self, messages: Sequence[Message]) -> Prompt:
        slots = [_SLOT.format(place) for place in range(len(messages))]
        turns = [{"role": m.role.value, "content": slot} for m, slot in zip(messages, slots, strict=True)]
        rest = self._chat.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        ids: list[int] = []
        constant = 0
        for message, slot in zip(messages, slots, strict=True):
            frame, _, rest = rest.partition(slot)
            ids += self._template_ids(frame)
            constant = len(ids)
            ids += encode_plain(self._tokenizer, message.content.strip())
        return Prompt((*ids, *self._template_ids(rest)), constant)

    def _template_ids(self, text: str) -> list[int]:
        self._tokenizer.encode_special_tokens = False
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def encode_plain(tokenizer: Any, text: str) -> list[int]:
    """Ids of `text` with every control token in it spelled out. `tokenizer` is a `tokenizers.Tokenizer`."""
    tokenizer.encode_special_tokens = True
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return ids
