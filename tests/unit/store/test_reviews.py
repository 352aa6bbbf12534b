"""Judgements are only ever added, each reviewer's apart, and what was shown decides what counts as blind."""

from __future__ import annotations

import threading

import pytest

from dipg_ui.judgements import (
    AnswerLabel,
    Circumstances,
    Confidence,
    Judgement,
    QuoteJudgement,
    ReviewEntry,
    Support,
)
from dipg_ui.store import ReviewConflict, RunOrigin, RunReviewed, RunStore, Saving, Seat, latest
from tests.builders import a_run, a_trace

HOSTILE = "<img src=x onerror=alert(1)>\x00\ud800 \u202e=cmd|' /C calc'!A0 </script> ${1+1}"
SEAT = Seat("run-1", "abc", "Dr Weiß")


def a_judgement(answer: AnswerLabel = AnswerLabel.RIGHT, note: str = "") -> Judgement:
    quote = QuoteJudgement(0, Support.ALTERED, "dose doubled")
    return Judgement((quote,), answer, Confidence.HIGH, note)


def a_saving(base: int = 0, nonce: str = "t1", reason: str = "", *, teaching: bool = False) -> Saving:
    return Saving(base, nonce, reason, Circumstances("sample of 40, seed 7", 3.5, teaching))


def answers(entries: tuple[ReviewEntry, ...]) -> list[AnswerLabel | None]:
    return [None if entry.judgement is None else entry.judgement.answer for entry in entries]


def test_a_judgement_comes_back_whole_with_author_time_and_circumstances(store: RunStore) -> None:
    judgement = a_judgement(note=HOSTILE)
    store.reviews.save(SEAT, judgement, a_saving())
    (entry,) = store.reviews.entries("run-1")
    assert entry.judgement == judgement
    assert (entry.reviewer, entry.version, entry.blind, entry.undoes) == ("Dr Weiß", 1, True, None)
    assert entry.circumstances == Circumstances("sample of 40, seed 7", 3.5, False)
    assert entry.written.endswith("+00:00")


def test_a_change_adds_a_version_with_its_reason_and_keeps_the_first(store: RunStore) -> None:
    store.reviews.save(SEAT, a_judgement(), a_saving())
    store.reviews.save(SEAT, a_judgement(AnswerLabel.WRONG), a_saving(1, "t2", "Misread the unit."))
    entries = store.reviews.entries("run-1")
    assert answers(entries) == [AnswerLabel.RIGHT, AnswerLabel.WRONG]
    assert [entry.reason for entry in entries] == ["", "Misread the unit."]
    assert [entry.blind for entry in entries] == [True, False]


def test_undo_says_the_earlier_one_again_and_in_the_end_withdraws_the_first(store: RunStore) -> None:
    store.reviews.save(SEAT, a_judgement(AnswerLabel.RIGHT), a_saving(0, "t1"))
    store.reviews.save(SEAT, a_judgement(AnswerLabel.WRONG), a_saving(1, "t2", "r"))
    store.reviews.undo(SEAT, a_saving(2, "t3"))
    store.reviews.save(SEAT, a_judgement(AnswerLabel.UNSAFE), a_saving(3, "t4", "r"))
    store.reviews.undo(SEAT, a_saving(4, "t5"))
    store.reviews.undo(SEAT, a_saving(5, "t6"))
    entries = store.reviews.entries("run-1")
    right = AnswerLabel.RIGHT
    assert answers(entries) == [right, AnswerLabel.WRONG, right, AnswerLabel.UNSAFE, right, None]
    assert [entry.undoes for entry in entries] == [None, None, 2, None, 4, 1]
    assert latest(entries, blind=False) == {}
    assert latest(entries, blind=True)["Dr Weiß", "abc"].version == 1
    with pytest.raises(ReviewConflict, match="nothing to undo"):
        store.reviews.undo(SEAT, a_saving(6, "t7"))


def test_the_same_saving_sent_twice_is_kept_once(store: RunStore) -> None:
    first = store.reviews.save(SEAT, a_judgement(), a_saving())
    assert store.reviews.save(SEAT, a_judgement(), a_saving()) == first
    store.reviews.save(SEAT, a_judgement(AnswerLabel.WRONG), a_saving(1, "t2", "r"))
    undone = store.reviews.undo(SEAT, a_saving(2, "t3"))
    assert store.reviews.undo(SEAT, a_saving(2, "t3")) == undone
    assert len(store.reviews.entries("run-1")) == 3


