"""What clinicians said, kept for good: judgements are only ever added, and each reviewer has their own.

A saving carries a nonce of the browser's choosing, so that one that is sent again after a lost reply is kept once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, delete, func, insert, select, text

from dipg_ui.judgements import Circumstances, Judgement, ReviewEntry, judgement_from_json
from dipg_ui.store.database import Database
from dipg_ui.store.errors import ReviewConflict
from dipg_ui.store.rows import AnyRow, put_new
from dipg_ui.store.schema import encode_text, review_drafts, review_entries, review_exposures

UNDONE = "Undone."


@dataclass(frozen=True, slots=True)
class Seat:
    """One reviewer at one completion."""

    run: str
    key: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class Saving:
    """`base` is the version that the reviewer saw, 0 for none; `nonce` names this saving."""

    base: int
    nonce: str
    reason: str
    circumstances: Circumstances


class ReviewStore:
    """All reviews. May be used from any thread; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self, run: str, key: str | None = None, reviewer: str | None = None) -> tuple[ReviewEntry, ...]:
        """The whole history of a run, or of one completion or reviewer of it; oldest first."""
        wanted = [review_entries.c.run_id == run]
        if key is not None:
            wanted.append(review_entries.c.completion_key == key)
        if reviewer is not None:
            wanted.append(review_entries.c.reviewer == reviewer)
        with self._database.read() as connection:
            rows = connection.execute(select(review_entries).where(*wanted).order_by(review_entries.c.id))
            return tuple(_entry(row) for row in rows)

    def save(self, seat: Seat, judgement: Judgement, saving: Saving) -> ReviewEntry:
        """Add a judgement; the draft goes, and from now on the reviewer counts as shown what the protocols say. On
        disk when it returns. Raises ReviewConflict where the newest version is not the one that the reviewer saw."""
        with self._database.write() as connection:
            _wait_for_others(connection, seat)
            return _add(connection, seat, judgement, saving, None)

    def undo(self, seat: Seat, saving: Saving) -> ReviewEntry:
        """Take the newest version back: what was said before it is said again, as a new version; the first one is
        withdrawn. Undoing again goes further back. Raises ReviewConflict, also where nothing is left to undo."""
        with self._database.write() as connection:
            _wait_for_others(connection, seat)
            known = _by_nonce(connection, saving.nonce)
            if known is not None:
                return known
            history = [_entry(row) for row in connection.execute(_of(seat))]
            place = _in_force(history)
            if place is None:
                raise ReviewConflict("There is nothing to undo.")
            earlier = _before(history, place)
            return _add(connection, seat, earlier, saving, history[place].version)

    def draft(self, seat: Seat) -> object:
        """What is written and not saved yet, None for nothing."""
        with self._database.read() as connection:
            return connection.scalar(select(review_drafts.c.draft).where(_at(review_drafts, seat)))

    def drafts(self, run: str, reviewer: str) -> frozenset[str]:
        """The keys of the completions that the reviewer has begun."""
        query = select(review_drafts.c.completion_key)
        mine = and_(review_drafts.c.run_id == run, review_drafts.c.reviewer == reviewer)
        with self._database.read() as connection:
            return frozenset(connection.scalars(query.where(mine)))

    def keep_draft(self, seat: Seat, draft: object, base: int = 0) -> bool:
        """Returns when it is on disk; None removes it. `base` is the version that it would follow: one that comes late,
        after what it was a draft of was saved, is not kept, and False says so."""
        with self._database.write() as connection:
            _wait_for_others(connection, seat)
            if draft is not None and _newest(connection, seat) != base:
                return False
            connection.execute(delete(review_drafts).where(_at(review_drafts, seat)))
            if draft is not None:
                connection.execute(insert(review_drafts), {**_place(seat), "draft": draft, "saved": _now()})
        return True

    def is_shown(self, seat: Seat) -> bool:
        """Whether the reviewer has seen what the protocols make of this completion."""
        with self._database.read() as connection:
            return _is_shown(connection, seat)

    def show(self, seat: Seat) -> None:
        """Note that the reviewer is shown what the protocols make of it: called before that is sent."""
        with self._database.write() as connection:
            put_new(connection, review_exposures, [{**_place(seat), "shown": _now()}])

    def reviewers(self, run: str) -> tuple[str, ...]:
        query = select(review_entries.c.reviewer).where(review_entries.c.run_id == run).distinct()
        with self._database.read() as connection:
            return tuple(sorted(connection.scalars(query)))


