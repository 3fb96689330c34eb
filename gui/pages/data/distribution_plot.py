"""How the values of a number are spread: a histogram, stacked by target class where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from engine.schema import Kind
from gui import theme
from gui.i18n import tr
from gui.models.figures import compact_text, count_text, date_text
from gui.widgets.plot import Plot, pen

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile

MOST_CLASSES = 6
_HEIGHT = 122


def class_colours(count: int) -> list[QColor]:
    """One hue per target class; two classes have the calm pair of the design."""
    if count <= 2:
        return [theme.colour("c0"), theme.colour("c1")][-count:] if count else []
    return [theme.run_colour(slot) for slot in range(count)]


def shown_range(low: float, high: float) -> tuple[float, float]:
    """The range of an axis: from zero where the values begin close to it."""
    if high <= low:
        return low - 0.5, low + 0.5
    return (0.0 if 0 < low < 0.05 * (high - low) else low), high


def drawn_edges(figures: ColumnProfile, *, integer: bool) -> np.ndarray:
    """Where the bars are drawn: a bar that holds one whole number stands over that number."""
    edges = np.asarray(figures.edges, dtype=float)
    one_each = integer and len(edges) > 1 and edges[1] - edges[0] == 1
    return edges - 0.5 if one_each else edges


def show_end_labels(plot: Plot) -> None:
    """Leave room for the labels at both ends of the axes instead of dropping them."""
    plot.getPlotItem().setContentsMargins(0, 5, 9, 0)
    for side in ("left", "bottom"):
        plot.getAxis(side).setStyle(hideOverlappingLabels=20)


def words_on_plot() -> pg.TextItem:
    """A short text that can be read over bars and lines, too."""
    ground = QColor(theme.colour("surface"))
    ground.setAlphaF(0.8)
    words = pg.TextItem(color=theme.colour("text2"), anchor=(0, 0), fill=ground)
    words.setFont(theme.font("axis"))
    return words


class DistributionPlot(Plot):
    """A histogram with a line at the median.

    A click on a bar, or the arrow keys and Enter, emit `barChosen` with its place.
    """

    barChosen = Signal(int)  # noqa: N815 - Qt's naming

    def __init__(self) -> None:
        super().__init__(
            tr("Distribution"),
            left_width=42,
            bottom_height=19,
            format_x=self._format_x,
            format_y=compact_text,
        )
        self._date_span = 0.0
        self.setFixedHeight(round(_HEIGHT * theme.text_scale()))
        show_end_labels(self)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._bars: list[pg.BarGraphItem] = []
        self._figures: ColumnProfile | None = None
        self._edges = np.empty(0)
        self._current = 0
        self._pointer = pg.BarGraphItem(x0=[], x1=[], height=[], brush=None, pen=pen("accent", 2))
        self._pointer.setZValue(9)
        self._pointer.setVisible(False)
        self.addItem(self._pointer, ignoreBounds=True)
        self._median = pg.InfiniteLine(angle=90, pen=pen("text2", 1.2, dashed=True))
        self._median_text = words_on_plot()
        self.addItem(self._median, ignoreBounds=True)
        self.addItem(self._median_text, ignoreBounds=True)
        for item in (self._median, self._median_text):
            item.setZValue(10)

    def sizeHint(self) -> QSize:
        return QSize(220, round(_HEIGHT * theme.text_scale()))

    def show_figures(self, figures: ColumnProfile, *, integer: bool) -> None:
        """Draw the histogram of a column; `integer` when all its values are whole numbers."""
        for bar in self._bars:
            self.removeItem(bar)
        self._bars.clear()
        edges = drawn_edges(figures, integer=integer)
        self._figures, self._edges = figures, edges
        self._current = min(self._current, max(0, len(edges) - 2))
        self._pointer.setVisible(False)
        if len(edges) < 2:
            return
        self._date_span = float(edges[-1] - edges[0]) if figures.kind is Kind.DATE else 0.0
        for counts, base, colour in self._layers(figures):
            bar = pg.BarGraphItem(
                x0=edges[:-1],
                x1=edges[1:],
                y0=base,
                height=counts,
                brush=colour,
                pen=pen("surface"),
            )
            self.addItem(bar)
            self._bars.append(bar)
        highest = max(figures.histogram, default=1)
        self.setXRange(*shown_range(edges[0], edges[-1]), padding=0.0)
        self.setYRange(0, highest * 1.06, padding=0.0)
        self._show_median(figures, edges, highest)

    # Choosing a bar -----------------------------------------------------------------------------

    def bar_centre(self, bar: int) -> QPointF:
        """The middle of a bar in widget coordinates, a little above the base line."""
        assert self._figures is not None
        x = float(self._edges[bar] + self._edges[bar + 1]) / 2
        point = QPointF(x, self._figures.histogram[bar] / 2)
        return QPointF(self.mapFromScene(self.getPlotItem().vb.mapViewToScene(point)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        bar = self._bar_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and bar is not None:
            self.barChosen.emit(bar)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        bars = len(self._edges) - 1
        if step is not None and bars > 0:
            self._current = min(bars - 1, max(0, self._current + step))
            self._point_out()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and bars > 0:
            self.barChosen.emit(self._current)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._point_out()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._pointer.setVisible(False)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            bar = self._bar_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if bar is None else self._sentence(bar), self)
            return True
        handled: bool = super().viewportEvent(event)
        return handled

    def _bar_at(self, position: QPointF) -> int | None:
        view = self.getPlotItem().vb
        scene = self.mapToScene(position.toPoint())
        if len(self._edges) < 2 or not view.sceneBoundingRect().contains(scene):
            return None
        x = view.mapSceneToView(scene).x()
        bar = int(np.searchsorted(self._edges, x, side="right")) - 1
        return bar if 0 <= bar < len(self._edges) - 1 else None

    def _point_out(self) -> None:
        if self._figures is None or len(self._edges) < 2:
            return
        at = self._current
        self._pointer.setOpts(
            x0=[self._edges[at]],
            x1=[self._edges[at + 1]],
            y0=[0],
            height=[self._figures.histogram[at]],
        )
        self._pointer.setVisible(True)
        self.setAccessibleDescription(self._sentence(at))

    def _sentence(self, bar: int) -> str:
        assert self._figures is not None
        edges = self._figures.edges
        return tr(
            "{low} to {high}: {count}",
            low=self._format_x(edges[bar]),
            high=self._format_x(edges[bar + 1]),
            count=count_text(self._figures.histogram[bar]),
        )

    # Drawing ------------------------------------------------------------------------------------

    def _format_x(self, value: float) -> str:
        return date_text(value, self._date_span) if self._date_span else compact_text(value)

    def _layers(
        self, figures: ColumnProfile
    ) -> list[tuple[Sequence[float] | np.ndarray, np.ndarray, QColor]]:
        """(heights, where they begin, colour) from the bottom up; the last class lies lowest."""
        total = np.asarray(figures.histogram, dtype=float)
        split = [np.asarray(counts, dtype=float) for counts in figures.by_class]
        if not 0 < len(split) <= MOST_CLASSES or any(len(c) != len(total) for c in split):
            return [(total, np.zeros_like(total), theme.colour("s3"))]
        layers = []
        base = np.zeros_like(total)
        for counts, colour in reversed(list(zip(split, class_colours(len(split)), strict=True))):
            layers.append((counts, base, colour))
            base = base + counts
        return layers

    def _show_median(self, figures: ColumnProfile, edges: np.ndarray, highest: float) -> None:
        has_median = bool(figures.quartiles)
        self._median.setVisible(has_median)
        self._median_text.setVisible(has_median)
        if not figures.quartiles:
            return
        median = figures.quartiles[1]
        self._median.setValue(median)
        words = tr("median {value}", value=self._format_x(median))
        self._median_text.setText(words)
        low, high = shown_range(edges[0], edges[-1])
        share = (median - low) / (high - low)
        # The words stand at the right of the line, or at its left where that has more room for them.
        needed = theme.text_width(words, "axis") + 10
        fits = (1 - share) * self.getPlotItem().vb.width() >= needed
        at_left = share > 0.5 or (not fits and share > 0.35)
        self._median_text.setAnchor((1, 0) if at_left else (0, 0))
        self._median_text.setPos(median, highest * 1.06)
