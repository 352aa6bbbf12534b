"""Unseen harmless families of form: what fonts, scanners, keyboards, encodings and markup do to a quote."""

from __future__ import annotations

import random
import re

from tests.edits.families import Family
from tests.edits.unseen_tools import NUMBER, UNIT, harmless, one

_LIGATURES = {"ffi": "\ufb03", "ffl": "\ufb04", "ff": "\ufb00", "fi": "\ufb01", "fl": "\ufb02"}
_WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789%()+"}
_TWINS = {
    "\u00b5": "\u03bc",
    "\u00b0": "\u00ba",
    "\u00d7": "\u2715",
    "\u2265": "\u2a7e",
    "\u2264": "\u2a7d",
    "\u2011": "\u2010",
    "\u2013": "\u2212",
    "\u00a0": "\u202f",
    "\u2019": "\u02bc",
    "\u00b2": "\u200a²",
}
_LATEX = {
    "²": "$^2$",
    "³": "$^3$",
    "⁹": "$^{9}$",
    "⁻³": "$^{-3}$",
    "⁶": "$^{6}$",
    "×": r"$\times$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "µ": r"$\mu$",
    "°": r"$^\circ$",
    "±": r"$\pm$",
    "%": r"\%",
    "\u00a0": r"\,",
}
_SHAPES = {"rn": "m", "m": "rn", "cl": "d", "w": "vv", "ll": "Il", "li": "h", "h": "li", "u": "ii"}
# Words that no misreading turns into another word, a number, a name or a negation.
_HOSTS = (
    r"\b(?:tumour|symptoms|treatment|months|measured|morning|returned|clinical|clear|which|with|week|weeks|"
    r"would|between|showed|while|shall|small|followed|well|walking|swallow|children|child|other|their|after|"
    r"before|family|response|examination|minutes|programme|normal|community|membrane|compared|home)\b"
)
_DOUBLES = r"\b(?:the|of|in|with|and|was|were|is|are|to|for|at|on|by|has|have|be)\b(?=\s[A-Za-z])"
_PIECES = frozenset(
    re.findall(
        r"\w+",
        "no not non un in an on or and with out over under less all for any able ill mid dis mal anti the her his "
        "men man ten one pre post hyper hypo",
    )
)
_MARKS = (
    ("「", "」"),
    ("『", "』"),
    ("„", "“"),
    ("‹", "›"),
    ("``", "''"),
    ("❝", "❞"),
    ("＂", "＂"),
    ("〝", "〞"),
    ("<<", ">>"),
)
_WRAPS = ("<p>{}</p>", "<li>{}</li>", "<blockquote>{}</blockquote>", "<td>{}</td>", "{}<br/>", "<q>{}</q>")
_NOTES = (
    " [emphasis added]",
    " (emphasis mine)",
    " [sic]",
    " [my underlining]",
    " (italics added)",
    " [spelling as in the source]",
)


def ligatures(text: str, rng: random.Random) -> str | None:
    return re.sub("ff[il]|f[fil]", lambda match: _LIGATURES[match.group()], text)


def _invisible(text: str, rng: random.Random) -> str | None:
    def cut(match: re.Match[str]) -> str:
        word, place = match.group(), rng.randrange(3, len(match.group()) - 2)
        return word[:place] + rng.choice("\u00ad\u00ad\u200b\u2060\u200c") + word[place:]

    return re.sub(r"[A-Za-z]{7,}", cut, text)


def _wide_digits(text: str, rng: random.Random) -> str | None:
    return text.translate(_WIDE) if re.search(r"\d", text) else None


def _twins(text: str, rng: random.Random) -> str | None:
    return "".join(_TWINS.get(letter, letter) for letter in text)


def _latex(text: str, rng: random.Random) -> str | None:
    return re.sub("⁻³|[²³⁹⁶×≥≤µ°±%\u00a0]", lambda match: _LATEX[match.group()], text)


def _shapes(text: str, rng: random.Random) -> str | None:
    def misread(match: re.Match[str]) -> str:
        word = match.group()
        shape = rng.choice([shape for shape in _SHAPES if shape in word[1:]])
        return word[0] + word[1:].replace(shape, _SHAPES[shape], 1)

    return one(
        re.compile(_HOSTS), text, rng, lambda m: misread(m) if any(s in m.group()[1:] for s in _SHAPES) else m.group()
    )


