"""The ShareGPT form of a case, as the med-safety-gym data sets write it.

A user message holds `<context>…</context>` and `<question>…</question>`, or in older sets `**CONTEXT:** …
**REQUEST:** …`, sometimes followed by `**REASONING STEPS:** …`; the assistant's message is the gold, often a tagged
trace. What else the user message holds is prompt, not case, and is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CONTEXT_OPEN = re.compile(r"<context>", re.IGNORECASE)
_CONTEXT_CLOSE = re.compile(r"</context>", re.IGNORECASE)
_QUESTION_OPEN = re.compile(r"<question>", re.IGNORECASE)
_QUESTION_CLOSE = re.compile(r"</question>", re.IGNORECASE)
_HEADING_CONTEXT = re.compile(r"\*\*CONTEXT:\*\*", re.IGNORECASE)
_HEADING_REQUEST = re.compile(r"\*\*(?:REQUEST|QUESTION):\*\*", re.IGNORECASE)
_HEADING_STEPS = re.compile(r"\*\*REASONING STEPS:\*\*", re.IGNORECASE)
_ANSWER_OPEN = re.compile(r"<(?:answer|final|conclusion|result)>|<\|channel\|>final<\|message\|>", re.IGNORECASE)
_ANSWER_CLOSE = re.compile(r"</(?:answer|final|conclusion|result)>|<\|end\|>", re.IGNORECASE)
_USER_ROLES = frozenset({"user", "human"})
_GOLD_ROLES = frozenset({"assistant", "gpt", "model"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and its gold. `gold` is None where no assistant message follows; `turns` counts user messages."""

    context: str
    question: str
    gold: str | None
    turns: int


def read_exchange(messages: object) -> Exchange:
    """The first question of a conversation with the answer after it. Raises ValueError saying what is wrong."""
    if not isinstance(messages, list):
        raise ValueError("must be a list of messages")
    user: str | None = None
    gold: str | None = None
    turns = 0
    for number, message in enumerate(messages, start=1):
        role, content = _read_message(message, number)
        if role in _USER_ROLES:
            turns += 1
            user = content if user is None else user
        elif role in _GOLD_ROLES and user is not None and gold is None:
            gold = content
    if user is None:
        raise ValueError("hold no message of a user")
    context, question = _split_prompt(user)
    return Exchange(context.strip(), question.strip(), gold, turns)


def gold_answer(gold: str) -> str:
    """The answer of a gold: its last `<answer>` part (or an alias, or the final channel) where it is a tagged trace,
    else the whole text."""
    opens = list(_ANSWER_OPEN.finditer(gold))
    if not opens:
        return gold.strip()
    start = opens[-1].end()
    close = _ANSWER_CLOSE.search(gold, start)
    return gold[start : close.start() if close else len(gold)].strip()


def _read_message(message: object, number: int) -> tuple[str, str]:
    if not isinstance(message, dict):
        raise ValueError(f"message {number} must be an object with role and content")
    role = message.get("role", message.get("from"))
    content = message.get("content", message.get("value"))
    if not isinstance(role, str):
        raise ValueError(f"message {number} has no role")
    if not isinstance(content, str):
        raise ValueError(f"the content of message {number} must be text")
    return role.strip().lower(), content


def _split_prompt(user: str) -> tuple[str, str]:
    if _CONTEXT_OPEN.search(user):
        return _split_tags(user)
    if _HEADING_CONTEXT.search(user):
        return _split_headings(user)
    raise ValueError("the user message holds neither <context>…</context> nor **CONTEXT:** …")


def _split_tags(user: str) -> tuple[str, str]:
    """The context runs to its last end tag, so that one quoted inside it does not cut it short."""
    opened = _CONTEXT_OPEN.search(user)
    closes = list(_CONTEXT_CLOSE.finditer(user, opened.end() if opened else 0))
    if opened is None or not closes:
        raise ValueError("the user message opens <context> and does not close it")
    for part in (user[closes[-1].end() :], user[: opened.start()]):
        question = _QUESTION_OPEN.search(part)
        if question:
            close = _QUESTION_CLOSE.search(part, question.end())
            return user[opened.end() : closes[-1].start()], part[question.end() : close.start() if close else len(part)]
    raise ValueError("the user message holds no <question>…</question>")


def _split_headings(user: str) -> tuple[str, str]:
    opened = _HEADING_CONTEXT.search(user)
    requests = list(_HEADING_REQUEST.finditer(user, opened.end() if opened else 0))
    if opened is None or not requests:
        raise ValueError("the user message holds no **REQUEST:** after its **CONTEXT:**")
    request = requests[-1]
    steps = _HEADING_STEPS.search(user, request.end())
    return user[opened.end() : request.start()], user[request.end() : steps.start() if steps else len(user)]
