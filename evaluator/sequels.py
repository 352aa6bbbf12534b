"""What a quote leaves out behind it: words that take the statement back, give it to somebody else, or narrow it.

`was given | to the wrong patient`, `| then restarted`, `| (reported in error)`. Only words of no weight may stand
between: what comes after another subject speaks of that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from evaluator.frames import ERRORS
from evaluator.types import AlterationKind

LOOK = 120
"""Characters behind a quote that may take it back."""


@dataclass(frozen=True, slots=True)
class Sequel:
    """The words behind a quote, `[start, end)` of the text that was looked at."""

    start: int
    end: int
    kind: AlterationKind
    message: str


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LIGHT = _words(
    "is was were are be been being has have had will would which this that it these those and but or a an the to of in "
    "on by for later then since subsequently afterwards afterward soon again now however statement entry report note "
    "reported entered charted written recorded noted made filed documented see record only first before also though "
    "although considered discussed proposed offered planned as at from into so within minutes hours days my our his "
    "her their its from here there almost immediately promptly same day reset turned out proved found shown sample "
    "specimen no"
)
_REVERSED = ERRORS | _words(
    "retracted retraction withdrawn revoked struck cancelled canceled disproved disproven refuted unfounded void "
    "misfiled restarted resumed stopped discontinued withheld reversed suspended ceased halted "
    "declined refused rejected vomited vetoed overruled abandoned aborted postponed deferred crossed denied disputed "
    "undone forbidden draft mix mixup contaminated contamination artefact artifact invalid hemolysed "
    "haemolysed accident accidentally inadvertently withdrew spurious"
)
_DEEDS = _words("vomited stopped restarted resumed refused declined rejected discontinued ceased")
_CLAIMED = _words("claim allegation allegedly supposedly purportedly rumor rumour hypothetically")
_THINKS = _words(
    "claims claimed believes thinks hopes fears insists suspects claim believe think hope fear insist suspect"
)
_CHANGED = _words("changed switched replaced substituted")
_LATER = _words("then later subsequently since")
_TURNS = _LATER | {"and", "but", "soon"}
_MEMBERS = (
    r"brothers?|sisters?|siblings?|mothers?|fathers?|parents?|cousins?|uncles?|aunts?|grandmothers?|grandfathers?|"
    r"friends?|twins?|neighbou?rs?|son|daughter|wife|husband"
)
_SOMEBODY_ELSE = re.compile(
    r"(?:\s(?:on|in|from|at|of) (?:a|the) \w+)?\s(?:to|for|of|in|on|from|by) (?:the |a |an )?"
    r"(?:wrong|other|another|different|next|second) "
    r"(?:child|patient|person|boy|girl|man|woman|family|infant|case|participant)s?\b",
    re.IGNORECASE,
)
_A_RELATIVE = re.compile(
    rf"\s(?:to|for|of|in|on|from|by) (?:his|her|their|its|the child[’']s|the patient[’']s) (?:\w+ )?(?:{_MEMBERS})\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\d")
_SO_SAID = re.compile(
    r",? (?:or so (?:the|his|her|their|they|he|she|it|we|i)\b|or should have\b"
    r"|so (?:\w+ ){1,3}(?:say|says|said|hope|hopes|think|thinks|believes?|claims?|fears?|insists?)\b)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|\n|[|•]")
_WORD = re.compile(r"[^\W\d_]+")
_TURNED = re.compile(
    r"(?:,? (?:but|though|although|yet)(?: (?:he|she|it|they|was|were|is|could|can|did|has|had|have|be|been|so|far|this"
    r"|that|i|we)){0,3} (?:not|never)|, not (?:now|any|today|yet|here|for|in|to)| ?\((?:not|never|no longer))\b"
    r"|,? (?:but|though|although|yet)(?: (?:he|she|it|they|this|that))? \w+n[’']t\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\s?(?:[:=]|[–—-](?=\s))\s?(?:none|nil|no|not|negative|neg|absent|n/a|unknown|declined|refused|cancell?ed|stopped|"
    r"never|correction)(?: (?:seen|found|given|done|known|detected|taken|measured))?(?=\s?(?:[.;,|:)\n]|$))",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\s?[(\[]\s?[-–−\u2010\u2011](?:ve)?\s?[)\]]|\s?[-–−\u2010\u2011](?:ve\b|(?=[,;.)\]]|\s(?:by|on|in)\s|\s?$))"
)
_ASKED = re.compile(r"[\s\"'”’)\]]*\?")
_CELL = re.compile(r"[ \t]*(?:[|\t]|,(?=[^\s\d]))")
_CELLS = re.compile(r"[^\n]{1,160}")
_TAKES_BACK_CELL = re.compile(
    r"(?:^|[|\t,;])\s*(?:stopped|discontinued|cancell?ed|withheld|held|on hold|refused|declined|suspended|withdrawn|"
    r"not given|not taken|not done|omitted|no|negative|absent|never|restarted|deleted|void|ended|retracted)\b",
    re.IGNORECASE,
)
_FROM_A_NAME = re.compile(r"[A-Z0-9][A-Za-z]*\d*$|[A-Z]{2,}$")


def find_sequel(text: str, place: int, asks: bool) -> Sequel | None:
    """What stands in `text` behind `place`, where a quote ends, and changes it. `asks` says that the quote reads as a
    question by itself."""
    mark = text[place : place + 1]
    if not mark or text[place - 1 : place] in _ENDS or mark in _ENDS:
        return None
    tail = text[place : place + LOOK]
    if mark in " ?)\"'”’]" and not asks and (asked := _ASKED.match(tail)):
        return Sequel(0, asked.end(), AlterationKind.MODALITY, "The source asks it: “{}” follows.")
    if mark in " -–−\u2010\u2011([" and (sign := _NEGATIVE.match(tail)) and _is_marker(text, place):
        return Sequel(0, sign.end(), AlterationKind.NEGATION, "The quote cuts off “{}”, which says negative.")
    if mark in " :=" and (denied := _DENIED.match(tail)):
        return Sequel(0, denied.end(), AlterationKind.NEGATION, "The quote stops before “{}”, which denies it.")
    if mark in " \t|," and _CELL.match(tail):
        return _of_row(text, place)
    if mark == " ":
        about = _SOMEBODY_ELSE.match(tail)
        if about is None and _AMOUNT.search(text, max(0, place - _SHORT), place):
            about = _A_RELATIVE.match(tail)
        if about is not None:
            message = "The quote stops before “{}”: it is about somebody else."
            return Sequel(0, about.end(), AlterationKind.NAME, message)
    return _of_sentence(tail)


_ENDS = frozenset(".!;\n")
_SHORT = 80
"""Characters before a relative in which an amount or a date shows that something was given or found."""


def _is_marker(text: str, place: int) -> bool:
    return _FROM_A_NAME.search(text[max(0, place - 12) : place]) is not None


def _of_row(text: str, place: int) -> Sequel | None:
    """A cell further on in the row of a table that takes it back."""
    row = _CELLS.match(text, place)
    found = _TAKES_BACK_CELL.search(row[0]) if row else None
    if found is None:
        return None
    return Sequel(found.start(), found.end(), AlterationKind.OMISSION, "The quote stops before “{}” of its row.")


def _of_sentence(tail: str) -> Sequel | None:
    denied = _TURNED.match(tail)
    if denied is not None:
        return Sequel(0, denied.end(), AlterationKind.NEGATION, _TAKES_BACK)
    if _SO_SAID.match(tail):
        return Sequel(0, len(tail), AlterationKind.MODALITY, "The quote stops before “{}”: it is only claimed.")
    ending = _SENTENCE_END.search(tail)
    before, turned = "", False
    for word in _WORD.finditer(tail, 0, ending.start() if ending else len(tail)):
        said, between = word[0].lower(), tail[: word.start()].strip(" ,")
        if said in _REVERSED and not (said in _DEEDS and between in ("", "which")):
            return Sequel(0, word.end(), AlterationKind.OMISSION, _TAKES_BACK)
        if (said in _CHANGED and (before in _TURNS or turned)) or (said == "never" and before == "but"):
            return Sequel(0, word.end(), AlterationKind.OMISSION, _TAKES_BACK)
        if said in _CLAIMED or (said in _THINKS and tail[: word.start()] == ", "):
            return Sequel(0, word.end(), AlterationKind.MODALITY, "The quote stops before “{}”: it is only claimed.")
        if said not in _LIGHT:
            return None
        before, turned = said, turned or said in _LATER
    return None


_TAKES_BACK = "The quote stops before “{}”, which takes it back."
