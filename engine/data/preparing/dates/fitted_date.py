"""What was learned from the training rows of a date column, and how it turns cells into inputs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import Floats
from engine.data.preparing.dates.parts import TURNS, input_names, parts_used
from engine.data.preparing.numbers.moments import mean_and_deviation
from engine.data.preparing.reads import Read
from engine.recipe.column_families import DateInputs, DatePart, Fill
from engine.recipe.parts import Frozen


class FittedDatePart(Frozen):
    """A part of the calendar as a standardised number."""

    part: DatePart
    center: float
    spread: float


class FittedDate(Frozen):
    """Days since the first training date and parts of the calendar.

    Elapsed days, the year and other parts that are no circles are standardised. A missing date is zero
    in all inputs, or has a date that stands in for it; a flag may tell.

    In tensor operations: a date comes as days since 1970 (float64). Year, month and day follow by whole
    number divisions and remainders alone (days counted in periods of 400 years, as in Howard Hinnant's
    `civil_from_days`), the weekday is a remainder, circles are a sine and a cosine.
    """

    kind: Literal["date"] = "date"
    name: str
    cell_type: CellType
    first: float
    """The earliest training date, in days since 1970."""
    elapsed: tuple[float, float] | None
    """Mean and deviation of the days since then; None: they are no input."""
    numbers: tuple[FittedDatePart, ...]
    circles: tuple[DatePart, ...]
    weekend: bool = False
    flag: bool
    fill: float | None = None
    """What stands in for a missing date, in days since 1970; None: zero in every input."""
    drops_rows: bool = False

    @classmethod
    def fit(
        cls,
        name: str,
        values: pa.Array,
        cell_type: CellType,
        *,
        missing: Fill,
        dates: DateInputs,
        flag: bool | None,
    ) -> FittedDate:
        """Learn from training cells. `flag` as for `FittedNumber.fit`."""
        found, _ = typed.days(values, cell_type)
        known = found[~np.isnan(found)]
        first = float(known.min()) if len(known) else 0.0
        elapsed, numbers, circles = parts_used(dates, bool((known % 1 != 0).any()))
        calendar = _Calendar(known)
        return cls(
            name=name,
            cell_type=cell_type,
            first=first,
            elapsed=mean_and_deviation(known - first) if elapsed else None,
            numbers=tuple(_standard(part, calendar.part(part)) for part in numbers),
            circles=circles,
            weekend=dates.with_weekend,
            flag=len(known) < len(found) if flag is None else flag,
            fill=missing.day(known),
            drops_rows=missing.drops_rows,
        )

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs made."""
        numbers = tuple(number.part for number in self.numbers)
        return input_names(
            self.name, self.elapsed is not None, numbers, self.circles, self.weekend, self.flag
        )

    @property
    def codes(self) -> int:
        """None are made."""
        return 0

    def write(
        self,
        values: pa.Array,
        numbers: NDArray[np.float32],
        codes: NDArray[np.int32],
        places: NDArray[np.int64] | None = None,
    ) -> Read:
        """Fill `numbers`, (rows, inputs)."""
        del codes, places
        found, misfits = typed.days(values, self.cell_type)
        absent = np.isnan(found)
        has_absent = bool(absent.any())
        if has_absent:
            found = np.where(absent, self.first if self.fill is None else self.fill, found)
        largest = float(np.finfo(np.float32).max)
        for place, column in enumerate(self._columns(found)):
            numbers[:, place] = np.clip(column, -largest, largest, out=column)
        if self.fill is None and has_absent:
            numbers[absent] = 0
        if self.flag:
            numbers[:, -1] = absent
        known = len(absent) - int(np.count_nonzero(absent))
        return Read(absent, misfits=misfits, known=known)

    def _columns(self, found: Floats) -> Iterator[Floats]:
        if self.elapsed is not None:
            center, spread = self.elapsed
            yield (found - self.first - center) / spread
        calendar = _Calendar(found)
        for number in self.numbers:
            yield (calendar.part(number.part) - number.center) / number.spread
        for part in self.circles:
            angle = calendar.part(part) * (2 * math.pi / TURNS[part])
            yield np.sin(angle)
            yield np.cos(angle)
        if self.weekend:
            yield (calendar.part("weekday") >= 5).astype(np.float64)


class _Calendar:
    """Parts of dates, each computed when it is asked for."""

    def __init__(self, days: Floats) -> None:
        self._days = days
        self._whole = np.floor(days).astype("datetime64[D]")
        self._months: NDArray[np.int64] | None = None

    def part(self, part: DatePart) -> Floats:
        """As float64: months, weekdays (from Monday) and the like from 0; hours with fractions."""
        match part:
            case "year":
                return (1970 + self._month // 12).astype(np.float64)
            case "quarter":
                return (self._month % 12 // 3).astype(np.float64)
            case "month":
                return (self._month % 12).astype(np.float64)
            case "week":
                return np.floor(self._day_of_year / 7)
            case "day":
                first = self._month.astype("datetime64[M]").astype("datetime64[D]")
                days: Floats = (self._whole - first).astype(np.float64)
                return days
            case "day_of_year":
                return self._day_of_year
            case "weekday":
                return ((self._whole.astype(np.int64) + 3) % 7).astype(np.float64)
            case "hour":
                return (self._days % 1) * 24
            case "minute":
                return (self._days * 24 % 1) * 60

    @property
    def _month(self) -> NDArray[np.int64]:
        """Months since January 1970."""
        if self._months is None:
            self._months = self._whole.astype("datetime64[M]").astype(np.int64)
        return self._months

    @property
    def _day_of_year(self) -> Floats:
        years = (self._month // 12).astype("datetime64[Y]").astype("datetime64[D]")
        days: Floats = (self._whole - years).astype(np.float64)
        return days


def _standard(part: DatePart, values: Floats) -> FittedDatePart:
    center, spread = mean_and_deviation(values)
    return FittedDatePart(part=part, center=center, spread=spread)
