"""Quotes that stand in their source, or nearly, and would mislead: found by attacking the check by hand."""

import pytest

from evaluator.grounding import ground
from evaluator.types import Citation, CitationKind, GroundingStatus, Span

DANGEROUS = (
    # An ellipsis that joins the beginning of one statement to the end of another.
    ("Vincristine 1.5 mg/m², methotrexate 12 mg intrathecally.", "Vincristine 1.5 mg/m²… intrathecally"),
    ("He has never had a seizure; his sister has had seizures.", "He … has had seizures"),
    ("Do not give aspirin; ibuprofen may be given for pain.", "Do not give … may be given for pain"),
    ("In arm A it was 9 months; in arm B the median was 14 months.", "In arm A … the median was 14 months"),
    ("| Vincristine | IV |\n| Methotrexate | IT |", "Vincristine | IV … IT"),
    # Two numbers are not one.
    ("Give 2 100 mg tablets of etoposide.", "Give 2100 mg tablets of etoposide."),
    ("Take 1 500 mg tablet at night.", "Take 1500 mg tablet at night."),
    ("Heart rate 105 per minute at rest.", "Heart rate 10⁵ per minute at rest."),
    ("The dose is 10² units per kilogram.", "The dose is 102 units per kilogram."),
    # A heading that forbids, denies, or speaks of somebody else.
    ("Contraindicated: intrathecal vincristine at any dose.", "intrathecal vincristine at any dose"),
    ("Not to be given: co-trimoxazole 240 mg twice daily.", "co-trimoxazole 240 mg twice daily"),
    ("Allergies: penicillin, vancomycin, latex.", "penicillin, vancomycin, latex"),
    ("Medicines of the sibling: valproate 200 mg twice daily.", "valproate 200 mg twice daily"),
    ("Not found: H3 K27M, TP53 mutation.", "H3 K27M, TP53 mutation"),
    ("It is forbidden to give vincristine by the intrathecal route.", "give vincristine by the intrathecal route"),
    ("Nobody should give vincristine by the intrathecal route.", "give vincristine by the intrathecal route"),
    # Signs that carry the whole statement.
    ("For resuscitation: ☐ yes ☒ no", "For resuscitation: ☒ yes ☐ no"),
    ("Allergic to penicillin: ✓", "Allergic to penicillin: ✗"),
    ("Dexamethasone ↓ 2 mg from Monday.", "Dexamethasone ↑ 2 mg from Monday."),
    ("The impression was DIPG? on the first scan.", "The impression was DIPG on the first scan."),
    # A power without its raised digits is another number.
    ("The neutrophil count was 2.1 × 10⁹/L on Monday.", "The neutrophil count was 2.1 × 109/L on Monday."),
    # An amount in brackets is no reference mark.
    ("The dose was reduced to [50] mg twice daily.", "The dose was reduced to mg twice daily."),
    ("Give [2] tablets of dexamethasone now.", "Give tablets of dexamethasone now."),
    # One letter makes another word of the clinic.
    ("Confusion was seen over the left temple.", "Contusion was seen over the left temple."),
    ("The child remained sedated during the scan.", "The child remained seated during the scan."),
)
HARMLESS = (
    ("The count was 10 000 cells per microlitre.", "The count was 10000 cells per microlitre."),
    ("The neutrophil count was 2.1 × 10⁹/L on Monday.", "The neutrophil count was 2.1 × 10^9/L on Monday."),
    ("Plan: focal radiotherapy of 54 Gy in 30 fractions.", "focal radiotherapy of 54 Gy in 30 fractions"),
    ("The dose was 54 Gy [2] in 30 fractions.", "The dose was 54 Gy in 30 fractions."),
    ("There was no spread to the spine.", "There was no spread to the spine"),
    ("He was seen (with his mother) and was well.", "He was seen … and was well."),
)


def status(source: str, quote: str) -> GroundingStatus:
    citation = Citation(0, quote, Span(0, len(quote)), CitationKind.QUOTED)
    return ground(citation, f"Clinic letter. {source} The family agreed.").status


@pytest.mark.parametrize(("source", "quote"), DANGEROUS)
def test_a_quote_that_misleads_does_not_hold(source: str, quote: str) -> None:
    assert status(source, quote) in {GroundingStatus.ALTERED, GroundingStatus.UNGROUNDED, GroundingStatus.UNSCORABLE}


@pytest.mark.parametrize(("source", "quote"), HARMLESS)
def test_a_quote_that_a_careful_reader_accepts_holds(source: str, quote: str) -> None:
    assert status(source, quote) in {GroundingStatus.EXACT, GroundingStatus.FUZZY}
