"""Numbers with units, brought to one unit per dimension so that 54 Gy, 5400 cGy and fifty-four gray are equal.

A table of our own rather than a library of units: clinical texts need some thirty units, exact decimals and no
import time, and what must *not* be converted matters as much: a month is not a number of weeks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evaluator.mentions import Quantity, quantities

_TABLE = {
    "gy": ("dose", "1"), "cgy": ("dose", "0.01"), "mgy": ("dose", "0.001"),
    "kg": ("mass", "1000000"), "g": ("mass", "1000"), "mg": ("mass", "1"), "mcg": ("mass", "0.001"),
    "ng": ("mass", "0.000001"), "pg": ("mass", "0.000000001"),
    "l": ("volume", "1000"), "dl": ("volume", "100"), "ml": ("volume", "1"), "ul": ("volume", "0.001"),
    "cm3": ("volume", "1"), "mm3": ("volume", "0.001"), "m3": ("volume", "1000000"),
    "m": ("length", "1000"), "cm": ("length", "10"), "mm": ("length", "1"), "um": ("length", "0.001"),
    "nm": ("length", "0.000001"),
    "week": ("time", "604800"), "day": ("time", "86400"),
    "hour": ("time", "3600"), "minute": ("time", "60"), "second": ("time", "1"),
    "year": ("months", "12"), "month": ("months", "1"),
    "mmol": ("substance", "1"), "umol": ("substance", "0.001"), "nmol": ("substance", "0.000001"),
    "mol": ("substance", "1000"),
    "mmh2o": ("pressure of water", "1"), "cmh2o": ("pressure of water", "10"),
}  # fmt: skip
"""Unit → its dimension and its size in the dimension's own unit. Any other unit is a dimension of its own."""

_TIMES = frozenset({"hour", "day", "week", "month", "year", "dose", "fraction"})
_PERCENT = Decimal(100)
_ROUNDING = Decimal("0.01")
_MAX_DIGITS = 30
"""Longer numbers are not converted: no clinical quantity has as many digits."""
_MAX_GIVEN = 40


@dataclass(frozen=True, slots=True)
class Measure:
    """`value` in the unit of `dimension` ("" for a bare number, "mass/m2" for one per area); `number` is the one
    written; `rate` is the time it is given per ("week"), "" where none is said; `text` is how it stands there."""

    value: Decimal
    number: Decimal
    dimension: str
    rate: str
    text: str
    start: int
    end: int


def read_measures(text: str) -> tuple[Measure, ...]:
    """The numbers of a text in order. In a range ("12–14 months") the first number takes the unit of the second."""
    found = list(quantities(text))
    for index in range(len(found) - 2, -1, -1):
        here, following = found[index], found[index + 1]
        between = text[here.span.end : following.span.start].strip().lower()
        if (
            not here.unit
            and following.unit
            and between in {"-", "–", "‑", ",", "to", "and", "or", ", or", ", and", "×", "x", "by", "*"}
        ):
            found[index] = Quantity(here.value, following.unit, here.text, here.span)
    return tuple(_measure(quantity) for quantity in found)


def _measure(quantity: Quantity) -> Measure:
    unit, *per = quantity.unit.split("/")
    rate = per.pop() if per and per[-1] in _TIMES else ""
    dimension, size = _TABLE.get(unit, (unit, "1"))
    value = quantity.value
    if not unit and per and per[0] in _TABLE:  # a count of cells in a volume
        dimension, size = "count", str(1 / Decimal(_TABLE[per[0]][1]))
        per[0] = "ml"
    if len(value.as_tuple().digits) <= _MAX_DIGITS:
        value = value.scaleb(quantity.power) * Decimal(size)
    full = "/".join([dimension, *per])
    return Measure(value, quantity.value, full, rate, quantity.text, quantity.span.start, quantity.span.end)


def same_amount(one: Measure, other: Measure) -> bool:
    """Whether both say the same; a bare number agrees with the same number in any unit it may leave out."""
    if one.rate and other.rate and one.rate != other.rate:
        return False
    if one.dimension == other.dimension:
        return one.value == other.value
    if one.dimension and other.dimension:
        return False
    if "%" in (one.dimension, other.dimension) and _PERCENT in (_ratio(one, other), _ratio(other, one)):
        return min(one.number, other.number) < 1  # a fraction of 0.064 is 6.4 %
    return one.number == other.number


def _ratio(one: Measure, other: Measure) -> Decimal | None:
    return one.number / other.number if other.number and other.dimension == "" else None


def rival_amounts(one: Measure, other: Measure) -> bool:
    """Whether they speak of the same kind of amount and differ by more than rounding."""
    if one.dimension != other.dimension or same_amount(one, other):
        return False
    return not roughly_same(one, other)


def roughly_same(one: Measure, other: Measure) -> bool:
    """Whether they differ by less than one in a hundred, as rounded numbers do."""
    if one.dimension != other.dimension or (one.rate and other.rate and one.rate != other.rate):
        return False
    return abs(one.value - other.value) < _ROUNDING * max(abs(one.value), abs(other.value))


def may_be_computed(measure: Measure, given: Sequence[Measure]) -> bool:
    """Whether one step of arithmetic leads from two of the `given` numbers (or one and itself) to this one, rounded
    to the digits it shows. True is no proof: it only says that a computation cannot be ruled out."""
    wanted = abs(measure.number)
    tolerance = Decimal(1).scaleb(min(0, int(wanted.as_tuple().exponent))) / 2
    values = [other.number for other in given[:_MAX_GIVEN]]
    return any(
        abs(abs(result) - wanted) <= tolerance
        for first in values
        for second in values
        for result in _one_step(first, second)
    )


def _one_step(first: Decimal, second: Decimal) -> Iterator[Decimal]:
    yield first + second
    yield first - second
    yield first * second
    if second:
        yield first / second
        yield 100 * first / second
        yield 100 * (first - second) / second
