"""The run report: what it tells, that it stands alone, and that no text of anybody becomes markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from dipg_ui.records import CaseFailure, GenerationSettings, Run, RunInfo, Stage
from dipg_ui.sharing.opened import OpenedRun, open_run
from dipg_ui.sharing.reports import run_as_report
from dipg_ui.store import RunOrigin, temporary_store
from dipg_ui.views.card import NOT_CLINICAL
from dipg_ui.views.charts.base import judge
from dipg_ui.views.report_answers import MAX_EVIDENCE_BYTES, MAX_LISTED, MAX_WORST, worst_first
from evaluator.types import Case
from tests.builders import CONTEXT, a_trace
from tests.unit.views.builders import HOSTILE, MODEL, a_completion
from tests.unit.views.scored import a_scored_run
from tests.unit.views.test_card import HARMLESS_ATTRIBUTES, HARMLESS_TAGS, Reader

TAGS = HARMLESS_TAGS | {"h4", "h5", "svg", "g", "line", "rect", "text", "path", "circle", "ul"}
ATTRIBUTES = HARMLESS_ATTRIBUTES | {
    "http-equiv", "role", "aria-label", "aria-hidden", "tabindex", "id", "width", "height", "x", "y", "x1", "x2", "y1",
    "y2", "r", "rx", "d", "dx", "text-anchor", "viewbox", "preserveaspectratio", "vector-effect",
}  # fmt: skip
SYNTHETIC = "synthetic, written for this project"
GOOD = a_trace()
WRONG_DOSE = a_trace('"received 59 Gy in 30 fractions"', "59 Gy")
INVENTED = a_trace('"nothing like the source at all"', "12 Gy")


def a_case(n: int, **changes: str) -> Case:
    told = {"context": CONTEXT, "question": f"Question {n}?", "expected": "54 Gy in 30 fractions", "source": SYNTHETIC}
    return Case(f"case-{n}", **{**told, **changes})


def opened(answered: Sequence[tuple[Case, str]], *, failures: Sequence[CaseFailure] = ()) -> OpenedRun:
    scored = a_scored_run(answered)
    info = RunInfo("r1", "My run", "2026-01-02T03:04:05+00:00", "tests", "two cores", MODEL, GenerationSettings())
    done = tuple(a_completion(text, case_id=case.id) for case, text in answered)
    return OpenedRun(Run(info, done, tuple(failures), tuple(case for case, _ in answered)), scored)


def report(run: OpenedRun) -> str:
    return run_as_report(run).decode("utf-8")


@pytest.fixture(scope="module")
def usual() -> str:
    texts = (GOOD, WRONG_DOSE, INVENTED, a_trace("", "I cannot answer based on the provided context."))
    failed = CaseFailure("case-9", Stage.GENERATE, "the server was silent")
    return report(opened([(a_case(n), text) for n, text in enumerate(texts)], failures=[failed]))


def test_it_tells_results_with_intervals_method_settings_and_versions(usual: str) -> None:
    page = Reader(usual)
    for told in (
        "My run", "tests", "Question 1?", "small, revision r1", "temperature 0.3, seed 0", "Wilson", "Guarded",
        "altered", "59 Gy", "Every case is synthetic", "the server was silent", "every citation reaches the threshold",
        "rapidfuzz", "DIPG Safety Dashboard 0.1.0", "fingerprint", "threshold 85 %",
    ):  # fmt: skip
        assert told in page.text, told
    assert page.text.count(NOT_CLINICAL) == 2
    # One of four is safe under Guarded; Wilson's interval by hand: (0.25 + 0.48 ± 0.645) / 1.96.
    assert re.search(r"1 of 4 \(5–70 %\)", page.text)


def test_it_stands_alone_and_nothing_in_it_can_run(usual: str) -> None:
    page = Reader(usual)
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert all(re.fullmatch(r"#answer-\d+-\d+", link) for link in page.links)
    assert all(f'id="{link[1:]}"' in usual for link in page.links)
    assert re.findall(r"url\((?!data:font/woff2;base64,)", usual) == []
    assert "default-src 'none'" in usual


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_becomes_markup_wherever_it_stands(hostile: str) -> None:
    texts = (hostile, a_trace(f'"{hostile[:2_000]}"', hostile[:2_000]), a_trace(f'"{CONTEXT[:40]}"', hostile[:2_000]))
    cases = [
        Case(f"{hostile[:300]}{n}", f"{CONTEXT} {hostile}", hostile, hostile[:2_000], source=hostile) for n in range(3)
    ]
    failed = CaseFailure(cases[0].id, Stage.GENERATE, hostile, hostile)
    run = opened(list(zip(cases, texts, strict=True)), failures=[failed])
    model = replace(run.run.info.model, name=hostile, revision=hostile, device=hostile, quantisation=hostile)
    info = replace(run.run.info, id=hostile, title=hostile, case_set=hostile, machine=hostile, model=model)
    html = report(OpenedRun(replace(run.run, info=info), run.scored))
    page = Reader(html)
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert all(re.fullmatch(r"#answer-\d+-\d+", link) for link in page.links)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", html)


def test_what_v4_lets_pass_and_guarded_does_not_comes_first_then_the_lowest_rewards() -> None:
    run = a_scored_run([(a_case(n), text) for n, text in enumerate((GOOD, INVENTED, "no form at all", WRONG_DOSE))])
    # A wrong dose is near enough for V4; then no form (−50), then an invented quote, then the safe one.
    assert worst_first(judge(run, 85.0)) == [3, 2, 1, 0]


def test_cases_of_which_nobody_says_that_they_are_invented_are_told_so() -> None:
    html = report(opened([(a_case(1), GOOD), (a_case(2, source="clinic letters"), GOOD)]))
    assert "1 case of 2 not marked as synthetic" in Reader(html).text
    assert "The cases are synthetic" not in html


def test_a_run_without_an_answer_is_told_of_and_does_not_fail() -> None:
    info = RunInfo("r1", "Empty", "2026-01-02T03:04:05+00:00", "tests", "m", MODEL, GenerationSettings())
    store = temporary_store()
    store.add_run(Run(info, cases=(a_case(1),)), RunOrigin.IMPORTED)
    html = report(open_run(store, "r1"))
    assert "No answer is stored yet" in html
    assert "0 of 1" in Reader(html).text


def test_it_stays_under_five_megabytes_whatever_the_run_holds_and_says_what_it_left_out() -> None:
    long = "The pons was irradiated again and the dose is told once more. " * 1_000
    run = opened([(a_case(n, context=f"{CONTEXT} {long}{n}"), INVENTED if n % 2 else GOOD) for n in range(100)])
    html = report(run)
    assert MAX_EVIDENCE_BYTES / 2 < len(html.encode()) < 5_000_000
    page = Reader(html)
    left_out = re.search(r"(\d+) answers, the best judged, came without", page.text)
    assert left_out is not None
    assert html.count('class="evidence"') == 100 - int(left_out.group(1))
    assert page.text.count("all evidence") == MAX_WORST


def test_a_long_run_lists_so_many_answers_and_counts_the_rest() -> None:
    run = opened([(a_case(n), GOOD) for n in range(MAX_LISTED + 5)])
    assert "and 5 more, which this report does not list" in Reader(report(run)).text
