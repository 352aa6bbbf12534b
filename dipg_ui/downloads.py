"""A stored run as a file to save: a plain link on the page leads here."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import JSONResponse, Response

from dipg_ui.sharing.forms import FORMS, run_file
from dipg_ui.store import RunStore, StoreError


def add_downloads(app: FastAPI, store: RunStore) -> None:
    """Serve `dipg/run-file?run=ID&form=csv`, and the other forms; 404 for a run or a form that there is not."""

    @app.get("/dipg/run-file")
    def saved_run(run: str, form: str) -> Response:
        if form not in FORMS:
            return JSONResponse({"detail": f"A run is saved as {', '.join(FORMS)}."}, status_code=404)
        try:
            file = run_file(store, run, form)
        except StoreError as error:
            return JSONResponse({"detail": str(error)}, status_code=404)
        head = {"content-disposition": f'attachment; filename="{file.name}"'}
        return Response(file.data, media_type=file.media_type, headers=head)
