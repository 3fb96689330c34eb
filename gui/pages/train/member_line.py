"""Which of the runs that a run holds trains now, and a button that ends it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.i18n import tr
from gui.pages.train.members import Members
from gui.widgets.buttons import button
from gui.widgets.layout import column, row
from gui.widgets.text import ElidedLabel, label

if TYPE_CHECKING:
    from engine.store.summary import RunSummary


class MemberLine(QWidget):
    """A name, what the controls below act on, and a button."""

    endAsked = Signal()  # noqa: N815 - Qt's naming

    def __init__(self) -> None:
        super().__init__()
        self._name = ElidedLabel("", "small", weight=600)
        self.end = button(
            tr("Stop"),
            "stop",
            small=True,
            tooltip=tr("It keeps its best weights; the next one begins."),
        )
        self.end.clicked.connect(self.endAsked)
        note = label(
            tr("Changes apply to this one alone: those after it begin as the recipe says."),
            "caption",
            "muted",
            wrap=True,
        )
        self.setLayout(column(row(self._name, None, self.end), note, spacing=4))
        self.hide()

    def show_member(self, kind: Members, member: RunSummary) -> None:
        """Name the one that trains."""
        self._name.set_text(member.name if member.place is None else kind.place(member.place + 1))
        self._name.setToolTip(member.name)
        self.end.setText(kind.end)
