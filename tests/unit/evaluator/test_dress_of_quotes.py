"""What stands around a quote or is written in escapes: its forms hold, and what only looks like them does not."""

from __future__ import annotations

import pytest

from evaluator.escapes import unescape
from evaluator.grounding import ground_all
from evaluator.normalize import fold
from evaluator.types import GroundingStatus
from tests.unit.evaluator.parsing_reads import in_proof

HELD = {GroundingStatus.EXACT, GroundingStatus.FUZZY}
CONTEXT = (
    "Title: A study of two doses in the pons.\n"
    "Population: children of 3 to 17 years with a tumour of the pons.\n"
    "The dose was 54 Gy in 30 fractions (café, 10⁹/L) and she walked again in May.\n"
    "None of the children had a seizure. One of the parents was told to call at night.\n"
    "1 | dexamethasone 4 mg twice daily with breakfast\n"
    "2 | dexamethasone 2 mg twice daily with breakfast\n"
    "Findings at L4: the vertebra is compressed by a soft mass of 12 mm.\n"
    "L5: the vertebra is normal in height and signal on all of the images."
)
DOSE = "The dose was 54 Gy in 30 fractions"


def holds(proof: str) -> bool:
    groundings = ground_all(in_proof(proof).citations, CONTEXT)
    return bool(groundings) and all(grounding.status in HELD for grounding in groundings)


@pytest.mark.parametrize(
    "proof",
    [
        r"The dose was 54\u00a0Gy in 30 fractions (caf\u00e9, 10\u2079/L)",
        r"The dose was 54\xa0Gy in\n30 fractions",
        r"The dose was \SI{54}{\gray} in $30$~fractions",
        r"\textbf{The dose was ${54}\,\mathrm{Gy}$ in 30 fractions}",
        "\\begin{quotation}\nThe dose was 54 Gy in 30 fractions\n\\end{quotation}",
        "SOURCE ≫ The dose was 54 Gy in 30 fractions",
        "Record – The dose was 54 Gy in 30 fractions",
        "| Evidence | The dose was 54 Gy in 30 fractions |",
        "3\tThe dose was 54 Gy in 30 fractions\tcontext",
        '{"quote": "The dose was 54 Gy in 30 fractions", "source": "context"}',
        "📌 The dose was 54 Gy in 30 fractions",
        "③ The dose was 54 Gy in 30 fractions",
        "> > The dose was 54 Gy in 30 fractions (café, 10⁹/L) and she walked again in\n> > May.",
        "  7 | The dose was 54 Gy in 30 fractions\n  8 | (café, 10⁹/L) and she walked again in\n  9 | May.",
        "line 99: The dose was 54 Gy in 30 fractions\nline 100: (café, 10⁹/L) and she walked again in May.",
        "The dose (sic) was 54 Gy in 30 fractions[^1] (café, 10⁹/L)",
        "L17: children of 3 to 17 years with\nL18: a tumour of the pons.",
    ],
)
def test_a_quote_in_dress_holds(proof: str) -> None:
    assert holds(proof)


@pytest.mark.parametrize(
    "proof",
    [
        r"The dose was 5\u0030 Gy in 30 fractions",
        r"The dose was 54\u0063Gy in 30 fractions",
        r"The dose was \SI{54}{\centi\gray} in 30 fractions",
        r"The dose was \SI{60}{\gray} in 30 fractions",
        r"The dose was \sout{54} Gy in 30 fractions",
        r"The dose was \phantom{not} 54 Gy in 30 fractions",
        r"\none of the parents was told to call at night",
        "\\begin{comment}\nThe dose was 54 Gy in 30 fractions\n\\end{comment}",
        "❌ The dose was 54 Gy in 30 fractions",
        "Ⓛ The dose was 54 Gy in 30 fractions",
        "Day 3: The dose was 54 Gy in 30 fractions\nDay 4: she walked again in May.",
        "L3: the vertebra is compressed by a soft mass of 12 mm.\nL4: the vertebra is normal in height and signal",
        "2 | dexamethasone 4 mg twice daily with breakfast\n3 | dexamethasone 2 mg twice daily with breakfast",
        "3 | The dose was 54 Gy in 30 fractions",
        "3\tdexamethasone 4 mg twice daily with breakfast\tcontext",
        "INTRODUCTION: children of 3 to 17 years with a tumour of the pons.",
        '{"not found": "The dose was 54 Gy in 30 fractions"}',
        "Seizures – The dose was 54 Gy in 30 fractions",
        "The dose (not) was 54 Gy in 30 fractions",
        "  7 | The dose was 54 Gy in 30 fractions\n  8 | (café, 10⁹/L) and she never walked again in\n  9 | May.",
    ],
)
def test_what_only_looks_like_dress_does_not_hold(proof: str) -> None:
    assert not holds(proof)


@pytest.mark.parametrize("text", ["plain words of 54 Gy", "it costs $20 and $30 a day", "about ~5 mm", "C:\\Data"])
def test_what_is_no_escape_stays(text: str) -> None:
    assert fold(text).text == text.lower()


def test_a_sign_in_a_formula_of_its_own_is_read() -> None:
    assert fold(r"2\,$\mu$L at 30$^\circ$ and 10$^{-3}$").text.startswith("2 μl at 30°")


def test_the_way_back_from_escapes_leads_to_the_original() -> None:
    text = r"so \textbf{caf\u00e9} at \SI{5}{\milli\gram}"
    folded = fold(text)
    assert folded.text == "so cafe at 5 mg"
    place = folded.text.index("cafe")
    span = folded.original_span(place, place + 4)
    assert text[span.start : span.end] == r"caf\u00e9"
    place = folded.text.index("mg")
    span = folded.original_span(place, place + 2)
    assert text[span.start : span.end] == r"\milli\gram"


def test_half_an_escape_is_no_character() -> None:
    assert unescape(r"lone \ud835 surrogate") is None or "\ud835" not in fold(r"lone \ud835 surrogate").text
