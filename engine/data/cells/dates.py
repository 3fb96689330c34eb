"""Dates in common notations: which ones a text may be written in.

A notation is `iso`, `iso-zoned`, `iso-week`, `quarter`, an epoch, or a strptime format. Times of day,
fractions of a second and zones may follow the day in any of them; moments with a zone become UTC.
Names of months are English whatever language the computer speaks.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

ISO = "iso"
ISO_ZONED = "iso-zoned"
ISO_WEEK = "iso-week"
QUARTER = "quarter"
COMPACT = "%Y%m%d"
EPOCHS = {"epoch-s": "s", "epoch-ms": "ms", "epoch-us": "us", "epoch-ns": "ns"}
"""The notations of moments as whole numbers since 1970, with their Arrow units."""
DIGITS = frozenset((COMPACT, *EPOCHS))
"""The notations in which a date is a whole number."""

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_TIME = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?(?: ?([AaPp])\.?[Mm]\.?)?"
    r" ?(Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
DAY_AND_TIME = r"^(?P<day>.*?)(?:(?:[T ]|, ?)(?P<time>[0-9]{1,2}:[0-9].*))?$"
_USUAL = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_NUMERIC = re.compile(r"([0-9]{1,4})([-/.])([0-9]{1,2})\2([0-9]{1,4})")
_WEEK = re.compile(r"([0-9]{4})-?W([0-9]{2})(?:-?([1-7]))?")
_QUARTER = re.compile(r"([0-9]{4})[ -]?Q([1-4])|Q([1-4])[ -]([0-9]{4})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_CHINESE = re.compile(r"([0-9]{4})年([0-9]{1,2})月(?:([0-9]{1,2})[日号])?")
_DAY_FIRST_NAMED = re.compile(
    rf"([0-9]{{1,2}})([ /-])({MONTH_NAME})\2([0-9]{{4}}|[0-9]{{2}})", re.I
)
_MONTH_FIRST_NAMED = re.compile(rf"({MONTH_NAME}) ([0-9]{{1,2}})(,?) ([0-9]{{4}})", re.I)
_NAMED_MONTH = re.compile(rf"({MONTH_NAME})([ -])([0-9]{{4}})", re.I)
WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )"
FIRST_YEAR, LAST_YEAR = 1000, 2999


class DateShape(NamedTuple):
    """What a text looks like, if it is a date."""

    days: tuple[str, ...]
    """The notations that its day may be written in, the most usual first; none: it is no date."""
    time: str = ""
    """The strptime format of the time behind it."""
    zoned: bool = False


_NONE = DateShape(())
_ISO_DAYS = (ISO, "%Y-%m-%d")
_ISO_SHAPES = {
    part: DateShape(_ISO_DAYS, time) for part, time in ((0, ""), (2, " %H:%M"), (3, " %H:%M:%S"))
}


@lru_cache(maxsize=50_000)
def date_shape(text: str) -> DateShape:
    """Every notation that the text is a date in; several where day and month may be swapped."""
    if not 6 <= len(text) <= 50 or not any(c.isdigit() for c in text):
        return _NONE
    usual = _USUAL.fullmatch(text)
    if usual is not None:
        hour, minute, second = usual[4] or "0", usual[5] or "0", usual[6] or "0"
        if _exists(int(usual[1]), int(usual[2]), int(usual[3])):
            is_time = int(hour) < 24 and max(int(minute), int(second)) < 60
            parts = 3 if usual[6] else 2 if usual[4] else 0
            return _ISO_SHAPES[parts] if is_time else _NONE
    match = re.match(DAY_AND_TIME, text)
    if match is None:
        return _NONE
    time, zoned = "", False
    if match["time"]:
        found = _TIME.fullmatch(match["time"])
        if found is None or _seconds(found) is None:
            return _NONE
        time, zoned = _time_format(found), found[6] is not None
    return DateShape(_days(match["day"]), time, zoned)


def date_formats(text: str) -> tuple[str, ...]:
    """Every full notation, with the time, that the text is a date in."""
    shape = date_shape(text)
    return tuple(with_time(day, shape.time, zoned=shape.zoned) for day in shape.days)


def with_time(day: str, time: str, *, zoned: bool = False) -> str:
    """The notation of days with times behind them."""
    if day == ISO:
        return ISO_ZONED if zoned else ISO
    return day + time if "%" in day else day


def day_of(form: str) -> str:
    """The notation of the day alone."""
    if form == ISO_ZONED:
        return ISO
    return re.split(r"(?:[ T]|, )%[HI]", form)[0]


def swapped_order(form: str) -> str | None:
    """The notation with day and month the other way round, where both are written as numbers."""
    day, month = form.find("%d"), form.find("%m")
    if day < 0 or month < 0 or "年" in form or form.startswith(("%Y", "%y")):
        return None
    return form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def is_day_first(form: str) -> bool:
    """Whether the day stands before the month."""
    return 0 <= form.find("%d") < form.find("%m")


def _days(text: str) -> tuple[str, ...]:
    numeric = _NUMERIC.fullmatch(text)
    if numeric is not None:
        return _numeric_days(numeric)
    text = re.sub(rf"^{WEEKDAY}", "", text)
    if (named := _DAY_FIRST_NAMED.fullmatch(text)) is not None:
        year = "%Y" if len(named[4]) == 4 else "%y"
        fits = _exists(_full_year(named[4]), _month(named[3]), int(named[1]))
        return (f"%d{named[2]}%b{named[2]}{year}",) if fits else ()
    if (named := _MONTH_FIRST_NAMED.fullmatch(text)) is not None:
        fits = _exists(int(named[4]), _month(named[1]), int(named[2]))
        return (f"%b %d{named[3]} %Y",) if fits else ()
    if (named := _NAMED_MONTH.fullmatch(text)) is not None:
        return (f"%b{named[2]}%Y",) if _exists(int(named[3]), 1, 1) else ()
    if (chinese := _CHINESE.fullmatch(text)) is not None:
        fits = _exists(int(chinese[1]), int(chinese[2]), int(chinese[3] or 1))
        form = "%Y年%m月%d日" if chinese[3] else "%Y年%m月"
        return (form,) if fits else ()
    if (week := _WEEK.fullmatch(text)) is not None:
        return (ISO_WEEK,) if 1 <= int(week[2]) <= 53 else ()
    if (month := _MONTH.fullmatch(text)) is not None:
        fits = 1800 <= int(month[1]) <= 2200 and _exists(int(month[1]), int(month[2]), 1)
        return ("%Y-%m",) if fits else ()
    return (QUARTER,) if _QUARTER.fullmatch(text) else ()


def _numeric_days(match: re.Match[str]) -> tuple[str, ...]:
    first, mark, second, third = match[1], match[2], match[3], match[4]
    a, b, c = int(first), int(second), int(third)
    found = []
    if len(first) == 4:
        if _exists(a, b, c) and len(third) <= 2:
            strict = mark == "-" and len(second) == len(third) == 2
            found += [ISO] if strict else []
            found.append(f"%Y{mark}%m{mark}%d")
        return tuple(found)
    if len(first) > 2 or len(third) not in (2, 4):
        return ()
    year = "%Y" if len(third) == 4 else "%y"
    if _exists(_full_year(third), b, a):
        found.append(f"%d{mark}%m{mark}{year}")
    if _exists(_full_year(third), a, b):
        found.append(f"%m{mark}%d{mark}{year}")
    if len(third) == 2 and len(first) == 2 and _exists(_full_year(first), b, c):
        found.append(f"%y{mark}%m{mark}%d")
    return tuple(found)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return FIRST_YEAR <= year <= LAST_YEAR


def _full_year(text: str) -> int:
    """As strptime reads two digits: from 1969 to 2068."""
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= 69 else 2000)


def _month(name: str) -> int:
    return MONTHS.index(name[:3].lower()) + 1


def _time_format(match: re.Match[str]) -> str:
    seconds = ":%S" if match[3] else ""
    return f" %I:%M{seconds} %p" if match[5] else f" %H:%M{seconds}"


def _seconds(match: re.Match[str]) -> int | None:
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[5] and not 1 <= hour <= 12:
        return None
    return hour * 3600 + minute * 60 + second if hour < 24 and max(minute, second) < 60 else None
