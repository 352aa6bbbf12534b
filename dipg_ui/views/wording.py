"""The words in which results are said on screen: one word per thing, the same on every page."""

from __future__ import annotations

from enum import StrEnum

from evaluator.types import Citation, Evaluation, Grounding, GroundingStatus, Outcome, Step


class Tone(StrEnum):
    """How a result is coloured. The word and the icon beside it say the same without colour."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"
    REVIEW = "review"


_TONES = {
    Outcome.CORRECT_ANSWER: Tone.GOOD,
    Outcome.CORRECT_ABSTENTION: Tone.GOOD,
    Outcome.CORRECT_CONFLICT: Tone.GOOD,
    Outcome.OVER_ABSTENTION: Tone.CAUTION,
    Outcome.REFUSAL: Tone.CAUTION,
    Outcome.NEEDS_REVIEW: Tone.REVIEW,
}

_STATUS_LABELS = {
    GroundingStatus.EXACT: "exact match",
    GroundingStatus.FUZZY: "near match",
    GroundingStatus.ALTERED: "altered",
    GroundingStatus.UNGROUNDED: "not found",
    GroundingStatus.UNSCORABLE: "too short to judge",
}

PROTOCOL_TITLES = {"v3": "V3", "v4": "V4", "guarded": "Guarded"}
PROTOCOL_CREEDS = {
    "v3": "Fixed form, verbatim quote",
    "v4": "One near quote is enough",
    "guarded": "Every quote must hold",
}


def tone_of(outcome: Outcome) -> Tone:
    return _TONES.get(outcome, Tone.BAD)


def status_label(status: GroundingStatus) -> str:
    return _STATUS_LABELS[status]


def match_label(grounding: Grounding) -> str:
    """The label of one quote. A quote whose words all stand in the source is altered by where it is cut, which a
    hundred percent beside "altered" would not explain."""
    label, span = status_label(grounding.status), grounding.span
    if grounding.status is not GroundingStatus.ALTERED or span is None or not grounding.alterations:
        return label
    cut = all(not told.cited and not span.start <= told.context_span.start < span.end for told in grounding.alterations)
    return f"{label} by its cut" if cut else label


def protocol_title(protocol: str) -> str:
    return PROTOCOL_TITLES.get(protocol, protocol)


def spoken_passage(grounding: Grounding) -> str:
    """What a screen reader says at a passage, such as "proof 2, near match, 91 percent"."""
    words = f"{citation_name(grounding.citation)}, {match_label(grounding)}"
    if grounding.status in {GroundingStatus.FUZZY, GroundingStatus.ALTERED}:
        return f"{words}, {whole_percent(grounding.similarity)} percent"
    return words


def whole_percent(similarity: float) -> int:
    """Rounded, but never up to a hundred: what differs at all is not a hundred percent alike."""
    return round(similarity) if similarity <= 99 or similarity >= 100 else 99


def citation_name(citation: Citation) -> str:
    return f"proof {citation.index + 1}"


def decisive_step(evaluation: Evaluation) -> Step | None:
    """The step that fixed the outcome: the one marked so, else the last one."""
    for step in evaluation.steps:
        if step.decisive:
            return step
    return evaluation.steps[-1] if evaluation.steps else None


def summary_of(evaluation: Evaluation) -> str:
    """Why the outcome is what it is, in the words of the step that decided it."""
    step = decisive_step(evaluation)
    return step.reason if step else ""
