"""The panel that asks for the number of a row."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.i18n import tr
from gui.models.figures import count_text
from gui.pages.data.popover import Popover
from gui.widgets.buttons import button
from gui.widgets.layout import column, row
from gui.widgets.text import label, set_tone


class GoToRow(Popover):
    """Takes the number that a row has in the file."""

    asked = Signal(int)
    """A row, from 0."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, tr("Go to row"))
        self._rows = 0
        self.number = QLineEdit()
        self.number.setAccessibleName(tr("Row"))
        self.number.setFixedWidth(120)
        self.number.returnPressed.connect(self._go)
        self.number.textEdited.connect(lambda _: self._say(""))
        go = button(tr("Go"), small=True, primary=True)
        go.clicked.connect(self._go)
        caption = label(tr("Row"), "small", "text2")
        caption.setBuddy(self.number)
        self.problem = label("", "small", "err", wrap=True)
        self.problem.hide()
        self.setLayout(column(row(caption, self.number, go), self.problem, margins=12))

    def begin(self, rows: int) -> None:
        """Ask for one of so many rows."""
        self._rows = rows
        self.number.setPlaceholderText(f"1 – {count_text(rows)}")
        self.number.selectAll()
        self._say("")
        self.number.setFocus()

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        set_tone(self.number, "error" if problem else "", "state")
        self.adjustSize()

    def _go(self) -> None:
        text = self.number.text().strip().replace(",", "").replace(" ", "").replace("\u2009", "")
        number = int(text) if text.isdecimal() and len(text) < 19 else 0
        if not 1 <= number <= self._rows:
            self._say(tr("A row from 1 to {rows} is needed.", rows=self._rows))
            return
        self.close()
        self.asked.emit(number - 1)
