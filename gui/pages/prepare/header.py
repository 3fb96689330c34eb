"""The line at the top of Prepare: what is used, what needs a choice, views, undo, Auto and export."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QSizePolicy

from gui.i18n import tr, trn
from gui.icons import icon
from gui.pages.page import PageHeader
from gui.widgets import Segmented, button, label, link_button

COLUMNS, STEPS, JSON = "columns", "steps", "json"
NEXT_KEY = Qt.Key.Key_F8


class PrepareHeader(PageHeader):
    """Gives way where the page is narrow: first the caption goes, then the words of two buttons."""

    def __init__(self) -> None:
        super().__init__(tr("Prepare"))
        self.busy = label("", "small", "muted")
        self.attention = link_button("")
        self.attention.setProperty("tone", "warn")
        self.attention.setIcon(icon("warn", "warn", gap=3))
        self.attention.setIconSize(QSize(17, 14))
        self.attention.hide()
        self.view = Segmented(
            ((COLUMNS, tr("Columns")), (STEPS, tr("Steps")), (JSON, tr("JSON"))), name=tr("View")
        )
        self.undo = button(tr("Undo"), "undo")
        self.undo.setAccessibleName(tr("Undo"))
        self.reset = button(
            tr("Reset to Auto"), tooltip=tr("Every column and the split as Trainyard chooses them")
        )
        self.reset.setAccessibleName(tr("Reset to Auto"))
        self.export = button(tr("Export"), "export", tooltip=tr("Rows as the network gets them"))
        self.export.setAccessibleName(tr("Export"))
        self.menu = QMenu(self.export)
        self.export.setMenu(self.menu)
        for part in (self.busy, self.attention, self.view, self.undo, self.reset, self.export):
            self.right.addWidget(part)
        # What does not fit gives way by itself; it must not widen the window.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._caption = ""

    def say(self, caption: str, undecided: int) -> None:
        """Show another caption, and how many columns need a choice."""
        self._caption = caption
        self.set_caption(caption)
        self.attention.setVisible(undecided > 0)
        self.attention.setText(
            trn("{count} column needs a choice", "{count} columns need a choice", undecided)
        )
        key = QKeySequence(NEXT_KEY).toString(QKeySequence.SequenceFormat.NativeText)
        self.attention.setToolTip(tr("Go to the next one ({key})", key=key))
        self.fit()

    def fit(self) -> None:
        """Leave words out until the rest has room."""
        for step in range(5):
            self.caption.setVisible(bool(self._caption) and step < 1)
            self.undo.setText("" if step >= 2 else tr("Undo"))
            self.export.setText("" if step >= 3 else tr("Export"))
            self.reset.setText(tr("Auto") if step >= 4 else tr("Reset to Auto"))
            if self._least_width() <= self.width():
                break

    def _least_width(self) -> int:
        layout = self.layout()
        assert layout is not None
        for part in (self.left, self.right, layout):  # what is inside remembers its own size
            part.invalidate()
        return layout.sizeHint().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()  # the sizes that count are those of the style, which is there from now on
