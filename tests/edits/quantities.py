"""Dangerous edits of what is counted and measured: numbers, units, signs, number words, dates."""

from __future__ import annotations

import random
import re

from tests.edits.families import Family, Harm, Passage
from tests.edits.wording import (
    HYPHENS,
    NUMBER,
    Edit,
    Rule,
    Write,
    one_of,
    pairs,
    replace_one,
    rule,
    some_of,
    word,
)

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_WORDS = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "twenty",
    "thirty",
]
_NUMBER = re.compile(NUMBER)
_RANGE = rf"(?<![\w.,{HYPHENS}])(\d+(?:\.\d+)?)([–‑-]|\sto\s)(\d+(?:\.\d+)?)(?![\w.,{HYPHENS}]*\d)(?!\w)"


def _digit(found: re.Match[str], draw: random.Random) -> str | None:
    text = found.group()
    places = [index for index, character in enumerate(text) if character.isdigit()]
    at = draw.choice(places)
    digit = draw.choice([other for other in "123456789" if other != text[at]])
    return text[:at] + digit + text[at + 1 :]


def _tenfold(found: re.Match[str], draw: random.Random) -> str | None:
    text = found.group()
    if float(text) == 0:
        return None
    if "." in text:
        whole, part = text.split(".")
        moved = f"{whole.lstrip('0')}{part[0]}" + (f".{part[1:]}" if part[1:] else "")
        return draw.choice([moved.lstrip("0") or moved, f"{text.replace('.', '')}"])
    made = [f"{text}0", f"0.{text}" if len(text) == 1 else f"{text[:-1]}.{text[-1]}"]
    return draw.choice(made + ([text[:-1]] if text.endswith("0") and len(text) > 1 else []))


def _from_context(passage: Passage, draw: random.Random) -> str | None:
    here = {found.group() for found in _NUMBER.finditer(passage.text)}
    numbers = sorted({found.group() for found in _NUMBER.finditer(passage.context)} - here)
    chosen = rule(NUMBER, lambda found, _: draw.choice(numbers))
    return replace_one(passage.text, [chosen], draw) if numbers else None


def _exchanged(passage: Passage, draw: random.Random) -> str | None:
    found = list(_NUMBER.finditer(passage.text))
    if len({number.group() for number in found}) < 2:
        return None
    one, two = sorted(draw.sample(found, 2), key=lambda number: number.start())
    if one.group() == two.group():
        return None
    text = passage.text
    return text[: one.start()] + two.group() + text[one.end() : two.start()] + one.group() + text[two.end() :]


def _decimals(found: re.Match[str], draw: random.Random) -> str | None:
    text = found.group()
    if "." in text:
        whole, part = text.split(".")
        return draw.choice(
            [f"{whole}.{int(part[0]) + 1 if part[0] < '9' else 1}{part[1:]}", f"{int(whole) + 1}.{part}"]
        )
    return f"{text}.{draw.choice('123456789')}"


def _lost_end(found: re.Match[str], draw: random.Random) -> str | None:
    low, between, high = found.groups()
    wider = str(float(high) + 1) if "." in high else str(int(high) + draw.choice([1, 2, 10]))
    lower = str(max(0.0, float(low) - 0.5)) if "." in low else str(int(low) + 1)
    made = [low, high, f"{low}{between}{wider}", f"{lower}{between}{high}"]
    return draw.choice([text for text in made if text != found.group()])


_SIGNS = some_of(
    one_of(rule(r"(?<![\w.])\+\s?(?=\d)", "−"), rule(r"(?<!\w)[−–-](?=\d)(?<![\d]\S)", "+")),
    one_of(rule(rf"(?<=\s){NUMBER}(?=\s?(?:°C|%)(?![\w/]))", lambda found, _: f"−{found.group()}")),
)


def _unit(before: str, *after: str) -> Rule:
    return rule(
        rf"(?<=\d)([\s{HYPHENS}]?){re.escape(before)}(?![\w/²³·])",
        lambda found, draw: found[1] + draw.choice(after),
        flags=0,
    )


