"""Starts the dashboard: settings → services → dashboard → serve."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from dipg_ui.settings import read_settings

# Read by gradio and huggingface_hub when they are imported: nothing is sent anywhere unless a model may be fetched.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

with suppress(ImportError):
    import spaces  # noqa: F401 - on ZeroGPU it must come before anything that may touch CUDA


def main() -> int:
    """Serve until a signal comes. Returns the exit status."""
    try:
        settings = read_settings()
    except ValueError as error:
        return _refuse(error)
    if not settings.allow_download:
        os.environ["HF_HUB_OFFLINE"] = "1"

    # Imported late, so that the environment above counts, and a taken port is told before seconds of imports.
    from dipg_ui.web import PortTaken, claim_port

    try:
        claimed = claim_port(settings.host, settings.port)
    except PortTaken as error:
        return _refuse(error)

    from dipg_ui.dashboard import build_dashboard, end_streams, mount_dashboard
    from dipg_ui.services import build_services
    from dipg_ui.web import build_app, make_server

    services = build_services(settings)
    app = mount_dashboard(build_app(services), build_dashboard(services))

    def stop() -> None:
        services.stop()
        end_streams(app)

    server = make_server(app, stop)
    print(f"DIPG Safety Dashboard: http://{settings.host}:{settings.port}", flush=True)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[claimed])
    return 0


def _refuse(error: Exception) -> int:
    print(error, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
