"""A PostgreSQL server of a test's own: Debian's programs, a cluster in a temporary folder, a free port, gone after."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

_USER = "postgres"


class NoServer(Exception):
    """There is no server to be started here; the text says why."""


class Server:
    """A running server. `new_database` gives the URL of an empty database."""

    def __init__(self, binaries: Path, port: int) -> None:
        self._binaries = binaries
        self._port = port

    def new_database(self) -> str:
        name = f"test_{secrets.token_hex(4)}"
        to = ("-h", "127.0.0.1", "-p", str(self._port), "-U", _USER)
        subprocess.run([self._binaries / "createdb", *to, name], check=True, capture_output=True)
        return f"postgresql://{_USER}@127.0.0.1:{self._port}/{name}"


@contextmanager
def running_server() -> Iterator[Server]:
    """Raises NoServer where PostgreSQL is not installed, and RuntimeError where it is and does not start."""
    binaries = _binaries()
    folder = Path(mkdtemp(prefix="dipg-postgres-"))
    user = _prepare(folder)
    try:
        data, port = folder / "data", _free_port()
        _run(user, [binaries / "initdb", "-D", data, "-U", _USER, "--auth=trust", "--encoding=UTF8", "--no-sync"])
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        control = [binaries / "pg_ctl", "-D", data, "-w"]
        _run(user, [*control, "-l", folder / "log", "-o", options, "start"])
        try:
            yield Server(binaries, port)
        finally:
            _run(user, [*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    """Debian keeps the server's programs off the PATH, by version."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    for folder in [*folders, *([Path(on_path).parent] if on_path else [])]:
        if all((folder / program).exists() for program in ("initdb", "pg_ctl", "createdb")):
            return folder
    raise NoServer("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")


def _prepare(folder: Path) -> str | None:
    """The user who runs the server, None for our own: the server refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        there = pwd.getpwnam(_USER)
    except KeyError:
        raise NoServer(f"the server does not run as root, and there is no user {_USER}") from None
    os.chown(folder, there.pw_uid, there.pw_gid)
    return _USER


def _run(user: str | None, command: Sequence[str | Path]) -> None:
    done = subprocess.run(command, user=user, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-300:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
