from __future__ import annotations

from pathlib import Path

import pytest

from dipg_ui.settings import read_settings


def test_nothing_is_fetched_and_nothing_listens_beyond_this_machine_by_default() -> None:
    settings = read_settings({})
    assert settings.host == "127.0.0.1"
    assert not settings.allow_download
    assert settings.server_url == ""


def test_a_space_listens_for_its_proxy_and_may_be_embedded_by_the_hub() -> None:
    settings = read_settings({"SPACE_ID": "someone/dipg"})
    assert settings.host == "0.0.0.0"  # noqa: S104 - the expectation, not a bind
    assert "https://huggingface.co" in settings.frame_ancestors


def test_values_are_read_from_the_environment() -> None:
    env = {"DIPG_PORT": "8123", "DIPG_DATA_DIR": "runs", "DIPG_SERVER_URL": "http://x/v1/", "DIPG_PLACES": "4"}
    settings = read_settings(env)
    assert settings.places == 4
    assert (settings.port, settings.data_dir, settings.server_url) == (8123, Path("runs"), "http://x/v1")


def test_runs_are_stored_in_the_data_folder_unless_a_database_is_named() -> None:
    assert read_settings({"DIPG_DATA_DIR": "/x"}).store_place == Path("/x/runs.sqlite3")
    named = "postgresql://host/name"
    assert read_settings({"DIPG_DATA_DIR": "/x", "DIPG_DATABASE_URL": named}).store_place == named


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIPG_PORT", "many"),
        ("DIPG_PRELOAD", "perhaps"),
        ("DIPG_PLACES", "2.5"),
        ("DIPG_PLACES", "17"),
        ("DIPG_SERVER_PLACES", "0"),
        ("DIPG_SERVER_TRIES", "11"),
        ("DIPG_SERVER_STALL_SECONDS", "0"),
        ("DIPG_SERVER_TOTAL_SECONDS", "nan"),
    ],
)
def test_a_wrong_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        read_settings({name: value})


def test_how_long_servers_are_waited_for_is_read_from_the_environment() -> None:
    settings = read_settings({"DIPG_SERVER_FIRST_SECONDS": "7.5", "DIPG_SERVER_PLACES": "3", "DIPG_SERVER_TRIES": "1"})
    assert (settings.server_seconds.first, settings.server_seconds.stall) == (7.5, 30)
    assert (settings.server_places, settings.server_tries) == (3, 1)


SPACE = {
    "SYSTEM": "spaces",
    "SPACE_ID": "somebody/dashboard",
    **dict.fromkeys(("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL"), "x"),
}


def test_signing_in_with_hugging_face_is_offered_on_a_space_that_has_it() -> None:
    assert read_settings(SPACE).hub_login


@pytest.mark.parametrize("missing", SPACE)
def test_without_any_of_what_a_space_gives_there_is_no_signing_in(missing: str) -> None:
    assert not read_settings({name: value for name, value in SPACE.items() if name != missing}).hub_login


def test_accounts_of_ones_own_take_the_place_of_signing_in() -> None:
    assert not read_settings({**SPACE, "DIPG_LOGIN": "Dr Ada:correct horse: battery"}).hub_login
