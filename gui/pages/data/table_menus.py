"""The menus of the table: of a column's header, of a cell, of a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from engine.data.rows.filters import LevelsFilter, MissingFilter
from engine.schema import Role
from gui.i18n import tr

if TYPE_CHECKING:
    from gui.pages.data.table_view import DataTable
    from gui.session import Session

_LONGEST = 30


class TableMenus:
    """Makes the menus; what is chosen goes to the session's view, the table or the tab."""

    def __init__(
        self,
        session: Session,
        view: DataTable,
        *,
        edit_filter: Callable[[str], object],
        copy: Callable[[bool], object],
        choose_columns: Callable[[], object],
        go_to_row: Callable[[], object],
    ) -> None:
        self._session = session
        self._view = view
        self._edit_filter = edit_filter
        self._copy = copy
        self._choose_columns = choose_columns
        self._go_to_row = go_to_row

    def of_header(self, column: int, parent: QWidget) -> QMenu:
        """What can be done with a column."""
        menu = QMenu(parent)
        menu.setAccessibleName(tr("Column"))
        self._sorting(menu, column)
        menu.addSeparator()
        self._filtering(menu, column)
        menu.addSeparator()
        self._placing(menu, column)
        menu.addSeparator()
        self._using(menu, column)
        return menu

    def of_cell(self, row: int, column: int, parent: QWidget) -> QMenu:
        """What can be done with a cell, and with its column."""
        menu = QMenu(parent)
        menu.setAccessibleName(tr("Cell"))
        copy = menu.addAction(tr("Copy"), lambda: self._copy(False))
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutVisibleInContextMenu(True)
        menu.addAction(tr("Copy with column names"), lambda: self._copy(True))
        menu.addSeparator()
        self._filtering(menu, column, row)
        menu.addSeparator()
        self._sorting(menu, column)
        menu.addSeparator()
        placing = menu.addMenu(tr("Column"))
        self._placing(placing, column)
        placing.addSeparator()
        self._using(placing, column)
        go = menu.addAction(tr("Go to row…"), self._go_to_row)
        go.setShortcut(QKeySequence("Ctrl+G"))
        go.setShortcutVisibleInContextMenu(True)
        return menu

    def _sorting(self, menu: QMenu, column: int) -> None:
        name, view = self._name(column), self._session.view
        current = next((s for s in view.sorts if s.column == name), None)
        for descending, text in ((False, tr("Sort ascending")), (True, tr("Sort descending"))):
            action = menu.addAction(text, lambda d=descending: view.sort_by(name, descending=d))
            action.setCheckable(True)
            action.setChecked(current is not None and current.descending is descending)
        if view.sorts and current is None:
            menu.addAction(
                tr("Then sort by this"), lambda: view.sort_by(name, descending=False, more=True)
            )
        if current is not None:
            menu.addAction(
                tr("Do not sort by this"),
                lambda: view.sort_by(name, descending=None, more=True),
            )

    def _filtering(self, menu: QMenu, column: int, row: int | None = None) -> None:
        name, view = self._name(column), self._session.view
        if row is not None:
            value = self._view.model().cell(row, column)  # type: ignore[attr-defined]
            if value is not None:
                shown = value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
                shown = shown.replace("&", "&&").replace("\n", " ")
                menu.addAction(
                    tr("Only “{value}”", value=shown),
                    lambda: view.add(LevelsFilter(column=name, values=(value,))),
                )
                menu.addAction(
                    tr("All but “{value}”", value=shown), lambda: self._leave_out(name, value)
                )
        menu.addAction(tr("Only missing values"), lambda: view.add(MissingFilter(column=name)))
        menu.addAction(
            tr("Hide missing values"),
            lambda: view.add(MissingFilter(column=name, missing=False)),
        )
        menu.addAction(tr("Filter…"), lambda: self._edit_filter(name))
        if view.filters:
            menu.addAction(tr("Clear filters"), view.clear)

    def _leave_out(self, name: str, value: str) -> None:
        """Beside the values that are left out already."""
        view = self._session.view
        left_out: tuple[str, ...] = ()
        for each in view.filters:
            if isinstance(each, LevelsFilter) and each.exclude and each.column == name:
                left_out = each.values
        values = tuple(dict.fromkeys((*left_out, value)))
        view.add(LevelsFilter(column=name, values=values, exclude=True))

    def _placing(self, menu: QMenu, column: int) -> None:
        view = self._view
        frozen = view.frozen_columns()
        shown = view.shown_columns()
        if column in frozen:
            menu.addAction(tr("Unfreeze column"), lambda: view.thaw_column(column))
        else:
            menu.addAction(tr("Freeze column"), lambda: view.freeze_column(column))
            if shown.index(column) > len(frozen):
                count = shown.index(column) + 1
                menu.addAction(tr("Freeze up to here"), lambda: view.freeze(count))
        if frozen:
            menu.addAction(tr("Unfreeze all"), lambda: view.freeze(0))
        hide = menu.addAction(tr("Hide column"), lambda: view.hide_columns([column]))
        hide.setEnabled(len(shown) > 1)
        at = shown.index(column)
        left = menu.addAction(tr("Move left"), lambda: view.move_column(column, at - 1))
        left.setEnabled(at > 0)
        right = menu.addAction(tr("Move right"), lambda: view.move_column(column, at + 1))
        right.setEnabled(at + 1 < len(shown))
        menu.addAction(tr("Columns…"), self._choose_columns)

    def _using(self, menu: QMenu, column: int) -> None:
        name, session = self._name(column), self._session
        role = session.recipe.column(name).role
        if role is not Role.TARGET:
            menu.addAction(
                tr("Use as target"),
                lambda: session.set_role(
                    name, Role.TARGET, tr("Use {column} as target", column=name)
                ),
            )
        if role is not Role.TARGET and session.target is not None:
            menu.addAction(
                tr("Use as target too"),
                lambda: session.add_target(name, tr("Use {column} as target too", column=name)),
            )
        if role is Role.IGNORE:
            menu.addAction(
                tr("Use as feature"),
                lambda: session.set_role(
                    name, Role.FEATURE, tr("Use {column} as feature", column=name)
                ),
            )
        else:
            menu.addAction(
                tr("Ignore"),
                lambda: session.set_role(name, Role.IGNORE, tr("Ignore {column}", column=name)),
            )

    def _name(self, column: int) -> str:
        return self._view.names[column]
