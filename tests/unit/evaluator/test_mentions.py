from decimal import Decimal

import pytest

from evaluator.mentions import names, negations, quantities


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("54 Gy in 30 fractions", [("54", "gy"), ("30", "fraction")]),
        ("54Gy", [("54", "gy")]),
        ("fifty-four gray", [("54", "gy")]),
        ("75 mg/m² daily", [("75", "mg/m2/day")]),
        ("15 mg per kg per day", [("15", "mg/kg/day")]),
        ("1,250.50 mg", [("1250.5", "mg")]),
        ("−5 °C", [("-5", "°c")]),
        ("50–54 Gy", [("50", ""), ("54", "gy")]),
        ("30 percent", [("30", "%")]),
        ("one hundred and twenty mmHg", [("120", "mmhg")]),
        ("H3 K27M, ONC201 and T2", []),
    ],
)
def test_quantities_have_their_units(text: str, found: list[tuple[str, str]]) -> None:
    assert [(q.value, q.unit) for q in quantities(text)] == [(Decimal(value), unit) for value, unit in found]


def test_a_quantity_says_where_it_stands() -> None:
    text = "Give “54\u00a0Gy” now"
    (quantity,) = quantities(text)
    assert text[quantity.span.start : quantity.span.end] == quantity.text == "54\u00a0Gy"


def test_negations_are_found_in_all_their_forms() -> None:
    text = "He doesn't vomit, has no fever and denies pain; not without risk."
    assert [mention.text for mention in negations(text)] == ["n't", "no", "denies", "not", "without"]


def test_spellings_of_a_name_share_a_key() -> None:
    one, other = names("H3-K27M"), names("H3K27M")
    assert [mention.key for mention in one] == [mention.key for mention in other]


def test_drugs_genes_and_trials_are_names_and_units_are_not() -> None:
    text = "Panobinostat 20 mg/m2 in NCT03416530 for PDGFRA-amplified tumours"
    found = [mention.text for mention in names(text)]
    assert "Panobinostat" in found
    assert "NCT03416530" in found
    assert not any("mg" in name for name in found)
