"""The plots of regression runs."""

from __future__ import annotations

from typing import Any

from gui import theme
from gui.pages.evaluate.plots import PredictedPlot


def test_runs_of_very_different_scales_follow_each_other(session: Any, qtbot: Any) -> None:
    plot = PredictedPlot()
    qtbot.addWidget(plot)
    plot.resize(400, 300)
    plot.show()
    for scale in (1.0, 1e60, 1e4, 1e-30):
        plot.set_points([(0.9 * scale, scale), (2.1 * scale, 2.0 * scale)], theme.run_colour(0))
        qtbot.wait(1)
        assert plot.viewRect().right() > 2.0 * scale
