"""Recipes as files: opened, saved, compared with the one in force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.errors import TrainyardError
from engine.files import write_atomic
from engine.recipe.files import load_recipe, recipe_json
from gui.i18n import tr
from gui.widgets.file_choosers import choose_destination, choose_file, documents

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.session import Session

_SUFFIX = ".recipe.json"


class RecipeFiles(QObject):
    """Asks for files and does what was asked for with them."""

    compared = Signal(str, object)
    """The name of another recipe, and the recipe."""

    def __init__(self, session: Session, notices: Notices, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._notices, self._window = session, notices, parent
        self._folder: Path | None = None

    def open(self) -> None:
        """Choose a recipe and use it for the open table."""
        path = self._chosen(tr("Open recipe"))
        if path is not None:
            self._session.open_recipe(path)

    def save(self) -> None:
        """Choose a place and write the recipe in force there."""
        table = self._session.table
        if table is None:
            return
        proposed = self._place() / f"{table.path.stem}{_SUFFIX}"
        path = choose_destination(self._window, tr("Save recipe as"), proposed, self._kinds())
        if path is not None:
            self.save_as(path)

    def save_as(self, path: Path) -> None:
        """Write the recipe in force."""
        self._folder = path.parent
        try:
            write_atomic(path, recipe_json(self._session.recipe).encode())
        except TrainyardError as error:
            self._session.failed.emit(error)
        else:
            self._notices.show(tr("Recipe saved"), str(path), "ok")

    def compare_with_file(self) -> None:
        """Choose a recipe to compare with."""
        path = self._chosen(tr("Compare with recipe"))
        if path is not None:
            self.compare_with(path)

    def compare_with(self, path: Path) -> None:
        """Compare with a recipe file."""
        try:
            other = load_recipe(path)
        except TrainyardError as error:
            self._session.failed.emit(error)
        else:
            self.compared.emit(path.name, other)

    def compare_with_run(self, run: str) -> None:
        """Compare with the recipe that a run was asked for."""
        try:
            other = self._session.workspace.run(run).recipe()
        except TrainyardError as error:
            self._session.failed.emit(error)
        else:
            summary = self._session.run(run)
            self.compared.emit(summary.name if summary is not None else run, other)

    def _chosen(self, title: str) -> Path | None:
        path = choose_file(self._window, title, self._place(), self._kinds())
        if path is not None:
            self._folder = path.parent
        return path

    def _place(self) -> Path:
        return self._folder or documents()

    def _kinds(self) -> str:
        return ";;".join((tr("Recipes (*.json)"), tr("All files (*)")))
