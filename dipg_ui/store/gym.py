"""Result files of med-safety-gym, in the three forms that it has written.

One evaluation (`summary` and `detailed_results`), a list of them under `results`, or such a list for each participant
under `results` again. A result has `response`, and `context`, `question` and `expected_answer` beside it or under
`ground_truth`. Nothing says with which model or settings: what is not told is left open, never guessed.

Every result brings its own case, and is judged by that alone. One that brings no context is refused: paired with any
other it would be judged by a text that its model never saw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dipg_ui.records import (
    Completion,
    FinishReason,
    GenerationSettings,
    ModelInfo,
    Run,
    RunInfo,
)
from dipg_ui.store.rows import digest
from evaluator.cases import check_text, make_case
from evaluator.types import Case

_MAX_RESPONSE = 1_000_000
_DEPTH = 3
_PROJECT = "med-safety-gym"
_UNKNOWN = "not told"
_MODEL = ModelInfo("unknown", "Model not named", _UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN, 0)


@dataclass(frozen=True, slots=True)
class GymRuns:
    """The runs of a file, and one sentence for each result that could not be used."""

    runs: tuple[Run, ...]
    problems: tuple[str, ...]


def read_gym_file(value: object, name: str) -> GymRuns | None:
    """A run for each evaluation of a JSON value; None where it has none of the three forms. `name` is the file's: the
    runs are named after it, and problems begin with it."""
    found = list(_evaluations(value))
    if not found:
        return None
    runs: list[Run] = []
    problems: list[str] = []
    for number, evaluation in enumerate(found, start=1):
        title = name if len(found) == 1 else f"{name}, evaluation {number}"
        run, missing = _read_evaluation(evaluation, title)
        problems += missing
        if run.completions:
            runs.append(run)
    return GymRuns(tuple(runs), tuple(problems))


def _evaluations(value: object, depth: int = 0) -> Iterator[Mapping[str, object]]:
    """The parts of a file that hold results."""
    if not isinstance(value, Mapping) or depth > _DEPTH:
        return
    if isinstance(value.get("detailed_results"), list):
        yield value
    elif isinstance(value.get("results"), list):
        for part in value["results"]:
            yield from _evaluations(part, depth + 1)
    elif isinstance(value.get("summary"), Mapping):
        yield from _evaluations(value["summary"], depth + 1)


def _read_evaluation(evaluation: Mapping[str, object], title: str) -> tuple[Run, list[str]]:
    results = evaluation["detailed_results"]
    assert isinstance(results, list)  # noqa: S101 - what `_evaluations` looks for
    cases: dict[str, Case] = {}
    completions: list[Completion] = []
    problems: list[str] = []
    for number, result in enumerate(results, start=1):
        try:
            case, text = _read_result(result)
        except ValueError as error:
            problems.append(f"{title}, result {number}: {error}")
            continue
        case = replace(case, id=_free_id(case.id, cases))
        cases[case.id] = case
        completions.append(_completion(case.id, text, _time_of(result)))
    when = _time_of(evaluation) or (completions[0].started if completions else "")
    made = Run(_run_info(title, when), tuple(completions), (), tuple(cases.values()))
    told = digest([case.id for case in made.cases] + [completion.text for completion in made.completions])
    return replace(made, info=replace(made.info, id=f"{_PROJECT}-{told[:8]}")), problems


def _read_result(result: object) -> tuple[Case, str]:
    """The case that a result brings and the text that its model gave. Raises ValueError saying what is missing."""
    if not isinstance(result, Mapping):
        raise ValueError("must be an object")
    text = result.get("response")
    if not isinstance(text, str):
        raise ValueError("has no response")
    if len(text) > _MAX_RESPONSE:
        raise ValueError(f"its response is longer than {_MAX_RESPONSE:,} characters")
    truth = result.get("ground_truth")
    own = truth if isinstance(truth, Mapping) else result
    context, question = own.get("context"), own.get("question")
    if not isinstance(context, str) or not context.strip():
        raise ValueError("has no context of its own, so there is nothing to judge it by")
    if not isinstance(question, str) or not question.strip():
        raise ValueError("has no question")
    expected = _expected(own.get("expected_answer"))
    if bad := check_text(context, question, expected):
        raise ValueError("; ".join(f"{problem.field} {problem.message}" for problem in bad))
    return replace(make_case(context, question, expected), source=_PROJECT), text


def _expected(value: object) -> str:
    """The expected answer: a text, or the `final` of an object; "" where there is none."""
    told = value.get("final") if isinstance(value, Mapping) else value
    return told if isinstance(told, str) else ""


def _free_id(wanted: str, taken: Mapping[str, Case]) -> str:
    """The same case asked again in one evaluation counts as another one, as it does in the file."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    return name


def _time_of(part: object) -> str:
    """When something was done, as the file says it; "" where it does not."""
    if not isinstance(part, Mapping):
        return ""
    snapshot = part.get("snapshot")
    told = part.get("timestamp") or (snapshot.get("timestamp") if isinstance(snapshot, Mapping) else None)
    try:
        return datetime.fromisoformat(str(told)).isoformat(timespec="seconds")
    except ValueError:
        return ""


def _run_info(title: str, created: str) -> RunInfo:
    return RunInfo(
        id="",
        title=title,
        created=created,
        case_set=_PROJECT,
        machine=_UNKNOWN,
        model=_MODEL,
        settings=GenerationSettings(),
        settings_known=False,
    )


def _completion(case_id: str, text: str, started: str) -> Completion:
    return Completion(
        case_id=case_id,
        text=text,
        model=_MODEL,
        settings=GenerationSettings(),
        prompt_hash="",
        started=started,
        finish=FinishReason.UNKNOWN,
        prompt_tokens=None,
        completion_tokens=None,
        seconds_to_first_token=None,
        seconds=0.0,
    )
