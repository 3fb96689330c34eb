"""What the charts draw of a run: its lines, marks and bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor

from gui.pages.train.band import Band
from gui.pages.train.marks import Mark
from gui.pages.train.series import Numbers, nearest


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A quantity of a run over the epochs: as measured and as drawn (smoothed)."""

    x: Numbers
    raw: Numbers
    drawn: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class RunLines:
    """What one run adds to a chart."""

    name: str
    colour: QColor
    focused: bool
    marker: int
    train: Line | None
    validation: Line | None
    marks: tuple[Mark, ...] = ()
    tail: tuple[Numbers, Numbers] | None = None
    """Two points to the mean of the epoch under way."""
    plan: tuple[Numbers, Numbers] | None = None
    """What is planned from now on, dotted."""
    band: Band | None = None
    """Of a run that is the mean of others: how far they are apart."""

    def same_lines(self, other: RunLines) -> bool:
        """Whether the curves look the same."""
        return (
            self.train is other.train
            and self.validation is other.validation
            and self.focused == other.focused
            and self.colour == other.colour
            and self.marker == other.marker
            and _same_points(self.tail, other.tail)
            and _same_points(self.plan, other.plan)
            and self.band is other.band
        )


def _same_points(
    first: tuple[Numbers, Numbers] | None, second: tuple[Numbers, Numbers] | None
) -> bool:
    if first is None or second is None:
        return first is second
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def value_at(part: Line | None, x: float | None, *, drawn: bool) -> tuple[float, float] | None:
    """The point of a line at `x`, if the line reaches that far."""
    if part is None or x is None or not len(part.x):
        return None
    step = (part.x[-1] - part.x[0]) / max(len(part.x) - 1, 1) or 1.0
    if not part.x[0] - step / 2 <= x <= part.x[-1] + step / 2:
        return None
    index = nearest(part.x, x)
    if index is None:
        return None
    value = float((part.drawn if drawn else part.raw)[index])
    return (float(part.x[index]), value) if np.isfinite(value) else None
