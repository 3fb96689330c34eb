"""The large area that says what to do first: drop a file, open one, paste a table."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.data.formats.kinds import CONTAINERS, TABLES, Kind
from gui import theme
from gui.i18n import tr
from gui.models.drop_offer import DropOffer
from gui.widgets.buttons import button
from gui.widgets.text import label, set_tone


class DropZone(QFrame):
    """Its dashed edge turns solid, and its words say what would happen, while something is held."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Drop a dataset here"))
        self.setMinimumHeight(260)
        self.setMaximumHeight(300)
        self._held: DropOffer | None = None
        self._what = tr(
            "A file, several of the same columns, or a folder. Rows stay on this computer."
        )
        self._title = label(tr("Drop a dataset here"), "display")
        self._line = label(self._what, "body", "text2")
        self.open = button(tr("Open file"), "folder", primary=True)
        self.paste = button(tr("Paste a table"))
        for tall in (self.open, self.paste):
            tall.setProperty("tall", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(0)
        middle = Qt.AlignmentFlag.AlignHCenter
        layout.addStretch(1)
        layout.addWidget(_Track(), 0, middle)
        layout.addSpacing(12)
        layout.addWidget(self._title, 0, middle)
        layout.addSpacing(6)
        layout.addWidget(self._line, 0, middle)
        layout.addSpacing(18)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.open)
        buttons.addWidget(_with_keys(self.paste, tr("Ctrl V")))
        buttons.addStretch(1)
        layout.addLayout(buttons)
        layout.addSpacing(16)
        layout.addWidget(
            label(
                tr(
                    "{formats}; also packed with {packings}.",
                    formats=_named(TABLES),
                    packings=_named(CONTAINERS),
                ),
                "small",
                "muted",
            ),
            0,
            middle,
        )
        layout.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(1080, 299)

    def hold(self, offer: DropOffer | None) -> None:
        """Say what letting go would do; None: nothing is held any more."""
        self._held = offer
        self._title.setText(tr("Drop a dataset here") if offer is None else offer.words)
        set_tone(self._title, "text" if offer is None or offer.opens else "warn")
        self._line.setText(self._what if offer is None else offer.detail)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        held = self._held
        edge = "ctl" if held is None else "accent" if held.opens else "warnfill"
        pen = QPen(theme.colour(edge), 1.5 if held is None else 2)
        if held is None:
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        fill = "surface" if held is None else "selected" if held.opens else "warnbg"
        painter.setBrush(theme.colour(fill))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)


def _named(kinds: tuple[Kind, ...]) -> str:
    return tr(", ").join(kind.name for kind in kinds)


def _with_keys(target: QWidget, keys: str) -> QWidget:
    """Put a small key cap into the right end of a button."""
    cap = QLabel(keys, target)
    cap.setObjectName("keycap")
    cap.setFont(theme.font("caption"))
    cap.setStyleSheet(
        f"#keycap {{ background: {theme.colour('window').name()}; border-radius: 3px;"
        f" color: {theme.colour('muted').name()};"
        f" border: 1px solid {theme.colour('line2').name()}; padding: 0 4px }}"
    )
    cap.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    cap.adjustSize()
    cap.setFixedHeight(17)
    target.setStyleSheet(f"padding-right: {cap.width() + 18}px; text-align: left")
    width = target.sizeHint().width()
    target.setFixedWidth(width)
    cap.move(width - cap.width() - 12, (32 - cap.height()) // 2)
    return target


class _Track(QWidget):
    """Three tracks that join into one: the rows become a model."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(136, 52)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = 26.0
        for y in (9.0, 43.0):
            path = QPainterPath(QPointF(14, y))
            path.lineTo(46, y)
            path.cubicTo(QPointF(62, y), QPointF(62, middle), QPointF(80, middle))
            painter.setPen(QPen(theme.colour("line2"), 2))
            painter.drawPath(path)
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawLine(QPointF(14, middle), QPointF(122, middle))
        painter.setBrush(theme.colour("surface"))
        for y, token in ((9.0, "ctl"), (middle, "accent"), (43.0, "ctl")):
            painter.setPen(QPen(theme.colour(token), 2))
            painter.drawEllipse(QPointF(10, y), 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(QPointF(122, middle), 8, 8)
        check = QPen(theme.colour("onaccent"), 1.8)
        check.setCapStyle(Qt.PenCapStyle.RoundCap)
        check.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(check)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        points = [(-3.2, 0.2), (-0.9, 2.6), (3.4, -2.4)]
        painter.drawPolyline(QPolygonF([QPointF(122 + x, middle + y) for x, y in points]))
