"""Harmless edits of how a text is set: case, marks, spaces, symbols, line ends."""

from __future__ import annotations

import random
import re
import textwrap
import unicodedata

from tests.edits.families import Family, Harm, Passage
from tests.edits.wording import HYPHENS, all_of, one_of, rule, some_of

_DIGITS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉", "0123456789-0123456789", strict=True))
_LIGATURES = {"ffi": "ﬃ", "fi": "ﬁ", "fl": "ﬂ", "ff": "ﬀ"}
_UNITS = r"(?:mg|g|kg|µg|mL|L|mm|cm|Gy|h|min|s|%|°C|mmHg|mmol|µL|MV|T|d|cm³|mm²)\b|%|°C"


def _case(passage: Passage, draw: random.Random) -> str | None:
    text = passage.text
    made = [text.upper(), text.lower(), text[0].swapcase() + text[1:]]
    return draw.choice([edited for edited in made if edited != text] or [text])


def _wrap(passage: Passage, draw: random.Random) -> str | None:
    lines = textwrap.wrap(" ".join(passage.text.split()), draw.choice([30, 40, 55, 72]), break_on_hyphens=False)
    return "\n".join(lines) if len(lines) > 1 else None


def _hyphenated_wrap(passage: Passage, draw: random.Random) -> str | None:
    long = list(re.finditer(r"(?<![\w-])[a-z]{8,}(?![\w-])", passage.text))
    if not long:
        return None
    found = draw.choice(long)
    cut = found.start() + draw.randrange(3, len(found.group()) - 3)
    return f"{passage.text[:cut]}-\n{passage.text[cut:]}"


def _spaces(passage: Passage, draw: random.Random) -> str | None:
    text = " ".join(passage.text.split())
    gaps = [index for index, character in enumerate(text) if character == " "]
    if not gaps:
        return None
    for index in sorted(draw.sample(gaps, min(3, len(gaps))), reverse=True):
        text = text[:index] + draw.choice(["  ", "\u00a0", "\u2009", "\t", "\u202f", "   "]) + text[index + 1 :]
    return text


def _hidden(passage: Passage, draw: random.Random) -> str | None:
    places = [found.start() + 3 for found in re.finditer(r"[A-Za-z]{7,}", passage.text)]
    if not places:
        return None
    place = draw.choice(places)
    return passage.text[:place] + draw.choice(["\u200b", "\u00ad", "\u2060"]) + passage.text[place:]


def _composition(passage: Passage, draw: random.Random) -> str | None:
    text = passage.text
    made = [unicodedata.normalize("NFD", text)]
    if not re.search(r"\d[⁰¹²³⁴-⁹⁻]", text):  # `10⁹` composed is `109`, another number
        made.append(unicodedata.normalize("NFKC", text))
    for plain, ligature in _LIGATURES.items():
        if plain in text:
            made.append(text.replace(plain, ligature, 1))
    made = [edited for edited in made if edited != text]
    return draw.choice(made) if made else None


def _outer_punctuation(passage: Passage, draw: random.Random) -> str | None:
    return passage.text.rstrip(" .;:,") + draw.choice(["", ",", ";", "..", " .", ":", "."])


_DASHES = some_of(
    all_of(rule(f"[{HYPHENS}]", "-")),
    all_of(rule("[\u2013](?!\\d)", "\u2014")),
    all_of(rule("(?<=[0-9])[-\u2011](?=[0-9])", "\u2013")),
    all_of(rule("(?<=[a-z])[-\u2011](?=[a-z])", "\u2010")),
    all_of(rule(r"\s\u2013\s", " -- ")),
)
_QUOTES = some_of(
    all_of(rule("[“”„]", '"'), rule("[’‘]", "'")),
    all_of(rule("“", "«"), rule("”", "»")),
    all_of(rule("’", "\u02bc")),
    all_of(rule("[“”]", "'")),
)
_SCRIPTS = some_of(
    all_of(rule("(?<=m)[²³]|[₀-₉]", lambda found, _: _DIGITS.get(found.group()))),
    all_of(rule("(?<=[a-zA-Z0-9])([²³⁴-⁹]+)", lambda found, _: "^" + "".join(_DIGITS[c] for c in found.group()))),
    all_of(rule(r"(?<=[A-Za-z])([₀-₉]+)", lambda found, _: "".join(_DIGITS[c] for c in found.group()))),
)
_SYMBOLS = one_of(
    rule("≥", ">="),
    rule("≤", "<="),
    rule(r"\s?%", " percent"),
    rule(r"\s?%", " per cent"),
    rule("µ", "\u03bc"),
    rule("µ(?=[gLm])", "u"),
    rule("µg", "mcg"),
    rule(r"×", "x"),
    rule(r"(?<=\d\s)×(?=\s\d)", "*"),
    rule("±", "+/-"),
    rule(r"\s?°C", " degrees Celsius"),
    rule(r"\s?°C", " deg C"),
    rule("→", "->"),
    rule("→", " to "),
    rule("α", "alpha"),
    rule("β", "beta"),
    rule("½", "1/2"),
)
_ENTITIES = some_of(
    one_of(rule("<", "&lt;"), rule(">", "&gt;"), rule("≥", "&ge;"), rule("≤", "&le;"), rule("&(?!\\w)", "&amp;")),
    one_of(rule("²", "&sup2;"), rule("µ", "&micro;"), rule("°", "&deg;"), rule("×", "&times;"), rule("±", "&plusmn;")),
    one_of(rule("\u00a0", "&nbsp;"), rule("–", "&ndash;"), rule("–", "&#8211;"), rule("[’']", "&#39;")),
    all_of(rule('[“”"]', "&quot;")),
)
_UNIT_SPACING = some_of(
    all_of(rule(rf"(?<=\d)\s(?={_UNITS})", "")),
    one_of(rule(rf"(?<=\d)\s(?={_UNITS})", "")),
    all_of(rule(r"(?<=\d)\s×\s(?=\d)", "×")),
    all_of(rule(r"\s?([≥≤<>=])\s?(?=\d)", r" \1")),
    all_of(rule(r"([≥≤<>=])(?=\d)", r"\1 ")),
    all_of(rule(r"(?<=\d)(?=%)", " ")),
)
_DECIMAL_FORM = some_of(
    all_of(rule(r"(?<=\d),(?=\d{3}\b)", "")),
    all_of(rule(r"(?<=\d),(?=\d{3}\b)", "\u202f")),
    all_of(rule(r"(?<![\w.])(\d{1,2})\.(\d{1,2})(?![\w.])", "\\1\u00b7\\2")),
    one_of(rule(r"(?<![\w.,–-])(\d)(\d{3})(?=\s(?:mg|units|mL|patients|children))", r"\1,\2")),
)

TYPOGRAPHY: tuple[Family, ...] = tuple(
    Family(name, Harm.HARMLESS, edit)
    for name, edit in (
        ("case", _case),
        ("quotation marks within", _QUOTES),
        ("hyphens and dashes", _DASHES),
        ("white space", _spaces),
        ("line wrap", _wrap),
        ("line wrap with hyphen", _hyphenated_wrap),
        ("invisible characters", _hidden),
        ("composed characters and ligatures", _composition),
        ("outer punctuation", _outer_punctuation),
        ("superscripts and subscripts", _SCRIPTS),
        ("symbols spelled", _SYMBOLS),
        ("entities", _ENTITIES),
        ("number and unit spacing", _UNIT_SPACING),
        ("thousands and decimal marks", _DECIMAL_FORM),
    )
)
