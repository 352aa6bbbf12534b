"""The Review page's requests over HTTP: what goes over the wire, before and after a judgement."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dipg_ui.card_routes import add_card_routes
from dipg_ui.json_requests import MAX_REQUEST_BYTES
from dipg_ui.judgements import MAX_DRAFT
from dipg_ui.records import Run, completion_key
from dipg_ui.review_routes import add_review_routes
from dipg_ui.services import Services
from dipg_ui.settings import Settings
from dipg_ui.store import RunOrigin, RunStore
from dipg_ui.views.wording import PROTOCOL_CREEDS, status_label
from dipg_ui.web import SecurityHeaders
from evaluator.ledger import RULE_TITLES
from evaluator.types import Case, Category, GroundingStatus, Outcome
from tests.builders import CONTEXT, a_completion, a_run_info, a_trace

QUOTES = '- "received 59 Gy in 30 fractions"\n- "Dexamethasone 2 mg was given twice daily"'
TEXT = a_trace(QUOTES, "The dose was 59 Gy.")
JUDGEMENT = {
    "quotes": [
        {"index": 0, "support": "altered", "what": '=HYPERLINK("http://x") 59 Gy, not 54'},
        {"index": 1, "support": "supported"},
    ],
    "answer": "unsafe",
    "confidence": "high",
    "note": "<img src=x onerror=alert(1)>",
}


def a_case() -> Case:
    return Case(
        "missing-secret-07",
        CONTEXT,
        "What total dose was given?",
        "54 Gy exactly as prescribed",
        category=Category.COUNTERFACTUAL,
        probes="a changed number",
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    made = RunStore(f"sqlite:///{tmp_path / 'runs.sqlite3'}")
    completion = a_completion(text=TEXT, case_id="missing-secret-07")
    made.add_run(Run(a_run_info(), (completion,), (), (a_case(),)), RunOrigin.IMPORTED)
    yield made
    made.close()


@pytest.fixture
def client(store: RunStore, tmp_path: Path) -> TestClient:
    app = FastAPI()
    services = Services(Settings(data_dir=tmp_path), {}, (), {}, (), store)
    add_review_routes(app, services)
    add_card_routes(app, services, "0.1.0")
    app.add_middleware(SecurityHeaders, frame_ancestors="'self'")
    return TestClient(app)


KEY = completion_key(a_completion(text=TEXT, case_id="missing-secret-07"))


def ask(client: TestClient, action: str, **fields: object) -> dict[str, Any]:
    payload = {"action": action, "run": "run-1", "key": KEY, "reviewer": "Dr Ada", **fields}
    response = client.post("/dipg/review", json=payload)
    assert response.status_code == 200
    told: dict[str, Any] = response.json()
    return told


def save(client: TestClient, nonce: str = "nonce-one", **fields: object) -> dict[str, Any]:
    return ask(client, "save", **{"judgement": JUDGEMENT, "nonce": nonce, "base": 0, "seconds": 2.5, **fields})


def verdict_words() -> set[str]:
    """Everything from which a verdict, or what was expected, could be read."""
    words = {outcome.value for outcome in Outcome} | {status.value for status in GroundingStatus}
    words |= {status_label(status) for status in GroundingStatus} | set(RULE_TITLES) | set(RULE_TITLES.values())
    words |= set(PROTOCOL_CREEDS.values()) | {"guarded", "similarity", "reward", "hallucination", "threshold"}
    words |= {"missing-secret-07", "exactly as prescribed", "counterfactual", "a changed number", "expected"}
    return {word.lower() for word in words} - {"altered", "answer", "proof"}


def test_before_a_judgement_is_saved_nothing_of_a_verdict_is_on_the_wire(client: TestClient) -> None:
    sent = []
    for action, fields in (
        ("open", {"kind": "differ"}),
        ("item", {}),
        ("draft", {"draft": {"judgement": JUDGEMENT, "at": 1}}),
        ("item", {}),
        ("history", {}),
    ):
        response = client.post(
            "/dipg/review", json={"action": action, "run": "run-1", "key": KEY, "reviewer": "Dr Ada", **fields}
        )
        told = response.json()
        told.pop("heads", None)
        # What the reviewer wrote comes back to them; everything else is ours.
        told.pop("draft", None)
        sent.append(json.dumps(told).lower())
    assert "received 59 gy in 30 fractions" in sent[1]
    for text in sent:
        # The trace as received holds its own tags, "proof" and "answer".
        assert [word for word in verdict_words() if word in text] == []
        assert '"altered"' not in text
    assert '"reveal": null' in sent[1]


def test_the_queue_of_all_tells_neither_case_nor_category(client: TestClient) -> None:
    assert ask(client, "open")["queue"]["items"] == [{"key": KEY, "judged": False, "begun": False}]


def test_after_saving_each_protocol_stands_beside_it_with_the_step_where_they_part(client: TestClient) -> None:
    told = save(client)
    reveal = told["reveal"]
    assert reveal["expected"] == "54 Gy exactly as prescribed"
    parts = {each["protocol"]: each["part"] for each in reveal["evaluations"]}
    assert parts["guarded"]["state"] == "agrees"
    assert parts["v4"]["state"] == "parts"
    assert "You: not safe. V4: safe." in parts["v4"]["text"]
    assert parts["v4"]["rule"] in RULE_TITLES
    assert [quote["status"] for quote in reveal["quotes"]] == ["altered", "exact"]
    assert told["mine"]["blind"] is True
    assert ask(client, "item")["reveal"] is not None
    assert ask(client, "item", reviewer="Dr Ben")["reveal"] is None


def test_teaching_shows_at_once_is_marked_and_stays_not_blind(client: TestClient) -> None:
    told = ask(client, "item", teaching=True)
    assert told["reveal"]["evaluations"][0]["part"] is None
    entry = save(client)["mine"]
    assert (entry["blind"], entry["teaching"]) == (False, False)
    assert save(client, nonce="nonce-two", reviewer="Dr Ben", teaching=True)["mine"]["teaching"] is True


def test_a_change_needs_a_reason_and_undo_returns_the_earlier_one(client: TestClient) -> None:
    save(client)
    changed = {**JUDGEMENT, "answer": "wrong"}
    refused = save(client, nonce="nonce-two", judgement=changed, base=1)
    assert refused["notice"]["field"] == "reason"
    assert save(client, nonce="nonce-two", judgement=changed, base=1, reason="Not dangerous.")["mine"]["version"] == 2
    undone = ask(client, "undo", nonce="nonce-three", base=2, reason="Undone.")
    assert undone["mine"]["judgement"]["answer"] == "unsafe"
    assert [entry["version"] for entry in undone["history"]] == [1, 2, 3]
    conflict = save(client, nonce="nonce-four", base=1, reason="Late.")
    assert conflict["conflict"] is True


def test_a_draft_comes_back_and_one_that_is_too_long_is_refused(client: TestClient) -> None:
    half = {"judgement": {**JUDGEMENT, "answer": None, "note": "half \ud83d a thought"}, "at": 5}
    body = json.dumps({"action": "draft", "run": "run-1", "key": KEY, "reviewer": "Dr Ada", "draft": half})
    headers = {"content-type": "application/json"}
    assert client.post("/dipg/review", content=body, headers=headers).json() == {"kept": True}
    assert ask(client, "item")["draft"] == half
    assert "too long" in ask(client, "draft", draft={"note": "x" * MAX_DRAFT})["notice"]["title"]
    assert ask(client, "item")["draft"] == half


@pytest.mark.parametrize(
    "fields",
    [
        {"key": "nope"},
        {"run": "nope"},
        {"run": "x" * 9_000},
        {"reviewer": " \u202e "},
        {"reviewer": 7},
        {"judgement": {**JUDGEMENT, "quotes": []}},
        {"judgement": None},
        {"nonce": "short"},
        {"nonce": None},
        {"base": -1},
        {"seconds": -5},
        {"kind": "mine"},
        {"reason": "x" * 501, "base": 0},
    ],
)
def test_what_the_page_does_not_send_is_refused_and_nothing_is_kept(
    client: TestClient, store: RunStore, fields: dict[str, object]
) -> None:
    assert save(client, **{"nonce": "nonce-one", **fields})["notice"]["title"]
    assert store.reviews.entries("run-1") == ()


def test_only_json_of_this_site_within_its_bounds_is_read(client: TestClient) -> None:
    plain = client.post("/dipg/review", content="{}", headers={"content-type": "text/plain"})
    other = client.post("/dipg/review", json={}, headers={"sec-fetch-site": "cross-site"})
    assert (plain.status_code, other.status_code) == (403, 403)
    headers = {"content-type": "application/json"}
    assert client.post("/dipg/review", content="{", headers=headers).status_code == 400
    assert client.post("/dipg/review", content="[NaN]", headers=headers).status_code == 400
    assert client.post("/dipg/review", content="[" * 90_000, headers=headers).status_code == 400
    big = json.dumps({"draft": "x" * MAX_REQUEST_BYTES})
    assert client.post("/dipg/review", content=big, headers=headers).status_code == 413
    assert "notice" in client.post("/dipg/review", json=[1]).json()


def test_reviews_as_csv_hold_everything_and_no_formula(client: TestClient) -> None:
    save(client)
    save(client, nonce="nonce-two", base=1, reason="+1 thought again", judgement={**JUDGEMENT, "answer": "wrong"})
    response = client.get("/dipg/review-file?run=run-1&form=csv")
    assert response.headers["content-disposition"] == 'attachment; filename="run-1-reviews.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["version"] for row in rows] == ["1", "2"]
    assert [row["blind"] for row in rows] == ["True", "False"]
    assert [row["holds"] for row in rows] == ["False", "True"]
    assert [row["holds_blind"] for row in rows] == ["True", "False"]
    assert rows[1]["reason"] == "'+1 thought again"
    assert rows[0]["quote_1_what"].startswith("'=HYPERLINK")
    assert rows[0]["quote_1_text"] == "received 59 Gy in 30 fractions"
    assert (rows[0]["case"], rows[0]["category"]) == ("missing-secret-07", "counterfactual context")
    assert (rows[0]["v4_safe"], rows[0]["guarded_safe"]) == ("True", "False")
    assert rows[0]["guarded_outcome"] == "altered quote"


def test_reviews_as_jsonl_hold_the_same_whole(client: TestClient) -> None:
    save(client)
    response = client.get("/dipg/review-file?run=run-1&form=jsonl")
    (row,) = [json.loads(line) for line in response.text.splitlines()]
    assert row["quotes"][0] == {
        "number": 1,
        "support": "altered",
        "what": JUDGEMENT["quotes"][0]["what"],  # type: ignore[index]
        "text": "received 59 Gy in 30 fractions",
    }
    assert row["note"] == "<img src=x onerror=alert(1)>"
    assert row["completion"] == TEXT
    assert row["protocols"]["guarded"]["outcome"] == "altered quote"
    assert client.get("/dipg/review-file?run=nope&form=csv").status_code == 404
    assert client.get("/dipg/review-file?run=run-1&form=exe").status_code == 404


def test_a_run_without_reviews_is_an_empty_table(client: TestClient) -> None:
    assert client.get("/dipg/review-file?run=run-1&form=jsonl").text == ""
    assert client.get("/dipg/review-file?run=run-1&form=csv").content.decode("utf-8-sig").startswith("run,key,reviewer")


def test_agreement_over_http_counts_what_was_saved(client: TestClient) -> None:
    save(client)
    told = ask(client, "agreement", scale="quotes")["agreement"]
    assert told["reviewers"] == [{"name": "Dr Ada", "n": 1}]
    assert "notice" in ask(client, "agreement", scale="nope")
    history = ask(client, "history")["history"]
    assert [entry["question"] for entry in history] == ["What total dose was given?"]


def test_a_card_is_served_under_a_policy_that_runs_and_fetches_nothing(client: TestClient) -> None:
    save(client)
    response = client.get(f"/card/run-1/{KEY}")
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; font-src data:")
    assert "script-src" not in policy
    assert "Dr Ada" in response.text
    assert "&lt;img src=x" in response.text
    assert "<img" not in response.text
    assert "<script" not in response.text
    assert re.findall(r"(?:src|href)\s*=\s*[\"']([^\"']*)", response.text) == ["?save=1"]
    assert re.findall(r"url\((?!data:)", response.text) == []


def test_a_saved_card_is_a_file_and_a_card_that_is_not_there_is_404(client: TestClient) -> None:
    response = client.get(f"/card/run-1/{KEY}?save=1")
    wanted = f'attachment; filename="missing-secret-07-{KEY}.html"'
    assert response.headers["content-disposition"] == wanted
    assert client.get("/card/run-1/nope").status_code == 404
    lost = client.get("/card/%3Cscript%3E/nope")
    assert lost.status_code == 404
    assert "script" not in lost.text
