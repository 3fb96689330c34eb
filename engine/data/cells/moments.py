"""Whole columns of dates as moments, whatever notation they are in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.cells.dates import (
    COMPACT,
    DAY_AND_TIME,
    EPOCHS,
    FIRST_YEAR,
    ISO,
    ISO_WEEK,
    ISO_ZONED,
    LAST_YEAR,
    MONTH_NAME,
    MONTHS,
    QUARTER,
    WEEKDAY,
    day_of,
)

_Numbers: TypeAlias = NDArray[np.int64]
_Mask: TypeAlias = NDArray[np.bool_]

_STRICT_ISO = r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?$"
_LATEST = 253_402_300_799
"""The last second of the year 9999."""
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def read_dates(cells: pa.Array, form: str) -> pa.Array:
    """The moments (timestamp[us] in UTC or local time); null where a cell is no date in `form`."""
    if form in EPOCHS:
        return _from_epoch(cells, EPOCHS[form])
    if form in (ISO, ISO_ZONED):
        values = _from_iso(cells, form)
    elif "%b" in form or "%B" in form or "%" not in form or "%d" not in form:
        values = pa.nulls(len(cells), pa.timestamp("us"))  # strptime reads names by locale
    else:
        values = _strptime(cells, form)
    left = pc.and_(cells.is_valid(), values.is_null())
    if not pc.any(left).as_py():
        return values
    encoded = cells.filter(left).dictionary_encode()
    rest = _in_parts(encoded.dictionary, day_of(form)).take(encoded.indices)
    return pc.replace_with_mask(values, left, rest)


def _from_epoch(cells: pa.Array, unit: str) -> pa.Array:
    fits = pc.match_substring_regex(cells, r"^-?\d{1,18}(?:\.0*)?$")
    whole = pc.replace_substring_regex(_where(fits, cells), r"\..*$", "")
    ticks = pc.cast(whole, pa.int64())
    known = pc.less_equal(pc.abs(ticks), _LATEST * _PER_SECOND[unit])
    moments = pc.cast(_where(known, ticks), pa.timestamp(unit))
    return pc.cast(moments, pa.timestamp("us"), safe=False)


def _from_iso(cells: pa.Array, form: str) -> pa.Array:
    try:
        if form == ISO:
            return pc.cast(cells, pa.timestamp("us"))
        return pc.cast(pc.cast(cells, pa.timestamp("us", tz="UTC")), pa.timestamp("us"))
    except pa.ArrowInvalid:
        strict = _where(pc.match_substring_regex(cells, _STRICT_ISO), cells)
    try:
        return pc.cast(strict, pa.timestamp("us"))
    except pa.ArrowInvalid:  # a day that its month does not have, an hour beyond the day
        return pa.nulls(len(cells), pa.timestamp("us"))


def _strptime(cells: pa.Array, form: str) -> pa.Array:
    dates = pc.strptime(cells, format=form, unit="s", error_is_null=True)
    dates = pc.cast(dates, pa.timestamp("us"))
    # strptime takes the 31st of February for the 2nd or 3rd of March, and 21 for the year 21.
    days = pc.fill_null(pc.day(dates), 31).to_numpy(zero_copy_only=False)
    doubtful = np.flatnonzero(days <= 3)
    wrong = np.zeros(len(cells), dtype=np.bool_)
    if len(doubtful):
        texts = cells.take(pa.array(doubtful))
        over = pc.match_substring_regex(texts, _overflow(form))
        wrong[doubtful] = over.to_numpy(zero_copy_only=False)
    if "%Y" in form:
        years = pc.fill_null(pc.year(dates), FIRST_YEAR).to_numpy(zero_copy_only=False)
        wrong |= years < FIRST_YEAR
    return _where(pa.array(~wrong), dates) if wrong.any() else dates


@lru_cache
def _overflow(form: str) -> str:
    """Texts of that form in which the day is 29 or more."""
    codes = {"%Y": r"\d{4}", "%y": r"\d{1,2}", "%m": r"\d{1,2}", "%d": "(?:29|30|31)"}
    pattern = r"^\s*"
    for part in re.findall(r"%\w|[^%]+", day_of(form)):
        pattern += codes.get(part, re.escape(part))
        if part == "%d":
            break
    return pattern if form == COMPACT else pattern + r"(?:\D|$)"


def _in_parts(texts: pa.Array, day_form: str) -> pa.Array:
    """Moments from day, time, fraction and zone, each taken from the text by itself."""
    parts = pc.extract_regex(texts, DAY_AND_TIME)
    days, fits = _whole_days(_group(parts, "day"), day_form)
    times = _group(parts, "time")
    micros, timed = _microseconds(times)
    has_time = pc.greater(pc.binary_length(times), 0).to_numpy(zero_copy_only=False)
    fits &= timed | ~has_time
    moments = days.astype("datetime64[us]").astype(np.int64) + np.where(has_time, micros, 0)
    return pa.array(moments, mask=~fits).cast(pa.timestamp("us"))


def _whole_days(texts: pa.Array, form: str) -> tuple[NDArray[Any], _Mask]:
    """Days, and which of them are some."""
    if form == ISO:
        form = "%Y-%m-%d"
    found = pc.extract_regex(texts, _pattern_of(form))
    fits: _Mask = found.is_valid().to_numpy(zero_copy_only=False).copy()
    names = {field.name for field in found.type}
    year = _full_years(_group(found, "Y" if "Y" in names else "y"))
    if form == ISO_WEEK:
        return _weeks(year, _integers(_group(found, "W")), _integers(_group(found, "u"), 1), fits)
    if form == QUARTER:
        late = _group(found, "Y2")
        behind = pc.greater(pc.binary_length(late), 0).to_numpy(zero_copy_only=False)
        year = np.where(behind, _integers(late), year)
        month = 1 + 3 * (
            np.where(behind, _integers(_group(found, "q2")), _integers(_group(found, "q"))) - 1
        )
    elif "b" in names:
        short = pc.utf8_slice_codeunits(pc.utf8_lower(_group(found, "b")), 0, 3)
        month = (
            pc.fill_null(pc.index_in(short, pa.array(MONTHS)), 0).to_numpy().astype(np.int64) + 1
        )
    else:
        month = _integers(_group(found, "m"))
    day = _integers(_group(found, "d"), 1) if "d" in names else np.ones(len(texts), np.int64)
    fits &= (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12)
    months = ((np.where(fits, year, 1970) - 1970) * 12 + np.where(fits, month, 1) - 1).astype(
        "datetime64[M]"
    )
    first = months.astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[D]") - first).astype(np.int64)
    fits &= (day >= 1) & (day <= length)
    return first + (np.where(fits, day, 1) - 1), fits


def _weeks(
    year: _Numbers, week: _Numbers, weekday: _Numbers, fits: _Mask
) -> tuple[NDArray[Any], _Mask]:
    fits = fits & (year >= FIRST_YEAR) & (year <= LAST_YEAR)
    years = (np.where(fits, year, 1970) - 1970).astype("datetime64[Y]")
    fourth = years.astype("datetime64[D]") + 3  # the 4th of January is in the first week
    monday = fourth - (fourth.astype(np.int64) + 3) % 7
    following = (years + 1).astype("datetime64[D]") + 3
    length = (following - (following.astype(np.int64) + 3) % 7 - monday).astype(np.int64) // 7
    fits = fits & (week >= 1) & (week <= length)
    return monday + (week - 1) * 7 + (weekday - 1), fits


@lru_cache
def _pattern_of(form: str) -> str:
    if form == ISO_WEEK:
        return r"^(?P<Y>\d{4})-?W(?P<W>\d{2})(?:-?(?P<u>[1-7]))?$"
    if form == QUARTER:
        return r"^(?:(?P<Y>\d{4})[ -]?Q(?P<q>[1-4])|Q(?P<q2>[1-4])[ -](?P<Y2>\d{4}))$"
    if form == COMPACT:
        return r"^(?P<Y>\d{4})(?P<m>\d{2})(?P<d>\d{2})$"
    codes = {
        "%Y": r"(?P<Y>\d{4})", "%y": r"(?P<y>\d{2})", "%m": r"(?P<m>\d{1,2})",
        "%d": r"(?P<d>\d{1,2})", "%b": rf"(?P<b>(?i:{MONTH_NAME}))", "%B": rf"(?P<b>(?i:{MONTH_NAME}))",
    }  # fmt: skip
    parts = re.findall(r"%\w|[^%]+", form)
    pattern = "".join(codes.get(part, re.escape(part)) for part in parts)
    return rf"^{WEEKDAY}?{pattern}$"


def _microseconds(times: pa.Array) -> tuple[_Numbers, _Mask]:
    """Times of day in microseconds, less their distance from UTC; and which texts are times."""
    found = pc.extract_regex(
        times,
        r"^(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
        r"(?: ?(?P<p>[AaPp])\.?[Mm]\.?)?"
        r" ?(?:Z|UTC|GMT|(?P<z>[+-])(?P<zh>\d{2})(?::?(?P<zm>\d{2}))?)?$",
    )
    fits: _Mask = found.is_valid().to_numpy(zero_copy_only=False).copy()
    hour, minute = _integers(_group(found, "h")), _integers(_group(found, "m"))
    second = _integers(_group(found, "s"))
    half = pc.utf8_lower(_group(found, "p"))
    halved = pc.greater(pc.binary_length(half), 0).to_numpy(zero_copy_only=False)
    afternoon = pc.equal(half, "p").to_numpy(zero_copy_only=False)
    fits &= np.where(halved, (hour >= 1) & (hour <= 12), hour < 24) & (minute < 60) & (second < 60)
    hour = np.where(halved, hour % 12 + np.where(afternoon, 12, 0), hour)
    digits = pc.utf8_slice_codeunits(pc.utf8_rpad(_group(found, "f"), 6, "0"), 0, 6)
    offset = _integers(_group(found, "zh")) * 60 + _integers(_group(found, "zm"))
    west = pc.equal(_group(found, "z"), "-").to_numpy(zero_copy_only=False)
    minutes = hour * 60 + minute - np.where(west, -offset, offset)
    return (minutes * 60 + second) * 1_000_000 + _integers(digits), fits


def _group(parts: pa.StructArray, name: str) -> pa.Array:
    return pc.fill_null(pc.struct_field(parts, name), "")


def _integers(texts: pa.Array, empty: int = 0) -> _Numbers:
    blank = pc.equal(pc.binary_length(texts), 0)
    numbers: _Numbers = (
        pc.cast(pc.if_else(blank, str(empty), texts), pa.int64())
        .to_numpy(zero_copy_only=False)
        .astype(np.int64)
    )
    return numbers


def _full_years(texts: pa.Array) -> _Numbers:
    years = _integers(texts)
    short = pc.equal(pc.binary_length(texts), 2).to_numpy(zero_copy_only=False)
    return np.where(short, years + np.where(years >= 69, 1900, 2000), years)


def _where(condition: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(condition, values, pa.scalar(None, values.type))
