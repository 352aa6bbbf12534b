"""What holds for all tests."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Programs that tests start must hear an interrupt. A shell that starts pytest in the background makes it deaf to
    interrupts, and what it starts with it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
