"""Families that were written without sight of the evaluator or of the families it was tuned on.

They are the bench's honest part: their first run is what a stranger's edits would have shown.
"""

from __future__ import annotations

from tests.edits.families import Family
from tests.edits.unseen_meaning import MEANING
from tests.edits.unseen_numbers import FIGURES
from tests.edits.unseen_typography import FORM
from tests.edits.unseen_wording import WORDING

UNSEEN: tuple[Family, ...] = (*FORM, *WORDING, *FIGURES, *MEANING)
