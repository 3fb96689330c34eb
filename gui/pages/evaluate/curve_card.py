"""ROC, precision–recall and lift of one class, on one card; a point of the curve sets the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent

from gui import theme
from gui.i18n import tr
from gui.pages.evaluate.number_field import threshold_text
from gui.pages.evaluate.plot_card import PlotCard
from gui.widgets.choice import Segmented
from gui.widgets.plot import Plot, pen
from gui.widgets.results_numbers import figure

if TYPE_CHECKING:
    from engine.evaluation.thresholds import Sweep

Way: TypeAlias = Literal["roc", "pr", "lift"]
Points: TypeAlias = Sequence[tuple[float, float]]
CLICK_REACH = 24
"""Px within which a click belongs to the nearest point."""


@dataclass(frozen=True, slots=True)
class ModelCurve:
    """What is drawn of one model."""

    name: str
    sweep: Sweep | None
    roc: Points = ()
    """False and true positive rate at falling thresholds, for evaluations without a sweep."""
    roc_area: float | None = None
    pr_area: float | None = None


def points_of(curve: ModelCurve, way: Way) -> Points:
    """The curve's points at falling thresholds."""
    sweep = curve.sweep
    if sweep is None:
        return curve.roc if way == "roc" else ()
    found = []
    whole = sweep.positives + sweep.negatives
    for hits, alarms in zip(reversed(sweep.hits), reversed(sweep.alarms), strict=True):
        flagged = hits + alarms
        if way == "roc":
            found.append((alarms / sweep.negatives, hits / sweep.positives))
        elif flagged and way == "pr":
            found.append((hits / sweep.positives, hits / flagged))
        elif flagged:
            found.append((flagged / whole, hits / flagged / (sweep.positives / whole)))
    if way == "roc" and found:
        found = [(0.0, 0.0), *found, (1.0, 1.0)]
    return found


