"""What the Compare page's script asks: another threshold, another run."""

from __future__ import annotations

import json
from functools import partial

from fastapi import FastAPI, Request
from starlette.responses import Response

from dipg_ui.json_requests import answer_json, json_response, takes_gzip
from dipg_ui.pages.compare import CompareHandlers
from dipg_ui.services import Services


def add_compare_routes(app: FastAPI, services: Services) -> None:
    """`POST dipg/compare`: a plain request, because a threshold is moved by hand. An event of Gradio's takes two
    requests, is looked for every 50 ms, and its answer is read twice."""
    handlers = CompareHandlers(services)

    def answered(payload: object, *, packed: bool) -> Response:
        text = json.dumps(handlers.answer(payload), ensure_ascii=False, separators=(",", ":"))
        return json_response(text, packed=packed)

    @app.post("/dipg/compare")
    async def ask(request: Request) -> Response:
        return await answer_json(request, partial(answered, packed=takes_gzip(request)))
