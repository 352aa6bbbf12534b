"""What a verbatim quote hangs on by grammar: without it the quote says more than its source, or the contrary."""

import pytest

from evaluator.grounding import ground, ground_all
from evaluator.types import Citation, CitationKind, Grounding, GroundingStatus, Span

HELD = {GroundingStatus.EXACT, GroundingStatus.FUZZY}

NOT_STATED = (
    "No audit has yet demonstrated that |the alarm was audible in the corridor|.",
    "The salesman keeps saying to whoever will listen, wrongly, that |the pump needs no calibration|.",
    "It is only in films that |a clot dissolves within a minute|.",
    "Were the swab positive, we should know that |the graft was infected|.",
    "The uncle misheard and wrote that |the kidney had been sold|.",
    "They would rather that |the drain stayed in for a week|.",
)
STATED = (
    "The haematologist notes that |the film shows no blasts|.",
    "It should be stressed that |the cuff must stay inflated|.",
    "The histology was so clear that |a second opinion was not sought|.",
    "He was told in June that |his hearing had recovered|.",
    "a polyp that |bled on contact|",
)
FRONTED = (
    "Against the advice of the ward, |he left on Sunday evening|.",
    "Under the former guideline, |a lumbar puncture was done each week|.",
    "Ideally, |the line is changed every seventh day|.",
    "In the sham arm, |pain fell by one point|.",
    "With a sodium below 125 mmol/L, |the infusion is halved|.",
    "In the right lung, |there is no air entry|.",
    "Among smokers, |the half-life is nine hours|.",
)
FREE_IN_FRONT = (
    "In April 2022, |the stent was placed through the groin|.",
    "On auscultation, |there is no murmur|.",
    "To spare the marrow, |the dose was split in two|.",
    "After the transfusion, |his colour came back|.",
)
GOVERNED = (
    "She was reluctant to |take the iron tablets twice a day|.",
    "Nurses had the plan to |move him to bay four at dusk|, which was dropped.",
    "There was a risk of |perforation of the small bowel|.",
    "The pump was nearly |connected to the epidural line|.",
    "He would have been |given a second litre of saline|.",
    "The dose was lower than |the usual 3 mg per hour|.",
)
NOT_GOVERNED = (
    "The team decided to |give a second litre of saline|.",
    "She continues to |take the iron tablets twice a day|.",
    "He was treated with |cefuroxime 750 mg three times a day|.",
)
NARROWED = (
    "|No growth was seen| in the aerobic bottle.",
    "|All wounds healed| in the younger half.",
    "|The abdomen is normal| on the left.",
    "|The drug prevents nausea| in ferrets.",
    "|He may shower| once the dressing is off.",
    "|The graft is offered to every patient| who has a donor.",
    "|Walking is possible| at weekends only.",
    "|The film shows blasts|, an error of the locum.",
    "|The film shows blasts|, which is old.",
    "|The film shows blasts| (not confirmed).",
    "|Pain was relieved| for two hours.",
    "|The stent was planned for May| but was thought too risky.",
    "|The stent is blocked| or the pump is off.",
    "|The stent is safe|, says its maker.",
    "|The saline was given at six|. That is a mistake.",
    "|The son agrees to dialysis|. Later he took that back.",
    "|Saturation was 97 %| on three litres.",
    "|The tap was dry| as long as he lay still.",
)
NOT_NARROWED = (
    "|He was given saline| in the emergency room.",
    "|Two wounds healed| within a week.",
    "|The abdomen is swollen| on both sides.",
    "|The stent was placed in May|, and the drain came out.",
    "|The stent was placed in May|, which he bore well.",
    "|The stent was placed in May|; a second one was not needed.",
    "|The stent was placed in May| but the drain stayed.",
    "|The stent was placed in May|. This relieved the pain.",
    "|He is weak| yet cheerful.",
)
HEADED = (
    "Common misconceptions\n1. Tea cures gout.\n2. |Gout is caught from cats|.",
    "Reasons for screen failure:\n- age\n- |a platelet count below 50|",
    "Her twin sister: |appendix removed in May|",
    "Rejected: |a second stent through the groin|",
)
NOT_HEADED = (
    "Steps taken\n1. a swab\n2. |a stent through the groin|",
    "Present at the visit:\n- his mother\n- |the nurse of the day clinic|",
)


def judged(marked: str) -> Grounding:
    before, quote, after = marked.split("|")
    return ground(Citation(0, quote, Span(0, len(quote)), CitationKind.QUOTED), f"Notes.\n\n{before}{quote}{after}\n")


@pytest.mark.parametrize("marked", [*NOT_STATED, *FRONTED, *GOVERNED, *NARROWED, *HEADED])
def test_a_quote_does_not_hold_without_what_it_hangs_on(marked: str) -> None:
    found = judged(marked)
    assert found.status is GroundingStatus.ALTERED
    for alteration in found.alterations:
        assert alteration.source
        assert "quote" in alteration.message


@pytest.mark.parametrize("marked", [*STATED, *FREE_IN_FRONT, *NOT_GOVERNED, *NOT_NARROWED, *NOT_HEADED])
def test_a_quote_holds_without_what_only_says_more(marked: str) -> None:
    assert judged(marked).status in HELD, judged(marked).reason


def quoted(completion: str, *texts: str) -> list[Citation]:
    return [
        Citation(index, text, Span(completion.index(text), completion.index(text) + len(text)), CitationKind.QUOTED)
        for index, text in enumerate(texts)
    ]


def test_what_the_next_quote_shows_is_not_left_out() -> None:
    context = "The pump may be restarted if the pressure has fallen below 40."
    one, other = "The pump may be restarted", "if the pressure has fallen below 40"
    completion = f'"{one}", the notes of the ward say quite clearly, "{other}".'
    assert {found.status for found in ground_all(quoted(completion, one, other), context)} <= HELD
    assert ground_all(quoted(completion, one), context)[0].status is GroundingStatus.ALTERED
