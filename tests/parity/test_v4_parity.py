"""Our V4 against the reference package, on a seeded corpus, with every intended divergence listed and bounded."""

from __future__ import annotations

import tomllib
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from evaluator.evaluate import evaluate
from evaluator.protocols import PROTOCOLS
from evaluator.types import Flags
from tests.parity.corpus import Sample, built_in, synthetic

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


@pytest.fixture(scope="module")
def synthetic_divergences() -> list[tuple[Sample, str]]:
    return divergences(synthetic())


def test_the_corpus_is_large_and_varied() -> None:
    samples = list(synthetic())
    assert len(samples) >= 500
    for label in ("edit", "style", "answer", "form", "length"):
        assert len({getattr(sample, label) for sample in samples}) >= 2
    assert max(len(sample.case.context) for sample in samples) > 8_000


def test_v4_parts_from_the_reference_only_where_it_is_listed(synthetic_divergences: list[tuple[Sample, str]]) -> None:
    assert unlisted(synthetic_divergences) == []


def test_every_listed_divergence_is_as_frequent_as_listed(synthetic_divergences: list[tuple[Sample, str]]) -> None:
    counts = Counter(
        next(entry["name"] for entry in LISTED if covers(entry, sample, how))
        for sample, how in synthetic_divergences
        if any(covers(entry, sample, how) for entry in LISTED)
    )
    out_of_bounds = {
        entry["name"]: counts[entry["name"]]
        for entry in LISTED
        if not entry["least"] <= counts[entry["name"]] <= entry["most"]
    }
    assert out_of_bounds == {}


def test_v4_parts_from_the_reference_on_the_built_in_cases_only_where_it_is_listed() -> None:
    samples = list(built_in())
    if not samples:
        pytest.skip("there are no built-in cases")
    assert unlisted(divergences(samples)) == []


def test_no_listed_divergence_has_vanished(synthetic_divergences: list[tuple[Sample, str]]) -> None:
    everything = synthetic_divergences + divergences(built_in())
    vanished = [entry["name"] for entry in LISTED if not any(covers(entry, sample, how) for sample, how in everything)]
    assert vanished == []


def test_every_listed_divergence_gives_its_reason() -> None:
    assert all(len(entry["reason"].split()) >= 10 for entry in LISTED)