def _doubled(text: str, rng: random.Random) -> str | None:
    return one(_DOUBLES, text, rng, lambda match: match.group() + rng.choice((" ", " ", "\n")) + match.group())


def lost_spaces(text: str, rng: random.Random) -> str | None:
    small = "the|of|was|were|is|are|has|had|and|for|from|by|which|that|her|his|their|this"
    pairs = rf"\b(?:{small}) (?=[a-z]{{4,}}\b)(?!without|nothing|never)"
    for _ in range(rng.randint(1, 3)):
        text = one(pairs, text, rng, lambda match: match.group().rstrip()) or text
    return text


def _split_word(text: str, rng: random.Random) -> str | None:
    def split(match: re.Match[str]) -> str:
        word = match.group()
        places = [i for i in range(3, len(word) - 2) if word[:i] not in _PIECES and word[i:] not in _PIECES]
        return word if not places else word[: (place := rng.choice(places))] + " " + word[place:]

    return one(r"\b(?!without|nothing|another|[a-z]*therapist|un|in|dis|hyp|post|pre)[a-z]{8,}\b", text, rng, split)


def _mojibake(text: str, rng: random.Random) -> str | None:
    """UTF-8 read as Windows-1252. Not where a comparison sign would become unreadable."""
    if re.search("[≥≤<>±−]", text):
        return None
    try:
        return "".join(c if c.isascii() else c.encode().decode("cp1252") for c in text)
    except UnicodeDecodeError:
        return None


def _backslashes(text: str, rng: random.Random) -> str | None:
    return re.sub(r"[()\[\]%+#|*_&~-]", lambda match: "\\" + match.group(), text)


def _marks(text: str, rng: random.Random) -> str | None:
    left, right = rng.choice(_MARKS)
    return left + text + right


def bold(text: str, rng: random.Random) -> str | None:
    return one(
        NUMBER + r"\s?" + UNIT, text, rng, lambda match: rng.choice(("**{}**", "__{}__", "`{}`")).format(match.group())
    )


def _markup(text: str, rng: random.Random) -> str | None:
    tag = rng.choice(("b", "strong", "em", "mark", "u"))
    marked = one(NUMBER + r"\s?" + UNIT, text, rng, lambda match: f"<{tag}>{match.group()}</{tag}>") or text
    marked = marked.replace("²", "<sup>2</sup>").replace("⁹", "<sup>9</sup>").replace("₂", "<sub>2</sub>")
    return rng.choice(_WRAPS).format(marked.replace("\u00a0", rng.choice(("&nbsp;", "&#160;", "&#xA0;", " "))))


def _notes(text: str, rng: random.Random) -> str | None:
    return text + rng.choice(_NOTES)


def _bracketed_initial(text: str, rng: random.Random) -> str | None:
    return f"[{text[0].lower()}]{text[1:]}" if re.match(r"[A-Z][a-z]", text) else None


def _narrow_column(text: str, rng: random.Random) -> str | None:
    """A column of a PDF: lines of some 30 letters, ligatures, and spaces lost here and there."""
    lines = [""]
    for word in (lost_spaces(ligatures(text, rng) or text, rng) or text).split(" "):
        lines[-1:] = [lines[-1], word] if len(lines[-1]) > 24 else [f"{lines[-1]} {word}".strip()]
    return "\n".join(lines) if len(lines) > 1 else None


FORM: tuple[Family, ...] = (
    harmless("ligatures of a font", ligatures),
    harmless("invisible break points", _invisible),
    harmless("full-width digits", _wide_digits),
    harmless("look-alike code points", _twins),
    harmless("LaTeX symbols", _latex),
    harmless("misread letter shapes", _shapes),
    harmless("small word written twice", _doubled),
    harmless("spaces lost between words", lost_spaces),
    harmless("space inside a word", _split_word),
    harmless("UTF-8 read as Windows-1252", _mojibake),
    harmless("markdown escapes", _backslashes),
    harmless("foreign quotation marks", _marks),
    harmless("HTML around and inside", _markup),
    harmless("editor's note at the end", _notes),
    harmless("bracketed initial", _bracketed_initial),
    harmless("narrow PDF column", _narrow_column),
)
