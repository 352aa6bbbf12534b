"""Unseen harmless families of wording: what secretaries, journalists and chat models do to a quote that they keep."""

from __future__ import annotations

import random
import re

from tests.edits.families import Family
from tests.edits.unseen_tools import MONTH, NUMBER, harmless, lower_first, one, one_of, without_stop
from tests.edits.unseen_typography import bold

_LEADS = (
    "It is documented that ",
    "We read that ",
    "The record notes that ",
    "The source makes clear that ",
    "The text mentions that ",
    "As set down in the document, ",
    "In the words of the author, ",
)
_TAILS = (
    "“{},” the record says.",
    "“{}” – so the source.",
    "{}, according to the text.",
    "{} (verbatim from the context)",
    "{} — taken from the passage above",
    "“{}”, as the document puts it",
    "{} <- from the case notes",
)
_BREAKS = ("“{},” the record says, “{}”", "“{}”, and further: “{}”", "“{},” it reads, “{}”", "‘{},’ we are told, ‘{}’")
_CONTRACTED = {
    "did not": "didn't",
    "does not": "doesn't",
    "do not": "don't",
    "is not": "isn't",
    "are not": "aren't",
    "was not": "wasn't",
    "were not": "weren't",
    "has not": "hasn't",
    "have not": "haven't",
    "had not": "hadn't",
    "could not": "couldn't",
    "would not": "wouldn't",
    "should not": "shouldn't",
    "must not": "mustn't",
    "will not": "won't",
    "cannot": "can't",
    "it is": "it's",
    "there is": "there's",
    "that is": "that's",
    "i have": "I've",
    "we have": "we've",
    "they have": "they've",
    "we shall": "we'll",
    "i shall": "I'll",
    "she will": "she'll",
    "he will": "he'll",
    "it will": "it'll",
    "we are": "we're",
    "they are": "they're",
    "you are": "you're",
}
_SHORT = {
    "and": "&",
    "with": "w/",
    "weeks": "wks",
    "week": "wk",
    "months": "mths",
    "years": "yrs",
    "hours": "hrs",
    "minutes": "mins",
    "patient": "pt",
    "patients": "pts",
    "treatment": "tx",
    "diagnosis": "dx",
    "history": "hx",
    "number": "no.",
    "temperature": "temp",
}
_ORDINALS = {
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
    "fourth": "4th",
    "fifth": "5th",
    "sixth": "6th",
    "seventh": "7th",
    "eighth": "8th",
    "ninth": "9th",
    "tenth": "10th",
}
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}
_UNIT_NAMES = {
    "mg/m²": "milligrams per square metre",
    "mg/kg": "milligrams per kilogram",
    "mg": "milligrams",
    "mL": "millilitres",
    "mm": "millimeters",
    "cm": "centimeters",
    "kg": "kilograms",
    "Gy": "gray",
    "µg": "micrograms",
    "%": "per cent",
    "°C": "degrees Celsius",
    "min": "minutes",
    "h": "hours",
    "g": "grams",
}
_UNIT_NAME = NUMBER + r"\s?(" + "|".join(map(re.escape, _UNIT_NAMES)) + r")(?![\w/²³])"
_RANGE = r"(?<![\w.,:/‑–-])(\d+(?:\.\d+)?)–(\d+(?:\.\d+)?)(?![\w:/‑–-])"
_DAILY = {f"{often} daily": f"{often} a day" for often in ("once", "twice", "three times", "four times")}
_DAILY |= {f"{often} weekly": f"{often} a week" for often in ("once", "twice", "three times")}
_DAILY |= {
    f"{often} a {time}": f"{often} per {time}"
    for often in ("once", "twice", "times", "hours")
    for time in ("day", "week")
}
_DAILY |= {"each day": "every day", "each week": "every week", "each morning": "every morning"}


def _reported(text: str, rng: random.Random) -> str | None:
    return rng.choice(_LEADS) + lower_first(text)


def _attributed(text: str, rng: random.Random) -> str | None:
    return None if "”" in text or "’" in text else rng.choice(_TAILS).format(without_stop(text))


def _broken(text: str, rng: random.Random) -> str | None:
    if re.search('[“”‘’"]', text):
        return None
    places = [m.span() for m in re.finditer(r"[,;]\s", text)]
    places = [(a, b) for a, b in places if len(text[:a].split()) >= 4 and len(text[b:].split()) >= 4]
    if not places:
        return None
    end, start = rng.choice(places)
    return rng.choice(_BREAKS).format(text[:end], text[start:])


