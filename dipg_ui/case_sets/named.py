"""A case set by its name on the command line: a file, a data set of the hub, or the tasks of an OpenEnv server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dipg_ui.case_sets.files import listed, open_table
from dipg_ui.case_sets.hub import PREFIX, Hub, open_hub_set, parse_hub_set
from dipg_ui.openenv_cases import fetch_cases, is_openenv
from evaluator.case_columns import parse_columns
from evaluator.cases import CaseFile, cases_of
from evaluator.errors import CaseFileError


def open_named(name: str, maps: Sequence[str], hub: Hub) -> CaseFile:
    """The cases of `name`, their columns named as the `maps` say (`context=passage,question=query`). Raises
    CaseFileError, for columns that are named otherwise too, with a map that is likely."""
    columns = parse_columns(maps)
    if is_openenv(name):
        return fetch_cases(name)
    table = open_hub_set(parse_hub_set(name), hub) if name.startswith(PREFIX) else open_table(Path(name))
    unknown = tuple(column for _, column in columns.pairs if column not in table.columns)
    if unknown:
        raise CaseFileError(f"{table.name} has no column {listed(unknown)}; it has {listed(table.columns)}.")
    if not (columns.pairs or table.is_known):
        likely = str(table.guess) or "context=…,question=…"
        raise CaseFileError(
            f"{table.name} names its columns otherwise: {listed(table.columns)}. Say which is which, perhaps with "
            f"--map {likely}"
        )
    return cases_of(table, columns)


def set_name(name: str, file: CaseFile) -> str:
    """What the set is called in a run."""
    return file.name if is_openenv(name) or name.startswith(PREFIX) else Path(name).stem
