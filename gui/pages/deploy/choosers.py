"""The file choosers of Deploy."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from engine.data.formats.kinds import patterns
from gui.i18n import tr
from gui.widgets.file_choosers import choose_destination, choose_file
from gui.widgets.file_choosers import documents as documents


def choose_tables(parent: QWidget, folder: Path) -> list[Path]:
    """Files to predict; empty when the person changed their mind."""
    kinds = ";;".join((tr("Tables ({patterns})", patterns=patterns()), tr("All files (*)")))
    files, _ = QFileDialog.getOpenFileNames(
        parent, tr("Choose files to predict"), str(folder), kinds
    )
    return [Path(file) for file in files]


def choose_predictions(parent: QWidget, proposed: Path) -> Path | None:
    """Where to write predictions; the chooser asks before a file is replaced."""
    kinds = {".parquet": "Parquet (*.parquet)", ".xlsx": "Excel (*.xlsx)"}
    kind = kinds.get(proposed.suffix, "CSV (*.csv)")
    return choose_destination(parent, tr("Save predictions as"), proposed, kind)


def choose_model(parent: QWidget, folder: Path) -> Path | None:
    """A model file to open."""
    return choose_file(parent, tr("Choose a model file"), folder, tr("Model files (*.trainyard)"))


def choose_model_destination(parent: QWidget, proposed: Path) -> Path | None:
    """Where to write a model file; the chooser asks before a file is replaced."""
    kinds = tr("Model files (*.trainyard)")
    return choose_destination(parent, tr("Save model file as"), proposed, kinds)
