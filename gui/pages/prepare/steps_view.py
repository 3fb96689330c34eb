"""The recipe in words, step by step: what can be left out or moved, and what another recipe does."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTreeView, QVBoxLayout, QWidget

from engine.recipe.recipe import Recipe
from engine.recipe.step_edits import (
    Path,
    moved_step,
    with_step_disabled,
    with_step_enabled,
    without_step,
)
from engine.recipe.words import Step
from engine.schema import Schema
from gui import theme
from gui.i18n import tr, translate, trn
from gui.models.recipe_steps import RecipeStepsModel
from gui.widgets import Card, Note, button, row

_SUBJECT_WIDTH = 200
_MOST_RUNS = 12


class StepsView(QWidget):
    """Shows a recipe, or how it differs from another one; edits are asked for with `edited`."""

    edited = Signal(object, str)
    """A `Recipe` and the words for the step."""
    columnWanted = Signal(str)  # noqa: N815 - Qt's naming, here and below
    """The column that the chosen step is about."""
    openWanted = Signal()  # noqa: N815
    saveWanted = Signal()  # noqa: N815
    fileWanted = Signal()  # noqa: N815
    """Compare with a recipe that lies in a file."""
    runWanted = Signal(str)  # noqa: N815
    """Compare with the recipe of the run of that id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipe: Recipe | None = None
        self._schema: Schema | None = None
        self._other: tuple[str, Recipe] | None = None
        self._runs: list[tuple[str, str]] = []
        self.model = RecipeStepsModel()
        self.list = _StepsList(self.model)
        self.switch = button(tr("Switch off"), small=True, tooltip=tr("Space"))
        self.leave_out = button(tr("Leave out"), "minus", small=True, tooltip=tr("Delete"))
        self.earlier = button(tr("Earlier"), "up", small=True, tooltip=tr("Alt+Up"))
        self.later = button(tr("Later"), "down", small=True, tooltip=tr("Alt+Down"))
        self.compare = button(tr("Compare with"), small=True)
        self._menu = QMenu(self.compare)
        self.compare.setMenu(self._menu)
        self.open = button(tr("Open recipe…"), "folder", small=True)
        self.save = button(tr("Save recipe…"), "export", small=True)
        self.note = Note("", "info", tr("Show the steps"))
        self.note.hide()
        tools = row(
            self.switch,
            self.leave_out,
            self.earlier,
            self.later,
            None,
            self.compare,
            self.open,
            self.save,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(tools)
        layout.addWidget(self.note)
        card = Card(padding=6)
        card.setAccessibleName(tr("Steps of the recipe"))
        card.body.addWidget(self.list)
        layout.addWidget(card, 1)
        self._connect()
        self._enable()

    def show_recipe(self, recipe: Recipe, schema: Schema | None) -> None:
        """Show this recipe; the comparison under way goes on."""
        if recipe == self._recipe and schema is self._schema:
            return
        self._recipe, self._schema = recipe, schema
        if schema is None:
            self._other = None
        self._refresh()

    def set_runs(self, runs: list[tuple[str, str]]) -> None:
        """Runs to compare with, as pairs of id and name, newest first."""
        self._runs = runs[:_MOST_RUNS]

    def compare_with(self, name: str, other: Recipe) -> None:
        """Show what is different from `other`, which goes by `name`."""
        self._other = (name, other)
        self._refresh()

    def stop_comparing(self) -> None:
        """Back to the steps."""
        self._other = None
        self._refresh()

    @property
    def chosen(self) -> Step | None:
        """The step on which the list stands."""
        index = self.list.currentIndex()
        if not index.parent().isValid():
            return None
        return self.model.step(index.row(), index.parent().row())

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.deleteWanted.connect(self._leave_out)
        self.list.moveWanted.connect(self._move)
        self.switch.clicked.connect(self._switch_chosen)
        # The lines are made anew then, which the list must not notice while it handles a click.
        self.model.switched.connect(self._switch, Qt.ConnectionType.QueuedConnection)
        self.leave_out.clicked.connect(self._leave_out)
        self.earlier.clicked.connect(lambda: self._move(-1))
        self.later.clicked.connect(lambda: self._move(1))
        self.open.clicked.connect(self.openWanted)
        self.save.clicked.connect(self.saveWanted)
        self.note.acted.connect(self.stop_comparing)
        self._menu.aboutToShow.connect(self._fill_menu)

    def _refresh(self) -> None:
        recipe, schema = self._recipe, self._schema
        if recipe is None or schema is None:
            self.model.clear()
            return
        kept = self.chosen
        if self._other is None:
            self.model.show_recipe(recipe, schema)
        else:
            self._tell_of(self._other[0], self.model.show_differences(recipe, self._other[1]))
        self.note.setVisible(self._other is not None)
        self.list.lay_out()
        if kept is not None:
            self._choose(kept.path)
        self._enable()

    def _tell_of(self, name: str, count: int) -> None:
        back = tr("Show the steps")
        if count == 0:
            self.note.set(tr("This recipe says the same as {name}.", name=name), "ok", back)
        else:
            text = trn(
                "{count} place is different from {name}.",
                "{count} places are different from {name}.",
                count,
                name=name,
            )
            self.note.set(text, "info", back)

    def _choose(self, path: Path) -> None:
        place = self.model.place_of(path)
        if place is not None:
            line, group = place
            self.list.setCurrentIndex(self.model.index(line, 0, self.model.index(group, 0)))

    def _enable(self) -> None:
        step = self.chosen if self._other is None else None
        can_switch = step is not None and (step.can_be_disabled or not step.enabled)
        self.switch.setEnabled(can_switch)
        is_off = step is not None and not step.enabled
        self.switch.setText(tr("Switch on") if is_off else tr("Switch off"))
        self.leave_out.setEnabled(step is not None and step.removable)
        for tool in (self.earlier, self.later):
            tool.setEnabled(step is not None and step.movable)
        self.compare.setEnabled(self._recipe is not None)

    def _on_current(self, current: QModelIndex) -> None:
        self._enable()
        step = self.chosen
        if step is not None and step.path[:1] == ("columns",) and len(step.path) > 1:
            self.columnWanted.emit(step.path[1])

    def _switch_chosen(self) -> None:
        step = self.chosen
        if step is not None:
            self._switch(step.path, not step.enabled)

    def _switch(self, path: Path, on: bool) -> None:
        step = self.model.step_at(path)
        if step is None or step.enabled is on or self._recipe is None or self._other:
            return
        if not (step.can_be_disabled or on):
            return
        said = step.render(translate)
        words = tr("switch on {step}", step=said) if on else tr("switch off {step}", step=said)
        change = with_step_enabled if on else with_step_disabled
        self.edited.emit(change(self._recipe, path), words)

    def _leave_out(self) -> None:
        step = self.chosen
        if step is not None and step.removable and self._recipe is not None and not self._other:
            words = tr("leave out {step}", step=step.render(translate))
            self.edited.emit(without_step(self._recipe, step.path), words)

    def _move(self, places: int) -> None:
        step = self.chosen
        if step is not None and step.movable and self._recipe is not None and not self._other:
            words = tr("move {column}", column=step.subject)
            self.edited.emit(moved_step(self._recipe, step.path, places), words)

    def _fill_menu(self) -> None:
        self._menu.clear()
        self._menu.addAction(tr("Recipe file…"), self.fileWanted.emit)
        if self._runs:
            self._menu.addSeparator()
        for run, name in self._runs:
            self._menu.addAction(name).triggered.connect(
                lambda _checked=False, run=run: self.runWanted.emit(run)
            )


class _StepsList(QTreeView):
    """Groups that stay open, and their lines."""

    deleteWanted = Signal()  # noqa: N815
    moveWanted = Signal(int)  # noqa: N815

    def __init__(self, model: RecipeStepsModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(tr("Steps of the recipe"))
        self.setFont(theme.font("small"))
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(12)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def lay_out(self) -> None:
        """Open all groups, headings over the whole width."""
        model = self.model()
        self.expandAll()
        for group in range(model.rowCount()):
            self.setFirstColumnSpanned(group, QModelIndex(), True)
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, _SUBJECT_WIDTH)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, alt = event.key(), event.modifiers() == Qt.KeyboardModifier.AltModifier
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.deleteWanted.emit()
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moveWanted.emit(-1 if key == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)
