"""Unseen dangerous families of figures, units, schedules and codes."""

from __future__ import annotations

import random
import re

from tests.edits.families import Family
from tests.edits.unseen_tools import MONTH, NUMBER, UNIT, dangerous, one, one_of

_QUANTITY = rf"({NUMBER})(\s?{UNIT})"
_WHOLE = rf"(?<![\w.,:/‑–−±-])(\d+)(?![\w:/‑–-]|[.,]\d|\s?{MONTH})"
_TEENS = {str(10 + i): str(10 * i) for i in range(3, 10)}
_TEENS |= {ten: teen for teen, ten in _TEENS.items()}
_TEEN_WORDS = {
    "thirteen": "thirty",
    "fourteen": "forty",
    "fifteen": "fifty",
    "sixteen": "sixty",
    "seventeen": "seventy",
    "eighteen": "eighty",
    "nineteen": "ninety",
    "thirty": "thirteen",
    "forty": "fourteen",
    "fifty": "fifteen",
    "sixty": "sixteen",
}
_DENOMINATORS = {
    r"(?<=mg)/m²": "/kg",
    r"(?<=mg)/kg": "/m²",
    r"(?<=[⁹l g])/L\b": "/mL",
    r"(?<=mol)/L\b": "/mL",
    r"/µL\b": "/mL",
    r"/min\b": "/h",
    r"(?<=mL)/h\b": "/min",
    r"/d(?:ay)?\b": "/dose",
    r"(?<=\d)\smm²": " cm²",
    r"\bcm³": "mm³",
    r"\bm²": "cm²",
    r"\bper day\b": "per dose",
    r"\bper cycle\b": "per week",
    r"\bper week\b": "per cycle",
    r"\bper (?:dose|fraction)\b": "in total",
    r"\bin total\b": "per dose",
    r"\bmmHg\b": "cmHg",
    r"\bmmH₂O\b": "cmH₂O",
    r"\bcmH₂O\b": "mmH₂O",
}
_SPARSER = {
    "once daily": "every other day",
    "twice daily": "twice weekly",
    "three times daily": "three times a week",
    "four times daily": "four times a week",
    "daily": "on alternate days",
    "once weekly": "once a month",
    "twice weekly": "twice a month",
    "weekly": "fortnightly",
    "once a week": "once a fortnight",
    "twice a week": "twice a month",
    "a day": "a week",
    "a week": "a month",
    "each day": "each week",
    "every day": "every week",
    "each week": "each month",
    "every week": "every month",
    "each morning": "on some mornings",
    "in the morning": "in the morning and again at night",
    "in the evening": "in the morning and in the evening",
    "at night": "four times in the night",
    "every evening": "every second evening",
    "every four weeks": "every four days",
    "every eight weeks": "every eight months",
    "every three months": "every three weeks",
    "every third day": "every third week",
    "per day": "per week",
    "on average": "at most",
    "at once": "within the week",
    "as needed": "on a fixed schedule",
    "when needed": "on a fixed schedule",
}
_GENES = {
    "TP53": "TP63",
    "p53": "p73",
    "ACVR1": "ACVR1B",
    "PDGFRA": "PDGFRB",
    "PIK3CA": "PIK3CB",
    "PIK3R1": "PIK3R2",
    "H3‑3A": "H3‑3B",
    "H3F3A": "H3F3B",
    "HIST1H3B": "HIST1H2B",
    "CDKN2A": "CDKN2C",
    "NF1": "NF2",
    "FGFR1": "FGFR3",
    "MYCN": "MYCL",
    "OLIG2": "OLIG1",
    "BRAF": "CRAF",
    "EGFR": "VEGFR",
    "IDH1": "IDH2",
    "PPM1D": "PPM1B",
    "CYP3A4": "CYP3A5",
    "H3K27me3": "H3K36me3",
    "K27M": "K27I",
    "K27‑altered": "K36‑altered",
    "H3.3": "H3.2",
    "H3.1": "H3.2",
    "GD2": "GD3",
    "CD3": "CD8",
    "ATRX": "ATR",
    "MGMT": "MTHFR",
    "ALT": "ALP",
    "ANC": "ALC",
    "MEK": "MET",
    "ONC201": "ONC206",
    "T2": "T1",
    "QTcF": "QRS",
}
_VARIANT = r"\b(?:p\.\(?)?([ACDEFGHIKLMNPQRSTVWY])(\d{3,4})([ACDEFGHIKLMNPQRSTVWY*])(?!\w)"
_BOUND = re.compile(
    r"(?:at least|at most|up to|more than|less than|fewer than|over|under|below|above|about|nearly|almost|within|than|"
    r"of|[≥≤<>=±~√≈×–−/+-])\s*$",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"highest|lowest|max|minim|limit|exceed|nadir|earliest|latest|older|later than|\bat its\b", re.IGNORECASE
)


