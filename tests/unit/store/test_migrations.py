"""Every earlier form of the database becomes the present one with what it holds, and a later one is left alone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from dipg_ui.store import RunOrigin, RunStore, StoreError
from dipg_ui.store.database import Database
from dipg_ui.store.migrations import MIGRATIONS, Migration, migrate
from dipg_ui.store.schema import metadata
from tests.builders import a_run, a_trace


class At(Database):
    """A database that is brought to an earlier form only."""

    def __init__(self, place: str | Path, *migrations: Migration) -> None:
        super().__init__(place)
        self.migrations = migrations
        self.found = -1

    def _migrate(self, connection: Connection) -> None:
        self.found = migrate(connection, self.migrations)


def tables(connection: Connection) -> dict[str, dict[str, bool]]:
    """The columns of each table, and whether they may be empty."""
    told = inspect(connection)
    return {
        name: {column["name"]: bool(column["nullable"]) for column in told.get_columns(name)}
        for name in told.get_table_names()
        if name != "schema_migrations"
    }


def constraints(connection: Connection, name: str) -> tuple[object, ...]:
    told = inspect(connection)
    keys = sorted(
        (tuple(key["constrained_columns"]), key["referred_table"], key["options"].get("ondelete"))
        for key in told.get_foreign_keys(name)
    )
    unique = sorted(tuple(each["column_names"]) for each in told.get_unique_constraints(name))
    indices = sorted(tuple(each["column_names"]) for each in told.get_indexes(name) if not each["unique"])
    return tuple(told.get_pk_constraint(name)["constrained_columns"]), keys, unique, indices


def test_the_migrations_make_the_tables_that_the_code_knows(url: str) -> None:
    database = At(url, *MIGRATIONS)
    with database.read() as connection:
        made = tables(connection)
        held = {name: constraints(connection, name) for name in made}
    with database.write() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    with database.read() as connection:
        assert tables(connection) == made
        assert {name: constraints(connection, name) for name in made} == held
    database.close()


@pytest.mark.parametrize("version", range(len(MIGRATIONS) + 1))
def test_every_earlier_form_becomes_the_present_one(url: str, version: int) -> None:
    earlier = At(url, *MIGRATIONS[:version]) if version else None
    if earlier:
        with earlier.write():
            pass
        assert earlier.found == 0
        earlier.close()
    now = At(url, *MIGRATIONS)
    with now.read() as connection:
        assert set(tables(connection)) == set(metadata.tables)
        recorded = connection.execute(text("SELECT number, title FROM schema_migrations ORDER BY number")).all()
    assert now.found == version
    assert [tuple(row) for row in recorded] == [(each.number, each.title) for each in MIGRATIONS]
    now.close()


def test_the_runs_of_the_first_form_are_there_in_the_present_one(url: str) -> None:
    """Written by the first form's own statements, as a dashboard of that time did."""
    first = At(url, MIGRATIONS[0])
    with first.write() as connection:
        for statement in _FIRST_RUN:
            connection.execute(text(statement))
    first.close()
    store = RunStore(url)
    run = store.load("old")
    assert [(c.case_id, c.text, c.settings.seed) for c in run.completions] == [("c1", "<answer>54 Gy</answer>", 7)]
    assert [failure.reason for failure in run.failures] == ["silent"]
    assert store.unscored("old") == 1
    assert len(store.scored("old").rows) == 1
    assert store.unscored("old") == 0
    store.add_run(a_run(a_trace()), RunOrigin.IMPORTED)
    store.close()


