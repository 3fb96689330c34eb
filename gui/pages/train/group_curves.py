"""The mean of the runs that one run holds, folds or seeds, and how far they are apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gui.pages.train.band import Band
from gui.pages.train.chart_bar import XAxis
from gui.pages.train.lines import Line
from gui.pages.train.quantities import SMALL
from gui.pages.train.run_lines import Look, RunCurves
from gui.pages.train.series import Numbers
from gui.pages.train.smoothing import smoothed

if TYPE_CHECKING:
    from engine.training.history import History
    from gui.pages.train.marks import Mark

LEAST = 2


class GroupCurves(RunCurves):
    """Lines of means over the members, epoch by epoch, as far as two of them have come."""

    def __init__(self, history: History, members: Sequence[RunCurves]) -> None:
        super().__init__(history)
        self.members = tuple(members)
        self._bands: dict[tuple[str, str], tuple[object, Band | None]] = {}

    @property
    def changes(self) -> int:
        """Of the group and of all members."""
        return super().changes + sum(member.changes for member in self.members)

    @property
    def _started(self) -> list[RunCurves]:
        return [member for member in self.members if member.history.epoch]

    def x(self, axis: XAxis) -> Numbers:
        """Where the epochs are, on average."""
        return _mean([member.x(axis) for member in self._started])[0]

    def end(self, axis: XAxis) -> float:
        """The newest place of the member that has come farthest."""
        return max((member.end(axis) for member in self._started), default=0.0)

    def scale(self, axis: XAxis) -> tuple[float, float | None]:
        """As of the first member."""
        started = self._started
        return started[0].scale(axis) if started else super().scale(axis)

    @property
    def is_young(self) -> bool:
        """Means begin with the first epoch."""
        return False

    def _metric(self, metric: str, part: str, look: Look) -> Line | None:
        values = [
            member.history.train(metric) if part == "train" else member.history.validation(metric)
            for member in self._started
        ]
        return self._mean_line((metric, part), values, look, look.smoothing)

    def _small(self, quantity: str, look: Look) -> Line | None:
        found = [member._small(quantity, look) for member in self._started]
        values = [line.raw for line in found if line is not None]
        return self._mean_line((quantity, "train"), values, look, 0.0)

    def _mean_line(
        self, name: tuple[str, str], values: list[Numbers], look: Look, weight: float
    ) -> Line | None:
        if len(values) < LEAST or not any(np.isfinite(each).any() for each in values):
            return None
        key = (tuple(len(each) for each in values), look.axis, look.colour.rgba(), weight)
        known = self._bands.get(name)
        line = self._lines.get(name)
        if known is not None and known[0] == key and line is not None:
            return line
        mean, low, high = _mean(values)
        x = self.x(look.axis)
        size = min(len(x), len(mean))
        x, mean, low, high = x[:size], mean[:size], low[:size], high[:size]
        made = self._lines[name] = Line.of(x, mean, smoothed(mean, weight))
        edges = smoothed(low, weight), smoothed(high, weight)
        self._bands[name] = (key, Band(x, *edges, look.colour) if size > 1 else None)
        return made

    def _band(self, quantity: str, look: Look) -> Band | None:
        """From the lowest to the highest member; of validation where there is one."""
        parts = ("train",) if quantity in SMALL else ("validation", "train")
        for part in parts:
            known = self._bands.get((quantity, part))
            if known is not None:
                return known[1]
        return None

    def _marks(
        self, quantity: str, look: Look, train: Line | None, validation: Line | None
    ) -> list[Mark]:
        """What is marked belongs to single members."""
        return []


def _mean(values: Sequence[Numbers]) -> tuple[Numbers, Numbers, Numbers]:
    """Mean, lowest and highest of curves of different lengths, as far as the second longest one goes."""
    lengths = sorted((len(each) for each in values), reverse=True)
    size = lengths[min(LEAST, len(lengths)) - 1] if lengths else 0
    if not size:
        return np.empty(0), np.empty(0), np.empty(0)
    table = np.full((len(values), size), np.nan)
    for place, each in enumerate(values):
        table[place, : min(size, len(each))] = each[:size]
    known = np.isfinite(table)
    count = known.sum(axis=0)
    filled = np.where(known, table, 0.0)
    mean = np.where(count > 0, filled.sum(axis=0) / np.maximum(count, 1), np.nan)
    low = np.where(known, table, np.inf).min(axis=0)
    high = np.where(known, table, -np.inf).max(axis=0)
    return mean, low, high
