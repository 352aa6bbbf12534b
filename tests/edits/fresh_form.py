"""Fresh harmless families of form: a quote in mark-up, records, transcripts and other code points."""

from __future__ import annotations

import json
import random
import re

from tests.edits.families import Family
from tests.edits.unseen_tools import (
    NUMBER,
    harmless,
    one,
)

_PHYSICAL = r"(?:mg/m²|mg/kg|mg|µg|kg|g|mL|mm|cm|Gy)(?![\w/²³])"
_SQUARED = {"mg": "㎎", "mm": "㎜", "cm": "㎝", "kg": "㎏", "mL": "㎖", "km": "㎞", "°C": "℃", "µg": "㎍", "µL": "㎕"}
_LABEL = re.compile(r"([A-Z][^:.;,()?\n]{2,40}):\s+(?=\S)")


def _latex(text: str, rng: random.Random) -> str | None:
    style = rng.choice((r"\SI{{{}}}{{{}}}", r"\qty{{{}}}{{{}}}", "${}$~{}", r"${}\,\mathrm{{{}}}$"))
    marked = re.sub(rf"({NUMBER})\s?({_PHYSICAL})", lambda m: style.format(m[1], m[2]), text)
    wrap = rng.choice(("``{}''", "\\begin{{quote}}\n{}\n\\end{{quote}}", r"\textit{{{}}}", r"\enquote{{{}}}"))
    return wrap.format(marked)


def _transcript(text: str, rng: random.Random) -> str | None:
    return rng.choice(("DOCUMENT: ", "Source text> ", "[CONTEXT] ", "Record – ", "Context » ", "SOURCE ≫ ")) + text


def _lines(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _numbered_lines(text: str, rng: random.Random) -> str | None:
    lines = _lines(text, rng.randint(34, 60))
    start, style = rng.randint(2, 60), rng.choice(("{:>3} | {}", "L{}: {}", "[{:02}] {}", "line {}: {}"))
    return "\n".join(style.format(start + i, line) for i, line in enumerate(lines)) if len(lines) > 1 else None


def _mail(text: str, rng: random.Random) -> str | None:
    mark = rng.choice(("> ", "> > ", ">> ", "| "))
    return "\n".join(mark + line for line in _lines(text, rng.randint(34, 60)))


def _escaped(text: str, rng: random.Random) -> str | None:
    dumped = json.dumps(text)
    return rng.choice((dumped, dumped[1:-1], f'\\"{dumped[1:-1]}\\"')) if "\\" in dumped else None


def _mathematical(text: str, rng: random.Random) -> str | None:
    small, large, digit = rng.choice(
        ((0x1D41A, 0x1D400, 0x1D7CE), (0x1D5EE, 0x1D5D4, 0x1D7EC), (0x1D68A, 0x1D670, 0x1D7F6))
    )

    def letter(c: str) -> str:
        if "a" <= c <= "z":
            return chr(small + ord(c) - ord("a"))
        if "A" <= c <= "Z":
            return chr(large + ord(c) - ord("A"))
        return chr(digit + int(c)) if c.isascii() and c.isdigit() else c

    words = text.split(" ")
    start = rng.randrange(len(words))
    end = rng.randint(start + 1, min(len(words), start + 6))
    return " ".join("".join(map(letter, w)) if start <= i < end else w for i, w in enumerate(words))


def _emoji(text: str, rng: random.Random) -> str | None:
    return rng.choice(("✅ {}", "📌 {}", "👉 {}", "🔹 {}", "📄 “{}”", "🔍 “{}”", "① {}", "➤ {}", "💬 “{}”")).format(
        text
    )


def _cell(text: str, rng: random.Random) -> str | None:
    if "|" in text:
        return None
    quoted = '"' + text.replace('"', '""') + '"'
    return rng.choice(
        ("| Evidence | {0} |", "| 1 | {0} | context |", "| {0} |", "quote,source\n{1},context", "1\t{0}\tcontext")
    ).format(text, quoted)


def _field(text: str, rng: random.Random) -> str | None:
    if '"' in text:
        return None
    return rng.choice(
        (
            '{{"quote": "{0}"}}',
            'quote: "{0}"',
            '<quote id="1">{0}</quote>',
            '- text: "{0}"\n  source: context',
            "<evidence>{0}</evidence>",
            '["{0}"]',
            "evidence: |\n  {0}",
        )
    ).format(text)


def _fence(text: str, rng: random.Random) -> str | None:
    return rng.choice(("```\n{}\n```", "```text\n{}\n```", "~~~\n{}\n~~~", "```quote\n{}\n```", '"""\n{}\n"""')).format(
        text
    )


def _squared(text: str, rng: random.Random) -> str | None:
    units = "|".join(_SQUARED)
    return re.sub(rf"(?<=\d)(\s?)({units})(?![\w/²³])", lambda m: m[1] + _SQUARED[m[2]], text)


def _daggers(text: str, rng: random.Random) -> str | None:
    marks = ("†", "‡", "[^1]", "<sup>a</sup>", " [sic]", " (sic)", "*", "§")
    return one(r"(?<= )[a-z]{5,}(?=[ ,;])", text, rng, lambda m: m.group() + rng.choice(marks))


def _brackets(text: str, rng: random.Random) -> str | None:
    left, right = rng.choice(("[]", "{}", ("– ", " –"), "⟨⟩", "（）"))
    inner = r"[a-z][^()]{3,}" if left == "– " else r"[^()]{4,}"  # a dash before a figure reads as a minus
    return one(rf"\(({inner})\)(?=[ ,.;]|$)", text, rng, lambda m: left + m[1] + right)


def _label_dress(text: str, rng: random.Random) -> str | None:
    found = _LABEL.match(text)
    if found is None:
        return None
    style = rng.choice(("{} – {}", "**{}** {}", "{}\n{}", "{}\t{}", "{} :: {}", "<b>{}</b> {}", "[{}] {}", "{} — {}"))
    return style.format(found[1], text[found.end() :])


def _direction(text: str, rng: random.Random) -> str | None:
    left, right = rng.choice((("\u2066", "\u2069"), ("\u200e", "\u200e"), ("\u202a", "\u202c"), ("", "\ufe0e")))
    return re.sub(r"\d+(?:[.,]\d+)?", lambda m: left + m.group() + right, text)


FORM: tuple[Family, ...] = (
    harmless("LaTeX quantities and environments", _latex),
    harmless("label of a transcript", _transcript),
    harmless("numbered lines", _numbered_lines),
    harmless("quoted as in an e-mail", _mail),
    harmless("JSON escapes", _escaped),
    harmless("mathematical letters and digits", _mathematical),
    harmless("emoji bullet", _emoji),
    harmless("cell of a table or a CSV row", _cell),
    harmless("field of JSON, YAML or XML", _field),
    harmless("fenced block", _fence),
    harmless("one-character unit signs", _squared),
    harmless("footnote signs and sic within", _daggers),
    harmless("brackets of another kind", _brackets),
    harmless("label without its colon", _label_dress),
    harmless("direction marks around figures", _direction),
)
