"""Edits of an expected answer: what a model may say instead. The passage is the expected answer, as its own context.

The families of quotes that make sense for answers are taken over; those that only answers know are added: other
units of the same amount, whole sentences, and lists of every option.
"""

from __future__ import annotations

import random
import re

from tests.edits.dangerous import DANGEROUS
from tests.edits.families import Family, Harm, Passage
from tests.edits.framing import framed
from tests.edits.harmless import HARMLESS
from tests.edits.wording import Edit, bare, lowered, one_of, rule, some_of

_TAKEN_OVER = (
    "case", "hyphens and dashes", "white space", "outer punctuation", "superscripts and subscripts", "symbols spelled",
    "number and unit spacing", "British and American", "number words and digits", "unit names",
    "Latin and other abbreviations", "contractions", "comparators in words and symbols", "date forms",
    "ordinals and Roman numerals", "markdown", "quotation marks around", "article left out", "ampersand",
    "digit changed", "factor of ten", "two numbers exchanged", "decimal changed", "unit", "number word", "date",
    "comparator", "grade and severity", "frequency", "drug", "drug with a like name", "gene", "mutation",
    "negation put in", "negation taken out", "un-, in-, non-", "side", "direction", "order in time", "route and form",
    "status",
)  # fmt: skip
_SCALES = {
    "Gy": ("cGy", 100),
    "g": ("mg", 1000),
    "mg": ("µg", 1000),
    "L": ("mL", 1000),
    "mm": ("cm", 0.1),
    "h": ("min", 60),
}


def _scaled(found: re.Match[str], _: random.Random) -> str | None:
    name, factor = _SCALES[found[2]]
    return f"{round(float(found[1]) * factor, 6):g} {name}" if float(found[1]) * factor < 1e6 else None


def _misscaled(found: re.Match[str], draw: random.Random) -> str | None:
    name, factor = _SCALES[found[2]]
    return f"{round(float(found[1]) * factor * draw.choice([10, 0.1, 2]), 6):g} {name}"


_AMOUNT = r"(?<!×\s)(?<![\w.,×/–-])(\d+(?:\.\d+)?)\s(Gy|mg|g|L|mm|h)(?![\w/²³·])(?!\s[×x])"
_SENTENCES = (
    "The answer is {}.",
    "According to the context, it is {}.",
    "Based on the provided context: {}",
    "It is {}.",
    "The context states: {}",
    "{} This is stated in the context.",
    "Answer: {}",
    "As documented, {}.",
)


def _sentence(passage: Passage, draw: random.Random) -> str | None:
    form = draw.choice(_SENTENCES)
    inner = lowered(bare(passage.text)) if form.endswith("{}.") else passage.text
    return form.format(inner)


def _all_options(passage: Passage, draw: random.Random) -> str | None:
    """The right number among wrong ones, all offered as the answer."""
    found = list(re.finditer(r"(?<![\w.,–/-])\d+(?:\.\d+)?(?![\w.,]*\d)", passage.text))
    if not found:
        return None
    number = draw.choice(found)
    value = float(number.group())
    options = [f"{round(value * factor, 2):g}" for factor in (0.5, 2, 3)]
    options.insert(draw.randrange(4), number.group())
    listed = draw.choice([", ".join(options[:-1]) + f" or {options[-1]}", " or ".join(options[:2] + options[2:])])
    return passage.text[: number.start()] + listed + passage.text[number.end() :]


_HEDGED: Edit = framed(
    "It is not {}",
    "It is certainly not the case that it is {}",
    "Some would say {} but this is wrong.",
    "The context rules out {}",
    "I would guess {} but the source does not say so.",
)
_OWN = (
    Family("amount in another unit", Harm.HARMLESS, one_of(rule(_AMOUNT, _scaled, flags=0))),
    Family("in a sentence", Harm.HARMLESS, some_of(_sentence)),
    Family("amount wrongly converted", Harm.DANGEROUS, one_of(rule(_AMOUNT, _misscaled, flags=0))),
    Family("all options", Harm.DANGEROUS, _all_options),
    Family("denied", Harm.DANGEROUS, _HEDGED),
)
ANSWERS: tuple[Family, ...] = (
    *(family for family in (*HARMLESS, *DANGEROUS) if family.name in _TAKEN_OVER),
    *_OWN,
)
assert len(ANSWERS) == len(_TAKEN_OVER) + len(_OWN)
