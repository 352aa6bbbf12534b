"""Quotes whose words read like those of the source and mean something else: short forms, case, number, tense, signs."""

import pytest

from evaluator.grounding import ground
from evaluator.types import Citation, CitationKind, GroundingStatus, Span

HELD = {GroundingStatus.EXACT, GroundingStatus.FUZZY}

DANGEROUS = (
    # A short form written in full where nothing shows that it means this.
    ("Latanoprost drops, one drop OD at night for the pressure.", "Latanoprost drops, one drop once daily at night"),
    ("The OD with clonidine was treated on the unit.", "The once daily with clonidine was treated on the unit."),
    ("BD was declared by two consultants at noon.", "Twice daily was declared by two consultants at noon."),
    ("HS was heard over the apex in systole.", "At bedtime was heard over the apex in systole."),
    ("The HR of 0.61 favoured the second group.", "The hour of 0.61 favoured the second group."),
    ("RT hand grip 4/5, LT hand grip 5/5 on the ward.", "Radiotherapy hand grip 4/5, LT hand grip 5/5 on the ward."),
    ("CI to heparin: a recent bleed into the gut.", "Confidence interval to heparin: a recent bleed into the gut."),
    ("OS was red and painful on the morning round.", "Overall survival was red and painful on the morning round."),
    ("A 10 Fr drain was left in the pleural space.", "A 10 fraction drain was left in the pleural space."),
    ("Renal tx took place in March of that year.", "Renal treatment took place in March of that year."),
    ("A hip fx was seen on the film of the pelvis.", "A hip fraction was seen on the film of the pelvis."),
    ("Ca 1.9 and albumin 31 were found on Monday.", "About 1.9 and albumin 31 were found on Monday."),
    ("A temp wire was placed through the groin.", "A temperature wire was placed through the groin."),
    ("The IV ventricle was small on the scan.", "The intravenous ventricle was small on the scan."),
    ("Palsies of cranial nerves IV and VI were seen.", "Palsies of cranial nerves intravenous and VI were seen."),
    ("An IM rod was put into the tibia in May.", "An intramuscular rod was put into the tibia in May."),
    ("G-CSF was begun on day 5 of the cycle.", "G-cerebrospinal fluid was begun on day 5 of the cycle."),
    ("A 22 G needle was used for the puncture.", "A 22 gram needle was used for the puncture."),
    ("PT 21 seconds, fibrinogen low on arrival.", "Patient 21 seconds, fibrinogen low on arrival."),
    ("Sx on Tuesday, home on Friday with drains.", "Symptoms on Tuesday, home on Friday with drains."),
    # Units and words that only their case tells apart.
    ("A buffer of 2 mM was used for the wash.", "A buffer of 2 mm was used for the wash."),
    ("The sections of 4 µm were stained at once.", "The sections of 4 µM were stained at once."),
    ("Photons of 10 MV were used at all angles.", "Photons of 10 mV were used at all angles."),
    ("An activity of 74 MBq was given at noon.", "An activity of 74 mBq was given at noon."),
    ("Cytarabine 30 mg was given IT on day 1.", "Cytarabine 30 mg was given it on day 1."),
    ("The cousin had ALL and was treated in Hull.", "The cousin had all and was treated in Hull."),
    ("The US showed a stone in the left kidney.", "The us showed a stone in the left kidney."),
    ("The PET was moved to Thursday by the clinic.", "The pet was moved to Thursday by the clinic."),
    ("Mg 0.5 was low and was replaced in the night.", "Serum was low: mg 0.5 was low and was replaced"),
    # A name that looks like an article.
    ("Girls in cohort A were given the syrup twice.", "Girls in cohort were given the syrup twice."),
    ("Blood group A was confirmed by the bank.", "Blood group was confirmed by the bank."),
    ("Hepatitis A was ruled out by serology in May.", "Hepatitis was ruled out by serology in May."),
    # One and several, few and a few, then and now.
    ("The patient had a relapse in the cord in May.", "The patients had a relapse in the cord in May."),
    ("The catheter in the pons was left in place.", "The catheters in the pons was left in place."),
    ("Few nurses were trained in the new pump.", "A few nurses were trained in the new pump."),
    ("A little fluid was seen in the left ear.", "Little fluid was seen in the left ear."),
    ("The count was 31 when the drug was begun.", "The count is 31 when the drug was begun."),
    ("Prednisolone is 5 mg on the new chart.", "Prednisolone was 5 mg on the new chart."),
    # Signs and numbers.
    ("The shift was - 4 mm at the second film.", "The shift was 4 mm at the second film."),
    ("A weight change of – 2.4 kg was charted.", "A weight change of 2.4 kg was charted."),
    ("The panel read NeuN+, CD34-, S100+ in May.", "The panel read NeuN+, CD34, S100+ in May."),
    ("The count of the day was 2.500 per field.", "The count of the day was 2.5 per field."),
    ("The form was re-signed by both consultants.", "The form was resigned by both consultants."),
    ("Both are now here for the second opinion.", "Both are nowhere for the second opinion."),
    ("The dose of the evening is 21 mg by mouth.", "The dose of the evening is \u202e21\u202c mg by mouth."),
    ("He is free of headache since the third dose.", "He is free headache since the third dose."),
    # What a bracket says that the source does not.
    ("The cyst was drained. It grew again by June.", "It [the tumour] grew again by June"),
    # A cell of a table under another heading.
    ("| Drug | am | pm |\n| Baclofen | – | 5 mg |", "| Drug | am | pm |\n| Baclofen | 5 mg | – |"),
    ("| Test | left | right |\n| Rinne | | positive |", "| Test | left | right |\n| Rinne | positive | |"),
    # An ellipsis over who says it.
    ("The uncle says that the nurse gave no water.", "The uncle … gave no water."),
    ("The panel refuted the claim that girls under two should get it.", "The panel … should get it."),
)
HARMLESS = (
    ("Omeprazole 20 mg od was continued at home.", "Omeprazole 20 mg once daily was continued at home."),
    ("Sodium valproate 200 mg b.d. with food.", "Sodium valproate 200 mg twice daily with food."),
    ("Senna 7.5 mg HS from Monday on the ward.", "Senna 7.5 mg at bedtime from Monday on the ward."),
    ("The infusion ran for 6 hr in the night.", "The infusion ran for 6 hours in the night."),
    ("He had RT of 54 Gy to the pons in May.", "He had radiotherapy of 54 Gy to the pons in May."),
    ("Median OS was 11 months in both arms.", "Median overall survival was 11 months in both arms."),
    ("The ratio was 0.7 (95 % CI 0.5–0.9) in girls.", "The ratio was 0.7 (95 % confidence interval 0.5–0.9)"),
    ("He had 54 Gy in 30 fx to the pons in May.", "He had 54 Gy in 30 fractions to the pons in May."),
    ("The lesion was ca. 30 mm across on the film.", "The lesion was approximately 30 mm across on the film."),
    ("His temp was 38.4 °C when he came in.", "His temperature was 38.4 °C when he came in."),
    ("Ceftriaxone 1 g IV was given in the clinic.", "Ceftriaxone 1 g intravenously was given in the clinic."),
    ("Adrenaline 0.3 mg IM was given by the crew.", "Adrenaline 0.3 mg intramuscularly was given by the crew."),
    ("The pt was seen by the dietitian on Monday.", "The patient was seen by the dietitian on Monday."),
    ("A CT scan of the head was made on arrival.", "A computed tomography scan of the head was made"),
    ("Seen on 3 Oct 2023 by both consultants.", "Seen on 3 October 2023 by both consultants."),
    ("Hb 9.1 g/dL and platelets 44 on Monday.", "Haemoglobin 9.1 g/dL and platelets 44 on Monday."),
    ("Once daily omeprazole 20 mg was continued.", "od omeprazole 20 mg was continued."),
    ("He had 54 Gy in 30 fractions to the pons.", "He had 54 gy in 30 fractions to the pons."),
    ("The lesion was 30 mm across on the film.", "The lesion was 30 MM across on the film."),
    ("Give 5 mL by mouth after the evening meal.", "Give 5 ml by mouth after the evening meal."),
    ("Photons of 10 MV were used at all angles.", "PHOTONS OF 10 MV WERE USED AT ALL ANGLES."),
    ("Do not give it with grapefruit or its juice.", "Do NOT give it with grapefruit or its juice."),
    ("The family would like it at home in May.", "THE FAMILY WOULD LIKE IT AT HOME IN MAY."),
    ("The nurse saw a girl of six in the clinic.", "The nurse saw girl of six in the clinic."),
    ("He has a new lesion in the left frontal lobe.", "He has new lesion in the left frontal lobe."),
    ("Three lesions were seen on the film of May.", "3 lesions were seen on the film of May."),
    ("The count was 31 when the drug was begun.", "The count: 31 when the drug was begun."),
    ("Lorazepam – 0.5 mg under the tongue at night.", "Lorazepam 0.5 mg under the tongue at night."),
    ("The lumen was 2.50 mm wide on the film.", "The lumen was 2.5 mm wide on the film."),
    ("Re-irradiation was given in May and June.", "Reirradiation was given in May and June."),
    ("Her signs re-\nsolved within a month or so.", "Her signs resolved within a month or so."),
    ("The boy was drained. He grew well by June.", "He [the boy] grew well by June"),
    ("The tumour was cut. It grew again by June.", "It [the tumour] grew again by June"),
    ("| Drug | am | pm |\n| Baclofen | – | 5 mg |", "| Drug | am | pm |\n| Baclofen | – | 5 mg |"),
    ("The nurse, as agreed, gave water at noon.", "The nurse … gave water at noon."),
    ("MRI – of the head – was done on Monday.", "MRI of the head was done on Monday."),
)


def status(source: str, quote: str) -> GroundingStatus:
    citation = Citation(0, quote, Span(0, len(quote)), CitationKind.QUOTED)
    return ground(citation, f"Clinic letter.\n{source}\nThe family agreed.").status


@pytest.mark.parametrize(("source", "quote"), DANGEROUS)
def test_a_quote_that_reads_alike_and_means_something_else_does_not_hold(source: str, quote: str) -> None:
    assert status(source, quote) not in HELD


@pytest.mark.parametrize(("source", "quote"), HARMLESS)
def test_its_harmless_twin_holds(source: str, quote: str) -> None:
    assert status(source, quote) in HELD