def latest(entries: Collection[ReviewEntry], *, blind: bool) -> dict[tuple[str, str], ReviewEntry]:
    """What holds of each reviewer and completion, by (reviewer, key): the newest version, or with `blind` the newest
    that was made before any protocol was shown, whatever was said later. Withdrawn ones are left out."""
    found: dict[tuple[str, str], ReviewEntry] = {}
    for entry in entries:
        if blind and not entry.blind:
            continue
        found[entry.reviewer, entry.key] = entry
    return {place: entry for place, entry in found.items() if entry.judgement is not None}


def count_entries(connection: Connection, run: str) -> int:
    query = select(func.count()).select_from(review_entries).where(review_entries.c.run_id == run)
    return int(connection.execute(query).scalar_one())


def _add(
    connection: Connection, seat: Seat, judgement: Judgement | None, saving: Saving, undoes: int | None
) -> ReviewEntry:
    known = _by_nonce(connection, saving.nonce)
    if known is not None:
        return known
    newest = _newest(connection, seat)
    if newest != saving.base:
        raise ReviewConflict("You changed this judgement elsewhere meanwhile. It is shown as it is now.")
    blind = not saving.circumstances.teaching and undoes is None and not _is_shown(connection, seat)
    row = {
        **_place(seat),
        "version": newest + 1,
        "judgement": None if judgement is None else judgement.to_json(),
        "reason": saving.reason,
        "undoes": undoes,
        "blind": blind,
        "teaching": saving.circumstances.teaching,
        "queue": saving.circumstances.queue,
        "seconds": saving.circumstances.seconds,
        "written": _now(),
        "nonce": saving.nonce,
    }
    connection.execute(insert(review_entries), row)
    put_new(connection, review_exposures, [{**_place(seat), "shown": row["written"]}])
    connection.execute(delete(review_drafts).where(_at(review_drafts, seat)))
    return _entry(connection.execute(select(review_entries).where(review_entries.c.nonce == saving.nonce)).one())


def _newest(connection: Connection, seat: Seat) -> int:
    """The newest version, 0 where nothing was said yet."""
    return connection.scalar(select(func.max(review_entries.c.version)).where(_at(review_entries, seat))) or 0


def _wait_for_others(connection: Connection, seat: Seat) -> None:
    """One at a time at a seat, until the transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        told = encode_text("/".join((seat.run, seat.key, seat.reviewer)))
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:seat))"), {"seat": told})


def _in_force(history: list[ReviewEntry]) -> int | None:
    """The place of the entry whose judgement holds, None where there is none."""
    for place in range(len(history) - 1, -1, -1):
        if history[place].undoes is None:
            undone = {entry.undoes for entry in history[place + 1 :]}
            if history[place].version not in undone:
                return place
    return None


def _before(history: list[ReviewEntry], place: int) -> Judgement | None:
    """What was in force before the entry at `place`."""
    earlier = _in_force(history[:place])
    return None if earlier is None else history[earlier].judgement


def _by_nonce(connection: Connection, nonce: str) -> ReviewEntry | None:
    row = connection.execute(select(review_entries).where(review_entries.c.nonce == nonce)).first()
    return None if row is None else _entry(row)


def _is_shown(connection: Connection, seat: Seat) -> bool:
    return connection.execute(select(review_exposures).where(_at(review_exposures, seat))).first() is not None


def _at(table: Table, seat: Seat) -> ColumnElement[bool]:
    return and_(table.c.run_id == seat.run, table.c.completion_key == seat.key, table.c.reviewer == seat.reviewer)


def _of(seat: Seat) -> Select[tuple[Any, ...]]:
    return select(review_entries).where(_at(review_entries, seat)).order_by(review_entries.c.version)


def _place(seat: Seat) -> dict[str, object]:
    return {"run_id": seat.run, "completion_key": seat.key, "reviewer": seat.reviewer}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _entry(row: AnyRow) -> ReviewEntry:
    return ReviewEntry(
        run=row.run_id,
        key=row.completion_key,
        reviewer=row.reviewer,
        version=row.version,
        judgement=None if row.judgement is None else judgement_from_json(row.judgement),
        reason=row.reason,
        undoes=row.undoes,
        blind=row.blind,
        written=row.written,
        circumstances=Circumstances(row.queue, row.seconds, row.teaching),
    )
