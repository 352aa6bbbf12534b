"""OpenEnv's HTTP interface: `env/…`, for one protocol `env/PROTOCOL/…`, for one client alone `…/sessions/NAME/…`.

Plain requests know no connection. A step then names its task (`task_id`), or comes from a session, which remembers its
last reset.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, TypeVar

import anyio
from anyio import to_thread
from fastapi import Depends, FastAPI, HTTPException, Query, Request, WebSocket
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from dipg_ui.allowance import Allowance
from dipg_ui.openenv.connections import Connections
from dipg_ui.openenv.desk import Client, Desk, NoTask
from dipg_ui.openenv.room import Episodes, pair
from dipg_ui.openenv.scoring import ENVIRONMENT, Json, Scored, score, summary_json, task_json
from dipg_ui.openenv.sockets import NO_SOCKETS, Talk, own_origin
from dipg_ui.openenv.wire import (
    DIPGAction,
    DIPGObservation,
    DIPGState,
    EvaluateRequest,
    ResetRequest,
    StepRequest,
    Wire,
    read_form,
    read_json,
    told_problem,
)
from evaluator.errors import UnknownProtocol
from evaluator.protocols import Protocol, get_protocol
from evaluator.types import Case

DEFAULT_PROTOCOL = "v4"
MAX_CONNECTIONS, MAX_OF_ONE_ADDRESS = 64, 32
MAKES_ROOM_SECONDS = 300.0
BURST, PER_SECOND = 2_000, 20
FETCH_COST = 5
SECOND_COST = 80
"""Of a second of scoring: in the long run one address gets a quarter of one of the places."""
SCORING_AT_ONCE = 2
MAX_SESSIONS = 500
_SESSION = re.compile(r"[A-Za-z0-9._-]{1,64}")
_BASES = ("", "/sessions/{session}", "/{protocol}", "/{protocol}/sessions/{session}")

_Made = TypeVar("_Made")
_Asked = TypeVar("_Asked", bound=Wire)


@dataclass(slots=True)
class House:
    """What all requests share."""

    desk: Desk
    version: str
    allowance: Allowance = field(default_factory=lambda: Allowance(BURST, PER_SECOND))
    connections: Connections = field(
        default_factory=lambda: Connections(MAX_CONNECTIONS, MAX_OF_ONE_ADDRESS, MAKES_ROOM_SECONDS)
    )
    scoring: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(SCORING_AT_ONCE))
    sessions: dict[tuple[Client, str], Episodes] = field(default_factory=dict)

    def episodes(self, called: Caller) -> Episodes:
        """Those of a session go on from request to request; others begin anew, as OpenEnv has it."""
        if not called.client.session:
            return Episodes(self.desk, called.client, called.protocol)
        key = (called.client, called.protocol.name)
        kept = self.sessions.pop(key, None) or Episodes(self.desk, called.client, called.protocol)
        self.sessions[key] = kept
        while len(self.sessions) > MAX_SESSIONS:
            del self.sessions[next(iter(self.sessions))]
        return kept

    async def think(self, address: str, work: Callable[[], _Made]) -> _Made:
        """Scoring, off the event loop, bounded and charged by its time, since a hostile text may take ten seconds."""
        made, seconds = await to_thread.run_sync(_timed(work), limiter=self.scoring)
        self.allowance.charge(address, seconds * SECOND_COST)
        return made

    def spend(self, address: str, cost: float) -> None:
        """Raises HTTPException 429."""
        wait = self.allowance.spend(address, cost)
        if wait:
            detail = f"Too much at once from this address; ask again in {wait:.0f} seconds."
            raise HTTPException(429, detail, {"retry-after": str(int(wait) + 1)})


def _timed(work: Callable[[], _Made]) -> Callable[[], tuple[_Made, float]]:
    def timed() -> tuple[_Made, float]:
        began = time.monotonic()
        return work(), time.monotonic() - began

    return timed


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and how it wants to be judged."""

    client: Client
    address: str
    protocol: Protocol


def caller(connection: HTTPConnection) -> Caller:
    """Raises HTTPException 404 for an address that names no protocol or no fit session."""
    session = connection.path_params.get("session", "")
    address = connection.client.host if connection.client else ""
    if session and not _SESSION.fullmatch(session):
        raise HTTPException(404, "A session is named by up to 64 letters, digits, dots, dashes and underscores.")
    try:
        protocol = get_protocol(connection.path_params.get("protocol", DEFAULT_PROTOCOL))
    except UnknownProtocol as error:
        raise HTTPException(404, str(error)) from error
    return Caller(Client(session, session=True) if session else Client(address), address, protocol)


Called = Annotated[Caller, Depends(caller)]


