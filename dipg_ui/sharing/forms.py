"""The forms in which a run can be taken away, each with how its file is written and called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dipg_ui.records import RunInfo
from dipg_ui.sharing.harness import run_as_samples, samples_name
from dipg_ui.sharing.inspect_log import log_name, run_as_inspect_log
from dipg_ui.sharing.opened import open_run
from dipg_ui.sharing.reports import run_as_report
from dipg_ui.store import RunStore
from dipg_ui.store.exports import run_as_csv, run_as_jsonl, run_as_parquet
from evaluator.protocols import DEFAULT_THRESHOLD

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Form:
    """`write` gives the whole file; `name` is what it is called, without folders, from the run's head."""

    media_type: str
    write: Callable[[RunStore, str], bytes]
    name: Callable[[RunInfo], str]


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file to save. `name` holds letters, digits, dots, dashes and underscores alone."""

    name: str
    media_type: str
    data: bytes


def _csv(store: RunStore, run_id: str) -> bytes:
    opened = open_run(store, run_id)
    return run_as_csv(opened.run, opened.scored, DEFAULT_THRESHOLD)


def _parquet(store: RunStore, run_id: str) -> bytes:
    opened = open_run(store, run_id)
    return run_as_parquet(opened.run, opened.scored, DEFAULT_THRESHOLD)


def _named(suffix: str) -> Callable[[RunInfo], str]:
    return lambda info: f"{safe_name(info.id)}.{suffix}"


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "jsonl": Form("application/x-ndjson", lambda store, run: run_as_jsonl(store.load(run)), _named("jsonl")),
        "csv": Form("text/csv; charset=utf-8", _csv, _named("csv")),
        "parquet": Form("application/vnd.apache.parquet", _parquet, _named("parquet")),
        "html": Form(
            "text/html; charset=utf-8", lambda store, run: run_as_report(open_run(store, run)), _named("html")
        ),
        "inspect": Form(
            "application/json",
            lambda store, run: run_as_inspect_log(open_run(store, run)),
            log_name,
        ),
        "lm-eval": Form(
            "application/x-ndjson",
            lambda store, run: run_as_samples(open_run(store, run)),
            lambda info: samples_name(info, safe_name(info.case_set)),
        ),
    }
)
"""By the word that the page, the command line and the address of a download use."""


def run_file(store: RunStore, run_id: str, form: str) -> SharedFile:
    """A stored run in one of FORMS. Raises StoreError for a run that there is not, KeyError for a form."""
    chosen = FORMS[form]
    info = store.head(run_id).info
    return SharedFile(chosen.name(info), chosen.media_type, chosen.write(store, run_id))


def safe_name(text: str) -> str:
    """What of `text` may stand in a file name and in a header, "run" where nothing may."""
    return _UNSAFE.sub("-", text)[:_MAX_NAME].strip("-.") or "run"
