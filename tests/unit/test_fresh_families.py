"""The fresh families' own form, on the contexts that the bench draws from: no judge is asked here."""

from __future__ import annotations

from functools import lru_cache

import pytest

from tests.edits.dangerous import DANGEROUS
from tests.edits.families import Family, Harm, Passage
from tests.edits.fresh_a import FRESH_A
from tests.edits.fresh_b import FRESH_B
from tests.edits.harmless import HARMLESS
from tests.edits.sampling import draw_samples, load_contexts, true_sentences
from tests.edits.unseen import UNSEEN
from tests.edits.unseen_tools import flatten

FRESH = (*FRESH_A, *FRESH_B)
FEW = {"denial that stops short"}
"""Worth having with few samples: the contexts seldom deny two things at once."""


@lru_cache(maxsize=1)
def passages() -> tuple[Passage, ...]:
    return tuple(true_sentences(load_contexts()))


def test_no_name_is_used_twice_nor_by_an_older_family():
    names = {family.name for family in FRESH}
    assert len(names) == len(FRESH)
    assert not names & {family.name for family in (*HARMLESS, *DANGEROUS, *UNSEEN)}


@pytest.mark.parametrize("families", [FRESH_A, FRESH_B], ids=["a", "b"])
def test_both_kinds_are_many_in_each_set(families: tuple[Family, ...]):
    assert min(sum(family.harm is harm for family in families) for harm in Harm) >= 12


@pytest.mark.parametrize("family", FRESH, ids=lambda family: family.name)
def test_a_family_reaches_enough_sentences_and_draws_the_same_again(family: Family):
    drawn = draw_samples(family, passages(), count=30)
    assert len(drawn) >= (20 if family.name in FEW else 30)
    assert drawn == draw_samples(family, passages(), count=30)


@pytest.mark.parametrize("family", [f for f in FRESH if f.harm is Harm.DANGEROUS], ids=lambda family: family.name)
def test_a_dangerous_edit_does_not_stand_in_the_context(family: Family):
    for sample in draw_samples(family, passages(), count=30):
        assert flatten(sample.proof) not in flatten(sample.passage.context)
