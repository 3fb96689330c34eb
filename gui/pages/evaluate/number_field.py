"""A number that is typed: a threshold, a cost, a coverage."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit


class NumberField(QLineEdit):
    """A number that is typed; what is no number, or outside its bounds, is put back."""

    changed = Signal(float)

    def __init__(self, name: str, most: float) -> None:
        super().__init__()
        self._most, self._value = most, 1.0
        self.setProperty("small", True)
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(76)
        self.editingFinished.connect(self._on_edited)
        self.set_value(1.0)

    def value(self) -> float:
        """The number."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show another number, and tell nobody."""
        self._value = value
        self.setText(threshold_text(value) if self._most <= 1 else f"{value:g}")

    def _on_edited(self) -> None:
        try:
            value = float(self.text().replace(",", "."))
        except ValueError:
            value = math.nan
        if not 0 <= value <= self._most:
            self.set_value(self._value)
        elif value != self._value:
            self.set_value(value)
            self.changed.emit(value)


def threshold_text(threshold: float) -> str:
    """A threshold with the digits it has, two at least."""
    text = f"{threshold:.6f}".rstrip("0")
    return text + "0" * max(0, 2 - len(text.partition(".")[2]))
