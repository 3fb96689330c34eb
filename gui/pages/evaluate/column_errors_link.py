"""Between the card of errors against a column and the worker that reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.evaluation.residuals import Residuals
from engine.tasks import ResidualsTask
from gui.i18n import render, tr
from gui.models.figures import count_text
from gui.pages.evaluate.row_choice import Chosen
from gui.widgets.results_answers import Answers

if TYPE_CHECKING:
    from gui.pages.evaluate.choosing import Choosing
    from gui.pages.evaluate.column_errors_card import ColumnErrorsCard
    from gui.pages.evaluate.fold import Fold
    from gui.pages.evaluate.run_rows import RunRows
    from gui.pages.evaluate.shown import Shown


class ColumnErrorsLink(QObject):
    """Asks for a column once its part of the page is open."""

    def __init__(
        self, shown: Shown, card: ColumnErrorsCard, fold: Fold, choosing: Choosing, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._shown, self._card, self._fold, self._choosing = shown, card, fold, choosing
        self._stamp: tuple[object, ...] = ()
        self._answers: Answers[Residuals] = Answers(shown.session.ask, Residuals, self)
        self._answers.changed.connect(self._on_answer)
        card.column_wanted.connect(lambda _column: self._ask())
        card.row_chosen.connect(self._on_row)
        fold.opened.connect(self._ask)

    def show(self, rows: RunRows | None, stamp: tuple[object, ...]) -> None:
        """Offer the columns of the run's table; `stamp` is another with each answer of the page."""
        answer = self._shown.answer
        there = (
            answer is not None
            and rows is not None
            and bool(rows.columns)
            and bool(answer.rows_file)
            and answer.part != "file"
            and not answer.rows_from
            and not self._shown.is_one_of_several
        )
        self._card.setVisible(there)
        self._stamp = stamp
        if there and rows is not None:
            self._card.offer(rows.columns)
            if self._fold.is_open:
                self._ask()

    def leave(self) -> None:
        """Nothing is shown any more."""
        self._answers.leave()

    def _ask(self) -> None:
        run, answer, column = self._shown.run, self._shown.answer, self._card.column.value()
        if run is None or answer is None or not column or self._card.isHidden():
            return
        folder = self._shown.session.workspace.run(run.id).path
        task = ResidualsTask(run=str(folder), part=answer.part, column=column)
        self._answers.want((run.id, answer.part, column, *self._stamp), task)
        self._on_answer()

    def _on_answer(self) -> None:
        found = self._answers.value
        if found is not None:
            self._card.show_errors(found, self._shown.hue)
        elif self._answers.error is not None:
            self._card.show_error(" ".join(render(m) for m in self._answers.error.messages()))
        else:
            self._card.show_waiting()

    def _on_row(self, row: int) -> None:
        from engine.evaluation.row_table import ByRows

        self._choosing.choose(Chosen(ByRows((row,)), tr("row {row}", row=count_text(row + 1))))
