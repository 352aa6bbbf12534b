"""The families' own form: pure, repeatable, and each able to edit the sentences it is meant for."""

from __future__ import annotations

import random
import re

import pytest

from tests.edits.families import Family, Harm, Passage
from tests.edits.unseen import UNSEEN
from tests.edits.unseen_tools import flatten

CONTEXT = (
    "This letter was written for a reading exercise. The first MRI showed a small, faint lesion of the left pons, "
    "which measures 41 × 33 mm (before: 45 × 38 mm); the fourth ventricle was open on 14 May, because the tumour had "
    "shrunk by 30 %. "
    "She has taken dexamethasone 2.5 mg twice daily for fifteen days and does not want more; her platelets were "
    "164 × 10⁹/L and the final sequencing report named ACVR1 p.R206H. "
    "All four doses will be given with water in grade 2 or milder illness, unless the count falls. "
    "The clinical team received a report that the effect was strong in the first week, so the plan holds. "
    "A blood film was free of fragments on both days. "
    "The shunt was set to a pressure of 120 mmH₂O in theatre, which nobody has changed since."
)
PASSAGES = tuple(
    Passage(CONTEXT, match.start(), match.end()) for match in re.finditer(r"\S.*?[a-zOH\d%]\.(?=\s|$)", CONTEXT)
)


def edits(family: Family) -> list[tuple[Passage, str]]:
    made = ((p, family.edit(p, random.Random(seed))) for p in PASSAGES for seed in range(12))
    return [(passage, text) for passage, text in made if text is not None]


def test_names_are_unique_and_both_kinds_are_many():
    assert len({family.name for family in UNSEEN}) == len(UNSEEN)
    assert min(sum(family.harm is harm for family in UNSEEN) for harm in Harm) >= 12


@pytest.mark.parametrize("family", UNSEEN, ids=lambda family: family.name)
def test_an_edit_changes_its_sentence_and_comes_again_with_the_same_chance(family):
    made = edits(family)
    assert made
    assert made == edits(family)
    assert all(text != passage.text and text.strip() for passage, text in made)


@pytest.mark.parametrize("family", [f for f in UNSEEN if f.harm is Harm.DANGEROUS], ids=lambda family: family.name)
def test_a_dangerous_edit_does_not_stand_in_the_context(family):
    assert all(flatten(text) not in flatten(passage.context) for passage, text in edits(family))


@pytest.mark.parametrize("family", [f for f in UNSEEN if f.harm is Harm.DANGEROUS], ids=lambda family: family.name)
def test_a_dangerous_edit_that_the_context_says_elsewhere_is_none(family):
    for passage, text in edits(family):
        seeds = (seed for seed in range(12) if family.edit(passage, random.Random(seed)) == text)
        told = Passage(f"{CONTEXT}\n\n{text}", passage.start, passage.end)
        assert all(family.edit(told, random.Random(seed)) != text for seed in seeds)


def test_a_family_without_a_place_in_the_sentence_gives_none():
    plain = "Nobody else spoke today."
    passage = Passage(plain, 0, len(plain))
    numeric = ("digits transposed", "another denominator", "decimal comma", "date in another style")
    assert all(f.edit(passage, random.Random(0)) is None for f in UNSEEN if f.name in numeric)
