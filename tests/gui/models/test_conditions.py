"""Conditions of the filter panel, the filters they make, and filters in words."""

import pytest

from engine.data.profiling.column_profile import ColumnProfile
from engine.data.rows.filters import (
    ExpressionFilter,
    Filter,
    LevelsFilter,
    MissingFilter,
    RangeFilter,
    TextFilter,
)
from engine.schema import Column, Kind
from gui.models.conditions import (
    Test,
    Wrong,
    choices_for,
    filter_of,
    parts_of,
    quoted_name,
    split_values,
)
from gui.models.filter_words import bar_filter, sentence

DAY = 86_400.0
MARCH = 1_772_323_200.0  # 2026-03-01


@pytest.mark.parametrize(
    ("kind", "test", "values", "expected"),
    [
        (Kind.NUMBER, Test.AT_LEAST, ("3",), RangeFilter(column="x", low=3)),
        (Kind.NUMBER, Test.AT_MOST, ("−1.5",), RangeFilter(column="x", high=-1.5)),
        (Kind.NUMBER, Test.BETWEEN, ("1", "2"), RangeFilter(column="x", low=1, high=2)),
        (Kind.NUMBER, Test.IS, ("4",), RangeFilter(column="x", low=4, high=4)),
        (Kind.NUMBER, Test.IS_NOT, ("4",), ExpressionFilter(expression="x != 4")),
        (Kind.CATEGORY, Test.IS, ("a, b",), LevelsFilter(column="x", values=("a", "b"))),
        (Kind.TEXT, Test.CONTAINS, ("Mrs",), TextFilter(column="x", text="Mrs")),
        (Kind.TEXT, Test.MISSING, (), MissingFilter(column="x")),
        (Kind.DATE, Test.PRESENT, (), MissingFilter(column="x", missing=False)),
        (Kind.DATE, Test.AT_LEAST, ("2026-03-01",), RangeFilter(column="x", low=MARCH)),
    ],
)
def test_a_condition_makes_its_filter(
    kind: Kind, test: Test, values: tuple[str, ...], expected: Filter
) -> None:
    assert filter_of("x", kind, test, values) == expected
    if not isinstance(expected, ExpressionFilter):
        assert parts_of(expected, kind) == (test, tuple(v.replace("−", "-") for v in values))


def test_a_day_as_upper_bound_is_meant_to_its_end() -> None:
    made = filter_of("x", Kind.DATE, Test.AT_MOST, ("2026-03-01",))
    assert isinstance(made, RangeFilter)
    assert made.high is not None
    assert MARCH + DAY - 1 < made.high < MARCH + DAY
    assert parts_of(made, Kind.DATE) == (Test.AT_MOST, ("2026-03-01",))


@pytest.mark.parametrize(
    ("kind", "test", "values", "at", "reason"),
    [
        (Kind.NUMBER, Test.AT_LEAST, ("",), 0, "A value is needed."),
        (Kind.NUMBER, Test.BETWEEN, ("1", "x"), 1, "“x” is not a number."),
        (Kind.NUMBER, Test.BETWEEN, ("2", "1"), 1, "This is below the first value."),
        (Kind.NUMBER, Test.IS, ("inf",), 0, "“inf” is not a number."),
        (Kind.DATE, Test.AT_LEAST, ("1.3.2026",), 0, "“1.3.2026” is not a date."),
        (Kind.CATEGORY, Test.IS, ("  ",), 0, "A value is needed."),
    ],
)
def test_values_that_make_no_filter_are_named(
    kind: Kind, test: Test, values: tuple[str, ...], at: int, reason: str
) -> None:
    made = filter_of("x", kind, test, values)
    assert isinstance(made, Wrong)
    assert made.value == at
    assert made.reason.startswith(reason)


def test_every_kind_can_be_asked_for_missing_values() -> None:
    for kind in Kind:
        tests = [test for test, _ in choices_for(kind)]
        assert {Test.MISSING, Test.PRESENT} <= set(tests)


def test_values_with_commas_stand_in_quotes() -> None:
    assert split_values('a, "b, c", "say ""hi""" , a,, d ') == ("a", "b, c", 'say "hi"', "d")
    several = LevelsFilter(column="x", values=("b, c", 'say "hi"', " d"))
    parts = parts_of(several, Kind.CATEGORY)
    assert parts is not None
    assert split_values(parts[1][0]) == several.values


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("age", "age"),
        ("价格", "价格"),
        ("a b", "`a b`"),
        ("in", "`in`"),
        ("1st", "`1st`"),
        ("a`b", "[a`b]"),
    ],
)
def test_names_are_quoted_where_the_language_needs_it(name: str, expected: str) -> None:
    assert quoted_name(name) == expected


@pytest.mark.parametrize(
    ("filter_", "kind", "expected"),
    [
        (RangeFilter(column="x", low=20, high=25, holds_high=False), None, "x 20 to below 25"),
        (RangeFilter(column="x", low=-1.5, high=2), None, "x −1.5 to 2"),
        (RangeFilter(column="x", low=3, high=3), None, "x 3"),
        (RangeFilter(column="x", high=2, holds_high=False), None, "x below 2"),
        (RangeFilter(column="x", low=MARCH), Kind.DATE, "x from 2026-03-01"),
        (LevelsFilter(column="x", values=tuple("abcde")), None, "x a, b, c and 2 more"),
        (LevelsFilter(column="x", values=("a",), exclude=True), None, "x not a"),
        (MissingFilter(column="x", missing=False), None, "x not missing"),
        (TextFilter(text="Mrs"), None, "Any column contains “Mrs”"),
        (ExpressionFilter(expression="x > 3"), None, "x > 3"),
    ],
)
def test_filters_are_put_into_words(filter_: Filter, kind: Kind | None, expected: str) -> None:
    assert sentence(filter_, kind) == expected


def test_a_bar_stands_for_what_it_counts() -> None:
    numbers = ColumnProfile("x", Kind.NUMBER, 9, 0, 9, histogram=(4, 5), edges=(0.0, 10.0, 20.0))
    column = Column(name="x", kind=Kind.NUMBER)
    low = RangeFilter(column="x", low=0, high=10, holds_high=False)
    assert bar_filter(column, Kind.NUMBER, numbers, 0) == low
    assert bar_filter(column, Kind.NUMBER, numbers, 1) == RangeFilter(column="x", low=10, high=20)
    assert bar_filter(column, Kind.NUMBER, numbers, 2) is None
    classes = ColumnProfile("x", Kind.CATEGORY, 9, 0, 3, top=(("3", 5), ("1", 3), ("2", 1)))
    whole = Column(name="x", kind=Kind.CATEGORY, integer=True)  # drawn as 1, 2, 3
    assert bar_filter(whole, Kind.CATEGORY, classes, 0) == LevelsFilter(column="x", values=("1",))
