"""What each trial reached, and the best so far."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg

from engine.plans.trials import Trial
from gui import theme
from gui.i18n import tr
from gui.widgets.plot import Plot, pen


class CoursePlot(Plot):
    """Dots for trials (rings for those that were given up), a line for the best so far."""

    def __init__(self) -> None:
        super().__init__(tr("Trials and the best so far"), x_title=tr("trial"), left_width=48)
        self._line = self.line("accent", 1.6)
        self._counted = self._dots(filled=True)
        self._given_up = self._dots(filled=False)
        self.setMinimumHeight(120)

    def _dots(self, *, filled: bool) -> pg.ScatterPlotItem:
        brush = theme.colour("text2") if filled else theme.colour("surface")
        dots = pg.ScatterPlotItem(size=6, brush=brush, pen=pen("text2" if filled else "muted"))
        self.addItem(dots)
        return dots

    def show_trials(self, trials: Sequence[Trial], *, higher_is_better: bool) -> None:
        """Show trials in their order."""
        known = [trial for trial in trials if math.isfinite(trial.value)]
        low, high = self._frame(known, len(trials))
        for dots, wanted in ((self._counted, True), (self._given_up, False)):
            chosen = [trial for trial in known if trial.counts is wanted]
            values = np.clip([trial.value for trial in chosen], low, high)
            dots.setData([trial.number for trial in chosen], values)
        counted = [trial for trial in known if trial.counts]
        best = np.fmax if higher_is_better else np.fmin
        so_far = list(best.accumulate([trial.value for trial in counted])) if counted else []
        xs = [trial.number for trial in counted]
        if xs:
            xs, so_far = [*xs, trials[-1].number], [*so_far, so_far[-1]]
        steps = np.repeat(np.array(xs, dtype=float), 2)[1:]
        self._line.setData(steps, np.repeat(np.array(so_far, dtype=float), 2)[: len(steps)])

    def _frame(self, known: Sequence[Trial], count: int) -> tuple[float, float]:
        """What the axis spans: trials that count, and some room; others stand at the edge."""
        values = [trial.value for trial in known if trial.counts] or [t.value for t in known]
        if not values:
            return 0.0, 1.0
        low, high = np.quantile(values, (0.0, 1.0))
        near_low, near_high = np.quantile(values, (0.1, 0.9))
        # One trial that diverged must not flatten all others.
        reach = 3 * (near_high - near_low) or abs(near_high) * 0.05 or 0.1
        low, high = max(low, near_low - reach), min(high, near_high + reach)
        apart = (high - low) * 0.3 or abs(high) * 0.05 or 0.1
        low, high = float(low - apart), float(high + apart)
        self.setYRange(low, high, padding=0.04)
        self.setXRange(0.5, max(2, count) + 0.5, padding=0)
        return low, high
