"""The control for one field: a line to type in, a list to choose from, or a switch."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.recipe.field_shapes import Number
from gui.widgets import ComboBox, label

TYPING_PAUSE_MS = 450


class LineEditor(QLineEdit):
    """A line whose text is handed over when typing pauses, on Enter and when the focus leaves."""

    committed = Signal(str)
    stepped = Signal(int)
    """Steps up (positive) or down asked for with the arrow keys."""

    def __init__(self, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._handed_over = ""
        self._pause = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.commit)
        self.textEdited.connect(lambda _text: self._pause.start())
        self.editingFinished.connect(self.commit)
        self._unit = label(unit, "small", "muted")
        self._unit.setParent(self)
        self._unit.setVisible(bool(unit))
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if unit:
            self.setTextMargins(0, 0, self._unit.sizeHint().width() + 4, 0)

    def set_text(self, text: str) -> None:
        """Show a text without handing it over."""
        self._pause.stop()
        self._handed_over = text
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)

    def commit(self) -> None:
        """Hand over what was typed since the last time."""
        self._pause.stop()
        if self.text() != self._handed_over:
            self._handed_over = self.text()
            self.committed.emit(self.text())

    def event(self, event: QEvent) -> bool:
        # Undo and redo inside the line only while it holds something that was not handed over.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self.text() == self._handed_over
            and (
                event.matches(QKeySequence.StandardKey.Undo)
                or event.matches(QKeySequence.StandardKey.Redo)
            )
        ):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if steps is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            self.commit()
            self.stepped.emit(steps)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self._unit.sizeHint()
        self._unit.setGeometry(
            self.width() - size.width() - 8,
            (self.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )


class ChoiceEditor(ComboBox):
    """A list of values, each with a label."""

    chosen = Signal(object)

    def __init__(self, values: Sequence[object], labels: Sequence[str]) -> None:
        # The places travel through Qt, which would turn members of an enumeration into plain text.
        super().__init__(tuple(enumerate(labels)))
        self._values = tuple(values)
        self.changed.connect(lambda place: self.chosen.emit(self._values[place]))

    def show_value(self, value: object) -> None:
        """Show a value without announcing it."""
        self.set_value(self._values.index(value) if value in self._values else None)


class FocusWatch(QObject):
    """Tells when the keyboard focus enters or leaves a widget."""

    changed = Signal(bool)

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        ):
            self.changed.emit(event.gotFocus())
        return False


def next_value(shape: Number, value: float, steps: int) -> float:
    """The neighbouring round value: by factors (1, 2, 5, 10 …) for `log`, else by even steps."""
    bounds = shape.bounds
    if shape.log and value > 0:
        place = _place(value) + steps
        moved = (1.0, 2.0, 5.0)[place % 3] * 10.0 ** (place // 3)
        moved = float(f"{moved:.3g}")
    else:
        size = 1.0 if shape.whole else _even_step(value, bounds.low, bounds.high)
        moved = float(f"{round(value / size + steps) * size:.10g}")
    if bounds.low is not None and (moved < bounds.low or (moved == bounds.low and bounds.low_open)):
        moved = value if bounds.low_open else bounds.low
    if bounds.high is not None and (
        moved > bounds.high or (moved == bounds.high and bounds.high_open)
    ):
        moved = value if bounds.high_open else bounds.high
    return int(moved) if shape.whole else moved


def _place(value: float) -> int:
    """Index of the nearest value in the sequence … 0.5, 1, 2, 5, 10 …; 1 has the index 0."""
    decade = math.floor(math.log10(value))
    mantissa = value / 10.0**decade
    return 3 * decade + min(range(4), key=lambda i: abs((1.0, 2.0, 5.0, 10.0)[i] - mantissa))


def _even_step(value: float, low: float | None, high: float | None) -> float:
    if low is not None and high is not None and high - low <= 2:
        return 0.05
    size = max(abs(value), 1e-4)
    return float(10.0 ** math.floor(math.log10(size) - 0.01))
