"""One row in full: all of its columns, and the training rows that the network sees as most like it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.explanation.result import NearestRows
from engine.tasks import NearestRowsTask
from gui.i18n import render, tr, trn
from gui.models.figures import count_text
from gui.widgets.buttons import button
from gui.widgets.results_answers import Answers
from gui.widgets.results_inspector import Fact, Facts, Section
from gui.widgets.results_numbers import figure
from gui.widgets.results_table import ROW, ResultTable, TableColumn
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.evaluation.result import RowError
    from gui.pages.evaluate.run_rows import RunRows
    from gui.pages.evaluate.shown import Shown

MOST_COLUMNS = 60
NEAREST = 8
PATIENCE = 150
"""Milliseconds that a row stays marked before its neighbours are asked for."""


class RowSection(QWidget):
    """What is known of the marked row. `data_wanted` asks for it and its neighbours on the Data page."""

    data_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._row = Section(tr("Marked row"))
        self._facts = Facts()
        self._row.body.addWidget(self._facts)
        self._cells = Facts()
        self._row.body.addSpacing(6)
        self._row.body.addWidget(self._cells)
        self._more = label("", "caption", "muted")
        self._row.body.addWidget(self._more)
        self._near = Section(tr("Nearest training rows"))
        self._near.setToolTip(tr("By what the network makes of them in its last hidden layer."))
        self.nearest = ResultTable(tr("Nearest training rows"))
        self.nearest.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._told = label("", "caption", "muted", wrap=True)
        self.show_near = button(tr("Show in Data"), small=True)
        self.show_near.clicked.connect(self.data_wanted)
        for widget in (self.nearest, self._told, self.show_near):
            self._near.body.addWidget(widget)
        column.addWidget(self._row)
        column.addWidget(self._near)
        self.hide()

    def show_row(self, error: RowError, rows: RunRows | None, *, classes: bool) -> None:
        """Show a row with all of its columns."""
        self.show()
        self._row.set_caption(count_text(error.row + 1))
        facts: list[Fact] = [(tr("Actual"), error.actual), (tr("Predicted"), error.predicted)]
        if error.chance is not None:
            facts.append((tr("Probability"), figure(error.chance)))
        if error.margin is not None:
            facts.append((tr("Margin"), figure(error.margin)))
        if not classes:
            off = _difference(error)
            facts += [(tr("Predicted − actual"), figure(off))] if off is not None else []
        facts.append((tr("Loss"), figure(error.loss)))
        self._facts.set(facts)
        names = rows.columns if rows is not None else ()
        shown = [
            (name, rows.cell(error.row, name) or tr("missing"))
            for name in names[:MOST_COLUMNS]
            if rows is not None
        ]
        self._cells.set(shown)
        more = len(names) - len(shown)
        self._more.setVisible(more > 0)
        self._more.setText(trn("and {count} more column", "and {count} more columns", more))

    def show_waiting(self) -> None:
        """The neighbours are being looked for."""
        self._near.show()
        self.nearest.hide()
        self.show_near.hide()
        self._told.setText(tr("Looking for the nearest training rows"))

    def show_error(self, text: str) -> None:
        """They could not be found."""
        self._near.show()
        self.nearest.hide()
        self.show_near.hide()
        self._told.setText(text)

    def hide_nearest(self) -> None:
        """There are none to be looked for."""
        self._near.hide()

    def show_nearest(self, found: NearestRows, *, in_data: bool) -> None:
        """Show the neighbours, the nearest first."""
        self._near.show()
        self.nearest.show()
        columns = (
            TableColumn(tr("Row"), figures=True, muted=True),
            TableColumn(tr("Distance"), figures=True),
            TableColumn(tr("Actual")),
            TableColumn(tr("Predicted")),
        )
        near = found.neighbours
        self.nearest.set_rows(
            columns,
            [
                (count_text(each.row + 1), figure(each.distance), each.actual, each.predicted)
                for each in near
            ],
        )
        height = self.nearest.horizontalHeader().height() + ROW * len(near) + 4
        self.nearest.setFixedHeight(height)
        self._told.setText(
            tr("Training rows are usually {usual} from their nearest.", usual=figure(found.usual))
        )
        self.show_near.setVisible(in_data)


class RowDetails(QObject):
    """Follows the marked line of the errors; `rows_wanted` carries rows to be shown on the Data page."""

    rows_wanted = Signal(object, str)

    def __init__(self, shown: Shown, section: RowSection, parent: QObject) -> None:
        super().__init__(parent)
        self._shown, self._section = shown, section
        self._error: RowError | None = None
        self._answers: Answers[NearestRows] = Answers(shown.session.ask, NearestRows, self)
        self._answers.changed.connect(self._on_answer)
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE)
        self._timer.timeout.connect(self._ask)
        section.data_wanted.connect(self._on_data)

    def show(self, error: RowError | None, rows: RunRows | None) -> None:
        """Show another row, or none."""
        self._error = error
        self._timer.stop()
        answer = self._shown.answer
        if error is None or answer is None:
            self._answers.leave()
            self._section.hide()
            return
        self._section.show_row(error, rows, classes=answer.task.is_classification)
        self._section.show_waiting()
        self._timer.start()

    def _ask(self) -> None:
        run, answer, error = self._shown.run, self._shown.answer, self._error
        if run is None or answer is None or error is None:
            return
        file = answer.rows_from or None
        folder = self._shown.session.workspace.run(run.id).path
        best = self._shown.session.history(run.id).best_epoch
        task = NearestRowsTask(run=str(folder), row=error.row, file=file, count=NEAREST)
        self._answers.want((run.id, best, file, error.row), task)
        self._on_answer()

    def _on_answer(self) -> None:
        found = self._answers.value
        if self._error is None:
            return
        if found is not None:
            self._section.show_nearest(found, in_data=self._shown.is_of_open_table)
        elif self._answers.error is not None:
            self._section.show_error(" ".join(render(m) for m in self._answers.error.messages()))

    def _on_data(self) -> None:
        found, run = self._answers.value, self._shown.run
        if found is None or run is None:
            return
        rows: Sequence[int] = [found.row, *(each.row for each in found.neighbours)]
        title = tr(
            "row {row} and its nearest, run {number}",
            row=count_text(found.row + 1),
            number=run.number,
        )
        self.rows_wanted.emit(rows, title)


def _difference(error: RowError) -> float | None:
    try:
        return float(error.predicted) - float(error.actual)
    except ValueError:
        return None
