"""What every page but Explore is drawn on: one Gradio component with a static template and the page's own script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import gradio as gr

_CANVAS_SCRIPT = Path(__file__).with_name("plain_canvas.js")


def build_canvas(name: str, asks: str = "") -> gr.HTML:
    """The canvas of page `name`, whose script is served as `dipg/<name>.js`. Its event `act` carries what is asked,
    unless that is sent as plain requests to the address `asks`."""
    return gr.HTML(
        {},
        html_template=f'<div class="dipg is-loading" id="dipg-root" data-asks="{asks}"></div>',
        js_on_load=_CANVAS_SCRIPT.read_text(encoding="utf-8"),
        head=f'<script src="dipg/{name}.js"></script>',
        apply_default_css=False,
        elem_id="dipg-canvas",
    )


def bind(
    event: Callable[..., object],
    handler: Callable[..., object],
    inputs: Sequence[gr.Component] | None,
    outputs: Sequence[gr.Component] | None,
    **options: object,
) -> None:
    """Bind a handler that shows no spinner, queues behind nothing and is no public endpoint."""
    quiet = {"show_progress": "hidden", "trigger_mode": "multiple", "api_visibility": "private"}
    event(handler, inputs, outputs, **{"concurrency_limit": None, **quiet, **options})
