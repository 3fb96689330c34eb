"""A sweep as it stands: the best so far, all trials, and which fields matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from engine.metrics import METRICS
from engine.plans.sweep import Sweep
from engine.plans.trials import Trial, Trials, value_text
from gui.i18n import tr, trn
from gui.models.run_words import NOTHING, clock, metric_title, score, validation_title
from gui.pages.sweep.course_plot import CoursePlot
from gui.pages.sweep.importance import ImportanceBars
from gui.pages.sweep.trial_words import (
    counts_words,
    lines_of,
    scales_of,
    spaced,
    state_word,
    values_words,
)
from gui.widgets import Card, ElidedLabel, ProgressBar, button, column, label, link_button, row
from gui.widgets.parallel_coordinates import ParallelCoordinates
from gui.widgets.results_table import ResultTable, TableColumn

if TYPE_CHECKING:
    from engine.store.summary import RunSummary

SHOWN = 500
"""Trials in the table, the best ones."""


class LiveView(QWidget):
    """Figures at the top, parallel coordinates and importance, then trials as dots and as a table."""

    used = Signal(object)
    """The `Trial` whose recipe is wanted."""
    opened = Signal(str)
    """Id of a trial's run that is wanted on the Train page."""

    def __init__(self) -> None:
        super().__init__()
        self._sweep: Sweep | None = None
        self._trials: tuple[Trial, ...] = ()
        self._order: tuple[Trial, ...] = ()
        self._best: Trial | None = None
        self._chosen: frozenset[str] | None = None
        self._rows: tuple[tuple[str | None, ...], ...] = ()
        self._shown: str | None = None
        self._monitor, self._higher = "", False
        self._figure = label(NOTHING, "number")
        self._figure_name = label("", "small", "muted")
        self._best_values = ElidedLabel("", "body", "text2")
        self._best_values.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._best_run = label("", "small", "muted")
        self._counts = label("", "body", weight=500)
        self._left = label("", "small", "muted")
        self.progress = ProgressBar(tr("Progress of the sweep"), 180)
        self.use = button(
            tr("Use this one"),
            "check",
            tooltip=tr("Take over the recipe of the trial that is selected, or of the best one."),
        )
        self.use.clicked.connect(self._on_use)
        self.coordinates = ParallelCoordinates(tr("Parallel coordinates of the trials"))
        self.coordinates.brushed.connect(self._on_brushed)
        self.bars = ImportanceBars()
        self._weighed = label("", "small", "muted", wrap=True)
        self.plot = CoursePlot()
        self.table = ResultTable(tr("Trials"))
        self.table.doubleClicked.connect(self._on_open)
        self.table.selectionModel().currentRowChanged.connect(self._on_selected)
        self.clear = link_button(tr("Show all"))
        self.clear.clicked.connect(self.coordinates.clear_intervals)
        self.clear.hide()
        self._make_layout()

    def _make_layout(self) -> None:
        best = Card(tr("Best so far"))
        best.header.addWidget(self.use)
        best.body.addLayout(
            row(
                column(self._figure, self._figure_name, spacing=0),
                column(self._best_values, self._best_run, spacing=2),
                spacing=20,
            )
        )
        state = Card(tr("Trials"))
        state.body.addLayout(row(self._counts, None))
        state.body.addLayout(row(self.progress, self._left, None))
        lines = Card(tr("Fields and what they give"), tr("drag along an axis to choose trials"))
        lines.header.addWidget(self.clear)
        lines.body.addWidget(self.coordinates, 1)
        matter = Card(tr("Importance"))
        matter.body.addWidget(self.bars)
        matter.body.addWidget(self._weighed)
        matter.body.addStretch(1)
        course = Card(tr("Best so far"), tr("rings were given up"))
        course.body.addWidget(self.plot, 1)
        self._table_card = Card(tr("All trials"), tr("double-click opens the run"))
        self._table_card.body.addWidget(self.table, 1)
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setSpacing(12)
        grid.addWidget(best, 0, 0)
        grid.addWidget(state, 0, 1)
        grid.addWidget(lines, 1, 0)
        grid.addWidget(matter, 1, 1)
        grid.addWidget(self._table_card, 2, 0)
        grid.addWidget(course, 2, 1)
        grid.setColumnStretch(0, 7)
        grid.setColumnStretch(1, 3)
        grid.setRowStretch(1, 5)
        grid.setRowStretch(2, 4)

    # What is shown --------------------------------------------------------------------------------

    @property
    def selected(self) -> Trial | None:
        """The trial of the row that is selected; the best one without any."""
        at = self.table.currentIndex().row()
        return self._order[at] if 0 <= at < len(self._order) else self._best

    def show_sweep(self, run: RunSummary, sweep: Sweep, trials: Trials) -> None:
        """Show a sweep with what it has told."""
        if run.id != self._shown:
            self._shown, self._chosen = run.id, None
            self.coordinates.clear_intervals()
            self.table.setCurrentIndex(self.table.model().index(-1, 0))
        higher = trials.monitor in METRICS and METRICS[trials.monitor].higher_is_better
        self._sweep, self._trials = sweep, trials.all
        self._best = trials.best(higher_is_better=higher)
        self._show_figures(run, trials)
        scales = scales_of(sweep, trials.all, metric_title(trials.monitor))
        lines = lines_of(sweep, trials.all, higher_is_better=higher)
        marked = None if self._best is None else str(self._best.number)
        self.coordinates.show_lines(scales, lines, marked)
        self.plot.show_trials(trials.all, higher_is_better=higher)
        self._show_importance(trials)
        self._monitor, self._higher = trials.monitor, higher
        self._show_table()

    def _show_figures(self, run: RunSummary, trials: Trials) -> None:
        best = self._best
        self._figure.setText(NOTHING if best is None else score(best.value))
        self._figure_name.setText(validation_title(trials.monitor) if trials.monitor else "")
        self._best_values.set_text(
            tr("No trial is done yet.") if best is None else values_words(best)
        )
        self._best_run.setText("" if best is None else tr("Trial {trial}", trial=best.number))
        self.use.setEnabled(best is not None)
        assert self._sweep is not None
        of = self._sweep.runs
        self._counts.setText(counts_words(trials.all, of))
        ended = len(trials.ended)
        spent = trials.seconds / (60 * self._sweep.minutes) if self._sweep.minutes else 0.0
        share = max(spent, ended / of if of else 0.0)
        over = not run.status.is_alive
        self.progress.set_share(
            1.0 if run.status.value == "done" else share, "muted" if over else "accent"
        )
        self._left.setText(self._time_left(trials, ended, of, over=over))

    def _time_left(self, trials: Trials, ended: int, of: int, *, over: bool) -> str:
        assert self._sweep is not None
        if over:
            return tr("took {time}", time=clock(trials.seconds))
        if not ended:
            return ""
        left = (of - ended) * trials.seconds / ended if of else float("inf")
        if self._sweep.minutes is not None:
            left = min(left, 60 * self._sweep.minutes - trials.seconds)
        return tr("about {time} left", time=clock(max(0.0, left)))

    def _show_importance(self, trials: Trials) -> None:
        self.bars.setVisible(bool(trials.shares))
        self.bars.show_shares([(spaced(path), share) for path, share in trials.shares.items()])
        if trials.shares:
            text = trn(
                "Share of the variance after {count} trial, by functional ANOVA over those that were done.",
                "Share of the variance after {count} trials, by functional ANOVA over those that were done.",
                trials.weighed_after,
            )
        elif self._sweep is not None and len(self._sweep.fields) == 1:
            text = tr("It takes two fields to weigh one against the other.")
        else:
            text = tr("Known once a few trials are done.")
        self._weighed.setText(text)

    def _show_table(self) -> None:
        assert self._sweep is not None
        monitor, higher = self._monitor, self._higher
        chosen = self._chosen
        kept = [t for t in self._trials if chosen is None or str(t.number) in chosen]
        sign = -1 if higher else 1
        order = sorted(
            kept,
            key=lambda t: (
                t.state == "failed",
                not t.counts,
                sign * t.value if t.value == t.value else 0.0,
                t.number,
            ),
        )[:SHOWN]
        paths = [field.path for field in self._sweep.fields]
        rows = tuple(
            (
                str(trial.number),
                state_word(trial),
                score(trial.value),
                str(trial.epoch),
                clock(trial.seconds) if trial.state != "running" else NOTHING,
                *(value_text(trial.values[path]) for path in paths),
            )
            for trial in order
        )
        if rows == self._rows and tuple(order) == self._order:
            return
        before = self.selected if self.table.currentIndex().isValid() else None
        self._rows, self._order = rows, tuple(order)
        columns = (
            TableColumn(tr("Trial"), figures=True),
            TableColumn(tr("State")),
            TableColumn(
                validation_title(monitor) if monitor else tr("Best"), figures=True, strong=True
            ),
            TableColumn(tr("Epochs"), figures=True),
            TableColumn(tr("Time"), figures=True),
            *(TableColumn(spaced(path), figures=True) for path in paths),
        )
        self.table.set_rows(columns, rows)
        if before is not None:
            at = next((i for i, t in enumerate(order) if t.number == before.number), -1)
            if at >= 0:
                self.table.selectRow(at)
        shown = trn("{count} trial", "{count} trials", len(rows))
        self._table_card.set_caption(
            tr("{shown} chosen · double-click opens the run", shown=shown)
            if chosen is not None
            else tr("double-click opens the run")
        )

    # What a person does ---------------------------------------------------------------------------

    def _on_brushed(self, keys: frozenset[str]) -> None:
        self._chosen = keys if self.coordinates.intervals else None
        self.clear.setVisible(self._chosen is not None)
        if self._sweep is not None:
            self._show_table()

    def _on_selected(self) -> None:
        self.use.setEnabled(self.selected is not None)

    def _on_use(self) -> None:
        trial = self.selected
        if trial is not None and trial.run:
            self.used.emit(trial)

    def _on_open(self) -> None:
        trial = self.selected
        if trial is not None and trial.run:
            self.opened.emit(trial.run)
