"""The card with the rows that the model gets most wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from gui.i18n import tr, trn
from gui.models.figures import count_text
from gui.pages.evaluate.row_choice import RowChoice
from gui.pages.evaluate.run_rows import RunRows
from gui.widgets.buttons import button, link_button
from gui.widgets.card import Card
from gui.widgets.choice import Segmented
from gui.widgets.results_numbers import figure
from gui.widgets.results_table import ResultTable, TableColumn
from gui.widgets.text import ElidedLabel

if TYPE_CHECKING:
    from engine.evaluation.result import Evaluation

DIGITS = 4
"""Digits of actual and predicted values that are shown, counted at the largest."""


class ErrorsCard(Card):
    """All of the largest errors, or those of the rows that are chosen."""

    all_wanted = Signal()
    data_wanted = Signal()
    which_changed = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Largest errors"), padding=4)
        self.table = ResultTable(tr("Largest errors"))
        self.body.addWidget(self.table)
        self.which = Segmented(
            ((False, tr("Largest errors")), (True, tr("Likely wrong labels"))),
            small=True,
            name=tr("Which rows"),
        )
        self.which.changed.connect(lambda _which: self.which_changed.emit())
        self.which.hide()
        self.header.insertWidget(0, self.which)
        self.what = ElidedLabel("", "caption", "muted")
        """What the rows have in common; it gives way before the card grows."""
        self.header.insertWidget(3, self.what)
        self._all = link_button(tr("Show all"))
        self._all.clicked.connect(self.all_wanted)
        self.header.addWidget(self._all)
        self.show_in_data = button(tr("Show in Data"), small=True)
        self.show_in_data.clicked.connect(self.data_wanted)
        self.show_in_data.hide()
        self.header.addWidget(self.show_in_data)

    @property
    def shows_suspects(self) -> bool:
        """Whether rows are listed whose label is likely wrong."""
        return bool(self.which.value())

    def _offer_suspects(self, answer: Evaluation) -> None:
        there = bool(answer.suspects)
        self.which.setVisible(there)
        self.title.setVisible(not there)
        if not there:
            self.which.set_value(False)

    def show_errors(self, answer: Evaluation, rows: RunRows | None, choice: RowChoice) -> None:
        """Show the errors of an evaluation, those of the chosen rows if some are."""
        self._offer_suspects(answer)
        chosen = choice.chosen
        if self.shows_suspects:
            chosen, errors = None, answer.suspects
        else:
            errors = choice.errors()
        if answer.rows_from:
            rows = None  # they stand in another file than the table that is open
        if self.shows_suspects:
            self.what.set_text(
                trn(
                    "{count} row, the surest first",
                    "{count} rows, the surest first",
                    answer.suspect_count,
                )
            )
        elif chosen is None:
            self.what.set_text(
                tr("rows of {file}, the greatest loss first", file=Path(answer.rows_from).name)
                if answer.rows_from
                else tr("loss of single rows, the greatest first")
            )
        else:
            count = choice.count()
            self.what.set_text(
                tr("{shown} listed of those with {what}", shown=len(errors), what=chosen.title)
                if count is None
                else tr("{count} rows: {what}", count=count_text(count), what=chosen.title)
            )
        self._all.setVisible(chosen is not None)
        classes = answer.task.is_classification
        actuals = [error.actual for error in errors]
        guesses = [error.predicted for error in errors]
        if not classes:
            actuals, guesses = aligned(actuals, guesses)
        names = rows.columns if rows else ()
        columns = [
            TableColumn(tr("Row"), figures=True, muted=True),
            TableColumn(tr("Actual"), figures=not classes),
            TableColumn(
                tr("Likely") if self.shows_suspects else tr("Predicted"), figures=not classes
            ),
            TableColumn(tr("Loss"), figures=True),
            *(
                TableColumn(name, figures=rows is not None and rows.is_number(name))
                for name in names
            ),
        ]
        self.table.set_rows(
            columns,
            [
                (
                    count_text(error.row + 1),
                    actual,
                    guess,
                    figure(error.loss),
                    *(rows.cells(error.row) if rows else ()),
                )
                for error, actual, guess in zip(errors, actuals, guesses, strict=True)
            ],
        )


def aligned(*columns: Sequence[str]) -> list[list[str]]:
    """Numbers as texts with as many decimals as suit the largest of them, the same for all."""
    try:
        numbers = [[float(text) for text in column] for column in columns]
    except ValueError:
        return [list(column) for column in columns]
    largest = max((abs(n) for column in numbers for n in column), default=0.0)
    decimals = max(0, DIGITS - len(f"{largest:.0f}"))
    return [
        [f"{number:,.{decimals}f}".replace("-", "\u2212") for number in column]
        for column in numbers
    ]
