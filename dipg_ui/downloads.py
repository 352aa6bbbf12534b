"""A stored run as a file to save: a plain link on the page leads here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from fastapi import FastAPI
from starlette.responses import JSONResponse, Response

from dipg_ui.records import Run, completion_key
from dipg_ui.store import RunStore, ScoredRun, StoreError
from dipg_ui.store.exports import run_as_csv, run_as_jsonl, run_as_parquet
from evaluator.protocols import DEFAULT_THRESHOLD

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MAX_NAME = 80

_FORMATS: Mapping[str, tuple[str, Callable[[RunStore, str], bytes]]] = {
    "jsonl": ("application/x-ndjson", lambda store, run: run_as_jsonl(store.load(run))),
    "csv": ("text/csv; charset=utf-8", lambda store, run: run_as_csv(*_table(store, run))),
    "parquet": ("application/vnd.apache.parquet", lambda store, run: run_as_parquet(*_table(store, run))),
}


def add_downloads(app: FastAPI, store: RunStore) -> None:
    """Serve `dipg/run-file?run=ID&form=csv`, and jsonl and parquet; 404 for a run or a form that there is not."""

    @app.get("/dipg/run-file")
    def run_file(run: str, form: str) -> Response:
        if form not in _FORMATS:
            return JSONResponse({"detail": f"A run is saved as {', '.join(_FORMATS)}."}, status_code=404)
        media_type, write = _FORMATS[form]
        try:
            data = write(store, run)
        except StoreError as error:
            return JSONResponse({"detail": str(error)}, status_code=404)
        name = _UNSAFE.sub("-", run)[:_MAX_NAME].strip("-.") or "run"
        head = {"content-disposition": f'attachment; filename="{name}.{form}"'}
        return Response(data, media_type=media_type, headers=head)


def _table(store: RunStore, run_id: str) -> tuple[Run, ScoredRun, float]:
    """A run that is at work may grow between the two readings: what is not scored yet is left out."""
    scored = store.scored(run_id)
    run = store.load(run_id)
    known = {row.key for row in scored.rows}
    done = tuple(completion for completion in run.completions if completion_key(completion) in known)
    return replace(run, completions=done), scored, DEFAULT_THRESHOLD
