"""Cut folded text into atoms, the smallest pieces that a reader would compare.

A run of letters is an atom, and so are a number, a sign that says something (`≥`, `%`, a minus, a range dash) and a
mark that says nothing (`[12]`, a list number). `H3K27M` gives the same five atoms as `H3-K27M`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from evaluator import lexicon
from evaluator.normalize import Folded
from evaluator.spelling import number_key, word_key

MAX_ATOM = 64
_AFTER_DECIMAL_COMMA = (
    "mg|mcg|μg|g|kg|ml|l|gy|cgy|mm|cm|mmol|μmol|t|h|s|min|mmhg|months|years|days|weeks|m2|patients|hours|minutes|points"
)
_AMOUNT = (
    r"(?: to \d| ?(?:mg|mcg|μg|g|kg|ml|l|gy|cgy|%|mmol|tablets?|capsules?|drops?|doses?|units?|puffs?|ampoules?|"
    r"fractions?|hours?|days?|weeks?|months?|years?)(?![a-z]))"
)
"""What makes a number in square brackets an amount and no reference mark."""
_ATOM = re.compile(
    rf"(?P<mark>\[\s?\d{{1,3}}(?:\s?[,;-]\s?\d{{1,3}}){{0,20}}\s?\](?!{_AMOUNT})"
    r"|\((?:see |cf\.? |source: ?)?(?:figs?|figures?|tables?|refs?|appendix|section|pages?|pp?|lines?|"
    r"supplement\w{0,8}(?: (?:tables?|figures?|figs?|material|appendix))?)\b[\s\d.,;:&a-fs-]{0,30}\)"
    r"(?! ?(?:mg|mcg|ml|g|kg)\b)"
    r"|\([^()]{1,60}\bet al\b[^()]{0,40}\)|\[(?:sic|emphasis added|ref)\])"
    r"|(?P<power>(?<![\d.,])10(?:\(\d{1,2}\)|\*\*-?\d{1,2}|e-?\d{1,2})(?!\w))"
    r"|(?P<number>(?:\d{1,3}(?:,\d{3})+(?!\d)"
    rf"|\d+,\d{{1,2}}(?= ?(?:[%°]|x 10|(?:{_AFTER_DECIMAL_COMMA})(?![a-z])))|0,\d{{1,3}}(?![\d,])"
    r"|\d+)(?:\.\d+)*|(?<![\w.])\.\d+)"
    r"|(?P<single>[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])"
    rf"|(?P<word>[^\W\d_]{{1,{MAX_ATOM}}})"
    r"|(?P<suffix>(?<=\w)'(?:s|re|ve|ll|d|m)(?!\w))"
    r"|(?P<sign>(?<=\d)\*(?=\d)|(?<=\d )\*(?= \d)|\+ ?/ ?-|>=|<=|!=|->|[<>=±+~^/%‰°&]"
    r"|-(?= ?\.?\d)|(?<=\d[a-z])-(?=[,.;)\]]|$)|(?<=\()-(?=\))|(?<![\w-])-(?=ve(?!\w))|:(?=\d)|\?|[✓✔✗✘☐☑☒✅❌↑↓♂♀¬])"
)
_ITEM = re.compile(
    r"(?<![^ >*_-])(?:\(?(?:\d{1,2}(?:\.\d{1,2}){0,2}|[a-z]|[ivx]{1,4})[.)]"
    r"|\d{1,2}\.\d{1,2}(?:\.\d{1,2})?|#\d{1,2})(?= )"
)
_WORD = re.compile(r"[^\W\d_]{1,20}(?!\w)|%")
_ASIDE = re.compile(r"\[[^\[\]]{1,80}\]|\(sic!?\)")


class Role(Enum):
    """MARK: a reference mark, list number or pointer to a figure, not part of what is said. ASIDE: a word that square
    brackets set off, as an editor puts it in."""

    TEXT = auto()
    MARK = auto()
    ASIDE = auto()


@dataclass(slots=True, unsafe_hash=True)
class Atom:
    """`key` is what is compared; `[start, end)` counts in the folded text; `joined` says that nothing but a hyphen,
    slash, apostrophe or decimal mark separates it from the atom before. Never changed once made: it is not frozen only
    because every word of a text makes one, and a frozen one takes four times as long to make."""

    key: str
    surface: str
    start: int
    end: int
    joined: bool
    role: Role = Role.TEXT


_LINE_ENDS = frozenset((*".:;!?)]|", ""))
_LINE_DRESS = " \t\n\r>*-•#"


def _items(folded: Folded, start: int, end: int) -> dict[int, int]:
    """Where list numbers stand that begin a line: start → end. A quantity that begins a line is none."""
    found: dict[int, int] = {}
    for match in _ITEM.finditer(folded.text, start, end):
        marked = match[0][-1] in ".)" or match[0][0] == "#" or _is_headed(folded, match.end() + 1)
        if marked and _begins_line(folded, match.start(), match[0]):
            found[match.start()] = match.end()
    return found


def _is_headed(folded: Folded, position: int) -> bool:
    """Whether a sentence or title begins there; neither the unit of `54.0 Gy` does, nor a word in small letters."""
    word = _WORD.match(folded.text, position)
    if word is not None and (
        word_key(word[0]) in lexicon.UNITS or word[0] in lexicon.SHORT_UNITS or word[0] in lexicon.DOSAGE_FORMS
    ):
        return False
    place = folded.original_span(position, position + 1).start
    return not folded.original[place : place + 1].islower()


def _begins_line(folded: Folded, begin: int, item: str) -> bool:
    """Whether a number is the first thing of a line, and of a list: the line before has ended, or a neighbour of the
    same list stands near. (`over` / `30. Then` is a wrapped sentence.)"""
    if begin < 6 and not folded.text[:begin].rstrip(" >*_-#"):
        return True
    original = folded.original
    place = folded.original_span(begin, begin + 1).start
    line = original.rfind("\n", 0, place)
    if line < 0 or original[line:place].strip(_LINE_DRESS):
        return False
    if original[max(0, line - 80) : line].rstrip()[-1:] in _LINE_ENDS:
        return True
    digits = item.strip("(.)")
    if not digits.isdigit():
        return False
    near = original[max(0, place - _LIST_REACH) : place + _LIST_REACH]
    return any(f"\n{item.replace(digits, str(int(digits) + step))} " in near for step in (-1, 1))


_LIST_REACH = 2_000


def raw_atoms(folded: Folded, start: int, end: int) -> list[Atom]:
    """The atoms of `folded.text[start:end]`, each with the key that it has out of context."""
    text = folded.text
    items = _items(folded, start, end)
    asides = [match.span() for match in _ASIDE.finditer(text, start, end)] if "[" in text or "(sic" in text else []
    atoms: list[Atom] = []
    last = -1
    for match in _ATOM.finditer(text, start, end):
        begin, stop = match.span()
        if items:
            item = begin if begin in items else begin - 1
            if item in items and last < items[item]:
                last = items[item]
                atoms.append(Atom(text[item:last].strip("().#"), text[item:last], item, last, False, Role.MARK))
        if begin < last:
            continue
        role = Role.ASIDE if asides and any(low < begin < high for low, high in asides) else Role.TEXT
        surface, gap = match[0], " " if last < 0 else text[last:begin]
        if match.lastgroup == "word" and (surface[-1] != "n" or text[stop : stop + 1] != "'"):
            key = word_key(surface)
            if surface == "no" and text.startswith(". ", stop) and _goes_on(folded, stop + 2):
                key = "number"
            atoms.append(Atom(key, surface, begin, stop, gap in _JOINTS, role))
            last = stop
        elif new := _atoms_of_match(text, match, gap, role):
            atoms += new
            last = new[-1].end
    return atoms


def _goes_on(folded: Folded, position: int) -> bool:
    """Whether a sentence goes on there in small letters: "the no. of patients"."""
    place = folded.original_span(position, position + 1).start
    return folded.original[place : place + 1].islower()


def _atoms_of_match(text: str, match: re.Match[str], gap: str, role: Role) -> tuple[Atom, ...]:
    surface, kind = match[0], match.lastgroup
    begin, stop = match.span()
    joined = gap in _JOINTS and kind != "single"
    if kind == "mark":
        role = Role.TEXT if _SEVERAL.search(surface) and _MEASURED.search(_before(text, begin)) else Role.MARK
        return (Atom("".join(surface.split()), surface, begin, stop, False, role),)
    if kind == "power":
        digits = _EXPONENT.search(surface)
        power = digits[0] if digits else surface
        left = Atom("10", "10", begin, begin + 2, joined, role)
        return left, Atom("^", "^", begin + 2, begin + 2, True, role), Atom(power, power, begin + 2, stop, True, role)
    if kind == "number":
        named = gap == "" and text[begin - 1 : begin].isalpha()
        return (Atom(surface if named else number_key(surface), surface, begin, stop, joined, role),)
    if kind == "word" and surface.endswith("n") and text[stop : stop + 2] == "'t":
        cut = stop if surface == "can" else stop - 1
        verb = Atom(word_key(text[begin:cut]), text[begin:cut], begin, cut, joined, role)
        return verb, Atom("not", text[cut : stop + 2], cut, stop + 2, True, role)
    if kind == "sign":
        sign = _sign_key(text, surface, begin, stop)
        return (Atom(sign, surface, begin, stop, joined, role),) if sign is not None else ()
    return (Atom(word_key(surface), surface, begin, stop, joined, role),)


def _before(text: str, begin: int) -> str:
    """The last few characters before a place."""
    return text[max(0, begin - 12) : begin]


_EXPONENT = re.compile(r"-?\d+(?=\)?$)")
_SEVERAL = re.compile(r"^\[\D*\d+\D+\d")
_MEASURED = re.compile(r"(?:\d|%|\d ?[a-z]{1,8}|\bmonths?|\bweeks?|\bdays?|\byears?|\bhours?) ?$")
"""`11 months [9, 13]` is an interval, not two references."""
_JOINTS = frozenset(("", "-", "/", "'", ".", "^", "_"))


_UNIT_BEFORE = re.compile(r"\d ?(%|[a-zμ]{1,8}2?)$")
_UNIT_BEHIND = re.compile(r"\d{1,6}(?:\.\d{1,4})? ?(%|[a-zμ]{1,8}2?)(?![a-z0-9])")


def _repeats_unit(text: str, begin: int, stop: int) -> bool:
    """Whether a dash stands between two figures of one unit: `4 weeks-14 weeks`."""
    before, behind = _UNIT_BEFORE.search(_before(text, begin)), _UNIT_BEHIND.match(text, stop)
    return before is not None and behind is not None and before[1] == behind[1]


def _sign_key(text: str, sign: str, begin: int, stop: int) -> str | None:
    """What a sign says where it stands, None where it only separates words."""
    before, after = text[begin - 1 : begin], text[stop : stop + 1]
    if sign == ">" and not before and after == " ":
        return None if not text[stop + 1 : stop + 2].isdigit() else sign
    if sign == "-" and (text.startswith("ve", stop) or after in (*",.;)]", "")):
        return "negative"
    if sign == "-" and after == " ":
        return "to" if before == " " and text[begin - 2 : begin - 1].isdigit() else None
    if sign == "-":
        if before.isdigit() or text[begin - 2 : begin] in ("% ", "%"):
            return "to"
        if before in ("", " ", "(", "[", "<", ">", "=", "^", "~"):
            return "-" if after else None
        return "to" if _repeats_unit(text, begin, stop) else None
    if sign == ":":
        return ":" if before.isdigit() else None
    if sign == "/":
        digits = text[begin - 2 : begin - 1].isdigit() if before == " " else before.isdigit()
        return "/" if digits and text[stop : stop + 2].strip(" ")[:1].isdigit() else "per" if before else None
    if sign[0] == "+":
        return "+" if sign == "+" else "±"
    if sign == "^":
        return "^" if before.isdigit() or before.isalpha() else None
    if sign in "°":
        return "°"
    return {"->": "to", "~": "approximately", "&": "and", "*": "x"}.get(sign, sign)
