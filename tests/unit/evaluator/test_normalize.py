import pytest

from evaluator.normalize import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("MRI  of\n the\tPONS", "mri of the pons"),
        ("54\u00a0Gy in\u200930\u202ffractions", "54 gy in 30 fractions"),
        ("“no” ‘yes’ «ja»", '"no" \'yes\' "ja"'),
        ("H3\u2011K27M 50–54 −3", "h3-k27m 50-54 -3"),
        ("treated—and well", "treated - and well"),
        ("treated -- and well", "treated - and well"),
        ("irra\u00addiation", "irradiation"),
        ("irra-\ndiation", "irra-diation"),
        ("ﬁbre ﬂow", "fibre flow"),
        ("naïve Sjögren", "naive sjogren"),
        ("nai\u0308ve", "naive"),
        ("≥ 3 and ≤ 5, ≠ 4", ">= 3 and <= 5, != 4"),
        ("75 mg/m²", "75 mg/m2"),
        ("50 × 10⁹/L", "50 x 10^9/l"),
        ("10⁻³", "10^-3"),
        ("CO₂ and Ca²⁺", "co2 and ca2+"),
        ("long survival.¹² Then", "long survival. then"),
        ("1½ and ½", "1.5 and 0.5"),
        ("1·8 Gy", "1.8 gy"),
        ("m<sup>2</sup> and 10<sup>9</sup>", "m2 and 10^9"),
        ("&ge; 3 &amp; &#8804;&nbsp;5", ">= 3 & <= 5"),
        (r"$\geq$ 3, 5\%", ">= 3, 5%"),
        ("１２ ｍｇ", "12 mg"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("a\u202eb\x00c", "abc"),
        ("", ""),
    ],
)
def test_typography_is_evened_out(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_a_power_of_ten_never_becomes_another_number() -> None:
    assert fold("10⁹").text != fold("109").text
    assert fold("1½").text != fold("11/2").text


def test_a_folded_range_leads_back_to_the_text_as_received() -> None:
    text = "A  “ﬁrst”\u00a0dose of 54\u2009Gy — or ½\u00ad mg"
    folded = fold(text)
    for part, original in [("first", "ﬁrst"), ("54 gy", "54\u2009Gy"), ("0.5", "½"), ("a", "A"), ("mg", "mg")]:
        start = folded.text.index(part)
        span = folded.original_span(start, start + len(part))
        assert text[span.start : span.end] == original


def test_an_empty_range_gives_an_empty_span() -> None:
    folded = fold("two words")
    assert folded.original_span(4, 4).start == folded.original_span(4, 4).end == 4
    assert folded.original_span(99, 120).start == len("two words")


def test_lone_surrogates_and_astral_characters_are_kept() -> None:
    assert fold("\ud800 😀 x").text == "\ud800 😀 x"
