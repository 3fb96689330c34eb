"""A field to search in and a slider."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QSlider

from gui.icons import icon


class SearchField(QLineEdit):
    """A line with a magnifying glass; Escape empties it. Use `textChanged` and `returnPressed`."""

    previousAsked = Signal()  # noqa: N815 - Qt's naming
    """Shift+Enter: the match before, where Enter is the next one."""

    def __init__(self, placeholder: str, width: int = 200, *, small: bool = False) -> None:
        super().__init__()
        self.setProperty("small", small)
        self.setProperty("search", True)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self.setFixedWidth(width)
        self.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.previousAsked.emit()
            return
        super().keyPressEvent(event)


class Slider(QSlider):
    """A horizontal slider over real numbers in `steps` steps."""

    changed = Signal(float)

    def __init__(
        self, low: float, high: float, value: float, name: str, *, steps: int = 100, width: int = 84
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._low, self._high, self._steps = low, high, steps
        self.setRange(0, steps)
        self.setPageStep(max(1, steps // 10))
        self.setAccessibleName(name)
        self.setMinimumWidth(width)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_number(value)
        self.valueChanged.connect(lambda _: self.changed.emit(self.number()))

    def sizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), 16)

    def number(self) -> float:
        """The value between `low` and `high`."""
        return self._low + (self._high - self._low) * self.value() / self._steps

    def set_number(self, number: float) -> None:
        """Move to the step nearest to `number` without emitting `changed`."""
        share = (number - self._low) / (self._high - self._low)
        with QSignalBlocker(self):
            self.setValue(round(share * self._steps))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
