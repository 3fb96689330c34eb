"""The network that the one in force is compared with, and the menu that chooses it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QPushButton

from engine.errors import TrainyardError
from engine.recipe.families import Trunk
from engine.recipe.files import load_recipe
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from engine.recipe.training import Training
from engine.store.presets import PresetShelf
from gui.i18n import tr
from gui.session import Session
from gui.widgets import button
from gui.widgets.file_choosers import choose_file, documents

MOST_RUNS = 20
"""Runs that the menu lists, the newest first."""


@dataclass(frozen=True, slots=True)
class Other:
    """A network to compare with, and how it is trained."""

    name: str
    """What the person chose, in the language in force."""
    model: ModelSpec
    training: Training | None = None
    """None: as in the recipe in force, whatever that comes to be."""

    def on(self, recipe: Recipe) -> Recipe:
        """The recipe with this network in it."""
        training = self.training or recipe.training
        return recipe.model_copy(update={"model": self.model, "training": training})


class CompareMenu(QObject):
    """The button “Compare” with its menu: architectures, presets, runs and recipe files."""

    chosen = Signal(object)
    """An `Other`."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._folder: Path | None = None
        self._shelf = PresetShelf(session.workspace_folder)
        self.button: QPushButton = button(
            tr("Compare"), tooltip=tr("Set another network beside this one")
        )
        self.menu = QMenu(self.button)
        self.menu.aboutToShow.connect(self._fill)
        self.button.setMenu(self.menu)

    def compare_with_file(self, path: Path) -> None:
        """Compare with the network of a recipe file."""
        try:
            recipe = load_recipe(path)
        except TrainyardError as error:
            self._session.failed.emit(error)
        else:
            self._folder = path.parent
            self.chosen.emit(Other(path.name, recipe.model, recipe.training))

    def compare_with_run(self, run: str) -> None:
        """Compare with the network of a run."""
        try:
            folder = self._session.workspace.run(run)
            recipe = folder.recipe()
            if recipe.model.trunk is None:  # what Auto came to
                recipe = folder.resolved()
        except TrainyardError as error:
            self._session.failed.emit(error)
        else:
            summary = self._session.run(run)
            name = summary.name if summary is not None else run
            self.chosen.emit(Other(name, recipe.model, recipe.training))

    def compare_with_preset(self, name: str) -> None:
        """Compare with a preset of the workspace."""
        try:
            preset = self._shelf.get(name)
        except TrainyardError as error:
            self._session.failed.emit(error)
        else:
            self.chosen.emit(Other(preset.name, preset.model, preset.training))

    def compare_with_trunk(self, kind: str) -> None:
        """Compare with the usual settings of an architecture."""
        trunk = Trunk.default(kind)
        model = self._session.recipe.model.model_copy(update={"trunk": trunk})
        self.chosen.emit(Other(tr(trunk.title), model))

    def _fill(self) -> None:
        self.menu.clear()
        trunks = self.menu.addMenu(tr("Another architecture"))
        for member in Trunk.networks():
            kind = member.kind_name()
            trunks.addAction(tr(member.title), partial(self.compare_with_trunk, kind))
        presets = self.menu.addMenu(tr("A preset"))
        for name in self._preset_names():
            presets.addAction(_plain(name), partial(self.compare_with_preset, name))
        presets.setEnabled(not presets.isEmpty())
        runs = self.menu.addMenu(tr("A run"))
        for summary in self._session.runs[:MOST_RUNS]:
            text = _plain(f"{summary.name} · {summary.dataset}")
            runs.addAction(text, partial(self.compare_with_run, summary.id))
        runs.setEnabled(not runs.isEmpty())
        self.menu.addAction(tr("A recipe file…"), self._choose_file)

    def _preset_names(self) -> list[str]:
        return [preset.name for preset in self._shelf.load().all]

    def _choose_file(self) -> None:
        kinds = ";;".join((tr("Recipes (*.json)"), tr("All files (*)")))
        folder = self._folder or documents()
        path = choose_file(self.button.window(), tr("Compare with recipe"), folder, kinds)
        if path is not None:
            self.compare_with_file(path)


def _plain(text: str) -> str:
    """A name as a menu shows it: “&” would mark a shortcut."""
    return text.replace("&", "&&")
