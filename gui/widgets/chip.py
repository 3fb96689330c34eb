"""A chip: a framed button that names something and opens a list to change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolButton

from gui import theme
from gui.icons import paint_icon
from gui.theme import TextStyle

Words: TypeAlias = tuple[str, TextStyle, int, str]
"""Text, type style, weight and colour token."""

_PADDING, _GAP, _ICON, _CHEVRON = 10, 8, 16, 14


class Chip(QToolButton):
    """An icon or a hue, words in several styles, a chevron. Set a menu or connect `clicked`."""

    def __init__(
        self, name: str, icon: str = "", words: Sequence[Words] = (), *, height: int = 30
    ) -> None:
        super().__init__()
        self._name = name
        self._icon = icon
        self._hue: QColor | None = None
        self._words: tuple[Words, ...] = ()
        self._chevron = True
        self.setFixedHeight(height)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_words(words)

    def set_words(self, words: Sequence[Words]) -> None:
        """Say something else."""
        self._words = tuple(words)
        said = " ".join(text for text, *_ in self._words)
        self.setAccessibleName(f"{self._name}: {said}" if said else self._name)
        self.updateGeometry()
        self.update()

    def set_hue(self, hue: QColor | None) -> None:
        """Show a small square of this colour in place of the icon."""
        self._hue = hue
        self.updateGeometry()
        self.update()

    def set_chevron(self, shown: bool) -> None:
        """Show that there is something to choose from, or not."""
        self._chevron = shown
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        widths = [
            QFontMetricsF(theme.font(s, w)).horizontalAdvance(t) for t, s, w, _ in self._words
        ]
        width = 2 * _PADDING + sum(widths) + _GAP * max(0, len(widths) - 1)
        if self._hue is not None:
            width += 10 + _GAP - 2
        elif self._icon:
            width += _ICON + _GAP
        if self._chevron:
            width += _GAP + _CHEVRON
        return QSize(round(width) + 1, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(90, self.sizeHint().width()), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        enabled = self.isEnabled()
        fill = "surface"
        if not enabled:
            fill = "window"
        elif self.isDown():
            fill = "sunken"
        elif self.underMouse():
            fill = "hover"
        painter.setPen(QPen(theme.colour("line2"), 1))
        painter.setBrush(theme.colour(fill))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        x: float = _PADDING
        middle = self.height() / 2
        if self._hue is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._hue)
            painter.drawRoundedRect(QRectF(x, middle - 5, 10, 10), 2, 2)
            x += 10 + _GAP - 2
        elif self._icon:
            ink = theme.colour("text" if enabled else "muted")
            paint_icon(painter, QRectF(x, middle - 8, _ICON, _ICON), self._icon, ink)
            x += _ICON + _GAP
        end = self.width() - _PADDING - (_CHEVRON + _GAP if self._chevron else 0)
        for text, style, weight, token in self._words:
            font = theme.font(style, weight)
            metrics = QFontMetricsF(font)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, end - x))
            painter.setFont(font)
            painter.setPen(theme.colour(token if enabled else "muted"))
            painter.drawText(
                QRectF(x, 0, end - x + 1, self.height()),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                shown,
            )
            x += metrics.horizontalAdvance(shown) + _GAP
        if self._chevron:
            box = QRectF(self.width() - _PADDING - _CHEVRON + 1, middle - 7, _CHEVRON, _CHEVRON)
            paint_icon(painter, box, "down", theme.colour("text2" if enabled else "muted"))
