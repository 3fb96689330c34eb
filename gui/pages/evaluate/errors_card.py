"""The card with the rows that the model gets most wrong, or whose label is likely wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtCore import QItemSelection, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout

from engine.evaluation.result import RowError
from gui.i18n import tr, trn
from gui.models.figures import count_text
from gui.pages.evaluate.mend_bar import MendBar
from gui.pages.evaluate.row_choice import RowChoice
from gui.pages.evaluate.run_rows import CellsInSight, RunRows
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
Which: TypeAlias = Literal["errors", "suspects", "conflicts"]


class ErrorsCard(Card):
    """All of the largest errors, or those of the rows that are chosen; or rows with doubtful labels.

    `row_chosen` carries the `RowError` of the one line that is marked, None for none or for several.
    """

    all_wanted = Signal()
    data_wanted = Signal()
    which_changed = Signal()
    row_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(tr("Largest errors"), padding=4)
        self.table = ResultTable(tr("Largest errors"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.body.addWidget(self.table)
        self.mend = MendBar()
        self.mend.hide()
        self.body.addWidget(self.mend)
        self.which = Segmented(
            (
                ("errors", tr("Largest errors")),
                ("suspects", tr("Likely wrong labels")),
                ("conflicts", tr("Conflicting duplicates")),
            ),
            small=True,
            name=tr("Which rows"),
        )
        self.which.changed.connect(lambda _which: self.which_changed.emit())
        self.which.hide()
        self.header.addStrut(34)  # as high as with a title
        self.header.insertWidget(0, self.which)
        self.what = ElidedLabel("", "caption", "muted")
        """What the rows have in common; it gives way before the card grows."""
        line = QHBoxLayout()
        line.setContentsMargins(8, 0, 8, 0)
        line.addWidget(self.what)
        line.addStretch(1)
        self.body.insertLayout(0, line)
        self._all = link_button(tr("Show all"))
        self._all.clicked.connect(self.all_wanted)
        self.header.addWidget(self._all)
        self.show_in_data = button(tr("Show in Data"), small=True)
        self.show_in_data.clicked.connect(self.data_wanted)
        self.show_in_data.hide()
        self.header.addWidget(self.show_in_data)
        self._listed: tuple[RowError, ...] = ()
        self._classes: tuple[str, ...] = ()
        self._corrected: dict[int, str] = {}

    @property
    def shows(self) -> Which:
        """Which rows are listed."""
        found: Which = self.which.value()
        return found

    def listed(self) -> tuple[RowError, ...]:
        """The rows that are listed."""
        return self._listed

    def marked(self) -> tuple[RowError, ...]:
        """Those whose lines are marked, from the top."""
        lines = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(self._listed[line] for line in lines if line < len(self._listed))

    def show_errors(
        self,
        answer: Evaluation,
        rows: RunRows | None,
        choice: RowChoice,
        corrected: dict[int, str] | None = None,
    ) -> None:
        """Show the errors of an evaluation, those of the chosen rows if some are.

        Args:
            answer: The evaluation.
            rows: Of the run's table, for their columns.
            choice: Which rows are chosen.
            corrected: Rows whose label the recipe corrects, and to what; None: labels cannot be.
        """
        self._offer(answer)
        chosen = choice.chosen if self.shows == "errors" else None
        self._listed = self._found(answer, choice)
        self._classes = answer.classes
        self._corrected = corrected or {}
        if answer.rows_from:
            rows = None  # they stand in another file than the table that is open
        self._say(answer, choice)
        self._all.setVisible(chosen is not None)
        self._fill(answer, rows)
        self.mend.setVisible(corrected is not None)
        self.mend.show_marked((), (), (), self._corrected)

    def _offer(self, answer: Evaluation) -> None:
        """Only what there is can be chosen."""
        there = {"suspects": bool(answer.suspects), "conflicts": bool(answer.conflicts)}
        for which, some in there.items():
            self.which.set_shown(which, some)
        self.which.setVisible(any(there.values()))
        self.title.setVisible(not any(there.values()))
        if not there.get(self.shows, True):
            self.which.set_value("errors")

    def _found(self, answer: Evaluation, choice: RowChoice) -> tuple[RowError, ...]:
        if self.shows == "suspects":
            return answer.suspects
        if self.shows == "errors":
            return tuple(choice.errors())
        found = []
        for each in answer.conflicts:
            count = {label: each.labels.count(label) for label in each.labels}
            usual = max(count, key=lambda label: count[label])
            found += [
                RowError(row=row, actual=label, predicted=usual, loss=float(each.count))
                for row, label in zip(each.rows, each.labels, strict=True)
            ]
        return tuple(found)

    def _say(self, answer: Evaluation, choice: RowChoice) -> None:
        if self.shows == "suspects":
            text = trn(
                "{count} row, the surest first",
                "{count} rows, the surest first",
                answer.suspect_count,
            )
        elif self.shows == "conflicts":
            text = trn(
                "{count} row shares its inputs with a row of another label",
                "{count} rows share their inputs with a row of another label",
                answer.conflict_count,
            )
        elif choice.chosen is None:
            text = (
                tr("rows of {file}, the greatest loss first", file=Path(answer.rows_from).name)
                if answer.rows_from
                else tr("loss of single rows, the greatest first")
            )
        else:
            count, what = choice.count(), choice.chosen.title
            text = (
                tr("{shown} listed of those with {what}", shown=len(self._listed), what=what)
                if count is None
                else tr("{count} rows: {what}", count=count_text(count), what=what)
            )
        self.what.set_text(text)

    def _fill(self, answer: Evaluation, rows: RunRows | None) -> None:
        classes = answer.task.is_classification
        actuals = [error.actual for error in self._listed]
        guesses = [error.predicted for error in self._listed]
        if not classes:
            actuals, guesses = aligned(actuals, guesses)
        chances = any(error.chance is not None for error in self._listed)
        margins = any(error.margin is not None for error in self._listed)
        last = tr("Alike") if self.shows == "conflicts" else tr("Loss")
        titles = {"suspects": tr("Likely"), "conflicts": tr("Most often")}
        names = rows.columns if rows else ()
        columns = [
            TableColumn(tr("Row"), figures=True, muted=True),
            TableColumn(tr("Actual"), figures=not classes),
            TableColumn(titles.get(self.shows, tr("Predicted")), figures=not classes),
            *([TableColumn(tr("Probability"), figures=True)] if chances else []),
            *([TableColumn(tr("Margin"), figures=True)] if margins else []),
            TableColumn(last, figures=True),
            *(
                TableColumn(name, figures=rows is not None and rows.is_number(name))
                for name in names
            ),
        ]
        lines = []
        for error, actual, guess in zip(self._listed, actuals, guesses, strict=True):
            if error.row in self._corrected:
                new = self._corrected[error.row] or tr("missing")
                actual = tr("{label} → {corrected}", label=actual, corrected=new)
            first = [count_text(error.row + 1), actual, guess]
            if chances:
                first.append("" if error.chance is None else figure(error.chance))
            if margins:
                first.append("" if error.margin is None else figure(error.margin))
            first.append(
                count_text(round(error.loss)) if self.shows == "conflicts" else figure(error.loss)
            )
            read = _reader(rows, error.row, names)
            lines.append(CellsInSight(first, len(names), read))
        self.table.set_rows(columns, lines)

    def _on_selected(self, _now: QItemSelection, _before: QItemSelection) -> None:
        marked = self.marked()
        self.mend.show_marked(
            [error.row for error in marked],
            [error.predicted for error in marked],
            self._classes,
            self._corrected,
        )
        self.row_chosen.emit(marked[0] if len(marked) == 1 else None)


def _reader(rows: RunRows | None, row: int, names: Sequence[str]) -> Callable[[int], str | None]:
    """Reads the cells of one row by the place of their column."""

    def read(place: int) -> str | None:
        return rows.cell(row, names[place]) if rows is not None else None

    return read


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
