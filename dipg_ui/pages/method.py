"""The Method page: how a verdict comes about. Its one event brings an answer that got lost on its way."""

from __future__ import annotations

import json

import gradio as gr

from dipg_ui.pages.canvas import bind, build_canvas
from dipg_ui.services import Services
from dipg_ui.views.method import MethodPage, method_json


def build_method_page(services: Services, blocks: gr.Blocks) -> None:
    """Lay out the page inside the route of `blocks` at hand."""

    def show_page() -> dict[str, str]:
        page = MethodPage(list(services.cases.values()), services.runs)
        return {"message": json.dumps(method_json(page))}

    def act() -> dict[str, str]:
        return {"message": "{}"}

    canvas = build_canvas("method")
    bind(canvas.act, act, None, [canvas])
    bind(blocks.load, show_page, None, [canvas])
