"""A real HTTP server that speaks what of the Hub's API a push uses, and keeps what it is sent."""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import yaml

LARGE = ".parquet"
"""Files of this ending are asked for by way of large file storage, as the Hub asks for binary ones."""


@dataclass
class Kept:
    """`files` by repository and path; `tokens` are those that requests brought; `refuse` is the status that a commit
    gets."""

    repos: dict[str, bool] = field(default_factory=dict)
    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    refuse: int = 0


class HubServer:
    def __init__(self) -> None:
        self.kept = Kept()
        kept = self.kept

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None: ...

            def do_POST(self) -> None:
                body = self._body()
                kept.tokens.add(self.headers.get("authorization", ""))
                path = urlsplit(self.path).path
                if path == "/api/repos/create":
                    self._create(json.loads(body))
                elif path == "/api/validate-yaml":
                    head = yaml.safe_load(json.loads(body)["content"].split("---\n")[1])
                    self._answer(200, {"errors": [] if isinstance(head, dict) else [{"message": "no head"}]})
                elif "/preupload/" in path:
                    self._answer(200, {"files": [self._mode(each) for each in json.loads(body)["files"]]})
                elif path.endswith("/info/lfs/objects/batch"):
                    self._answer(200, self._batch(json.loads(body)))
                elif "/commit/" in path:
                    self._commit(path.removeprefix("/api/datasets/").partition("/commit/")[0], body)
                else:
                    self._answer(404, {"error": f"unexpected {path}"})

            def do_PUT(self) -> None:
                kept.objects[self.path.rpartition("/")[2]] = self._body()
                self._answer(200, {})

            def do_GET(self) -> None:
                name = urlsplit(self.path).path.removeprefix("/api/datasets/")
                if name in kept.repos:
                    self._answer(200, {"id": name, "private": kept.repos[name], "siblings": [], "tags": []})
                    return
                self._answer(404, {"error": f"unexpected {self.path}"})

            def _body(self) -> bytes:
                if self.headers.get("transfer-encoding", "") != "chunked":
                    return self.rfile.read(int(self.headers.get("content-length", "0")))
                parts = []
                while size := int(self.rfile.readline(), 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(parts)

            def _create(self, asked: dict[str, object]) -> None:
                name = f"{asked.get('organization') or 'me'}/{asked['name']}"
                if asked["type"] != "dataset":
                    self._answer(400, {"error": "a data set is asked for"})
                elif name in kept.repos:
                    self._answer(
                        409, {"error": "You already created this dataset repo", "url": f"{url}/datasets/{name}"}
                    )
                else:
                    kept.repos[name] = asked.get("private") is True or asked.get("visibility") == "private"
                    self._answer(200, {"url": f"{url}/datasets/{name}", "name": name, "id": "1"})

            def _mode(self, file: dict[str, object]) -> dict[str, object]:
                mode = "lfs" if str(file["path"]).endswith(LARGE) else "regular"
                return {"path": file["path"], "uploadMode": mode, "shouldIgnore": False}

            def _batch(self, asked: dict[str, list[dict[str, object]]]) -> dict[str, object]:
                def told(each: dict[str, object]) -> dict[str, object]:
                    return {**each, "actions": {"upload": {"href": f"{url}/storage/{each['oid']}", "header": {}}}}

                return {"transfer": "basic", "objects": [told(each) for each in asked["objects"]]}

            def _commit(self, repo: str, body: bytes) -> None:
                if kept.refuse:
                    self._answer(kept.refuse, {"error": "You have no right to write here"})
                    return
                for line in map(json.loads, body.splitlines()):
                    value = line["value"]
                    if line["key"] == "header":
                        kept.messages.append(value["summary"])
                    elif line["key"] == "file":
                        kept.files[repo, value["path"]] = base64.b64decode(value["content"])
                    else:
                        kept.files[repo, value["path"]] = kept.objects[value["oid"]]
                self._answer(200, {"commitUrl": f"{url}/datasets/{repo}/commit/{'0' * 40}", "commitOid": "0" * 40})

            def _answer(self, status: int, value: object) -> None:
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        url = self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