_FIRST_RUN = (
    "INSERT INTO models VALUES ('m', 'tiny', 'Tiny', 'tiny-model', 'r1', 'CPU', 'bf16', 4096)",
    "INSERT INTO contexts VALUES ('x', 'The dose was 54 Gy.')",
    """INSERT INTO cases VALUES ('h', 'c1', 'x', 'What dose?', '54 Gy', 'answer', '[]', 'direct extraction', 'easy',
       '', '', '')""",
    """INSERT INTO runs VALUES ('old', 'Old', '2026-01-01T00:00:00+00:00', 'set', 'machine', 'm',
       '{"max_new_tokens": 512, "seed": 7, "style": "tags", "temperature": 0.3}', TRUE, 2, 'generated', '', 'stopped',
       '', '', 0.0, FALSE)""",
    "INSERT INTO run_cases VALUES ('old', 0, 'h')",
    """INSERT INTO completions (run_id, position, repeat, key, text, model_hash, settings, prompt_hash, started, finish,
       seconds) VALUES ('old', 0, 0, 'k', '<answer>54 Gy</answer>', 'm',
       '{"max_new_tokens": 512, "seed": 7, "style": "tags", "temperature": 0.3}', 'p', '2026-01-01T00:00:00+00:00',
       'answer closed', 1.0)""",
    """INSERT INTO failures (run_id, position, repeat, stage, reason, partial)
       VALUES ('old', 0, 1, 'generate', 'silent', '')""",
)


def test_a_migration_that_fails_leaves_the_database_as_it_was(url: str) -> None:
    before = At(url, *MIGRATIONS)
    with before.write():
        pass
    before.close()
    broken = Migration(len(MIGRATIONS) + 1, "broken", ("CREATE TABLE half (x INTEGER)", "CREATE NONSENSE"))
    failing = At(url, *MIGRATIONS, broken)
    with pytest.raises(StoreError):
        failing.write().__enter__()
    failing.close()
    after = At(url, *MIGRATIONS)
    with after.read() as connection:
        assert "half" not in tables(connection)
    assert after.found == len(MIGRATIONS)
    after.close()


def test_a_database_of_a_later_version_is_left_alone(url: str) -> None:
    later = At(url, *MIGRATIONS, Migration(99, "of the future", ("CREATE TABLE future (x INTEGER)",)))
    with later.write():
        pass
    later.close()
    store = RunStore(url)
    with pytest.raises(StoreError, match="later version of the dashboard"):
        store.heads()
    store.close()


def test_processes_that_start_together_migrate_once(url: str) -> None:
    command = [sys.executable, "-c", f"from dipg_ui.store import RunStore; print(len(RunStore({url!r}).heads()))"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    said = [process.communicate(timeout=120) for process in processes]
    assert [(out.strip(), error) for out, error in said] == [(b"0", b"")] * 4


def test_a_file_that_is_no_database_is_named_and_left(tmp_path: Path) -> None:
    (tmp_path / "runs.sqlite3").write_text("these are my notes, and they are longer than a page header " * 20)
    store = RunStore(f"sqlite:///{tmp_path / 'runs.sqlite3'}")
    with pytest.raises(StoreError, match="not a database"):
        store.heads()
    assert (tmp_path / "runs.sqlite3").read_text().startswith("these are my notes")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "no database URL"),
        ("sqlite://", "must name a SQLite file"),
        ("mysql://host/name", "SQLite file or a PostgreSQL"),
        ("sqlite:////proc/none/runs.sqlite3", "cannot be used"),
        ("postgresql://user:secret@127.0.0.1:9/name", "cannot be used"),
    ],
)
def test_a_store_that_cannot_be_opened_says_so_without_the_password(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        RunStore(url).heads()
    assert "secret" not in str(caught.value)


def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "50% sure? #1" / "ru\u0308ns.sqlite3"
    store = RunStore(path)
    assert store.heads() == ()
    store.close()
    assert path.exists()


def test_sqlite_writes_ahead_checks_references_and_waits(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a' / 'runs.sqlite3'}")
    with database.read() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert told == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 15_000}
    with pytest.raises(StoreError, match="FOREIGN KEY"), database.write() as connection:
        connection.exec_driver_sql("INSERT INTO run_cases VALUES ('none', 0, 'none')")
    database.close()
    assert sqlite3.connect(tmp_path / "a" / "runs.sqlite3").execute("PRAGMA integrity_check").fetchone() == ("ok",)