def openenv_app(cases: dict[str, Case], version: str) -> FastAPI:
    """The app to be mounted at `/env`, with `cases` as its tasks."""
    app = FastAPI(title=ENVIRONMENT, version=version, docs_url=None, redoc_url=None, openapi_url=None)
    house = House(Desk(cases), version)
    for base in _BASES:
        _add_descriptions(app, base, house)
        _add_episodes(app, base, house)
        _add_sockets(app, base, house)
        _add_tasks(app, base, house)
    return app


def _add_descriptions(app: FastAPI, base: str, house: House) -> None:
    @app.get(f"{base}/health")
    def health(_: Called) -> Json:
        return {"status": "healthy"}

    @app.get(f"{base}/metadata")
    def metadata(called: Called) -> Json:
        said = f"{len(house.desk.cases)} tasks on diffuse intrinsic pontine glioma, scored by {called.protocol.title}."
        told: Json = {"name": ENVIRONMENT, "description": said, "version": house.version}
        return {**told, "author": None, "readme_content": None, "documentation_url": None}

    @app.get(f"{base}/schema")
    def schema(_: Called) -> Json:
        forms: dict[str, type[Wire]] = {"action": DIPGAction, "observation": DIPGObservation, "state": DIPGState}
        return {name: form.model_json_schema() for name, form in forms.items()}


def _add_episodes(app: FastAPI, base: str, house: House) -> None:
    @app.post(f"{base}/reset")
    async def reset(request: Request, called: Called) -> Response:
        asked = await _read(request, ResetRequest)
        house.spend(called.address, 1)
        return JSONResponse(_allowed(lambda: house.episodes(called).reset(asked)).model_dump())

    @app.post(f"{base}/step")
    async def step(request: Request, called: Called) -> Response:
        asked = await _read(request, StepRequest)
        house.spend(called.address, 1)
        told = await house.think(called.address, lambda: _allowed(lambda: house.episodes(called).step(asked.action)))
        return JSONResponse(told.model_dump())

    @app.get(f"{base}/state")
    async def state(called: Called) -> Response:
        return JSONResponse(house.episodes(called).state().model_dump())


def _add_sockets(app: FastAPI, base: str, house: House) -> None:
    @app.get(f"{base}/ws")
    def no_sockets(_: Called) -> Response:
        return JSONResponse({"detail": NO_SOCKETS}, status_code=426)

    @app.websocket(f"{base}/ws")
    async def talk(websocket: WebSocket) -> None:
        try:
            called = caller(websocket)
        except HTTPException:
            await websocket.close()
            return
        made = Episodes(house.desk, called.client, called.protocol)
        think = partial(house.think, called.address)
        await Talk(websocket, made, called.address, house.allowance, house.connections, think).hold()


def _add_tasks(app: FastAPI, base: str, house: House) -> None:
    @app.get(f"{base}/eval/tasks")
    async def tasks(
        called: Called, max_samples: Annotated[int | None, Query(ge=0)] = None, shuffle: bool = True
    ) -> Response:
        house.spend(called.address, FETCH_COST)
        # As the package has it, no number and 0 ask for all.
        chosen = house.desk.fetch(called.client, max_samples or None, shuffle=shuffle)
        told = {"tasks": [task_json(case) for case in chosen], "total_tasks": len(chosen)}
        return JSONResponse({**told, "dataset_size": len(house.desk.cases)})

    @app.post(f"{base}/evaluate")
    async def evaluate(request: Request, called: Called) -> Response:
        asked = await _read(request, EvaluateRequest)
        cases = _allowed(lambda: pair(house.desk.cases, [each.task_id for each in asked.evaluations]))
        house.spend(called.address, len(cases))
        protocol = called.protocol.at(asked.threshold)
        scored: list[Scored] = []
        for case, answered in zip(cases, asked.evaluations, strict=True):
            if await request.is_disconnected():
                return Response(status_code=499)
            house.spend(called.address, 0)  # nobody goes on in debt
            scored.append(await house.think(called.address, partial(score, case, answered.response, protocol)))
        return JSONResponse(summary_json(scored, protocol))


async def _read(request: Request, form: type[_Asked]) -> _Asked:
    """The body of a request. Raises HTTPException: 403 from another site, 415 for another type, 422 with the fault."""
    if not own_origin(request):
        raise HTTPException(403, "A page of another site does not ask here.")
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise HTTPException(415, "Send JSON, with the header content-type: application/json.")
    try:
        return read_form(form, read_json(await request.body()))
    except ValueError as error:
        raise HTTPException(422, told_problem(error)) from error


def _allowed(work: Callable[[], _Made]) -> _Made:
    """Raises HTTPException 409 where there is no task for it."""
    try:
        return work()
    except NoTask as error:
        raise HTTPException(409, str(error)) from error
