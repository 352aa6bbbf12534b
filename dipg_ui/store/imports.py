"""Runs from a file that somebody brings: our own JSON Lines, or results of med-safety-gym."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dipg_ui.prompts import build_messages, prompt_hash
from dipg_ui.records import Completion, Run
from dipg_ui.store.errors import RunFileError
from dipg_ui.store.files import MAX_RUN_FILE_BYTES, read_run_lines
from dipg_ui.store.gym import read_gym_file
from evaluator.cases import check_text
from evaluator.types import Case


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The runs of a file, each with its own cases, and one sentence for everything that could not be used."""

    runs: tuple[Run, ...]
    problems: tuple[str, ...]


def read_runs_file(data: bytes, name: str, known: Mapping[str, Case] | None = None) -> ImportedFile:
    """The runs of an uploaded file. `known` are cases by id that a file of our own may speak of without holding them:
    a completion is paired with one only where it answers the very prompt that the case gives today.

    Raises RunFileError where the file is too large, is no text, or holds no run of any known form.
    """
    if len(data) > MAX_RUN_FILE_BYTES:
        raise RunFileError(f"{name} is larger than {MAX_RUN_FILE_BYTES // 2**20} MB. Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RunFileError(f"{name} is not UTF-8 text: byte {error.start + 1:,} cannot be read.") from None
    found = _read_gym(text, name)
    if found is not None:
        return found
    loaded = read_run_lines(text.split("\n"), name)
    run, problems = _with_cases(loaded.run, known or {})
    return ImportedFile((run,) if run.cases else (), (*loaded.problems, *(f"{name}: {each}" for each in problems)))


def _read_gym(text: str, name: str) -> ImportedFile | None:
    """None where the text is not one JSON value, or one of another form: our own files are one value a line."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict) and value.get("kind") == "run":
        return None
    found = read_gym_file(value, name.rpartition(".")[0] or name)
    if found is None:
        raise RunFileError(f"{name} is neither a run of this dashboard nor a result file of med-safety-gym.")
    return ImportedFile(found.runs, found.problems)


def _with_cases(run: Run, known: Mapping[str, Case]) -> tuple[Run, list[str]]:
    """The run with a case for each thing that it says, and what had to be left out because it has none."""
    problems: list[str] = []
    own: dict[str, Case] = {}
    for case in run.cases:
        bad = check_text(case.context, case.question, case.expected or "")
        if bad:
            problems.append(f"case {case.id!r}: " + "; ".join(f"{each.field} {each.message}" for each in bad))
        else:
            own[case.id] = case
    completions = []
    for completion in run.completions:
        if completion.case_id not in own and _answers(completion, known.get(completion.case_id)):
            own[completion.case_id] = known[completion.case_id]
        if completion.case_id in own:
            completions.append(completion)
        else:
            problems.append(f"case {completion.case_id!r} is not in the file, so its completion cannot be judged")
    failures = [failure for failure in run.failures if failure.case_id in own]
    return replace(run, cases=tuple(own.values()), completions=tuple(completions), failures=tuple(failures)), problems


def _answers(completion: Completion, case: Case | None) -> bool:
    """Whether the completion was given to the prompt that this case makes."""
    if case is None:
        return False
    prompts = (build_messages(case, completion.settings.style, examples=examples) for examples in (False, True))
    return completion.prompt_hash in map(prompt_hash, prompts)
