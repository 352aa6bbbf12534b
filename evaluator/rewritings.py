"""Ways of writing one thing that alignment does not know: `minus 80 °C`, `1.5 tesla`, `4 out of 5`, `from 20 to 36`.

Where a comparison found changes, both texts are written in one way and compared anew; if nothing is left, nothing was
changed. How alike the two are is not touched.
"""

from __future__ import annotations

import re

from evaluator import lexicon
from evaluator.alterations import Comparison, find_alterations
from evaluator.spelling import word_key
from evaluator.types import Alteration

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


def only_parts(comparison: Comparison, named: tuple[Alteration, ...]) -> bool:
    """Whether all that a quote changes are strokes between blanks where its source begins a new line: ` / ` between
    the items of a list. Before a number or a unit a stroke divides."""
    return all(_parts_lines(comparison, alteration) for alteration in named)


def _parts_lines(comparison: Comparison, alteration: Alteration) -> bool:
    quoted, source, place = comparison.cited.original, comparison.source.original, alteration.citation_span
    if alteration.source or alteration.cited not in ("/", "//"):
        return False
    if not quoted[place.end :].startswith(_BLANKS) or not quoted[: place.start].endswith(_BLANKS):
        return False
    begin, end = max(0, alteration.context_span.start - _NEAR), alteration.context_span.end
    before = source[begin:end].rstrip(_BLANKS_AND_MARKS)
    new_line = "\n" in source[begin + len(before) : end]
    following = _WORD.match(quoted, place.end)
    if not new_line or following is None or not following[1][:1].isalpha():
        return False
    return word_key(following[1].casefold()) not in lexicon.UNITS and following[1].casefold() not in lexicon.SHORT_UNITS


_BLANKS = (" ", "\u00a0", "\u202f")
_BLANKS_AND_MARKS = " \t\r\n\u00a0.,;•–*-()0123456789"
_NEAR = 24
_WORD = re.compile(r"\s+([\w°%µμ]+)")


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
