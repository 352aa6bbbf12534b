"""A small seeded draw of the edit bench: Guarded may not get worse, and the bench itself is sound."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from tests.edits.dangerous import DANGEROUS
from tests.edits.families import Family, Harm, Passage
from tests.edits.harmless import HARMLESS
from tests.edits.judges import JUDGES, submit
from tests.edits.one_offs import load_one_offs
from tests.edits.sampling import Sample, draw_samples, load_contexts, true_of_context, true_sentences
from tests.edits.unseen import UNSEEN

SAMPLES, SEED = 12, 7
EVERY = (*HARMLESS, *DANGEROUS, *UNSEEN)


@pytest.fixture(scope="module")
def passages() -> list[Passage]:
    return true_sentences(load_contexts())


@pytest.fixture(scope="module")
def samples(passages: list[Passage]) -> list[Sample]:
    return [sample for family in EVERY for sample in draw_samples(family, passages, SAMPLES, SEED)]


def _wrong(samples: Sequence[Sample], harm: Harm) -> Counter[str]:
    judge = JUDGES["Guarded"]
    return Counter(
        sample.family.name
        for sample in samples
        if sample.family.harm is harm
        and judge(submit(sample.proof, sample.passage.context)) is not (harm is Harm.HARMLESS)
    )


def test_the_bench_has_at_least_forty_families_with_names_of_their_own() -> None:
    names = [family.name for family in (*HARMLESS, *DANGEROUS)]
    assert len(names) == len(set(names))
    assert len(names) >= 40
    assert all(family.harm is Harm.HARMLESS for family in HARMLESS)
    assert all(family.harm is Harm.DANGEROUS for family in DANGEROUS)


def test_a_passage_is_a_stretch_of_its_context_and_reads_as_a_statement(passages: list[Passage]) -> None:
    assert len(passages) > 1_500
    for passage in passages:
        assert passage.context[passage.start : passage.end] == passage.text == passage.text.strip()
        assert len(passage.text.split()) >= 5
        assert passage.context not in passage.others


def test_the_same_seed_draws_the_same_samples(passages: list[Passage]) -> None:
    for family in (HARMLESS[0], DANGEROUS[0]):
        one, again = (draw_samples(family, passages, 5, 3) for _ in range(2))
        assert [sample.proof for sample in one] == [sample.proof for sample in again]
        assert [sample.proof for sample in one] != [sample.proof for sample in draw_samples(family, passages, 5, 4)]


def test_every_family_finds_something_to_edit(samples: list[Sample]) -> None:
    counts = Counter(sample.family.name for sample in samples)
    assert [family.name for family in (*HARMLESS, *DANGEROUS) if counts[family.name] < SAMPLES] == []
    assert [family.name for family in UNSEEN if not counts[family.name]] == []


def test_no_dangerous_sample_is_true_of_its_context(samples: list[Sample]) -> None:
    for sample in samples:
        if sample.family.harm is Harm.DANGEROUS:
            assert sample.proof not in sample.passage.context
            assert not true_of_context(sample.passage, sample.proof)


def test_an_edit_that_is_true_elsewhere_is_told() -> None:
    context = "Boy: dexamethasone 2 mg daily was given. Girl: dexamethasone 4 mg daily was given. No rash was seen."
    passage = Passage(context, 0, 40)
    assert passage.text == "Boy: dexamethasone 2 mg daily was given."
    assert true_of_context(passage, "Boy: dexamethasone 4 mg daily was given.") is False  # not of the boy
    assert true_of_context(passage, "dexamethasone 4 mg daily was given") is True
    assert true_of_context(passage, "rash was seen") is False  # it stands behind a "no"


def test_hardly_any_dangerous_edit_is_accepted(samples: list[Sample]) -> None:
    wrong = _wrong(samples, Harm.DANGEROUS)
    n = sum(sample.family.harm is Harm.DANGEROUS for sample in samples)
    assert n > 800
    assert wrong.total() <= 0.004 * n, wrong


def test_hardly_any_harmless_edit_is_rejected(samples: list[Sample]) -> None:
    wrong = _wrong(samples, Harm.HARMLESS)
    n = sum(sample.family.harm is Harm.HARMLESS for sample in samples)
    assert n > 700
    assert wrong.total() <= 0.015 * n, wrong


def test_an_edit_is_pure() -> None:
    passage = Passage("She took 2 mg of dexamethasone twice daily, not 4 mg, before 14 May.", 0, 68, ("Other. Text.",))
    family: Family
    for family in (*HARMLESS, *DANGEROUS):
        assert family.edit(passage, random.Random(5)) == family.edit(passage, random.Random(5)), family.name


@pytest.mark.parametrize(
    ("name", "accepted", "rejected"),
    [("one_offs", 5, 3), ("cuts", 3, 0), ("later_cuts", 7, 0), ("last_cuts", 5, 0)],
)
def test_edits_written_by_hand_are_judged_as_they_were_at_least(name: str, accepted: int, rejected: int) -> None:
    judge = JUDGES["Guarded"]
    wrong = Counter(
        edit.harm
        for edit in load_one_offs(name)
        if judge(submit(f'"{edit.quote}"', edit.context)) is not (edit.harm is Harm.HARMLESS)
    )
    assert wrong[Harm.DANGEROUS] <= accepted
    assert wrong[Harm.HARMLESS] <= rejected
