"""A band says what scoring at its threshold says: the promise that lets a stored run be judged anew without scoring."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dipg_ui.settings import ASSETS
from dipg_ui.store import load_run
from evaluator.bands import judge_bands
from evaluator.cases import load_cases
from evaluator.evaluate import assess, reassess
from evaluator.protocols import RUNGS
from evaluator.types import Behaviour, Case
from tests.builders import CONTEXT

THRESHOLDS = st.one_of(
    st.integers(50, 100).map(float),
    st.integers(500, 1000).map(lambda tenths: tenths / 10),
    st.floats(50, 100),
)
SENTENCES = [f"{sentence.strip()}." for sentence in CONTEXT.split(".") if sentence.strip()]


@st.composite
def quotes(draw: st.DrawFn) -> str:
    """A sentence of the context with some of its words dropped, changed or added: anything from exact to unlike."""
    words = draw(st.sampled_from(SENTENCES)).split()
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(words) - 1))
        match draw(st.sampled_from(["drop", "change", "add"])):
            case "drop" if len(words) > 1:
                words.pop(place)
            case "change":
                words[place] = draw(st.sampled_from(["50", "Gy", "not", "mg", "left", "pons", "thrice", "vincristine"]))
            case _:
                words.insert(place, draw(st.sampled_from(["the", "never", "about", "2", "daily"])))
    return " ".join(words)


@st.composite
def completions(draw: st.DrawFn) -> str:
    proof = "\n".join(f'"{quote}"' for quote in draw(st.lists(quotes(), max_size=4)))
    answers = ["54 Gy in 30 fractions", "50 Gy", "The context does not contain it.", "I cannot answer.", "conflicting"]
    answer = draw(st.sampled_from(answers))
    if draw(st.booleans()):
        return f"<think>t</think>\n<proof>{proof}</proof>\n<answer>{answer}</answer>"
    channels = (("analysis", "t"), ("proof", proof), ("final", answer))
    return "\n".join(f"<|channel|>{name}<|message|>{text}<|end|>" for name, text in channels)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    expected = draw(st.sampled_from([None, "54 Gy in 30 fractions", "The context does not contain this information."]))
    behaviour = draw(st.sampled_from([None, *Behaviour]))
    return Case("c", CONTEXT, "What total dose was given?", expected, behaviour)


def differences(case: Case, completion: str, threshold: float) -> list[str]:
    """The protocols of which a band says something else than scoring at the threshold."""
    _, banded = judge_bands(case, completion)
    found = []
    for bands, right in zip(banded, assess(case, completion, RUNGS, threshold).evaluations, strict=True):
        band = bands.at(threshold)
        decisive = [step.rule for step in right.steps if step.decisive][-1]
        said = (bands.protocol, bands.version, band.outcome, band.flags, band.reward, band.rule)
        if said != (right.protocol, right.version, right.outcome, right.flags, right.reward, decisive):
            found.append(f"{bands.protocol} at {threshold}: {band} is not {right}")
    return found


@given(cases(), completions(), THRESHOLDS)
@settings(max_examples=300, deadline=None)
def test_a_band_says_what_scoring_says(case: Case, completion: str, threshold: float) -> None:
    assert differences(case, completion, threshold) == []


@given(cases(), completions(), THRESHOLDS)
@settings(max_examples=100, deadline=None)
def test_the_bands_of_a_protocol_cover_every_threshold_once(case: Case, completion: str, threshold: float) -> None:
    for bands in judge_bands(case, completion)[1]:
        assert [band for band in bands.bands if band.low < threshold <= band.high] == [bands.at(threshold)]


@pytest.mark.slow
def test_the_bands_of_the_recorded_run_say_what_scoring_says_at_every_whole_threshold() -> None:
    known = {case.id: case for case in load_cases(ASSETS / "cases" / "dipg.jsonl").cases}
    for completion in load_run(ASSETS / "runs" / "gemma-3-270m.jsonl").run.completions:
        case = known[completion.case_id]
        _, banded = judge_bands(case, completion.text)
        assessed = assess(case, completion.text, RUNGS, 50.0)
        for threshold in range(50, 101):
            right = reassess(case, assessed, float(threshold)).evaluations
            for bands, evaluation in zip(banded, right, strict=True):
                band = bands.at(threshold)
                assert (band.outcome, band.flags, band.reward) == (
                    evaluation.outcome,
                    evaluation.flags,
                    evaluation.reward,
                )
