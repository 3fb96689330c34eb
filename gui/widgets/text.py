"""Labels in the type styles of the design."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui import theme
from gui.theme import TextStyle

Tone: TypeAlias = Literal["text", "text2", "muted", "accent", "ok", "warn", "err", "info"]


def label(
    text: str,
    style: TextStyle = "body",
    tone: Tone = "text",
    *,
    weight: int | None = None,
    wrap: bool = False,
    selectable: bool = False,
) -> QLabel:
    """Plain text in a type style and a tone; never interpreted as HTML."""
    result = QLabel(text)
    _dress(result, style, tone, weight)
    result.setWordWrap(wrap)
    if selectable:
        result.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return result


def set_tone(widget: QWidget, tone: str, name: str = "tone") -> None:
    """Change the property that the style sheet looks at, and let it look again."""
    if widget.property(name) != tone:
        widget.setProperty(name, tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class ElidedLabel(QLabel):
    """One line that ends in “…” where it does not fit; the whole text is then the tooltip."""

    def __init__(
        self,
        text: str = "",
        style: TextStyle = "body",
        tone: Tone = "text",
        *,
        weight: int | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__()
        self._whole = text
        self._mode = mode
        _dress(self, style, tone, weight)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleName(text)
        self._elide()
        self.updateGeometry()

    def whole_text(self) -> str:
        """The text without the ellipsis."""
        return self._whole

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._whole) + 2
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(24, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, self._mode, max(self.width(), 24))
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


def _dress(target: QLabel, style: TextStyle, tone: Tone, weight: int | None) -> None:
    target.setTextFormat(Qt.TextFormat.PlainText)
    target.setFont(theme.font(style, weight))
    target.setProperty("tone", tone)
