"""The five charts of the Train page: one range of x, one crosshair, one key to the marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from gui import theme
from gui.i18n import tr
from gui.models.run_words import NOTHING, clock, metric_title, rate, score
from gui.pages.train.chart import Chart
from gui.pages.train.chart_bar import XAxis
from gui.pages.train.marks import MarkKind, diamond, flag
from gui.pages.train.run_lines import (
    GRADIENT_NORM,
    LEARNING_RATE,
    THROUGHPUT,
    Look,
    RunCurves,
)
from gui.pages.train.series import nearest
from gui.widgets.choice import ComboBox
from gui.widgets.layout import column, row
from gui.widgets.text import label

THOUSAND = 0.001


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run and how it is drawn."""

    curves: RunCurves
    look: Look


class ChartBoard(QWidget):
    """Loss and a metric large; learning rate, gradient norm and throughput small."""

    zoomChanged = Signal(bool)  # noqa: N815 - Qt's naming
    """Whether a part of x is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: tuple[ShownRun, ...] = ()
        self._axis = XAxis.EPOCH
        self._zoom: tuple[float, float] | None = None
        self._x: float | None = None
        self._pointed: Chart | None = None
        self._wanted_metric = ""
        self.metric_choice = ComboBox(small=True, name=tr("Metric"), quiet=True)
        self.metric_choice.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
        self.metric_choice.changed.connect(self._on_metric_chosen)
        self.loss = Chart(tr("Loss"), format_value=score, two_parts=True, left_width=44)
        self.score = Chart(
            tr("Metric"),
            format_value=score,
            two_parts=True,
            left_width=44,
            title_widget=self.metric_choice,
        )
        self.rate = Chart(tr("Learning rate"), format_value=rate, two_parts=False, left_width=42)
        self.rate.set_log(True)
        self.norm = Chart(
            tr("Gradient norm"),
            format_value=lambda value: rate(value, 2),
            two_parts=False,
            left_width=38,
            from_zero=True,
        )
        self.speed = Chart(
            tr("Throughput"),
            format_value=_throughput,
            unit=THOUSAND,
            two_parts=False,
            left_width=38,
            from_zero=True,
        )
        self.charts = (self.loss, self.score, self.rate, self.norm, self.speed)
        grid = QGridLayout()
        grid.setSpacing(12)
        grid.addWidget(self.loss, 0, 0, 1, 3)
        grid.addWidget(self.score, 0, 3, 1, 3)
        for place, chart in enumerate((self.rate, self.norm, self.speed)):
            grid.addWidget(chart, 1, 2 * place, 1, 2)
        for place in range(6):
            grid.setColumnStretch(place, 1)
        grid.setRowStretch(0, 275)
        grid.setRowStretch(1, 148)
        keys = row(
            MarkKey(MarkKind.BEST, tr("Best epoch")),
            MarkKey(MarkKind.BY_HAND, tr("Changed by hand")),
            MarkKey(MarkKind.EARLY_STOP, tr("Early stop")),
            None,
            spacing=16,
        )
        self.setLayout(column(grid, keys, spacing=8, margins=(16, 12, 16, 8)))
        for chart in self.charts:
            chart.hovered.connect(lambda x, chart=chart: self._on_hovered(x, chart))
            chart.stepped.connect(lambda points, chart=chart: self._on_stepped(points, chart))
            chart.zoomed.connect(self._on_zoomed)
            chart.reset.connect(self.reset_zoom)

    # What is shown --------------------------------------------------------------------------------

    def show_runs(self, runs: Sequence[ShownRun], axis: XAxis) -> None:
        """Draw these runs over an axis."""
        for step in self.steps(runs, axis):
            step()

    def steps(self, runs: Sequence[ShownRun], axis: XAxis) -> tuple[Callable[[], None], ...]:
        """The same in short steps, a chart each: other events may come between them."""
        quantities = ("loss", None, LEARNING_RATE, GRADIENT_NORM, THROUGHPUT)
        pairs = zip(self.charts, quantities, strict=True)
        return (
            lambda: self._take_runs(runs, axis),
            *(partial(self._show_lines, chart, quantity) for chart, quantity in pairs),
            self._show_values,
        )

    def _take_runs(self, runs: Sequence[ShownRun], axis: XAxis) -> None:
        if axis is not self._axis:
            self._axis = axis
            self._zoom = None
            self.zoomChanged.emit(False)
            self._leave()
        self._runs = tuple(runs)
        self._offer_metrics()

    def _show_lines(self, chart: Chart, quantity: str | None) -> None:
        """Draw a quantity of all runs; `None` is the metric that is chosen."""
        format_x, title = self._axis_words()
        chart.set_x_axis(title if chart in (self.loss, self.score) else "", format_x)
        wanted = quantity or self.metric_choice.value() or ""
        chart.set_lines([run.curves.lines(wanted, run.look) for run in self._runs])
        chart.set_x_range(*self.x_range)

    def _show_values(self) -> None:
        self._say_values()
        if self._x is not None and self._pointed is not None:
            self._point(self._x, self._pointed)

    def set_log(self, log: bool) -> None:
        """Logarithmic values on the two large charts."""
        for chart in (self.loss, self.score):
            chart.set_log(log)
        self.show_runs(self._runs, self._axis)

    def reset_zoom(self) -> None:
        """Look at the whole axis again."""
        self._zoom = None
        self.zoomChanged.emit(False)
        self._show_range()

    @property
    def x_range(self) -> tuple[float, float]:
        """What is looked at."""
        return self._zoom or (0.0, self._end())

    def _focused(self) -> ShownRun | None:
        return next((run for run in self._runs if run.look.focused), None)

    def _offer_metrics(self) -> None:
        focused = self._focused() or (self._runs[0] if self._runs else None)
        history = focused.curves.history if focused is not None else None
        names = [name for name in history.metrics if name != "loss"] if history else []
        offered = [self.metric_choice.itemData(i) for i in range(self.metric_choice.count())]
        if history is None or names == offered:
            return
        self.metric_choice.set_choices([(name, metric_title(name)) for name in names])
        wanted = self._wanted_metric if self._wanted_metric in names else history.monitor
        self.metric_choice.set_value(wanted if wanted in names else (names[0] if names else ""))
        self._name_score_chart()

    def _on_metric_chosen(self, name: str) -> None:
        self._wanted_metric = name
        self._name_score_chart()
        self.show_runs(self._runs, self._axis)

    def _name_score_chart(self) -> None:
        self.score.name_plot(metric_title(self.metric_choice.value() or ""))

    def _say_values(self) -> None:
        for chart in (self.rate, self.norm, self.speed):
            focused = next((line for line in chart.lines if line.focused), None)
            line = focused.train if focused is not None else None
            text = chart.format_value(float(line.raw[-1])) if line is not None else ""
            chart.value.setText(text)

    # The lower axis -------------------------------------------------------------------------------

    def _axis_words(self) -> tuple[Callable[[float], str], str]:
        match self._axis:
            case XAxis.EPOCH:
                return (lambda value: f"{value:,g}"), tr("epoch")
            case XAxis.STEP:
                return (lambda value: f"{value:,.0f}"), tr("step")
            case XAxis.TIME:
                return clock, tr("time")

    def _end(self) -> float:
        ends = []
        for run in self._runs:
            end = run.curves.end(self._axis)
            if run.look.live:
                unit, planned = run.curves.scale(self._axis)
                young = run.curves.is_young
                end = _room(end, unit if young else 10 * unit, planned)
                if young and run.look.focused:
                    return end  # its steps would be a stroke at the edge of longer runs
            ends.append(end)
        return max([end for end in ends if end > 0], default=10.0)

    def _show_range(self) -> None:
        low, high = self.x_range
        for chart in self.charts:
            chart.set_x_range(low, high)

    def _on_zoomed(self, low: float, high: float) -> None:
        end = self._end()
        low, high = max(low, 0.0), min(high, end)
        if high - low < end * 1e-4:
            return
        self._zoom = None if low <= 0.0 and high >= end else (low, high)
        self.zoomChanged.emit(self._zoom is not None)
        self._show_range()

    # The crosshair --------------------------------------------------------------------------------

    def _on_hovered(self, x: float | None, chart: Chart) -> None:
        if x is None:
            if chart is self._pointed:
                self._leave()
            return
        places = []
        for line in self.loss.lines:
            index = nearest(line.train.x, x) if line.train is not None else None
            if line.train is not None and index is not None:
                places.append(float(line.train.x[index]))
        if places:
            self._point(min(places, key=lambda place: abs(place - x)), chart)

    def _on_stepped(self, points: int, chart: Chart) -> None:
        line = next((line.train for line in reversed(self.loss.lines) if line.train), None)
        if line is None or not len(line.x):
            return
        now = nearest(line.x, self._x) if self._x is not None else None
        start = now if now is not None else (len(line.x) if points < 0 else -1)
        place = min(max(start + points, 0), len(line.x) - 1)
        self._point(float(line.x[place]), chart)

    def _point(self, x: float, chart: Chart) -> None:
        self._x, self._pointed = x, chart
        for other in self.charts:
            other.set_crosshair(x)
            if other is not chart:
                other.hide_readout()
        said = chart.show_readout(self._place_words(x), x)
        if said != chart.plot.accessibleDescription():
            chart.plot.setAccessibleDescription(said)
            event = QAccessibleEvent(chart.plot, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(event)

    def _leave(self) -> None:
        self._x = self._pointed = None
        for chart in self.charts:
            chart.set_crosshair(None)

    def _place_words(self, x: float) -> str:
        match self._axis:
            case XAxis.EPOCH:
                return tr("Epoch {epoch}", epoch=round(x) if x == round(x) else round(x, 2))
            case XAxis.STEP:
                return tr("Step {step}", step=round(x))
            case XAxis.TIME:
                return clock(x)


class MarkKey(QWidget):
    """A mark and what it stands for."""

    def __init__(self, kind: MarkKind, text: str) -> None:
        super().__init__()
        self._kind = kind
        self._text = label(text, "caption", "muted")
        self.setLayout(row(16, self._text, spacing=0))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("text2"))
        middle = self.height() / 2
        match self._kind:
            case MarkKind.BEST:
                painter.drawPolygon(diamond(QPointF(6, middle), 5))
            case MarkKind.BY_HAND:
                painter.drawPolygon(flag(QPointF(2, middle - 4.5)))
            case _:
                painter.drawRect(QRectF(2, middle - 4, 8, 8))


def _throughput(value: float) -> str:
    """A run of several networks has none of its own."""
    return tr("{rows} k rows/s", rows=_thousands(value)) if value == value else NOTHING


def _thousands(value: float) -> str:
    return f"{value * THOUSAND:,.1f}"


def _room(end: float, least: float, planned: float | None) -> float:
    """Where the axis ends for a live run that has come to `end`.

    It grows from `least` in steps (2, 5, 10 … times) up to what is planned, so that it neither crawls
    nor stays nearly empty for long.
    """
    if planned is not None and end >= 0.4 * planned:
        return planned
    room = least
    factors = cycle((2.0, 2.5, 2.0))
    while room < 1.1 * end:
        room *= next(factors)
    return room if planned is None else min(room, planned)
