"""Programs at a server with a login: the name and the password in each request, as curl, gradio_client and the MCP
client send them. The real app, the real clients."""

from __future__ import annotations

import asyncio
import json
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AuthenticationError

from dipg_ui.basic_login import basic_credentials
from dipg_ui.logins import MAX_FAILURES, Logins, hashed, read_accounts
from tests.unit.served import PATIENCE, WRONG_DOSE, served

ADA, BEN = ("Dr Ada", "correct horse: battery"), ("Dr Müller", "straße nach Süden")
WRONG = (ADA[0], "guessed wrong")
NO_MATCH = {"detail": "This name and this password do not belong together."}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    lines = f"{ADA[0]}:{ADA[1]}\n{BEN[0]}:{hashed(BEN[1])}"
    with served(tmp_path_factory.mktemp("served"), mcp="1", login=lines) as url:
        yield url


def get(site: str, path: str, who: tuple[str, str] | None = None, **headers: str) -> httpx.Response:
    """From an address of its own where it says so, as failures count by address."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(site + path, auth=who, headers=named, timeout=PATIENCE)


def curl(*arguments: str) -> tuple[int, str]:
    asked = ["curl", "--silent", "--show-error", "--max-time", str(PATIENCE), "--write-out", "\n%{http_code}"]
    told = subprocess.run([*asked, *arguments], capture_output=True, text=True, check=True).stdout
    text, _, status = told.rpartition("\n")
    return int(status), text


@pytest.mark.parametrize(
    ("header", "given"),
    [
        ("Basic " + b64encode(b"Dr Ada:correct horse: battery").decode(), ADA),
        ("basic   " + b64encode("Dr Müller:straße nach Süden".encode()).decode(), BEN),
        ("BASIC " + b64encode("Dr Müller:straße nach Süden".encode("latin-1")).decode(), BEN),
        ("Basic " + b64encode(b" Dr Ada :").decode(), ("Dr Ada", "")),
        ("Basic " + b64encode(b"no colon").decode(), None),
        ("Basic not*base64", None),
        ("Basic", None),
        ("Bearer abc", None),
        ("", None),
    ],
)
def test_what_a_header_says(header: str, given: tuple[str, str] | None) -> None:
    assert basic_credentials(header) == given


def test_what_was_right_once_is_known_at_once_and_nothing_else_is() -> None:
    logins = Logins(read_accounts(f"{ADA[0]}:{ADA[1]}"))
    assert not logins.was_right(*ADA)
    assert not logins.check(*WRONG)
    assert not logins.was_right(*WRONG)
    assert logins.check(*ADA)
    assert logins.was_right(*ADA)
    assert not logins.was_right(ADA[0] + ADA[1][0], ADA[1][1:])
    assert not logins.was_right(*WRONG)


def test_a_program_with_a_name_and_a_password_gets_what_others_do_not(site: str) -> None:
    paths = ("/config", "/dipg/review.js", "/gradio_api/info", "/env/health", "/dipg/run-file?run=run-1&form=csv")
    for path in paths:
        assert get(site, path).status_code == 401, path
        for who in (ADA, BEN):
            assert get(site, path, who).status_code == 200, path
    assert get(site, "/healthz").json()["models"] == {}
    assert get(site, "/healthz", ADA).json()["models"]
    told = httpx.post(f"{site}/dipg/review", json={"action": "open", "run": "run-1"}, auth=BEN, timeout=PATIENCE).json()
    assert told["user"] == BEN[0]


def test_curl_scores_a_completion(site: str) -> None:
    who = ("--user", ":".join(ADA), "--header", "Content-Type: application/json")
    body = json.dumps({"data": [WRONG_DOSE, "case-0", "", "", "", 85]})
    status, text = curl(*who, "--data", body, f"{site}/gradio_api/call/score")
    assert status == 200, text
    status, text = curl(*who, "--no-buffer", f"{site}/gradio_api/call/score/{json.loads(text)['event_id']}")
    assert (status, "altered quote" in text) == (200, True)
    assert curl("--data", body, f"{site}/gradio_api/call/score")[0] == 401


@pytest.mark.parametrize("how", ["the form", "the header"])
def test_gradio_client_lists_and_scores(site: str, how: str) -> None:
    told: Mapping[str, object] = {"auth": ADA} if how == "the form" else {"httpx_kwargs": {"auth": ADA}}
    client = Client(site, verbose=False, **told)  # type: ignore[arg-type]
    try:
        assert client.predict(limit=2, api_name="/list_cases")["total"] == 4
        scored = client.predict(completion=WRONG_DOSE, case="case-0", api_name="/score")
        assert scored["verdicts"]["guarded"]["outcome"] == "altered quote"
    finally:
        client.close()


def test_gradio_client_with_a_wrong_password_is_told_so(site: str) -> None:
    away = {"X-Forwarded-For": "203.0.113.1"}
    with pytest.raises(AuthenticationError):
        Client(site, verbose=False, headers=away, httpx_kwargs={"auth": WRONG})


def test_the_mcp_client_scores(site: str) -> None:
    mcp = pytest.importorskip("mcp")
    name, password = (quote(part) for part in ADA)

    async def score() -> str:
        async with (
            asyncio.timeout(PATIENCE),
            mcp.Client(site.replace("//", f"//{name}:{password}@") + "/mcp") as client,
        ):
            told = await client.call_tool("score", {"completion": WRONG_DOSE, "case": "case-0"})
            return str(told.structured_content["verdicts"]["guarded"]["outcome"])

    assert asyncio.run(score()) == "altered quote"
    assert httpx.post(f"{site}/mcp", json={}, timeout=PATIENCE).status_code == 401


def test_a_challenge_is_given_to_programs_and_never_to_a_browser(site: str) -> None:
    assert get(site, "/config").headers["www-authenticate"].startswith("Basic ")
    for told in (
        {"Accept": "text/html,*/*"},
        {"Accept": "*/*", "Sec_Fetch_Mode": "cors"},
        {"Accept": "text/html", "Sec_Fetch_Mode": "navigate"},
    ):
        for who in (None, WRONG):
            refused = get(site, "/config", who, X_Forwarded_For="203.0.113.2", **told)
            assert (refused.status_code, "www-authenticate" in refused.headers) == (401, False)
    assert "<form" in get(site, "/", Accept="text/html").text


def test_wrong_ones_count_as_those_of_the_form_do(site: str) -> None:
    here = {"X_Forwarded_For": "203.0.113.3"}
    for number in range(MAX_FAILURES - 1):
        path = "/config" if number % 2 else "/healthz"  # one that answers without a login too
        refused = get(site, path, (ADA[0], f"guess number {number}"), **here)
        assert (refused.status_code, refused.json()) == (401, NO_MATCH)
    form = {"username": ADA[0], "password": "guess by the form"}
    away = {"X-Forwarded-For": "203.0.113.3"}
    assert httpx.post(f"{site}/login", data=form, headers=away, timeout=PATIENCE).status_code == 400
    refused = get(site, "/config", WRONG, **here)
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    assert httpx.post(f"{site}/login", data=form, headers=away, timeout=PATIENCE).status_code == 429
    assert get(site, "/config", WRONG, X_Forwarded_For="203.0.113.4").status_code == 401


def test_who_logs_in_well_may_ask_as_often_and_as_much_at_once_as_anybody(tmp_path: Path) -> None:
    """The first thirty come at once, before any of them is known to be right."""
    with served(tmp_path, login=":".join(ADA)) as url, ThreadPoolExecutor(30) as pool:
        first = list(pool.map(lambda _: get(url, "/env/health", ADA).status_code, range(30)))
        assert first == [200] * 30
        assert get(url, "/env/health", WRONG).status_code == 401


def test_another_site_cannot_use_what_a_browser_remembers(site: str) -> None:
    for path in ("/gradio_api/queue/join", "/dipg/review", "/dipg/compare"):
        asked = httpx.post(site + path, json={}, auth=ADA, headers={"Sec-Fetch-Site": "cross-site"}, timeout=PATIENCE)
        assert asked.status_code == 403
