"""Choosing one of a few: segments, a switch, a list that drops down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    Property,
    QEasingCurve,
    QPropertyAnimation,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
)

from gui import theme
from gui.icons import icon

Choices = Sequence[tuple[Any, str]]
"""Pairs of value and text."""


class Segmented(QFrame):
    """A row of segments of which one is chosen; the arrow keys move the choice."""

    changed = Signal(object)

    def __init__(self, choices: Choices, small: bool = False, name: str = "") -> None:
        super().__init__()
        self.setProperty("segmented", True)
        self.setAccessibleName(name or " / ".join(text for _, text in choices))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.grown(22 if small else 26))
        self._values = [value for value, _ in choices]
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        for index, (_, text) in enumerate(choices):
            segment = QToolButton()
            segment.setText(text)
            segment.setCheckable(True)
            segment.setProperty("first", index == 0)
            segment.setProperty("last", index == len(choices) - 1)
            segment.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
            segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            # The chosen text is bolder: keep its room so that nothing moves.
            segment.setMinimumWidth(round(theme.text_width(text, "small", 600)) + 22)
            self._group.addButton(segment, index)
            layout.addWidget(segment)
        if choices:
            self._group.button(0).setChecked(True)
        self._group.idToggled.connect(self._toggled)

    def value(self) -> Any:
        """The value chosen."""
        index = self._group.checkedId()
        return self._values[index] if index >= 0 else None

    def set_value(self, value: Any) -> None:
        """Choose without emitting `changed`; an unknown value is left aside."""
        if value in self._values:
            with QSignalBlocker(self._group):
                self._group.button(self._values.index(value)).setChecked(True)

    def clear(self) -> None:
        """Choose nothing, without emitting `changed`."""
        with QSignalBlocker(self._group):
            self._group.setExclusive(False)
            for segment in self._group.buttons():
                segment.setChecked(False)
            self._group.setExclusive(True)

    def set_enabled(self, value: Any, enabled: bool, tooltip: str = "") -> None:
        """Make one segment (un)available; the tooltip says what it needs."""
        segment = self._group.button(self._values.index(value))
        segment.setEnabled(enabled)
        segment.setToolTip(tooltip)

    def set_shown(self, value: Any, shown: bool) -> None:
        """Show or hide one segment; those at both ends have the round corners."""
        self._group.button(self._values.index(value)).setVisible(shown)
        there = [each for each in self._group.buttons() if not each.isHidden()]
        for segment in there:
            segment.setProperty("first", segment is there[0])
            segment.setProperty("last", segment is there[-1])
            segment.style().polish(segment)

    def is_shown(self, value: Any) -> bool:
        """Whether a segment is there to be chosen."""
        return not self._group.button(self._values.index(value)).isHidden()

    def _toggled(self, index: int, checked: bool) -> None:
        if checked:
            self.changed.emit(self._values[index])


class Switch(QCheckBox):
    """On or off, 28 × 16 px, with an optional text at its left."""

    def __init__(self, text: str = "", name: str = "") -> None:
        super().__init__(text)
        self.setAccessibleName(name or text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._position = 0.0
        self._animation = QPropertyAnimation(self, b"position", self)
        self._animation.setDuration(120)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.toggled.connect(self._slide)

    def sizeHint(self) -> QSize:
        gap = 8 + self.fontMetrics().horizontalAdvance(self.text()) if self.text() else 0
        return QSize(28 + gap, max(16, self.fontMetrics().height() if self.text() else 16))

    def hitButton(self, position: Any) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(self.width() - 28, (self.height() - 16) / 2, 28, 16)
        if self.text():
            painter.setPen(theme.colour("text" if self.isEnabled() else "muted"))
            space = self.rect().adjusted(0, 0, -36, 0)
            painter.drawText(
                space, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text()
            )
        painter.setPen(Qt.PenStyle.NoPen)
        off, on = theme.colour("ctl"), theme.colour("accent")
        if not self.isEnabled():
            off = on = theme.colour("line2")
        painter.setBrush(_mix(off, on, self._position))
        painter.drawRoundedRect(track, 8, 8)
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(QRectF(track.x() + 2 + 12 * self._position, track.y() + 2, 12, 12))

    def _slide(self, on: bool) -> None:
        self._animation.stop()
        if self.isVisible():
            self._animation.setEndValue(1.0 if on else 0.0)
            self._animation.start()
        else:
            self._set_position(1.0 if on else 0.0)

    def _get_position(self) -> float:
        return self._position

    def _set_position(self, position: float) -> None:
        self._position = position
        self.update()

    position = Property(float, _get_position, _set_position)


class ComboBox(QComboBox):
    """A list that drops down. The wheel does nothing until it is focused, so scrolling changes no value."""

    changed = Signal(object)

    def __init__(
        self, choices: Choices = (), small: bool = False, name: str = "", *, quiet: bool = False
    ) -> None:
        super().__init__()
        self.setProperty("small", small)
        self.setProperty("quiet", quiet)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(16)
        self.set_choices(choices)
        self.activated.connect(lambda _: self.changed.emit(self.value()))

    def set_choices(self, choices: Choices) -> None:
        """Replace the choices, keeping the value where it is still among them."""
        value = self.value()
        with QSignalBlocker(self):
            self.clear()
            for choice, text in choices:
                self.addItem(text, choice)
            self.set_value(value)

    def set_icon(self, value: Any, name: str) -> None:
        """Give one choice an icon."""
        self.setItemIcon(self._index(value), icon(name, "text2"))

    def value(self) -> Any:
        """The value chosen."""
        return self.currentData()

    def set_value(self, value: Any) -> None:
        """Choose without emitting `changed`; an unknown value is left aside."""
        index = self._index(value)
        if index >= 0:
            with QSignalBlocker(self):
                self.setCurrentIndex(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _index(self, value: Any) -> int:
        return next((i for i in range(self.count()) if self.itemData(i) == value), -1)


def _mix(a: QColor, b: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        a.redF() + (b.redF() - a.redF()) * share,
        a.greenF() + (b.greenF() - a.greenF()) * share,
        a.blueF() + (b.blueF() - a.blueF()) * share,
    )
