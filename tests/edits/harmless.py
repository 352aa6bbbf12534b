"""All harmless families, and their combinations: two or three edits upon each other."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.edits.families import Family, Harm, Passage
from tests.edits.framing import FRAMING
from tests.edits.numerals import NUMERALS
from tests.edits.spellings import SPELLINGS
from tests.edits.typography import TYPOGRAPHY
from tests.edits.wording import Edit, on


def combined(count: int, words: Sequence[Family], frames: Sequence[Family]) -> Edit:
    """`count - 1` edits of words, then one of typography or framing. An edit that finds nothing to change after the
    others gives way to another one."""

    def edit(passage: Passage, draw: random.Random) -> str | None:
        text, made = passage.text, 0
        for family in draw.sample(words, len(words)):
            if made == count - 1:
                break
            # What an edit looks up in the context (abbreviations, known words) must still be that of the context.
            edited = family.edit(_within(passage, text), draw)
            if edited is not None and edited != text:
                text, made = edited, made + 1
        framed = draw.choice(frames).edit(on(text, passage), draw)
        return framed if made == count - 1 and framed is not None and framed != text else None

    return edit


def _within(passage: Passage, text: str) -> Passage:
    """`text` in the place of the passage, with the rest of the context around it."""
    context = passage.context[: passage.start] + text + passage.context[passage.end :]
    return Passage(context, passage.start, passage.start + len(text), passage.others)


def _named(families: Sequence[Family], *names: str) -> list[Family]:
    found = [family for family in families if family.name in names]
    assert len(found) == len(names)
    return found


_WORDS = (
    *SPELLINGS,
    *NUMERALS,
    *_named(FRAMING, "article left out"),
    *_named(
        TYPOGRAPHY, "symbols spelled", "number and unit spacing", "hyphens and dashes", "superscripts and subscripts"
    ),
)
_FRAMES = (
    *_named(FRAMING, "preface", "source note", "reference mark", "list mark", "quotation marks around"),
    *_named(FRAMING, "ellipsis at an end", "markdown"),
    *_named(TYPOGRAPHY, "case", "white space", "line wrap", "outer punctuation"),
)

HARMLESS: tuple[Family, ...] = (
    *TYPOGRAPHY,
    *SPELLINGS,
    *NUMERALS,
    *FRAMING,
    Family("two harmless edits at once", Harm.HARMLESS, combined(2, _WORDS, _FRAMES)),
    Family("three harmless edits at once", Harm.HARMLESS, combined(3, _WORDS, _FRAMES)),
)
