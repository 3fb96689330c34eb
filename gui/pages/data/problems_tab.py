"""The Problems tab: what is wrong with the table, the rows behind it, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from gui.i18n import render, tr, trn
from gui.jobs import ThreadJob
from gui.models.fix_line import FixLine, FixLines
from gui.models.problem_list import DISMISSED, PROBLEM, ProblemListModel, is_fixed_by_line
from gui.pages.data.bad_rows import BadRowsSaver
from gui.pages.data.fix_card import FixCard
from gui.pages.data.fix_proposer import MOST, FixProposer, Listed
from gui.pages.data.problem_delegate import ProblemDelegate
from gui.pages.data.problem_detail import ProblemDetail
from gui.pages.page import RefreshWhenShown
from gui.widgets.layout import column, row, rule
from gui.widgets.note import EmptyState
from gui.widgets.text import ElidedLabel, label

if TYPE_CHECKING:
    from engine.data.problems import Problem
    from engine.errors import TrainyardError
    from engine.recipe.recipe import Recipe
    from gui.notices import Notices
    from gui.session import Session

_LIST_WIDTH = 276


class ProblemsTab(QWidget):
    """Shows `session.problems`; fixes go into the recipe and can be undone."""

    rowAsked = Signal(int, str)  # noqa: N815 - Qt's naming
    """A row (from 0; −1: none) and a column (or "") to be shown in the table."""
    tableAsked = Signal()  # noqa: N815
    """The table, which has been narrowed to some rows, is to be shown."""

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__()
        self._session = session
        self._notices = notices
        self._saver = BadRowsSaver(session, notices, self)
        self._shown = ""
        self._fixes_of: object = None
        self._editing: ThreadJob | None = None
        self._lines: dict[tuple[str, int], FixLines] = {}
        """What was decided about the lines of this table, by problem and number of lines."""
        self.model = ProblemListModel(self)
        self.list = ProblemList(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(ProblemDelegate(self.list))
        self.list.selectionModel().currentChanged.connect(self._show_current)
        self.proposer = FixProposer(session, self)
        self.proposer.listed.connect(self._show_fixes)
        self.proposer.found.connect(self._on_proposals)
        self.detail = ProblemDetail()
        self.detail.fixAsked.connect(self._fix)
        self.detail.applyAsked.connect(self._apply)
        self.detail.skipAsked.connect(self._skip)
        self.detail.dismissAsked.connect(self._dismiss)
        self.detail.filterAsked.connect(self._filter)
        self.detail.rowAsked.connect(self.rowAsked)
        self.detail.saveAsked.connect(self.save_bad_rows)
        self.account = ElidedLabel("", "small", "text2")
        self._searching = label(tr("Still looking through all rows …"), "small", "muted")
        self._empty = EmptyState(
            tr("No problems found."),
            tr("Every row was read, and every cell fits its column."),
            icon="check",
        )
        self._lay_out()
        session.tableChanged.connect(self._on_table)
        RefreshWhenShown(
            self,
            self._refresh,
            session.tableChanged,
            session.profileChanged,
            session.problemsChanged,
        )
        self._on_table()

    def _lay_out(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setLayout(column(self.detail, None, spacing=12, margins=(16, 12, 12, 12)))
        self._scroll.setWidget(ground)
        both = QWidget()
        both.setLayout(row(self.list, rule("column"), self._scroll, spacing=0))
        self._stack = QStackedWidget()
        self._stack.addWidget(both)
        self._stack.addWidget(self._empty)
        strip = QFrame()
        strip.setProperty("surface", True)
        strip.setProperty("rule", "bottom")
        strip.setFixedHeight(30)
        strip.setLayout(row(self.account, None, self._searching, margins=(16, 0, 16, 0)))
        layout = column(strip, spacing=0)
        layout.addWidget(self._stack, 1)
        self.setLayout(layout)

    @property
    def has_bad_rows(self) -> bool:
        """Whether rows were kept out of the table."""
        return self._session.table is not None and bool(self._session.table.rejects)

    def save_bad_rows(self) -> None:
        """Ask for a file and write the rows kept out into it."""
        self._saver.ask()

    # Showing ------------------------------------------------------------------------------------

    def _on_table(self) -> None:
        self._shown = ""
        self._fixes_of = None
        self._lines = {}
        if self._editing is not None:
            self._editing.cancel()
            self._editing = None
        self.proposer.forget()
        self.detail.clear()
        table = self._session.table
        if table is not None:
            self.account.set_text(
                tr(
                    "{all} rows in the file = {kept} in the table + {out} kept out + {left} left out by choice",
                    all=table.rows_in,
                    kept=table.rows,
                    out=len(table.rejects),
                    left=table.left_out,
                )
            )

    def _refresh(self) -> None:
        key = self._shown
        problems = self._session.problems
        self.model.set_problems(problems, self._session.memory.dismissed)
        self._stack.setCurrentIndex(0 if problems else 1)
        self._searching.setVisible(self._session.is_searching)
        self._say_why_empty()
        if problems:
            at = max(self.model.row_like(key), 0)
            self.list.setCurrentIndex(self.model.index(at, 0))
            self._show_current(self.model.index(at, 0))

    def _say_why_empty(self) -> None:
        waits = self._session.profile is None or self._session.is_searching
        if self._session.table is not None and waits:
            self._empty.set(tr("Looking for problems"), tr("The list comes in a moment."))
        else:
            self._empty.set(
                tr("No problems found."), tr("Every row was read, and every cell fits its column.")
            )

    def _show_current(self, current: QModelIndex, previous: QModelIndex | None = None) -> None:
        if not current.isValid():
            return
        problem: Problem = current.data(PROBLEM)
        self._shown = problem.key
        dismissed = bool(current.data(DISMISSED))
        if is_fixed_by_line(problem) and not dismissed:
            self._list_fixes(problem)
        else:
            self._fixes_of = None
            self.proposer.forget()
            self.detail.show_problem(problem, self._session.table, dismissed=dismissed)
            self._scroll.verticalScrollBar().setValue(0)

    def _list_fixes(self, problem: Problem) -> None:
        """Show all that is fixed line by line; what was decided there stays while they are the same."""
        together = tuple(p for p in self.model.open_problems if is_fixed_by_line(p))
        shown = (self._session.table, tuple((p.key, p.count) for p in together))
        if shown == self._fixes_of:
            self._scroll_to(problem.key)
            return
        self._fixes_of = shown
        self.detail.clear()
        if all((p.key, p.count) in self._lines for p in together):
            self._show_fixes([(p, self._lines[p.key, p.count]) for p in together])
        else:
            self.proposer.list_lines(together)

    def _show_fixes(self, listed: Listed) -> None:
        from engine.data.problems.by_hand import can_be_mended, objection

        table = self._session.table
        if table is None:
            return

        def against(text: str) -> str:
            found = objection(table, text)
            return "" if found is None else render(found)

        known = [(p, self._lines.setdefault((p.key, p.count), lines)) for p, lines in listed]
        mendable = can_be_mended(table)
        cards = [FixCard(problem, lines, against, can_fix=mendable) for problem, lines in known]
        self.detail.show_fixes(cards)
        self._scroll_to(self._shown)
        if mendable:
            first = [line for _, lines in known for line in lines[:MOST]]
            self.proposer.look([line for line in first if line.options is None])

    def _scroll_to(self, key: str) -> None:
        # Cards have their places only once they are laid out.
        def scroll() -> None:
            card = next((card for card in self.detail.cards if card.problem.key == key), None)
            if card is not None:
                self._scroll.verticalScrollBar().setValue(card.y())

        QTimer.singleShot(0, self, scroll)

    def _on_proposals(self, found: object) -> None:
        lines = {
            id(line): card for card in self.detail.cards for line in card.lines.all_lines[:MOST]
        }
        by_card: dict[FixCard, list[object]] = {}
        for pair in found:  # type: ignore[attr-defined]
            card = lines.get(id(pair[0]))
            if card is not None:
                by_card.setdefault(card, []).append(pair)
        for card, pairs in by_card.items():
            card.lines.arrived(pairs)  # type: ignore[arg-type]

    # Acting -------------------------------------------------------------------------------------

    def _fix(self, problem: Problem) -> None:
        if problem.fix is not None:
            label = render(problem.fix.label)
            self._edit(problem.fix.edit(self._session.recipe), label, render(problem.title))

    def _apply(self, lines: Sequence[FixLine]) -> None:
        choices = [line.choice for line in lines]
        self._edit_lines(lines, choices, trn("{count} fix", "{count} fixes", len(lines)))

    def _skip(self, lines: Sequence[FixLine]) -> None:
        rows = [line for line in lines if not line.is_cell]
        label = trn("{count} line left out", "{count} lines left out", len(rows))
        self._edit_lines(rows, [""] * len(rows), label)

    def _edit_lines(self, lines: Sequence[FixLine], choices: Sequence[str], label: str) -> None:
        """One edit for all lines; that of a hundred thousand takes a while, so it is made in a thread."""
        before = self._session.recipe

        def work(progress: object, cancelled: object) -> Recipe:
            from engine.data.problems.by_hand import with_cells_fixed, with_rows_fixed
            from engine.recipe.reading import RowFix

            rows: list[RowFix] = []
            cells: dict[str, dict[str, str]] = {}
            for line, text in zip(lines, choices, strict=True):
                if line.is_cell:
                    cells.setdefault(line.column, {})[line.found] = text
                else:
                    rows.append(
                        RowFix(line=line.line or 1, found=line.found, text=text, file=line.file)
                    )
            return with_cells_fixed(with_rows_fixed(before, rows), cells)

        def done(recipe: Recipe) -> None:
            self._editing = None
            if self._session.recipe is before:
                self._edit(recipe, label)
            else:  # edited otherwise meanwhile: that stays, and this comes on top of it
                self._edit_lines(lines, choices, label)

        if self._editing is not None:
            return  # the same button, pressed twice
        self._editing = ThreadJob(work, self)
        self._editing.finished.connect(done)
        self._editing.failed.connect(self._on_edit_failed)
        self._editing.start()

    def _on_edit_failed(self, error: TrainyardError) -> None:
        self._editing = None
        self._session.failed.emit(error)

    def _edit(self, recipe: Recipe, label: str, detail: str = "") -> None:
        self._session.edit(recipe, label)
        self._notices.show(label, detail, "ok", (tr("Undo"), self._session.undo))

    def _dismiss(self, problem: Problem, dismissed: bool) -> None:
        if dismissed:
            at = self.model.row_like(problem.key)
            following = self.model.index(at + 1, 0)
            if following.isValid() and not following.data(DISMISSED):
                self._shown = following.data(PROBLEM).key
            else:
                self._shown = ""
        self._session.dismiss(problem.key, dismissed)
        if dismissed:
            self._notices.show(
                tr("Not a problem"),
                render(problem.title),
                "ok",
                (tr("Undo"), lambda: self._session.dismiss(problem.key, False)),
            )

    def _filter(self, problem: Problem) -> None:
        self._session.view.set_filters(problem.filters)
        if problem.column is not None:
            self._session.select_column(problem.column)
        self.tableAsked.emit()


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
