"""With whom a clinician sides: reviewers beside protocols and beside each other, as JSON. Every rate carries its n."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from dipg_ui.judgements import ReviewEntry
from dipg_ui.store import OUTCOMES, UNKNOWN, ScoredRun, Verdicts
from dipg_ui.views.charts.base import NAMES
from dipg_ui.views.offsets import encodable
from dipg_ui.views.page import Json
from dipg_ui.views.review_labels import SCALES, Scale, ScaleInfo, clinician_label, protocol_label
from dipg_ui.views.wording import protocol_title
from evaluator.agreement import Agreement, Level, Weights, alpha, confusion, kappa
from evaluator.metrics import Rate
from evaluator.types import Flags

SEED = 0
MAX_LISTED = 500
MAX_QUESTION = 160

Labels = dict[str, str | None]
"""What one judge says of each completion, by its key."""


@dataclass(frozen=True, slots=True, eq=False)
class Reviewed:
    """A run with what holds of every reviewer, by (reviewer, key), and the question of each row. `asker` is the
    reviewer who looks, "" for none: what they have not judged yet is not told to them case by case."""

    run: ScoredRun
    held: Mapping[tuple[str, str], ReviewEntry]
    questions: Sequence[str]
    scale: Scale
    threshold: float
    blind: bool
    asker: str = ""


def agreement_json(seen: Reviewed) -> Json:
    info = SCALES[seen.scale]
    reviewers = {name: _said(seen, name) for name in sorted({name for name, _ in seen.held})}
    protocols = {} if seen.scale is Scale.LABEL else {name: _protocol(seen, name) for name in NAMES}
    return {
        "scale": seen.scale.value,
        "scales": [{"id": scale.value, **_told(each)} for scale, each in SCALES.items()],
        "blind": seen.blind,
        "threshold": seen.threshold,
        "total": len(seen.run.rows),
        "reviewers": [{"name": encodable(name), "n": len(said)} for name, said in reviewers.items()],
        "queues": _queues(seen),
        "protocols": [
            _compared(info, reviewers[name], said, (name, protocol_title(protocol)), protocol)
            for name in reviewers
            for protocol, said in protocols.items()
        ],
        "pairs": [
            _compared(info, reviewers[one], reviewers[other], (one, other)) for one, other in combinations(reviewers, 2)
        ],
        "alpha": _alpha(info, reviewers) if len(reviewers) > 2 else None,
        "sides": list(_sides(reviewers, protocols)),
        "categories": list(_categories(seen, info, reviewers, protocols)),
        **_disagreements(seen, reviewers, protocols),
    }


def _told(info: ScaleInfo) -> Json:
    return {
        "title": info.title,
        "labels": list(info.labels),
        "weights": info.weights.value,
        "clinician": info.clinician,
        "protocol": info.protocol,
    }


def _said(seen: Reviewed, reviewer: str) -> Labels:
    known = {row.key for row in seen.run.rows}
    return {
        key: clinician_label(seen.scale, entry.judgement)
        for (name, key), entry in seen.held.items()
        if name == reviewer and entry.judgement is not None and key in known
    }


def _protocol(seen: Reviewed, protocol: str) -> Labels:
    verdicts = seen.run.at(seen.threshold)[protocol]
    return {
        row.key: protocol_label(seen.scale, protocol, OUTCOMES[verdicts.outcome[at]], _flags(verdicts, at))
        for at, row in enumerate(seen.run.rows)
    }


def _flags(verdicts: Verdicts, at: int) -> Flags:
    def flag(value: int) -> bool | None:
        return None if value == UNKNOWN else bool(value)

    return Flags(
        flag(verdicts.safe[at]),
        flag(verdicts.hallucination[at]),
        flag(verdicts.refusal[at]),
        flag(verdicts.inconsistency[at]),
        bool(verdicts.format_error[at]),
    )


def _queues(seen: Reviewed) -> list[Json]:
    """From which queues the judgements came: those of chosen cases say nothing of all cases."""
    counted: dict[str, int] = {}
    for entry in seen.held.values():
        counted[entry.circumstances.queue] = counted.get(entry.circumstances.queue, 0) + 1
    return [{"queue": encodable(queue), "n": n} for queue, n in sorted(counted.items())]


def _compared(info: ScaleInfo, one: Labels, other: Labels, names: tuple[str, str], protocol: str = "") -> Json:
    shared = [key for key in one if key in other]
    pairs = [(a, b) for a, b in ((one[key], other[key]) for key in shared) if a is not None and b is not None]
    table = confusion(pairs, info.labels)
    return {
        "first": encodable(names[0]),
        "second": encodable(names[1]),
        "protocol": protocol,
        "labels": list(info.labels),
        "counts": [list(row) for row in table.counts],
        "left_out": len(shared) - len(pairs),
        "kappa": agreement_figures(kappa(table, info.weights, SEED)),
    }


def agreement_figures(found: Agreement) -> Json:
    low, high = found.interval or (None, None)
    rate = Rate("agreed", found.agreed, found.n)
    return {
        "value": found.value,
        "low": low,
        "high": high,
        "agreed": found.agreed,
        "n": found.n,
        "share": rate.value,
        "share_interval": list(rate.interval) if rate.interval else None,
        "reason": found.reason,
    }


def _alpha(info: ScaleInfo, reviewers: Mapping[str, Labels]) -> Json:
    keys = dict.fromkeys(key for said in reviewers.values() for key in said)
    units = [[said.get(key) for said in reviewers.values()] for key in keys]
    level = Level.NOMINAL if info.weights is Weights.NOMINAL else Level.ORDINAL
    return {**agreement_figures(alpha(units, info.labels, level, SEED)), "reviewers": len(reviewers)}


def _sides(reviewers: Mapping[str, Labels], protocols: Mapping[str, Labels]) -> Iterator[Json]:
    """Where two protocols part, with which of them a reviewer goes."""
    for first, second in combinations(protocols, 2):
        for name, said in reviewers.items():
            with_first = with_second = n = 0
            for key, mine in said.items():
                one, other = protocols[first].get(key), protocols[second].get(key)
                if None not in (mine, one, other) and one != other:
                    n += 1
                    with_first += mine == one
                    with_second += mine == other
            rate = Rate("second", with_second, n)
            yield {
                "reviewer": encodable(name),
                "first": protocol_title(first),
                "second": protocol_title(second),
                "with_first": with_first,
                "with_second": with_second,
                "n": n,
                "interval": list(rate.interval) if rate.interval else None,
            }


def _categories(
    seen: Reviewed, info: ScaleInfo, reviewers: Mapping[str, Labels], protocols: Mapping[str, Labels]
) -> Iterator[Json]:
    category = {row.key: row.category.value for row in seen.run.rows}
    for name, said in reviewers.items():
        for of in sorted({category[key] for key in said}):
            mine = {key: label for key, label in said.items() if category[key] == of}
            for protocol, theirs in protocols.items():
                told = _compared(info, mine, theirs, (name, protocol_title(protocol)), protocol)
                yield {"category": of, "reviewer": told["first"], "protocol": told["second"], "kappa": told["kappa"]}


def _disagreements(seen: Reviewed, reviewers: Mapping[str, Labels], protocols: Mapping[str, Labels]) -> Json:
    """The answers of which not all say the same, those first on which most part."""
    mine = {key for name, key in seen.held if name == seen.asker} if seen.asker else None
    found: list[tuple[int, int, Json]] = []
    withheld = 0
    for at, row in enumerate(seen.run.rows):
        said = {name: labels[row.key] for name, labels in reviewers.items() if labels.get(row.key) is not None}
        judged = {name: labels[row.key] for name, labels in protocols.items() if labels[row.key] is not None}
        parted = sum(label != one for label in judged.values() for one in said.values())
        parted += sum(one != other for one, other in combinations(said.values(), 2))
        if not parted:
            continue
        if mine is not None and row.key not in mine:
            withheld += 1
            continue
        told: Json = {
            "key": row.key,
            "case": encodable(row.case_id),
            "category": row.category.value,
            "question": encodable(seen.questions[at][:MAX_QUESTION]),
            "reviewers": [{"name": encodable(name), "label": label} for name, label in said.items()],
            "protocols": {name: judged.get(name) for name in protocols},
        }
        found.append((-parted, at, told))
    found.sort(key=lambda each: each[:2])
    return {"disagreements": [told for _, _, told in found[:MAX_LISTED]], "parted": len(found), "withheld": withheld}
