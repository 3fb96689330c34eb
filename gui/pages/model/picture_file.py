"""A network's picture as a file: SVG with text as text, or PNG."""

from __future__ import annotations

import math

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsScene

from engine.models.summary import NetworkSummary
from engine.tasks import SummarizeTask
from gui.i18n import tr
from gui.pages.model.graph_scene import fill_scene
from gui.theme import colour

_PNG_SCALE = 2.0
"""Dots per px of the picture, as on a sharp screen."""
_LARGEST = 16_000
"""Dots of a PNG's longer side, at most."""


class NetworkPicture:
    """The whole of a network, with one block opened, in the colours of the theme in force."""

    def __init__(self, summary: NetworkSummary, task: SummarizeTask, block: int | None) -> None:
        """See `fill_scene`."""
        self._title = " → ".join(tr(block.name) for block in summary.blocks)
        self._scene = QGraphicsScene()
        self._area, _ = fill_scene(self._scene, summary, task, block)
        self._scene.setSceneRect(self._area)

    def svg(self) -> bytes:
        """An SVG document; its texts can be found, copied and edited."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        size = QSize(math.ceil(self._area.width()), math.ceil(self._area.height()))
        generator.setSize(size)
        generator.setViewBox(QRect(0, 0, size.width(), size.height()))
        generator.setTitle(self._title)
        generator.setResolution(96)
        self._paint(generator, size)
        return bytes(buffer.data().data())

    def image(self) -> QImage:
        """An image of twice the picture's size, or less where that would be huge."""
        longer = max(self._area.width(), self._area.height())
        scale = min(_PNG_SCALE, _LARGEST / longer)
        size = QSize(math.ceil(self._area.width() * scale), math.ceil(self._area.height() * scale))
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDotsPerMeterX(round(96 * scale / 0.0254))
        image.setDotsPerMeterY(round(96 * scale / 0.0254))
        self._paint(image, size)
        return image

    def png(self) -> bytes:
        """`image` as a PNG."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(self.image())
        return bytes(buffer.data().data())

    def _paint(self, device: QSvgGenerator | QImage, size: QSize) -> None:
        painter = QPainter(device)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
        )
        whole = QRectF(0, 0, size.width(), size.height())
        painter.fillRect(whole, colour("window"))
        self._scene.render(painter, whole, self._area, Qt.AspectRatioMode.KeepAspectRatio)
        painter.end()
