"""What is seen of a problem: lines and cells to be set right, or what it means and the rows behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from gui.i18n import render, tr, trn
from gui.pages.data.fix_card import FixCard
from gui.pages.data.problem_rows import lines_table, repairs_table, rows_table
from gui.widgets.buttons import button
from gui.widgets.card import Card
from gui.widgets.layout import column, row
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.data.problems import Problem
    from engine.data.table import Table
    from gui.models.fix_line import FixLine
    from gui.pages.data.records_table import RecordsTable


class ProblemDetail(QWidget):
    """Shows a problem, or all that are fixed line by line. What a person asks for is emitted."""

    fixAsked = Signal(object)  # noqa: N815 - Qt's naming
    """A problem with a fix of its own."""
    applyAsked = Signal(object)  # noqa: N815
    """Fix lines that are checked."""
    skipAsked = Signal(object)  # noqa: N815
    """Fix lines that are to be left out for good."""
    dismissAsked = Signal(object, bool)  # noqa: N815
    """A problem that is none; or, with False, is one after all."""
    saveAsked = Signal()  # noqa: N815
    filterAsked = Signal(object)  # noqa: N815
    """A problem whose rows are to be seen in the table."""
    rowAsked = Signal(int, str)  # noqa: N815
    """A row (from 0; −1: none in particular) and a column (or "")."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[FixCard] = []
        self.apply: QPushButton | None = None
        self.skip: QPushButton | None = None
        self._column = column(spacing=12)
        self.setLayout(self._column)

    def clear(self) -> None:
        """Show nothing."""
        self.cards = []
        self.apply = self.skip = None
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    # Line by line -------------------------------------------------------------------------------

    def show_fixes(self, cards: Sequence[FixCard]) -> None:
        """Show problems that are fixed line by line, below each other, and one button for all."""
        self.clear()
        self.cards = list(cards)
        for card in cards:
            card.changed.connect(self._count)
            card.rowAsked.connect(self.rowAsked)
            card.dismissAsked.connect(lambda problem: self.dismissAsked.emit(problem, True))
            self._column.addWidget(card)
        if not any(card.lines.can_fix for card in cards):
            self._column.addWidget(self._only_saving())
            return
        self.apply = button("", primary=True)
        self.apply.clicked.connect(lambda: self.applyAsked.emit(self._checked()))
        self.skip = button(tr("Skip these lines"))
        self.skip.setToolTip(
            tr("Leave out for good the lines that are checked, or else all that are listed.")
        )
        if not any(card.problem.rejects for card in cards):
            self.skip.hide()
        self.skip.clicked.connect(lambda: self.skipAsked.emit(self._skipped()))
        promise = label(
            tr("The file on disk is not changed. Fixes are kept in the recipe; Undo takes them back."),
            "small", "text2", wrap=True,
        )  # fmt: skip
        actions = QWidget()
        layout = row(self.apply, self.skip, spacing=8)
        layout.addWidget(promise, 1)
        actions.setLayout(layout)
        self._column.addWidget(actions)
        self._count()

    def card_of(self, problem: Problem) -> FixCard | None:
        """The card that shows a problem."""
        return next((card for card in self.cards if card.problem.key == problem.key), None)

    def _checked(self) -> list[FixLine]:
        return [line for card in self.cards for line in card.lines.checked_lines()]

    def _skipped(self) -> list[FixLine]:
        checked = [line for line in self._checked() if not line.is_cell]
        if checked:
            return checked
        return [
            line for card in self.cards if card.problem.rejects for line in card.lines.all_lines
        ]

    def _count(self) -> None:
        if self.apply is not None:
            count = sum(card.lines.count_checked() for card in self.cards)
            self.apply.setText(trn("Apply {count} fix", "Apply {count} fixes", count))
            self.apply.setEnabled(count > 0)
            self.apply.setToolTip("" if count else tr("Check the lines that are to be fixed."))

    def _only_saving(self) -> QWidget:
        save = button(tr("Save bad rows"), icon="export")
        save.clicked.connect(self.saveAsked)
        actions = QWidget()
        note = label(tr("Rows of this format can only be mended in the file."), "small", "text2")
        actions.setLayout(row(save, note, None))
        return actions

    # One problem --------------------------------------------------------------------------------

    def show_problem(self, problem: Problem, table: Table | None, *, dismissed: bool) -> None:
        """Show any other problem, or one that was said to be none."""
        self.clear()
        self._column.addWidget(self._summary(problem, dismissed=dismissed))
        if table is None:
            return
        title = render(problem.title)
        if problem.repairs:
            self._add(title, repairs_table(table, problem.repairs, title), problem)
        elif problem.rejects:
            self._add(title, lines_table(problem.rejects, title), problem)
        elif problem.rows:
            self._add(tr("The rows behind it"), rows_table(table, problem), problem)

    def _summary(self, problem: Problem, *, dismissed: bool) -> Card:
        card = Card(render(problem.title), _count_words(problem))
        card.body.addWidget(label(render(problem.detail), "body", "text2", wrap=True))
        actions = row(spacing=8)
        if problem.fix is not None and not dismissed:
            fix = button(render(problem.fix.label), primary=problem.is_serious)
            fix.clicked.connect(lambda: self.fixAsked.emit(problem))
            actions.addWidget(fix)
        if problem.filters:
            rows = button(tr("Show rows"), icon="filter")
            rows.setToolTip(tr("Narrow the table to the rows behind this."))
            rows.clicked.connect(lambda: self.filterAsked.emit(problem))
            actions.addWidget(rows)
        elif problem.rows:
            first = button(tr("Show first row"))
            first.clicked.connect(lambda: self.rowAsked.emit(problem.rows[0], problem.column or ""))
            actions.addWidget(first)
        elif problem.column is not None or problem.columns:
            name = problem.column or problem.columns[0]
            show = button(tr("Show column"))
            show.clicked.connect(lambda: self.rowAsked.emit(-1, name))
            actions.addWidget(show)
        if dismissed:
            again = button(tr("Show again"), icon="undo")
            again.clicked.connect(lambda: self.dismissAsked.emit(problem, False))
            actions.addWidget(again)
        else:
            none = button(tr("Not a problem"))
            none.clicked.connect(lambda: self.dismissAsked.emit(problem, True))
            actions.addWidget(none)
        if problem.fix is not None and not dismissed:
            promise = tr("The file on disk is not changed. Undo takes the fix back.")
            actions.addWidget(label(promise, "small", "text2", wrap=True), 1)
        else:
            actions.addStretch(1)
        card.body.addSpacing(4)
        card.body.addLayout(actions)
        return card

    def _add(self, title: str, table: RecordsTable, problem: Problem) -> None:
        named = len(problem.repairs) or len(problem.rejects) or len(problem.rows)
        caption = ""
        if named < problem.count and not problem.columns:
            caption = tr("the first {named} of {count}", named=named, count=problem.count)
        card = Card(title, caption)
        card.body.setContentsMargins(0, 0, 0, 4)
        card.body.addWidget(table)
        rows = [repair.row for repair in problem.repairs] or list(problem.rows)
        if rows:
            table.activated.connect(
                lambda index: self.rowAsked.emit(rows[index.row()], problem.column or "")
            )
            table.setToolTip(tr("Press Enter or double-click to see the row in the table."))
        self._column.addWidget(card)


def _count_words(problem: Problem) -> str:
    if problem.rejects:
        return trn("{count} line", "{count} lines", problem.count)
    if problem.misfits:
        return trn("{count} cell", "{count} cells", problem.count)
    if problem.columns:
        return trn("{count} column", "{count} columns", len(problem.columns))
    if problem.rows or problem.filters:
        return trn("{count} row", "{count} rows", problem.count)
    return ""
