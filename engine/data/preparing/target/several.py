"""The targets of a preparation, one or several: side by side in prepared rows and in network outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells.typed import Floats
from engine.data.memory import Storage
from engine.data.preparing.inputs import OutputForm
from engine.data.preparing.target.classes import FittedClasses
from engine.data.preparing.target.value import FittedValue
from engine.schema import Task

UNKNOWN = -1
"""The class of a row whose label is missing, where several are predicted."""


@dataclass(frozen=True, slots=True)
class TargetRead:
    """What was met when the cells of a target were read."""

    strangers: int = 0
    """Rows of a class that no training row has."""
    outside: int = 0
    """Values that lie where the transform ends."""

    def __add__(self, other: TargetRead) -> TargetRead:
        return TargetRead(self.strangers + other.strangers, self.outside + other.outside)


class FittedTargets:
    """All targets.

    Of one target rows have class codes, int64 (rows,), or a value, (rows,). Of several they have values
    (rows, targets), NaN where missing, or labels int8 (rows, targets), 0 or 1, `UNKNOWN` where missing;
    a row counts if it has one of them.
    """

    def __init__(self, each: tuple[FittedClasses | FittedValue, ...]) -> None:
        self.each = each

    @property
    def first(self) -> FittedClasses | FittedValue:
        """The only target, or the first."""
        return self.each[0]

    @property
    def several(self) -> bool:
        """Whether there are more than one."""
        return len(self.each) > 1

    @property
    def task(self) -> Task:
        """What is predicted."""
        if not self.several:
            return self.first.task
        is_value = isinstance(self.first, FittedValue)
        return Task.MULTI_REGRESSION if is_value else Task.MULTI_LABEL

    @property
    def names(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(target.name for target in self.each)

    @property
    def outputs(self) -> int:
        """Outputs that a network needs."""
        return sum(target.outputs for target in self.each)

    @property
    def form(self) -> OutputForm:
        """What they are; several targets of one recipe have the same."""
        return self.first.form

    @property
    def is_log(self) -> bool:
        """Whether outputs for numbers are logarithms of rates."""
        return isinstance(self.first, FittedValue) and self.first.link == "log"

    @property
    def scale(self) -> float | Floats:
        """The deviation of the training rows in the unit of the target, or of each of several; 1 for classes."""
        scales = [t.scale if isinstance(t, FittedValue) else 1.0 for t in self.each]
        return np.asarray(scales) if self.several else scales[0]

    def by_target(
        self, outputs: NDArray[Any]
    ) -> Iterator[tuple[FittedClasses | FittedValue, NDArray[Any]]]:
        """Each target and its own outputs, (rows, its outputs)."""
        stops = list(accumulate(target.outputs for target in self.each))
        for target, stop in zip(self.each, stops, strict=True):
            yield target, outputs[:, stop - target.outputs : stop]

    def predictions(self, outputs: NDArray[Any]) -> Floats:
        """What metrics score; of several targets (rows, targets)."""
        if not self.several:
            return self.first.predictions(outputs)
        found = [target.predictions(own) for target, own in self.by_target(outputs)]
        return np.stack(found, axis=1)

    def plainest_outputs(self) -> Floats:
        """The outputs (1, `outputs`) that predict what is usual in the training rows."""
        return np.concatenate([target.plainest_outputs() for target in self.each], axis=1)

    def room(self, count: int, storage: Storage) -> tuple[NDArray[Any], NDArray[Any]]:
        """Arrays for what the network is trained on, and for what metrics compare with.

        They are one array where both are the same.
        """
        shape = (count, len(self.each)) if self.several else (count,)
        if isinstance(self.first, FittedValue):
            return storage.empty(shape, np.float32), storage.empty(shape, np.float64)
        codes = storage.empty(shape, np.int8 if self.several else np.int64)
        return codes, codes

    def write(
        self,
        cells_of: Callable[[str], pa.Array],
        target: NDArray[Any],
        values: NDArray[Any],
        known: NDArray[np.bool_],
    ) -> list[TargetRead]:
        """Fill in the targets of some rows.

        Args:
            cells_of: The cells of a target's column.
            target: For the rows, from `room`; all of it is written.
            values: For the rows, from `room`.
            known: Rows that have no target, or no known one, are unmarked.

        Returns:
            What was met, for each target.
        """
        found, here = [], np.zeros(len(known), np.bool_)
        for place, fitted in enumerate(self.each):
            column = (slice(None), place) if self.several else slice(None)
            if isinstance(fitted, FittedClasses):
                codes, strangers = fitted.read(cells_of(fitted.name))
                values[column] = codes
                here |= codes >= 0
                found.append(TargetRead(strangers=strangers))
                continue
            read, _ = fitted.read(cells_of(fitted.name))
            values[column] = read
            target[column] = fitted.standardised(read)
            here |= ~np.isnan(read)
            found.append(TargetRead(outside=fitted.transform.outside(read)))
        known &= here
        return found


def known_of(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Which targets of rows are there, from values or class codes of any shape."""
    found: NDArray[np.bool_] = ~np.isnan(values) if values.dtype.kind == "f" else values >= 0
    return found


def names_listed(names: Sequence[str]) -> str:
    """Several targets as one name."""
    return ", ".join(names)
