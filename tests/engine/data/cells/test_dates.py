"""Dates in many notations: single cells, whole columns, and there and back again."""
# ruff: noqa: DTZ001 - tables hold local times

from __future__ import annotations

import locale
from datetime import UTC, date, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.cells.dates import date_formats, date_shape, is_day_first, swapped_order
from engine.data.cells.moments import read_dates

FORMATS = (
    "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y.%m.%d", "%Y-%m-%d",
    "%Y年%m月%d日", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%Y%m%d",
)  # fmt: skip
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M:%S %p", "T%H:%M:%S", ", %H:%M", " %H:%M:%S.%f")


def read(text: str, form: str) -> datetime | None:
    found: datetime | None = read_dates(pa.array([text]), form)[0].as_py()
    return found


@pytest.mark.parametrize(
    ("text", "form", "moment"),
    [
        ("2021-03-05", "iso", datetime(2021, 3, 5)),
        ("2021-03-05T10:00:00Z", "iso-zoned", datetime(2021, 3, 5, 10)),
        ("2021-03-05T10:00:00+02:00", "iso-zoned", datetime(2021, 3, 5, 8)),
        ("2021-03-05 10:00:00.123456789", "iso", datetime(2021, 3, 5, 10, 0, 0, 123456)),
        ("2021-3-5", "%Y-%m-%d", datetime(2021, 3, 5)),
        ("25/12/2020", "%d/%m/%Y", datetime(2020, 12, 25)),
        ("12/25/2020 1:05 PM", "%m/%d/%Y %I:%M %p", datetime(2020, 12, 25, 13, 5)),
        ("12/25/2020 12:05 a.m.", "%m/%d/%Y %I:%M %p", datetime(2020, 12, 25, 0, 5)),
        ("25.12.20", "%d.%m.%y", datetime(2020, 12, 25)),
        ("25-Dec-68", "%d-%b-%y", datetime(2068, 12, 25)),
        ("25-Dec-69", "%d-%b-%y", datetime(1969, 12, 25)),
        ("5 Sept 2021", "%d %b %Y", datetime(2021, 9, 5)),
        ("Mon, 05 Mar 2021 10:00:00 +0200", "%d %b %Y %H:%M:%S", datetime(2021, 3, 5, 8)),
        ("2021年3月5日", "%Y年%m月%d日", datetime(2021, 3, 5)),
        ("2021-W01", "iso-week", datetime(2021, 1, 4)),
        ("2020W53-7", "iso-week", datetime(2021, 1, 3)),
        ("2021Q3", "quarter", datetime(2021, 7, 1)),
        ("Q1 2021", "quarter", datetime(2021, 1, 1)),
        ("2021-03", "%Y-%m", datetime(2021, 3, 1)),
        ("Mar 2021", "%b %Y", datetime(2021, 3, 1)),
    ],
)
def test_a_date_is_recognised_and_read(text: str, form: str, moment: datetime) -> None:
    assert form in date_formats(text)
    assert read(text, form) == moment


@pytest.mark.parametrize(
    "text",
    ["31/02/2021", "2021-02-30", "2021-13-01", "13/13/2021", "2021-W54", "abc 2021", "1/2", "12:30",
     "25/12/2020 25:00", "25/12/2020 13:00 PM", "0021-01-01", "1.2.3.4", "2021-Q5"],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert date_shape(text).days == ()


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("31/02/2021", "%d/%m/%Y"),
        ("02/30/2021", "%m/%d/%Y"),
        ("2021-02-29", "iso"),
        ("20210230", "%Y%m%d"),
        ("03/04/21", "%d/%m/%Y"),
        ("31 Apr 2021", "%d %b %Y"),
        ("2021-W53", "iso-week"),
        ("25/12/2020 24:00", "%d/%m/%Y"),
        ("9999999999999999", "epoch-s"),
    ],
)
def test_a_day_that_does_not_exist_is_not_taken_for_another(text: str, form: str) -> None:
    assert read(text, form) is None


