"""The threshold of two classes over how their probabilities lie, and what mistakes cost at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gui import theme
from gui.i18n import tr
from gui.models.figures import count_text
from gui.pages.evaluate.number_field import NumberField, threshold_text
from gui.widgets.buttons import button
from gui.widgets.fields import Slider
from gui.widgets.plot import Plot, pen
from gui.widgets.results_inspector import Facts, Section
from gui.widgets.results_numbers import figure
from gui.widgets.text import ElidedLabel, label

if TYPE_CHECKING:
    from engine.evaluation.result import Evaluation, Histogram
    from engine.evaluation.thresholds import Sweep

HEIGHT = 110
MOST_COST = 1_000_000.0


class ChancePlot(Plot):
    """Rows by probability, those of the class over the others; `chosen` tells which bar was clicked."""

    chosen = Signal(float, float)

    def __init__(self) -> None:
        super().__init__(
            tr("Rows by probability"), left_width=1, format_x=lambda value: f"{value:g}"
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.getAxis("left").setStyle(showValues=False)
        self.getAxis("bottom").setTickSpacing(0.25, 0.25)
        self.getAxis("bottom").setStyle(hideOverlappingLabels=False)
        self.setXRange(0, 1, padding=0.015)
        self._edges: tuple[float, ...] = ()
        self._others = pg.PlotDataItem(stepMode="center", fillLevel=0)
        self._own = pg.PlotDataItem(stepMode="center", fillLevel=0)
        for item in (self._others, self._own):
            self.addItem(item)
            item.setDownsampling(ds=1, auto=False)
            item.setClipToView(False)
        self._line = pg.InfiniteLine(0.5, pen=pen("text", 2))
        self.addItem(self._line, ignoreBounds=True)

    def show_rows(self, found: Histogram) -> None:
        """Show densities: each class has the same area."""
        self._edges = found.edges
        edges = np.array(found.edges)
        peak = 0.0
        for item, counts, tone in (
            (self._others, found.others, "muted"),
            (self._own, found.counts, "accent"),
        ):
            heights = np.array(counts, float) / max(1, sum(counts))
            heights = np.sqrt(heights)  # classes that pile up at an end leave the middle visible
            peak = max(peak, float(heights.max(initial=0.0)))
            fill = QColor(theme.colour(tone))
            fill.setAlphaF(0.35)
            item.setData(edges, heights, pen=pen(tone, 1.2), brush=fill)
        self.setYRange(0, peak * 1.05 or 1.0, padding=0)

    def set_threshold(self, threshold: float) -> None:
        """Move the line."""
        self._line.setValue(threshold)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.getPlotItem().vb.mapSceneToView(self.mapToScene(event.position().toPoint())).x()
        for low, high in zip(self._edges, self._edges[1:], strict=False):
            if low <= at < high:
                self.chosen.emit(low, high)
        super().mousePressEvent(event)


class ThresholdSection(QWidget):
    """Slider, field, figures and costs. All of it follows the threshold at once.

    `moved` tells of each threshold on the way, `wanted` that it is to hold for the run, with the costs;
    `rows_wanted` carries two bounds of probability.
    """

    moved = Signal(float)
    wanted = Signal(float, float, float, str)
    rows_wanted = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._sweep: Sweep | None = None
        self._kept = 0.5
        self._how = "hand"
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        column = Section(tr("Threshold"), divided=False)
        outer.addWidget(column)
        self._names = _Names()
        column.body.addWidget(self._names)
        self._plot: ChancePlot | None = None
        self._plot_room = column.body.count()
        self._column = column
        line = QHBoxLayout()
        self.slider = Slider(0, 1, 0.5, tr("Threshold"))
        self.slider.changed.connect(self.set_threshold)
        self.field = NumberField(tr("Threshold"), 1.0)
        self.field.changed.connect(self.set_threshold)
        line.addWidget(self.slider, 1)
        line.addWidget(self.field)
        column.body.addLayout(line)
        pair = QHBoxLayout()
        self.best = button(tr("Best F1, {threshold}", threshold="–"), small=True)
        self.best.clicked.connect(self._to_best)
        self.cheapest = button(tr("Lowest cost, {threshold}", threshold="–"), small=True)
        self.cheapest.clicked.connect(self._to_cheapest)
        pair.addWidget(self.best, 1)
        pair.addWidget(self.cheapest, 1)
        column.body.addLayout(pair)
        self.facts = Facts()
        column.body.addWidget(self.facts)
        column.body.addSpacing(6)
        column.body.addWidget(label(tr("Cost of a mistake"), "section"))
        self.missed = NumberField(tr("Cost of a missed row"), MOST_COST)
        self.alarm = NumberField(tr("Cost of a false alarm"), MOST_COST)
        self._missed_name = ElidedLabel("", "small", "text2")
        for name, field in (
            (self._missed_name, self.missed),
            (ElidedLabel(tr("False alarm"), "small", "text2"), self.alarm),
        ):
            row = QHBoxLayout()
            row.addWidget(name)
            row.addStretch(1)
            row.addWidget(field)
            column.body.addLayout(row)
            field.changed.connect(lambda _value: self._show())
        self.costs = Facts()
        column.body.addWidget(self.costs)
        self.use = button(tr("Use {threshold} for this run", threshold="–"))
        self.use.clicked.connect(self._on_use)
        column.body.addWidget(self.use)

    @property
    def has_plot(self) -> bool:
        """Whether it was made."""
        return self._plot is not None

    @property
    def plot(self) -> ChancePlot:
        """The plot; made on the first call."""
        if self._plot is None:
            self._plot = ChancePlot()
            self._plot.setFixedHeight(HEIGHT)
            self._plot.chosen.connect(self.rows_wanted)
            self._column.body.insertWidget(self._plot_room, self._plot)
        return self._plot

    def threshold(self) -> float:
        """The one that is shown now."""
        return self.field.value()

    def show_answer(self, answer: Evaluation, costs: tuple[float, float]) -> None:
        """Show an evaluation of two classes with a sweep; costs of a missed row and of a false alarm."""
        assert answer.sweep is not None
        self._sweep, self._kept, self._how = answer.sweep, answer.threshold, "hand"
        other = next(name for name in answer.classes if name != answer.positive)
        self._names.show_names(other, answer.positive)
        self._missed_name.set_text(tr("Missed {name}", name=answer.positive))
        if answer.chances is not None:
            self.plot.show_rows(answer.chances)
        for field, value in ((self.missed, costs[0]), (self.alarm, costs[1])):
            field.set_value(value)
        self.set_threshold(answer.threshold)

    def forget(self) -> None:
        """There is no threshold to move."""
        self._sweep = None

    def set_threshold(self, threshold: float, how: str = "hand") -> None:
        """Move there, and tell."""
        self._how = how
        self.field.set_value(threshold)
        self.slider.set_number(threshold)
        self._show()
        if self._sweep is not None:
            self.moved.emit(threshold)

    def _show(self) -> None:
        sweep = self._sweep
        if sweep is None:
            return
        threshold = self.threshold()
        self.plot.set_threshold(threshold)
        at, rows = sweep.at(threshold), sweep.rows_at(threshold)
        self.facts.set(
            [
                (tr("Precision"), figure(at.score("precision"))),
                (tr("Recall"), figure(at.score("recall"))),
                (tr("False positive rate"), figure(_rate(at.alarms, sweep.negatives))),
                (
                    tr("Rows flagged"),
                    tr(
                        "{flagged} of {all}",
                        flagged=count_text(round(rows.hits + rows.alarms)),
                        all=count_text(round(rows.all)),
                    ),
                ),
            ]
        )
        best, cheapest = sweep.best("f1"), self._cheapest()
        self.best.setText(tr("Best F1, {threshold}", threshold=threshold_text(best)))
        self.cheapest.setText(tr("Lowest cost, {threshold}", threshold=threshold_text(cheapest)))
        missed, alarm = self.missed.value(), self.alarm.value()
        self.costs.set(
            [
                (
                    tr("Total at {threshold}", threshold=threshold_text(threshold)),
                    _cost(at.cost(missed, alarm)),
                ),
                (
                    tr("Total at {threshold}", threshold=threshold_text(cheapest)),
                    _cost(sweep.at(cheapest).cost(missed, alarm)),
                ),
            ]
        )
        same = abs(threshold - self._kept) < 1e-9
        self.use.setText(
            tr("{threshold} is used for this run", threshold=threshold_text(threshold))
            if same
            else tr("Use {threshold} for this run", threshold=threshold_text(threshold))
        )
        self.use.setEnabled(not same)
        self.use.setToolTip(
            "" if same else tr("Every prediction of this run follows it from then on.")
        )

    def _cheapest(self) -> float:
        assert self._sweep is not None
        return self._sweep.cheapest(self.missed.value(), self.alarm.value())

    def _to_best(self) -> None:
        if self._sweep is not None:
            self.set_threshold(self._sweep.best("f1"), "metric")

    def _to_cheapest(self) -> None:
        if self._sweep is not None:
            self.set_threshold(self._cheapest(), "cost")

    def _on_use(self) -> None:
        self.wanted.emit(self.threshold(), self.missed.value(), self.alarm.value(), self._how)


class _Names(QWidget):
    """What the two colours of the plot are."""

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self._labels = []
        for tone in ("muted", "accent"):
            square = QLabel()
            square.setFixedSize(10, 10)
            fill = theme.colour(tone).name()
            square.setStyleSheet(f"background: {fill}; border-radius: 2px")
            text = ElidedLabel("", "caption", "text2")
            self._labels.append(text)
            line.addWidget(square)
            line.addWidget(text)
        line.addStretch(1)

    def show_names(self, other: str, own: str) -> None:
        """Name both classes."""
        for text, name in zip(self._labels, (other, own), strict=True):
            text.set_text(name)


def _rate(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _cost(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) or value >= 1000 else f"{value:,.2f}"
