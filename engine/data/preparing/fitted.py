"""What was learned from the training rows of one column, and how it turns cells into inputs.

Each class is a readable record (JSON) of its fit. Numbers become one input and, if training rows
lacked values, a second one that says so. Categories become a code. Dates become a few numbers.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import Field

from engine.data.cells import typed
from engine.data.cells.cell_types import CellKind, CellType
from engine.data.cells.typed import Floats
from engine.messages import Message, message_n
from engine.recipe.columns import Missing, Scale
from engine.recipe.parts import Frozen

QUANTILES = 1000
_EDGE = 1e-7
"""Quantiles are kept this far from 0 and 1, so that the normal quantile function stays finite."""


@dataclass(frozen=True, slots=True)
class Read:
    """What became of the cells of one column."""

    missing: NDArray[np.bool_]
    misfits: int = 0
    unseen: int = 0

    @classmethod
    def none(cls) -> Read:
        """Of no cells."""
        return cls(np.empty(0, np.bool_))

    def with_counts_of(self, more: Read) -> Read:
        """The counts of both together."""
        return Read(self.missing, self.misfits + more.misfits, self.unseen + more.unseen)


class LevelCounts:
    """The levels of cells that come in pieces, with the number of each."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.missing = 0

    def add(self, values: pa.Array, cell_type: CellType) -> LevelCounts:
        """Count these cells too."""
        texts, _ = typed.levels(values, cell_type)
        self.missing += texts.null_count
        found = pc.value_counts(texts.drop_null())
        for level, count in zip(
            found.field(0).to_pylist(), found.field(1).to_pylist(), strict=True
        ):
            self.counts[level] += count
        return self


