"""Words and units that only the case of their letters tells apart: `5 mM` and `5 mm`, `IT` and `it`."""

from __future__ import annotations

import re

from evaluator.types import AlterationKind, Span


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNITS = tuple(
    frozenset(pair.split("/"))
    for pair in _words(
        "mM/mm mM/MM M/m µM/µm μM/μm nM/nm nM/NM pM/pm MV/mV MBq/mBq GBq/gBq MeV/meV MA/mA MW/mW MHz/mHz MGy/mGy "
        "MSv/mSv MCi/mCi G/g D/d PG/pg MPa/mPa MN/mN"
    )
)
"""Forms of which each is another unit; a form that is no unit by itself (`MG`, `gy`) reads as the usual one."""
_SYMBOLS = tuple(frozenset(pair.split("/")) for pair in _words("Mg/mg Cr/CR Co/CO pH/PH Ca/CA PT/Pt"))
"""Elements and the like beside other short forms."""
_EVERYDAY = _words(
    "it in us ice pet aids as is on an be me we by if to of up my he at map tap pen cat dim star care cast arm fast "
    "rap lap dig cap gap cup hip lip tip may mad sad act bat can for has her his how met most nice pain past pat ran "
    "rest sat set six sun tic toe two war was"
)
"""Words of everyday language that are short forms where they stand in capitals."""
_STRESSED = _words("no or all and not")
"""Words that capitals stress more often than they make a short form of them."""
_LINKS = _words("at in with and was were is for by on via to after before from the of a an or")
_TO_PLACES = _words("in the from to of at into")

CASED = frozenset(
    {form.casefold().replace("µ", "μ") for forms in (*_UNITS, *_SYMBOLS) for form in forms} | _EVERYDAY | _STRESSED
)
"""Folded words whose case may matter."""

_WORD = re.compile(r"[^\W\d_]+")
_NEAR = 200
"""Characters on either side by which the style of a quote is judged."""
_MOST = 0.7
_FEW = 3


def case_change(cited: str, one: Span, source: str, other: Span) -> AlterationKind | None:
    """The kind of change where a word of the quote and of the source, equal but for case, mean different things; None
    where they do not. Case says nothing in a quote that is in capitals, or has a capital in front of every word."""
    said, stated = cited[one.start : one.end], source[other.start : other.end]
    pair = {said.replace("µ", "μ"), stated.replace("µ", "μ")}
    before, after = cited[max(0, one.start - _NEAR) : one.start], cited[one.end : one.end + _NEAR]
    if len(pair) == 1 or _has_style(before + said + after):
        return None
    if _follows_number(source, other.start) and any(pair <= forms for forms in _UNITS):
        return AlterationKind.UNIT
    if not any(c.isupper() for c in before + after):
        return None  # all in small letters
    if any(pair <= forms for forms in _SYMBOLS):
        return AlterationKind.NAME
    return AlterationKind.WORD if _is_short_form(cited, one, source, other) else None


def _follows_number(text: str, place: int) -> bool:
    return text[max(0, place - 2) : place].rstrip(" \u00a0\u202f")[-1:].isdigit()


def _has_style(text: str) -> bool:
    words = [word for word in _WORD.findall(text) if len(word) > _FEW]
    return len(words) > 1 and sum(word[0].isupper() for word in words) > _MOST * len(words)


def _is_short_form(cited: str, one: Span, source: str, other: Span) -> bool:
    """Whether one side has a short form in capitals and the other the everyday word."""
    said, stated = cited[one.start : one.end], source[other.start : other.end]
    word = said.casefold()
    if not (said.isupper() ^ stated.isupper()) or len(word) < 2:
        return False
    text, span = (source, other) if stated.isupper() else (cited, one)
    before, after = (
        _WORD.findall(text[max(0, span.start - 20) : span.start]),
        _WORD.findall(text[span.end : span.end + 20]),
    )
    if any(len(w) > 1 and w.isupper() for w in (*before[-1:], *after[:1])):
        return False  # a heading, or several stressed words
    if word in _EVERYDAY:
        return True
    if word in ("no", "all"):
        return stated.isupper() and (not after or after[0].casefold() in _LINKS)
    if word == "or":
        return stated.isupper() and bool(before) and before[-1].casefold() in _TO_PLACES
    return False
