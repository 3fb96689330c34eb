"""The menu of a chart: enlarge it, move it, write it to a file."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QToolButton

from gui.i18n import tr
from gui.widgets.buttons import icon_button


class ChartMenu(QMenu):
    """What can be done with a chart."""

    enlargeAsked = Signal()  # noqa: N815 - Qt's naming
    moveAsked = Signal(int)  # noqa: N815
    """So many places on, or back where it is negative."""
    exportAsked = Signal(str)  # noqa: N815
    """The suffix of the format: `png`, `svg`, `csv`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.enlarge = self.addAction(tr("Enlarge"))
        self.enlarge.triggered.connect(self.enlargeAsked)
        self.addSeparator()
        self.back = self.addAction(tr("Move back"))
        self.back.triggered.connect(lambda: self.moveAsked.emit(-1))
        self.on = self.addAction(tr("Move on"))
        self.on.triggered.connect(lambda: self.moveAsked.emit(1))
        self.addSeparator()
        for suffix, text in (
            ("png", tr("Save as PNG…")),
            ("svg", tr("Save as SVG…")),
            ("csv", tr("Save the values as CSV…")),
        ):
            action = self.addAction(text)
            action.triggered.connect(lambda _=False, suffix=suffix: self.exportAsked.emit(suffix))

    def set_place(self, place: int, places: int, *, enlarged: bool) -> None:
        """Where the chart stands among how many."""
        self.enlarge.setText(tr("Show all charts") if enlarged else tr("Enlarge"))
        self.back.setEnabled(not enlarged and place > 0)
        self.on.setEnabled(not enlarged and place < places - 1)


def menu_button(menu: ChartMenu, name: str) -> QToolButton:
    """The button that opens the menu of a chart."""
    made = icon_button("more", tr("Menu of the chart “{name}”", name=name), tone="muted", size=20)

    def show() -> None:
        menu.exec(made.mapToGlobal(QPoint(0, made.height())))

    made.clicked.connect(show)
    return made
