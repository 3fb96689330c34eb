"""A histogram with its title and, at the right, mean and skew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.i18n import tr
from gui.models.figures import compact_text, exact_text
from gui.widgets import ElidedLabel, column, label, row
from gui.widgets.plot import Plot, pen

if TYPE_CHECKING:
    from engine.data.preparing.preview import Spread

HEIGHT = 74


class SpreadPlot(QWidget):
    """Shows one `Spread` in one colour."""

    def __init__(self, title: str, tone: str) -> None:
        super().__init__()
        self._tone = tone
        self._figures = ElidedLabel("", "caption", "muted")
        self._plot = Plot(
            title, left_width=34, bottom_height=19, format_x=compact_text, format_y=compact_text
        )
        self._plot.setFixedHeight(round(HEIGHT * theme.text_scale()))
        self._plot.getAxis("left").setTickDensity(0.6)
        self._bars: pg.BarGraphItem | None = None
        line = row(label(title, "section"), None, self._figures)
        self.setLayout(column(line, self._plot, spacing=4))

    def show_spread(self, spread: Spread | None) -> None:
        """Draw another one; nothing without one."""
        if self._bars is not None:
            self._plot.removeItem(self._bars)
            self._bars = None
        if spread is None:
            self._figures.set_text("")
            return
        self._figures.set_text(
            tr("mean {mean}, skew {skew}", mean=_mean_text(spread), skew=_two(spread.skew))
        )
        self._plot.setAccessibleDescription(self._figures.whole_text())
        self._bars = pg.BarGraphItem(
            x0=list(spread.edges[:-1]),
            x1=list(spread.edges[1:]),
            y0=0,
            height=list(spread.counts),
            brush=theme.colour(self._tone),
            pen=pen("surface"),
        )
        self._plot.addItem(self._bars)
        self._plot.setXRange(spread.edges[0], spread.edges[-1], padding=0.0)
        self._plot.setYRange(0, max(spread.counts) * 1.06, padding=0.0)


def _mean_text(spread: Spread) -> str:
    """The mean with as many digits as the spread of the values makes worth reading."""
    size = max(abs(spread.mean), spread.deviation)
    return _two(spread.mean) if 0.1 <= size < 1e4 else exact_text(spread.mean)


def _two(value: float) -> str:
    text = f"{value:.2f}".replace("-", "\u2212")
    return "0.00" if text == "\u22120.00" else text
