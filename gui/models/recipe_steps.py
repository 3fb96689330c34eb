"""A recipe in words, or what is different from another one, as an item model of groups and lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TypeAlias

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel

from engine.data.preparing.column_steps import in_force, kind_in_force
from engine.messages import message
from engine.recipe.columns import STEPS, ColumnSpec
from engine.recipe.diff import Difference, differences
from engine.recipe.field_words import Words
from engine.recipe.recipe import Recipe
from engine.recipe.words import Path, Step, recipe_steps
from engine.schema import Schema
from gui import theme
from gui.i18n import render, tr, translate

MOST = 2000
"""Lines of a group that are listed; how many more there are is said."""
_HEIGHT = 26
_STEP = Qt.ItemDataRole.UserRole
Line: TypeAlias = tuple[str, str, Step | None]
"""What it is about, what is said of it, the step behind it."""


class RecipeStepsModel(QStandardItemModel):
    """Groups at the top, their lines below: two columns, what it is about and what is done."""

    switched = Signal(object, bool)
    """The path of a step, and whether it is to be done."""

    def __init__(self) -> None:
        super().__init__(0, 2)
        self.itemChanged.connect(self._on_item)

    def show_recipe(self, recipe: Recipe, schema: Schema) -> None:
        """What the recipe does to the table, in the order in which it is done."""
        steps = recipe_steps(recipe, lambda spec: _with_steps_in_force(spec, schema))
        groups = (
            (render(group.heading), [_line_of(step) for step in members])
            for group, members in groupby(steps, lambda step: step.group)
        )
        self._show(groups)

    def show_differences(self, recipe: Recipe, other: Recipe) -> int:
        """What `recipe` says instead of `other`; how many differences there are."""
        found = differences(other, recipe)
        lines = [_difference(each) for each in found]
        self._show([(tr("Different here"), lines)] if lines else [])
        return len(found)

    def step(self, row: int, group: int) -> Step | None:
        """The step of a line."""
        item = self.item(group, 0)
        line = item.child(row, 0) if item is not None else None
        step = line.data(_STEP) if line is not None else None
        return step if isinstance(step, Step) else None

    def step_at(self, path: Path) -> Step | None:
        """The step of that path, if it is listed."""
        place = self.place_of(path)
        return None if place is None else self.step(*place)

    def place_of(self, path: Path) -> tuple[int, int] | None:
        """Row and group of the line of a step."""
        for group in range(self.rowCount()):
            for row in range(self.item(group, 0).rowCount()):
                step = self.step(row, group)
                if step is not None and step.path == path:
                    return row, group
        return None

    def _on_item(self, item: QStandardItem) -> None:
        step = item.data(_STEP)
        wanted = item.checkState() is Qt.CheckState.Checked
        if isinstance(step, Step) and item.isCheckable() and wanted is not step.enabled:
            self.switched.emit(step.path, wanted)

    def _show(self, groups: Iterable[tuple[str, Sequence[Line]]]) -> None:
        self.clear()
        self.setColumnCount(2)
        for heading, lines in groups:
            top = _item(heading)
            top.setFont(theme.font("small", 600))
            top.setSelectable(False)
            for about, words, step in lines[:MOST]:
                first, second = _item(about), _item(words, tooltip=True)
                first.setData(step, _STEP)
                if step is not None:
                    _show_switch(step, first, second)
                top.appendRow([first, second])
            if len(lines) > MOST:
                top.appendRow([_item(""), _item(tr("and {count} more", count=len(lines) - MOST))])
            self.appendRow([top, _item("")])


def _item(text: str, tooltip: bool = False) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    item.setSizeHint(QSize(0, theme.grown(_HEIGHT)))
    if tooltip:
        item.setToolTip(text)
    return item


def _show_switch(step: Step, first: QStandardItem, second: QStandardItem) -> None:
    """A box before what can be switched off; what is off is struck through."""
    if step.can_be_disabled or not step.enabled:
        first.setCheckable(True)
        first.setCheckState(Qt.CheckState.Checked if step.enabled else Qt.CheckState.Unchecked)
    if step.enabled:
        return
    font = theme.font("small")
    font.setStrikeOut(True)
    told = tr("{step} (switched off)", step=second.text())
    for item in (first, second):
        item.setForeground(theme.colour("muted"))
    second.setFont(font)
    second.setToolTip(told)
    second.setData(told, Qt.ItemDataRole.AccessibleTextRole)


def _line_of(step: Step) -> Line:
    subject, words = step.subject, step.words
    if not subject and isinstance(words, Words) and len(words.parts) == 2:  # a field and its value
        return *(part.render(translate) for part in words.parts), step  # type: ignore[return-value]
    return subject, words.render(translate), step


def _difference(found: Difference) -> Line:
    nothing = message("not there")
    before, after = ((each or nothing).render(translate) for each in (found.before, found.after))
    words = tr("{after} instead of {before}", after=after, before=before)
    return found.where.render(translate), words, None


def _with_steps_in_force(spec: ColumnSpec, schema: Schema) -> ColumnSpec:
    """The column with Auto replaced by what it stands for."""
    if spec.name is None or spec.name not in schema:
        return spec
    kind = kind_in_force(spec, schema[spec.name])
    return spec.model_copy(update={step: in_force(step, kind, spec) for step in STEPS})
