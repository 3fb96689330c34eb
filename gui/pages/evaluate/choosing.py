"""Choosing rows: whatever is clicked on the page, the errors and the Data page follow."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from engine.errors import TrainyardError
from gui.i18n import tr
from gui.pages.evaluate.number_field import threshold_text
from gui.pages.evaluate.row_choice import Chosen, RowChoice
from gui.pages.evaluate.slices_card import slice_text
from gui.widgets.results_numbers import figure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.evaluation.result import CalibrationBin, Slice
    from gui.pages.evaluate.cards import EvaluateCards
    from gui.pages.evaluate.inspector import EvaluateInspector
    from gui.pages.evaluate.shown import Shown


class Choosing(QObject):
    """Connects what can be clicked with the one choice of rows; `changed` when other rows are listed."""

    changed = Signal()

    def __init__(
        self, shown: Shown, cards: EvaluateCards, inspector: EvaluateInspector, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._shown, self._cards, self._inspector = shown, cards, inspector
        self._is_linked = False
        self.choice = RowChoice(self)
        self.choice.changed.connect(self._on_choice)
        cards.matrix.selected.connect(self._on_cell)
        cards.calibration.chosen.connect(self._on_bin)
        cards.slices.chosen.connect(self._on_slice)
        cards.errors.all_wanted.connect(self.choose_all)
        cards.errors.data_wanted.connect(self._show_in_data)
        inspector.threshold.rows_wanted.connect(self._on_chances)

    def link_plots(self) -> None:
        """Let bars choose rows; the plots are made with the first answer that needs them."""
        if not self._is_linked:
            self._is_linked = True
            self._cards.residuals.plot.chosen.connect(self._on_residuals)
            self._cards.error_bins.plot.chosen.connect(self._on_values)

    def choose(self, chosen: Chosen, *, keep: bool = False) -> None:
        """Choose rows by something else than the matrix; `keep` the line of the slices."""
        if not self.choice.knows_rows:
            return
        self._cards.matrix.select(None)
        if not keep:
            self._cards.slices.clear_choice()
        self.choice.choose(chosen)

    def choose_all(self) -> None:
        """No rows in particular."""
        self._cards.matrix.select(None)
        self._cards.slices.clear_choice()
        self.choice.choose(None)

    def _on_cell(self, cell: tuple[int, int] | None) -> None:
        from engine.evaluation.row_table import ByCell

        answer = self._shown.answer
        self._inspector.show_cell(answer, cell, self._cards.matrix.counts())
        if answer is None or cell is None:
            self.choice.choose(None)
            return
        title = tr(
            "actual {actual}, predicted {predicted}",
            actual=answer.classes[cell[0]],
            predicted=answer.classes[cell[1]],
        )
        self.choice.choose(Chosen(ByCell(*cell), title))

    def _on_bin(self, found: CalibrationBin) -> None:
        self._on_chances(found.low, found.high, of_predicted=True)

    def _on_chances(self, low: float, high: float, *, of_predicted: bool = False) -> None:
        from engine.evaluation.row_table import ByChance

        title = tr(
            "probability {low} to {high}", low=threshold_text(low), high=threshold_text(high)
        )
        self.choose(Chosen(ByChance(low, high, of_predicted=of_predicted), title))

    def _on_slice(self, found: Slice) -> None:
        from engine.evaluation.row_table import BySlice

        self.choose(Chosen(BySlice(found.columns, found.codes), slice_text(found)), keep=True)

    def _on_values(self, low: float, high: float) -> None:
        from engine.evaluation.row_table import ByValue

        title = tr("predicted {low} to {high}", low=figure(low), high=figure(high))
        self.choose(Chosen(ByValue(low, high), title))

    def _on_residuals(self, low: float, high: float) -> None:
        from engine.evaluation.row_table import ByError

        title = tr("predicted − actual {low} to {high}", low=_end(low), high=_end(high))
        self.choose(Chosen(ByError(low, high), title))

    def _on_choice(self) -> None:
        if self.choice.chosen is not None:
            self._cards.errors.which.set_value("errors")
        self.changed.emit()

    def _show_in_data(self) -> None:
        """Show the chosen rows, or those listed without a choice, on the Data page."""
        answer, chosen, run = self._shown.answer, self.choice.chosen, self._shown.run
        if answer is None or run is None:
            return
        shows = self._cards.errors.shows
        listed = np.unique(np.array([each.row for each in self._cards.errors.listed()], np.int64))
        if shows == "suspects":
            rows, title = listed, tr("likely wrong labels, run {number}", number=run.number)
        elif shows == "conflicts":
            rows, title = listed, tr("conflicting duplicates, run {number}", number=run.number)
        elif chosen is None:
            rows = np.sort(np.array([each.row for each in self.choice.errors()], np.int64))
            title = tr("largest errors of run {number}", number=run.number)
        else:
            rows = self.choice.rows()
            title = tr("run {number}: {what}", number=run.number, what=chosen.title)
        self.show_rows(rows, title)

    def show_rows(self, rows: NDArray[np.int64], title: str) -> None:
        """Show rows of the open table on the Data page; `title` says which they are."""
        from engine.data.rows.filters import RowsFilter
        from engine.evaluation.row_table import keep_chosen

        answer, session = self._shown.answer, self._shown.session
        if answer is None or not answer.rows_file:
            return
        try:
            file = keep_chosen(Path(answer.rows_file), np.sort(np.asarray(rows, np.int64)))
        except TrainyardError as error:
            session.failed.emit(error)
            return
        session.view.set_filters((RowsFilter(title=title, file=str(file)),))
        session.show_page("data")


def _end(value: float) -> str:
    return figure(value) if math.isfinite(value) else "−∞" if value < 0 else "∞"