_UNITS = one_of(
    _unit("mg", "g", "µg", "mL", "kg", "mcg", "mg/kg", "ng"),
    _unit("µg", "mg", "g"),
    _unit("g", "mg", "kg", "µg"),
    _unit("kg", "g", "lb", "mg"),
    _unit("mL", "L", "µL", "mg", "dL"),
    _unit("L", "mL", "dL"),
    _unit("µL", "mL"),
    _unit("Gy", "cGy", "mGy", "Sv"),
    _unit("mm", "cm", "m", "µm"),
    _unit("cm", "mm", "m"),
    _unit("cm³", "mm³", "cm²", "L"),
    _unit("h", "min", "days", "s"),
    _unit("min", "h", "s"),
    _unit("s", "min", "h"),
    _unit("°C", "°F", "K"),
    _unit("%", "mg", " percentage points", "‰"),
    _unit("mmHg", "cmH₂O", "kPa"),
    _unit("mmH₂O", "cmH₂O", "mmHg"),
    _unit("cmH₂O", "mmH₂O", "mmHg"),
    _unit("mg/kg", "mg", "mg/m²", "µg/kg", "g/kg", "mg/kg/day"),
    _unit("mg/m²", "mg", "mg/kg", "g/m²", "mg/m³"),
    _unit("mL/h", "mL/min", "L/h", "mL"),
    _unit("L/min", "mL/min", "L/h"),
    _unit("µL/min", "mL/min", "µL/h"),
    _unit("g/L", "mg/L", "g/dL"),
    _unit("mmol/L", "µmol/L", "mg/L"),
    _unit("mg/L", "g/L", "µg/L"),
    _unit("× 10⁹/L", "× 10⁶/L", "× 10¹²/L"),
    _unit("×\u00a010⁹/L", "×\u00a010⁶/L", "×\u00a010³/L"),
    *(
        rule(
            rf"(?<=\d[\s{HYPHENS}]){unit}(s?)\b",
            lambda found, draw, unit=unit: (
                draw.choice([other for other in ("minute", "hour", "day", "week", "month", "year") if other != unit])
                + found[1]
            ),
        )
        for unit in ("minute", "hour", "day", "week", "month", "year")
    ),
)
_NUMBER_WORDS = one_of(
    *(word(one, *(other for other in _WORDS if other != one)) for one in _WORDS),
    word("one of", "two of", "three of"),
    word("once", "twice", "three times"),
    word("twice", "once", "four times"),
    *pairs(("half", "a quarter"), ("two thirds", "one third"), ("double", "triple")),
    word("a third", "a half"),
)


def _day(found: re.Match[str], draw: random.Random) -> str | None:
    other = draw.choice([day for day in range(1, 29) if day != int(found[1])])
    return f"{other}{found[2]}{found[3]}"


_MONTH = "|".join(_MONTHS)
_DATES = some_of(
    one_of(
        *(
            rule(rf"(?<=\d\s){month}\b", lambda f, draw: draw.choice([m for m in _MONTHS if m != f[0]]), flags=0)
            for month in _MONTHS
        )
    ),
    one_of(rule(rf"\b(\d{{1,2}})(\s)({_MONTH})\b", _day, flags=0)),
    one_of(
        rule(
            r"\b(19|20)(\d\d)\b(?!\s(?:mg|g|mL|units))",
            lambda f, draw: f[1] + f"{(int(f[2]) + draw.randint(1, 9)) % 100:02d}",
        )
    ),
    one_of(
        *(
            rule(rf"\b{day}\b", lambda f, draw: draw.choice([d for d in _WEEKDAYS if d != f[0]]), flags=0)
            for day in _WEEKDAYS
        )
    ),
    one_of(
        rule(
            rf"\b(in|since|until|from|of)\s({_MONTH})\b",
            lambda f, draw: f"{f[1]} " + draw.choice([m for m in _MONTHS if m != f[2]]),
            flags=0,
        )
    ),
)


def _number(write: Write) -> Edit:
    return one_of(rule(NUMBER, write))


QUANTITIES: tuple[Family, ...] = tuple(
    Family(name, Harm.DANGEROUS, edit)
    for name, edit in (
        ("digit changed", _number(_digit)),
        ("factor of ten", _number(_tenfold)),
        ("number of another place", _from_context),
        ("two numbers exchanged", _exchanged),
        ("range changed", one_of(rule(_RANGE, _lost_end))),
        ("decimal changed", _number(_decimals)),
        ("sign", _SIGNS),
        ("unit", _UNITS),
        ("number word", _NUMBER_WORDS),
        ("date", _DATES),
    )
)
