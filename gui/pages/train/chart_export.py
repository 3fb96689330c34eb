"""A chart as a file: a picture, a drawing, or its numbers."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from engine.files import write_atomic
from gui.i18n import tr

if TYPE_CHECKING:
    from gui.pages.train.chart import Chart

SHARPNESS = 2.0
"""Pixels of the picture for each one of the screen."""
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\0")
"""Spreadsheets take cells that begin so for formulas."""


def export_chart(chart: Chart, path: Path, x_name: str) -> None:
    """Write a chart in the format that the file's suffix names; `x_name` heads the column of x.

    Raises `DiskFull` or `WriteFailed`.
    """
    match path.suffix.lower():
        case ".svg":
            data = svg_of(chart)
        case ".csv":
            data = csv_of(chart, x_name).encode("utf-8-sig")
        case _:
            data = png_of(chart)
    write_atomic(path, data)


def png_of(chart: Chart) -> bytes:
    """A picture, twice as sharp as on the screen."""
    size = chart.size() * SHARPNESS
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(SHARPNESS)
    with chart.as_drawing():
        chart.render(image)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def svg_of(chart: Chart) -> bytes:
    """A drawing of lines and letters."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(chart.size())
    generator.setViewBox(QRect(0, 0, chart.width(), chart.height()))
    generator.setResolution(96)
    generator.setTitle(chart.accessibleName())
    with chart.as_drawing():
        painter = QPainter(generator)
        try:
            chart.render(painter, QPoint())
        finally:
            painter.end()
    return bytes(buffer.data().data())


def csv_of(chart: Chart, x_name: str) -> str:
    """A line for each point: run, part, x, the value as measured and as drawn."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(["run", "part", x_name, "value", "smoothed"])
    for run in chart.lines:
        for part, line in ((tr("train"), run.train), (tr("validation"), run.validation)):
            if line is None:
                continue
            for x, raw, drawn in zip(line.x, line.raw, line.drawn, strict=True):
                lines.writerow([_safe(run.name), part, _figure(x), _figure(raw), _figure(drawn)])
    return text.getvalue()


def _figure(value: float) -> str:
    return f"{value:.10g}" if value == value else ""


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_RISKY) else text
