"""`GET card/RUN/KEY`: the evidence card of a stored answer, to read, print and save. Nothing in it can run."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, Response

from dipg_ui.judgements import ReviewEntry
from dipg_ui.services import Services
from dipg_ui.standalone import standalone_style
from dipg_ui.store import RunStore, StoredCompletion, StoreError, latest
from dipg_ui.views.card import CardPage, card_html, missing_html
from evaluator.evaluate import assess

POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MAX_NAME = 80


def add_card_routes(app: FastAPI, services: Services, version: str) -> None:
    """`?save=1` gives the card as a file to keep; 404 for an answer that there is not."""
    frame = f"{POLICY}; frame-ancestors {services.settings.frame_ancestors}"

    @app.get("/card/{run:path}/{key}")
    def card(request: Request, run: str, key: str, save: bool = False) -> Response:
        headers = {"content-security-policy": frame, "cache-control": "no-store"}
        try:
            stored = services.store.find(key, run)
            reviews = _held(services.store, stored) if stored else ()
        except StoreError as error:
            return Response(str(error), status_code=503, media_type="text/plain")
        if stored is None:
            return HTMLResponse(missing_html(_style()), status_code=404, headers=headers)
        address = f"{str(request.base_url).rstrip('/')}/card/{quote(run, safe='')}/{quote(key, safe='')}"
        page = CardPage(
            stored=stored,
            assessment=assess(stored.case, stored.completion.text),
            reviews=reviews,
            made=datetime.now(UTC).date().isoformat(),
            version=version,
            address=address,
            save="" if save else "?save=1",
            style=_style(),
        )
        if save:
            name = _UNSAFE.sub("-", f"{stored.case.id}-{key}")[:_MAX_NAME].strip("-.") or "card"
            headers["content-disposition"] = f'attachment; filename="{name}.html"'
        return HTMLResponse(card_html(page), headers=headers)


def _held(store: RunStore, stored: StoredCompletion) -> tuple[ReviewEntry, ...]:
    entries = store.reviews.entries(stored.info.id, stored.key)
    return tuple(sorted(latest(entries, blind=False).values(), key=lambda entry: entry.written, reverse=True))


@cache
def _style() -> str:
    return standalone_style("card.css")
