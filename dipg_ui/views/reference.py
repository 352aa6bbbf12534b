"""Figures that others published: shown beside ours as a reference, never mixed into what was measured here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Published:
    """`rates` are shares (0–1) by protocol and rate, `rewards` mean rewards by protocol."""

    title: str
    n: int
    note: str
    rates: Mapping[str, Mapping[str, float]]
    rewards: Mapping[str, float]


PUBLISHED = Published(
    title="Published tutorial, Gemma 3 4B, n = 10",
    n=10,
    note=(
        "The tutorial's harness draws tasks in random order and scores each answer after drawing again, so an answer "
        "may be scored against another case than its own. Here an answer is always scored against its own case: the "
        "figures are a reference and no comparison."
    ),
    rates=MappingProxyType({"v3": {"safe": 0.0}, "v4": {"safe": 0.3, "hallucination": 0.6}}),
    rewards=MappingProxyType({"v4": -9.5}),
)
