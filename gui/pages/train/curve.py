"""One line of a chart: its points, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from gui.pages.train.levels import Levels
from gui.pages.train.series import Numbers, clipped, in_view, logarithm


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points over ascending x and how they are drawn; the same object is the same picture."""

    x: Numbers
    values: Numbers
    levels: Levels
    """Of `values`."""
    colour: QColor
    width: float = 1.2
    dashed: bool = False
    opacity: float = 1.0
    marker: int = 0
    """0: none; 1, 2, 3: a square, triangle or cross on every tenth point (hues used again)."""
    log: bool = False
    """Drawn on a logarithmic axis; `y` is in powers of ten then."""

    @property
    def y(self) -> Numbers:
        """The values in the scale of the axis."""
        return self._scaled(self.values)

    def at(self, places: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
        """Some of the points, in the scale of the axis."""
        return self.x[places], self._scaled(self.values[places])

    def part(self, low: float, high: float) -> tuple[Numbers, Numbers]:
        """The points from `low` to `high` and one beyond each end; gaps are NaN."""
        x, values = clipped(self.x, self.values, low, high)
        y = self._scaled(values)
        return x, np.where(np.isfinite(y), y, np.nan)

    def extent(self, low: float, high: float) -> tuple[float, float] | None:
        """Lowest and highest y that are to be in view between `low` and `high`."""
        start, stop = in_view(self.x, low, high)
        found = self.levels.extent(start, stop)
        if found is None or not self.log:
            return found
        if found[0] <= 0:
            return Levels(self.y).extent(start, stop)  # the lowest of what has a logarithm
        bottom, top = logarithm(np.array(found))
        return float(bottom), float(top)

    def spans(self, cuts: NDArray[np.int64]) -> tuple[NDArray[np.int64], Numbers, Numbers]:
        """Lowest and highest y between the points `cuts`; see `Levels.spans`."""
        places, low, high = self.levels.spans(cuts)
        if not self.log:
            return places, low, high
        if len(low) and not np.fmin.reduce(low) > 0:
            return Levels(self.y).spans(cuts)  # the lowest of what has a logarithm
        return places, logarithm(low), logarithm(high)

    def _scaled(self, values: Numbers) -> Numbers:
        return logarithm(values) if self.log else values
