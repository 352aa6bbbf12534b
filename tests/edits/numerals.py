"""Harmless edits of how amounts are written: number words, unit names, comparators, dates, ordinals, ranges."""

from __future__ import annotations

import random
import re

from tests.edits.families import Family, Harm
from tests.edits.wording import one_of, rule

_ONES = [
    "zero",
    "one",
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
    "sixteen",
]
_ONES += ["seventeen", "eighteen", "nineteen"]
_TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
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
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def _in_words(value: int) -> str | None:
    if value < 20:
        return _ONES[value]
    if value < 100:
        tens, rest = value // 10 * 10, value % 10
        return _TENS[tens] + (f"-{_ONES[rest]}" if rest else "")
    return None


def _digits(found: re.Match[str], _: random.Random) -> str | None:
    return str(_ONES.index(found.group().lower()))


def _spelled(found: re.Match[str], _: random.Random) -> str | None:
    return _in_words(int(found.group()))


_COUNTED = (
    r"(?:\s(?:years?|weeks?|days?|months?|hours?|patients|children|fractions|cycles|times|doses|mg|Gy|mm|minutes))"
)
_NUMBER_WORDS = one_of(
    rule(r"(?<![-‑])\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?![-‑])", _digits),
    rule(rf"(?<![\w.,/–‑×-])(?<!×.)\d{{1,2}}(?={_COUNTED})", _spelled),
)
_UNIT_NAMES = {
    "mg": ("milligrams", "milligram", "mgs"),
    "kg": ("kilograms", "kilogram"),
    "µg": ("micrograms", "mcg"),
    "mL": ("millilitres", "milliliters", "ml", "cc"),
    "L": ("litres", "liters"),
    "mm": ("millimetres", "millimeters"),
    "cm": ("centimetres", "centimeters"),
    "Gy": ("gray", "Gray", "grays"),
    "h": ("hours", "hrs", "hr"),
    "min": ("minutes", "mins"),
    "years": ("yrs", "y"),
    "weeks": ("wks", "wk"),
    "months": ("mo", "mos"),
    "days": ("d",),
    "hours": ("h", "hrs"),
    "minutes": ("min", "mins"),
    "fractions": ("fx", "fr"),
    "g": ("grams",),
    "cm³": ("cc", "mL", "cm3"),
    "mg/kg": ("mg per kg", "milligrams per kilogram"),
    "mL/h": ("mL/hr", "ml per hour"),
    "mg/m²": ("mg per m²", "mg per square metre", "mg/sqm"),
    "/day": (" per day", "/d"),
}
_UNITS = one_of(
    *(
        rule(rf"(?<=\d)(\s?){re.escape(unit)}(?![\w/²³·])", _renamed, flags=0)
        for unit, names in _UNIT_NAMES.items()
        for _renamed in [lambda found, draw, names=names: " " + draw.choice(names)]
    )
)
_COMPARED = one_of(
    *(rule(r"≥\s?(?=\d)", f"{said} ") for said in ("at least", "greater than or equal to", "no less than")),
    *(rule(r"≤\s?(?=\d)", f"{said} ") for said in ("at most", "no more than", "less than or equal to")),
    *(rule(r"(?<![-–\w])<\s?(?=\d)", f"{said} ") for said in ("less than", "below", "under")),
    *(rule(r"(?<![-–\w])>\s?(?=\d)", f"{said} ") for said in ("more than", "greater than", "over", "above")),
    rule(r"\bat least\s(?=\d)", "≥ "),
    rule(r"\bat most\s(?=\d)", "≤ "),
    rule(r"(?<!\bno\s)\bmore than\s(?=\d)", "> "),
    rule(r"(?<!\bno\s)\bless than\s(?=\d)", "< "),
    rule(r"\s=\s(?=\d)", " equals "),
)
_MONTH = "|".join(_MONTHS)


def _short_month(found: re.Match[str], _: random.Random) -> str | None:
    return f"{found[1]} {found[2][:3]}" if len(found[2]) > 4 else None


def _iso(found: re.Match[str], _: random.Random) -> str | None:
    return f"{found[3]}-{_MONTHS.index(found[2]) + 1:02d}-{int(found[1]):02d}"


def _nth(found: re.Match[str], _: random.Random) -> str | None:
    day = int(found[1])
    end = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{end} {found[2]}"


_DATES = one_of(
    rule(rf"\b(\d{{1,2}})\s({_MONTH})\b(?!\s\d)", r"\2 \1", flags=0),
    rule(rf"\b(\d{{1,2}})\s({_MONTH})\b", _short_month, flags=0),
    rule(rf"\b(\d{{1,2}})\s({_MONTH})\b", _nth, flags=0),
    rule(rf"\b(\d{{1,2}})\s({_MONTH})\s(\d{{4}})\b", r"\2 \1, \3", flags=0),
    rule(rf"\b(\d{{1,2}})\s({_MONTH})\s(\d{{4}})\b", _iso, flags=0),
)


def _ordinal(found: re.Match[str], _: random.Random) -> str | None:
    place = _ORDINALS.index(found.group().lower()) + 1
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(place, f"{place}th")


def _arabic(found: re.Match[str], _: random.Random) -> str | None:
    return next(digit for digit, numeral in _ROMAN.items() if numeral == found.group())


_NUMERALS = one_of(
    rule(r"(?<!\bone\s)\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b(?![-‑])", _ordinal),
    rule(r"(?<=\bgrade\s)[1-4](?![\w.–])", lambda found, _: _ROMAN[found.group()]),
    rule(r"(?<=\bphase\s)[1-4](?![\w.–])", lambda found, _: _ROMAN[found.group()]),
    rule(r"(?<=\bphase\s)(?:III|II|IV|I)\b", _arabic, flags=0),
)
_RANGES = one_of(
    rule(r"(?<![\w.,–‑-])(\d+(?:\.\d+)?)[–‑-](\d+(?:\.\d+)?)(?![\w.,–‑-]*\d)(?!\w)", r"\1 to \2"),
    rule(r"(?<![\w.,–‑-])(\d+(?:\.\d+)?)\sto\s(\d+(?:\.\d+)?)(?![\w.,]*\d)", "\\1–\\2"),
    rule(r"(?<![\w.,–‑-])(\d+(?:\.\d+)?)[–‑-](\d+(?:\.\d+)?)(?![\w.,–‑-]*\d)(?!\w)", "\\1 – \\2"),
)
NUMERALS: tuple[Family, ...] = tuple(
    Family(name, Harm.HARMLESS, edit)
    for name, edit in (
        ("number words and digits", _NUMBER_WORDS),
        ("unit names", _UNITS),
        ("comparators in words and symbols", _COMPARED),
        ("date forms", _DATES),
        ("ordinals and Roman numerals", _NUMERALS),
        ("range forms", _RANGES),
    )
)
