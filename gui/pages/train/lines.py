"""What the charts draw of a run: its lines, marks and bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor

from gui.pages.train.band import Band
from gui.pages.train.levels import Levels
from gui.pages.train.marks import Mark
from gui.pages.train.series import Numbers, nearest
from gui.pages.train.smoothing import Smoother


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A quantity of a run over the epochs: as measured and as drawn (smoothed)."""

    x: Numbers
    raw: Numbers
    drawn: Numbers
    raw_levels: Levels
    drawn_levels: Levels

    @classmethod
    def of(cls, x: Numbers, raw: Numbers, drawn: Numbers) -> Line:
        """A line that is not expected to grow."""
        levels = Levels(raw)
        return cls(x, raw, drawn, levels, levels if drawn is raw else Levels(drawn))


class GrowingLine:
    """Makes the lines of one quantity while its values grow; only what is new is computed."""

    def __init__(self, weight: float) -> None:
        self._weight = weight
        self._begin()

    def _begin(self) -> None:
        self._smoother = Smoother(self._weight)
        self._raw_levels, self._drawn_levels = Levels(np.empty(0)), Levels(np.empty(0))
        self._restarts = 0
        self._line: Line | None = None

    def follow(self, x: Numbers, values: Numbers) -> Line:
        """The line as it is now; `values` begin with what was followed before, or are fewer and begin anew.

        The same object as the last time if there is nothing new and `x` is the same object too.
        """
        known = self._line
        if known is not None and known.x is x and len(known.raw) == len(values):
            return known
        if known is not None and len(values) < len(known.raw):
            self._begin()
        drawn = self._smoother.follow(values)
        if self._smoother.restarts != self._restarts:
            self._restarts, self._drawn_levels = self._smoother.restarts, Levels(drawn)
        self._raw_levels.follow(values)
        levels = self._raw_levels if drawn is values else self._drawn_levels
        levels.follow(drawn)
        levels.grow()
        self._line = Line(x, values, drawn, self._raw_levels, levels)
        return self._line


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


class Pointed:
    """A place on the lower axis, and which points of lines are there."""

    def __init__(self, x: float) -> None:
        self.x = x
        self._places: dict[int, tuple[Numbers, int | None]] = {}
        """Lines share their arrays of x."""

    def value(self, line: Line | None, *, drawn: bool) -> tuple[float, float] | None:
        """The point of a line nearest to the place, if the line reaches that far."""
        if line is None:
            return None
        known = self._places.get(id(line.x))
        if known is None:
            known = self._places[id(line.x)] = line.x, self._place(line.x)
        index = known[1]
        if index is None:
            return None
        value = float((line.drawn if drawn else line.raw)[index])
        return (float(line.x[index]), value) if np.isfinite(value) else None

    def _place(self, x: Numbers) -> int | None:
        if not len(x):
            return None
        step = (x[-1] - x[0]) / max(len(x) - 1, 1) or 1.0
        is_near = x[0] - step / 2 <= self.x <= x[-1] + step / 2
        return nearest(x, self.x) if is_near else None
