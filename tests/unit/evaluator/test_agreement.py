"""Against scikit-learn, krippendorff and scipy's bootstrap, and by hand where there is nothing to compare with."""

import random
import subprocess
import sys
import warnings

import krippendorff
import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score, confusion_matrix

from evaluator.agreement import MIN_PAIRS, Level, Weights, alpha, confusion, kappa

SEEDS = range(25)
_REFERENCE_WEIGHTS = {Weights.NOMINAL: None, Weights.LINEAR: "linear", Weights.QUADRATIC: "quadratic"}


def two_judges(seed: int) -> tuple[list[tuple[int, int]], list[int]]:
    draw = random.Random(seed)
    labels, n, agree = draw.randint(2, 6), draw.randint(MIN_PAIRS, 300), draw.random()
    pairs = []
    for _ in range(n):
        one = draw.randrange(labels)
        pairs.append((one, one if draw.random() < agree else draw.randrange(labels)))
    return pairs, list(range(labels))


def many_judges(seed: int) -> tuple[list[list[int | None]], list[int]]:
    draw = random.Random(seed)
    labels, judges, agree = draw.randint(2, 5), draw.randint(2, 6), draw.random()
    units: list[list[int | None]] = []
    for _ in range(draw.randint(MIN_PAIRS, 120)):
        truth = draw.randrange(labels)
        said = [truth if draw.random() < agree else draw.randrange(labels) for _ in range(judges)]
        units.append([None if draw.random() < 0.2 else label for label in said])
    return units, list(range(labels))


@pytest.mark.parametrize("weights", Weights)
@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_is_that_of_scikit_learn_under_every_weighting(seed: int, weights: Weights) -> None:
    pairs, labels = two_judges(seed)
    ours = kappa(confusion(pairs, labels), weights)
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    theirs = cohen_kappa_score(first, second, labels=labels, weights=_REFERENCE_WEIGHTS[weights])
    assert ours.value == pytest.approx(theirs)
    assert ours.n == len(pairs)
    assert ours.agreed == sum(a == b for a, b in pairs)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_confusion_matrix_is_that_of_scikit_learn(seed: int) -> None:
    pairs, labels = two_judges(seed)
    theirs = confusion_matrix([a for a, _ in pairs], [b for _, b in pairs], labels=labels)
    assert confusion(pairs, labels).counts == tuple(map(tuple, theirs.tolist()))


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_is_that_of_the_reference_with_judgements_missing(seed: int, level: Level) -> None:
    units, labels = many_judges(seed)
    ratings = np.array([[np.nan if label is None else float(label) for label in unit] for unit in units]).T
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = krippendorff.alpha(
            reliability_data=ratings, level_of_measurement=level.value, value_domain=[float(each) for each in labels]
        )
    assert alpha(units, labels, level).value == pytest.approx(theirs)


def test_alpha_of_krippendorffs_own_example() -> None:
    # The worked example with missing data of "Computing Krippendorff's Alpha-Reliability" (2011): 0.743 and 0.815.
    judges = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = list(zip(*judges, strict=True))
    nominal = alpha(units, [1, 2, 3, 4, 5])
    assert nominal.value == pytest.approx(0.743, abs=5e-4)
    assert nominal.n == 11
    assert alpha(units, [1, 2, 3, 4, 5], Level.ORDINAL).value == pytest.approx(0.815, abs=5e-4)


@pytest.mark.parametrize("weights", [Weights.NOMINAL, Weights.LINEAR])
@pytest.mark.parametrize("seed", range(4))
def test_the_interval_is_that_of_scipys_bootstrap_within_its_own_noise(seed: int, weights: Weights) -> None:
    pairs, labels = two_judges(seed + 100)
    ours = kappa(confusion(pairs, labels), weights, seed=seed)
    first, second = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])

    def of(one: np.ndarray, other: np.ndarray) -> float:
        return float(cohen_kappa_score(one, other, labels=labels, weights=_REFERENCE_WEIGHTS[weights]))

    theirs = stats.bootstrap(
        (first, second), of, paired=True, vectorized=False, n_resamples=600, method="percentile", rng=seed
    )
    assert ours.interval is not None
    width = theirs.confidence_interval.high - theirs.confidence_interval.low
    assert ours.interval[0] == pytest.approx(theirs.confidence_interval.low, abs=0.12 * width)
    assert ours.interval[1] == pytest.approx(theirs.confidence_interval.high, abs=0.12 * width)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    pairs, labels = two_judges(3)
    table = confusion(pairs, labels)
    assert kappa(table, seed=1) == kappa(table, seed=1)
    assert kappa(table, seed=1).interval != kappa(table, seed=2).interval
    units, names = many_judges(3)
    assert alpha(units, names, seed=1) == alpha(units, names, seed=1)
    assert alpha(units, names, seed=1).interval != alpha(units, names, seed=2).interval


def test_nine_pairs_give_no_kappa_and_the_reason_and_ten_do() -> None:
    pairs = [("safe", "safe"), ("not safe", "not safe"), ("safe", "not safe")] * 3
    few = kappa(confusion(pairs, ("safe", "not safe")))
    assert (few.value, few.interval, few.agreed, few.n) == (None, None, 6, 9)
    assert "Only 9" in few.reason
    assert "10" in few.reason
    assert kappa(confusion([*pairs, ("safe", "safe")], ("safe", "not safe"))).value is not None
    assert "Only 9" in alpha(pairs, ("safe", "not safe")).reason


def test_one_label_alone_leaves_both_undefined_with_the_reason() -> None:
    pairs = [("safe", "safe")] * 12
    for found in (kappa(confusion(pairs, ("safe", "not safe"))), alpha(pairs, ("safe", "not safe"))):
        assert (found.value, found.agreed, found.n) == (None, 12, 12)
        assert "undefined" in found.reason


def test_where_one_judge_gives_one_label_alone_kappa_is_nought_by_its_nature() -> None:
    found = kappa(confusion([("safe", "safe"), ("not safe", "safe")] * 6, ("safe", "not safe")))
    assert (found.value, found.interval, found.agreed) == (0.0, None, 6)
    assert "one label alone" in found.reason


def test_a_near_miss_costs_less_than_a_far_one_only_where_labels_are_ordered() -> None:
    labels = ("good", "middling", "bad")
    base = [(label, label) for label in labels] * 4
    near, far = confusion([*base, ("good", "middling")], labels), confusion([*base, ("good", "bad")], labels)
    assert kappa(near).value == pytest.approx(kappa(far).value, abs=0.01)
    near_value, far_value = kappa(near, Weights.QUADRATIC).value, kappa(far, Weights.QUADRATIC).value
    assert near_value is not None
    assert far_value is not None
    assert near_value > far_value + 0.05


def test_a_thing_that_one_judge_alone_saw_does_not_count() -> None:
    units = [("a", "a", None), ("b", "b", "b")] * 5 + [("a", None, None)] * 7
    assert alpha(units, ("a", "b")).n == 10


def test_a_label_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="odd"):
        confusion([("a", "odd")], ("a", "b"))


def test_importing_needs_no_numpy() -> None:
    code = "import sys, evaluator.agreement; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
