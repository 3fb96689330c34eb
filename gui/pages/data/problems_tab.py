"""The Problems tab: what is wrong with the table, the rows behind it, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QListView,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from gui.i18n import render, tr, translate, trn
from gui.jobs import ThreadJob
from gui.models.problem_list import PROBLEM, ProblemListModel
from gui.pages.data.problem_delegate import ProblemDelegate
from gui.pages.data.problem_detail import ProblemDetail
from gui.widgets.layout import column, row, rule
from gui.widgets.note import EmptyState

if TYPE_CHECKING:
    from engine.data.problems import Problem
    from gui.notices import Notices
    from gui.session import Session

_LIST_WIDTH = 276


class ProblemsTab(QWidget):
    """Shows `session.problems`; fixes go into the recipe and can be undone."""

    rowAsked = Signal(int, str)  # noqa: N815 - Qt's naming
    """A row (from 0) and a column (or "") to be shown in the table."""

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__()
        self._session = session
        self._notices = notices
        self._export: ThreadJob | None = None
        self._shown: Problem | None = None
        self.model = ProblemListModel(self)
        self.list = ProblemList(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(ProblemDelegate(self.list))
        self.list.selectionModel().currentChanged.connect(self._show_current)
        self.detail = ProblemDetail()
        self.detail.fixAsked.connect(self._fix)
        self.detail.rowAsked.connect(self.rowAsked)
        self.detail.saveAsked.connect(self.save_bad_rows)
        self.detail.columnAsked.connect(self._show_column)
        self._empty = EmptyState(
            tr("No problems found."),
            tr("Every row was read, and every cell fits its column."),
            icon="check",
        )
        self._lay_out()
        session.tableChanged.connect(self._on_table)
        session.profileChanged.connect(self._refresh)
        self._on_table()

    def _lay_out(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setLayout(column(self.detail, None, spacing=12, margins=(16, 12, 12, 12)))
        scroll.setWidget(ground)
        both = QWidget()
        both.setLayout(row(self.list, rule("column"), scroll, spacing=0))
        self._stack = QStackedWidget()
        self._stack.addWidget(both)
        self._stack.addWidget(self._empty)
        layout = column(spacing=0)
        layout.addWidget(self._stack, 1)
        self.setLayout(layout)

    @property
    def has_bad_rows(self) -> bool:
        """Whether rows were kept out of the table."""
        return self._session.table is not None and bool(self._session.table.rejects)

    # Showing ------------------------------------------------------------------------------------

    def _on_table(self) -> None:
        self._shown = None
        self._refresh()

    def _refresh(self) -> None:
        shown = self._shown
        problems = self._session.problems
        self.model.set_problems(problems)
        self._stack.setCurrentIndex(0 if problems else 1)
        self._say_why_empty()
        if problems:
            at = max(self.model.row_like(shown), 0)
            self.list.setCurrentIndex(self.model.index(at, 0))
            self._show_current(self.model.index(at, 0))

    def _say_why_empty(self) -> None:
        if self._session.table is not None and self._session.profile is None:
            self._empty.set(tr("Looking for problems"), tr("The list comes in a moment."))
        else:
            self._empty.set(
                tr("No problems found."), tr("Every row was read, and every cell fits its column.")
            )

    def _show_current(self, current: QModelIndex, previous: QModelIndex | None = None) -> None:
        if not current.isValid():
            return
        problem: Problem = current.data(PROBLEM)
        if problem is not self._shown:
            self._shown = problem
            self.detail.show_problem(problem)

    def _show_column(self, name: str) -> None:
        self._session.select_column(name)
        self.rowAsked.emit(-1, name)

    # Acting -------------------------------------------------------------------------------------

    def _fix(self) -> None:
        problem = self._shown
        if problem is None or problem.fix is None:
            return
        label = render(problem.fix.label)
        self._session.edit(problem.fix.edit(self._session.recipe), label)
        self._notices.show(label, render(problem.title), "ok", (tr("Undo"), self._session.undo))

    def save_bad_rows(self) -> None:
        """Ask for a file and write the rows kept out into it."""
        table = self._session.table
        if table is None:
            return
        proposed = table.path.with_name(tr("{name} bad rows.csv", name=table.path.stem))
        chosen, _ = QFileDialog.getSaveFileName(
            self, tr("Save bad rows"), str(proposed), tr("CSV files (*.csv)")
        )
        if not chosen:
            return
        destination = Path(chosen)

        def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> int:
            from engine.data.problems import export_rejects

            return export_rejects(table, destination, translate)

        self._export = ThreadJob(work, self)
        self._export.finished.connect(lambda count: self._on_saved(count, destination))
        self._export.failed.connect(self._session.failed)
        self._export.start()

    def _on_saved(self, count: int, destination: Path) -> None:
        self._export = None
        self._notices.show(
            trn("{count} row saved", "{count} rows saved", count), str(destination), "ok"
        )


class ProblemList(QListView):
    """Problems below each other, as high as their texts."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Problems"))
        self.setFixedWidth(_LIST_WIDTH)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
