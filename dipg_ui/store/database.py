"""One database: SQLite in a file, or PostgreSQL by URL. Opened and brought up to date at its first use."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from dipg_ui.store.errors import StoreError
from dipg_ui.store.migrations import migrate

BUSY_SECONDS = 15
"""How long a writer waits for another one of the same SQLite file."""

_WRITES = "dipg_writes"


class Database:
    """Transactions on one database, from any thread. Errors are StoreErrors that never hold the URL's password."""

    def __init__(self, place: str | Path) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the database."""
        with self._told(), _steady(self._open()).begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block ends, and undone where it raises."""
        with self._told(), self._open().execution_options(**{_WRITES: True}).begin() as connection:
            yield connection

    def close(self) -> None:
        """Give the connections back; the next use opens new ones."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _open(self) -> Engine:
        with self._lock:
            if self._engine is None:
                engine = _make_engine(self._place)
                try:
                    with engine.execution_options(**{_WRITES: True}).begin() as connection:
                        self._migrate(connection)
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine

    def _migrate(self, connection: Connection) -> None:
        migrate(connection)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError, OverflowError) as error:
            raise StoreError(f"The stored runs cannot be used: {_sentence(error)}.") from error


def _steady(engine: Engine) -> Engine:
    """The engine for transactions that read: SQLite always shows them one state, PostgreSQL only when asked."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine


def _sentence(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(cause).__name__


def _make_engine(place: str | Path) -> Engine:
    try:
        url = URL.create("sqlite", database=str(place)) if isinstance(place, Path) else make_url(place)
    except ArgumentError:
        raise StoreError("DIPG_DATABASE_URL is no database URL, such as sqlite:////data/runs.sqlite3.") from None
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "postgresql":
        try:
            return create_engine(url, pool_pre_ping=True)
        except ModuleNotFoundError:
            raise StoreError("PostgreSQL needs its driver: pip install -r requirements-postgres.txt.") from None
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise StoreError("DIPG_DATABASE_URL must name a SQLite file or a PostgreSQL database.")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, max_overflow=-1)  # a connection is a file
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    """Transactions are begun by `_begin`, not by the driver, which would begin them late."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # NORMAL may lose the last commits to a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    """A writer takes its lock at once and waits for it; taking it after a read fails where another wrote meanwhile."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