class FittedNumber(Frozen):
    """A number column: missing cells are filled, then (x − center) / spread, or normal quantiles."""

    kind: Literal["number"] = "number"
    name: str
    cell_type: CellType
    missing: Missing
    scale: Scale
    fill: float
    flag: bool
    """Training rows lacked values, so a second input says which rows do."""
    center: float
    spread: float
    quantiles: tuple[float, ...] = ()
    """Training quantiles at even steps from 0 to 1, for `Scale.QUANTILE`."""

    @classmethod
    def fit(
        cls, name: str, values: pa.Array, missing: Missing, scale: Scale, cell_type: CellType
    ) -> FittedNumber:
        """Learn from training cells."""
        found, _ = typed.numbers(values, cell_type)
        known = found[~np.isnan(found)]
        fill = 0.0
        if len(known) and missing is not Missing.ZERO:
            fill = _mean(known) if missing is Missing.MEAN else float(np.median(known))
        filled = np.where(np.isnan(found), fill, found)
        center, spread = center_and_spread(filled, scale)
        quantiles: tuple[float, ...] = ()
        if scale is Scale.QUANTILE and len(known):
            steps = np.linspace(0, 1, min(QUANTILES, max(2, len(known))))
            quantiles = tuple(np.quantile(known, steps).tolist())
        return cls(
            name=name,
            cell_type=cell_type,
            missing=missing,
            scale=scale,
            fill=fill,
            flag=missing is Missing.MEDIAN_FLAG and len(known) < len(found),
            center=center,
            spread=spread,
            quantiles=quantiles,
        )

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs made."""
        return (self.name, f"{self.name} (missing)") if self.flag else (self.name,)

    @property
    def drops_rows(self) -> bool:
        """Rows without a value are left out of training and scoring."""
        return self.missing is Missing.DROP_ROW

    def write(self, values: pa.Array, out: NDArray[np.float32]) -> Read:
        """Fill `out`, (rows, inputs)."""
        found, misfits = typed.numbers(values, self.cell_type)
        absent = np.isnan(found)
        found[absent] = self.fill
        out[:, 0] = _float32(self._scaled(found))
        if self.flag:
            out[:, 1] = absent
        return Read(absent, misfits=misfits)

    def _scaled(self, found: Floats) -> Floats:
        if not self.quantiles:
            with np.errstate(over="ignore"):  # what overflows is cut to the largest float32
                return (found - self.center) / self.spread
        from scipy.special import ndtri

        # As scikit-learn's QuantileTransformer (the middle of both directions where values tie), but
        # also at the ends: a column that is mostly zero must not throw its zeros far out.
        points = np.asarray(self.quantiles)
        steps = np.linspace(0, 1, len(points))
        share = 0.5 * (
            np.interp(found, points, steps) - np.interp(-found, -points[::-1], -steps[::-1])
        )
        normal: Floats = ndtri(np.clip(share, _EDGE, 1 - _EDGE))
        return normal


class FittedCategory(Frozen):
    """A category column: code 0 is unknown, 1 … are `levels`, the last code may stand for missing."""

    kind: Literal["category"] = "category"
    name: str
    cell_type: CellType
    levels: tuple[str, ...]
    missing: Missing
    missing_level: bool
    """Training rows lacked values, so missing has a code of its own."""
    most_frequent: int
    """Code of the level with the most training rows."""

    @classmethod
    def fit(
        cls, name: str, values: pa.Array, missing: Missing, cell_type: CellType
    ) -> FittedCategory:
        """Learn the levels of training cells."""
        return cls.counted(name, LevelCounts().add(values, cell_type), missing, cell_type)

    @classmethod
    def counted(
        cls, name: str, seen: LevelCounts, missing: Missing, cell_type: CellType
    ) -> FittedCategory:
        """Learn from levels that were counted before."""
        found = sorted_levels(seen.counts)
        most = max(range(len(found)), key=lambda i: seen.counts[found[i]]) if found else -1
        return cls(
            name=name,
            cell_type=cell_type,
            levels=found,
            missing=missing,
            missing_level=missing is Missing.OWN_LEVEL and seen.missing > 0,
            most_frequent=1 + most,
        )

    @property
    def codes(self) -> int:
        """Number of codes, the unknown one included."""
        return 1 + len(self.levels) + self.missing_level

    @property
    def drops_rows(self) -> bool:
        """Rows without a value are left out of training and scoring."""
        return self.missing is Missing.DROP_ROW

    def write(self, values: pa.Array, out: NDArray[np.int32]) -> Read:
        """Fill `out`, (rows,), with codes."""
        texts, misfits = typed.levels(values, self.cell_type)
        absent = texts.is_null().to_numpy(zero_copy_only=False)
        out[:] = level_codes(texts, self.levels) + 1
        unseen = int(np.count_nonzero(out == 0)) - texts.null_count
        if self.missing_level:
            out[absent] = self.codes - 1
        elif self.missing is not Missing.OWN_LEVEL:
            out[absent] = self.most_frequent
        return Read(absent, misfits=misfits, unseen=unseen)


class FittedDate(Frozen):
    """A date column: days since the first training date, year, and the month and weekday as circles.

    Elapsed days and year are standardised. Hours are added as a circle if training dates have times.
    A missing date is zero in all of them, with a flag if training rows lacked dates.
    """

    kind: Literal["date"] = "date"
    name: str
    cell_type: CellType
    first: float
    """The earliest training date, in days since 1970."""
    center: float
    spread: float
    year_center: float
    year_spread: float
    hours: bool
    flag: bool
    drops_rows: bool = False

    @classmethod
    def fit(cls, name: str, values: pa.Array, missing: Missing, cell_type: CellType) -> FittedDate:
        """Learn from training cells."""
        found, _ = typed.days(values, cell_type)
        known = found[~np.isnan(found)]
        first = float(known.min()) if len(known) else 0.0
        center, spread = center_and_spread(known - first, Scale.STANDARD)
        year_center, year_spread = center_and_spread(_calendar(known)[0], Scale.STANDARD)
        drop = missing is Missing.DROP_ROW
        return cls(
            name=name,
            cell_type=cell_type,
            first=first,
            center=center,
            spread=spread,
            year_center=year_center,
            year_spread=year_spread,
            hours=bool((known % 1 != 0).any()),
            flag=not drop and len(known) < len(found),
            drops_rows=drop,
        )

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs made."""
        parts = ["elapsed", "year", "month sin", "month cos", "weekday sin", "weekday cos"]
        parts += ["hour sin", "hour cos"] if self.hours else []
        parts += ["missing"] if self.flag else []
        return tuple(f"{self.name} ({part})" for part in parts)

    def write(self, values: pa.Array, out: NDArray[np.float32]) -> Read:
        """Fill `out`, (rows, inputs)."""
        found, misfits = typed.days(values, self.cell_type)
        absent = np.isnan(found)
        found[absent] = self.first
        year, month, weekday = _calendar(found)
        columns = [(found - self.first - self.center) / self.spread]
        columns.append((year - self.year_center) / self.year_spread)
        turns = [month / 12, weekday / 7] + ([found % 1] if self.hours else [])
        for turn in turns:
            columns += [np.sin(2 * math.pi * turn), np.cos(2 * math.pi * turn)]
        for place, column in enumerate(columns):
            out[:, place] = _float32(column)
        out[absent] = 0
        if self.flag:
            out[:, -1] = absent
        return Read(absent, misfits=misfits)


