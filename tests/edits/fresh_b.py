"""Fresh families of wording and meaning.

Written without sight of the evaluator, as those of `unseen` were, after its rules had met the unseen ones.
"""

from __future__ import annotations

from tests.edits.families import Family
from tests.edits.fresh_meaning import MEANING
from tests.edits.fresh_wording import WORDING

FRESH_B: tuple[Family, ...] = (*WORDING, *MEANING)
