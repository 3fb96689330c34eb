"""The run chip: which run a result page shows, and a menu of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QIcon,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gui import theme
from gui.i18n import tr
from gui.icons import paint_icon

HEIGHT = 28
SQUARE = 10
WIDEST = 360


@dataclass(frozen=True, slots=True)
class RunChoice:
    """A run as the chip shows it."""

    id: str
    title: str
    detail: str
    hue: QColor | None = None
    """Its colour in the plots; `None` when it is not drawn."""


def _square(hue: QColor | None) -> QIcon:
    pixmap = QPixmap(QSize(32, 32))
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    rect = QRectF(3, 3, SQUARE, SQUARE)
    if hue is None:
        painter.setPen(QPen(theme.colour("ctl"), 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(hue)
        painter.drawRoundedRect(rect, 2, 2)
    painter.end()
    return QIcon(pixmap)


class RunChip(QToolButton):
    """A button with the chosen run; pressing it opens the menu. `chosen` carries the run's id."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: tuple[RunChoice, ...] = ()
        self._current: RunChoice | None = None
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("runChip")
        self.set_choices((), None)

    def set_choices(self, choices: Sequence[RunChoice], current: RunChoice | None) -> None:
        """Offer these runs and show `current`, which need not be one of them."""
        if (tuple(choices), current) == (self._choices, self._current) and self.text():
            return  # an open menu stays open while nothing changes
        self._choices, self._current = tuple(choices), current
        self._menu.clear()
        for choice in self._choices:
            label = f"{choice.title}\t{choice.detail}".replace("&", "&&")
            action = self._menu.addAction(_square(choice.hue), label)
            action.setCheckable(True)
            action.setChecked(current is not None and choice.id == current.id)
            action.triggered.connect(lambda _checked, run=choice.id: self.chosen.emit(run))
        title = current.title if current else tr("No run")
        self.setText(f"{title} {current.detail}" if current else title)
        self.setAccessibleName(tr("Run in focus: {run}", run=self.text()))
        self.setToolTip(self.text())
        self.setEnabled(bool(self._choices))
        self.updateGeometry()
        self.update()

    def choices(self) -> tuple[RunChoice, ...]:
        """The runs in the menu."""
        return self._choices

    def _fonts(self) -> tuple[QFont, QFont]:
        return theme.font("body", 600), theme.font("small")

    def sizeHint(self) -> QSize:
        strong, small = (QFontMetricsF(font) for font in self._fonts())
        width = 10 + SQUARE + 8 + 8 + 16 + 8
        if self._current is not None:
            width += strong.horizontalAdvance(self._current.title) + 8
            width += small.horizontalAdvance(self._current.detail)
        else:
            width += strong.horizontalAdvance(self.text())
        return QSize(min(round(width) + 1, WIDEST), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(140, self.sizeHint().width()), HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        fill = "sunken" if self.isDown() else "hover" if self.underMouse() else "surface"
        painter.setPen(QPen(theme.colour("line2"), 1))
        painter.setBrush(theme.colour(fill if self.isEnabled() else "window"))
        painter.drawRoundedRect(rect, 5, 5)
        x = 10.0
        if self._current is not None:
            square = QRectF(x, (self.height() - SQUARE) / 2, SQUARE, SQUARE)
            hue = self._current.hue
            painter.setPen(Qt.PenStyle.NoPen if hue else QPen(theme.colour("ctl"), 1))
            painter.setBrush(hue or Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(square, 2, 2)
            x += SQUARE + 8
        arrow = QRectF(self.width() - 8 - 14, (self.height() - 14) / 2, 14, 14)
        right = arrow.left() - 6
        strong, small = self._fonts()
        title = self._current.title if self._current else self.text()
        x = self._text(painter, strong, "text" if self.isEnabled() else "muted", title, x, right)
        if self._current is not None:
            self._text(painter, small, "muted", self._current.detail, x + 8, right)
        paint_icon(painter, arrow, "down", theme.colour("text2"))

    def _text(
        self, painter: QPainter, font: QFont, token: str, text: str, x: float, right: float
    ) -> float:
        if right - x < 12:
            return x
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, right - x)
        painter.setFont(font)
        painter.setPen(theme.colour(token))
        rect = QRectF(x, 0, right - x, self.height())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        return x + metrics.horizontalAdvance(text)
