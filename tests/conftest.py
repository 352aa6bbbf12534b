"""What holds for all tests."""

from __future__ import annotations

import os
import signal

# As the app does: threads of torch that wait for work sleep, instead of taking the CPU from the test beside them.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def pytest_configure() -> None:
    """Programs that tests start must hear an interrupt. A shell that starts pytest in the background makes it deaf to
    interrupts, and what it starts with it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