FittedColumn: TypeAlias = Annotated[
    FittedNumber | FittedCategory | FittedDate, Field(discriminator="kind")
]


def sorted_levels(names: dict[str, int] | set[str]) -> tuple[str, ...]:
    """By value if all are numbers, else by text."""
    try:
        values = {name: float(name) for name in names}
    except ValueError:
        return tuple(sorted(names))
    if not all(map(math.isfinite, values.values())):  # "nan" and "inf" are words here
        return tuple(sorted(names))
    return tuple(sorted(names, key=lambda name: (values[name], name)))


def level_codes(texts: pa.Array, names: tuple[str, ...]) -> NDArray[np.int32]:
    """The place of each text among `names`, −1 where it is none of them or null."""
    places = pc.index_in(texts, value_set=pa.array(names, pa.string()), skip_nulls=True)
    codes: NDArray[np.int32] = pc.fill_null(places, -1).to_numpy(zero_copy_only=False)
    return codes


def warnings_of(column: FittedColumn, read: Read) -> list[Message]:
    """What a person should know about cells that were not as in training."""
    name = column.name
    found: list[Message] = []
    if read.misfits and column.cell_type.kind is not CellKind.DATE:
        found.append(
            message_n(
                "“{column}”: {count} cell is not a number and counts as missing.",
                "“{column}”: {count} cells are not numbers and count as missing.",
                read.misfits,
                column=name,
            )
        )
    elif read.misfits:
        found.append(
            message_n(
                "“{column}”: {count} cell is not a date and counts as missing.",
                "“{column}”: {count} cells are not dates and count as missing.",
                read.misfits,
                column=name,
            )
        )
    if read.unseen:
        found.append(
            message_n(
                "“{column}”: {count} cell has a value that training rows did not have; it counts as unknown.",
                "“{column}”: {count} cells have values that training rows did not have; they count as unknown.",
                read.unseen,
                column=name,
            )
        )
    return found


def _mean(values: Floats) -> float:
    size = float(np.max(np.abs(values), initial=0.0))
    return size * float(np.mean(values / size)) if size > 0 else 0.0


def center_and_spread(values: Floats, scale: Scale) -> tuple[float, float]:
    """What to subtract and to divide by; the divisor is 1 for a constant column."""
    if len(values) == 0 or scale in (Scale.NONE, Scale.QUANTILE):
        return 0.0, 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        if scale is Scale.STANDARD:
            center = _mean(values)
            # In units of the largest value: its square may be beyond what a float holds.
            size = float(np.max(np.abs(values - center)))
            spread = size * float(np.std(values / size - center / size)) if size > 0 else 0.0
        elif scale is Scale.ROBUST:
            low, center, high = (float(q) for q in np.quantile(values, (0.25, 0.5, 0.75)))
            spread = high - low
        else:
            center = float(values.min())
            spread = float(values.max()) - center
    # Rounding alone must not be blown up to a column of noise.
    tiny = 1e-12 * max(abs(center), np.finfo(np.float64).tiny)
    return center, spread if math.isfinite(spread) and spread > tiny else 1.0


def _calendar(days: Floats) -> tuple[Floats, Floats, Floats]:
    """Year, month from 0 to 11, and weekday from 0, which is Monday."""
    whole = np.floor(days).astype("datetime64[D]")
    months = whole.astype("datetime64[M]").astype(np.int64)
    weekday = (whole.astype(np.int64) + 3) % 7
    return (
        (1970 + months // 12).astype(np.float64),
        (months % 12).astype(np.float64),
        weekday.astype(np.float64),
    )


def _float32(values: Floats) -> NDArray[np.float32]:
    largest = float(np.finfo(np.float32).max)
    return np.clip(values, -largest, largest).astype(np.float32)
