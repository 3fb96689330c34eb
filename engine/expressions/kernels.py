"""The sums that expressions are made of, as Arrow calls: a missing value makes the outcome missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Values: TypeAlias = Any
"""A `pyarrow.Array`, or a `pyarrow.Scalar` for what is the same in all rows."""

_DAY = 86_400_000_000.0
"""Microseconds."""
_LONGEST_SPAN = 3.0e6
"""Days that can be added to a date; more would leave the years that a date can have."""
_WHOLE_LIMIT = 9.2e18


def as_float(values: Values) -> Values:
    """Numbers as float64."""
    return values if values.type == pa.float64() else pc.cast(values, pa.float64(), safe=False)


def finite(values: Values) -> Values:
    """The values, missing where they are infinite or no number."""
    return pc.if_else(pc.is_finite(values), values, pa.scalar(None, values.type))


def add(one: Values, other: Values, whole: bool) -> Values:
    """Sum."""
    return _sum(one, other, whole, pc.add_checked, pc.add)


def subtract(one: Values, other: Values, whole: bool) -> Values:
    """Difference."""
    return _sum(one, other, whole, pc.subtract_checked, pc.subtract)


def multiply(one: Values, other: Values, whole: bool) -> Values:
    """Product."""
    return _sum(one, other, whole, pc.multiply_checked, pc.multiply)


def _sum(
    one: Values,
    other: Values,
    whole: bool,
    exact: Callable[[Values, Values], Values],
    rounded: Callable[[Values, Values], Values],
) -> Values:
    if whole:
        try:
            return exact(one, other)
        except pa.ArrowInvalid:  # beyond 64 bits somewhere
            wide = rounded(as_float(one), as_float(other))
            fits = pc.less(pc.abs(wide), _WHOLE_LIMIT)
            return pc.if_else(fits, rounded(one, other), pa.scalar(None, pa.int64()))
    return finite(rounded(as_float(one), as_float(other)))


def divide(one: Values, other: Values, whole: bool) -> Values:
    """Quotient, never a whole number; missing where the divisor is 0."""
    return finite(pc.divide(as_float(one), as_float(other)))


def floor_divide(one: Values, other: Values, whole: bool) -> Values:
    """Quotient rounded down."""
    quotient = pc.floor(divide(one, other, whole))
    return pc.cast(_in_range(quotient), pa.int64(), safe=False) if whole else quotient


def remainder(one: Values, other: Values, whole: bool) -> Values:
    """What is left after `floor_divide`; it has the sign of the divisor."""
    if whole:
        divisor = pc.if_else(pc.equal(other, 0), pa.scalar(None, pa.int64()), other)
        rest = pc.subtract(one, pc.multiply(pc.divide(one, divisor), divisor))
        turned = pc.and_(pc.not_equal(rest, 0), pc.xor(pc.less(rest, 0), pc.less(divisor, 0)))
        return pc.if_else(turned, pc.add(rest, divisor), rest)
    one, other = as_float(one), as_float(other)
    return finite(pc.subtract(one, pc.multiply(pc.floor(pc.divide(one, other)), other)))


def power(one: Values, other: Values, whole: bool) -> Values:
    """Power, never a whole number."""
    return finite(pc.power(as_float(one), as_float(other)))


def days_between(later: Values, earlier: Values) -> Values:
    """Days from one date to another, with their fraction."""
    spans = pc.subtract(pc.cast(later, pa.int64()), pc.cast(earlier, pa.int64()))
    return pc.divide(as_float(spans), _DAY)


def days_later(dates: Values, days: Values, sign: int = 1) -> Values:
    """Dates so many days later, or earlier for a `sign` of −1."""
    days = as_float(days)
    days = pc.if_else(pc.less(pc.abs(days), _LONGEST_SPAN), days, pa.scalar(None, pa.float64()))
    spans = pc.cast(pc.round(pc.multiply(days, sign * _DAY)), pa.int64(), safe=False)
    return pc.add(dates, pc.cast(spans, pa.duration("us")))


def rounded(values: Values, digits: int, whole: bool) -> Values:
    """Rounded to so many digits after the point, halves away from zero."""
    if whole and digits >= 0:
        return values
    turned = pc.round(as_float(values), ndigits=digits, round_mode="half_towards_infinity")
    return pc.cast(_in_range(turned), pa.int64(), safe=False) if whole else turned


def to_whole(values: Values) -> Values:
    """Floor or ceiling as whole numbers; missing beyond 64 bits."""
    return pc.cast(_in_range(values), pa.int64(), safe=False)


def to_number(texts: Values) -> Values:
    """Texts as numbers; missing where a text is none."""
    plain = pc.utf8_trim_whitespace(texts)
    pattern = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
    fits = pc.match_substring_regex(plain, pattern)
    kept = pc.if_else(fits, plain, pa.scalar(None, pa.string()))
    return finite(pc.cast(pc.replace_substring_regex(kept, r"^\+", ""), pa.float64()))


def weekday(dates: Values) -> Values:
    """1 for Monday to 7 for Sunday."""
    return pc.day_of_week(dates, count_from_zero=False, week_start=1)


def _in_range(values: Values) -> Values:
    fits = pc.less(pc.abs(values), _WHOLE_LIMIT)
    return pc.if_else(fits, values, pa.scalar(None, values.type))
