"""What a family of edits is: one way to change a true sentence of a context, and if a careful reader would mind."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Harm(StrEnum):
    """HARMLESS: a careful reader takes the edit for the same statement. DANGEROUS: it says something else, or what the
    context does not say."""

    HARMLESS = "harmless"
    DANGEROUS = "dangerous"


@dataclass(frozen=True, slots=True)
class Passage:
    """A true sentence: `context[start:end]`, without white space at its ends. `others` are contexts of other
    documents, for edits that borrow from them."""

    context: str
    start: int
    end: int
    others: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.context[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Family:
    """A named way to edit a passage into the text of a proof.

    `edit` gives the proof's text (a bare quote; with quotation marks, prefaces or lines of its own where the family is
    about those), or None where the passage offers nothing to edit. It must be pure: all chance comes from the
    generator that it is given. A dangerous edit must differ in meaning *whatever the context says elsewhere*, or look
    at `Passage.context` and give None where the edited statement happens to stand there too.
    """

    name: str
    harm: Harm
    edit: Callable[[Passage, random.Random], str | None]
