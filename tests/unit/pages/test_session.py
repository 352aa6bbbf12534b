from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from dipg_ui.pages import session as do
from dipg_ui.pages.actions import InputRefused, OwnCase
from dipg_ui.pages.session import MAX_COMPLETIONS, MAX_OWN_CASES, Session
from dipg_ui.records import Run, completion_key
from dipg_ui.services import Services
from dipg_ui.settings import Settings
from evaluator.types import Outcome
from tests.builders import CONTEXT, a_case, a_completion, a_run_info, a_trace


@pytest.fixture
def services(tmp_path: Path) -> Services:
    cases = {case_id: a_case(id=case_id) for case_id in ("told", "untold")}
    run = Run(a_run_info(), (a_completion(case_id="told"),))
    return Services(Settings(data_dir=tmp_path), cases, (run,), {})


def outcomes(session: Session) -> dict[str, Outcome]:
    assert session.shown is not None
    return {each.protocol: each.outcome for each in session.shown.assessment.evaluations}


def test_a_case_opens_with_its_stored_trace_and_one_without_opens_empty(services: Services) -> None:
    session = Session()
    do.open_case(services, session, "told")
    assert session.shown is not None
    assert session.shown.trace is not None
    assert outcomes(session)["v4"] is Outcome.CORRECT_ANSWER
    do.open_case(services, session, "untold")
    assert session.shown is None


def test_an_unknown_case_is_refused_and_leaves_the_screen_as_it_is(services: Services) -> None:
    session = Session()
    do.open_case(services, session, "told")
    with pytest.raises(InputRefused) as refused:
        do.open_case(services, session, "<nothing>")
    assert "<nothing>" in refused.value.notice.detail
    assert not refused.value.notice.error
    assert session.case == services.cases["told"]


def test_a_trace_of_another_case_cannot_be_opened(services: Services) -> None:
    session = Session()
    do.open_case(services, session, "untold")
    with pytest.raises(InputRefused):
        do.open_completion(services, session, services.traces[0].key)


def test_the_visitors_own_newest_trace_is_shown_before_the_stored_one(services: Services) -> None:
    session = Session()
    do.open_case(services, session, "told")
    do.use_completion(session, a_trace(answer="my own"))
    do.open_case(services, session, "untold")
    do.open_case(services, session, "told")
    assert session.shown is not None
    assert session.shown.trace is None
    do.open_completion(services, session, services.traces[0].key)
    assert session.shown.trace is services.traces[0]


def test_another_threshold_scores_the_trace_on_screen_again(services: Services) -> None:
    session = Session()
    do.open_case(services, session, "untold")
    do.use_completion(session, a_trace(proof='"recieved 54 Gy in 30 fractions to the pons"'))
    before, rev = outcomes(session), session.result_rev
    do.set_threshold(session, 100)
    assert session.result_rev > rev
    assert outcomes(session)["v4"] is Outcome.UNGROUNDED
    do.set_threshold(session, 85)
    assert outcomes(session) == before


def test_the_threshold_holds_for_traces_opened_later(services: Services) -> None:
    session = Session()
    do.set_threshold(session, 77)
    do.open_case(services, session, "told")
    assert session.shown is not None
    assert session.shown.assessment.threshold == 77


def test_an_own_case_names_its_first_wrong_field_and_is_kept_when_right() -> None:
    session = Session()
    with pytest.raises(InputRefused) as refused:
        do.add_own_case(session, OwnCase("context", "  ", ""))
    assert refused.value.notice.field == "question"
    assert session.case is None
    do.add_own_case(session, OwnCase(CONTEXT, "What dose?", ""))
    assert session.case is not None
    assert session.case.question == "What dose?"
    assert session.case.expected is None


def test_a_session_keeps_a_bounded_number_of_cases_and_completions() -> None:
    session = Session()
    many = [a_case(id=f"case-{number}") for number in range(MAX_OWN_CASES + 9)]
    assert do.add_cases(session, many) == MAX_OWN_CASES
    assert do.add_cases(session, [a_case(id="one-more")]) == 0
    for number in range(MAX_COMPLETIONS + 9):
        do.keep_completion(session, a_completion(text=str(number)))
    assert len(session.completions) == MAX_COMPLETIONS
    assert completion_key(a_completion(text=str(MAX_COMPLETIONS + 8))) in session.completions


def test_long_completions_push_out_older_ones_but_the_last_stays() -> None:
    session = Session()
    for number in range(9):
        do.keep_completion(session, a_completion(text=f"{number}" * 3_000_000))
    assert [text[0] for text in (each.text for each in session.completions.values())] == ["6", "7", "8"]


def test_a_copy_of_a_session_is_a_fresh_one_so_that_no_visitor_inherits_anothers() -> None:
    session = Session()
    do.add_own_case(session, OwnCase(CONTEXT, "What dose?", ""))
    copied = deepcopy(session)
    assert copied.own == {}
    assert copied.lock is not session.lock


def test_a_new_run_stops_the_one_before_and_clears_the_screen(services: Services) -> None:
    session = Session()
    do.open_case(services, session, "told")
    first, stop = session.begin_run(1)
    assert session.shown is None
    second, _ = session.begin_run(2)
    assert stop.is_set()
    assert second > first


def test_opening_a_case_stops_the_run_at_hand(services: Services) -> None:
    session = Session()
    do.open_case(services, session, "told")
    number, stop = session.begin_run(1)
    do.open_case(services, session, "untold")
    assert stop.is_set()
    assert session.run != number


def test_a_stop_that_overtakes_its_generate_counts_and_an_old_one_does_not() -> None:
    session = Session()
    session.stop_run(1)
    _, stop = session.begin_run(1)
    assert stop.is_set()
    _, stop = session.begin_run(2)
    session.stop_run(1)
    assert not stop.is_set()
    session.stop_run(2)
    assert stop.is_set()


def test_pasted_text_needs_a_case() -> None:
    with pytest.raises(InputRefused):
        do.use_completion(Session(), "<answer>x</answer>")


def test_outcomes_remember_what_came_of_the_visitors_own_traces(services: Services) -> None:
    session = Session()
    do.open_case(services, session, "told")
    assert session.outcomes == {}
    do.use_completion(session, "nothing of the form")
    assert session.outcomes["told"]["v3"] is Outcome.FORMAT_ERROR


def test_the_same_id_in_a_second_upload_replaces_the_case() -> None:
    session = Session()
    do.add_cases(session, [a_case(id="x", question="Old?")])
    assert do.add_cases(session, [replace(a_case(id="x"), question="New?")]) == 1
    assert session.own["x"].question == "New?"
