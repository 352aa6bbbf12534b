"""Cases of a running OpenEnv DIPG server, named as `openenv:http://host:port`. Nothing is asked of it before
`fetch_cases` is called, and nothing but its list of tasks then."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

import httpx

from dipg_ui.settings import Settings
from evaluator.cases import MAX_FILE_BYTES, CaseFile, parse_cases
from evaluator.errors import CaseFileError

PREFIX = "openenv:"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
CONNECT_SECONDS, SILENT_SECONDS, WHOLE_SECONDS = 5.0, 15.0, 120.0
_SHOWN = 80


def is_openenv(name: str) -> bool:
    return name.startswith(PREFIX)


def server_name(address: str) -> str:
    """`host:port` of an address, as a case set is called by. Raises CaseFileError."""
    return urlsplit(_base(address)).netloc


def check_allowed(address: str, settings: Settings) -> None:
    """Whether a visitor of the page may have this server asked. Raises CaseFileError, saying how it could be.

    Anybody may where the page is served to its own machine alone. Elsewhere a stranger could have this machine ask what
    only it can reach, so the operator names the server.
    """
    if _base(address) == settings.openenv_url or (settings.host in LOOPBACK and not settings.on_space):
        return
    named = f" Here that is {PREFIX}{settings.openenv_url}" if settings.openenv_url else ""
    raise CaseFileError(
        "On a page that others can reach, only the OpenEnv server that its operator named (DIPG_OPENENV_URL) is "
        f"asked.{named}"
    )


def fetch_cases(
    address: str,
    *,
    connect_seconds: float = CONNECT_SECONDS,
    silent_seconds: float = SILENT_SECONDS,
    whole_seconds: float = WHOLE_SECONDS,
    max_bytes: int = MAX_FILE_BYTES,
) -> CaseFile:
    """All tasks of the server in its own order, as cases called by their task ids; a task that is no case becomes a
    problem, its `line` the place in the list. `address` may begin with `openenv:`.

    Raises CaseFileError, which says what to do, where the address is no http(s) address, nothing answers there, it is
    silent for `silent_seconds` or not done after `whole_seconds`, sends more than `max_bytes`, or no list of tasks.
    """
    base = _base(address)
    name = urlsplit(base).netloc
    timeout = httpx.Timeout(silent_seconds, connect=connect_seconds)
    try:
        data = asyncio.run(_fetch(base, timeout, whole_seconds, max_bytes))
    except httpx.ConnectTimeout:
        raise CaseFileError(f"{name} does not answer. {_START}") from None
    except httpx.TimeoutException:
        silent = f"nothing came for {silent_seconds:g} seconds"
        raise CaseFileError(f"{name} is silent: {silent}. Is it busy? Try again.") from None
    except TimeoutError:
        raise CaseFileError(f"{name} takes too long over its tasks. Try again, or another server.") from None
    except httpx.ConnectError:
        raise CaseFileError(f"Nothing answers at {name}. {_START}") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CaseFileError(f"{name} broke off its answer ({type(error).__name__}). Try again.") from error
    return _read_tasks(data, name)


async def _fetch(base: str, timeout: httpx.Timeout, whole_seconds: float, max_bytes: int) -> bytes:
    """The time for the whole holds from the first to the last byte: a server that drips is never silent."""
    name = urlsplit(base).netloc
    proxied = urlsplit(base).hostname not in LOOPBACK
    async with asyncio.timeout(whole_seconds):
        # A redirect would lead to a server that nobody named.
        async with httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=proxied) as client:
            request = client.build_request("GET", f"{base}/eval/tasks", params={"shuffle": "false"}, headers=_PLAIN)
            response = await client.send(request, stream=True)
            try:
                _check_answer(response, name)
                received = bytearray()
                async for chunk in response.aiter_raw():
                    received += chunk
                    if len(received) > max_bytes:
                        said = f"{name} sends more than {max_bytes / 2**20:,.0f} MB of tasks; that is not read."
                        raise CaseFileError(said)
                return bytes(received)
            finally:
                await response.aclose()


_PLAIN = {"accept": "application/json", "accept-encoding": "identity"}
_START = "Start the server, or name another address: openenv:http://host:port"


def _base(address: str) -> str:
    base = address.removeprefix(PREFIX).strip().rstrip("/")
    try:
        parts = urlsplit(base)
        fit = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of a port or an IPv6 address
        fit = False
    if not fit or not base.isprintable() or " " in base:
        raise CaseFileError(f"{base[:_SHOWN]!r} is no address of a server; write openenv:http://host:port")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise CaseFileError("Name the server alone, without a user, a query or a fragment: openenv:http://host:port")
    return base


def _check_answer(response: httpx.Response, name: str) -> None:
    if response.status_code == httpx.codes.NOT_FOUND:
        raise CaseFileError(
            f"{name} answers, but is no OpenEnv DIPG server there: it has no eval/tasks. "
            "Where the environment lies deeper, name the whole address, such as openenv:http://host:port/env"
        )
    if response.status_code != httpx.codes.OK:
        raise CaseFileError(f"{name} answers with status {response.status_code} instead of its tasks.")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise CaseFileError(f"{name} sends its tasks compressed, which was not asked for.")


def _read_tasks(data: bytes, name: str) -> CaseFile:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        raise CaseFileError(f"{name} is no OpenEnv DIPG server: its answer is no JSON.") from None
    tasks = told.get("tasks") if isinstance(told, dict) else None
    if not isinstance(tasks, list):
        raise CaseFileError(f"{name} is no OpenEnv DIPG server: its answer holds no list of tasks.")
    if not tasks:
        raise CaseFileError(f"{name} has no tasks.")
    return parse_cases("\n".join(json.dumps(_row(task, name), ensure_ascii=False) for task in tasks), name)


def _row(task: object, name: str) -> object:
    """A task as a row of a case file. What is no object stays what it is, and is reported as that."""
    if not isinstance(task, dict):
        return task
    row = {field: task[field] for field in ("context", "question") if field in task}
    expected = task.get("expected_answer")
    proof = expected.get("proof") if isinstance(expected, dict) else None
    context = task.get("context")
    if isinstance(proof, str) and proof.strip() and isinstance(context, str) and proof in context:
        row["quotes"] = [proof]
    return {**row, "id": task.get("task_id"), "expected": expected, "source": f"OpenEnv server {name}"}
