"""The controls of the import panel: each can be left on Auto."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from gui import theme
from gui.i18n import tr
from gui.widgets.choice import Choices, ComboBox
from gui.widgets.layout import row

_OWN = object()


class AutoChoice(QWidget):
    """A list whose first entry is Auto and whose last, if wanted, lets a person type a value."""

    changed = Signal()

    def __init__(self, name: str, choices: Choices, *, own: int = 0) -> None:
        """With `own`, values of up to so many characters can be typed."""
        super().__init__()
        self._choices = list(choices)
        self._asks_own = own > 0
        self.combo = ComboBox(name=name)
        self.combo.setSizeAdjustPolicy(
            ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.combo.setMinimumContentsLength(8)
        self.field = QLineEdit()
        self.field.setMaxLength(max(1, own))
        self.field.setFixedWidth(56 if own <= 2 else 120)
        self.field.setAccessibleName(tr("{name}, own value", name=name))
        self.field.hide()
        self.setLayout(row(self.combo, self.field, spacing=6))
        self.layout().setStretch(0, 1)  # type: ignore[union-attr]
        self.setFocusProxy(self.combo)
        self._fill("")
        self.combo.changed.connect(self._on_chosen)
        self.field.textChanged.connect(lambda _: self.changed.emit())

    def value(self) -> Any:
        """What is chosen; None for Auto, and while an own value is not typed yet."""
        value = self.combo.value()
        if value is _OWN:
            return self.field.text() or None
        return value

    def set_value(self, value: Any) -> None:
        """Choose without emitting `changed`."""
        known = value is None or any(value == choice for choice, _ in self._choices)
        self.combo.set_value(value if known else _OWN)
        with QSignalBlocker(self.field):
            self.field.setText("" if known else value)
        self.field.setVisible(not known)

    def set_detected(self, text: str) -> None:
        """Say beside Auto what it stands for here."""
        value = self.combo.value()
        self._fill(text)
        self.combo.set_value(value)

    def set_choices(self, choices: Choices) -> None:
        """Replace what can be chosen; the value stays where it is still among it."""
        self._choices = list(choices)
        self._fill("")

    def _fill(self, detected: str) -> None:
        auto = tr("Auto: {value}", value=detected) if detected else tr("Auto")
        choices = [(None, auto), *self._choices]
        if self._asks_own:
            choices.append((_OWN, tr("Other…")))
        self.combo.set_choices(choices)

    def _on_chosen(self, value: Any) -> None:
        self.field.setVisible(value is _OWN)
        if value is _OWN:
            self.field.setFocus()
            if not self.field.text():
                return  # nothing to try out before a character is typed
        self.changed.emit()


class AutoCount(QSpinBox):
    """A number of lines; below the smallest one stands Auto."""

    changed = Signal()

    def __init__(self, name: str, low: int, high: int) -> None:
        super().__init__()
        self._auto = low - 1
        self.setAccessibleName(name)
        # The style sheet would give the line inside the frame a frame of its own.
        self.lineEdit().setStyleSheet("border: 0; padding: 0 0 0 6px; min-height: 0")
        self.setFixedHeight(theme.grown(26))
        self.setRange(self._auto, high)
        self.set_detected("")
        self.setValue(self._auto)
        self.valueChanged.connect(lambda _: self.changed.emit())

    def value(self) -> int | None:  # type: ignore[override]
        """The number, or None for Auto."""
        number = super().value()
        return None if number == self._auto else number

    def set_value(self, value: int | None) -> None:
        """Show a number without emitting `changed`."""
        with QSignalBlocker(self):
            self.setValue(self._auto if value is None else value)

    def set_detected(self, text: str) -> None:
        """Say what Auto stands for here."""
        self.setSpecialValueText(tr("Auto: {value}", value=text) if text else tr("Auto"))
