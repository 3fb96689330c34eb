"""The file choosers of Deploy."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.data.formats.kinds import patterns
from gui.i18n import tr


def documents() -> Path:
    """The user's folder of documents."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(place) if place else Path.home()


def choose_tables(parent: QWidget, folder: Path) -> list[Path]:
    """Files to predict; empty when the person changed their mind."""
    kinds = ";;".join((tr("Tables ({patterns})", patterns=patterns()), tr("All files (*)")))
    files, _ = QFileDialog.getOpenFileNames(
        parent, tr("Choose files to predict"), str(folder), kinds
    )
    return [Path(file) for file in files]


def choose_predictions(parent: QWidget, proposed: Path) -> Path | None:
    """Where to write predictions; the chooser asks before a file is replaced."""
    return _save(parent, tr("Save predictions as"), proposed, "CSV (*.csv)")


def choose_model(parent: QWidget, folder: Path) -> Path | None:
    """A model file to open."""
    file, _ = QFileDialog.getOpenFileName(
        parent, tr("Choose a model file"), str(folder), tr("Model files (*.trainyard)")
    )
    return Path(file) if file else None


def choose_model_destination(parent: QWidget, proposed: Path) -> Path | None:
    """Where to write a model file; the chooser asks before a file is replaced."""
    return _save(parent, tr("Save model file as"), proposed, tr("Model files (*.trainyard)"))


def _save(parent: QWidget, title: str, proposed: Path, kinds: str) -> Path | None:
    dialog = QFileDialog(parent, title, str(proposed.parent), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    # Known to the chooser, so that it asks about the name that is really written.
    dialog.setDefaultSuffix(proposed.suffix.removeprefix("."))
    dialog.selectFile(proposed.name)
    accepted = dialog.exec()
    files = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(files[0]) if accepted and files else None
