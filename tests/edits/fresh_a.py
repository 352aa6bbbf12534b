"""Fresh families of form and figures.

Written without sight of the evaluator, as those of `unseen` were, after its rules had met the unseen ones.
"""

from __future__ import annotations

from tests.edits.families import Family
from tests.edits.fresh_figures import FIGURES
from tests.edits.fresh_form import FORM

FRESH_A: tuple[Family, ...] = (*FORM, *FIGURES)
