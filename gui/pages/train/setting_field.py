"""A field for one number of a run that trains: it is sent with Enter, and wrong ones are told in place."""

from __future__ import annotations

import math

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, Qt
from PySide6.QtWidgets import QLineEdit

from engine.training.control import Bounds
from gui import theme
from gui.i18n import tr
from gui.models.run_words import rate

ANSWER_MS = 2000
"""How long a value that was sent is shown although the run has not told of it yet."""


class SettingField(QLineEdit):
    """A number within bounds; Enter sends it, Escape takes it back. Empty is None, where that is allowed."""

    entered = Signal(object)
    """The number, or None."""

    def __init__(self, name: str, bounds: Bounds, *, empty: str = "", width: int = 68) -> None:
        """`empty` is shown where there is no number."""
        super().__init__()
        self._bounds = bounds
        self.setProperty("small", True)
        self.setAccessibleName(name)
        self.setPlaceholderText(empty)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(round(width * theme.text_scale()))
        self._shown: float | None = None
        self._sent = QTimer(self, singleShot=True, interval=ANSWER_MS)
        self.returnPressed.connect(self._enter)
        self.textEdited.connect(lambda _: self._check())

    def show_value(self, value: float | None) -> None:
        """Show the value in force, unless a person is typing, or has just sent another one."""
        if value == self._shown:
            self._sent.stop()
            return
        if self._sent.isActive() or (self.isModified() and self.hasFocus()):
            return
        self._shown = value
        self._restore()

    def forget(self) -> None:
        """Drop what is being typed or was sent: the next value is another run's."""
        self._sent.stop()
        self._restore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self._restore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isModified() and not self._is_wrong():
            self._enter()
        elif self.isModified():
            self._restore()

    def _number(self) -> float | None:
        text = self.text().strip().replace("\u2212", "-").replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            return None
        return value if math.isfinite(value) and self._bounds.allows(value) else None

    def _is_wrong(self) -> bool:
        if not self.text().strip():
            return not self._bounds.may_be_empty
        return self._number() is None

    def _check(self) -> None:
        self._set_error(self.text().strip() != "" and self._is_wrong())

    def _enter(self) -> None:
        if self._is_wrong():
            self._set_error(wrong=True)
            return
        value = self._number()
        is_new, self._shown = value != self._shown, value
        self._restore()
        if is_new:
            self._sent.start()
            self.entered.emit(value)

    def _restore(self) -> None:
        self.setText("" if self._shown is None else self._text(self._shown))
        self.setModified(False)
        self._set_error(wrong=False)

    def _text(self, value: float) -> str:
        return f"{value:.0f}" if self._bounds.whole else rate(value)

    def _set_error(self, wrong: bool) -> None:
        self.setProperty("state", "error" if wrong else "")
        self.setToolTip(self._allowed() if wrong else "")
        self.style().unpolish(self)
        self.style().polish(self)

    def _allowed(self) -> str:
        bounds = self._bounds
        if bounds.whole:
            return tr(
                "A whole number from {least} to {most}.",
                least=f"{bounds.least:.0f}",
                most=f"{bounds.most:,.0f}",
            )
        if bounds.may_be_empty:
            return tr("A number above 0, or nothing.")
        return tr(
            "A number from {least} to {most}.", least=f"{bounds.least:g}", most=f"{bounds.most:g}"
        )
