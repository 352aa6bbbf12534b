"""Who is at work on a run. One process at a time owns it, for a while that it keeps prolonging.

A lease is free where it ran out, or where the process that held it is known to be dead: after a kill a run need not
wait. Its owner is written as `place/pid/start/token`: the machine since its last start and the pid namespace, the
process and when it began (a number that is given again does not begin at the same tick), and the one lease.
"""

from __future__ import annotations

import os
import secrets
import time
from functools import cache
from pathlib import Path

LEASE_SECONDS = 30.0
HEARTBEAT_SECONDS = 5.0


def new_owner() -> str:
    """The name of a new lease of this process."""
    return f"{_place()}/{os.getpid()}/{_started(os.getpid()) or ''}/{secrets.token_hex(4)}"


def is_free(owner: str, until: float) -> bool:
    """Whether a run whose lease this is may be taken; `until` is a Unix time."""
    return not owner or until < time.time() or _is_dead(owner)


def _is_dead(owner: str) -> bool:
    """Known for processes of this place alone: others cannot be seen from here."""
    try:
        place, pid, started, _ = owner.split("/")
        process = int(pid)
    except ValueError:
        return False
    if not place or place != _place():
        return False
    now = _started(process)
    if now is not None:
        return now != started
    try:
        os.kill(process, 0)  # only asks whether it is there
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


@cache
def _place() -> str:
    """ "" where the system does not tell, and then only time frees a lease."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """The tick at which a process began, "" for the remains of one; None where that cannot be read."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return "" if fields[0] in {"Z", "X"} else fields[19]
