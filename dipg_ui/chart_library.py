"""`GET dipg/plotly.min.js`: the library that draws charts, as the package plotly ships it. It is nearly five megabytes,
so it travels packed, and a browser that has it is told so."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.responses import FileResponse, Response

_TYPE = "text/javascript"


def add_chart_library(app: FastAPI) -> None:
    tag = f'"plotly-{version("plotly")}"'

    @app.get("/dipg/plotly.min.js")
    def chart_library(request: Request) -> Response:
        head = {"etag": tag, "vary": "accept-encoding"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=head)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return FileResponse(_script(), media_type=_TYPE, headers=head)
        return Response(_packed(), media_type=_TYPE, headers={**head, "content-encoding": "gzip"})


def _script() -> Path:
    """The package itself need not be imported for it."""
    return Path(str(files("plotly") / "package_data" / "plotly.min.js"))


@cache
def _packed() -> bytes:
    return gzip.compress(_script().read_bytes(), 6, mtime=0)
