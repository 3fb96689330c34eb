"""What a result page shows while its answer is on the way, when it failed, and once it is there."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gui.i18n import tr
from gui.widgets.note import Note
from gui.widgets.progress import ProgressBar
from gui.widgets.text import label

PATIENCE = 200
"""Milliseconds before loading is shown: most answers are faster, and flicker is worse than a wait."""


class AnswerView(QStackedWidget):
    """One of: nothing, a loading line, an error with Retry, or the body. `retry` asks once more.

    It needs the room of what it shows: a wide body that is hidden gives the loading line no scroll bars.
    """

    retry = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        self._blank = QWidget()
        self._body = QWidget()
        self._body.setLayout(self.body)
        self._loading = self._make_loading()
        self._note = Note("", "err", tr("Try again"))
        self._note.acted.connect(self.retry)
        failed = QWidget()
        lines = QVBoxLayout(failed)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self._note)
        lines.addStretch(1)
        self._failed = failed
        for widget in (self._blank, self._loading, self._failed, self._body):
            self.addWidget(widget)
        self._measured = self._blank
        self._timer = QTimer(self, interval=PATIENCE, singleShot=True)
        self._timer.timeout.connect(lambda: self._show(self._loading))

    def show_loading(self, text: str, share: float) -> None:
        """Say what is being done, once it takes longer than a blink."""
        self._text.setText(text)
        self._bar.set_share(share)
        if self.currentWidget() is not self._loading and not self._timer.isActive():
            self.setCurrentWidget(self._blank)
            self._timer.start()

    def show_error(self, found: str, advice: str) -> None:
        """Say what went wrong and offer another try."""
        self._timer.stop()
        self._note.set(advice, "err", tr("Try again"), title=found)
        self._show(self._failed)

    def show_body(self) -> None:
        """Show the answer."""
        self._timer.stop()
        self._show(self._body)

    def is_showing_body(self) -> bool:
        """Whether the answer is on screen."""
        return self.currentWidget() is self._body

    def is_showing_error(self) -> bool:
        """Whether an error is on screen."""
        return self.currentWidget() is self._failed

    def sizeHint(self) -> QSize:
        return self._measured.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._measured.minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        return self._measured.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        return self._measured.heightForWidth(width)

    def _show(self, page: QWidget) -> None:
        """Bring a page to the front; the blank one keeps the room of the one before, so nothing jumps."""
        self.setCurrentWidget(page)
        if page is not self._measured:
            self._measured = page
            self.updateGeometry()

    def _make_loading(self) -> QWidget:
        page = QWidget()
        self._text = label("", "body", "text2")
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._bar = ProgressBar(tr("Progress"), width=240)
        lines = QVBoxLayout(page)
        lines.setSpacing(10)
        lines.addStretch(2)
        lines.addWidget(self._text)
        lines.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignHCenter)
        lines.addStretch(3)
        return page
