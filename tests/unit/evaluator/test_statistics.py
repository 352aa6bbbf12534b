"""Against statsmodels, scikit-learn and scipy on random inputs, and by hand where there is nothing to compare with."""

import math
import random
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.contingency_tables import mcnemar as reference_mcnemar
from statsmodels.stats.inter_rater import cohens_kappa as reference_kappa

from evaluator.statistics import cohens_kappa, mcnemar, mean_difference, pair

SEEDS = range(40)


def two_judges(seed: int) -> list[tuple[int, int]]:
    draw = random.Random(seed)
    labels, n = draw.randint(2, 6), draw.randint(5, 300)
    agree = draw.random()
    pairs = []
    for _ in range(n):
        one = draw.randrange(labels)
        pairs.append((one, one if draw.random() < agree else draw.randrange(labels)))
    return pairs


@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_is_that_of_scikit_learn_and_its_interval_that_of_statsmodels(seed: int) -> None:
    pairs = two_judges(seed)
    ours = cohens_kappa(pairs)
    assert ours.value == pytest.approx(cohen_kappa_score([a for a, _ in pairs], [b for _, b in pairs]))
    size = max(max(pair) for pair in pairs) + 1
    table = np.zeros((size, size))
    for one, other in pairs:
        table[one, other] += 1
    theirs = reference_kappa(table)
    assert ours.value == pytest.approx(theirs.kappa)
    assert ours.interval == pytest.approx((max(-1, theirs.kappa_low), min(1, theirs.kappa_upp)), abs=1e-9)
    assert (ours.n, ours.agreed) == (len(pairs), int(np.trace(table)))


def test_kappa_of_nothing_and_of_one_label_alone_is_undefined() -> None:
    assert (cohens_kappa([]).value, cohens_kappa([]).n) == (None, 0)
    alone = cohens_kappa([("safe", "safe")] * 9)
    assert (alone.value, alone.interval, alone.agreed, alone.n) == (None, None, 9, 9)


def test_judges_who_never_share_a_label_agree_no_more_than_by_chance() -> None:
    assert cohens_kappa([("safe", "unsafe")] * 9).value == 0.0


def test_full_agreement_on_two_labels_is_one() -> None:
    both = cohens_kappa([("a", "a")] * 3 + [("b", "b")] * 4)
    assert both.value == pytest.approx(1.0)
    assert both.interval == pytest.approx((1.0, 1.0))


@pytest.mark.parametrize("seed", SEEDS)
def test_mcnemar_is_the_exact_test_of_statsmodels(seed: int) -> None:
    draw = random.Random(seed)
    n = draw.choice([1, 7, 60, 400, 3000])
    lean = draw.random()
    judged = [(draw.random() < 0.5, draw.random() < lean) for _ in range(n)]
    ours = mcnemar(judged)
    table = [[judged.count((first, second)) for second in (True, False)] for first in (True, False)]
    assert (ours.only_first, ours.only_second, ours.n) == (table[0][1], table[1][0], n)
    if ours.p_value is None:
        assert table[0][1] + table[1][0] == 0
    else:
        assert ours.p_value == pytest.approx(reference_mcnemar(table, exact=True).pvalue)


def test_mcnemar_by_hand() -> None:
    # One yes turned to no and five turned the other way: 2 · (1 + 6) / 64.
    judged = [(True, False)] + [(False, True)] * 5 + [(True, True)] * 4
    assert mcnemar(judged).p_value == pytest.approx(14 / 64)


def test_mcnemar_where_nothing_differs_has_no_p_value() -> None:
    same = mcnemar([(True, True), (False, False)])
    assert (same.p_value, same.n) == (None, 2)
    assert mcnemar([]).n == 0


def test_mcnemar_of_ten_thousand_pairs_neither_overflows_nor_vanishes() -> None:
    found = mcnemar([(True, False)] * 5100 + [(False, True)] * 4900)
    assert found.p_value == pytest.approx(stats.binomtest(4900, 10_000).pvalue)


@pytest.mark.parametrize("seed", range(12))
def test_the_bootstrap_interval_is_that_of_scipy_within_its_own_noise(seed: int) -> None:
    draw = random.Random(seed)
    rewards = [-50.0, -35.0, -30.0, -5.0, 20.0, 30.0, 50.0]
    differences = [draw.choice(rewards) - draw.choice(rewards) for _ in range(draw.randint(20, 200))]
    ours = mean_difference(differences, seed=seed)
    theirs = stats.bootstrap((differences,), np.mean, n_resamples=10_000, method="percentile", rng=seed)
    assert ours.value == pytest.approx(np.mean(differences))
    assert ours.interval is not None
    noise = 0.1 * np.std(differences) / math.sqrt(len(differences))
    assert ours.interval[0] == pytest.approx(theirs.confidence_interval.low, abs=noise)
    assert ours.interval[1] == pytest.approx(theirs.confidence_interval.high, abs=noise)
    assert ours.n == len(differences)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    differences = [i * i / 37 for i in range(60)]
    assert mean_difference(differences, seed=1) == mean_difference(differences, seed=1)
    assert mean_difference(differences, seed=1) != mean_difference(differences, seed=2)


def test_no_difference_one_difference_and_equal_differences() -> None:
    assert (mean_difference([]).value, mean_difference([]).n) == (None, 0)
    assert (mean_difference([5.0]).value, mean_difference([5.0]).interval) == (5.0, None)
    assert mean_difference([5.0] * 8).interval == pytest.approx((5.0, 5.0))


def test_only_what_both_runs_have_is_paired() -> None:
    assert pair({"a": 1, "b": 2, "c": 3}, {"c": 30, "a": 10, "d": 40}) == {"a": (1, 10), "c": (3, 30)}


def test_importing_needs_no_numpy() -> None:
    code = "import sys, evaluator.statistics; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
