"""A login without its form: the name and the password in the header of a request, for programs. It is counted and
checked as the form is."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from binascii import Error as NotBase64

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from dipg_ui.logins import Logins

CHALLENGE = 'Basic realm="DIPG Safety Dashboard", charset="UTF-8"'


class WrongCredentials(Exception):
    pass


def asks_as_a_program(asking: HTTPConnection) -> bool:
    """Whether a challenge may be answered with. A browser would open a dialogue of its own on one, over the page."""
    return "sec-fetch-mode" not in asking.headers and "text/html" not in asking.headers.get("accept", "")


def basic_credentials(header: str) -> tuple[str, str] | None:
    """The name and the password of an Authorization header; None where it holds no HTTP Basic credentials."""
    scheme, _, told = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        sent = b64decode(told.strip(), validate=True)
    except (NotBase64, ValueError):
        return None
    try:
        text = sent.decode("utf-8")
    except UnicodeDecodeError:
        text = sent.decode("latin-1")  # as some clients write it
    name, colon, password = text.partition(":")
    return (name.strip(), password) if colon else None


class BasicLogin:
    """Whose credentials a request carries."""

    def __init__(self, logins: Logins) -> None:
        self._logins = logins
        self._under_way: dict[tuple[str, str, str], asyncio.Task[None]] = {}

    async def user_of(self, asking: HTTPConnection) -> str | None:
        """None where it carries none. Raises WrongCredentials and TooManyFailures."""
        given = basic_credentials(asking.headers.get("authorization", ""))
        if given is None:
            return None
        if not self._logins.was_right(*given):
            await self._check_once(asking.client.host if asking.client else "", *given)
        return given[0]

    async def _check_once(self, address: str, name: str, password: str) -> None:
        """Of many requests at once with the same credentials one checks: a program that begins with twenty is not one
        that has guessed twenty times."""
        key = (address, name, password)
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(self._check(*key))
            task.add_done_callback(lambda done: (self._under_way.pop(key), done.cancelled() or done.exception()))
        await asyncio.shield(task)

    async def _check(self, address: str, name: str, password: str) -> None:
        self._logins.begin_attempt(address)
        if not await run_in_threadpool(self._logins.check, name, password):
            raise WrongCredentials
        self._logins.end_well(address)
