"""A server that speaks what is used of the hub's data sets: the list of a repository's files, and the files."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPO = "surfiniaburger/med-safety-gym-eval"


class HubHandler(BaseHTTPRequestHandler):
    files: Mapping[str, bytes]
    asked: list[str]
    tokens: list[str]

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        type(self).asked.append(path)
        type(self).tokens.append(self.headers.get("Authorization", ""))
        for revision in ("main", COMMIT):
            if path == f"/api/datasets/{REPO}/revision/{revision}":
                return self._send(json.dumps(self._info()).encode(), "application/json", with_body)
            start = f"/datasets/{REPO}/resolve/{revision}/"
            if path.startswith(start) and path.removeprefix(start) in self.files:
                return self._send(self.files[path.removeprefix(start)], "application/octet-stream", with_body)
        if path == f"/api/datasets/{REPO}":
            return self._send(json.dumps(self._info()).encode(), "application/json", with_body)
        self.send_response(404)
        missing = "RevisionNotFound" if path.startswith(f"/api/datasets/{REPO}/") else "RepoNotFound"
        self.send_header("X-Error-Code", missing)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def _info(self) -> object:
        siblings = [{"rfilename": name, "size": len(data)} for name, data in self.files.items()]
        return {"id": REPO, "sha": COMMIT, "siblings": siblings, "private": False, "tags": [], "downloads": 0}

    def _send(self, body: bytes, kind: str, with_body: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def a_hub(files: Mapping[str, bytes]) -> Iterator[tuple[str, type[HubHandler]]]:
    """The hub's address and what was asked of it."""
    handler = type("Hub", (HubHandler,), {"files": files, "asked": [], "tokens": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler
    finally:
        server.shutdown()
        server.server_close()
