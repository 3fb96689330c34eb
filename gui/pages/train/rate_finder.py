"""Finds a learning rate for the recipe in force: a short test in a worker, its curve, and "use it"."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QCloseEvent, QHideEvent
from PySide6.QtWidgets import QAbstractButton, QDialog, QWidget

from engine.errors import TrainyardError
from engine.messages import N_
from engine.tasks import FindRateTask
from engine.training.rate_curve import Proposal, RateCurve
from gui import theme
from gui.i18n import render, tr
from gui.models.run_words import rate
from gui.widgets.buttons import button
from gui.widgets.choice import Segmented
from gui.widgets.layout import column, row
from gui.widgets.note import Note
from gui.widgets.plot import Plot, format_number, pen
from gui.widgets.progress import ProgressBar
from gui.widgets.text import label

if TYPE_CHECKING:
    from gui.jobs import TaskJob
    from gui.session import Session

_SIZE = (620, 420)
_HEADROOM = 0.35
"""Of the fall, drawn above where the loss began: where it runs away there is little to see."""
RULES = {"valley": N_("Valley"), "steepest": N_("Steepest"), "minimum": N_("Tenth of the least")}


class RateFinder(QDialog):
    """Not modal; the test ends when the dialog is closed."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Find a learning rate"))
        self.resize(*_SIZE)
        self._session = session
        self._job: TaskJob | None = None
        self.curve: RateCurve | None = None
        self._rule = ""
        self._intro = label(
            tr(
                "Trains the network of the recipe for a few steps with rising rates. A good rate lies where the loss falls."
            ),
            "small",
            "text2",
            wrap=True,
        )
        self.progress = ProgressBar(tr("Progress of the test"))
        self.plot = RatePlot()
        self.note = Note("")
        self.rules: Segmented | None = None
        self._choices = QWidget()
        self._choices_row = row(label(tr("Proposal"), "small", "text2"), None)
        self._choices.setLayout(self._choices_row)
        self.told = label("", "body", "text2", wrap=True)
        self.again = button(tr("Test again"))
        self.again.clicked.connect(self.start)
        self.use = button(tr("Use it"), primary=True)
        self.use.clicked.connect(self._use)
        self.setLayout(
            column(
                self._intro,
                self.progress,
                self.note,
                self.plot,
                self._choices,
                row(self.told, None, self.again, self.use),
                spacing=12,
                margins=20,
            )
        )
        session.tableChanged.connect(self.close)
        self._show()

    def start(self) -> None:
        """Test the recipe in force on the open table."""
        table = self._session.table
        if table is None:
            return
        self._cancel()
        self.curve = None
        task = FindRateTask(folder=str(table.folder), recipe=self._session.recipe)
        self._job = self._session.ask(task)
        self._job.progress.connect(self.progress.set_share)
        self._job.finished.connect(self._on_curve)
        self._job.failed.connect(self._on_failed)
        self.progress.set_share(0.0)
        self._show()

    @property
    def chosen(self) -> Proposal | None:
        """The proposal that would be used."""
        proposals = self.curve.proposals if self.curve is not None else ()
        found = (each for each in proposals if each.rule == self._rule)
        return next(found, proposals[0] if proposals else None)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._cancel()
        super().closeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._cancel()
        super().hideEvent(event)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_curve(self, value: object) -> None:
        self._job = None
        self.curve = RateCurve.model_validate(value)
        self._rule = ""
        self.plot.show_curve(self.curve)
        self._offer_rules(self.curve)
        self._show()

    def _on_failed(self, error: TrainyardError) -> None:
        self._job = None
        found, *advice = (render(message) for message in error.messages())
        self.note.set(" ".join(advice), "err", title=found)
        self._show(failed=True)

    def _offer_rules(self, curve: RateCurve) -> None:
        """Those that picked a rate from this curve."""
        if self.rules is not None:
            self._choices_row.removeWidget(self.rules)
            self.rules.deleteLater()
        offered = tuple((each.rule, tr(RULES[each.rule])) for each in curve.proposals)
        self.rules = Segmented(offered, name=tr("Proposal"))
        self.rules.changed.connect(self._on_rule)
        self._choices_row.insertWidget(1, self.rules)

    def _on_rule(self, rule: object) -> None:
        self._rule = str(rule)
        self._show()

    def _show(self, *, failed: bool = False) -> None:
        testing, chosen = self._job is not None, self.chosen
        falls_nowhere = self.curve is not None and chosen is None
        if falls_nowhere:
            self.note.set(
                tr("Look at the data and its preparation; the network may be too small."),
                "warn",
                title=tr("The loss falls nowhere, at no learning rate."),
            )
        self.progress.setVisible(testing)
        self.note.setVisible(failed or falls_nowhere)
        self.plot.setVisible(self.curve is not None)
        self._choices.setVisible(chosen is not None)
        self.again.setEnabled(not testing)
        self.use.setEnabled(chosen is not None)
        self.told.setText(self._words(chosen))
        self.use.setText(
            tr("Use it") if chosen is None else tr("Use {rate}", rate=rate(chosen.rate))
        )
        self.plot.mark(chosen.rate if chosen is not None else None)

    def _words(self, chosen: Proposal | None) -> str:
        if self._job is not None:
            return tr("Testing …")
        if chosen is None or self.curve is None:
            return ""
        return tr("Now {rate}.", rate=rate(self.curve.current))

    def _use(self) -> None:
        chosen = self.chosen
        if chosen is None or self.curve is None:
            return
        recipe = self._session.recipe
        optimizer = recipe.training.optimizer or self.curve.optimizer
        training = recipe.training.model_copy(
            update={"optimizer": optimizer.with_learning_rate(chosen.rate)}
        )
        self._session.edit(
            recipe.model_copy(update={"training": training}), tr("learning rate from the test")
        )
        self.close()


