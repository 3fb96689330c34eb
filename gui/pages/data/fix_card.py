"""A card with the lines or cells of one problem: searched, checked, chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox

from gui.i18n import render, tr, trn
from gui.models.fix_line import FixLine
from gui.models.fix_lines import FixLinesModel
from gui.pages.data.fix_table import FixTable
from gui.widgets.buttons import link_button
from gui.widgets.card import Card
from gui.widgets.fields import SearchField
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.data.problems import Problem

_SEARCHED_FROM = 6


class FixCard(Card):
    """Shows the lines of a `Problem` about lines kept out or about cells."""

    changed = Signal()
    rowAsked = Signal(int, str)  # noqa: N815 - Qt's naming
    dismissAsked = Signal(object)  # noqa: N815

    def __init__(
        self,
        problem: Problem,
        lines: Sequence[FixLine],
        objection: Callable[[str], str],
        *,
        can_fix: bool,
    ) -> None:
        super().__init__(render(problem.title), _caption(problem))
        self.problem = problem
        self.lines = FixLinesModel(lines, objection, can_fix=can_fix)
        self.table = FixTable(self.lines, render(problem.title))
        self.table.rowAsked.connect(self.rowAsked)
        self.all = QCheckBox(tr("All"))
        self.all.setAccessibleName(tr("Fix all lines shown: {title}", title=render(problem.title)))
        self.all.setTristate(True)
        self.all.clicked.connect(self._check_all)
        # Hiding only: to show a widget without a parent makes it a window of its own.
        if not can_fix or len(lines) < 2:
            self.all.hide()
        self.search = SearchField(tr("Search in these lines"), 180, small=True)
        self.search.textChanged.connect(self._search)
        if len(lines) < _SEARCHED_FROM:
            self.search.hide()
        self._found = label("", "small", "muted")
        dismiss = link_button(tr("Not a problem"))
        dismiss.setProperty("quiet", True)
        dismiss.setAccessibleName(tr("Not a problem: {title}", title=render(problem.title)))
        dismiss.clicked.connect(lambda: self.dismissAsked.emit(problem))
        self.dismiss = dismiss
        for widget in (self._found, self.search, self.all, dismiss):
            self.header.addWidget(widget)
        self.body.setContentsMargins(0, 0, 0, 4)
        self.body.addWidget(self.table)
        self.lines.changed.connect(self._on_changed)
        self._on_changed()

    def _check_all(self) -> None:
        self.lines.check_all(self.lines.checked_share() is not Qt.CheckState.Checked)

    def _search(self, text: str) -> None:
        self.lines.search(text)
        shown, whole = self.lines.rowCount(), len(self.lines.all_lines)
        self._found.setText(tr("{count} of {all}", count=shown, all=whole) if text.strip() else "")
        self._on_changed()

    def _on_changed(self) -> None:
        self.all.setCheckState(self.lines.checked_share())
        self.changed.emit()


def _caption(problem: Problem) -> str:
    if problem.rejects:
        return trn(
            "{count} line, kept out of training until fixed",
            "{count} lines, kept out of training until fixed",
            problem.count,
        )
    return trn("{count} cell, read as missing", "{count} cells, read as missing", problem.count)
