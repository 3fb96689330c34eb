"""Networks that a person saved: under the gallery, to be used again and given away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QMenu, QVBoxLayout

from engine.errors import TrainyardError
from engine.recipe.preset import LONGEST_NAME, Preset, load_preset
from engine.recipe.recipe import Recipe
from engine.store.presets import PresetShelf, write_preset
from gui.i18n import tr, trn
from gui.pages.model.gallery import AUTOMATIC, WIDTH
from gui.pages.model.preset_list import PresetList
from gui.theme import grown
from gui.widgets import icon_button, label, row
from gui.widgets.file_choosers import choose_destination, choose_file, documents

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.session import Session

MOST_SHOWN = 4
"""Cards that are seen without scrolling; the gallery has the rest of the height."""
_CARD = 42


class PresetsPanel(QFrame):
    """The cards, and what can be done with them. What is on disk is read when the panel is shown."""

    used = Signal(object, str)
    """A `Recipe` with the network of a preset, and the words for the step."""

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__()
        self._session, self._notices = session, notices
        self._shelf = PresetShelf(session.workspace_folder)
        self._told: set[str] = set()
        self.setProperty("surface", True)
        self.setProperty("rule", "top")
        self.setFixedWidth(WIDTH)
        self.list = PresetList()
        self.empty = label(tr("Save a network to use it again."), "caption", "muted", wrap=True)
        self.empty.setContentsMargins(14, 0, 10, 10)
        self.save = icon_button("plus", tr("Save this network as a preset"))
        self.save_menu = QMenu(self)
        self.save_menu.addAction(tr("Save the network"), lambda: self._save(training=False))
        self.save_menu.addAction(
            tr("Save the network and its training"), lambda: self._save(training=True)
        )
        self.save.setMenu(self.save_menu)
        self.save.setPopupMode(self.save.ToolButtonPopupMode.InstantPopup)
        self.bring = icon_button("import", tr("Import a preset"))
        self.more = icon_button("more", tr("More with this preset"))
        self.bring.clicked.connect(self._import)
        self.more.clicked.connect(self._show_menu_below)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        tools = (self.more, self.bring, self.save)
        layout.addLayout(
            row(label(tr("Presets"), "section"), None, *tools, margins=(14, 6, 8, 4), spacing=2)
        )
        layout.addWidget(self.empty)
        layout.addWidget(self.list)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu_at)
        self.list.wanted.connect(self._use)
        self.list.deleted.connect(self._delete)
        self.list.cards.renamed.connect(self._rename)
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self._show(())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read what is saved, and tell once of each file that cannot be."""
        found = self._shelf.load()
        for error in found.refused:
            if str(error) not in self._told:
                self._told.add(str(error))
                self._notices.show_error(error)
        if found.all != self.list.cards.presets:
            self._show(found.all)
        self.mark()

    def mark(self) -> None:
        """Mark the preset that the recipe in force has the network (and training) of."""
        recipe = self._session.recipe
        current = self.list.current_name()
        alike = [preset.name for preset in self.list.cards.presets if _is_of(preset, recipe)]
        self.list.choose(current if current in alike else next(iter(alike), None))
        self._enable()

    # What a person does -------------------------------------------------------------------------

    def _use(self, name: str) -> None:
        preset = self._find(name)
        if preset is not None:
            recipe = preset.used_in(self._session.recipe)
            self.used.emit(recipe, tr("preset “{name}”", name=name))

    def _save(self, *, training: bool) -> None:
        recipe = self._session.recipe
        trunk = recipe.model.trunk
        title = tr(trunk.title if trunk is not None else AUTOMATIC.title)
        preset = Preset.of(recipe, self._shelf.free_name(title), training=training)
        if self._put(preset):
            self.list.rename(preset.name)

    def _rename(self, name: str, new: str) -> None:
        try:
            renamed = self._shelf.rename(name, new)
        except ValidationError:
            self._notices.show(
                tr("This cannot be a name"),
                tr("A name is one line of 1 to {most} characters.", most=LONGEST_NAME),
                "err",
            )
        except TrainyardError as error:
            self._notices.show_error(error)
        else:
            self.refresh()
            self.list.choose(renamed.name)

    def _delete(self, name: str) -> None:
        try:
            gone = self._shelf.delete(name)
        except TrainyardError as error:
            self._notices.show_error(error)
            return
        self.refresh()
        self._notices.show(
            tr("Preset “{name}” deleted", name=name),
            action=(tr("Undo"), lambda: self._put_back(gone)),
            tone="info",
        )

    def _put_back(self, preset: Preset) -> None:
        self._put(preset.model_copy(update={"name": self._shelf.free_name(preset.name)}))

    def _import(self) -> None:
        kinds = tr("Presets (*.json)")
        path = choose_file(self.window(), tr("Import a preset"), documents(), kinds)
        if path is None:
            return
        try:
            preset = load_preset(path)
        except TrainyardError as error:
            self._notices.show_error(error)
            return
        name = self._shelf.free_name(preset.name)
        if self._put(preset.model_copy(update={"name": name})):
            self.list.choose(name)
            self._notices.show(tr("Preset “{name}” imported", name=name))

    def _export(self, name: str) -> None:
        preset = self._find(name)
        if preset is None:
            return
        plain = "".join(c for c in name if c.isalnum() or c in " -_").strip()
        proposed = documents() / f"{plain or 'preset'}.json"
        kinds = tr("Presets (*.json)")
        path = choose_destination(self.window(), tr("Export the preset as"), proposed, kinds)
        if path is None:
            return
        try:
            write_preset(path, preset)
        except TrainyardError as error:
            self._notices.show_error(error)
        else:
            self._notices.show(tr("Preset saved"), str(path))

    def _put(self, preset: Preset) -> bool:
        try:
            self._shelf.save(preset)
        except TrainyardError as error:
            self._notices.show_error(error)
            return False
        self.refresh()
        return True

    # What is shown ------------------------------------------------------------------------------

    def _find(self, name: str) -> Preset | None:
        at = self.list.cards.row_of(name)
        return self.list.cards.presets[at] if at >= 0 else None

    def _show(self, presets: tuple[Preset, ...]) -> None:
        self.list.cards.set_presets(presets)
        self.list.setVisible(bool(presets))
        self.empty.setVisible(not presets)
        self.list.setFixedHeight(grown(_CARD) * min(len(presets), MOST_SHOWN) + 4)
        self.list.setAccessibleDescription(trn("{count} preset", "{count} presets", len(presets)))
        self._enable()

    def _enable(self) -> None:
        self.more.setEnabled(bool(self.list.selectedIndexes()))

    def _show_menu_at(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if index.isValid():
            name = self.list.cards.presets[index.row()].name
            self._menu_of(name).popup(self.list.viewport().mapToGlobal(at))

    def _show_menu_below(self) -> None:
        name = self.list.current_name()
        if name is not None:
            self._menu_of(name).popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _menu_of(self, name: str) -> QMenu:
        menu = QMenu(self)
        menu.addAction(tr("Use"), lambda: self._use(name))
        menu.addAction(tr("Rename"), lambda: self.list.rename(name))
        menu.addAction(tr("Export…"), lambda: self._export(name))
        menu.addAction(tr("Delete"), lambda: self._delete(name))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu


def _is_of(preset: Preset, recipe: Recipe) -> bool:
    same_training = preset.training is None or preset.training == recipe.training
    return preset.model == recipe.model and same_training
