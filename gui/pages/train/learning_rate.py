"""Changes the learning rate of a run while it trains."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, Qt
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from gui import theme
from gui.i18n import tr
from gui.models.run_words import rate
from gui.widgets.buttons import button
from gui.widgets.fields import Slider
from gui.widgets.layout import column, row
from gui.widgets.text import label

HIGHEST = 10.0
"""The highest learning rate that a recipe allows."""
LOWEST = 1e-12
STEPS_PER_DECADE = 20
SETTLE_MS = 250
"""A value reached by keys is sent when no further key follows for this long."""
ANSWER_MS = 2000
"""How long a value that was sent is shown although the run has not told of it yet."""


class LearningRate(QWidget):
    """A logarithmic slider, a field, and buttons that halve and double."""

    asked = Signal(float)
    """A person wants this learning rate."""

    def __init__(self) -> None:
        super().__init__()
        self._value: float | None = None
        self._decades = (-5, -2)
        self.field = RateField()
        self.halve = button(tr("½×"), small=True, tooltip=tr("Halve the learning rate."))
        self.halve.setAccessibleName(tr("Halve the learning rate"))
        self.double = button(tr("2×"), small=True, tooltip=tr("Double the learning rate."))
        self.double.setAccessibleName(tr("Double the learning rate"))
        for small in (self.halve, self.double):
            small.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.slider = self._new_slider()
        self._ends = row(spacing=0)
        self._note = label("", "caption", "muted", wrap=True)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._send_slider)
        self._sent = QTimer(self, singleShot=True, interval=ANSWER_MS)
        self._layout = column(
            row(
                label(tr("Learning rate"), "small", "text2"),
                None,
                self.halve,
                self.double,
                self.field,
                spacing=6,
            ),
            self.slider,
            self._ends,
            self._note,
            spacing=4,
        )
        self.setLayout(self._layout)
        self._show_ends()
        self.halve.clicked.connect(lambda: self._send((self._value or 0.0) / 2))
        self.double.clicked.connect(lambda: self._send((self._value or 0.0) * 2))
        self.field.entered.connect(self._send)
        self.set_state(None, live=False)

    def set_state(self, value: float | None, *, live: bool) -> None:
        """Show the learning rate in force; what a person is setting stays."""
        for control in (self.halve, self.double, self.field, self.slider):
            control.setEnabled(live and value is not None)
        self._note.setText(
            tr("Applies at the next step.") if live else tr("Can be changed while the run trains.")
        )
        busy = self.slider.isSliderDown() or self._settle.isActive()
        if live and self._sent.isActive():
            if value is None or self._value is None or not math.isclose(value, self._value):
                return
            self._sent.stop()
        if value is None or value <= 0 or not math.isfinite(value):
            self._value = None
            self.field.show_value(None)
            return
        self._value = value
        self.field.show_value(value)
        if not busy:
            exponent = math.log10(value)
            low, high = self._decades
            if not low <= exponent <= high:
                self._set_decades(min(low, math.floor(exponent)), max(high, math.ceil(exponent)))
            with QSignalBlocker(self.slider):
                self.slider.set_number(exponent)

    def forget(self) -> None:
        """Drop what was sent or is being set: the next state is another run's."""
        self._sent.stop()
        self._settle.stop()
        self.field.forget()

    # ----------------------------------------------------------------------------------------------

    def _new_slider(self) -> Slider:
        low, high = self._decades
        steps = STEPS_PER_DECADE * (high - low)
        slider = Slider(low, high, low, tr("Learning rate, logarithmic"), steps=steps, width=120)
        slider.changed.connect(self._on_slider)
        slider.sliderReleased.connect(self._send_slider)
        return slider

    def _set_decades(self, low: int, high: int) -> None:
        self._decades = (low, min(high, 1))
        old, self.slider = self.slider, self._new_slider()
        self.slider.setEnabled(old.isEnabled())
        self._layout.replaceWidget(old, self.slider)
        old.deleteLater()
        self._show_ends()

    def _show_ends(self) -> None:
        while self._ends.count():
            item = self._ends.takeAt(0)
            end = item.widget() if item is not None else None
            if end is not None:
                end.deleteLater()
        low, high = self._decades
        every = max(1, math.ceil((high - low) / 4))
        for exponent in range(low, high + 1, every):
            if exponent > low:
                self._ends.addStretch(1)
            self._ends.addWidget(label(rate(10.0**exponent), "caption", "muted"))

    def _on_slider(self, exponent: float) -> None:
        self.field.show_value(_round(10**exponent))
        if not self.slider.isSliderDown():
            self._settle.start()

    def _send_slider(self) -> None:
        self._settle.stop()
        self._send(_round(10 ** self.slider.number()))

    def _send(self, value: float) -> None:
        value = min(max(value, LOWEST), HIGHEST)
        if value != self._value:
            self._value = value
            self._sent.start()
            self.field.show_value(value)
            with QSignalBlocker(self.slider):
                self.slider.set_number(math.log10(value))
            self.asked.emit(value)


class RateField(QLineEdit):
    """A positive number up to 10; Enter sends it, Escape takes it back."""

    entered = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("small", True)
        self.setAccessibleName(tr("Learning rate"))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(round(68 * theme.text_scale()))
        self._shown: float | None = None
        self.returnPressed.connect(self._enter)
        self.textEdited.connect(lambda _: self._check())

    def show_value(self, value: float | None) -> None:
        """Show the value in force, unless a person is typing another one."""
        if value == self._shown or (self.isModified() and self.hasFocus()):
            return
        self._shown = value
        self._restore()

    def forget(self) -> None:
        """Drop what is being typed."""
        self._restore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self._restore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isModified():
            self._restore()

    def _number(self) -> float | None:
        text = self.text().strip().replace("\u2212", "-").replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            return None
        return value if 0 < value <= HIGHEST else None

    def _check(self) -> None:
        wrong = self.text().strip() != "" and self._number() is None
        self._set_error(wrong)

    def _enter(self) -> None:
        value = self._number()
        if value is None:
            self._set_error(wrong=True)
            return
        self._shown = value
        self._restore()
        self.entered.emit(value)

    def _restore(self) -> None:
        self.setText("" if self._shown is None else rate(self._shown))
        self.setModified(False)
        self._set_error(wrong=False)

    def _set_error(self, wrong: bool) -> None:
        self.setProperty("state", "error" if wrong else "")
        self.setToolTip(tr("A number above 0, at most 10.") if wrong else "")
        self.style().unpolish(self)
        self.style().polish(self)


def _round(value: float) -> float:
    """Two digits: what a person means by a place on the slider."""
    return float(f"{value:.2g}")
