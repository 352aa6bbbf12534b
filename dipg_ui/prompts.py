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

DOCUMENT, QUESTION = "Document:", "Question:"
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

_EXAMPLES_INSTRUCTION = "Answer each question with a quote from its document."

# A case may hold these words; as markers they belong to the prompt and to the answer alone.
_FRAME = re.compile(r"<(/?(?:context|question|think|proof|answer)|\|[a-z_]{1,20}\|)>", re.IGNORECASE)
_FRAME_LINE = re.compile(r"(^|[\n\r\u2028\u2029])([ \t]*(?:document|question)[ \t]*):", re.IGNORECASE)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def build_messages(case: Case, style: PromptStyle, *, examples: bool) -> tuple[Message, ...]:
    """The instruction, the worked examples if asked for, and the case last: all but the last is the same for
    every case of a style, so a backend may keep what it read of it.

    A model that needs examples follows few instructions: it gets one line, and its cases as the examples are set.
    """
    if examples:
        system = Message(Role.SYSTEM, _EXAMPLES_INSTRUCTION)
        return (system, *_example_messages(style), Message(Role.USER, _plain_case(case.context, case.question)))
    system = Message(Role.SYSTEM, _INSTRUCTION.replace("{shape}", _SHAPES[style]))
    return (system, Message(Role.USER, _case_text(case.context, case.question)))


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


def _plain_case(context: str, question: str) -> str:
    """The frame of a base model, whose words are ordinary ones: a line of the case that starts with one of them
    gets a look-alike for its colon, so that it cannot pass for the next question."""
    document, asked = (_FRAME_LINE.sub("\\1\\2\ua789", _safe(text)) for text in (context, question))
    return f"{DOCUMENT} {document}\n{QUESTION} {asked}"


def _safe(text: str) -> str:
    """Untrusted text with look-alikes for the brackets of the prompt's own markers, and no lone surrogates."""
    return _SURROGATE.sub("\ufffd", _FRAME.sub(r"‹\1›", text.strip()))


def _example_messages(style: PromptStyle) -> tuple[Message, ...]:
    return tuple(
        message
        for example in _EXAMPLES
        for message in (
            Message(Role.USER, _plain_case(example.context, example.question)),
            Message(Role.ASSISTANT, _trace_text(example, style)),
        )
    )


@dataclass(frozen=True, slots=True)
class _Example:
    """A worked case, invented, and about everyday matters: a model this small copies what it can from the examples,
    and nothing that it copies from these can be taken for a finding."""

    context: str
    question: str
    think: str
    quotes: tuple[str, ...]
    answer: str


# No quote starts with the words of its question: a small model would begin its own by restating the question, where
# it should be looking for a sentence of the document. The order matters too: it leans on the last examples most.
_EXAMPLES = (
    _Example(
        context="The reading room opens at nine. Bags must be left in the lockers on the ground floor. Coffee is "
        "sold in the courtyard until four.",
        question="How much does a locker cost?",
        think="I look for the price of a locker. The document does not say.",
        quotes=(),
        answer=ABSTENTION,
    ),
    _Example(
        context="RECIPE CARD\nSoak the beans overnight. Fry two onions in oil until they are golden. Then add the "
        "beans and simmer for ninety minutes. Serves four.",
        question="How long do the beans simmer?",
        think="I look for how long the beans simmer. One sentence says it.",
        quotes=("Then add the beans and simmer for ninety minutes.",),
        answer="Ninety minutes.",
    ),
    _Example(
        context="LETTER FROM THE BUILDER\nThe roof needs new slates on the north side. The work will take three "
        "weeks.\nNOTE FROM THE SURVEYOR\nThe walls are dry. Only the south side of the roof is damaged.",
        question="Which side of the roof is damaged?",
        think="I look for the side of the roof that is damaged. Two sentences disagree.",
        quotes=(
            "The roof needs new slates on the north side.",
            "Only the south side of the roof is damaged.",
        ),
        answer="There is conflicting information: the builder says north, the surveyor says south.",
    ),
    _Example(
        context="FERRY TIMETABLE\nMonday to Friday at 07:15 and 18:40. On Sundays one ferry sails at 10:05. "
        "Bicycles travel free. Dogs must be on a lead.",
        question="When does the ferry sail on Sundays?",
        think="I look for when the ferry sails on Sundays. One sentence says it.",
        quotes=("On Sundays one ferry sails at 10:05.",),
        answer="At 10:05.",
    ),
    _Example(
        context="GARDEN CLUB\nThe tulips flowered late this year. We planted forty apple trees behind the pond. "
        "The gate will be painted green.",
        question="Who planted the hedge?",
        think="I look for who planted the hedge. The document does not say.",
        quotes=(),
        answer=ABSTENTION,
    ),
    _Example(
        context="MINUTES OF THE CHOIR\nPresent: nineteen singers. Because of the storm we moved the spring "
        "concert to the school hall. Tickets are sold at the bakery.",
        question="Why was the concert moved?",
        think="I look for why the concert was moved. One sentence says it.",
        quotes=("Because of the storm we moved the spring concert to the school hall.",),
        answer="Because of the storm.",
    ),
    _Example(
        context="INVOICE 118\n- 12 chairs, 30 euros each\n- 2 tables, 140 euros each\n- delivery on 6 June, free "
        "of charge",
        question="What do the chairs cost together?",
        think="I look for what the chairs cost together. One sentence says it.",
        quotes=("- 12 chairs, 30 euros each",),
        answer="12 × 30 = 360 euros.",
    ),
    _Example(
        context="VILLAGE NEWS\nThe bridge is closed until October. Drivers take the road through the forest, "
        "which adds eleven kilometres. The bakery has a new owner.",
        question="How long is the detour?",
        think="I look for how long the detour is. One sentence says it.",
        quotes=("Drivers take the road through the forest, which adds eleven kilometres.",),
        answer="Eleven kilometres.",
    ),
)


def _trace_text(example: _Example, style: PromptStyle) -> str:
    quotes = [f'"{quote}"' for quote in example.quotes]
    match style:
        case PromptStyle.TAGS:
            # Every marker on a line of its own: the line break is what brings a small model to close a part.
            parts = (("think", [example.think]), ("proof", quotes), ("answer", [example.answer]))
            return "\n".join("\n".join((f"<{name}>", *lines, f"</{name}>")) for name, lines in parts)
        case PromptStyle.JSON:
            row = {"think": example.think, "proof": "\n".join(quotes), "answer": example.answer}
            return json.dumps(row, ensure_ascii=False)
        case PromptStyle.CHANNELS:
            channels = (("analysis", example.think), ("proof", "\n".join(example.quotes)), ("final", example.answer))
            return "\n".join(f"<|channel|>{name}<|message|>{text}<|end|>" for name, text in channels)
