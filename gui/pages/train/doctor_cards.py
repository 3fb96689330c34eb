"""What the training doctor says of the run in focus: a card for each finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.i18n import render, sentences, tr
from gui.widgets.note import Note
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.doctor.finding import Finding

SHOWN = 3
"""The first ones explain the others."""


class DoctorCards(QWidget):
    """A title and the cards; Apply changes the recipe of the next run."""

    applied = Signal(object)
    """The finding whose changes are wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Training doctor"))
        self.cards: list[Note] = []
        self.findings: tuple[Finding, ...] = ()
        self._can_apply = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._layout.addWidget(label(tr("Training doctor"), "section"))

    def show_findings(self, findings: Sequence[Finding], *, can_apply: bool) -> None:
        """Show these; `can_apply`: there is a recipe to be changed."""
        shown = tuple(findings)[:SHOWN]
        if shown == self.findings and can_apply == self._can_apply:
            return
        self.findings, self._can_apply = shown, can_apply
        while len(self.cards) > len(shown):
            card = self.cards.pop()
            self._layout.removeWidget(card)
            card.deleteLater()
        while len(self.cards) < len(shown):
            card = Note("")
            place = len(self.cards)
            card.acted.connect(lambda place=place: self.applied.emit(self.findings[place]))
            self.cards.append(card)
            self._layout.addWidget(card)
        for card, finding in zip(self.cards, shown, strict=True):
            action = tr("Apply to the next run") if finding.changes and can_apply else ""
            card.set(
                sentences((render(finding.evidence), render(finding.advice))),
                "err" if finding.is_severe else "warn",
                action,
                title=render(finding.title),
            )
            card.setToolTip(
                "\n".join(f"{change.path} = {change.value}" for change in finding.changes)
            )
