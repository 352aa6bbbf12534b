from __future__ import annotations

from pathlib import Path

import pytest

from dipg_ui.logins import (
    MAX_ACCOUNTS,
    MAX_FAILURES,
    WINDOW_SECONDS,
    Logins,
    TooManyFailures,
    hashed,
    read_accounts,
)
from dipg_ui.settings import read_settings

PASSWORD = "correct horse: battery"  # noqa: S105 - of nobody


def logins(text: str) -> Logins:
    return Logins(read_accounts(text))


def test_the_right_password_opens_and_nothing_else_does() -> None:
    asked = logins(f"# who judges\n\nDr Ada:{PASSWORD}\nDr Ben:another password\n")
    assert asked.check("Dr Ada", PASSWORD)
    for name, password in (
        ("Dr Ada", "another password"),
        ("Dr Ada", PASSWORD + " "),
        ("Dr Ada", ""),
        ("Dr Ben", PASSWORD),
        ("dr ada", PASSWORD),
        ("", ""),
        ("nobody", PASSWORD),
        ("Dr Ada", "\ud800" * 10),
    ):
        assert not asked.check(name, password)


def test_a_hash_opens_as_its_password_does_and_is_another_one_each_time() -> None:
    one, other = hashed(PASSWORD), hashed(PASSWORD)
    assert one != other
    assert PASSWORD not in one
    assert logins(f"Dr Ada:{one}").check("Dr Ada", PASSWORD)
    assert not logins(f"Dr Ada:{one}").check("Dr Ada", one)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Dr Ada", "line 1"),
        ("Dr Ada:long enough\nDr Ben:short", "line 2.*8 to"),
        (":long enough", "line 1: the name"),
        ("Dr  Ada:long enough", "line 1: the name"),
        ("Dr\u202eAda:long enough", "line 1: the name"),
        ("x" * 61 + ":long enough", "line 1: the name"),
        ("Dr Ada:long enough\ndr ada:long enough", "line 2.*already"),
        ("Dr Ada:scrypt$AAAA", "line 1: the hash"),
        ("Dr Ada:scrypt$AAAA$AAAA", "line 1: the hash"),
        ("Dr Ada:scrypt$=$=", "line 1: the hash"),
        ("\n".join(f"n{n}:{'scrypt$AAAA$' + 'A' * 43 + '='}" for n in range(MAX_ACCOUNTS + 1)), "the most"),
    ],
)
def test_a_wrong_line_is_told_by_its_number_and_not_by_what_stands_in_it(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as refused:
        read_accounts(text)
    assert "long enough" not in str(refused.value)
    assert "short" not in str(refused.value)


def test_an_address_that_fails_too_often_has_to_wait_and_others_do_not() -> None:
    now = [0.0]
    asked = Logins((), clock=lambda: now[0])
    for _ in range(MAX_FAILURES):
        asked.begin_attempt("10.0.0.1")
        now[0] += 1
    with pytest.raises(TooManyFailures) as refused:
        asked.begin_attempt("10.0.0.1")
    assert 0 < refused.value.seconds <= WINDOW_SECONDS
    asked.begin_attempt("10.0.0.2")
    now[0] += refused.value.seconds
    asked.begin_attempt("10.0.0.1")


def test_logging_in_well_never_makes_one_wait() -> None:
    asked = Logins((), clock=lambda: 0.0)
    for _ in range(3 * MAX_FAILURES):
        asked.begin_attempt("10.0.0.1")
        asked.end_well("10.0.0.1")
    assert not any(asked._failures.values())


def test_addresses_are_not_kept_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dipg_ui.logins.MAX_ADDRESSES", 3)
    asked = Logins((), clock=lambda: 0.0)
    for number in range(10):
        asked.begin_attempt(str(number))
    assert len(asked._failures) == 3


def test_accounts_come_from_a_file_or_from_the_variable(tmp_path: Path) -> None:
    file = tmp_path / "who"
    file.write_text(f"Dr Ada:{PASSWORD}\n", encoding="utf-8")
    for env in ({"DIPG_LOGIN_FILE": str(file)}, {"DIPG_LOGIN": f"Dr Ada:{PASSWORD}\nDr Ben:{PASSWORD}"}):
        settings = read_settings(env)
        assert Logins(settings.accounts).check("Dr Ada", PASSWORD)
        assert PASSWORD not in repr(settings)
    assert read_settings({}).accounts == ()


def test_a_login_that_would_open_to_everybody_or_nobody_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "who"
    empty.write_text("# nobody yet\n", encoding="utf-8")
    odd = tmp_path / "odd"
    odd.write_bytes(b"Dr Ada:\xff\xff\xff\xff\xff\xff\xff\xff")
    for env, told in (
        ({"DIPG_LOGIN_FILE": str(empty)}, "DIPG_LOGIN_FILE names nobody"),
        ({"DIPG_LOGIN_FILE": str(tmp_path / "none")}, "DIPG_LOGIN_FILE: the file cannot be read"),
        ({"DIPG_LOGIN_FILE": str(odd)}, "not UTF-8"),
        ({"DIPG_LOGIN": "Dr Ada"}, "DIPG_LOGIN: line 1"),
        ({"DIPG_LOGIN": "Dr Ada:long enough", "DIPG_LOGIN_FILE": str(empty)}, "not both"),
    ):
        with pytest.raises(ValueError, match=told):
            read_settings(env)
