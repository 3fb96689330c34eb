"""What was learned from the training rows of a number column, and how it turns cells into inputs."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import Floats
from engine.data.preparing.numbers.scaling import FittedScaling
from engine.data.preparing.reads import Read
from engine.recipe.column_families import Clip, Fill, Scaling
from engine.recipe.parts import Frozen, OneOf

FAR = 1.0
"""A value is far outside when it lies beyond the training range by more than so many of its widths."""


class FittedNumber(Frozen):
    """Numbers are clipped, missing ones filled, all scaled; or they become codes of bins.

    A second input may say which rows lacked a value. In tensor operations: `minimum`, `maximum`, a
    `where` on what is missing, then those of the scaling.
    """

    kind: Literal["number"] = "number"
    name: str
    cell_type: CellType
    fill: float
    """What stands in for a missing value, in the column's own unit."""
    drops_rows: bool = False
    """Rows without a value are left out of training and scoring."""
    own_bin: bool = False
    """Missing has the last code."""
    flag: bool
    """A second input says which rows have no value."""
    low: float | None = None
    high: float | None = None
    """Range of the training values; None where it is not known."""
    clip: tuple[float | None, float | None] | None = None
    """Limits; None where there is none."""
    scaling: Annotated[FittedScaling, OneOf(FittedScaling)]

    @classmethod
    def fit(
        cls,
        name: str,
        values: pa.Array,
        cell_type: CellType,
        *,
        missing: Fill,
        clip: Clip | None,
        scale: Scaling,
        flag: bool | None,
    ) -> FittedNumber:
        """Learn from training cells.

        Args:
            name: Of the column.
            values: Its training cells.
            cell_type: How text in their place is read.
            missing: What stands in for a missing value.
            clip: Limits, taken from the values before anything else is learned.
            scale: What is made of them then.
            flag: Whether to say which rows lack a value; None: if training rows do.
        """
        found, _ = typed.numbers(values, cell_type)
        absent = np.isnan(found)
        known = found[~absent]
        low, high = (float(known.min()), float(known.max())) if len(known) else (None, None)
        limits = clip.limits(known) if clip is not None and len(known) else None
        if limits is not None:
            np.clip(known, *limits, out=known)
        fill = missing.number(known)
        filled = found
        filled[~absent] = known
        filled[absent] = fill
        own = missing.own_level and len(known) < len(found)
        return cls(
            name=name,
            cell_type=cell_type,
            fill=fill,
            drops_rows=missing.drops_rows,
            own_bin=scale.makes_codes and own,
            flag=len(known) < len(found) if flag is None else flag,
            low=low,
            high=high,
            clip=None if limits is None else _finite(limits),
            scaling=scale.fit(filled, known),
        )

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the number inputs made."""
        names = () if self.scaling.codes else (self.name,)
        return (*names, f"{self.name} (missing)") if self.flag else names

    @property
    def codes(self) -> int:
        """Number of codes, the unknown one included; 0 where a number is made."""
        return 1 + self.scaling.bins + self.own_bin if self.scaling.codes else 0

    def write(
        self,
        values: pa.Array,
        numbers: NDArray[np.float32],
        codes: NDArray[np.int32],
        places: NDArray[np.int64] | None = None,
    ) -> Read:
        """Fill `numbers`, (rows, inputs), and, if codes are made, `codes`, (rows, 1)."""
        del places
        found, misfits = typed.numbers(values, self.cell_type)
        absent = np.isnan(found)
        far = self._far(found)
        if self.clip is not None:
            np.clip(found, *self.clip, out=found)
        if absent.any():
            found[absent] = self.fill
        if self.scaling.codes:
            codes[:, 0] = self.scaling.places(found)
            codes[:, 0] += 1
            if self.own_bin:
                codes[absent, 0] = self.codes - 1
        else:
            self.scaling.write(found, numbers[:, 0])
        if self.flag:
            numbers[:, -1] = absent
        known = len(absent) - int(np.count_nonzero(absent))
        return Read(absent, misfits=misfits, far=far, known=known)

    def inverse(self, scaled: Floats) -> Floats:
        """Values in the column's own unit from its first input."""
        return self.scaling.inverse(scaled)

    def _far(self, found: Floats) -> int:
        if self.low is None or self.high is None or not len(found):
            return 0
        # A constant has no width: its own size stands in for it.
        reach = FAR * ((self.high - self.low) or abs(self.high) or math.inf)
        low, high = self.low - reach, self.high + reach
        if np.fmin.reduce(found) >= low and np.fmax.reduce(found) <= high:
            return 0
        return int(np.count_nonzero(found < low) + np.count_nonzero(found > high))


def _finite(limits: tuple[float, float]) -> tuple[float | None, float | None]:
    low, high = limits
    return low if math.isfinite(low) else None, high if math.isfinite(high) else None
