"""Ways of writing one thing that alignment does not know: `minus 80 °C`, `1.5 tesla`, `4 out of 5`, `from 20 to 36`.

Where a comparison found changes, both texts are written in one way and compared anew; if nothing is left, nothing was
changed. How alike the two are is not touched.
"""

from __future__ import annotations

import re

from evaluator.alterations import Comparison, find_alterations

_UNITS = {
    "tesla": "T",
    "kilometers": "km",
    "kilometres": "km",
    "kilometer": "km",
    "kilometre": "km",
    "kilohertz": "kHz",
    "megahertz": "MHz",
    "megabecquerel": "MBq",
    "kilopascal": "kPa",
    "megavolt": "MV",
    "millisievert": "mSv",
    "sievert": "Sv",
    "newton": "N",
    "newtons": "N",
    "watt": "W",
    "watts": "W",
    "volts": "V",
}
_NAMED = "|".join(_UNITS)
_SIGNS = re.compile(
    rf"\b(?:minus|out of|from|between|percentile|half|third|quarter|fifth|{_NAMED})\b"
    r"|[ (][-–−\u2011] ?(?=\d)|[x×·] ?10 ?[-–−^]",
    re.IGNORECASE,
)
"""Nothing is written anew where none of these stands."""
_REWRITINGS = (
    (re.compile(r"(?<![\w-])minus (?=\d)|(?<=\()[-–−\u2011] ?(?=\d)|(?<=[a-z] )[−\u2011](?=\d)", re.IGNORECASE), "-"),
    (re.compile(r"(?<=\d) out of (?=\d)", re.IGNORECASE), "/"),
    (re.compile(r"\b(?:from|between) (\d[\d.,]*)(?= ?(?:to|and|[-–−\u2011]) ?\d)", re.IGNORECASE), r"\1"),
    (re.compile(r"(?<=\d) ?(?:to|[–−\u2011]) ?(?=\d)", re.IGNORECASE), "-"),
    (re.compile(r"(?<=[x×·] 10)(?:[-–−\u2011]|⁻)(?=[\d⁰¹²³⁴-⁹])", re.IGNORECASE), "^-"),
    (re.compile(r"\bpercentile\b", re.IGNORECASE), "centile"),
    (re.compile(r"\ba (half|third|quarter|fifth)(?= of\b|[.,;)]|$)", re.IGNORECASE), r"one \1"),
)
_SET_OFF = re.compile(r"(?<=[\s(])[-–−\u2011] (?=\d)")
"""A sign that a blank sets off: in a quote it may be that of a source which writes it without; a source may mean a
dash by it."""
_UNIT = re.compile(rf"(?<=\d)[ -]?({_NAMED})\b", re.IGNORECASE)


def reads_alike(comparison: Comparison) -> bool:
    """Whether the quote and its passage, both written in one way, differ in nothing that matters."""
    said, stated = _text(comparison, cited=True), _text(comparison, cited=False)
    if not _SIGNS.search(said) and not _SIGNS.search(stated):
        return False
    said, stated = _rewrite(_SET_OFF.sub("-", said)), _rewrite(stated)
    return said == stated or not find_alterations(said, stated)


def _text(comparison: Comparison, *, cited: bool) -> str:
    folded = comparison.cited if cited else comparison.source
    atoms = comparison.cited_atoms if cited else comparison.source_atoms
    if not atoms:
        return ""
    span = folded.original_span(atoms[0].start, atoms[-1].end)
    return folded.original[span.start : span.end].replace("\u00a0", " ").replace("\u202f", " ")


def _rewrite(text: str) -> str:
    for pattern, form in _REWRITINGS:
        text = pattern.sub(form, text)
    return _UNIT.sub(lambda found: f" {_UNITS[found[1].lower()]}", text)
