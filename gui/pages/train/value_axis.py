"""The left axis of a chart: its scale, the range that holds the curves, and how its ticks read."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log10

import numpy as np

from gui.models.run_words import rate
from gui.pages.train.curve import Curve
from gui.pages.train.live_plot import LivePlot
from gui.pages.train.series import Numbers, logarithm, settled

MIN_DECADES = 0.4
"""Powers of ten that a logarithmic axis spans at least, so that it has labels."""
NEAR = 0.6
"""Of the span of the curves that a reference may be off them and still be brought into view."""
LONGEST_TICK = 1e5
"""From here on tick labels have an exponent; the axis has no room for more figures."""

Extent = tuple[float, float]


class ValueAxis:
    """Follows the curves in view; see `settled` for when it moves."""

    def __init__(self, unit: float, *, from_zero: bool) -> None:
        self.unit = unit
        """What values are multiplied by in labels."""
        self.from_zero = from_zero
        self.log = False
        self._extents: dict[tuple[Curve, float, float], Extent | None] = {}
        self._range: Extent = (0.0, 0.0)
        """Lowest and highest value of the curves, with air."""
        self._shown: list[float] = []
        """The range that was set for it."""

    def forget(self) -> None:
        """What is shown from now on is something else."""
        self._extents.clear()
        self._range = (0.0, 0.0)

    def scaled(self, values: Numbers) -> Numbers:
        """Values in the scale of the axis."""
        return logarithm(values) if self.log else values

    def place(self, value: float) -> float:
        """A value in the scale of the axis; NaN if it has no place there."""
        return float(self.scaled(np.array([value]))[0])

    def fit(
        self,
        plot: LivePlot,
        curves: Sequence[Curve],
        others: Sequence[Extent],
        references: Sequence[float],
    ) -> None:
        """Bring curves, the extents of other things, and references that are near into view."""
        low, high = plot.view.viewRange()[0]
        known, self._extents = self._extents, {}
        for curve in curves:
            if curve.opacity == 1.0:
                key = (curve, low, high)
                self._extents[key] = known[key] if key in known else curve.extent(low, high)
        found = [*(each for each in self._extents.values() if each), *others]
        span = settled([*found, *_near(found, references)], self._range)
        if span is None or (span == self._range and plot.view.viewRange()[1] == self._shown):
            return
        self._range = span
        bottom, top = span
        if self.from_zero and not self.log:
            bottom, top = min(0.0, bottom), top * 1.1
        if self.log and top - bottom < MIN_DECADES:
            middle = (bottom + top) / 2
            bottom, top = middle - MIN_DECADES / 2, middle + MIN_DECADES / 2
        plot.setYRange(bottom, top, padding=0)
        self._shown = plot.view.viewRange()[1]

    def tick(self, value: float, shown: Extent) -> str:
        """How a value of the axis reads while it shows a range."""
        if self.log:
            return rate(10**value, 2)
        bottom, top = shown
        if max(abs(bottom), abs(top)) * self.unit >= LONGEST_TICK:
            return rate(value * self.unit, 3)
        span = (top - bottom) * self.unit
        decimals = max(0, ceil(-log10(span / 8))) if span > 0 else 2
        return f"{value * self.unit:,.{min(decimals, 8)}f}".replace("-", "\u2212")


def _near(found: Sequence[Extent], references: Sequence[float]) -> list[Extent]:
    """References that the view can hold without squeezing the curves."""
    if not found:
        return []
    low, high = min(low for low, _ in found), max(high for _, high in found)
    room = NEAR * ((high - low) or abs(high) or 1.0)
    return [(value, value) for value in references if low - room <= value <= high + room]