class CurvePlot(Plot):
    """One curve and the one of a rival; `clicked` tells where in the plot a click was, as x and y."""

    clicked = Signal(float, float)

    def __init__(self) -> None:
        super().__init__(tr("Curve"), format_x=_short, format_y=_short)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.getAxis("bottom").setStyle(hideOverlappingLabels=False)
        self._chance = self.line("ctl", dashed=True)
        self._rival = self.line("text2", dashed=True)
        self._curve = self.line("text", 2.2)
        for line in (self._chance, self._rival, self._curve):
            line.setDownsampling(ds=1, auto=False)
        self._mark = pg.ScatterPlotItem(size=9)
        self.addItem(self._mark)
        self._mark_text = _text("text2", (0, 0))
        self._name, self._rival_name = _text("text", (1, 1)), _text("text2", (1, 1))
        for item in (self._mark_text, self._name, self._rival_name):
            self.addItem(item, ignoreBounds=True)
        self._others: list[tuple[pg.PlotDataItem, pg.TextItem]] = []

    def show_curves(
        self,
        way: Way,
        own: tuple[Points, str],
        rival: tuple[Points, str],
        chance: Points,
        hue: QColor,
    ) -> None:
        """Show other curves, each with what is said of it."""
        points, name = own
        xs, ys = np.array(points).T if len(points) else (np.empty(0), np.empty(0))
        self._curve.setPen(pen(hue, 2.2))
        self._curve.setData(xs, ys)
        others = np.array(rival[0]).T if len(rival[0]) else (np.empty(0), np.empty(0))
        self._rival.setData(*others)
        self._chance.setData(*np.array(chance).T)
        top = max(1.0, float(ys.max())) if way == "lift" and len(ys) else 1.0
        self.setXRange(0, 1, padding=0.008)
        self.setYRange(0, top * 1.02, padding=0)
        self.getAxis("bottom").setTickSpacing(0.25, 0.25)
        if way == "lift":
            self.getAxis("left").setTickSpacing(levels=None)
        else:
            self.getAxis("left").setTickSpacing(0.25, 0.25)
        low = way != "lift"
        for item, text, line, colour in (
            (self._name, name, 0.02 if low else 0.99, hue),
            (self._rival_name, rival[1], 0.10 if low else 0.90, theme.colour("text2")),
        ):
            item.setAnchor((1, 1) if low else (1, 0))
            item.setColor(colour)
            item.setText(text)
            item.setPos(0.99, line * top)
        self.setAccessibleDescription(name)

    def show_others(
        self, way: Way, others: Sequence[tuple[Points, str, QColor]], *, below: int
    ) -> None:
        """Show the curves of other runs, thinner; `below` names stand under theirs."""
        while len(self._others) < len(others):
            line, text = self.line("text2", 1.2), _text("text2", (1, 1))
            line.setDownsampling(ds=1, auto=False)
            self.addItem(text, ignoreBounds=True)
            self._others.append((line, text))
        low = way != "lift"
        top = self.getPlotItem().vb.viewRange()[1][1] / 1.02
        for place, (line, text) in enumerate(self._others):
            there = place < len(others)
            points, name, hue = others[place] if there else ((), "", QColor())
            line.setData(*(np.array(points).T if len(points) else (np.empty(0), np.empty(0))))
            text.setText(name)
            if there:
                line.setPen(pen(hue, 1.2))
                text.setColor(hue)
                text.setAnchor((1, 1) if low else (1, 0))
                at = 0.08 * (place + below)
                text.setPos(0.99, (0.02 + at if low else 0.99 - at) * top)

    def show_mark(self, at: tuple[float, float] | None, text: str, hue: QColor) -> None:
        """Mark where the threshold is."""
        edge = pg.mkPen(theme.colour("surface"), width=1.5)
        xs, ys = ([at[0]], [at[1]]) if at is not None else ([], [])
        self._mark.setData(xs, ys, brush=hue, pen=edge)
        self._mark_text.setText(text if at is not None else "")
        if at is not None:
            self._mark_text.setAnchor((1, 0) if at[0] > 0.6 else (0, 0))
            self._mark_text.setPos(at[0] + (-0.015 if at[0] > 0.6 else 0.015), at[1] - 0.01)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            at = self.getPlotItem().vb.mapSceneToView(self.mapToScene(event.position().toPoint()))
            self.clicked.emit(at.x(), at.y())
        super().mousePressEvent(event)


