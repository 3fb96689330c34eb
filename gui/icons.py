"""Icons: SVG files of one colour, drawn in any colour of the theme and sharp on every screen."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from engine.paths import resource
from gui import theme


def icon(name: str, colour: str = "text", size: int = 16, gap: int = 0) -> QIcon:
    """The icon `name` of resources/icons in a colour of the theme; muted where it is disabled.

    `gap` px are left free at its right, for buttons whose style puts the text too close.
    """
    result = QIcon()
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    for mode, token in (
        (QIcon.Mode.Normal, colour),
        (QIcon.Mode.Disabled, "muted"),
    ):
        for scale in sorted({1.0, 2.0, ratio}):
            result.addPixmap(_widened(pixmap(name, theme.colour(token), size, scale), gap), mode)
    return result


def pixmap(name: str, colour: QColor, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """The icon as a pixmap of `size` × `size` device-independent px."""
    return _pixmap(name, colour.name(QColor.NameFormat.HexArgb), size, ratio)


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Draw the icon into `rect` (meant for squares of about 16 px)."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    size = round(min(rect.width(), rect.height()))
    x = rect.x() + (rect.width() - size) / 2
    y = rect.y() + (rect.height() - size) / 2
    painter.drawPixmap(round(x), round(y), pixmap(name, colour, size, ratio))


def _widened(source: QPixmap, gap: int) -> QPixmap:
    if not gap:
        return source
    size = source.deviceIndependentSize().toSize() + QSize(gap, 0)
    result = QPixmap(size * source.devicePixelRatio())
    result.setDevicePixelRatio(source.devicePixelRatio())
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.drawPixmap(0, 0, source)
    painter.end()
    return result


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    result = QPixmap(QSize(size, size) * ratio)
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setOpacity(QColor(colour).alphaF())
    _renderer(name, QColor(colour).name()).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return result


@lru_cache(maxsize=512)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    source = resource("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(source.encode()))
