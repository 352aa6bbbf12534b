"""A process that is killed while it saves judgements has lost none that it said was saved."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import pytest

from dipg_ui.judgements import AnswerLabel, Circumstances, Judgement
from dipg_ui.store import RunStore, Saving, Seat

KILLS = 12


def _save_without_end(url: str, number: int, says: Connection) -> None:
    store = RunStore(url)
    store.reviews.reviewers("run-1")
    says.send("begun")
    for place in range(100_000):
        seat, name = Seat("run-1", f"key-{place}", f"Reviewer {number}"), f"saving-{number}-{place}"
        store.reviews.keep_draft(seat, {"note": name})
        store.reviews.save(seat, Judgement((), AnswerLabel.RIGHT, None, name), Saving(0, name, "", Circumstances()))
        says.send(name)


@pytest.mark.slow
def test_twelve_kills_lose_no_judgement_that_was_said_to_be_saved(tmp_path: Path) -> None:
    url, random, said = f"sqlite:///{tmp_path / 'runs.sqlite3'}", Random(3), list[str]()
    forks = get_context("forkserver")
    forks.set_forkserver_preload(["dipg_ui.store"])
    for number in range(KILLS):
        hears, says = forks.Pipe(duplex=False)
        process = forks.Process(target=_save_without_end, args=(url, number, says))
        process.start()
        says.close()
        assert hears.recv() == "begun"
        time.sleep(random.uniform(0.02, 0.25))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert process.exitcode == -signal.SIGKILL
        try:
            while True:
                said.append(hears.recv())
        except EOFError:
            hears.close()
    with closing(RunStore(url)) as store:
        kept = store.reviews.entries("run-1")
        begun = [key for number in range(KILLS) for key in store.reviews.drafts("run-1", f"Reviewer {number}")]
    notes = [entry.judgement.note for entry in kept if entry.judgement]
    assert len(said) > KILLS
    assert set(said) <= set(notes)
    assert len(notes) == len(set(notes)) <= len(said) + KILLS
    assert len(begun) <= KILLS, "a draft goes with the saving of what it was of, or stays with it"
