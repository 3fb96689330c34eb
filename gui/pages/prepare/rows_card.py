"""The card of which rows are used, and of columns computed from others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy

from engine.errors import TrainyardError
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DerivedColumn
from gui.i18n import render, sentences, tr
from gui.widgets import Card, ElidedLabel, Note, button, icon_button, label, row

Check = Callable[[Recipe], TrainyardError | None]
"""What is wrong with a recipe's conditions and formulas over the open table."""
_NAME_WIDTH = 130


class RowsCard(Card):
    """Edits `rows.where` and `derived`: `wanted` hands over a recipe and the words for the step."""

    wanted = Signal(object, str)

    def __init__(self, check: Check) -> None:
        super().__init__(tr("Rows and derived columns"))
        self._check = check
        self._recipe = Recipe()
        self.where = QLineEdit()
        self.where.setAccessibleName(tr("Use rows where"))
        self.where.setPlaceholderText(tr("All rows. A condition, such as: Age >= 18"))
        self.where.setClearButtonEnabled(True)
        self.where.editingFinished.connect(self._on_where)
        self.where.setToolTip(tr("Enter uses it, Escape goes back to what is in force"))
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.where)
        escape.setContext(Qt.ShortcutContext.WidgetShortcut)
        escape.activated.connect(self._restore_where)
        self._derived = QGridLayout()
        self._derived.setHorizontalSpacing(8)
        self._derived.setVerticalSpacing(4)
        self._derived.setColumnStretch(1, 1)
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name of the new column"))
        self.name.setPlaceholderText(tr("New column"))
        self.name.setFixedWidth(_NAME_WIDTH)
        self.formula = QLineEdit()
        self.formula.setAccessibleName(tr("Formula of the new column"))
        self.formula.setPlaceholderText(tr("A formula, such as: log(Fare + 1)"))
        self.add = button(tr("Add"), "plus", small=True)
        self.add.clicked.connect(self._on_add)
        for field in (self.name, self.formula):
            field.returnPressed.connect(self._on_add)
            field.textEdited.connect(lambda _text: self._enable())
        self.note = Note("", "err")
        self.note.hide()
        self.body.addLayout(row(label(tr("Use rows where"), "small", "text2"), self.where))
        self.body.addLayout(self._derived)
        self.body.addLayout(row(self.name, label("=", "body", "muted"), self.formula, self.add))
        self.body.addWidget(self.note)
        self._enable()

    def show_recipe(self, recipe: Recipe) -> None:
        """Show what the recipe says."""
        before, self._recipe = self._recipe, recipe
        if not self.where.hasFocus() or before.rows.where != recipe.rows.where:
            self.where.setText(recipe.rows.where or "")
        if before.derived != recipe.derived:
            self._list(recipe.derived)

    def _list(self, derived: Sequence[DerivedColumn]) -> None:
        while (item := self._derived.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, column in enumerate(derived):
            name = ElidedLabel(column.name, "small")
            name.setFixedWidth(_NAME_WIDTH)
            formula = ElidedLabel(column.expression, "mono")
            formula.setToolTip(column.expression)
            formula.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            gone = icon_button("x", tr("Leave {column} out", column=column.name))
            gone.clicked.connect(lambda _on=False, name=column.name: self._leave_out(name))
            for at, widget in enumerate((name, formula, gone)):
                self._derived.addWidget(widget, place, at)

    def _enable(self) -> None:
        self.add.setEnabled(bool(self.name.text().strip() and self.formula.text().strip()))

    def _on_where(self) -> None:
        text = self.where.text().strip() or None
        if text == self._recipe.rows.where:
            self._say(None)
            return
        rows = self._recipe.rows.model_copy(update={"where": text})
        self._use(self._recipe.model_copy(update={"rows": rows}), tr("rows used"))

    def _restore_where(self) -> None:
        self.where.setText(self._recipe.rows.where or "")
        self._say(None)

    def _on_add(self) -> None:
        name, formula = self.name.text().strip(), self.formula.text().strip()
        if not name or not formula:
            return
        column = DerivedColumn(name=name, expression=formula)
        derived = (*self._recipe.derived, column)
        recipe = self._recipe.model_copy(update={"derived": derived})
        if self._use(recipe, tr("derive {column}", column=name)):
            self.name.clear()
            self.formula.clear()
            self._enable()

    def _leave_out(self, name: str) -> None:
        derived = tuple(column for column in self._recipe.derived if column.name != name)
        columns = tuple(column for column in self._recipe.columns if column.name != name)
        recipe = self._recipe.model_copy(update={"derived": derived, "columns": columns})
        self._use(recipe, tr("leave out {column}", column=name))

    def _use(self, recipe: Recipe, words: str) -> bool:
        error = self._check(recipe)
        self._say(error)
        if error is None:
            self.wanted.emit(recipe, words)
        return error is None

    def _say(self, error: TrainyardError | None) -> None:
        self.note.setVisible(error is not None)
        if error is not None:
            found, *advice = (render(message) for message in error.messages())
            self.note.set(sentences(advice), "err", title=found)
