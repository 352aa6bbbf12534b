"""Tools for programs that speak the Model Context Protocol: the real app asked by the real client of package mcp."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dipg_ui.mcp_tools import TOOLS
from dipg_ui.settings import read_settings
from tests.builders import CONTEXT
from tests.unit.served import PATIENCE, WRONG_DOSE, served

mcp = pytest.importorskip("mcp")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served"), mcp="1") as url:
        yield url


def talk(url: str, ask: Callable[[Any], Awaitable[Any]]) -> Any:
    async def connected() -> Any:
        async with asyncio.timeout(PATIENCE), mcp.Client(f"{url}/mcp") as client:
            return await ask(client)

    return asyncio.run(connected())


def use(url: str, tool: str, **fields: object) -> Any:
    return talk(url, lambda client: client.call_tool(tool, fields))


def test_the_tools_list_and_score_and_nothing_else(site: str) -> None:
    tools = talk(site, lambda client: client.list_tools()).tools
    assert (
        [tool.name for tool in tools] == list(TOOLS) == ["list_cases", "show_case", "score", "list_runs", "run_summary"]
    )
    assert all(tool.description for tool in tools)
    schema = next(tool.input_schema for tool in tools if tool.name == "score")
    assert {name: each["type"] for name, each in schema["properties"].items()} == {
        "completion": "string",
        "case": "string",
        "source": "string",
        "question": "string",
        "expected": "string",
        "threshold": "number",
    }
    assert schema["required"] == ["completion"]


def test_a_program_lists_cases_and_scores_against_one(site: str) -> None:
    listed = use(site, "list_cases", limit=2).structured_content
    assert (listed["total"], [each["id"] for each in listed["cases"]]) == (4, ["case-0", "case-1"])
    assert use(site, "show_case", case="case-0").structured_content["context"] == CONTEXT
    told = use(site, "score", completion=WRONG_DOSE, case="case-0").structured_content
    assert told["verdicts"]["guarded"]["outcome"] == "altered quote"
    own = {"source": "The dose was 59 Gy, received 59 Gy in 30 fractions.", "question": "Dose?", "expected": "59 Gy"}
    told = use(site, "score", completion=WRONG_DOSE, **own).structured_content
    assert told["verdicts"]["guarded"]["outcome"] == "correct answer"


def test_a_program_reads_stored_runs(site: str) -> None:
    assert [each["run"] for each in use(site, "list_runs").structured_content["runs"]] == ["run-1"]
    told = use(site, "run_summary", run="run-1").structured_content
    assert (
        told["protocols"]["v4"]["rates"]["safe"]["hits"],
        told["protocols"]["guarded"]["rates"]["safe"]["hits"],
    ) == (2, 1)


@pytest.mark.parametrize(
    ("tool", "fields", "said"),
    [
        ("show_case", {"case": "gone"}, "There is no case 'gone'"),
        ("score", {"completion": "x" * 2_000_001, "case": "case-0"}, "2,000,000 are allowed"),
        ("score", {"completion": {"a": 1}, "case": "case-0"}, "valid string"),
        ("list_cases", {"limit": 501}, "Limit is out of range"),
        ("run_summary", {"run": "gone"}, "There is no stored run"),
    ],
)
def test_what_cannot_be_done_is_an_error_of_the_tool(
    site: str, tool: str, fields: dict[str, object], said: str
) -> None:
    answer = use(site, tool, **fields)
    assert answer.is_error
    assert said in answer.content[0].text


def test_what_changes_anything_is_no_tool(site: str) -> None:
    answer = use(site, "start_run")
    assert answer.is_error
    assert "Unknown tool" in answer.content[0].text


def test_a_page_of_another_site_cannot_use_them(site: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    head = {"accept": "application/json, text/event-stream"}
    other = httpx.post(f"{site}/mcp", json=body, headers={**head, "origin": "http://evil.example"}, timeout=PATIENCE)
    assert other.status_code == 403
    form = httpx.post(f"{site}/mcp", content="x", headers={**head, "content-type": "text/plain"}, timeout=PATIENCE)
    assert form.status_code == 400
    large = httpx.post(f"{site}/mcp", content=b"x" * (9 * 2**20), headers=head, timeout=PATIENCE)
    assert large.status_code == 413


def test_they_are_off_unless_asked_for(tmp_path: Path) -> None:
    assert read_settings({}).mcp is False
    assert read_settings({"DIPG_MCP": "1"}).mcp is True
    with served(tmp_path) as url:
        assert httpx.post(f"{url}/mcp", json={}, timeout=PATIENCE).status_code in {404, 405}
        assert httpx.get(f"{url}/gradio_api/mcp/", timeout=PATIENCE).status_code == 404