def _date(text: str, rng: random.Random) -> str | None:
    def rewrite(match: re.Match[str]) -> str:
        day, month, year = match.groups()
        ordinal = day + ("th" if 10 < int(day) < 20 else {"1": "st", "2": "nd", "3": "rd"}.get(day[-1], "th"))
        styles = (
            f"{month} {day}",
            f"{month} {ordinal}",
            f"{ordinal} {month}",
            f"the {ordinal} of {month}",
            f"{day}. {month}",
            f"{day}-{month[:3]}",
        )
        return rng.choice(styles[:2]) + f", {year}" if year else rng.choice(styles)

    return one(
        rf"(?<!\d\sto\s)(?<!\d\sand\s)(?<!\d\sor\s)(?<![\w–/])(\d{{1,2}})\s({MONTH})\b(?:\s(\d{{4}}))?(?!\s?[\d–])(?!\sand\s\d)",
        text,
        rng,
        rewrite,
    )


def _decimal_comma(text: str, rng: random.Random) -> str | None:
    units = r"(?=\s?(?:mg|mL|mm|cm|Gy|kg|g|%|°C|months|years|m²|mmol|×|m\b|T\b))"
    return re.sub(r"(?<![\w.,/‑–-])(\d+)\.(\d{1,2})" + units, r"\1,\2", text)


def _contracted(text: str, rng: random.Random) -> str | None:
    return one_of(_CONTRACTED, text, rng)


def _clause_list(text: str, rng: random.Random) -> str | None:
    parts = re.split(r"(?<=;)\s", text)
    if len(parts) < 2 or min(len(part.split()) for part in parts) < 3:
        return None
    mark = rng.choice(("- ", "• ", "* ", "– ", "» ", "▪ ", "→ "))
    return "\n".join(mark + part for part in parts)


def _shorthand(text: str, rng: random.Random) -> str | None:
    for _ in range(rng.randint(1, 3)):
        text = one_of(_SHORT, text, rng) or text
    return text


def _numerals(text: str, rng: random.Random) -> str | None:
    roman = re.sub(
        r"\b(grade|phase)(\s)([1-4])(?![\w.–])", lambda m: m[1] + m[2] + _ROMAN[m[3]], text, flags=re.IGNORECASE
    )
    figure = roman if roman != text else one_of(_ORDINALS, text, rng)
    return (
        None if figure is None or re.search(r"\b(?:one|a)\s\d(?:rd|th)\b", figure, re.IGNORECASE) else figure
    )  # a fraction


def _unit_names(text: str, rng: random.Random) -> str | None:
    return one(_UNIT_NAME, text, rng, lambda m: m.group()[: m.start(1) - m.start()].rstrip() + " " + _UNIT_NAMES[m[1]])


def _ranges_and_times(text: str, rng: random.Random) -> str | None:
    """41 × 33 mm as 41 by 33 mm or 41 x 33 mm, × 10⁹/L as x 10^9/L, 20–24 Gy as 20 to 24 Gy."""
    size = rng.choice(("x", "X", "by"))
    plain = re.sub(r"×(?=\s\d+(?:\.\d+)?\s(?:mm|cm|×))(?!\s10[⁰-⁹])", size, text)
    plain = re.sub(r"×\s10⁹/L", rng.choice(("x 10^9/L", "x10⁹/L", "×10^9/l", "x 10(9)/L", "* 10**9 / L")), plain)
    return one(_RANGE, plain, rng, lambda m: m[1] + rng.choice((" to ", " - ", " — ", "‒")) + m[2]) or plain


def _daily(text: str, rng: random.Random) -> str | None:
    return one_of(_DAILY, text, rng)


def _chat(text: str, rng: random.Random) -> str | None:
    """A chat model's way: a bullet, a lead, the quote with a bold figure, where it was found."""
    lead = rng.choice(("- **Relevant line:** ", "> Direct evidence → ", "1. *Verbatim:* ", "* Key sentence – "))
    return (
        lead
        + f"“{bold(text, rng) or text}”"
        + rng.choice((" (provided context)", " *(source: case notes)*", " [context]", ""))
    )


def _hurried(text: str, rng: random.Random) -> str | None:
    """A hurried typist: shorthand, no capitals at the start, no full stop, a comma lost."""
    return without_stop(lower_first(re.sub(r"(?<=[a-z]),(?=\s[a-z])", "", _shorthand(text, rng) or text, count=1)))


WORDING: tuple[Family, ...] = (
    harmless("reported in a clause", _reported, least_words=5),
    harmless("attributed at the end", _attributed, least_words=5),
    harmless("quotation broken by an attribution", _broken, least_words=8),
    harmless("date in another style", _date),
    harmless("decimal comma", _decimal_comma),
    harmless("contractions", _contracted),
    harmless("clauses as a list", _clause_list),
    harmless("clinic shorthand", _shorthand),
    harmless("Roman grades, figure ordinals", _numerals),
    harmless("units by name", _unit_names),
    harmless("ranges and times in other signs", _ranges_and_times),
    harmless("daily, a day, per day", _daily),
    harmless("chat model's bullet", _chat, least_words=5),
    harmless("hurried typist", _hurried),
)
