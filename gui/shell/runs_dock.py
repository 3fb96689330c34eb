"""The dock at the foot of the window that holds the Runs drawer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QMainWindow, QWidget

from gui.i18n import tr
from gui.settings import Settings
from gui.widgets.text import label

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.runs_drawer.drawer import RunsDrawer
    from gui.session import Session

COLLAPSED = 34
_VERTICAL = Qt.Orientation.Vertical


class RunsDock(QDockWidget):
    """A line that says what will be here, until the drawer itself is made after the first paint."""

    def __init__(
        self, window: QMainWindow, session: Session, notices: Notices, settings: Settings
    ) -> None:
        super().__init__(tr("Runs"), window)
        self.setObjectName("runs")
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(QWidget())
        self._window = window
        self._session = session
        self._notices = notices
        self._settings = settings
        self.drawer: RunsDrawer | None = None
        self.setWidget(_placeholder())

    def load(self) -> RunsDrawer:
        """Make the drawer, expanded or not as it was left."""
        if self.drawer is None:
            module = import_module("gui.runs_drawer.drawer")
            drawer: RunsDrawer = module.RunsDrawer(self._session, self._notices)
            drawer.set_collapsed(not self._settings.choices.runs)
            drawer.collapsedChanged.connect(self._on_collapsed)
            self.drawer = drawer
            self.setWidget(drawer)
            self._fit()
        return self.drawer

    def toggle(self) -> None:
        """Expand or collapse."""
        drawer = self.load()
        drawer.set_collapsed(not drawer.is_collapsed)

    def _on_collapsed(self, collapsed: bool) -> None:
        self._settings.change(runs=not collapsed)
        self._fit()

    def _fit(self) -> None:
        if self.drawer is not None:
            height = self.drawer.sizeHint().height()
            self._window.resizeDocks([self], [height], _VERTICAL)


def _placeholder() -> QFrame:
    line = QFrame()
    line.setProperty("surface", True)
    line.setProperty("rule", "top")
    line.setFixedHeight(COLLAPSED)
    layout = QHBoxLayout(line)
    layout.setContentsMargins(36, 0, 16, 0)
    layout.setSpacing(10)
    layout.addWidget(label(tr("Runs"), "section"))
    layout.addWidget(label(tr("Runs appear here once you train."), "small", "muted"))
    layout.addStretch(1)
    return line
