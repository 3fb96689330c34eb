"""The five charts of the Train page: one range of x, one crosshair, one key to the marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from gui.i18n import tr
from gui.models.run_words import metric_title, rate, score
from gui.pages.train.arrangement import Arrangement
from gui.pages.train.chart import Chart
from gui.pages.train.chart_bar import XAxis
from gui.pages.train.group_curves import GroupCurves
from gui.pages.train.lines import Pointed
from gui.pages.train.lower_axis import axis_words, place_words, room
from gui.pages.train.mark_keys import MarkKeys
from gui.pages.train.members import Members
from gui.pages.train.quantities import GRADIENT_NORM, LEARNING_RATE, NORMS, SPEEDS, Quantity
from gui.pages.train.reference import Reference
from gui.pages.train.run_lines import Look, RunCurves
from gui.pages.train.series import nearest
from gui.pages.train.short_turns import ShortTurns, Step, painted
from gui.widgets.choice import ComboBox
from gui.widgets.layout import column

HEAVY = 5_000
"""Epochs of all runs together from which on charts follow one after the other."""


@dataclass(frozen=True, slots=True)
class MetricReference:
    """What a baseline scores on the validation rows."""

    metric: str
    value: float
    title: str


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run and how it is drawn."""

    curves: RunCurves
    look: Look


