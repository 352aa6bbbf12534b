"""Put on the path of the app under test: writes down every attempt to reach another machine."""

import os
import sys

_LOG = os.environ.get("DIPG_TEST_AUDIT", "")
_HERE = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104 - names of this machine, nothing is bound


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "localhost"
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0] or "localhost"
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host)
    if not host.startswith(_HERE):
        with open(_LOG, "a", encoding="utf-8") as log:  # noqa: PTH123 - before pathlib is worth importing
            log.write(f"{event} {host}\n")


if _LOG:
    sys.addaudithook(_note)