def _overwritten(text: str, rng: random.Random) -> str | None:
    """The eye slips: one quantity gets the figure of another of the same sentence."""
    found = list(re.finditer(_QUANTITY, text))
    pairs = [(a, b) for a in found for b in found if a[1] != b[1]]
    if not pairs:
        return None
    target, source = rng.choice(pairs)
    return text[: target.start(1)] + source[1] + text[target.end(1) :]


def _transposed(text: str, rng: random.Random) -> str | None:
    def swap(match: re.Match[str]) -> str:
        digits = match[1]
        places = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1] and (i or digits[1] != "0")]
        if not places:
            return match.group()
        i = rng.choice(places)
        return digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]

    return one(_WHOLE.replace(r"(\d+)", r"(\d{2,})"), text, rng, swap)


def _misheard(text: str, rng: random.Random) -> str | None:
    """Fifteen heard as fifty, and 13 typed as 30."""
    teens = "|".join(_TEENS)
    heard = one(_WHOLE.replace(r"(\d+)", f"({teens})"), text, rng, lambda match: _TEENS[match[1]])
    return heard or one_of(_TEEN_WORDS, text, rng)


def _denominator(text: str, rng: random.Random) -> str | None:
    fitting = [pattern for pattern in _DENOMINATORS if re.search(pattern, text)]
    if not fitting:
        return None
    pattern = rng.choice(fitting)
    return one(pattern, text, rng, lambda _: _DENOMINATORS[pattern])


def _per_mille(text: str, rng: random.Random) -> str | None:
    def change(match: re.Match[str]) -> str:
        moved = re.search(
            r"\b(?:by|fell|rose|reduction|increase|decrease|more|less|lower|higher)\b", text[: match.start()]
        )
        return match[1] + (" percentage points" if moved and rng.random() < 0.5 else match[2] + "‰")

    return one(r"(\d)(\s?)%", text, rng, change)


def _bounded(text: str, rng: random.Random) -> str | None:
    """A plain figure becomes a limit."""
    if _LIMIT.search(text):  # "highest dose: up to 30 mg" says the same
        return None
    found = [m for m in re.finditer(_QUANTITY, text) if not _BOUND.search(text[: m.start()])]
    found = [m for m in found if not re.match(r"\s?[×–/(]|\s(?:or|to)\b", text[m.end() :])]
    if not found:
        return None
    match = rng.choice(found)
    return (
        text[: match.start()]
        + rng.choice(("at least ", "up to ", "more than ", "less than ", "no more than "))
        + text[match.start() :]
    )


def _false_gloss(text: str, rng: random.Random) -> str | None:
    """A helpful bracket after a figure, with another figure."""

    def gloss(match: re.Match[str]) -> str:
        figure = float(match[1].replace(",", ""))
        if figure == 0:
            return match.group()
        other = f"{figure * rng.choice((10, 2, 1.5, 0.5, 0.1)):.4g}"
        return match.group() + rng.choice((" (i.e. {})", " [recte {}]", " (that is, {})", " [corrected to {}]")).format(
            other + match[2]
        )

    return one(_QUANTITY, text, rng, gloss)


def _sparser(text: str, rng: random.Random) -> str | None:
    return one_of(_SPARSER, text, rng)


def _next_gene(text: str, rng: random.Random) -> str | None:
    """The code beside it: one letter or digit of a gene, variant, enzyme, cell count or sequence."""

    def variant(match: re.Match[str]) -> str:
        letter = rng.choice([c for c in "ACEGHKLRSVW" if c not in match.group()])
        place, last = (
            (str(int(match[2]) + rng.choice((-1, 1, 10))), match[3]) if rng.random() < 0.5 else (match[2], letter)
        )
        return match.group()[: match.start(2) - match.start()] + place + last

    names = "|".join(sorted(map(re.escape, _GENES), key=len, reverse=True))
    name = one(rf"(?<![\w.])(?:{names})(?![\w./-])", text, rng, lambda match: _GENES[match.group()])
    changed = one(_VARIANT, text, rng, variant)
    return rng.choice([edited for edited in (name, changed) if edited] or [None])


FIGURES: tuple[Family, ...] = (
    dangerous("figure of a neighbour", _overwritten),
    dangerous("digits transposed", _transposed),
    dangerous("teens and tens misheard", _misheard),
    dangerous("another denominator", _denominator),
    dangerous("per mille, percentage points", _per_mille, least_words=2),
    dangerous("plain figure made a limit", _bounded),
    dangerous("false figure in brackets", _false_gloss),
    dangerous("another schedule", _sparser),
    dangerous("next gene, variant or test", _next_gene),
)
