"""Text that is written in the escapes of a programming language or in LaTeX, as what it stands for.

An escape for a character (`\\u00b5`, `\\xb5`, `\\n`) is that character. Of LaTeX, what only sets type goes
(`\\textbf{…}`, `\\begin{quote}`, spaces, ties) and a quantity reads as it is printed (`\\SI{54}{\\gray}`). The lists
are closed: a command that strikes out, hides, comments or adds something is no dress and stays to be seen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_MAY_HOLD = ("\\", "$", "~")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_STYLES = _words(
    "emph enquote textquote blockquote underline uline mbox hbox text textit textbf textrm textsf texttt textsl textsc "
    "textup textmd textnormal textlf mathrm mathbf mathit mathsf mathtt mathnormal mathcal boldsymbol bm operatorname "
    "num si unit ang ensuremath hl highlight quote mkbibquote"
)
_QUANTITIES = frozenset(("SI", "qty"))
_COLOURED = frozenset(("textcolor", "colorbox", "href"))
_RAISED = {"textsuperscript": ("<sup>", "</sup>"), "textsubscript": ("<sub>", "</sub>")}
_SETTING = _words(
    "item par noindent newline linebreak centering raggedright small normalsize large footnotesize itshape bfseries "
    "rmfamily sffamily ttfamily em bf it rm sf tt quad qquad thinspace enspace smallskip medskip bigskip left right "
    "displaystyle textstyle"
)
ENVIRONMENTS = _words(
    "quote quotation displayquote displayquotation blockquote verse center flushleft flushright itemize enumerate "
    "description verbatim quoting quoteblock document abstract minipage"
)
_WORDS = {
    "textdegree": "°", "degreeCelsius": "°C", "celsius": "°C", "textmu": "µ", "upmu": "µ", "textpm": "±",
    "textgreater": ">", "textless": "<", "textendash": "–", "textemdash": "—", "textellipsis": "…", "ldots": "…",
    "dots": "…", "lt": "<", "gt": ">", "textquotedblleft": "“", "textquotedblright": "”", "textasciitilde": "~",
    "textpercent": "%", "textbackslash": "\\",
}  # fmt: skip
_UNITS = {
    "kilo": "k", "centi": "c", "milli": "m", "micro": "µ", "nano": "n", "deci": "d", "mega": "M", "giga": "G",
    "gram": "g", "gray": "Gy", "metre": "m", "meter": "m", "litre": "L", "liter": "L", "second": "s", "minute": "min",
    "hour": "h", "day": "d", "percent": "%", "degree": "°", "celsius": "°C", "degreeCelsius": "°C", "mole": "mol",
    "becquerel": "Bq", "hertz": "Hz", "volt": "V", "tesla": "T", "kilogram": "kg", "per": "/", "squared": "²",
    "cubed": "³", "milligram": "mg", "mg": "mg", "kg": "kg", "g": "g", "mm": "mm", "cm": "cm", "ml": "mL", "ug": "µg",
    "m": "m", "l": "L", "L": "L", "s": "s", "h": "h", "um": "µm", "mol": "mol", "mmol": "mmol", "umol": "µmol",
}  # fmt: skip
_OF_FOLDING = _words("geq ge leq le pm times approx cdot sim rightarrow to mu alpha beta gamma delta kappa degree circ")
"""What folding reads by itself."""
_LETTER_ESCAPES = frozenset("nrt")
_TEX_OF_LETTER_ESCAPES = _words("neq ne nu nabla tau theta triangle top rho tilde")
_DENIALS = re.compile(r"n(?:o|on|ot|or|ay|il|one|ever|either|obody|othing|owhere|aught|onetheless)\Z")
"""`\\none` may be a line break before “one” or a misspelt “none”: it is left to be seen."""

_TOKEN = re.compile(
    r"(?P<pair>\\{1,4}u[dD][89abAB][0-9a-fA-F]{2}\\{1,4}u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\{1,4}(?:u\{(?P<braced>[0-9a-fA-F]{1,6})\}|U(?P<long>[0-9a-fA-F]{8})|u(?P<four>[0-9a-fA-F]{4})"
    r"|x(?P<two>[0-9a-fA-F]{2}))"
    r"|\\(?P<edge>begin|end)\{(?P<environment>[A-Za-z]{1,20})\*?\}"
    r"|\\(?P<accent>[\"'`^])\{?(?P<letter>[aeiouyAEIOU])\}?(?<!\{\w)"
    r"|\\{1,2}(?P<command>[A-Za-z]+)\*?"
    r"|\\(?P<literal>[%&$#_{}\"'/-])|\\(?P<space>[,;:> ]|\\)|\\(?P<nothing>!)"
    r"|(?P<math>\$(?P<formula>[^$\s](?:[^$\n]{0,78}[^$\s\\])?)\$(?!\d))"
    r"|(?P<tie>(?<=[\d$}])~(?=[A-Za-zµμ°%\\]))"
    r"|(?P<brace>[{}])"
)
_OPTION = re.compile(r"(?:\[[^\[\]\n]{0,60}\])?\{")
_FIRST_ARGUMENT = re.compile(r"\{[^{}\n]{0,200}\}\{")
_NUMERIC = re.compile(r"[\d.,+\-–−±<>=≤≥/^_{}()%\s~×]+\Z")
_SIGN_ALONE = re.compile(r"\\[A-Za-z]+\Z|[\^_]")
_GROUPED = re.compile(r"\{,\}")


@dataclass(frozen=True, slots=True)
class Unescaped:
    """`text` is what `original` stands for. Stretch i begins at `starts[i]` of it and stands for
    `original[raw_starts[i]:raw_ends[i]]`; where `plain[i]` character by character."""

    text: str
    starts: tuple[int, ...]
    raw_starts: tuple[int, ...]
    raw_ends: tuple[int, ...]
    plain: tuple[bool, ...]

    def stretches(self, start: int, end: int) -> list[tuple[int, int, int, bool]]:
        """`text[start:end]`, not empty, cut at the stretches: where each piece begins, the original behind it and
        whether that is the same character by character."""
        found = []
        index = bisect_right(self.starts, start) - 1
        while index < len(self.starts) and self.starts[index] < end:
            begun = self.starts[index]
            first = max(start, begun)
            stop = min(end, self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text))
            if self.plain[index]:
                raw = self.raw_starts[index] - begun
                found.append((first, raw + first, raw + stop, True))
            else:
                found.append((first, self.raw_starts[index], self.raw_ends[index], False))
            index += 1
        return found


def unescape(text: str) -> Unescaped | None:
    """What `text` stands for; None where it holds nothing of the kind."""
    if not any(mark in text for mark in _MAY_HOLD):
        return None
    reader = _Reader(text)
    reader.read()
    return reader.found()


class _Reader:
    """One pass over a text. `_open` holds what each open brace ends in: None for one that is part of the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._stretches: list[tuple[str, int, int, bool]] = []
        self._open: list[str | None] = []
        self._closed_math: list[int] = []

    def found(self) -> Unescaped | None:
        if all(plain for _, _, _, plain in self._stretches):
            return None
        starts, at = [], 0
        for piece, _, _, _ in self._stretches:
            starts.append(at)
            at += len(piece)
        pieces, raw_starts, raw_ends, plain = zip(*self._stretches, strict=True)
        return Unescaped("".join(pieces), tuple(starts), raw_starts, raw_ends, plain)

    def read(self) -> None:
        position = 0
        while token := _TOKEN.search(self._text, position):
            position = self._take(token)
        self._copy(len(self._text))

    def _copy(self, end: int) -> None:
        if self._at < end:
            self._stretches.append((self._text[self._at : end], self._at, end, True))
            self._at = end

    def _put(self, piece: str, start: int, end: int) -> int:
        """Let `text[start:end]` read as `piece`."""
        self._copy(start)
        if piece:
            self._stretches.append((piece, start, end, False))
        elif not self._stretches or self._stretches[-1][3]:
            self._stretches.append(("", start, end, False))
        self._at = end
        return end

    def _take(self, token: re.Match[str]) -> int:
        start, end = token.span()
        kind = token.lastgroup or ""
        if kind == "letter" or kind == "accent":
            return self._put(token["letter"], start, end)
        if kind in _CODED:
            return self._put(_character(token), start, end)
        if kind == "environment":
            return self._put(" ", start, end) if token["environment"] in ENVIRONMENTS else end
        if kind == "command":
            return self._command(token)
        if kind == "literal":
            return self._put(token["literal"], start, end)
        if kind in ("space", "tie"):
            return self._put(" ", start, end)
        if kind == "nothing":
            return self._put("", start, end)
        return self._brace(start) if kind == "brace" else self._math(token)

    def _math(self, token: re.Match[str]) -> int:
        """A formula loses its dollars; the price of something does not."""
        start, end = token.span()
        formula = token["formula"]
        if "\\" not in formula and not _NUMERIC.match(formula):
            return start + 1
        if _SIGN_ALONE.match(formula):
            return end  # folding reads a sign and what is raised by itself
        self._put("", start, start + 1)
        self._closed_math.append(end - 1)
        inner = start + 1
        while (inside := _TOKEN.search(self._text, inner, end - 1)) is not None:
            inner = self._take(inside)
        return self._put("", end - 1, end) if self._at <= end - 1 else self._at

    def _command(self, token: re.Match[str]) -> int:
        start, end = token.span()
        name = token["command"]
        option = _OPTION.match(self._text, end)
        if name in _RAISED and option:
            self._open.append(_RAISED[name][1])
            return self._put(_RAISED[name][0], start, option.end())
        if (name in _STYLES or name in _QUANTITIES) and option:
            self._open.append(" " if name in _QUANTITIES else "")
            return self._put("", start, option.end())
        coloured = _FIRST_ARGUMENT.match(self._text, end) if name in _COLOURED else None
        if coloured:
            self._open.append("")
            return self._put("", start, coloured.end())
        if name in _OF_FOLDING:
            return end
        if self._open and name in _UNITS:
            return self._put(_UNITS[name], start, end)
        if name in _WORDS:
            return self._put(_WORDS[name], start, end)
        if name in _SETTING:
            return self._put(" ", start, end)
        return self._letter_escape(start, name, option is not None)

    def _letter_escape(self, start: int, name: str, takes_argument: bool) -> int:
        """`\\n`, `\\t` and `\\r`, with the word behind them where it is no command."""
        slashes = len(self._text[start:]) - len(self._text[start:].lstrip("\\"))
        end = start + slashes + 1
        known = name in _TEX_OF_LETTER_ESCAPES or takes_argument
        if name[0] not in _LETTER_ESCAPES or known or _DENIALS.match(name):
            return start + slashes + len(name)
        return self._put(" ", start, end)

    def _brace(self, at: int) -> int:
        grouped = _GROUPED.match(self._text, at)
        if grouped:
            return self._put(",", at, grouped.end())
        if self._text[at] == "{":
            if self._open or self._closed_math:
                self._open.append(None)
            return at + 1
        ending = self._open.pop() if self._open else None
        if ending is None:
            return at + 1
        if ending == " " and (unit := _OPTION.match(self._text, at + 1)):
            self._open.append("")
            return self._put(" ", at, unit.end())
        return self._put(ending.strip(), at, at + 1)


_CODED = frozenset(("pair", "braced", "long", "four", "two"))


def _character(token: re.Match[str]) -> str:
    """The character that an escape names; the escape itself where there is none of that number."""
    if token.lastgroup == "pair":
        high, low = (int(part, 16) for part in re.findall(r"[0-9a-fA-F]{4}", token[0]))
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    code = int(next(token[name] for name in ("braced", "long", "four", "two") if token[name]), 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else token[0]
