"""The Table tab: a strip that says what is shown, and the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from engine.schema import Kind, Role
from gui.i18n import listed, tr, trn
from gui.jobs import ThreadJob
from gui.models.column_facts import facts_of_columns
from gui.models.copying import Copied, copy_blocks
from gui.models.figures import count_text
from gui.models.finder import Match, next_match
from gui.models.table_model import TableModel
from gui.pages.data.table_view import COMPACT, ROOMY, DataTable
from gui.widgets.buttons import link_button
from gui.widgets.choice import Segmented
from gui.widgets.layout import row
from gui.widgets.text import ElidedLabel, label

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.session import Session


class TableTab(QWidget):
    """Shows the open table; what a person does goes to the session."""

    problemsAsked = Signal()  # noqa: N815 - Qt's naming

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__()
        self._session = session
        self._notices = notices
        self._match: Match | None = None
        self._sought = ""
        self._search: ThreadJob | None = None
        self._copying: ThreadJob | None = None
        self.model = TableModel(self)
        self.view = DataTable(self.model, self)
        self._in_sight = label("", "small", "text2")
        self._uses = ElidedLabel("", "small", "text2")
        self.kept_out = link_button("")
        self.kept_out.clicked.connect(self.problemsAsked)
        self._found = ElidedLabel("", "small", "muted")
        self.density = Segmented(
            [(ROOMY, tr("Roomy")), (COMPACT, tr("Compact"))], small=True, name=tr("Density")
        )
        self.density.set_value(COMPACT)
        self.density.changed.connect(self.view.set_row_height)
        strip = QFrame()
        strip.setProperty("surface", True)
        strip.setProperty("rule", "bottom")
        strip.setFixedHeight(34)
        strip.setLayout(
            row(
                self._in_sight,
                label("·", "small", "muted"),
                self._uses,
                self.kept_out,
                None,
                self._found,
                label(tr("Density"), "small", "text2"),
                self.density,
                margins=(12, 0, 12, 0),
            )
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(strip)
        layout.addWidget(self.view, 1)
        self.view.columnPicked.connect(self._pick)
        self.view.visibleRowsChanged.connect(self._say_rows)
        self.view.copyAsked.connect(self._copy)
        session.tableChanged.connect(self._on_table)
        session.profileChanged.connect(self._on_facts)
        session.recipeChanged.connect(self._on_facts)
        session.columnChanged.connect(self._on_column)
        self._on_table()

    def show_row(self, row_number: int, column: str | None) -> None:
        """Bring a row (from 0) into sight, at a column if one is given."""
        names = self.model.names
        if 0 <= row_number < self.model.rowCount() and names:
            at = names.index(column) if column in names else max(self._column_at(), 0)
            self.view.show_cell(row_number, at)
            self.view.setFocus()

    # The session's side -------------------------------------------------------------------------

    def _on_table(self) -> None:
        for job in (self._search, self._copying):
            if job is not None:
                job.cancel()
        self._search = self._copying = None
        self._match = None
        self._sought = ""
        self._found.set_text("")
        self.model.set_table(self._session.table)
        self._on_facts()
        self._on_column()
        self._say_rows(*self.view.visible_rows())
        table = self._session.table
        rejected = len(table.rejects) if table is not None else 0
        self.kept_out.setVisible(rejected > 0)
        self.kept_out.setText(trn("{count} line kept out", "{count} lines kept out", rejected))

    def _on_facts(self) -> None:
        schema = self._session.schema
        if schema is None:
            self._uses.set_text("")
            return
        facts = facts_of_columns(schema, self._session.recipe, self._session.profile)
        self.model.set_right_aligned(
            frozenset(
                f.position
                for f, column in zip(facts, schema.columns, strict=True)
                if f.kind is Kind.NUMBER or (f.kind is Kind.CATEGORY and column.integer)
            )
        )
        self.model.set_descriptions(facts)
        self.view.set_facts(facts)
        roles = [f.role for f in facts]
        features = sum(1 for role in roles if role is Role.FEATURE)
        targets = sum(1 for role in roles if role is Role.TARGET)
        ignored = sum(1 for role in roles if role is Role.IGNORE)
        parts = [
            trn("{count} feature", "{count} features", features),
            trn("{count} target", "{count} targets", targets) if targets else tr("no target"),
        ]
        if ignored:
            parts.append(trn("{count} ignored", "{count} ignored", ignored))
        self._uses.set_text(listed(parts))

    def _on_column(self) -> None:
        self.view.choose_column(self._column_at())

    def _column_at(self) -> int:
        names, chosen = self.model.names, self._session.column
        return names.index(chosen) if chosen in names else -1

    # The person's side --------------------------------------------------------------------------

    def _pick(self, column: int) -> None:
        self._session.select_column(self.model.names[column])

    def _say_rows(self, first: int, last: int) -> None:
        rows = self.model.rowCount()
        if first < 0 or not rows:
            self._in_sight.setText(trn("{count} row", "{count} rows", rows))
            return
        self._in_sight.setText(
            trn(
                "Showing {first}–{last} of {count} row",
                "Showing {first}–{last} of {count} rows",
                rows,
                first=first + 1,
                last=last + 1,
            )
        )

    # Find ---------------------------------------------------------------------------------------

    def find_next(self, text: str) -> None:
        """Go to the next column or cell with this text; the rows are searched beside the window."""
        table = self._session.table
        text = text.strip()
        if table is None or not text:
            self._found.set_text("")
            return
        if text != self._sought:
            self._sought, self._match = text, None
        if self._search is not None:
            self._search.cancel()
        after = self._match

        def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Match | None:
            return next_match(table, text, after, cancelled)

        self._found.set_text(tr("Looking for “{sought}”", sought=text))
        self._search = ThreadJob(work, self)
        self._search.finished.connect(self._on_found)
        self._search.failed.connect(self._session.failed)
        self._search.start()

    def forget_match(self) -> None:
        """The text to find was changed."""
        self._found.set_text("")
        self._match = None

    def _on_found(self, match: Match | None) -> None:
        self._search = None
        self._match = match
        if match is None:
            self._found.set_text(tr("“{sought}” was not found", sought=self._sought))
            return
        name = self.model.names[match.column]
        if match.row is None:
            self._session.select_column(name)
            self._found.set_text(tr("Column {name}", name=name))
        else:
            self.view.show_cell(match.row, match.column)
            self._found.set_text(tr("Row {row}, {name}", row=match.row + 1, name=name))

    # Copy ---------------------------------------------------------------------------------------

    def _copy(self) -> None:
        table = self._session.table
        blocks = self.view.selected_blocks()
        if table is None or not blocks:
            return
        if self._copying is not None:
            self._copying.cancel()

        def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Copied:
            return copy_blocks(table, blocks)

        self._copying = ThreadJob(work, self)
        self._copying.finished.connect(self._on_copied)
        self._copying.failed.connect(self._session.failed)
        self._copying.start()

    def _on_copied(self, copied: Copied) -> None:
        self._copying = None
        QGuiApplication.clipboard().setText(copied.text)
        if copied.is_cut:
            self._notices.show(
                tr(
                    "Copied the first {rows} of {all} rows",
                    rows=copied.rows,
                    all=copied.rows_selected,
                ),
                tr("A clipboard takes no more cells than that."),
                "warn",
            )
        elif copied.rows * copied.columns > 1:
            cells = copied.rows * copied.columns
            self._notices.show(
                trn("Copied {cells} cell", "Copied {cells} cells", cells, cells=count_text(cells))
            )
