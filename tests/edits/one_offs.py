"""Edits written by hand, one at a time, in forms that no family has.

A line of `one_offs_dangerous.txt` or `one_offs_harmless.txt` is a stretch of a built-in context with marks in it:
`{old=>new}` is what the quote writes otherwise, `[[…]]` is all that is quoted, `<<…>>` is put into the context and is
not quoted. Case and the kinds of blanks and hyphens need not be those of the context. A line of the other sets is a
context of its own, with `\\n` for a line end, unless it begins with `@ `.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.edits.families import Harm
from tests.edits.sampling import load_contexts

SETS = ("one_offs", "cuts", "later_cuts", "last_cuts")
_HERE = Path(__file__).parent
_MARK = re.compile(r"\{([^{}]*?)=>([^{}]*?)\}|<<(.*?)>>|(\[\[|\]\])")
_BUILT_IN = "@ "
_PLAIN = str.maketrans({"\u2011": "-", "\u00a0": " ", "\u202f": " ", "\n": " "})


@dataclass(frozen=True, slots=True)
class OneOff:
    """A quote, and the context in which it is looked for."""

    line: str
    harm: Harm
    context: str
    quote: str


def load_one_offs(name: str = "one_offs") -> tuple[OneOff, ...]:
    """All edits of a set; ValueError names a line whose stretch stands in no built-in context."""
    contexts = load_contexts()
    return tuple(
        _read(line, harm, contexts, owned=name != "one_offs" and not line.startswith(_BUILT_IN))
        for harm in Harm
        for line in (_HERE / f"{name}_{harm}.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )


def _read(line: str, harm: Harm, contexts: Sequence[str], *, owned: bool) -> OneOff:
    pieces = _pieces(line.replace("\\n", "\n") if owned else line.removeprefix(_BUILT_IN))
    stretch = "".join(old for old, _, _ in pieces)
    context, start = (stretch, 0) if owned else _find(stretch, contexts)
    source, quote = "", ""
    for old, new, inserted in pieces:
        kept = "".join(
            typed if typed.lower() == there.lower() else there
            for typed, there in zip(old, context[start : start + len(old)], strict=True)
        )
        start += len(old)
        source += kept + inserted
        quote += kept if new is None else new
    before = context[: start - len(stretch)]
    return OneOff(line, harm, before + source + context[start:], quote.strip())


def _pieces(line: str) -> list[tuple[str, str | None, str]]:
    """Stretches of the context, what the quote makes of each (None: the same), and what the context gets after it."""
    cut = "[[" in line
    quoted = not cut
    found: list[tuple[str, str | None, str]] = []
    place = 0
    for mark in [*_MARK.finditer(line), None]:
        text = line[place : mark.start() if mark else len(line)]
        found.append((text, None if quoted else "", ""))
        if mark is None:
            break
        place = mark.end()
        if mark[1] is not None:
            found.append((mark[1], mark[2].replace("\\n", "\n").replace("\\u00a0", "\u00a0"), ""))
        elif mark[3] is not None:
            found.append(("", None, mark[3]))
        else:
            quoted = mark[4] == "[["
    return found


def _find(stretch: str, contexts: Sequence[str]) -> tuple[str, int]:
    wanted = stretch.lower()
    for context in contexts:
        text = context.translate(_PLAIN)
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        place = lowered.find(wanted)
        if place >= 0:
            return context, place
    raise ValueError(f"in no built-in context: {stretch!r}")
