"""Values that stand apart: stand-ins for "no value" (−999, 9999, 1900-01-01, "unknown"), far-off numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.cells.cell_types import CellKind
from engine.data.problems.case import Case
from engine.data.problems.fixes import read_as_missing
from engine.data.problems.foresight import floats
from engine.data.problems.problem import Problem
from engine.data.rows.filters import Filter, LevelsFilter, RangeFilter
from engine.messages import Message, message, message_n
from engine.schema import Column, Kind

_STAND_INS = frozenset(
    float(sign * (10**digits - 1)) for digits in range(2, 11) for sign in (-1, 1)
) | {-1.0, -9.0, -99.9, -999.9, 9.96921e36, 1e20, 2.0**31 - 1, -(2.0**31), -32768.0, 65535.0}  # fmt: skip
_STAND_IN_DAYS = tuple(
    datetime.fromisoformat(day)
    for day in (
        "0001-01-01", "1800-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1900-01-02",
        "1970-01-01", "2099-12-31", "2999-12-31", "9999-12-31",
    )
)  # fmt: skip
_WORDS = re.compile(
    r"\W*(unknown|unkn?|n/?a|not available|not applicable|not known|missing|none|null|nil|undefined|unspecified|"
    r"no data|no answer|tbd|tbc|xxx+|未知|不详|不明|无|空|缺失|未填|未填写|暂无|\?+|-+|\.+)?\W*",
    re.IGNORECASE,
)
_FEWEST = 20
_SHOWN = 40
"""Characters of a value that are told; it may be a long line of dashes."""
_FAR = 10
"""Times the range of nearly all values, beyond which a value is far off."""
_RARE = 0.001


def stand_ins(case: Case) -> Iterator[Problem]:
    """Values that most likely mean "no value"."""
    for column in case.used():
        if column.kind is Kind.NUMBER:
            yield from _numbers(case, column)
        elif column.kind is Kind.DATE:
            yield from _days(case, column)
        elif column.kind is Kind.CATEGORY and not column.integer:
            yield from _words(case, column)


def far_off(case: Case) -> Iterator[Problem]:
    """Numbers so far from all others that they are likely mistakes."""
    for column in case.used():
        if column.kind is not Kind.NUMBER:
            continue
        bounds = case.once(("bounds", column.name), partial(_bounds, case, column))
        if bounds is None:
            continue
        low, high, usual_low, usual_high = bounds
        figures = case.profile.columns[column.name]
        if figures.minimum is None or figures.maximum is None:
            continue
        if low <= figures.minimum and figures.maximum <= high:
            continue

        def is_far(cells: pa.Array, low: float = low, high: float = high) -> pa.Array:
            return pc.fill_null(pc.or_(pc.less(cells, low), pc.greater(cells, high)), False)

        rows, count = case.once(
            ("far", column.name),
            partial(case.first_rows, column.name, is_far),
        )
        if not 0 < count <= max(3, _RARE * case.table.rows):
            continue
        yield Problem(
            "far_off",
            "info",
            message_n(
                "{count} value of {column} is far off",
                "{count} values of {column} are far off",
                count,
                column=column.name,
            ),
            message(
                "Nearly all others lie between {low} and {high}.", low=usual_low, high=usual_high
            ),
            column=column.name,
            count=count,
            rows=rows,
        )


# Numbers -----------------------------------------------------------------------------------------


def _numbers(case: Case, column: Column) -> Iterator[Problem]:
    for value in case.once(("apart", column.name), lambda: _apart(case, column)):
        found = _rows_with(case, column.name, value)
        # −1 and −9 can be values among others; one or two of them say nothing.
        if found[1] and (abs(value) >= 10 or found[1] >= 5):
            detail = message(
                "It stands apart from all other values, and such numbers often mean “no value”."
            )
            notations = _notations(value)
            same = RangeFilter(column=column.name, low=value, high=value)
            yield _stand_in(case, column, notations[0], detail, found, notations, same)


def _rows_with(case: Case, name: str, value: object) -> tuple[tuple[int, ...], int]:
    return case.once(("equal", name, value), lambda: case.first_rows(name, _equal(value)))


def _apart(case: Case, column: Column) -> list[float]:
    """Stand-ins at the ends of the values, with nothing near them; one at each end at most."""
    values = case.table.column(column.name)
    if pa.types.is_string(values.type) or case.profile.columns[column.name].distinct < 3:
        return []
    figures = case.profile.columns[column.name]
    found = []
    for below, end in ((True, figures.minimum), (False, figures.maximum)):
        if end not in _STAND_INS:
            continue
        low, high = _range_without(case, column.name, end)
        if low is None or high is None:
            continue
        gap = low - end if below else end - high
        width = high - low
        only_negative = below and end < 0 <= low and width >= 10
        if only_negative or gap >= max(width, 10):
            found.append(end)
    return found


def _range_without(case: Case, name: str, value: float) -> tuple[float | None, float | None]:
    low = high = None
    for _, cells in case.batches(name):
        cells = cells.filter(pc.not_equal(cells, value))
        ends = pc.min_max(cells).as_py()
        if ends["min"] is not None:
            low = ends["min"] if low is None else min(low, ends["min"])
            high = ends["max"] if high is None else max(high, ends["max"])
    return (None, None) if low is None or high is None else (float(low), float(high))


def _equal(value: object) -> Callable[[pa.Array], pa.Array]:
    def is_meant(cells: pa.Array) -> pa.Array:
        return pc.fill_null(pc.equal(cells, pa.scalar(value).cast(cells.type)), False)

    return is_meant


def _notations(value: float) -> list[str]:
    """Ways in which the number may be written in the file."""
    if not value.is_integer() or abs(value) > 1e15:
        return [repr(value)]
    return [f"{value:.0f}", f"{value:.1f}", f"{value:.2f}"]


def _bounds(case: Case, column: Column) -> tuple[float, float, float, float] | None:
    cells = case.sampled(column.name)
    if pa.types.is_string(cells.type):
        return None
    values = floats(cells)
    values = values[~np.isnan(values)]
    if len(values) < 100:
        return None
    low, high = (float(end) for end in np.percentile(values, (1, 99)))
    reach = _FAR * (high - low)
    return (low - reach, high + reach, low, high) if reach > 0 else None


# Dates -------------------------------------------------------------------------------------------


def _days(case: Case, column: Column) -> Iterator[Problem]:
    if not pa.types.is_timestamp(case.table.column(column.name).type):
        return
    for day in case.once(("days", column.name), lambda: _days_apart(case, column)):
        text = _written(day, case.table.cell_type(column.name).date_format)
        moment = day.replace(tzinfo=UTC).timestamp()
        yield _stand_in(
            case,
            column,
            day.date().isoformat(),
            message("Programs write this date where there is none."),
            _rows_with(case, column.name, day),
            [text] if text else [],
            RangeFilter(column=column.name, low=moment, high=moment),
        )


def _days_apart(case: Case, column: Column) -> list[datetime]:
    ends = pc.min_max(case.table.column(column.name)).as_py()
    found = []
    for day in _STAND_IN_DAYS:
        if day not in (ends["min"], ends["max"]):
            continue
        _, count = _rows_with(case, column.name, day)
        low, high = _days_without(case, column.name, day)
        if low is None or high is None:
            continue
        gap = (low - day) if day < low else (day - high)
        if count >= 2 and gap.days >= max(366, (high - low).days // 4):
            found.append(day)
    return found


def _days_without(case: Case, name: str, day: datetime) -> tuple[datetime | None, datetime | None]:
    low: datetime | None = None
    high: datetime | None = None
    for _, cells in case.batches(name):
        ends = pc.min_max(cells.filter(pc.invert(_equal(day)(cells)))).as_py()
        if ends["min"] is not None:
            low = ends["min"] if low is None else min(low, ends["min"])
            high = ends["max"] if high is None else max(high, ends["max"])
    return low, high


def _written(day: datetime, form: str) -> str:
    if "%" in form:
        return day.strftime(form)
    return day.date().isoformat() if form == "iso" else ""


# Words -------------------------------------------------------------------------------------------


def _words(case: Case, column: Column) -> Iterator[Problem]:
    figures = case.profile.columns[column.name]
    if case.table.rows < _FEWEST or case.table.cell_type(column.name).kind is not CellKind.TEXT:
        return
    for value, _ in figures.top:
        if not _WORDS.fullmatch(value):
            continue
        found = _rows_with(case, column.name, value)
        if found[1]:
            detail = message("It is read as a class of its own. If it means “no value”, say so.")
            same = LevelsFilter(column=column.name, values=(value,))
            yield _stand_in(case, column, value, detail, found, [value], same)


def _stand_in(
    case: Case,
    column: Column,
    shown: str,
    detail: Message,
    found: tuple[tuple[int, ...], int],
    notations: Sequence[str],
    filter_: Filter,
) -> Problem:
    rows, count = found
    value = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
    return Problem(
        "stand_in",
        "info",
        message("“{value}” in {column} may mean “no value”", value=value, column=column.name),
        detail,
        column=column.name,
        subject=shown,
        count=count,
        rows=rows,
        filters=(filter_,),
        fix=read_as_missing(case.table, column.name, shown, notations) if notations else None,
    )
