"""The conditions that a person can choose for a column, and the filters that they make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from engine.data.rows.filters import (
    ExpressionFilter,
    Filter,
    LevelsFilter,
    MissingFilter,
    RangeFilter,
    TextFilter,
)
from engine.schema import Kind
from gui.i18n import tr
from gui.models.figures import date_text


class Test(StrEnum):
    """What is asked of a column."""

    __test__ = False  # no test of pytest's

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    CONTAINS = "contains"
    MISSING = "missing"
    PRESENT = "present"

    @property
    def values(self) -> int:
        """How many values it needs."""
        if self in (Test.MISSING, Test.PRESENT):
            return 0
        return 2 if self is Test.BETWEEN else 1


_BOUNDS = (Test.AT_LEAST, Test.AT_MOST, Test.BETWEEN)
_ENDS = (Test.MISSING, Test.PRESENT)


def choices_for(kind: Kind) -> list[tuple[Test, str]]:
    """What can be asked of a column of that kind, with its words."""
    if kind is Kind.NUMBER:
        tests = (*_BOUNDS, Test.IS, Test.IS_NOT, *_ENDS)
    elif kind is Kind.DATE:
        tests = (*_BOUNDS, *_ENDS)
    elif kind is Kind.CATEGORY:
        tests = (Test.IS, Test.IS_NOT, Test.CONTAINS, *_ENDS)
    else:
        tests = (Test.CONTAINS, Test.IS, Test.IS_NOT, *_ENDS)
    words = {
        Test.IS: tr("is"),
        Test.IS_NOT: tr("is not"),
        Test.AT_LEAST: tr("on or after") if kind is Kind.DATE else tr("at least"),
        Test.AT_MOST: tr("on or before") if kind is Kind.DATE else tr("at most"),
        Test.BETWEEN: tr("between"),
        Test.CONTAINS: tr("contains"),
        Test.MISSING: tr("is missing"),
        Test.PRESENT: tr("is not missing"),
    }
    return [(test, words[test]) for test in tests]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why the values make no filter."""

    value: int
    """Which of them, from 0."""
    reason: str


def filter_of(column: str, kind: Kind, test: Test, values: tuple[str, ...]) -> Filter | Wrong:
    """The filter, or what is wrong with the values."""
    if test in _ENDS:
        return MissingFilter(column=column, missing=test is Test.MISSING)
    for at in range(test.values):
        if not values[at].strip():
            return Wrong(at, tr("A value is needed."))
    if test is Test.CONTAINS:
        return TextFilter(column=column, text=values[0])
    if test in (Test.IS, Test.IS_NOT) and kind is not Kind.NUMBER:
        return LevelsFilter(
            column=column, values=split_values(values[0]), exclude=test is Test.IS_NOT
        )
    read = _moment if kind is Kind.DATE else _number
    found = [read(value) for value in values[: test.values]]
    for at, each in enumerate(found):
        if each is None:
            what = (
                tr("“{value}” is not a date. Write dates like 2026-03-01.", value=values[at])
                if kind is Kind.DATE
                else tr("“{value}” is not a number.", value=values[at])
            )
            return Wrong(at, what)
    low = found[0]
    if test is Test.IS_NOT:
        return ExpressionFilter(expression=f"{quoted_name(column)} != {low:.17g}")
    if test is Test.IS:
        return RangeFilter(column=column, low=low, high=low)
    if test is Test.AT_LEAST:
        return RangeFilter(column=column, low=low)
    if test is Test.AT_MOST:
        return RangeFilter(column=column, high=_end_of(values[0], low, kind))
    high = _end_of(values[1], found[1], kind)
    if low is not None and high is not None and low > high:
        return Wrong(1, tr("This is below the first value."))
    return RangeFilter(column=column, low=low, high=high)


def parts_of(filter_: Filter, kind: Kind) -> tuple[Test, tuple[str, ...]] | None:
    """The inverse of `filter_of`; `None` for what can only be said as an expression."""
    if isinstance(filter_, MissingFilter):
        return (Test.MISSING if filter_.missing else Test.PRESENT), ()
    if isinstance(filter_, TextFilter):
        return Test.CONTAINS, (filter_.text,)
    if isinstance(filter_, LevelsFilter):
        values = ", ".join(_quoted_if_needed(value) for value in filter_.values)
        return (Test.IS_NOT if filter_.exclude else Test.IS), (values,)
    if isinstance(filter_, RangeFilter):
        low, high = _shown(filter_.low, kind), _shown(filter_.high, kind)
        if not high:
            return Test.AT_LEAST, (low,)
        if not low:
            return Test.AT_MOST, (high,)
        if filter_.low == filter_.high and kind is Kind.NUMBER:
            return Test.IS, (low,)
        return Test.BETWEEN, (low, high)
    return None


def quoted_name(column: str) -> str:
    """The name of a column as expressions take it."""
    plain = re.fullmatch(r"[^\W\d]\w*", column) and column.lower() not in (
        *("and", "or", "not", "in", "is", "true", "false"),
    )
    if plain:
        return column
    return f"`{column}`" if "`" not in column else f"[{column}]"


def split_values(text: str) -> tuple[str, ...]:
    """Several values with commas between them; those in quotes may hold commas."""
    found = re.findall(r'\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)', text)
    values = [quoted.replace('""', '"') or plain.strip() for quoted, plain in found]
    return tuple(dict.fromkeys(value for value in values if value))


def _quoted_if_needed(value: str) -> str:
    needs = "," in value or '"' in value or value != value.strip()
    doubled = value.replace('"', '""')
    return f'"{doubled}"' if needs else value


def _number(text: str) -> float | None:
    try:
        number = float(text.strip().replace("\u2212", "-"))
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _moment(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _end_of(text: str, moment: float | None, kind: Kind) -> float | None:
    """A day without a time, as an upper bound, is meant to its end."""
    is_day = kind is Kind.DATE and re.fullmatch(r"\s*\d{4}-?\d\d-?\d\d\s*", text)
    return moment + 86_400 - 1e-6 if is_day and moment is not None else moment


def _shown(value: float | None, kind: Kind) -> str:
    if value is None:
        return ""
    if kind is Kind.DATE:
        return date_text(int(value) - int(value) % 86_400 if value % 86_400 > 86_399 else value)
    return f"{value:.15g}"
