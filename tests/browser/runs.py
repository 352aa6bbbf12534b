"""A set and two recorded runs of it, made so that every chart has something to show: written here, never generated."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dipg_ui.prompts import build_messages, prompt_hash
from dipg_ui.records import Completion, Run, RunInfo
from dipg_ui.store import RunWriter
from dipg_ui.store.exports import run_as_jsonl
from evaluator.types import Behaviour, Case, Category
from tests.browser.stage import MODEL, RUN, a_completion, a_trace, build_stage

LETTERS = (
    ("54 Gy", "30 fractions", "Dexamethasone 2 mg", "twice daily"),
    ("50.4 Gy", "28 fractions", "Dexamethasone 4 mg", "once daily"),
    ("59.4 Gy", "33 fractions", "Prednisolone 10 mg", "three times daily"),
    ("39 Gy", "13 fractions", "Dexamethasone 1 mg", "every other day"),
)
CATEGORIES = (Category.DIRECT, Category.HAYSTACK, Category.CALCULATION, Category.MISSING)
HOSTILE = "<img src=x onerror=\"alert('x')\"> ${alert(1)} \u202eetirw <b>bold</b>"


def a_letter(dose: str, fractions: str, drug: str, how: str) -> str:
    return (
        f"Clinic letter. The child received {dose} in {fractions} to the pons and tolerated it well. "
        f"{drug} was given {how} and tapered over three weeks. Hearing was normal at the last visit."
    )


def a_case(number: int) -> Case:
    letter, category = LETTERS[number % 4], CATEGORIES[number // 6]
    missing = category is Category.MISSING
    question = "What was the platelet count" if missing else "Which dose was given"
    return Case(
        f"set-{number + 1:02d}",
        a_letter(*letter),
        f"{question}, letter {number + 1}?",
        "The context does not contain the platelet count." if missing else f"{letter[0]} in {letter[1]}",
        Behaviour.ABSTAIN if missing else Behaviour.ANSWER,
        category=category,
    )


CASES = tuple(a_case(number) for number in range(24))


def good(case: Case) -> str:
    if case.behaviour is Behaviour.ABSTAIN:
        return a_trace("It is not told.", (), "I cannot answer based on the provided context.")
    return a_trace("The letter tells it.", (f"The child received {case.expected} to the pons",), str(case.expected))


def altered(case: Case) -> str:
    return a_trace("Dose.", ("The child received 45 Gy in 25 fractions to the pons",), "45 Gy in 25 fractions")


def near(case: Case) -> str:
    return a_trace("Hearing.", ("Hearing was normal at the visit", "tapered over 3 weeks"), "Hearing was normal.")


def invented(case: Case) -> str:
    return a_trace("I recall.", ("Vincristine and carboplatin were given in spring",), "Carboplatin.")


def broken(case: Case) -> str:
    return '<think>The letter is long.</think>\n<proof>\n- "The child received'


def channels(case: Case) -> str:
    proof = f"The child received {case.expected} to the pons"
    parts = (("analysis", "Dose."), ("proof", proof), ("final", str(case.expected)))
    return "\n".join(f"<|channel|>{name}<|message|>{text}<|end|>" for name, text in parts)


ALPHA = (good, altered, invented, near, good, broken)
BETA = (good, good, invented, good, altered, channels)


def a_run(run_id: str, title: str, created: str) -> RunInfo:
    return replace(RUN, id=run_id, title=title, created=created, case_set="set")


def answers(
    kinds: tuple[Callable[[Case], str], ...], created: str, cases: tuple[Case, ...] = CASES
) -> list[Completion]:
    return [
        replace(
            a_completion(case.id, kinds[number % 6](case)),
            started=created,
            prompt_hash=prompt_hash(build_messages(case, RUN.settings.style, examples=False)),
        )
        for number, case in enumerate(cases)
    ]


RUNS = (
    (a_run("alpha", "First setting", "2026-01-03T03:04:05+00:00"), ALPHA),
    (a_run("beta", "Second setting", "2026-01-04T03:04:05+00:00"), BETA),
)


def build_pages_stage(folder: Path) -> Path:
    """The app with this set and these runs alone. Returns the folder."""
    build_stage(folder)
    shutil.rmtree(folder / "assets" / "runs")
    rows = [
        {
            "id": case.id,
            "context": case.context,
            "question": case.question,
            "expected": case.expected,
            "behaviour": str(case.behaviour),
            "category": str(case.category),
        }
        for case in CASES
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "assets" / "cases" / "tests.jsonl").write_text(lines, encoding="utf-8")
    for info, kinds in RUNS:
        with RunWriter(folder / "assets" / "runs" / f"{info.id}.jsonl", info) as run:
            for completion in answers(kinds, info.created):
                run.add(completion)
    return folder


def build_bare_stage(folder: Path) -> Path:
    """The app without any run. Returns the folder."""
    build_pages_stage(folder)
    shutil.rmtree(folder / "assets" / "runs")
    return folder


def hostile_run_file(path: Path) -> Path:
    """A run whose every text tries to be markup or script."""
    case = Case("hostile", f"Letter. {HOSTILE} The dose is 54 Gy.", f"Which dose? {HOSTILE}", f"54 Gy {HOSTILE}")
    info = replace(a_run("hostile", f"Run {HOSTILE}", "2025-01-01T00:00:00+00:00"), model=replace(MODEL, title=HOSTILE))
    [done] = answers(
        (lambda case: a_trace(HOSTILE, (f"The dose is 54 Gy {HOSTILE}",), HOSTILE),) * 6, info.created, (case,)
    )
    return _write(path, info, [case], [done])


def long_run_file(path: Path, count: int) -> Path:
    """A run of many answers that cost little to score."""
    cases = [replace(CASES[0], id=f"row-{number:05d}", question=f"Question {number}?") for number in range(count)]
    info = a_run("long", "A long run", "2025-01-02T00:00:00+00:00")
    return _write(path, info, cases, answers((lambda case: "no tags",) * 6, info.created, tuple(cases)))


def _write(path: Path, info: RunInfo, cases: list[Case], done: list[Completion]) -> Path:
    path.write_bytes(run_as_jsonl(Run(info, tuple(done), (), tuple(cases))))
    return path
