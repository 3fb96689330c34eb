"""One problem in full: what it means, the rows and cells behind it, and its fix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from gui.i18n import listed, render, tr, trn
from gui.models.figures import count_text
from gui.models.records_model import Field, RecordsModel
from gui.pages.data.records_table import RecordsTable
from gui.widgets.buttons import button
from gui.widgets.card import Card
from gui.widgets.layout import column, row
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.data.problems import Problem
    from engine.data.table import Misfit, Reject

_ROWS_NAMED = 24


class ProblemDetail(QWidget):
    """Shows a `Problem`. What a person asks for is emitted."""

    fixAsked = Signal()  # noqa: N815 - Qt's naming
    saveAsked = Signal()  # noqa: N815
    columnAsked = Signal(str)  # noqa: N815
    rowAsked = Signal(int, str)  # noqa: N815
    """A row (from 0) and a column (or "")."""

    def __init__(self) -> None:
        super().__init__()
        self._problem: Problem | None = None
        self._column = column(spacing=12)
        self.setLayout(self._column)

    def show_problem(self, problem: Problem) -> None:
        """Show another problem."""
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._problem = problem
        self._column.addWidget(self._summary(problem))
        if problem.rejects:
            self._column.addWidget(self._rejects(problem.rejects))
        if problem.misfits:
            self._column.addWidget(self._misfits(problem.misfits))

    # Parts --------------------------------------------------------------------------------------

    def _summary(self, problem: Problem) -> Card:
        card = Card(render(problem.title), _count(problem))
        card.body.addWidget(label(render(problem.detail), "body", "text2", wrap=True))
        if problem.rows and not problem.rejects and not problem.misfits:
            card.body.addWidget(label(_rows(problem), "small", "muted", wrap=True))
        actions = row(spacing=8)
        if problem.fix is not None:
            fix = button(render(problem.fix.label), primary=True)
            fix.clicked.connect(self.fixAsked)
            actions.addWidget(fix)
        if problem.rejects:
            save = button(tr("Save bad rows"), icon="export")
            save.clicked.connect(self.saveAsked)
            actions.addWidget(save)
        if problem.rows:
            first = button(tr("Show first row"))
            first.clicked.connect(lambda: self._ask_row(problem.rows[0], problem.column))
            actions.addWidget(first)
        elif problem.column is not None:
            show = button(tr("Show column"))
            show.clicked.connect(lambda: self.columnAsked.emit(problem.column))
            actions.addWidget(show)
        actions.addWidget(label(_promise(problem), "small", "text2"))
        actions.addStretch(1)
        card.body.addSpacing(4)
        card.body.addLayout(actions)
        return card

    def _rejects(self, rejects: Sequence[Reject]) -> Card:
        fields: list[Field[Reject]] = [
            Field(tr("Line"), lambda r: count_text(r.line), "mono", "text2", right=True),
            Field(tr("As read"), lambda r: _one_line(r.text), "mono"),
            Field(tr("Why"), lambda r: render(r.reason), "small", "text2"),
        ]
        widths: tuple[int, ...] = (64, 0, 180)
        if any(reject.file for reject in rejects):
            fields.append(Field(tr("File"), lambda r: r.file))
            widths = (*widths, 140)
        title = trn("{count} line kept out", "{count} lines kept out", len(rejects))
        table = RecordsTable(RecordsModel(fields, rejects), title, stretched=1, widths=widths)
        return _card(title, tr("Not used in training."), table)

    def _misfits(self, misfits: Sequence[Misfit]) -> Card:
        fields: list[Field[Misfit]] = [
            Field(
                tr("Line"),
                lambda m: "—" if m.line is None else count_text(m.line),
                "mono",
                "text2",
                right=True,
            ),
            Field(tr("Row"), lambda m: count_text(m.row + 1), "mono", "text2", right=True),
            Field(tr("Column"), lambda m: m.column),
            Field(tr("Cell"), lambda m: f"“{_one_line(m.text)}”", "mono", "warn"),
        ]
        title = trn("{count} cell does not fit", "{count} cells do not fit", len(misfits))
        model = RecordsModel(fields, misfits)
        table = RecordsTable(model, title, stretched=3, widths=(64, 64, 160, 0))
        table.activated.connect(lambda index: self._ask_misfit(model, index))
        table.setToolTip(tr("Press Enter or double-click to see the row in the table."))
        return _card(title, tr("Read as missing."), table)

    def _ask_misfit(self, model: RecordsModel[Any], index: QModelIndex) -> None:
        misfit = model.record(index.row())
        self._ask_row(misfit.row, misfit.column)

    def _ask_row(self, row_number: int, name: str | None) -> None:
        self.rowAsked.emit(row_number, name or "")


def _card(title: str, caption: str, table: RecordsTable) -> Card:
    card = Card(title, caption)
    card.body.setContentsMargins(0, 0, 0, 4)
    card.body.addWidget(table)
    return card


def _count(problem: Problem) -> str:
    if problem.rejects:
        return trn("{count} line", "{count} lines", problem.count)
    if problem.misfits:
        return trn("{count} cell", "{count} cells", problem.count)
    if problem.rows:
        return trn("{count} row", "{count} rows", problem.count)
    return ""


def _rows(problem: Problem) -> str:
    named = listed(count_text(number + 1) for number in problem.rows[:_ROWS_NAMED])
    if problem.count > _ROWS_NAMED:
        named += " …"
    return trn("Row {rows}", "Rows {rows}", problem.count, rows=named)


def _promise(problem: Problem) -> str:
    if problem.fix is not None:
        return tr("The file on disk is not changed. Undo takes the fix back.")
    if problem.rejects:
        return tr("The file on disk is not changed.")
    return ""


def _one_line(text: str) -> str:
    return text.replace("\r", "␍").replace("\n", "␊").replace("\t", "⇥")