class CurveCard(PlotCard[CurvePlot]):
    """The curves of a class; `threshold_chosen` tells which threshold was clicked."""

    threshold_chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__(" ", "", "", CurvePlot)
        self.setAccessibleName(tr("Curve"))
        self.ways = Segmented(
            (("roc", tr("ROC")), ("pr", tr("PR")), ("lift", tr("Lift"))),
            small=True,
            name=tr("Curve"),
        )
        self.ways.changed.connect(lambda _way: self._draw())
        self.header.insertWidget(0, self.ways)
        self._own = ModelCurve("", None)
        self._rival: ModelCurve | None = None
        self._others: Sequence[tuple[ModelCurve, QColor]] = ()
        self._hue = QColor()
        self._threshold = 0.5
        self._mark: tuple[float, float] | None = None

    def listen(self, plot: CurvePlot) -> None:
        plot.clicked.connect(self._on_click)

    def show_model(
        self, own: ModelCurve, hue: QColor, threshold: float, mark: tuple[float, float] | None
    ) -> None:
        """Show a run.

        Args:
            own: Its curve.
            hue: The run's.
            threshold: In force.
            mark: False and true positive rate there, for evaluations without a sweep.
        """
        self._own, self._hue, self._threshold, self._mark = own, hue, threshold, mark
        has_sweep = own.sweep is not None
        if not has_sweep:
            self.ways.set_value("roc")
        for way in ("pr", "lift"):
            self.ways.set_enabled(
                way, has_sweep, "" if has_sweep else tr("Rows of both classes are needed.")
            )
        self._draw()

    def show_rival(self, rival: ModelCurve | None) -> None:
        """Show the model that the run is set beside, or none."""
        self._rival = rival
        if self._own.name:
            self._draw()

    def show_others(self, others: Sequence[tuple[ModelCurve, QColor]]) -> None:
        """Show other runs, each in its hue, or none."""
        if not others and not self._others:
            return
        self._others = others
        if self._own.name:
            self._draw()

    def set_threshold(self, threshold: float) -> None:
        """Move the mark."""
        self._threshold = threshold
        self._draw_mark()

    def _draw(self) -> None:
        way: Way = self.ways.value()
        titles = {
            "roc": tr("False positive rate, true positive rate upwards"),
            "pr": tr("Recall, precision upwards"),
            "lift": tr("Share of rows flagged, lift upwards"),
        }
        self.below.setText(titles[way])
        rival = self._rival
        sweep = self._own.sweep
        share = sweep.positives / (sweep.positives + sweep.negatives) if sweep is not None else 0.0
        chance = {
            "roc": [(0, 0), (1, 1)],
            "pr": [(0, share), (1, share)],
            "lift": [(0, 1), (1, 1)],
        }
        self.plot.show_curves(
            way,
            (points_of(self._own, way), _said(self._own, way)),
            ((), "") if rival is None else (points_of(rival, way), _said(rival, way)),
            chance[way],
            self._hue,
        )
        self.plot.show_others(
            way,
            [(points_of(curve, way), _said(curve, way), hue) for curve, hue in self._others],
            below=1 if rival is None else 2,
        )
        self._draw_mark()

    def _draw_mark(self) -> None:
        at = self._mark
        sweep, way = self._own.sweep, self.ways.value()
        if sweep is not None:
            found = sweep.at(self._threshold)
            flagged = found.hits + found.alarms
            at = found.alarms / sweep.negatives, found.hits / sweep.positives
            if way != "roc" and not flagged:
                at = None
            elif way == "pr":
                at = found.hits / sweep.positives, found.hits / flagged
            elif way == "lift":
                share = sweep.positives / found.all
                at = flagged / found.all, found.hits / flagged / share
        elif way != "roc":
            at = None
        text = tr("threshold {threshold}", threshold=threshold_text(self._threshold))
        self.plot.show_mark(at, text, self._hue)

    def _on_click(self, x: float, y: float) -> None:
        sweep, way = self._own.sweep, self.ways.value()
        if sweep is None:
            return
        points = np.array(points_of(self._own, way))
        if way == "roc":
            points = points[1:-1]
        scale_x, scale_y = self.plot.getPlotItem().vb.viewPixelSize()
        off = np.hypot((points[:, 0] - x) / scale_x, (points[:, 1] - y) / scale_y)
        nearest = int(off.argmin())
        if off[nearest] > CLICK_REACH:
            return
        flagged = [
            threshold
            for threshold, hits, alarms in zip(
                reversed(sweep.thresholds),
                reversed(sweep.hits),
                reversed(sweep.alarms),
                strict=True,
            )
            if way == "roc" or hits + alarms
        ]
        self.threshold_chosen.emit(flagged[nearest])

    def point_of(self, threshold: float) -> QPointF:
        """Where the curve is at a threshold, in the plot's own pixels."""
        self.set_threshold(threshold)
        spots = self.plot._mark.getData()
        scene = self.plot.getPlotItem().vb.mapViewToScene(QPointF(spots[0][0], spots[1][0]))
        return QPointF(self.plot.mapFromScene(scene))


def _said(curve: ModelCurve, way: Way) -> str:
    area = curve.roc_area if way == "roc" else curve.pr_area if way == "pr" else None
    if area is None:
        return curve.name
    if way == "roc":
        return tr("{run}, AUC {area}", run=curve.name, area=figure(area))
    return tr("{run}, average precision {area}", run=curve.name, area=figure(area))


def _short(value: float) -> str:
    return f"{value:g}"


def _text(tone: str, anchor: tuple[float, float]) -> pg.TextItem:
    item = pg.TextItem(color=theme.colour(tone), anchor=anchor)
    item.setFont(theme.font("caption", 500))
    return item