def test_days_with_and_without_times_stand_in_one_column() -> None:
    cells = pa.array(["25/12/2020", "26/12/2020 10:30", "27/12/2020 10:30:15", None, "x"])
    days = [
        datetime(2020, 12, 25),
        datetime(2020, 12, 26, 10, 30),
        datetime(2020, 12, 27, 10, 30, 15),
    ]
    assert read_dates(cells, "%d/%m/%Y").to_pylist() == [*days, None, None]
    assert read_dates(cells, "%d/%m/%Y %H:%M").to_pylist() == [*days, None, None]


def test_moments_with_and_without_a_zone_stand_in_one_column() -> None:
    cells = pa.array(["2021-03-05T10:00:00Z", "2021-03-05 12:00", "2021-03-05T12:00:00-05:00"])
    hours = [datetime(2021, 3, 5, 10), datetime(2021, 3, 5, 12), datetime(2021, 3, 5, 17)]
    assert read_dates(cells, "iso").to_pylist() == hours
    assert read_dates(cells, "iso-zoned").to_pylist() == hours


def test_day_and_month_can_be_swapped_only_where_both_are_numbers_before_the_year() -> None:
    assert swapped_order("%d/%m/%Y %H:%M") == "%m/%d/%Y %H:%M"
    assert is_day_first("%d/%m/%Y")
    assert not is_day_first("%m/%d/%Y")
    for form in ("iso", "%d %b %Y", "%Y/%m/%d", "%Y年%m月%d日", "epoch-s", "%Y-%m"):
        assert swapped_order(form) is None


def test_names_of_months_are_english_whatever_the_locale() -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        for name in ("de_DE.UTF-8", "zh_CN.UTF-8", "fr_FR.UTF-8", "C.UTF-8"):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:
                continue
            assert read("5 May 2021", "%d %b %Y") == datetime(2021, 5, 5)
    finally:
        locale.setlocale(locale.LC_TIME, before)


moments = st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31, 23, 59, 59))


@given(st.lists(moments, min_size=1, max_size=30), st.sampled_from(FORMATS), st.sampled_from(TIMES))
@settings(deadline=None)
def test_what_was_written_is_read(written: list[datetime], day: str, time: str) -> None:
    if day == "%Y%m%d":
        time = ""
    cells = pa.array([moment.strftime(day + time) for moment in written])
    seconds = "%S" in time
    expected = [
        moment.replace(
            hour=moment.hour if time else 0,
            minute=moment.minute if time else 0,
            second=moment.second if seconds else 0,
            microsecond=moment.microsecond if "%f" in time else 0,
        )
        for moment in written
    ]
    assert read_dates(cells, day + time.removesuffix(".%f")).to_pylist() == expected
    if day != "%Y%m%d":
        assert all(date_shape(text).days for text in cells.to_pylist())


@given(moments, st.integers(-14 * 60, 14 * 60))
@settings(deadline=None)
def test_a_moment_with_a_zone_is_that_moment_in_utc(moment: datetime, minutes: int) -> None:
    zoned = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    utc = zoned.astimezone(UTC).replace(tzinfo=None)
    assert read(zoned.isoformat(), "iso-zoned") == utc
    text = zoned.strftime("%d/%m/%Y %H:%M:%S.%f%z")
    assert read(text, "%d/%m/%Y") == utc


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)))
@settings(deadline=None)
def test_a_day_of_an_iso_week_is_that_day(day: date) -> None:
    year, week, weekday = day.isocalendar()
    found = read(f"{year}-W{week:02}-{weekday}", "iso-week")
    assert found is not None
    assert found.date() == day


@given(moments, st.sampled_from([("epoch-s", 1), ("epoch-ms", 10**3), ("epoch-us", 10**6)]))
@settings(deadline=None)
def test_seconds_since_1970_are_that_moment(moment: datetime, form: tuple[str, int]) -> None:
    moment = moment.replace(microsecond=0)
    seconds = int(moment.replace(tzinfo=UTC).timestamp())
    assert read(str(seconds * form[1]), form[0]) == moment