class ChartBoard(QWidget):
    """Loss and a metric large; learning rate, gradient norm and throughput small."""

    zoomChanged = Signal(bool)  # noqa: N815 - Qt's naming
    """Whether a part of x is looked at."""

    exportAsked = Signal(object, str, str)  # noqa: N815
    """A chart, the suffix of a format, and the name of the lower axis."""

    def __init__(self, workspace: Path | None = None) -> None:
        """`workspace` keeps where the charts stand."""
        super().__init__()
        self.baselines: tuple[MetricReference, ...] = ()
        """Baselines that the run in focus was set beside."""
        self.clip: float | None = None
        """The norm that the gradients of the run in focus are clipped at."""
        self._runs: tuple[ShownRun, ...] = ()
        self._axis = XAxis.EPOCH
        self._zoom: tuple[float, float] | None = None
        self._x: float | None = None
        self._pointed: Chart | None = None
        self._wanted_metric = ""
        self._range_turns = ShortTurns(0, self)
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
        self._show_metric_choice(there_are=False)
        self.rate = Chart(tr("Learning rate"), format_value=rate, two_parts=False, left_width=42)
        self.rate.set_log(True)
        self.norm_choice = _choice(tr("Inside the network"), NORMS)
        self.norm = _small_chart(tr("Gradient norm"), self.norm_choice, NORMS[0])
        self.speed_choice = _choice(tr("Speed or memory"), SPEEDS)
        self.speed = _small_chart(tr("Throughput"), self.speed_choice, SPEEDS[0])
        self.norm_choice.changed.connect(lambda name: self._on_quantity(self.norm, NORMS, name))
        self.speed_choice.changed.connect(lambda name: self._on_quantity(self.speed, SPEEDS, name))
        self.charts = (self.loss, self.score, self.rate, self.norm, self.speed)
        named = zip(("loss", "metric", "rate", "norm", "speed"), self.charts, strict=True)
        self.arrangement = Arrangement(dict(named), workspace)
        self.arrangement.changed.connect(self._on_arranged)
        self.arrangement.exportAsked.connect(self._on_export)
        self.setLayout(column(self.arrangement, MarkKeys(), spacing=8, margins=(16, 12, 16, 8)))
        self.layout().setStretch(0, 1)
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

    def steps(self, runs: Sequence[ShownRun], axis: XAxis) -> tuple[Step, ...]:
        """The same in short steps, a run or a chart each: other events may come between them."""
        quantities = (
            "loss",
            None,
            LEARNING_RATE,
            self.norm_choice.value(),
            self.speed_choice.value(),
        )
        self._range_turns.stop()  # it is shown with the curves
        found: list[Step] = [lambda: self._take_runs(runs, axis)]
        for chart, quantity in zip(self.charts, quantities, strict=True):
            # What is made of a run here is known to it when the chart asks for it.
            found += [partial(self._make_lines, run, quantity) for run in runs]
            found.append(painted(partial(self._show_lines, chart, quantity)))
        return (*found, painted(self._show_values))

    def _take_runs(self, runs: Sequence[ShownRun], axis: XAxis) -> None:
        if axis is not self._axis:
            self._axis = axis
            self._zoom = None
            self.zoomChanged.emit(False)
            self._leave()
        self._runs = tuple(runs)
        self._offer_metrics()

    def _make_lines(self, run: ShownRun, quantity: str | None) -> None:
        run.curves.lines(quantity or self.metric_choice.value() or "", run.look)

    def _show_lines(self, chart: Chart, quantity: str | None) -> None:
        """Draw a quantity of all runs; `None` is the metric that is chosen."""
        format_x, title = axis_words(self._axis, self._members)
        is_large = self.arrangement.is_large(chart)
        chart.set_x_axis(title if is_large else "", format_x)
        wanted = quantity or self.metric_choice.value() or ""
        chart.set_references(self._references(chart, wanted))
        chart.set_lines([run.curves.lines(wanted, run.look) for run in self._runs])
        chart.set_x_range(*self.x_range)

    def _show_values(self) -> None:
        self._say_values()
        if self._x is not None and self._pointed is not None:
            self._point(self._x, self._pointed)

    def _references(self, chart: Chart, quantity: str) -> list[Reference]:
        if chart is self.norm and quantity == GRADIENT_NORM and self.clip is not None:
            text = tr("clip {value}", value=rate(self.clip))
            return [Reference(self.clip, text, "warn", dashed=True, at_right=True)]
        if chart in (self.loss, self.score):
            return [Reference(b.value, b.title) for b in self.baselines if b.metric == quantity]
        return []

    @property
    def _members(self) -> Members:
        """What stands at each place of the lower axis."""
        focused = self._focused()
        if focused is None or isinstance(focused.curves, GroupCurves):
            return Members.EPOCHS
        return focused.look.members

    def _on_quantity(self, chart: Chart, quantities: Sequence[Quantity], name: str) -> None:
        chart.set_quantity(next(each for each in quantities if each.name == name))
        self.show_runs(self._runs, self._axis)

    def _on_arranged(self) -> None:
        self.show_runs(self._runs, self._axis)

    def _on_export(self, chart: Chart, suffix: str) -> None:
        _, word = axis_words(self._axis, self._members)
        self.exportAsked.emit(chart, suffix, word)

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
        self._show_metric_choice(there_are=bool(names))
        self.metric_choice.set_choices([(name, metric_title(name)) for name in names])
        wanted = self._wanted_metric if self._wanted_metric in names else history.monitor
        self.metric_choice.set_value(wanted if wanted in names else (names[0] if names else ""))
        self._name_score_chart()

    def _show_metric_choice(self, *, there_are: bool) -> None:
        """Name the chart by the metric to choose; by a word while it is not known which there are."""
        self.metric_choice.setVisible(there_are)
        self.score.title.setText("" if there_are else tr("Metric"))

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
            if text != chart.value.text():
                chart.value.setText(text)
                chart.fit_header()

    # The lower axis -------------------------------------------------------------------------------

    def _end(self) -> float:
        ends = []
        for run in self._runs:
            end = run.curves.end(self._axis)
            if run.look.live:
                unit, planned = run.curves.scale(self._axis)
                young = run.curves.is_young
                end = room(end, unit if young else 10 * unit, planned)
                if young and run.look.focused:
                    return end  # its steps would be a stroke at the edge of longer runs
            ends.append(end)
        return max([end for end in ends if end > 0], default=10.0)

    @property
    def is_heavy(self) -> bool:
        """Whether there are so many points that to draw them all at once would be felt."""
        return sum(len(run.curves.history.epochs_done) for run in self._runs) > HEAVY

    @property
    def is_moving(self) -> bool:
        """Whether some charts have yet to follow to another range."""
        return self._range_turns.is_active

    def _show_range(self) -> None:
        low, high = self.x_range
        if not self.is_heavy:
            for chart in self.charts:
                chart.set_x_range(low, high)
            return
        self._range_turns.start(
            painted(partial(chart.set_x_range, low, high))
            for chart in sorted(self.charts, key=lambda chart: chart is not self._pointed)
        )

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
        pointed = Pointed(x)
        for other in self.charts:
            other.set_crosshair(pointed)
            if other is not chart:
                other.hide_readout()
        said = chart.show_readout(place_words(self._axis, x, self._members), pointed)
        if said != chart.plot.accessibleDescription():
            chart.plot.setAccessibleDescription(said)
            event = QAccessibleEvent(chart.plot, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(event)

    def _leave(self) -> None:
        self._x = self._pointed = None
        for chart in self.charts:
            chart.set_crosshair(None)


def _choice(name: str, quantities: Sequence[Quantity]) -> ComboBox:
    """A title of a chart that can be chosen."""
    made = ComboBox(small=True, name=name, quiet=True)
    made.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
    made.set_choices([(each.name, tr(each.title)) for each in quantities])
    made.set_value(quantities[0].name)
    return made


def _small_chart(title: str, choice: ComboBox, first: Quantity) -> Chart:
    return Chart(
        title,
        format_value=first.format_value,
        unit=first.unit,
        two_parts=False,
        left_width=38,
        from_zero=first.from_zero,
        title_widget=choice,
    )
