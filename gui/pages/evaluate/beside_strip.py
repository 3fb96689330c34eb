"""The line below the metric cards: how the run stands to its baselines, or the button that finds out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from gui import theme
from gui.i18n import tr
from gui.icons import pixmap
from gui.pages.evaluate.beside import StripTone
from gui.widgets.buttons import button
from gui.widgets.progress import ProgressBar
from gui.widgets.text import ElidedLabel, Tone, set_tone


class BesideStrip(QFrame):
    """A tinted line with one button; `asked` and `cancelled` tell which."""

    asked = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 5, 6, 5)
        line.setSpacing(8)
        self._icon = QLabel()
        self._icon.setFixedSize(16, 18)
        # One line: a text that wraps would make the page ask for more height than it needs.
        self._text = ElidedLabel("", "small")
        self._bar = ProgressBar(tr("Progress"), width=160)
        self._button = button("", small=True)
        self._button.clicked.connect(self._on_click)
        self._is_busy = False
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._text)
        line.addStretch(1)
        line.addWidget(self._bar)
        line.addWidget(self._button)
        self.show_offer()

    def text(self) -> str:
        """What it says."""
        return self._text.whole_text()

    def show_offer(self) -> None:
        """Nothing is known yet."""
        self._show(
            tr("How good is that? Simple models and boosted trees on the same rows tell."),
            "plain",
            tr("Set beside baselines"),
        )

    def show_busy(self, share: float) -> None:
        """A worker is at it."""
        text = tr("Training baselines on the same rows")
        if not self._is_busy:
            self._show(text, "plain", tr("Cancel"), busy=True)
        self._bar.set_share(share)

    def show_answer(self, sentence: str, tone: StripTone, *, complete: bool) -> None:
        """Say how the run stands; where only some of the baselines were asked for, offer the others."""
        self._show(sentence, tone, "" if complete else tr("Set beside all"))

    def show_error(self, text: str) -> None:
        """Say what went wrong and offer another try."""
        self._show(text, "err", tr("Try again"))

    def _show(self, text: str, tone: StripTone, action: str, *, busy: bool = False) -> None:
        self._is_busy = busy
        self._text.set_text(text)
        self.setAccessibleName(text)
        ink: Tone = "text2" if tone == "plain" else tone
        set_tone(self, tone, "note")
        set_tone(self._text, ink)
        name = {"ok": "check", "err": "error"}.get(tone, "info")
        self._icon.setPixmap(pixmap(name, theme.colour(ink), 16, self.devicePixelRatioF()))
        self._bar.setVisible(busy)
        self._button.setText(action)
        self._button.setVisible(bool(action))

    def _on_click(self) -> None:
        (self.cancelled if self._is_busy else self.asked).emit()
