"""Starts the dashboard: settings → services → dashboard → serve."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress

from dipg_ui.generation.local import prepare_environment
from dipg_ui.settings import read_settings

_LET_GO_SECONDS = 5.0
"""How long the case at hand may take to end when the server stops, so that its run is given back."""


def main() -> int:
    """Serve until a signal comes. Returns the exit status: 2 where the settings or the port do not allow it."""
    try:
        settings = read_settings()
    except ValueError as error:
        return _refuse(error)
    prepare_environment(settings)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    start_zero_gpu = _import_spaces()

    # Imported late: gradio reads the environment when it is imported, and a taken port is told before that is paid for.
    from dipg_ui.web import PortTaken, build_app, claim_port, make_server

    try:
        claimed = claim_port(settings.host, settings.port)
    except PortTaken as error:
        return _refuse(error)

    from dipg_ui.dashboard import build_dashboard, end_streams, mount_dashboard
    from dipg_ui.services import build_services

    services = build_services(settings)
    for problem in services.problems:
        print(problem, file=sys.stderr)
    app = mount_dashboard(build_app(services), build_dashboard(services))

    def stop() -> None:
        services.stop()
        end_streams(app)

    if settings.zero_gpu:
        services.load_default()
    start_zero_gpu()
    print(f"DIPG Safety Dashboard: http://{settings.host}:{settings.port}", flush=True)
    with suppress(KeyboardInterrupt):
        make_server(app, stop).run(sockets=[claimed])
    services.run_queue.wait(_LET_GO_SECONDS)
    return 0


def _import_spaces() -> Callable[[], object]:
    """Import `spaces` where it is installed: on ZeroGPU it must come before anything that touches CUDA. Returns what
    ZeroGPU wants called before serving; it hooks itself into `Blocks.launch` alone, which is not used here."""
    try:
        import spaces.zero
    except ImportError:
        return lambda: None
    startup: Callable[[], object] = getattr(spaces.zero, "startup", lambda: None)
    return startup


def _refuse(error: Exception) -> int:
    print(error, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
