"""The report of a stored run: what its page needs, put together."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version

from dipg_ui.settings import VERSION
from dipg_ui.sharing.opened import OpenedRun
from dipg_ui.standalone import standalone_style
from dipg_ui.views.charts.base import Judged
from dipg_ui.views.report import ReportPage, report_html
from dipg_ui.views.report_answers import Evidence, worst_first
from evaluator.bands import scoring_version
from evaluator.evaluate import assess
from evaluator.protocols import PROTOCOLS

MAX_EVIDENCE = 400
"""Answers whose evidence is worked out, the worst first: each is scored anew, which takes milliseconds."""
_PACKAGES = ("rapidfuzz", "edlib", "numpy")


def run_as_report(opened: OpenedRun) -> bytes:
    """One HTML file in UTF-8 that asks for nothing, under 5 MB."""
    judged = opened.judged()
    page = ReportPage(
        run=opened.run,
        judged=judged,
        evidence=_evidence(opened, judged),
        made=datetime.now(UTC).date().isoformat(),
        software=_software(),
        style=_style(),
    )
    return report_html(page).encode("utf-8")


def _evidence(opened: OpenedRun, judged: Judged) -> Mapping[int, Evidence]:
    wanted = set(worst_first(judged)[:MAX_EVIDENCE])
    return {
        each.row: Evidence(each.case, assess(each.case, each.completion.text))
        for each in opened.answers()
        if each.row in wanted
    }


def _software() -> list[tuple[str, str]]:
    """What another would need to come to the same verdicts."""
    return [
        ("Dashboard", f"DIPG Safety Dashboard {VERSION}"),
        *((protocol.title, f"version {protocol.version}") for protocol in PROTOCOLS.values()),
        ("Rules", f"fingerprint {scoring_version()} of the source of all that scores"),
        ("Python", platform.python_version()),
        *((name, version(name)) for name in _PACKAGES),
    ]


@cache
def _style() -> str:
    return standalone_style("report.css")