def test_what_would_replace_a_version_that_the_reviewer_did_not_see_is_refused(store: RunStore) -> None:
    store.reviews.save(SEAT, a_judgement(), a_saving())
    with pytest.raises(ReviewConflict):
        store.reviews.save(SEAT, a_judgement(AnswerLabel.WRONG), a_saving(0, "t2"))
    assert answers(store.reviews.entries("run-1")) == [AnswerLabel.RIGHT]


def test_two_reviewers_at_one_completion_at_once_both_keep_theirs(store: RunStore) -> None:
    start = threading.Barrier(8)

    def judge(number: int) -> None:
        seat = Seat("run-1", "abc", f"Reviewer {number}")
        start.wait()
        store.reviews.keep_draft(seat, {"answer": number})
        store.reviews.save(seat, a_judgement(note=f"by {number}"), a_saving(nonce=f"t{number}"))

    store.reviews.reviewers("run-1")
    threads = [threading.Thread(target=judge, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = store.reviews.entries("run-1", "abc")
    assert {(e.reviewer, e.version, e.judgement.note if e.judgement else "") for e in entries} == {
        (f"Reviewer {number}", 1, f"by {number}") for number in range(8)
    }
    assert len(store.reviews.reviewers("run-1")) == 8


def test_one_reviewer_saving_in_many_tabs_at_once_keeps_one_and_refuses_the_others(store: RunStore) -> None:
    refused: list[int] = []
    start = threading.Barrier(6)

    def judge(number: int) -> None:
        start.wait()
        try:
            store.reviews.save(SEAT, a_judgement(), a_saving(nonce=f"t{number}"))
        except ReviewConflict:
            refused.append(number)

    store.reviews.reviewers("run-1")
    threads = [threading.Thread(target=judge, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.reviews.entries("run-1")) == 1
    assert len(refused) == 5


def test_once_shown_what_the_protocols_say_no_judgement_is_blind(store: RunStore) -> None:
    assert not store.reviews.is_shown(SEAT)
    store.reviews.show(SEAT)
    store.reviews.show(SEAT)
    assert store.reviews.is_shown(SEAT)
    assert not store.reviews.save(SEAT, a_judgement(), a_saving()).blind
    other = Seat("run-1", "abc", "Dr Other")
    assert store.reviews.save(other, a_judgement(), a_saving(nonce="t2")).blind


def test_a_teaching_judgement_is_marked_and_not_blind(store: RunStore) -> None:
    entry = store.reviews.save(SEAT, a_judgement(), a_saving(teaching=True))
    assert (entry.circumstances.teaching, entry.blind) == (True, False)


def test_a_draft_is_kept_for_its_reviewer_until_it_is_saved(store: RunStore, url: str) -> None:
    store.reviews.keep_draft(SEAT, {"note": "first"})
    store.reviews.keep_draft(SEAT, {"note": "half a thought", "quotes": [HOSTILE.replace(chr(0xD800), "")]})
    again = RunStore(url)
    draft = again.reviews.draft(SEAT)
    assert isinstance(draft, dict)
    assert draft["note"] == "half a thought"
    assert again.reviews.drafts("run-1", "Dr Weiß") == {"abc"}
    assert again.reviews.draft(Seat("run-1", "abc", "Dr Other")) is None
    again.close()
    store.reviews.save(SEAT, a_judgement(), a_saving())
    assert store.reviews.draft(SEAT) is None


def test_a_draft_that_arrives_after_what_it_was_of_was_saved_is_not_kept(store: RunStore) -> None:
    store.reviews.save(SEAT, a_judgement(), a_saving())
    assert not store.reviews.keep_draft(SEAT, {"note": "late"}, base=0)
    assert store.reviews.draft(SEAT) is None
    assert store.reviews.keep_draft(SEAT, {"note": "a change"}, base=1)
    assert store.reviews.draft(SEAT) == {"note": "a change"}
    assert store.reviews.keep_draft(SEAT, None)
    assert store.reviews.draft(SEAT) is None


def test_a_run_that_clinicians_have_judged_is_not_deleted(store: RunStore) -> None:
    run_id = store.add_run(a_run(a_trace()), RunOrigin.IMPORTED)
    store.reviews.save(Seat(run_id, "abc", "Dr A"), a_judgement(), a_saving())
    with pytest.raises(RunReviewed, match="judged"):
        store.delete(run_id)
    assert store.head(run_id).done == 1
