"""All dangerous families; and each danger hidden under harmless edits."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.edits.families import Family, Harm, Passage
from tests.edits.framing import FRAMING
from tests.edits.manner import MANNER
from tests.edits.names import NAMES
from tests.edits.quantities import QUANTITIES
from tests.edits.ranks import RANKS
from tests.edits.statements import STATEMENTS
from tests.edits.structure import STRUCTURE
from tests.edits.typography import TYPOGRAPHY
from tests.edits.wording import Edit, on


def disguised(dangers: Sequence[Family], disguises: Sequence[Family]) -> Edit:
    """One dangerous edit under one harmless one."""

    def edit(passage: Passage, draw: random.Random) -> str | None:
        edited = draw.choice(dangers).edit(passage, draw)
        return None if edited is None else draw.choice(disguises).edit(on(edited, passage), draw)

    return edit


_DISGUISES = tuple(
    family
    for family in (*TYPOGRAPHY, *FRAMING)
    if family.name
    in ("case", "white space", "line wrap", "outer punctuation", "preface", "source note", "list mark", "markdown",
        "quotation marks around", "reference mark")
)  # fmt: skip

DANGEROUS: tuple[Family, ...] = (
    *QUANTITIES,
    *RANKS,
    *NAMES,
    *STATEMENTS,
    *MANNER,
    *STRUCTURE,
    Family(
        "danger under a harmless edit",
        Harm.DANGEROUS,
        disguised((*QUANTITIES, *RANKS, *NAMES, *STATEMENTS, *MANNER), _DISGUISES),
    ),
)
