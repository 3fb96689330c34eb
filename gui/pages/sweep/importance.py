"""How much each swept field matters, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.i18n import tr
from gui.widgets.painters import paint_bar

_LINE = 40
_FIGURE = 44


class ImportanceBars(QWidget):
    """A name, a share and a bar for each field, the one that matters most first."""

    def __init__(self) -> None:
        super().__init__()
        self._shares: tuple[tuple[str, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @property
    def shares(self) -> tuple[tuple[str, float], ...]:
        """What is shown."""
        return self._shares

    def show_shares(self, shares: Sequence[tuple[str, float]]) -> None:
        """Show names with their shares (0 to 1)."""
        self._shares = tuple(sorted(shares, key=lambda item: -item[1]))
        said = [f"{name} {share:.0%}" for name, share in self._shares]
        self.setAccessibleName(tr("Importance") + ": " + ", ".join(said))
        self.setToolTip("\n".join(said))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, theme.grown(_LINE) * max(1, len(self._shares)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font("small")
        metrics = QFontMetricsF(font)
        line = theme.grown(_LINE)
        for at, (name, share) in enumerate(self._shares):
            top = at * line
            painter.setFont(font)
            painter.setPen(theme.colour("text"))
            room = self.width() - _FIGURE
            text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(QRectF(0, top, room, line / 2), Qt.AlignmentFlag.AlignVCenter, text)
            painter.setPen(theme.colour("text2"))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(room, top, _FIGURE, line / 2), side, f"{share:.0%}")
            bar = QRectF(0, top + line / 2 + 3, self.width(), 6)
            paint_bar(painter, bar, share, theme.colour("accent"))
