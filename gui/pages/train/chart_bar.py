"""The bar above the charts: legend, smoothing, scale, and what the lower axis counts."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QFrame

from gui import theme
from gui.i18n import tr
from gui.pages.train.giving_way import GivingWay, hidden, only_icons
from gui.pages.train.legend import Legend
from gui.widgets.buttons import button
from gui.widgets.choice import Segmented
from gui.widgets.fields import Slider
from gui.widgets.layout import row
from gui.widgets.text import label

HEIGHT = 38
SMOOTHING = 0.6
SMOOTHING_MAX = 0.99


class XAxis(Enum):
    """What the lower axis of the charts counts."""

    EPOCH = "epoch"
    STEP = "step"
    TIME = "time"


class ChartBar(QFrame):
    """Settings of all charts together."""

    smoothingChanged = Signal(float)  # noqa: N815 - Qt's naming
    logChanged = Signal(bool)  # noqa: N815
    axisChanged = Signal(object)  # noqa: N815
    resetAsked = Signal()  # noqa: N815
    envelopeChanged = Signal(bool)  # noqa: N815

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", True)
        self.setProperty("rule", "bottom")
        self.setFixedHeight(theme.grown(HEIGHT))
        self.legend = Legend()
        self.smoothing = Slider(0.0, SMOOTHING_MAX, SMOOTHING, tr("Smoothing"), steps=99)
        self.smoothing.setFixedWidth(84)
        self.smoothing.setToolTip(
            tr("Exponential smoothing. The values as measured stay behind it.")
        )
        self._smoothing_text = label("", "small")
        self._smoothing_text.setFixedWidth(round(theme.text_width("0.00", "small")) + 4)
        self.log = QCheckBox(tr("Log scale"))
        self.log.setFont(theme.font("small"))
        self.envelope = QCheckBox(tr("Envelope"))
        self.envelope.setFont(theme.font("small"))
        self.envelope.setToolTip(
            tr("The mean of the folds or seeds, and how far they are apart, epoch by epoch.")
        )
        self.envelope.setChecked(True)
        self.envelope.hide()
        self.axis = Segmented(
            [(XAxis.EPOCH, tr("Epoch")), (XAxis.STEP, tr("Step")), (XAxis.TIME, tr("Time"))],
            small=True,
            name=tr("Lower axis"),
        )
        self.axis.setFixedHeight(theme.grown(24))
        self.reset = button(tr("Reset zoom"), "zoom", small=True)
        self.reset.setEnabled(False)
        self._smoothing_word = label(tr("Smoothing"), "small", "text2")
        self.setLayout(
            row(
                self.legend,
                self._smoothing_word,
                self.smoothing,
                self._smoothing_text,
                self.log,
                self.envelope,
                self.axis,
                self.reset,
                spacing=10,
                margins=(16, 0, 16, 0),
            )
        )
        self._room = GivingWay(
            self,
            (
                only_icons(self.reset),
                hidden(self._smoothing_word),
                hidden(self._smoothing_text),
                hidden(self.smoothing),
            ),
        )
        self.smoothing.changed.connect(self._on_smoothing)
        self.log.toggled.connect(self.logChanged)
        self.envelope.toggled.connect(self.envelopeChanged)
        self.axis.changed.connect(self.axisChanged)
        self.reset.clicked.connect(self.resetAsked)
        self._say_smoothing(SMOOTHING)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._room.fit()

    def show_envelope(self, shown: bool) -> None:
        """Offer the envelope, where there is one."""
        if shown is self.envelope.isHidden():
            self.envelope.setVisible(shown)
            self._room.fit()

    def _on_smoothing(self, weight: float) -> None:
        self._say_smoothing(weight)
        self.smoothingChanged.emit(weight)

    def _say_smoothing(self, weight: float) -> None:
        self._smoothing_text.setText(f"{weight:.2f}")
