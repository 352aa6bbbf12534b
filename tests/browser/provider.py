"""A small OpenID provider: it asks the person, gives a code, and tells who that is in a token that it signs."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "the-space", "known to the space and the provider"
# As a hub tells of somebody in many organisations: more than a cookie holds.
ORGANISATIONS = [{"name": f"organisation-{n}", "picture": "https://example.org/" + "p" * 60} for n in range(60)]


class Provider:
    """`name` is who is logged in there. `forges` signs with a key that it does not publish. `shows` is a page of its
    own that shows another one in a frame."""

    def __init__(self, url: str) -> None:
        self.url, self.name, self.forges, self.down = url, "ada-of-the-clinic", False, False
        self.key, self.other = (RSAKey.generate_key(2048, {"kid": "one"}) for _ in range(2))
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: list[str] = []
        self.shows = ""

    def environment(self) -> dict[str, str]:
        """What a Space with `hf_oauth: true` is given."""
        return {
            "SYSTEM": "spaces",
            "SPACE_ID": "somebody/dashboard",
            "OAUTH_CLIENT_ID": CLIENT,
            "OAUTH_CLIENT_SECRET": SECRET,
            "OAUTH_SCOPES": "openid profile",
            "OPENID_PROVIDER_URL": self.url,
        }

    def metadata(self) -> dict[str, object]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/oauth/authorize",
            "token_endpoint": f"{self.url}/oauth/token",
            "jwks_uri": f"{self.url}/oauth/jwks",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def token(self, form: dict[str, str]) -> dict[str, object] | None:
        """In exchange for a code, once, and for the address that it was given for."""
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return None
        now = int(time.time())
        told = {"iss": self.url, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 600, "nonce": asked.get("nonce")}
        told |= {"name": "Ada", "preferred_username": self.name, "orgs": ORGANISATIONS}
        told |= {"profile": f"{self.url}/{self.name}", "picture": f"{self.url}/{self.name}.png"}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, told, self.other if self.forges else self.key)
        self.tokens.append(f"token-{len(self.tokens)}-of-{self.name}")
        return {
            "access_token": self.tokens[-1],
            "token_type": "bearer",
            "expires_in": 28_800,
            "scope": "openid profile",
            "id_token": signed,
        }


class _Handler(BaseHTTPRequestHandler):
    provider: ClassVar[Provider]

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, _flat(urlsplit(self.path).query)
        if self.provider.down:
            return self._send(503, "text/plain", "down")
        if path == "/.well-known/openid-configuration":
            return self._send(200, "application/json", json.dumps(self.provider.metadata()))
        if path == "/oauth/jwks":
            return self._send(200, "application/json", json.dumps({"keys": [self.provider.key.as_dict(private=False)]}))
        if path == "/oauth/authorize" and query.get("client_id") == CLIENT:
            return self._send(200, "text/html", _consent(self.provider.name, query), frames=False)
        if path == "/frame":
            frame = f'<iframe src="{escape(self.provider.shows)}" width="1200" height="800"></iframe>'
            return self._send(200, "text/html", f"<!doctype html><title>A hub</title>{frame}")
        return self._send(404, "text/plain", "nothing here")

    def do_POST(self) -> None:
        form = _flat(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        if self.path == "/oauth/decide":
            back = {"state": form["state"]}
            if form["answer"] == "Cancel":
                back |= {"error": "access_denied", "error_description": "<b>not</b> shown"}
            else:
                back["code"] = f"code-{time.monotonic_ns()}"
                self.provider.codes[back["code"]] = form
            joined = "&" if "?" in form["redirect_uri"] else "?"
            self.send_response(303)
            self.send_header("Location", form["redirect_uri"] + joined + urlencode(back))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        who = b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        if self.path != "/oauth/token" or [unquote(part) for part in who.split(":")] != [CLIENT, SECRET]:
            return self._send(401, "application/json", '{"error": "invalid_client"}')
        told = self.provider.token(form)
        if told is None:
            return self._send(400, "application/json", '{"error": "invalid_grant"}')
        return self._send(200, "application/json", json.dumps(told))

    def _send(self, status: int, kind: str, text: str, *, frames: bool = True) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if not frames:
            self.send_header("X-Frame-Options", "DENY")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _flat(query: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(query).items()}


def _consent(name: str, query: dict[str, str]) -> str:
    kept = "".join(
        f'<input type="hidden" name="{key}" value="{escape(query.get(key, ""))}">'
        for key in ("state", "nonce", "redirect_uri")
    )
    asked = "".join(f'<button name="answer" value="{word}">{word}</button>' for word in ("Authorize", "Cancel"))
    return (
        f'<!doctype html><title>A hub</title><p>{name}<form method="post" action="/oauth/decide">{kept}{asked}</form>'
    )


@contextmanager
def open_provider(host: str = "127.0.0.1") -> Iterator[Provider]:
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    handler.provider = Provider(f"http://{host}:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield handler.provider
    finally:
        server.shutdown()
        server.server_close()
