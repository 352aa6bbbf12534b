"""The tables as they are after the last migration, and how values are written in them.

A context is kept once however many cases quote it, a case once however many runs ask it, so that a run keeps the cases
as they were when it was made. Every enumeration is stored by its value, readable in any SQL client.
"""

from __future__ import annotations

import json
import re

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

# What a model may write and no database keeps: NUL (PostgreSQL) and lone surrogates (both); \x01 marks them.
_UNKEPT = re.compile("[\x00\x01\ud800-\udfff]")
_MARKED = re.compile("\x01([0-9a-f]{4})")


def encode_text(text: str) -> str:
    """`text` without the characters that a database refuses; `decode_text` gives it back unchanged."""
    return _UNKEPT.sub(lambda found: f"\x01{ord(found.group()):04x}", text)


def decode_text(stored: str) -> str:
    return _MARKED.sub(lambda found: chr(int(found.group(1), 16)), stored) if "\x01" in stored else stored


class AnyText(TypeDecorator[str]):
    """Text of any code points."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base's form
        return None if value is None else encode_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else decode_text(value)


class Json(TypeDecorator[object]):
    """A JSON value, as text in both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else json.dumps(value, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:  # noqa: ARG002
        return None if value is None else json.loads(value)


metadata = MetaData()

models = Table(
    "models",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("id", AnyText, nullable=False),
    Column("title", AnyText, nullable=False),
    Column("name", AnyText, nullable=False),
    Column("revision", AnyText, nullable=False),
    Column("device", AnyText, nullable=False),
    Column("quantisation", AnyText, nullable=False),
    Column("context_tokens", Integer, nullable=False),
)

contexts = Table(
    "contexts",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("text", AnyText, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("case_id", AnyText, nullable=False),
    Column("context_hash", Text, ForeignKey("contexts.hash"), nullable=False),
    Column("question", AnyText, nullable=False),
    Column("expected", AnyText),
    Column("behaviour", Text),
    Column("quotes", Json, nullable=False),
    Column("category", Text, nullable=False),
    Column("difficulty", Text, nullable=False),
    Column("probes", AnyText, nullable=False),
    Column("genre", AnyText, nullable=False),
    Column("source", AnyText, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("title", AnyText, nullable=False),
    Column("created", AnyText, nullable=False),
    Column("case_set", AnyText, nullable=False),
    Column("machine", AnyText, nullable=False),
    Column("model_hash", Text, ForeignKey("models.hash"), nullable=False),
    Column("settings", Json, nullable=False),
    Column("settings_known", Boolean, nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("origin", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", AnyText, nullable=False),
    Column("owner", Text, nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("stop_asked", Boolean, nullable=False),
)

run_cases = Table(
    "run_cases",
    metadata,
    Column("run_id", AnyText, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("case_hash", Text, ForeignKey("cases.hash"), nullable=False),
)

completions = Table(
    "completions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", AnyText, nullable=False),
    Column("position", Integer, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("text", AnyText, nullable=False),
    Column("model_hash", Text, ForeignKey("models.hash"), nullable=False),
    Column("settings", Json, nullable=False),
    Column("prompt_hash", AnyText, nullable=False),
    Column("started", AnyText, nullable=False),
    Column("finish", Text, nullable=False),
    Column("prompt_tokens", Integer),
    Column("completion_tokens", Integer),
    Column("seconds_to_first_token", Double),
    Column("seconds", Double, nullable=False),
    UniqueConstraint("run_id", "position", "repeat", name="one_completion"),
    ForeignKeyConstraint(
        ["run_id", "position"], ["run_cases.run_id", "run_cases.position"], name="completion_case", ondelete="CASCADE"
    ),
    Index("completions_key", "key"),
)

failures = Table(
    "failures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", AnyText, nullable=False),
    Column("position", Integer, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("reason", AnyText, nullable=False),
    Column("partial", AnyText, nullable=False),
    ForeignKeyConstraint(
        ["run_id", "position"], ["run_cases.run_id", "run_cases.position"], name="failure_case", ondelete="CASCADE"
    ),
    Index("failures_run", "run_id", "position", "repeat"),
)

scorings = Table(
    "scorings",
    metadata,
    Column("completion_id", Integer, ForeignKey("completions.id", ondelete="CASCADE"), primary_key=True),
    Column("scoring", Text, nullable=False),
)

evaluations = Table(
    "evaluations",
    metadata,
    Column("completion_id", Integer, ForeignKey("completions.id", ondelete="CASCADE"), primary_key=True),
    Column("protocol", Text, primary_key=True),
    Column("band", Integer, primary_key=True),
    Column("version", Text, nullable=False),
    Column("low", Double, nullable=False),
    Column("high", Double, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("safe", Boolean),
    Column("hallucination", Boolean),
    Column("refusal", Boolean),
    Column("inconsistency", Boolean),
    Column("format_error", Boolean, nullable=False),
    Column("reward", Double),
    Column("rule", Text, nullable=False),
)

citations = Table(
    "citations",
    metadata,
    Column("completion_id", Integer, ForeignKey("completions.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("similarity", Double, nullable=False),
    Column("lowest", Text, nullable=False),
    Column("alterations", Integer, nullable=False),
    Column("kinds", Text, nullable=False),
)

review_entries = Table(
    "review_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", AnyText, nullable=False),
    Column("completion_key", Text, nullable=False),
    Column("reviewer", AnyText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("judgement", Json),
    Column("reason", AnyText, nullable=False),
    Column("undoes", Integer),
    Column("blind", Boolean, nullable=False),
    Column("teaching", Boolean, nullable=False),
    Column("queue", AnyText, nullable=False),
    Column("seconds", Double),
    Column("written", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    UniqueConstraint("run_id", "completion_key", "reviewer", "version", name="one_version"),
    UniqueConstraint("nonce", name="one_saving"),
)

review_drafts = Table(
    "review_drafts",
    metadata,
    Column("run_id", AnyText, primary_key=True),
    Column("completion_key", Text, primary_key=True),
    Column("reviewer", AnyText, primary_key=True),
    Column("draft", Json, nullable=False),
    Column("saved", Text, nullable=False),
)

review_exposures = Table(
    "review_exposures",
    metadata,
    Column("run_id", AnyText, primary_key=True),
    Column("completion_key", Text, primary_key=True),
    Column("reviewer", AnyText, primary_key=True),
    Column("shown", Text, nullable=False),
)
