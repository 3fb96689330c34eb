"""Warnings about the split as notes below each other, each with the button that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.i18n import render
from gui.widgets import Note

if TYPE_CHECKING:
    from engine.data.preparing.split_report.finding import SplitWarning


class WarningNotes(QWidget):
    """The notes; hidden while there are none."""

    fixed = Signal(object, str)
    """A mended `Recipe`, and the words for the step."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[SplitWarning, ...] = ()
        self.notes: list[Note] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.hide()

    def set_warnings(self, warnings: Sequence[SplitWarning]) -> None:
        """Show these and no others."""
        if tuple(warnings) == self._shown:
            return
        self._shown = tuple(warnings)
        self.notes = []
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for warning in warnings:
            action = render(warning.fix_label).rstrip(".。") if warning.fix_label else ""
            tone = "warn" if warning.severity == "warning" else "info"
            note = Note(render(warning.detail), tone, action, title=render(warning.title) + ".")
            note.acted.connect(
                lambda mended=warning.fixed, words=action: self.fixed.emit(mended, words)
            )
            self.notes.append(note)
            self._column.addWidget(note)
        self.setVisible(bool(warnings))