class RatePlot(Plot):
    """The loss over the learning rate, on a logarithmic axis."""

    def __init__(self) -> None:
        super().__init__(
            tr("Loss over learning rate"),
            x_title=tr("Learning rate"),
            format_x=lambda exponent: rate(10.0**exponent),
            format_y=format_number,
        )
        self.setMinimumHeight(180)
        self._raw = self.line("axis")
        self._smooth = self.line("accent", 2.0)
        self._now = self._upright("muted", dashed=True)
        self._mark = self._upright("accent", dashed=False)

    def show_curve(self, curve: RateCurve) -> None:
        """Draw it; where the loss runs away it leaves the picture."""
        exponents = [math.log10(each) for each in curve.rates]
        self._raw.setData(exponents, list(curve.losses))
        self._smooth.setData(exponents, list(curve.smoothed))
        low, first = min(curve.smoothed), curve.smoothed[len(curve.smoothed) // 10]
        span = max(first - low, 1e-9)
        box = self.getPlotItem().getViewBox()
        box.setXRange(exponents[0], exponents[-1], padding=0.02)
        box.setYRange(low - 0.1 * span, first + _HEADROOM * span, padding=0)
        self._now.setPos(math.log10(curve.current))
        self.setAccessibleDescription(
            tr(
                "The loss is least, {loss}, at {rate}.",
                loss=format_number(low),
                rate=rate(curve.rates[curve.smoothed.index(low)]),
            )
        )

    def mark(self, value: float | None) -> None:
        """Show where a learning rate lies."""
        self._mark.setVisible(value is not None)
        if value is not None:
            self._mark.setPos(math.log10(value))

    def _upright(self, colour: str, *, dashed: bool) -> pg.InfiniteLine:
        found = pg.InfiniteLine(
            angle=90, movable=False, pen=pen(theme.colour(colour), dashed=dashed)
        )
        self.addItem(found, ignoreBounds=True)
        return found


class _Offer(QObject):
    """Belongs to the button, and so hears of nothing any more when that is gone."""

    def __init__(self, press: QAbstractButton, session: Session, parent: QWidget) -> None:
        super().__init__(press)
        self._press, self._session, self._parent = press, session, parent
        press.clicked.connect(self._open)
        session.tableChanged.connect(self._refresh)
        session.recipeChanged.connect(self._refresh)
        self._refresh()

    def _open(self) -> None:
        finder = RateFinder(self._session, self._parent)
        finder.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        finder.show()
        finder.start()

    def _refresh(self) -> None:
        session = self._session
        self._press.setEnabled(session.table is not None and session.target is not None)


def offer_rate_finder(press: QAbstractButton, session: Session, parent: QWidget) -> None:
    """Let a button open the dialog, which begins to test at once; without a table it cannot be pressed."""
    _Offer(press, session, parent)
