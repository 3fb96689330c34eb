"""The system's file choosers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget


def documents() -> Path:
    """The user's folder of documents."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(place) if place else Path.home()


def choose_file(parent: QWidget, title: str, folder: Path, kinds: str) -> Path | None:
    """A file to open; None when the person changed their mind."""
    file, _ = QFileDialog.getOpenFileName(parent, title, str(folder), kinds)
    return Path(file) if file else None


def choose_destination(parent: QWidget, title: str, proposed: Path, kinds: str) -> Path | None:
    """Where to write a file; the chooser asks before one is replaced."""
    dialog = QFileDialog(parent, title, str(proposed.parent), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    # Known to the chooser, so that it asks about the name that is really written.
    dialog.setDefaultSuffix(proposed.suffix.removeprefix("."))
    dialog.selectFile(proposed.name)
    accepted = dialog.exec()
    files = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(files[0]) if accepted and files else None


def choose_folder(parent: QWidget, title: str, folder: Path) -> Path | None:
    """A folder; None when the person changed their mind."""
    chosen = QFileDialog.getExistingDirectory(parent, title, str(folder))
    return Path(chosen) if chosen else None
