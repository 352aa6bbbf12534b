"""Quotes that stand in their source word for word, and say more than it where they start or end."""

import pytest

from evaluator.grounding import ground
from evaluator.types import Citation, CitationKind, GroundingStatus, Span

HELD = {GroundingStatus.EXACT, GroundingStatus.FUZZY}

FRAMED = (
    "Nobody has shown so far, and the board doubts, that |the graft took within a week|.",
    "It was at one time taught that |fever closes the barrier for a day|.",
    "His aunt insists that |the lump was there at birth|.",
    "There is a rumour that |the ward closes at Easter|.",
    "The editor withdrew the statement, which had claimed that |the scan was normal in June|.",
    "It would be an error to infer that |the cough came from the valve|.",
    "Contrary to the notion that |the rash spreads to the family|, it does not.",
    "The sample was too small to prove that |the second regimen was safer|.",
    "It is a common misconception that |codeine is harmless under the age of two|.",
    "The registrar wrongly noted that |the left kidney had been removed|.",
    "The family hopes that |the shunt can be taken out in spring|.",
    "The coroner dismissed the theory that |the child had been given potassium|.",
    "Ensure that |the line has been flushed with saline|.",
    "We believe |the palsy was there before the operation|.",
    "There is little reason to |give a third course of steroids|.",
    "It is too early to |conclude that the graft has failed|.",
    "Query |spread to the meninges at the level of T4|.",
    "? |Spread to the meninges at the level of T4|.",
    "The locum misreported: error, |the potassium was 7.9 mmol/L on arrival|.",
    "The first version said, by mistake: |the dose is 40 mg once daily|.",
    "He has none of the following: |rash, stridor, wheeze or drooling|.",
)
CONDITIONS = (
    "Only when the sodium is back in range, |restart the infusion at half the rate|.",
    "Once the drain is out, |give enoxaparin 40 mg each evening|.",
    "Should he choke, |call the team on 2222 at once|.",
    "Had the biopsy been larger, |the panel would have been run in full|.",
    "Assuming normal renal function, |the second dose is 15 mg/kg|.",
    "In rats, |the compound crossed the placenta within an hour|.",
    "In healthy volunteers, |the half-life was 11 hours|.",
    "In adults, |the ceiling is 4 g in a day|.",
    "For children under 5 kg, |give 10 mg at night|.",
    "In patients without a shunt, |lumbar puncture is safe|.",
    "In case of a leak, |clamp the drain and lay him flat|.",
    "With a reservoir only, |the drug is given in 2 mL|.",
    "In the absence of bleeding, |start aspirin 75 mg daily|.",
    "If over 40 kg: |give 400 mg in the morning|.",
    "For patients over 60 kg: |give 400 mg in the morning|.",
    "In another child, |the same dose led to a seizure|.",
    "When the fever has gone, |restart the tablets at 5 mg|.",
)
SEQUELS = (
    "|Morphine 5 mg was given at noon| to the wrong child.",
    "|The valve was set to 120| and later reset by mistake.",
    "|Hydrocortisone was stopped on 3 May|, then resumed the same night.",
    "|The graft has failed| (entered in error; see page 9).",
    "|The graft has failed| – this entry was withdrawn in July.",
    "|Gentamicin 80 mg was charted| and cancelled before it was given.",
    "|The second course of photons| was rejected by the board.",
    "|This cures one child in two|, or so his uncle says.",
    "|This cures one child in two|, a claim for which no source is given.",
    "|The BRAF test of the first sample was positive|?",
    "|Ibuprofen 200 mg three times a day| as needed.",
    "|Ibuprofen 200 mg three times a day| PRN for pain.",
    "|The influenza vaccine was given on 4 May| to her sister.",
    "|The scan of 4 May shows spread to the cord| of another patient.",
    "|Growth hormone 1 mg each evening|: stopped.",
    "|The stain for H3 K27M| (−) was repeated.",
    "Markers: GFAP+, |OLIG2+, NeuN|-, Ki67 low.",
    "| Drug | Dose | Note |\n| |Etoposide | 50 mg/m²| | withheld |",
    "Etoposide\t|Mon\t50 mg/m²|\tstopped",
    "|Stay on 20 mg once daily| until the clinic of 3 May.",
    "|No new lesion was seen on the film of 4 May| save for one in the cord.",
)
NAMES = (
    "Pegylated |asparaginase 1,000 units were given on day 4|.",
    "Liposomal |cytarabine 35 mg was given on day 4|.",
    "PRN |lorazepam 0.5 mg every four hours|.",
    "Give 2.5 |tablets of prednisolone at night for a week|.",
    "He was given 54 |Gy in 30 fractions to the pons|.",
)
HONEST = (
    "According to the protocol, |the graft is checked after a week|.",
    "The surgeon confirmed that |the graft took within a week|.",
    "It is well established that |fever lowers the threshold for a day|.",
    "His mother told us that |the lump was there at birth|.",
    "It was noted that |the left kidney had been removed|.",
    "It should be added that |the second regimen was cheaper|.",
    "As planned, |the infusion was restarted at half the rate|.",
    "On 3 May, |the panel was run in full|.",
    "In the afternoon, |the compound was given with food|.",
    "In this trial, |the half-life was 11 hours|.",
    "In children, |the half-life was 11 hours|.",
    "After the biopsy, |he was well and went home on day 3|.",
    "When he was seen in May, |the palsy had gone|.",
    "The plan is to |give a third course of steroids|.",
    "Plan for the ward: |give 400 mg in the morning|.",
    "Since the operation, |the left eye has been weaker|.",
    "With his parents present, |the plan was signed on 3 May|.",
    "At the local hospital, |the film was read as normal|.",
    "Was it a seizure? |The mother filmed it on 3 May|.",
    "|Morphine 5 mg was given at noon| by the night nurse.",
    "|The valve was set to 120| and the film was repeated.",
    "|Hydrocortisone was stopped on 3 May|, as planned.",
    "|The graft has taken| (see page 9).",
    "|The graft has taken| – the family is pleased.",
    "|Gentamicin 80 mg was charted| and given at six.",
    "|The second course of photons| was given in Leeds.",
    "|Is the second test of the tissue positive|?",
    "|Growth hormone 1 mg each evening|: well tolerated.",
    "|The scan of 4 May shows no spread to the cord| or the brain.",
    "|He likes the story of the whale| until the nurse comes.",
    "|The drug was held for two days|, and his brother was told to wait.",
    "| Drug | Dose | Note |\n| |Etoposide | 50 mg/m²| | given |",
    "|The stain for H3 K27M| (clone 4) was repeated.",
    "Regular |lorazepam 0.5 mg every four hours|.",
    "The clinic has moved; |tablets of prednisolone are given at night|.",
)


def held(marked: str) -> bool:
    """Whether what stands between the outermost bars of a source holds as its quote."""
    start, end = marked.index("|"), marked.rindex("|")
    if marked.count("|") > 2:  # a row of a table: the quote is marked by the bars without a blank outside
        start = marked.index("| |") + 2
        end = marked.index("| |", start + 1)
        source = marked[:start] + marked[start + 1 : end] + marked[end + 1 :]
        quote = marked[start + 1 : end]
    else:
        quote = marked[start + 1 : end]
        source = marked.replace("|", "")
    context = f"Clinic letter of a boy.\n{source}\nThe family agreed."
    return ground(Citation(0, quote, Span(0, len(quote)), CitationKind.QUOTED), context).status in HELD


@pytest.mark.parametrize("marked", [*FRAMED, *CONDITIONS, *SEQUELS, *NAMES])
def test_a_quote_does_not_hold_that_leaves_out_what_it_hangs_on(marked: str) -> None:
    assert not held(marked)


@pytest.mark.parametrize("marked", HONEST)
def test_a_quote_holds_that_leaves_out_what_changes_nothing(marked: str) -> None:
    assert held(marked)
