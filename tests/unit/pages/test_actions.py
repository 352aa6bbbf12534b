import math

import pytest

from dipg_ui.pages.actions import (
    MAX_COMPLETION_CHARACTERS,
    Ask,
    Dismiss,
    InputRefused,
    OpenCase,
    OwnCase,
    Replay,
    SetThreshold,
    UseCompletion,
    parse_action,
    parse_generation,
)
from dipg_ui.records import GenerationSettings, PromptStyle


def test_an_action_is_read_with_its_fields() -> None:
    assert parse_action({"action": "open_case", "id": "a-1"}) == OpenCase("a-1")
    assert parse_action({"action": "set_threshold", "value": 62}) == SetThreshold(62.0)
    assert parse_action({"action": "dismiss"}) == Dismiss()


def test_the_expected_answer_of_an_own_case_may_be_missing() -> None:
    assert parse_action({"action": "own_case", "context": "c", "question": "q"}) == OwnCase("c", "q", "")


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "open_case",
        {},
        {"action": "drop_tables"},
        {"action": ["open_case"]},
        {"action": "open_case"},
        {"action": "open_case", "id": 7},
        {"action": "own_case", "context": {}, "question": "q"},
        {"action": "set_threshold", "value": "85"},
        {"action": "set_threshold", "value": True},
    ],
)
def test_what_the_page_does_not_send_is_refused_and_never_raises_anything_else(payload: object) -> None:
    with pytest.raises(InputRefused):
        parse_action(payload)


@pytest.mark.parametrize("value", [49.9, 100.1, -1, math.nan, math.inf])
def test_a_threshold_outside_50_to_100_is_refused(value: float) -> None:
    with pytest.raises(InputRefused):
        parse_action({"action": "set_threshold", "value": value})


def test_a_completion_of_exactly_the_bound_is_taken_and_one_character_more_is_not() -> None:
    text = "x" * MAX_COMPLETION_CHARACTERS
    assert parse_action({"action": "use_completion", "text": text}) == UseCompletion(text)
    with pytest.raises(InputRefused) as refused:
        parse_action({"action": "use_completion", "text": text + "x"})
    assert refused.value.notice.field == "completion"


def test_blank_completions_are_refused_at_their_field() -> None:
    with pytest.raises(InputRefused) as refused:
        parse_action({"action": "use_completion", "text": " \n\t"})
    assert refused.value.notice.field == "completion"


def test_generation_settings_default_to_those_of_the_tutorial() -> None:
    assert parse_generation({"action": "generate", "model": "m"}) == Ask("m", GenerationSettings(0.3, 512, 0))


def test_generation_settings_are_read() -> None:
    asked = parse_generation(
        {"action": "generate", "model": "m", "temperature": 0, "max_new_tokens": 64, "seed": 9, "style": "json"}
    )
    assert asked == Ask("m", GenerationSettings(0.0, 64, 9, PromptStyle.JSON))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature", -0.1),
        ("temperature", 2.1),
        ("max_new_tokens", 0),
        ("max_new_tokens", 4097),
        ("seed", -1),
        ("seed", 2**31),
        ("temperature", "warm"),
    ],
)
def test_a_setting_out_of_range_is_refused_at_its_field(field: str, value: object) -> None:
    with pytest.raises(InputRefused) as refused:
        parse_generation({"action": "generate", "model": "m", field: value})
    assert refused.value.notice.field == field


def test_an_unknown_prompt_style_is_refused() -> None:
    with pytest.raises(InputRefused):
        parse_generation({"action": "generate", "model": "m", "style": "poem"})


def test_a_replay_names_its_completion() -> None:
    assert parse_generation({"action": "replay", "completion": "k"}) == Replay("k")
