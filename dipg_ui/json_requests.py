"""What a page's own script asks with plain requests: JSON from this site alone, bounded before it is read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

MAX_REQUEST_BYTES = 256 * 1024
_OWN_SITES = frozenset({"same-origin", "none", ""})


async def answer_json(request: Request, answer: Callable[[object], Response]) -> Response:
    """What `answer`, called in a thread, makes of the request's JSON; a refusal where there is none to be taken."""
    # Another site cannot send JSON here without being asked first, and is not answered when it asks.
    json_sent = request.headers.get("content-type", "").split(";")[0].strip() == "application/json"
    if not json_sent or request.headers.get("sec-fetch-site", "") not in _OWN_SITES:
        return JSONResponse({"detail": "Only this site's own pages ask here, with JSON."}, status_code=403)
    body = await request.body()
    if len(body) > MAX_REQUEST_BYTES:
        return JSONResponse({"detail": f"A request may have {MAX_REQUEST_BYTES // 1024} KB."}, status_code=413)
    try:
        payload = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return JSONResponse({"detail": "The request is no JSON."}, status_code=400)
    return await run_in_threadpool(answer, payload)


def json_response(text: str, *, packed: bool = False) -> Response:
    """`packed` is for a long answer to who takes gzip: at this level it costs a millisecond in 300 kB."""
    headers = {"cache-control": "no-store", "vary": "accept-encoding"}
    if not packed:
        return Response(text, media_type="application/json", headers=headers)
    body = gzip.compress(text.encode(), compresslevel=1)
    return Response(body, media_type="application/json", headers={**headers, "content-encoding": "gzip"})


def takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")
