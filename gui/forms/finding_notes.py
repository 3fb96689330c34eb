"""Broken rules of a recipe as notes below each other, each with the button that mends it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.recipe.checks import Finding
from gui.i18n import render
from gui.widgets import Note


def finding_note(finding: Finding) -> Note:
    """The note of one broken rule; its button is there if the rule knows a plain way out."""
    action = render(finding.fix_label).rstrip(".。") if finding.fix_label is not None else ""
    return Note("", "err", action, title=render(finding.problem))


class FindingNotes(QWidget):
    """The notes; hidden while there are none."""

    fixed = Signal(object)
    """A mended `Recipe`."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Finding, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.hide()

    def set_findings(self, findings: Sequence[Finding]) -> None:
        """Show these rules and no others."""
        if tuple(findings) == self._shown:
            return
        self._shown = tuple(findings)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for finding in findings:
            note = finding_note(finding)
            note.acted.connect(lambda mended=finding.fixed: self.fixed.emit(mended))
            self._column.addWidget(note)
        self.setVisible(bool(findings))
