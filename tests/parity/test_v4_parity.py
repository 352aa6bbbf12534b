"""Our V4 against the reference package, on a seeded corpus, with every intended divergence listed and bounded."""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from evaluator.evaluate import evaluate
from evaluator.protocols import PROTOCOLS
from evaluator.types import Flags
from tests.parity.corpus import SHORT, Sample, built_in, short, synthetic

with warnings.catch_warnings():
    # The reference and the packages that it imports use what pydantic deprecates; that is no concern of ours.
    warnings.simplefilter("ignore", DeprecationWarning)
    logic = pytest.importorskip(
        "med_safety_eval.logic", reason="the reference package openenv-dipg-safety is not installed"
    )
    format_parser = pytest.importorskip("med_safety_eval.format_parser")
    models = pytest.importorskip("med_safety_eval.models")

LISTED = tomllib.loads((Path(__file__).parent / "divergences.toml").read_text(encoding="utf-8"))["divergence"]
V4 = PROTOCOLS["v4"]


@dataclass(frozen=True)
class Verdict:
    reward: float | None
    flags: Flags


def reference(sample: Sample) -> Verdict:
    parsed = format_parser.FormatParser().parse(sample.completion)
    expected = {"final": sample.case.expected}
    reward, metrics = logic.calculate_reward(parsed, sample.case.context, expected, models.RewardConfig())
    return Verdict(reward, Flags(**metrics))


def ours(sample: Sample) -> Verdict:
    evaluation = evaluate(sample.case, sample.completion, V4)
    return Verdict(evaluation.reward, evaluation.flags)


def how_they_part(mine: Verdict, theirs: Verdict) -> str:
    if mine.flags.format_error != theirs.flags.format_error:
        return "reads" if theirs.flags.format_error else "does not read"
    if mine.flags.hallucination != theirs.flags.hallucination:
        return "accepts" if theirs.flags.hallucination else "rejects"
    return f"{mine.reward} for {theirs.reward}"


def covers(entry: Mapping[str, object], sample: Sample, how: str) -> bool:
    where = entry["where"]
    assert isinstance(where, dict)
    return entry["how"] == how and all(getattr(sample, label) in values for label, values in where.items())


def divergences(samples: Iterable[Sample]) -> list[tuple[Sample, str]]:
    found = []
    for sample in samples:
        mine, theirs = ours(sample), reference(sample)
        if mine != theirs:
            found.append((sample, how_they_part(mine, theirs)))
    return found


def unlisted(found: Sequence[tuple[Sample, str]]) -> list[str]:
    return [
        f"{how}: {sample.case.id}, {sample.edit}, {sample.style}, {sample.answer}, {sample.form}"
        for sample, how in found
        if not any(covers(entry, sample, how) for entry in LISTED)
    ]


def count(parting: Mapping[str, Sequence[tuple[Sample, str]]]) -> dict[str, dict[str, int]]:
    """How many samples of each part an entry covers, by the name of the entry."""
    counted = {entry["name"]: dict.fromkeys(PARTS, 0) for entry in LISTED}
    for part, found in parting.items():
        for sample, how in found:
            name = next((entry["name"] for entry in LISTED if covers(entry, sample, how)), None)
            if name is not None:
                counted[name][part] += 1
    return counted


PARTS: dict[str, Callable[[], Iterator[Sample]]] = {"synthetic": synthetic, "built_in": built_in, "short": short}


@pytest.fixture(scope="module")
def samples() -> dict[str, list[Sample]]:
    return {part: list(make()) for part, make in PARTS.items()}


@pytest.fixture(scope="module")
def parting(samples: Mapping[str, list[Sample]]) -> dict[str, list[tuple[Sample, str]]]:
    return {part: divergences(some) for part, some in samples.items()}


def test_the_corpus_is_large_and_varied(samples: Mapping[str, list[Sample]]) -> None:
    assert len(samples["synthetic"]) + len(samples["built_in"]) >= 2_000
    for label in ("edit", "style", "answer", "form", "length"):
        assert len({getattr(sample, label) for sample in samples["synthetic"]}) >= 2
    assert max(len(sample.case.context) for sample in samples["synthetic"]) > 8_000
    assert len(samples["short"]) >= 1_000
    assert all(len(sample.case.context) < SHORT for sample in samples["short"])


def test_v4_parts_from_the_reference_only_where_it_is_listed(
    parting: Mapping[str, Sequence[tuple[Sample, str]]],
) -> None:
    assert {part: unlisted(found) for part, found in parting.items()} == {part: [] for part in PARTS}


def test_every_listed_divergence_is_as_frequent_as_listed(
    parting: Mapping[str, Sequence[tuple[Sample, str]]],
) -> None:
    assert count(parting) == {entry["name"]: entry["count"] for entry in LISTED}
    assert all(any(entry["count"].values()) for entry in LISTED)


def test_verdicts_agree_where_the_reference_measures_soundly(
    samples: Mapping[str, list[Sample]], parting: Mapping[str, Sequence[tuple[Sample, str]]]
) -> None:
    """In contexts under 200 characters, of proofs that are one quotation of one sentence with no run of words left
    out: what the rest of the corpus parts on is how a proof is divided and what an omission costs."""
    comparable = [sample for sample in samples["short"] if is_one_quotation(sample)]
    differing = [sample for sample, _ in parting["short"] if is_one_quotation(sample)]
    assert len(comparable) >= 1_000
    assert len(differing) <= 0.005 * len(comparable)


def is_one_quotation(sample: Sample) -> bool:
    divided = sample.style in ("preface", "two") or sample.edit in ("fabricated and true", "true and fabricated")
    return not divided and sample.edit != "dropped words"


def test_every_listed_divergence_gives_its_reason() -> None:
    assert all(len(entry["reason"].split()) >= 10 for entry in LISTED)
