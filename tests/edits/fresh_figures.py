"""Fresh dangerous families of figures: wrong numbers, units, doses, limits, scales and labels."""

from __future__ import annotations

import random
import re

from tests.edits.families import Family, Harm, Passage
from tests.edits.fresh_tables import (
    COMPARATORS,
    DIVIDED,
    DRUGS,
    EXTRAS,
    FORMULATIONS,
    GENERIC_LABELS,
    NUMBER_WORDS,
    SCALES,
)
from tests.edits.unseen_tools import (
    NUMBER,
    UNIT,
    dangerous,
    one,
    unless_said,
)

_QUANTITY = rf"({NUMBER})(\s?)({UNIT})(?!\s?/)"
_LABEL = re.compile(r"([A-Z][^:.;,()?\n]{2,40}):\s+(?=\S)")
_GENERIC = re.compile(rf"(?:{GENERIC_LABELS})\b", re.IGNORECASE)
_ABOUT = re.compile(r"(?:about|around|nearly|almost|roughly|some|approximately|[~≈±])\s*$", re.IGNORECASE)
_WRONG = {
    "Gy": ("cGy", 10),
    "mm": ("cm", 0.01),
    "cm": ("mm", 100),
    "mg": ("µg", 100),
    "g": ("mg", 100),
    "kg": ("g", 100),
}
_WRONG |= {"µg": ("mg", 0.01), "mL": ("L", 0.01), "min": ("seconds", 600)}


def _digits(value: float) -> str:
    return f"{value:.6g}" if value < 1e5 else f"{value:.0f}"


def _wrong_conversion(text: str, rng: random.Random) -> str | None:
    units = "|".join(_WRONG)

    def convert(match: re.Match[str]) -> str:
        unit, factor = _WRONG[match[3]]
        return _digits(float(match[1].replace(",", "")) * factor) + " " + unit

    return one(rf"({NUMBER})(\s?)({units})(?![\w/²³]|\s?[×/])", text, rng, convert)


def _other(figure: str, rng: random.Random) -> str:
    value = float(figure.replace(",", ""))
    return _digits(round(value * rng.choice((0.5, 0.75, 1.25, 1.5, 2)) + (0 if value > 3 else 1), 2))


def _struck(text: str, rng: random.Random) -> str | None:
    style = rng.choice(("~~{0}~~ {1}", "<del>{0}</del> <ins>{1}</ins>", "<s>{0}</s> {1}", "{0} → {1}"))

    def strike(match: re.Match[str]) -> str:
        new = _other(match[1], rng)
        same = float(new) == float(match[1].replace(",", ""))
        return match.group() if same else style.format(match.group(), new + match[2] + match[3])

    return one(_QUANTITY, text, rng, strike)


def _rounded(text: str, rng: random.Random) -> str | None:
    def shorten(match: re.Match[str]) -> str:
        value = float(match[1].replace(",", ""))
        new = float(round(value)) if "." in match[1] else float(round(value, -1))
        enough = abs(new - value) >= (0.1 if "." in match[1] else 2) and new > 0
        return (
            _digits(new) + match[2] + match[3] if enough and not _ABOUT.search(text[: match.start()]) else match.group()
        )

    return one(_QUANTITY, text, rng, shorten)


def _power(text: str, rng: random.Random) -> str | None:
    return one(
        r"(?<=10)[⁹⁶⁸⁷](?![⁰¹²])", text, rng, lambda m: rng.choice([p for p in "⁶⁷⁸⁹" if p != m.group()] + ["¹²"])
    )


def _divided(text: str, rng: random.Random) -> str | None:
    """The dose of one time as the dose of a day, and the dose of a course as that of one fraction."""
    often = "|".join(DIVIDED)
    dose = one(
        rf"({NUMBER}\s?(?:mg|µg|g|mL|mg/kg|mg/m²)(?:\sby\smouth)?)\s({often})(?!\w)", text, rng,
        lambda m: f"{m[1]} {DIVIDED[' '.join(m[2].split())]}",
    )  # fmt: skip
    course = one(
        rf"({NUMBER}\s?Gy)\s(?:in|over|given in)\s(\d+)(?:\s(?:daily )?fractions)?(?![\w.]|\sfractions)",
        text, rng,
        lambda m: f"{m[1]} in each of {m[2]} fractions",
    )  # fmt: skip
    course = course or one(
        rf"({NUMBER}\s?Gy)/(\d+)(?:\sfx|\sfr)?\b", text, rng, lambda m: f"{m[1]} per fraction × {m[2]}"
    )
    each = one(rf"({NUMBER}\s?mg(?:/kg)?)/(?:d|day)\b", text, rng, lambda m: f"{m[1]}/dose, six doses a day")
    return rng.choice([edited for edited in (dose, course, each) if edited] or [None])


