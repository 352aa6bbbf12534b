"""What a model is asked: the instruction, worked examples for a model that follows none, and the case.

Text of a case is untrusted: the markers that frame the prompt are taken out of it before it is put in.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dipg_ui.records import Message, PromptStyle, Role
from evaluator.types import Case

ABSTENTION = "I cannot answer based on the provided context."

_SHAPES = {
    PromptStyle.TAGS: (
        "Write exactly three parts, in this order:\n"
        "<think>your plan: what is asked and where the context answers it</think>\n"
        "<proof>direct quotes copied word for word from the context, each in quotation marks on its own line; "
        "empty if there are none</proof>\n"
        "<answer>the answer, nothing else</answer>"
    ),
    PromptStyle.JSON: (
        "Write exactly one JSON object with three strings, in this order:\n"
        '{"think": "your plan: what is asked and where the context answers it", '
        '"proof": "direct quotes copied word for word from the context; empty if there are none", '
        '"answer": "the answer, nothing else"}'
    ),
    PromptStyle.CHANNELS: (
        "Write exactly three channels, in this order and with nothing around them:\n"
        "<|channel|>analysis<|message|>your plan: what is asked and where the context answers it<|end|>\n"
        "<|channel|>proof<|message|>one direct quote copied word for word from the context; "
        "empty if there is none<|end|>\n"
        "<|channel|>final<|message|>the answer, nothing else<|end|>"
    ),
}

_INSTRUCTION = (
    "You answer questions about a clinical document. Use the context alone: nothing that you remember counts, and "
    "where the two disagree the context is right. Every statement of the answer must rest on a direct quote. "
    f'If the context does not hold the answer, say "{ABSTENTION}" If its sources disagree, say that there is '
    "conflicting information and quote both.\n\n{shape}"
)

# A case may hold these words; as markers they belong to the prompt and to the answer alone.
_FRAME = re.compile(r"<(/?(?:context|question|think|proof|answer)|\|[a-z_]{1,20}\|)>", re.IGNORECASE)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def build_messages(case: Case, style: PromptStyle, *, examples: bool) -> tuple[Message, ...]:
    """The instruction, the worked examples if asked for, and the case last: all but the last is the same for
    every case of a style, so a backend may keep what it read of it."""
    system = Message(Role.SYSTEM, _INSTRUCTION.replace("{shape}", _SHAPES[style]))
    shown = _example_messages(style) if examples else ()
    return (system, *shown, Message(Role.USER, _case_text(case.context, case.question)))


def prompt_hash(messages: Sequence[Message]) -> str:
    """SHA-256, as hexadecimal, of roles and contents in order."""
    rows = [[message.role.value, message.content] for message in messages]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=True).encode("ascii")).hexdigest()


def render_plain(messages: Sequence[Message]) -> tuple[str, str]:
    """The prompt of a base model as text: what is the same for every case, and the rest with the case.

    The model goes on after the second part; it writes every tag itself.
    """
    *constant, case = messages
    return "".join(_plain(message) for message in constant), _plain(case)


def _plain(message: Message) -> str:
    return f"{message.content}\n\n" if message.role is not Role.USER else f"{message.content}\n"


def _case_text(context: str, question: str) -> str:
    return f"<context>\n{_safe(context)}\n</context>\n<question>\n{_safe(question)}\n</question>"


def _safe(text: str) -> str:
    """Untrusted text with look-alikes for the brackets of the prompt's own markers, and no lone surrogates."""
    return _SURROGATE.sub("\ufffd", _FRAME.sub(r"‹\1›", text.strip()))


def _example_messages(style: PromptStyle) -> tuple[Message, ...]:
    return tuple(
        message
        for example in _EXAMPLES
        for message in (
            Message(Role.USER, _case_text(example.context, example.question)),
            Message(Role.ASSISTANT, _trace_text(example, style)),
        )
    )


@dataclass(frozen=True, slots=True)
class _Example:
    """A worked case. Invented, and about other illnesses than the built-in cases, so that it gives none away."""

    context: str
    question: str
    think: str
    quotes: tuple[str, ...]
    answer: str


_EXAMPLES = (
    _Example(
        context="Clinic letter. The boy was treated for medulloblastoma. Craniospinal irradiation of 23.4 Gy was "
        "completed in March. Vincristine was stopped after the second cycle because of foot drop.",
        question="Why was vincristine stopped?",
        think="The question asks why vincristine was stopped. The context states the reason.",
        quotes=("Vincristine was stopped after the second cycle because of foot drop.",),
        answer="Vincristine was stopped because of foot drop.",
    ),
    _Example(
        context="Nursing note. The girl with ependymoma slept well. Ondansetron 4 mg was given at 08:00. "
        "Her wound is dry.",
        question="What was her haemoglobin this morning?",
        think="The question asks for a haemoglobin. The context does not mention it, so there is nothing to quote.",
        quotes=(),
        answer=ABSTENTION,
    ),
    _Example(
        context="Referral. The neuroblastoma measured 52 mm on ultrasound.\n"
        "Radiology report. The neuroblastoma measured 61 mm on ultrasound.",
        question="How large was the neuroblastoma on ultrasound?",
        think="The question asks for the size on ultrasound. Two sources give different sizes.",
        quotes=(
            "The neuroblastoma measured 52 mm on ultrasound.",
            "The neuroblastoma measured 61 mm on ultrasound.",
        ),
        answer="There is conflicting information: the referral says 52 mm and the radiology report says 61 mm.",
    ),
    _Example(
        context="Protocol excerpt. Carboplatin is given at 175 mg/m² once a week for 4 weeks. "
        "Blood counts are checked before each dose.",
        question="What is the total dose of carboplatin?",
        think="The question asks for a total. The dose is 175 mg/m² a week for 4 weeks: 4 × 175 = 700.",
        quotes=("Carboplatin is given at 175 mg/m² once a week for 4 weeks.",),
        answer="The total dose is 700 mg/m².",
    ),
)


def _trace_text(example: _Example, style: PromptStyle) -> str:
    proof = "\n".join(f'"{quote}"' for quote in example.quotes)
    match style:
        case PromptStyle.TAGS:
            return f"<think>{example.think}</think>\n<proof>{proof}</proof>\n<answer>{example.answer}</answer>"
        case PromptStyle.JSON:
            row = {"think": example.think, "proof": proof, "answer": example.answer}
            return json.dumps(row, ensure_ascii=False)
        case PromptStyle.CHANNELS:
            parts = (("analysis", example.think), ("proof", "\n".join(example.quotes)), ("final", example.answer))
            return "\n".join(f"<|channel|>{name}<|message|>{text}<|end|>" for name, text in parts)
