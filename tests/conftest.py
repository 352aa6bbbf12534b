"""What holds for all tests."""

from __future__ import annotations

import os
import signal

from hypothesis import settings

# As the app does: threads of torch that wait for work sleep, instead of taking the CPU from the test beside them.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# A busy machine is no fault of the code: what hangs is ended by pytest-timeout.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure() -> None:
    """Programs that tests start must hear an interrupt. A shell that starts pytest in the background makes it deaf to
    interrupts, and what it starts with it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