def _formulation(passage: Passage, rng: random.Random) -> str | None:
    known = passage.context.lower()
    new = [form for form in FORMULATIONS if form[:5] not in known and not (form == "transdermal" and "patch" in known)]
    if not new:
        return None
    form = rng.choice(new)

    def put(match: re.Match[str]) -> str:
        drug = match.group()
        return form.capitalize() + " " + drug.lower() if drug[0].isupper() else f"{form} {drug}"

    return unless_said(passage, one(rf"(?<![\w‑-])(?:{DRUGS})(?![\w‑-])", passage.text, rng, put))


_SPELL = rf"(?:\d+|{NUMBER_WORDS})"


def _duration(text: str, rng: random.Random) -> str | None:
    """How often as how long, how long as how often, and a wait as time gone by."""
    time = r"(?:minutes?|min|hours?|h|days?|weeks?|months?|years?)\b"
    every = one(rf"\bevery ({_SPELL})[ \u00a0]({time})", text, rng, lambda m: f"for {m[1]} {m[2]}")
    for_ = one(
        rf"\bfor ({_SPELL})[ \u00a0]({time})(?! (?:or|and|to|old|before|from)\b)",
        text,
        rng,
        lambda m: f"every {m[1]} {m[2]}",
    )
    in_ = one(
        rf"\bin ({_SPELL})[ \u00a0]((?:days|weeks|months)\b)(?=[.;,]|$| with)",
        text,
        rng,
        lambda m: f"{m[1]} {m[2]} ago",
    )
    return rng.choice([edited for edited in (every, for_, in_) if edited] or [None])


def _complement(text: str, rng: random.Random) -> str | None:
    """The share that is not meant: 41 % for 59 %, 36 of 88 for 52 of 88."""

    def percent(match: re.Match[str]) -> str:
        rest = round(100 - float(match[1]), 2)
        return match.group() if rest <= 0 or rest == float(match[1]) else _digits(rest) + match[2]

    def count(match: re.Match[str]) -> str:
        part, whole = int(match[1]), int(match[3])
        return match.group() if part >= whole or 2 * part == whole else f"{whole - part}{match[2]}{whole}"

    share = one(r"(?<![\w.,–−+/-])(\d+(?:\.\d+)?)(\s?%)(?!\sCI)", text, rng, percent)
    part = one(
        r"(?<![\w.,–/])(\d+)( of |/| out of )(\d+)(?![\w.,]*\d|/|[ \u00a0]?(?:mm|cm|[A-Z][a-z]|[–%]))", text, rng, count
    )
    return rng.choice([edited for edited in (share, part) if edited and edited != text] or [None])


def _comparator(text: str, rng: random.Random) -> str | None:
    if re.search(r"\b(?:no|not)\s+(?:more|less|fewer|longer|earlier|later)\b", text):
        return None
    found = "|".join(sorted(COMPARATORS, key=len, reverse=True))
    return one(
        rf"(?<![\w‑-])(?:{found})(?=\s?(?:\d|(?:{NUMBER_WORDS})\b))",
        text,
        rng,
        lambda m: rng.choice(COMPARATORS[m.group()]),
    )


def _extra(text: str, rng: random.Random) -> str | None:
    item = rng.choice([extra for extra in EXTRAS if extra not in text])
    return one(r"(?<=[a-z]{3}), (?=[a-z‑-]+ (?:and|or) [a-z]+)", text, rng, lambda m: f", {item}, ")


def _scale(text: str, rng: random.Random) -> str | None:
    names = "|".join(sorted(map(re.escape, SCALES), key=len, reverse=True))
    edited = one(rf"(?<![\w‑-])(?:{names})(?![\w‑-])", text, rng, lambda m: SCALES[m.group()])
    return None if edited is None or re.search(r"Lansky.*Lansky|Karnofsky.*Karnofsky", edited) else edited


def _other_label(passage: Passage, rng: random.Random) -> str | None:
    """The value of one line under the label of another line of the document."""
    found = _LABEL.match(passage.text)
    if found is None or passage.text.endswith("?") or len(found[1].split()) > 4 or _GENERIC.match(found[1]):
        return None
    value = passage.text[found.end() :]
    labels = [m[1] for m in re.finditer(r"^(?:[•–-] |\d+\. )?" + _LABEL.pattern, passage.context, re.MULTILINE)]
    labels = [label for label in labels if not _GENERIC.match(label) and len(label.split()) < 5]
    labels = [label for label in labels if label != found[1] and f"{label}: {value}" not in passage.context]
    return unless_said(passage, f"{rng.choice(labels)}: {value}") if labels else None


FIGURES: tuple[Family, ...] = (
    dangerous("struck out and corrected figure", _struck),
    dangerous("converted by a wrong factor", _wrong_conversion),
    dangerous("figure rounded", _rounded),
    dangerous("another power of ten", _power),
    dangerous("dose of a time, a day or a course", _divided),
    Family("formulation put to a drug", Harm.DANGEROUS, _formulation),
    dangerous("frequency, duration and wait", _duration),
    dangerous("share and its complement", _complement),
    dangerous("comparator spelled the other way", _comparator),
    dangerous("one more in an enumeration", _extra),
    dangerous("another scale", _scale),
    Family("value under another label", Harm.DANGEROUS, _other_label),
)
