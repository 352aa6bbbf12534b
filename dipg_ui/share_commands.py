"""The commands that give a stored run away: `export` writes a file, `push` a data set repository on the Hub."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dipg_ui.services import read_cases
from dipg_ui.settings import ASSETS, Settings
from dipg_ui.sharing.forms import FORMS, run_file
from dipg_ui.sharing.hub import Push, PushRefused, push_run
from dipg_ui.store import RunFileError, RunOrigin, RunStore, StoreError, temporary_store
from dipg_ui.store.imports import read_runs_file

if TYPE_CHECKING:
    from argparse import _SubParsersAction

SHARE_COMMANDS = ("export", "push")


def add_share_commands(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    export = commands.add_parser("export", help="write a stored run as a file")
    export.add_argument("--form", choices=tuple(FORMS), default="html", help="default: html, a report to read")
    export.add_argument("--out", type=Path, default=None, help="file or folder to write; default: here")
    push = commands.add_parser("push", help="write a stored run as a data set repository on the Hugging Face Hub")
    push.add_argument("--repo", required=True, help="owner/name of the repository; HF_TOKEN holds the token")
    push.add_argument("--public", action="store_true", help="for everybody to read; default: private")
    push.add_argument("--overwrite", action="store_true", help="write into a repository that is there already")
    push.add_argument("--any-text", action="store_true", help="also cases that are not marked as synthetic")
    for command in (export, push):
        command.add_argument("run", metavar="RUN", help="id of a stored run, or a run file")


def share(asked: argparse.Namespace, settings: Settings) -> int:
    """Returns the exit status: 0, or 2 where it could not be done."""
    try:
        with _opened(asked.run, settings) as (store, run_id):
            if asked.command == "export":
                print(_export(store, run_id, asked))
            else:
                os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
                push = Push(asked.repo, settings.hf_token, not asked.public, asked.overwrite, asked.any_text)
                print(push_run(store, run_id, push))
    except (StoreError, RunFileError, PushRefused, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _export(store: RunStore, run_id: str, asked: argparse.Namespace) -> Path:
    file = run_file(store, run_id, asked.form)
    out: Path = asked.out or Path()
    path = out / file.name if out.is_dir() else out
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.data)
    return path


@contextmanager
def _opened(run: str, settings: Settings) -> Iterator[tuple[RunStore, str]]:
    """The store that holds the run, and its id there. A file is read into a store that is gone afterwards; where it
    holds no cases they are the built-in ones."""
    path = Path(run)
    is_file = path.is_file()
    store = temporary_store() if is_file else RunStore(settings.store_place)
    try:
        if not is_file:
            yield store, run
            return
        cases, _ = read_cases(ASSETS / "cases")
        file = read_runs_file(path.read_bytes(), path.name, cases)
        for problem in file.problems:
            print(problem, file=sys.stderr)
        ids = [store.add_run(each, RunOrigin.IMPORTED) for each in file.runs]
        if len(ids) != 1:
            raise RunFileError(f"{path.name} holds {len(ids)} runs; one is asked for")
        yield store, ids[0]
    finally:
        store.close()
