"""The Review page's requests, and the reviews of a run as a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from dipg_ui.json_requests import answer_json, json_response
from dipg_ui.logins import USER
from dipg_ui.pages.review import LoggedOut, ReviewHandlers
from dipg_ui.services import Services
from dipg_ui.store import RunStore, StoreError, UnknownRun
from dipg_ui.store.review_exports import ReviewedRun, reviews_as_csv, reviews_as_jsonl
from evaluator.protocols import DEFAULT_THRESHOLD

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MAX_NAME = 80

_FORMATS: Mapping[str, tuple[str, Callable[[ReviewedRun], bytes]]] = {
    "jsonl": ("application/x-ndjson", reviews_as_jsonl),
    "csv": ("text/csv; charset=utf-8", reviews_as_csv),
}


def add_review_routes(app: FastAPI, services: Services) -> None:
    """`POST dipg/review` answers the page's script, with 401 and 503 where it should ask again. `GET dipg/review-file`
    with `run=ID&form=csv` or `form=jsonl` gives the reviews of a run."""
    handlers = ReviewHandlers(services)

    @app.post("/dipg/review")
    async def ask(request: Request) -> Response:
        return await answer_json(request, partial(_answered, handlers, request.scope.get(USER)))

    @app.get("/dipg/review-file")
    def review_file(run: str, form: str) -> Response:
        if form not in _FORMATS:
            return JSONResponse({"detail": f"Reviews are saved as {', '.join(_FORMATS)}."}, status_code=404)
        media_type, write = _FORMATS[form]
        try:
            data = write(_reviewed(services.store, run))
        except UnknownRun as error:
            return JSONResponse({"detail": str(error)}, status_code=404)
        except StoreError as error:
            return JSONResponse({"detail": str(error)}, status_code=503)
        name = _UNSAFE.sub("-", run)[:_MAX_NAME].strip("-.") or "run"
        head = {"content-disposition": f'attachment; filename="{name}-reviews.{form}"'}
        return Response(data, media_type=media_type, headers=head)


def _answered(handlers: ReviewHandlers, user: str | None, payload: object) -> Response:
    try:
        told = handlers.answer(payload, user)
    except LoggedOut:
        return JSONResponse({"detail": "Log in first."}, status_code=401)
    except StoreError as error:
        return JSONResponse({"detail": str(error)}, status_code=503)
    # In ASCII: a draft may hold half of a character, which UTF-8 cannot carry.
    return json_response(json.dumps(told))


def _reviewed(store: RunStore, run: str) -> ReviewedRun:
    return ReviewedRun(store.load(run), store.scored(run), store.reviews.entries(run), DEFAULT_THRESHOLD)
